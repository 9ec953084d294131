//! A change of the network's data: from which value to which, and the network after it.

use super::levers::WHOLE;
use super::prices::Kind;
use fenggu_net::schema::{Kind as FieldKind, Value};
use fenggu_net::{Network, Profile, TableId};

/// A change of one field of one element, in one step, some steps or as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Table of the element.
    pub table: TableId,
    /// Row in the table.
    pub row: usize,
    /// The user's own name of the element.
    pub name: String,
    /// Field of the network.
    pub field: &'static str,
    /// Unit of the values.
    pub unit: &'static str,
    /// What kind of limit gives way.
    pub kind: Kind,
    /// First and last step in which it is needed; none for a datum without steps.
    pub steps: Option<(usize, usize)>,
    /// Value now, in the step with the largest change. 0 for no and 1 for yes.
    pub from: f64,
    /// Value that is needed there.
    pub to: f64,
    /// Cost at the prices of the explanation, in the network's currency.
    pub cost: f64,
    /// Every field that is set by it, as positions in the field table.
    sets: Vec<(usize, Value)>,
}

/// What must give way of one datum, in which steps and by how much.
pub(super) struct Group {
    pub table: TableId,
    pub row: usize,
    pub field: &'static str,
    pub up: bool,
    pub kind: Kind,
    /// Step and amount, by step.
    pub amounts: Vec<(u32, f64)>,
    pub cost: f64,
}

impl Change {
    /// Makes the change.
    pub fn apply(&self, net: &mut Network) {
        let table = net.table_mut(self.table);
        for (field, value) in &self.sets {
            // The value was read from the same field, so its kind fits.
            let _ = table.set_value(self.row, *field, value.clone());
        }
    }
}

/// A value moved outward to few digits, so that what is shown is what is meant, and enough. What is held, not limited, keeps its
/// digits (`grid` 0): an equation is not met by more.
fn rounded(v: f64, up: bool, grid: f64) -> f64 {
    if grid == 0.0 {
        return v;
    }
    let steps = v / grid;
    // What is well within a solver's tolerance of a round number is that number.
    let near = steps.round();
    let whole = if (steps - near).abs() <= (3e-8 / grid).min(1e-2) {
        near
    } else if up {
        steps.ceil()
    } else {
        steps.floor()
    };
    whole * grid
}

fn grid(kind: Kind, unit: &str) -> f64 {
    if matches!(kind, Kind::Load | Kind::Surplus | Kind::SetPoint | Kind::Start | Kind::Target) {
        0.0
    } else if unit.starts_with("p.u.") {
        1e-6
    } else {
        1e-4
    }
}

/// The present value of a profile field, or of a number.
fn field(net: &Network, table: TableId, row: usize, name: &str) -> Option<(usize, Value, &'static fenggu_net::schema::Field)> {
    let view = net.table(table);
    let at = view.fields().iter().position(|f| f.name == name)?;
    Some((at, view.value(row, at), &view.fields()[at]))
}

/// Sets being made: what is shown is the first one.
struct Sets<'a> {
    net: &'a Network,
    group: &'a Group,
    list: Vec<(usize, Value)>,
    /// Field, from, to.
    shown: Option<(&'static str, &'static str, f64, f64)>,
}

impl Sets<'_> {
    /// Step with the largest amount.
    fn at(&self) -> usize {
        let most = self.group.amounts.iter().fold((WHOLE, f64::NEG_INFINITY), |m, &a| if a.1 > m.1 { a } else { m });
        if most.0 == WHOLE {
            0
        } else {
            most.0 as usize
        }
    }
    /// A profile field with `wanted(step, value, amount)` in the steps that change. A limit given as one number stays one number
    /// (`whole`): it is a limit in every step; a series, and a value that is held, change only where needed.
    fn profile(&mut self, name: &str, whole: bool, up: bool, wanted: &dyn Fn(usize, f64, f64) -> f64) -> bool {
        let Some((at, Value::Profile(old), spec)) = field(self.net, self.group.table, self.group.row, name) else { return false };
        let grid = grid(self.group.kind, spec.unit);
        let new = |t: usize, a: f64| {
            let (v, w) = (old.at(t), rounded(wanted(t, old.at(t), a), up, grid));
            // Never back over where the value stands: a change that is not needed here is none.
            if up {
                w.max(v)
            } else {
                w.min(v)
            }
        };
        let amounts = &self.group.amounts;
        let changed = match old.constant().filter(|_| whole || self.net.steps() == 1) {
            Some(v) => {
                let ends = amounts.iter().map(|&(t, a)| new(t as usize, a));
                Profile::Const(ends.fold(v, |m, w| if up { m.max(w) } else { m.min(w) }))
            }
            None => {
                let mut values: Vec<f64> = (0..self.net.steps()).map(|t| old.at(t)).collect();
                for &(t, a) in amounts {
                    values[t as usize] = new(t as usize, a);
                }
                values.into()
            }
        };
        let t = self.at();
        let (from, to) = (old.at(t), changed.at(t));
        if from != to {
            self.shown.get_or_insert((spec.name, spec.unit, from, to));
            self.list.push((at, Value::Profile(changed)));
        }
        true
    }
    /// A number.
    fn number(&mut self, name: &str, up: bool, wanted: &dyn Fn(f64) -> f64) -> bool {
        let Some((at, old, spec)) = field(self.net, self.group.table, self.group.row, name) else { return false };
        let Value::Number(old) = old else { return false };
        let to = rounded(wanted(old), up, grid(self.group.kind, spec.unit));
        self.shown.get_or_insert((spec.name, spec.unit, old, to));
        self.list.push((at, Value::Number(to)));
        matches!(spec.kind, FieldKind::Number | FieldKind::OptionalNumber)
    }
    fn largest(&self) -> f64 {
        self.group.amounts.iter().fold(0.0f64, |m, a| m.max(a.1))
    }
    /// An absolute limit and one per nominal value, whichever are told: each is moved out to `target`.
    #[allow(clippy::too_many_arguments)] // one limit is told in three fields
    fn limit(
        &mut self,
        absolute: &str,
        relative: &str,
        nominal: Option<f64>,
        nominal_field: &str,
        up: bool,
        sign: f64,
        now: &dyn Fn(usize) -> f64,
    ) {
        let target = |t: usize, a: f64| now(t) + if up { a } else { -a };
        self.profile(absolute, true, up, &|t, v, a| if up { v.max(target(t, a)) } else { v.min(target(t, a)) });
        let Some(nominal) = nominal else { return };
        let share_of = field(self.net, self.group.table, self.group.row, relative).and_then(|f| match f.1 {
            Value::Profile(p) => Some(p),
            _ => None,
        });
        let over = |&(t, a): &(u32, f64)| {
            let share = share_of.as_ref().map_or(1.0, |p| (sign * p.at(t as usize)).max(1.0));
            target(t as usize, a) > nominal * share * (1.0 + 1e-9)
        };
        let beyond = up && self.group.amounts.iter().any(over);
        if nominal > 0.0 && !beyond {
            let rises = up == (sign > 0.0);
            let far = |v: f64, w: f64| if rises { v.max(w) } else { v.min(w) };
            self.profile(relative, true, rises, &|t, v, a| far(v, sign * target(t, a) / nominal));
        } else if let Some(share) = share_of {
            // The nominal value is what limits.
            let most = |v: f64| {
                let needs = self.group.amounts.iter().map(|&(t, a)| sign * target(t as usize, a) / share.at(t as usize));
                needs.filter(|v| v.is_finite()).fold(v, f64::max)
            };
            let most = most(nominal);
            self.number(nominal_field, true, &|_| most);
        }
    }
}

/// The change that a group of levers means; none where the field cannot be changed by it.
pub(super) fn change(net: &Network, group: &Group) -> Option<Change> {
    let mut s = Sets { net, group, list: Vec::new(), shown: None };
    let (row, up) = (group.row, group.up);
    let signed = |v: f64, a: f64| if up { v + a } else { v - a };
    match (group.table, group.field) {
        (_, "in_service") => {
            let (at, _, _) = field(net, group.table, row, "in_service")?;
            s.list.push((at, Value::Flag(true)));
            s.shown = Some(("in_service", "", 0.0, 1.0));
        }
        (TableId::Generators, "p_max") => {
            let g = &net.generators.rows()[row];
            s.limit("p_max_mw", "p_max_pu", g.p_nom_mw.filter(|_| !g.p_nom_extendable), "p_nom_mw", true, 1.0, &|t| g.upper_mw(t));
            // Output beyond the last step is not offered: the offer goes on with the limit.
            let offered: f64 = g.offer.iter().map(|o| o[0]).sum();
            let target = group.amounts.iter().map(|&(t, a)| g.upper_mw(t as usize) + a).fold(0.0, f64::max);
            if let (Some(last), true) = (g.offer.last(), target > offered) {
                let mut offer = g.offer.clone();
                let end = offer.len() - 1;
                offer[end] = [last[0] + rounded(target - offered, true, 1e-4), last[1]];
                s.list.push((field(net, group.table, row, "offer")?.0, Value::Pairs(offer)));
            }
        }
        (TableId::Generators, "p_min") => {
            let g = &net.generators.rows()[row];
            s.limit("p_min_mw", "p_min_pu", g.p_nom_mw.filter(|_| !g.p_nom_extendable), "p_nom_mw", false, 1.0, &|t| g.lower_mw(t));
        }
        (TableId::Links, "p_max") => {
            let l = &net.links.rows()[row];
            s.limit("p_max_mw", "p_max_pu", l.p_nom_mw.filter(|_| !l.p_nom_extendable), "p_nom_mw", true, 1.0, &|t| l.upper_mw(t));
        }
        (TableId::Links, "p_min") => {
            let l = &net.links.rows()[row];
            s.limit("p_min_mw", "p_min_pu", l.p_nom_mw.filter(|_| !l.p_nom_extendable), "p_nom_mw", false, 1.0, &|t| l.lower_mw(t));
        }
        (TableId::StorageUnits, "charge_max") => {
            let u = &net.storage_units.rows()[row];
            s.limit("charge_max_mw", "p_min_pu", u.p_nom_mw.filter(|_| !u.p_nom_extendable), "p_nom_mw", true, -1.0, &|t| {
                u.charge_upper_mw(t)
            });
        }
        (TableId::StorageUnits, "discharge_max") => {
            let u = &net.storage_units.rows()[row];
            s.limit("discharge_max_mw", "p_max_pu", u.p_nom_mw.filter(|_| !u.p_nom_extendable), "p_nom_mw", true, 1.0, &|t| {
                u.discharge_upper_mw(t)
            });
        }
        (TableId::StorageUnits, "energy_max") => {
            let u = &net.storage_units.rows()[row];
            s.profile("energy_max_mwh", true, true, &|t, v, a| v.max(u.energy_upper_mwh(t) + a));
            if let Some(nominal) = u.p_nom_mw.filter(|p| *p > 0.0 && !u.p_nom_extendable) {
                let needs = group.amounts.iter().map(|&(t, a)| (u.energy_upper_mwh(t as usize) + a) / nominal);
                let hours = needs.fold(u.energy_hours_h, f64::max);
                if hours > u.energy_hours_h {
                    s.number("energy_hours_h", true, &|_| hours);
                }
            }
        }
        (TableId::Stores, "e_max" | "e_min") => {
            let e = &net.stores.rows()[row];
            let nominal = e.e_nom_mwh.filter(|_| !e.e_nom_extendable);
            if group.field == "e_max" {
                s.limit("energy_max_mwh", "e_max_pu", nominal, "e_nom_mwh", true, 1.0, &|t| e.energy_upper_mwh(t));
            } else {
                s.limit("energy_min_mwh", "e_min_pu", nominal, "e_nom_mwh", false, 1.0, &|t| e.energy_lower_mwh(t));
            }
        }
        (TableId::Branches, "rating_a_mva") => {
            let b = &net.branches.rows()[row];
            let share = &b.s_max_pu;
            if share.constant().is_some() || b.rating_a_mva == 0.0 {
                let needs = |v: f64| {
                    let each = group.amounts.iter().map(|&(t, a)| b.rating_a_mva + a / share.at(t as usize));
                    each.filter(|v| v.is_finite()).fold(v, f64::max)
                };
                s.number("rating_a_mva", true, &needs);
            } else {
                s.profile("s_max_pu", false, true, &|_, v, a| v + a / b.rating_a_mva);
            }
        }
        (TableId::Branches, "angle_max_deg" | "angle_min_deg") => {
            let b = &net.branches.rows()[row];
            let dc = crate::physics::DcNetwork::new(net);
            let slope = (net.base_mva * dc.susceptance[row]).abs();
            let radians = if slope > 0.0 { s.largest() / slope } else { s.largest() };
            let now = if group.field == "angle_max_deg" { b.angle_max_deg } else { b.angle_min_deg };
            s.number(group.field, up, &|_| signed(now, radians.to_degrees()));
        }
        (TableId::Generators, "ramp_up" | "ramp_down") => {
            let g = &net.generators.rows()[row];
            let per = |t: usize| if g.ramp_unit == fenggu_net::RampUnit::PerHour { net.time.duration_h[t] } else { 1.0 };
            let (absolute, relative) = if group.field == "ramp_up" {
                (("ramp_up_mw", g.ramp_up_mw), "ramp_up_pu")
            } else {
                (("ramp_down_mw", g.ramp_down_mw), "ramp_down_pu")
            };
            let now = |t: usize| {
                let [down, up] = crate::formulate::generation::ramp_limits_mw(g, t, net.time.duration_h[t]);
                (if group.field == "ramp_up" { up } else { -down }) / per(t)
            };
            let target = |t: usize, a: f64| now(t) + a / per(t);
            if let Some(v) = absolute.1 {
                let most = group.amounts.iter().map(|&(t, a)| target(t as usize, a)).fold(v, f64::max);
                if most > v {
                    s.number(absolute.0, true, &|_| most);
                }
            }
            if let Some(nominal) = g.p_nom_mw.filter(|p| *p > 0.0 && !g.p_nom_extendable) {
                s.profile(relative, true, true, &|t, v, a| v.max(target(t, a) / nominal));
            }
        }
        (TableId::Links, "ramp_up" | "ramp_down") => {
            let l = &net.links.rows()[row];
            let per = |t: usize| if l.ramp_unit == fenggu_net::RampUnit::PerHour { net.time.duration_h[t] } else { 1.0 };
            let nominal = l.p_nom_mw.filter(|p| *p > 0.0)?;
            let relative = if group.field == "ramp_up" { "ramp_up_pu" } else { "ramp_down_pu" };
            s.profile(relative, true, true, &|t, v, a| v + a / per(t) / nominal);
        }
        (TableId::StorageUnits, "cycles_max_per_day") => {
            let u = &net.storage_units.rows()[row];
            let day = u.energy_capacity_mwh() * net.time.total_h() / 24.0;
            s.number("cycles_max_per_day", true, &|v| v + group.amounts.iter().map(|a| a.1).sum::<f64>() / day.max(1e-9));
        }
        // Limits that hold in every step when given as one number.
        (TableId::Interfaces | TableId::ReserveOffers, name) => {
            s.profile(name, true, up, &|_, v, a| signed(v, a));
        }
        // Values that are held, demands and requirements: only in the steps that need it.
        (_, name) => {
            let a = s.largest();
            if !s.profile(name, false, up, &|_, v, a| signed(v, a)) {
                s.number(name, up, &|v| signed(v, a));
            }
        }
    }
    let (field, unit, from, to) = s.shown?;
    let steps: Vec<usize> = group.amounts.iter().filter(|a| a.0 != WHOLE).map(|a| a.0 as usize).collect();
    Some(Change {
        table: group.table,
        row,
        name: net.table(group.table).name_of(row).to_string(),
        field,
        unit,
        kind: group.kind,
        steps: steps.iter().min().zip(steps.iter().max()).map(|(a, b)| (*a, *b)),
        from,
        to,
        cost: group.cost,
        sets: s.list,
    })
}
