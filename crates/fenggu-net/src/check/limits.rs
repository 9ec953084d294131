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
    for (id, b) in found.net.branches.iter() {
        let live = found.net.branch_in_service(b);
        crossed(found, TableId::Branches, id.index(), live, ("angle_min_deg", b.angle_min_deg), ("angle_max_deg", b.angle_max_deg), None);
        if let (Some(lo), Some(hi)) = (b.phase_shift_min_deg, b.phase_shift_max_deg) {
            crossed(found, TableId::Branches, id.index(), live, ("phase_shift_min_deg", lo), ("phase_shift_max_deg", hi), None);
        }
    }
    for (id, l) in found.net.links.iter() {
        crossed_profiles(found, TableId::Links, id.index(), l.in_service, ("p_min_mw", &l.p_min_mw), ("p_max_mw", &l.p_max_mw));
        if l.cost_quadratic_per_mw2h.min() < 0.0 {
            let d = Diagnostic::new(&code::NOT_CONVEX).with("value", format!("{} p²", number(l.cost_quadratic_per_mw2h.min())));
            found.add(d, TableId::Links, id.index(), "cost_quadratic_per_mw2h");
        }
    }
    for (id, i) in found.net.interfaces.iter() {
        crossed_profiles(found, TableId::Interfaces, id.index(), i.in_service, ("p_min_mw", &i.p_min_mw), ("p_max_mw", &i.p_max_mw));
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
    let step = step.map_or(String::new(), |t| format!(" (step {})", t + 1));
    let d = Diagnostic::new(&code::LIMITS_CROSSED)
        .severity(if live { Severity::Error } else { Severity::Note })
        .with("low_field", low.0)
        .with("low", number(low.1))
        .with("high", number(high.1))
        .with("unit", unit)
        .with("step", step);
    found.add(d, table, row, high.0);
}

fn crossed_profiles(
    found: &mut Findings,
    table: TableId,
    row: usize,
    live: bool,
    low: (&'static str, &Profile),
    high: (&'static str, &Profile),
) {
    let constant = low.1.constant().is_some() && high.1.constant().is_some();
    for t in 0..if constant { 1 } else { found.net.steps() } {
        if low.1.at(t) > high.1.at(t) {
            return crossed(found, table, row, live, (low.0, low.1.at(t)), (high.0, high.1.at(t)), (!constant).then_some(t));
        }
    }
}

fn generators(found: &mut Findings) {
    for (id, g) in found.net.generators.iter() {
        let (table, row) = (TableId::Generators, id.index());
        let live = g.in_service && found.net.buses[g.bus].in_service();
        let low_field = if g.p_min_mw.is_some() { "p_min_mw" } else { "p_min_pu" };
        let high_field = if g.p_max_mw.is_some() { "p_max_mw" } else { "p_max_pu" };
        let constant = [g.p_min_mw.as_ref(), g.p_max_mw.as_ref(), Some(&g.p_min_pu), Some(&g.p_max_pu)]
            .into_iter()
            .flatten()
            .all(|p| p.constant().is_some());
        let steps = if constant { 1 } else { found.net.steps() };
        if let Some(t) = (0..steps).find(|&t| g.lower_mw(t) > g.upper_mw(t) + ROUNDING * g.upper_mw(t).abs().max(1.0)) {
            crossed(found, table, row, live, (low_field, g.lower_mw(t)), (high_field, g.upper_mw(t)), (!constant).then_some(t));
        }
        let severity = if live { Severity::Error } else { Severity::Note };
        if g.cost_quadratic_per_mw2h.min() < 0.0 {
            let d = Diagnostic::new(&code::NOT_CONVEX)
                .severity(severity)
                .with("value", format!("{} p²", number(g.cost_quadratic_per_mw2h.min())));
            found.add(d, table, row, "cost_quadratic_per_mw2h");
        }
        if let Some(k) = g.cost_points.windows(2).position(|w| w[1][0] <= w[0][0]) {
            let d = Diagnostic::new(&code::POINTS_ORDER)
                .severity(severity)
                .with("value", format!("point {} is not right of point {}", k + 2, k + 1));
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
        let d = Diagnostic::new(&code::POINTS_ORDER)
            .severity(severity)
            .with("value", format!("step {} is {} MW wide", k + 1, number(steps[k][0])));
        found.add(d, table, row, field);
    }
}

/// Slopes must rise (sign 1) or fall (sign −1), rounding of a printed curve aside.
fn rising(found: &mut Findings, table: TableId, row: usize, field: &'static str, severity: Severity, slopes: &[f64], sign: f64) {
    // Curves printed with few digits bend by rounding: RTS-GMLC's by 8e-6 of the slope. 1e-4 is far below any real step.
    let bent = |w: &[f64]| sign * (w[1] - w[0]) < -1e-4 * w[0].abs().max(w[1].abs()).max(1.0);
    if let Some(k) = slopes.windows(2).position(bent) {
        let d = Diagnostic::new(&code::NOT_CONVEX)
            .severity(severity)
            .with("value", format!("{} then {} per MWh at step {}", number(slopes[k]), number(slopes[k + 1]), k + 2));
        found.add(d, table, row, field);
    }
}

fn storage(found: &mut Findings) {
    let last = found.net.steps().saturating_sub(1);
    for (id, s) in found.net.storage_units.iter() {
        let (table, row) = (TableId::StorageUnits, id.index());
        crossed_profiles(found, table, row, s.in_service, ("energy_min_mwh", &s.energy_min_mwh), ("energy_max_mwh", &s.energy_max_mwh));
        if s.in_service {
            // The state before the first step may lie outside limits that only hold from the end of the first step on;
            // above the first capacity it can be spilled only where there is inflow to spill.
            let first = (s.energy_min_mwh.at(0), s.energy_max_mwh.at(0));
            if s.end_rule != EndRule::Cyclic && s.soc_initial_mwh > first.1 + ROUNDING {
                outside(found, table, row, "soc_initial_mwh", s.soc_initial_mwh, first);
            }
            target(
                found,
                table,
                row,
                "soc_target_mwh",
                s.end_rule,
                s.soc_target_mwh,
                (s.energy_min_mwh.at(last), s.energy_max_mwh.at(last)),
            );
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
        crossed_profiles(found, table, row, s.in_service, ("energy_min_mwh", &s.energy_min_mwh), ("energy_max_mwh", &s.energy_max_mwh));
        if s.in_service {
            target(
                found,
                table,
                row,
                "energy_target_mwh",
                s.end_rule,
                s.energy_target_mwh,
                (s.energy_min_mwh.at(last), s.energy_max_mwh.at(last)),
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
