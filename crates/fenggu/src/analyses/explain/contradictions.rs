//! Data that contradict each other before anything is solved: a value that is told outside its own limits.

use super::change::{change, Change, Group};
use super::conflict::{Conflict, Held};
use super::prices::{Kind, Prices};
use crate::analyses::dispatch::bounds;
use crate::error::Error;
use crate::formulate::{DispatchFormulation, DispatchModel, Plan};
use fenggu_net::{EndRule, Network, Profile, StorageUnit, TableId};

/// What was found, and two ways out: the told values moved to their limits, or the limits to the values.
#[derive(Default)]
pub(super) struct Contradictions {
    pub conflicts: Vec<Conflict>,
    pub changes: Vec<Change>,
    pub otherwise: Option<Vec<Change>>,
}

/// The value a field tells in a step.
fn told(set: &Option<Profile>, t: usize) -> Option<f64> {
    set.as_ref().map(|s| s.at(t)).filter(|v| !v.is_nan())
}

/// A told value of an element: table, row, its field, its limits' fields, value and limits in a step.
struct Told {
    table: TableId,
    row: usize,
    field: &'static str,
    limit_fields: [&'static str; 2],
    room: &'static str,
    value: f64,
    limits: (f64, f64),
}

fn energy_limits(s: &StorageUnit, t: usize, last: usize) -> (f64, f64) {
    let (lo, hi) = (s.energy_min_mwh.at(t), s.energy_upper_mwh(t));
    match s.end_rule {
        EndRule::AtLeast if t == last => (lo.max(s.soc_target_mwh), hi),
        EndRule::Exactly if t == last => (s.soc_target_mwh, s.soc_target_mwh),
        _ => (lo, hi),
    }
}

fn each(net: &Network, t: usize, found: &mut dyn FnMut(Told)) {
    let last = net.steps() - 1;
    let live = |bus: fenggu_net::BusId| net.buses[bus].in_service();
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && live(g.bus) && !g.p_nom_extendable) {
        if let Some(value) = told(&g.p_set_mw, t) {
            let (limits, room) = ((g.lower_mw(t), g.upper_mw(t)), "generation/limits");
            found(Told {
                table: TableId::Generators,
                row: id.index(),
                field: "p_set_mw",
                limit_fields: ["p_min", "p_max"],
                room,
                value,
                limits,
            });
        }
    }
    for (id, l) in net.links.iter().filter(|(_, l)| l.in_service && live(l.bus_from) && live(l.bus_to) && !l.p_nom_extendable) {
        if let Some(value) = told(&l.p_set_mw, t) {
            let (limits, room) = ((l.lower_mw(t), l.upper_mw(t)), "conversion/link_limits");
            found(Told {
                table: TableId::Links,
                row: id.index(),
                field: "p_set_mw",
                limit_fields: ["p_min", "p_max"],
                room,
                value,
                limits,
            });
        }
    }
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && live(s.bus) && !s.p_nom_extendable) {
        let room = "storage/limits";
        for (set, field, limit, limits) in [
            (&s.charge_set_mw, "charge_set_mw", ["", "charge_max"], (0.0, s.charge_upper_mw(t))),
            (&s.discharge_set_mw, "discharge_set_mw", ["", "discharge_max"], (0.0, s.discharge_upper_mw(t))),
            (&s.soc_set_mwh, "soc_set_mwh", ["energy_min_mwh", "energy_max"], energy_limits(s, t, last)),
        ] {
            if let Some(value) = told(set, t) {
                found(Told { table: TableId::StorageUnits, row: id.index(), field, limit_fields: limit, room, value, limits });
            }
        }
    }
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service && live(s.bus) && !s.e_nom_extendable) {
        if let Some(value) = told(&s.energy_set_mwh, t) {
            let (limits, room) = ((s.energy_lower_mwh(t), s.energy_upper_mwh(t)), "storage/limits");
            let limit_fields = ["e_min", "e_max"];
            found(Told { table: TableId::Stores, row: id.index(), field: "energy_set_mwh", limit_fields, room, value, limits });
        }
    }
}

/// Finds them. Cheap where bounds do not cross: they are looked for by name only when some do.
pub(super) fn find(net: &Network, prices: &Prices) -> Result<Contradictions, Error> {
    let plan = Plan::declare(net, DispatchFormulation::default());
    let (lo, hi) = bounds(&DispatchModel { net, plan: &plan });
    let mut out = Contradictions::default();
    if !lo.iter().zip(&hi).any(|(l, h)| l > h) {
        return Ok(out);
    }
    let (mut values, mut limits): (Vec<Group>, Vec<Group>) = (Vec::new(), Vec::new());
    for t in 0..net.steps() {
        each(net, t, &mut |told| {
            let (above, below) = (told.value - told.limits.1, told.limits.0 - told.value);
            let (up, amount) = if above > 0.0 { (false, above) } else { (true, below) };
            // Limits that the end rule itself makes empty are for `check`.
            if amount <= 1e-9 * told.value.abs().max(1.0) || told.limits.0 > told.limits.1 {
                return;
            }
            let limit_field = told.limit_fields[usize::from(above > 0.0)];
            let price = |kind| prices.of(net, kind, told.table, told.row) * net.time.duration_h[t];
            let add = |list: &mut Vec<Group>, field, up, kind| {
                let cost = amount * price(kind);
                match list.iter_mut().find(|g| (g.table, g.row, g.field, g.up) == (told.table, told.row, field, up)) {
                    Some(g) => {
                        g.amounts.push((t as u32, amount));
                        g.cost += cost;
                    }
                    None => list.push(Group { table: told.table, row: told.row, field, up, kind, amounts: vec![(t as u32, amount)], cost }),
                }
            };
            add(&mut values, told.field, up, Kind::SetPoint);
            if !limit_field.is_empty() {
                add(&mut limits, limit_field, !up, Kind::Power);
            }
            let member = |side, limit| Held {
                room: told.room,
                table: Some(told.table),
                element: net.table(told.table).name_of(told.row).to_string(),
                quantity: told.field,
                steps: Some((t, t)),
                side,
                limit,
            };
            let side = if above > 0.0 { ("upper", told.limits.1) } else { ("lower", told.limits.0) };
            let steps = Some((t, t));
            let members = vec![member("set point", told.value), member(side.0, side.1)];
            match out.conflicts.iter_mut().find(|c| c.members[0].table == members[0].table && c.members[0].element == members[0].element) {
                Some(c) => {
                    let end = c.steps.map_or(t, |s| s.0);
                    c.steps = Some((end, t));
                    c.members.iter_mut().for_each(|m| m.steps = Some((end, t)));
                }
                None => out.conflicts.push(Conflict { members, irreducible: true, steps }),
            }
        });
    }
    out.changes = values.iter().filter_map(|g| change(net, g)).collect();
    let other: Vec<Change> = limits.iter().filter_map(|g| change(net, g)).collect();
    out.otherwise = (other.len() == out.changes.len() && !other.is_empty()).then_some(other);
    Ok(out)
}
