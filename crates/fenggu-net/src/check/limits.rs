//! Checks across fields of one component: crossed limits, costs, storage.
use super::{number, Findings};
use crate::diagnostic as code;
use crate::{Diagnostic, EndRule, Id, Profile, Severity, TableId};

/// Slack for limits that differ by rounding only.
const ROUNDING: f64 = 1e-9;

pub(super) fn run(found: &mut Findings) {
    generators(found);
    demands(found);
    storage(found);
    capacities(found);
    for (id, b) in found.net.branches.iter() {
        let live = found.net.branch_in_service(b);
        crossed(found, TableId::Branches, id.index(), live, ("angle_min_deg", b.angle_min_deg), ("angle_max_deg", b.angle_max_deg), None);
        if let (Some(lo), Some(hi)) = (b.phase_shift_min_deg, b.phase_shift_max_deg) {
            crossed(found, TableId::Branches, id.index(), live, ("phase_shift_min_deg", lo), ("phase_shift_max_deg", hi), None);
        }
    }
    for (id, l) in found.net.links.iter() {
        let constant = all_constant([l.p_min_mw.as_ref(), l.p_max_mw.as_ref(), Some(&l.p_min_pu), Some(&l.p_max_pu)]);
        let (low, high): (InStep<'_>, InStep<'_>) = if l.p_nom_extendable {
            (("p_min_pu", &|t| l.p_min_pu.at(t)), ("p_max_pu", &|t| l.p_max_pu.at(t)))
        } else {
            let low = if l.p_min_mw.is_some() { "p_min_mw" } else { "p_min_pu" };
            let high = if l.p_max_mw.is_some() { "p_max_mw" } else { "p_max_pu" };
            ((low, &|t| l.lower_mw(t)), (high, &|t| l.upper_mw(t)))
        };
        crossed_steps(found, TableId::Links, id.index(), l.in_service, constant, low, high);
        if l.cost_quadratic_per_mw2h.min() < 0.0 {
            let d = Diagnostic::new(&code::NOT_CONVEX).with("value", format!("{} p²", number(l.cost_quadratic_per_mw2h.min())));
            found.add(d, TableId::Links, id.index(), "cost_quadratic_per_mw2h");
        }
    }
    for (id, i) in found.net.interfaces.iter() {
        let constant = all_constant([Some(&i.p_min_mw), Some(&i.p_max_mw)]);
        let (low, high): (InStep<'_>, InStep<'_>) = (("p_min_mw", &|t| i.p_min_mw.at(t)), ("p_max_mw", &|t| i.p_max_mw.at(t)));
        crossed_steps(found, TableId::Interfaces, id.index(), i.in_service, constant, low, high);
    }
}

/// Reports lower > upper; an error only where the component is in service.
fn crossed(
    found: &mut Findings,
    table: TableId,
    row: usize,
    live: bool,
    low: (&'static str, f64),
    high: (&'static str, f64),
    step: Option<usize>,
) {
    if low.1 <= high.1 + ROUNDING * high.1.abs().max(1.0) {
        return;
    }
    let unit = found.net.table(table).fields().iter().find(|f| f.name == high.0).map_or("", |f| f.unit);
    let step = step.map_or(Default::default(), |t| (format!(" (step {})", t + 1), format!("（第 {} 时段）", t + 1)));
    let d = Diagnostic::new(&code::LIMITS_CROSSED)
        .severity(if live { Severity::Error } else { Severity::Note })
        .with("low_field", low.0)
        .with("low", number(low.1))
        .with("high", number(high.1))
        .with_unit(unit)
        .with_both("step", step.0, step.1);
    found.add(d, table, row, high.0);
}

/// A limit in every step: the field to name, and its value.
type InStep<'a> = (&'static str, &'a dyn Fn(usize) -> f64);

/// The first step in which the limits cross; one step is looked at when nothing in them changes.
fn crossed_steps(found: &mut Findings, table: TableId, row: usize, live: bool, constant: bool, low: InStep<'_>, high: InStep<'_>) {
    for t in 0..if constant { 1 } else { found.net.steps() } {
        let (lo, hi) = ((low.1)(t), (high.1)(t));
        if lo > hi + ROUNDING * hi.abs().max(1.0) {
            return crossed(found, table, row, live, (low.0, lo), (high.0, hi), (!constant).then_some(t));
        }
    }
}

fn all_constant<const N: usize>(profiles: [Option<&Profile>; N]) -> bool {
    profiles.into_iter().flatten().all(|p| p.constant().is_some())
}

/// Capacities that are decisions: the range itself, and a nominal value that stands outside it.
fn capacities(found: &mut Findings) {
    let net = found.net;
    let mut mixed: Vec<(TableId, usize, &'static str, (&'static str, &'static str))> = Vec::new();
    let (reserve, cycles) = (("reserve", "备用"), ("cycles", "循环"));
    let mut one = |table, row, live, extendable: bool, low: (&'static str, f64), high: (&'static str, f64)| {
        if extendable {
            crossed(found, table, row, live, low, high, None);
        }
    };
    for (id, g) in net.generators.iter() {
        let (low, high) = (("p_nom_min_mw", g.p_nom_min_mw), ("p_nom_max_mw", g.p_nom_max_mw));
        one(TableId::Generators, id.index(), g.in_service, g.p_nom_extendable, low, high);
        one(
            TableId::Generators,
            id.index(),
            g.in_service,
            true,
            ("energy_sum_min_mwh", g.energy_sum_min_mwh),
            ("energy_sum_max_mwh", g.energy_sum_max_mwh),
        );
    }
    for (id, s) in net.storage_units.iter() {
        let (low, high) = (("p_nom_min_mw", s.p_nom_min_mw), ("p_nom_max_mw", s.p_nom_max_mw));
        one(TableId::StorageUnits, id.index(), s.in_service, s.p_nom_extendable, low, high);
    }
    for (_, o) in net.reserve_offers.iter() {
        if let Some(g) = o.generator.filter(|g| net.generators[*g].p_nom_extendable) {
            let fields = [("p_min_mw", net.generators[g].p_min_mw.is_some()), ("p_max_mw", net.generators[g].p_max_mw.is_some())];
            mixed.extend(fields.into_iter().filter(|f| f.1).map(|f| (TableId::Generators, g.index(), f.0, reserve)));
        }
        if let Some(s) = o.storage_unit.filter(|s| net.storage_units[*s].p_nom_extendable) {
            let s_ = &net.storage_units[s];
            let told =
                [("charge_max_mw", &s_.charge_max_mw), ("discharge_max_mw", &s_.discharge_max_mw), ("energy_max_mwh", &s_.energy_max_mwh)];
            mixed.extend(told.into_iter().filter(|f| f.1.is_some()).map(|f| (TableId::StorageUnits, s.index(), f.0, reserve)));
        }
    }
    for (id, s) in net.storage_units.iter() {
        if s.p_nom_extendable && s.energy_max_mwh.is_some() && s.cycles_max_per_day.is_some() {
            mixed.push((TableId::StorageUnits, id.index(), "energy_max_mwh", cycles));
        }
    }
    for (id, s) in net.stores.iter() {
        let (low, high) = (("e_nom_min_mwh", s.e_nom_min_mwh), ("e_nom_max_mwh", s.e_nom_max_mwh));
        one(TableId::Stores, id.index(), s.in_service, s.e_nom_extendable, low, high);
    }
    for (id, l) in net.links.iter() {
        let (low, high) = (("p_nom_min_mw", l.p_nom_min_mw), ("p_nom_max_mw", l.p_nom_max_mw));
        one(TableId::Links, id.index(), l.in_service, l.p_nom_extendable, low, high);
    }
    for (id, b) in net.branches.iter() {
        let (low, high) = (("s_nom_min_mva", b.s_nom_min_mva), ("s_nom_max_mva", b.s_nom_max_mva));
        one(TableId::Branches, id.index(), b.in_service, b.s_nom_extendable, low, high);
    }
    mixed.dedup();
    for (table, row, field, why) in mixed {
        found.add(Diagnostic::new(&code::CAPACITY_AND_LIMITS).with_both("value", why.0, why.1), table, row, field);
    }
}

fn generators(found: &mut Findings) {
    for (id, g) in found.net.generators.iter() {
        let (table, row) = (TableId::Generators, id.index());
        let live = g.in_service && found.net.buses[g.bus].in_service();
        let constant = all_constant([g.p_min_mw.as_ref(), g.p_max_mw.as_ref(), Some(&g.p_min_pu), Some(&g.p_max_pu)]);
        let (low, high): (InStep<'_>, InStep<'_>) = if g.p_nom_extendable {
            (("p_min_pu", &|t| g.p_min_pu.at(t)), ("p_max_pu", &|t| g.p_max_pu.at(t)))
        } else {
            let low = if g.p_min_mw.is_some() { "p_min_mw" } else { "p_min_pu" };
            let high = if g.p_max_mw.is_some() { "p_max_mw" } else { "p_max_pu" };
            ((low, &|t| g.lower_mw(t)), (high, &|t| g.upper_mw(t)))
        };
        crossed_steps(found, table, row, live, constant, low, high);
        let severity = if live { Severity::Error } else { Severity::Note };
        if g.cost_quadratic_per_mw2h.min() < 0.0 {
            let d = Diagnostic::new(&code::NOT_CONVEX)
                .severity(severity)
                .with("value", format!("{} p²", number(g.cost_quadratic_per_mw2h.min())));
            found.add(d, table, row, "cost_quadratic_per_mw2h");
        }
        if let Some(k) = g.cost_points.windows(2).position(|w| w[1][0] <= w[0][0]) {
            let d = Diagnostic::new(&code::POINTS_ORDER).severity(severity).with_both(
                "value",
                format!("point {} is not right of point {}", k + 2, k + 1),
                format!("第 {} 点不在第 {} 点右侧", k + 2, k + 1),
            );
            found.add(d, table, row, "cost_points");
        } else {
            let slopes: Vec<f64> = g.cost_points.windows(2).map(|w| (w[1][1] - w[0][1]) / (w[1][0] - w[0][0])).collect();
            rising(found, table, row, "cost_points", severity, &slopes, 1.0);
        }
        let prices: Vec<f64> = g.offer.iter().map(|s| s[1]).collect();
        widths(found, table, row, "offer", severity, &g.offer);
        rising(found, table, row, "offer", severity, &prices, 1.0);
    }
}

fn demands(found: &mut Findings) {
    for (id, l) in found.net.loads.iter() {
        let prices: Vec<f64> = l.bid.iter().map(|s| s[1]).collect();
        widths(found, TableId::Loads, id.index(), "bid", Severity::Error, &l.bid);
        rising(found, TableId::Loads, id.index(), "bid", Severity::Error, &prices, -1.0);
    }
    for (id, r) in found.net.reserves.iter() {
        let prices: Vec<f64> = r.shortage.iter().map(|s| s[1]).collect();
        rising(found, TableId::Reserves, id.index(), "shortage", Severity::Error, &prices, 1.0);
    }
}

fn widths(found: &mut Findings, table: TableId, row: usize, field: &'static str, severity: Severity, steps: &[[f64; 2]]) {
    if let Some(k) = steps.iter().position(|s| s[0] < 0.0) {
        let d = Diagnostic::new(&code::POINTS_ORDER).severity(severity).with_both(
            "value",
            format!("step {} is {} MW wide", k + 1, number(steps[k][0])),
            format!("第 {} 段宽 {} MW", k + 1, number(steps[k][0])),
        );
        found.add(d, table, row, field);
    }
}

/// Slopes must rise (sign 1) or fall (sign −1), rounding of a printed curve aside.
fn rising(found: &mut Findings, table: TableId, row: usize, field: &'static str, severity: Severity, slopes: &[f64], sign: f64) {
    // Curves printed with few digits bend by rounding: RTS-GMLC's by 8e-6 of the slope. 1e-4 is far below any real step.
    let bent = |w: &[f64]| sign * (w[1] - w[0]) < -1e-4 * w[0].abs().max(w[1].abs()).max(1.0);
    if let Some(k) = slopes.windows(2).position(bent) {
        let (a, b, step) = (number(slopes[k]), number(slopes[k + 1]), k + 2);
        let d = Diagnostic::new(&code::NOT_CONVEX).severity(severity).with_both(
            "value",
            format!("{a} then {b} per MWh at step {step}"),
            format!("第 {step} 段由 {a} 变为 {b}，每 MWh"),
        );
        found.add(d, table, row, field);
    }
}

fn storage(found: &mut Findings) {
    let last = found.net.steps().saturating_sub(1);
    for (id, s) in found.net.storage_units.iter() {
        let (table, row) = (TableId::StorageUnits, id.index());
        let high_field = if s.energy_max_mwh.is_some() { "energy_max_mwh" } else { "energy_hours_h" };
        let constant = all_constant([Some(&s.energy_min_mwh), s.energy_max_mwh.as_ref()]);
        let live = s.in_service && !s.p_nom_extendable;
        let (low, high): (InStep<'_>, InStep<'_>) =
            (("energy_min_mwh", &|t| s.energy_min_mwh.at(t)), (high_field, &|t| s.energy_upper_mwh(t)));
        crossed_steps(found, table, row, live, constant, low, high);
        if s.in_service && !s.p_nom_extendable {
            // The state before the first step may lie outside limits that only hold from the end of the first step on.
            let first = (s.energy_min_mwh.at(0), s.energy_upper_mwh(0));
            if s.end_rule != EndRule::Cyclic && s.soc_initial_mwh > first.1 + ROUNDING {
                // What inflow brings can be spilled, nothing else.
                let hours = found.net.time.storage_h(0);
                let kept = s.soc_initial_mwh * (1.0 - s.standing_loss_per_h.at(0)).powf(hours);
                let lost = s.inflow_mw.at(0).min(0.0) - s.discharge_upper_mw(0) / s.efficiency_discharge.at(0);
                if kept + hours * lost <= first.1 + ROUNDING {
                    let d = Diagnostic::new(&code::STORAGE_ABOVE).with("value", number(s.soc_initial_mwh)).with("high", number(first.1));
                    found.add(d, table, row, "soc_initial_mwh");
                } else {
                    outside(found, table, row, "soc_initial_mwh", s.soc_initial_mwh, first);
                }
            }
            target(
                found,
                table,
                row,
                "soc_target_mwh",
                s.end_rule,
                s.soc_target_mwh,
                (s.energy_min_mwh.at(last), s.energy_upper_mwh(last)),
            );
        }
        if s.in_service {
            let round_trip = s.efficiency_charge.max() * s.efficiency_discharge.max();
            if round_trip >= 1.0 && s.discharge_cost_per_mwh.min() + s.charge_cost_per_mwh.min() <= 0.0 {
                found.add(Diagnostic::new(&code::BOTH_WAYS).with("value", number(round_trip)), table, row, "efficiency_charge");
            }
            let values: Vec<f64> = s.end_value.iter().map(|v| v[1]).collect();
            widths(found, table, row, "end_value", Severity::Error, &s.end_value);
            rising(found, table, row, "end_value", Severity::Error, &values, -1.0);
        }
    }
    for (id, s) in found.net.stores.iter() {
        let (table, row) = (TableId::Stores, id.index());
        let constant = all_constant([s.energy_min_mwh.as_ref(), s.energy_max_mwh.as_ref(), Some(&s.e_min_pu), Some(&s.e_max_pu)]);
        let (low, high): (InStep<'_>, InStep<'_>) = if s.e_nom_extendable {
            (("e_min_pu", &|t| s.e_min_pu.at(t)), ("e_max_pu", &|t| s.e_max_pu.at(t)))
        } else {
            let low = if s.energy_min_mwh.is_some() { "energy_min_mwh" } else { "e_min_pu" };
            let high = if s.energy_max_mwh.is_some() { "energy_max_mwh" } else { "e_max_pu" };
            ((low, &|t| s.energy_lower_mwh(t)), (high, &|t| s.energy_upper_mwh(t)))
        };
        crossed_steps(found, table, row, s.in_service, constant, low, high);
        if s.in_service && !s.e_nom_extendable {
            target(
                found,
                table,
                row,
                "energy_target_mwh",
                s.end_rule,
                s.energy_target_mwh,
                (s.energy_lower_mwh(last), s.energy_upper_mwh(last)),
            );
        }
    }
    for (id, o) in found.net.reserve_offers.iter() {
        if o.generator.is_some() == o.storage_unit.is_some() {
            let d = Diagnostic::new(&code::EXACTLY_ONE).with("value", "generator, storage_unit");
            found.add(d, TableId::ReserveOffers, Id::<crate::ReserveOffer>::index(id), "generator");
        }
    }
    for (id, term) in found.net.interface_terms.iter() {
        if term.branch.is_some() == term.link.is_some() {
            found.add(Diagnostic::new(&code::EXACTLY_ONE).with("value", "branch, link"), TableId::InterfaceTerms, id.index(), "branch");
        }
    }
    for (id, c) in found.net.contingencies.iter() {
        if c.branch.is_some() == c.generator.is_some() {
            let d = Diagnostic::new(&code::EXACTLY_ONE).with("value", "branch, generator");
            found.add(d, TableId::Contingencies, id.index(), "branch");
        }
    }
}

fn target(found: &mut Findings, table: TableId, row: usize, field: &'static str, rule: EndRule, value: f64, limits: (f64, f64)) {
    let bad = match rule {
        EndRule::Free | EndRule::Cyclic => false,
        EndRule::AtLeast => value > limits.1 + ROUNDING,
        EndRule::Exactly => value > limits.1 + ROUNDING || value < limits.0 - ROUNDING,
    };
    if bad {
        outside(found, table, row, field, value, limits);
    }
}

fn outside(found: &mut Findings, table: TableId, row: usize, field: &'static str, value: f64, limits: (f64, f64)) {
    let d = Diagnostic::new(&code::STORAGE_START).with("value", number(value)).with("low", number(limits.0)).with("high", number(limits.1));
    found.add(d, table, row, field);
}
