//! Limits over the whole horizon: emissions and energy, and users' own constraints.

use crate::case::Case;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::check::structure::side_target;
use fenggu_net::{Generator, GlobalLimit, LimitSense, LimitSubject, Network, Quantity, TableId};

/// What 1 MWh of primary energy of a generator counts against a limit: t of CO2, or MWh.
pub(crate) fn emission_per_mwh(net: &Network, limit: &GlobalLimit, g: &Generator) -> f64 {
    match (limit.subject, g.carrier) {
        (LimitSubject::Co2, Some(c)) => net.carriers[c].co2_t_per_mwh,
        (LimitSubject::PrimaryEnergy, Some(c)) if limit.carrier == Some(c) => 1.0,
        _ => 0.0,
    }
}

/// How far `value` is on the wrong side of `rhs`.
pub(crate) fn breach(sense: LimitSense, value: f64, rhs: f64) -> f64 {
    match sense {
        LimitSense::AtMost => value - rhs,
        LimitSense::AtLeast => rhs - value,
        LimitSense::Equal => (value - rhs).abs(),
    }
}

/// What is counted against a limit, and the sum of its sizes.
pub(crate) fn counted(case: &Case<'_>, limit: &GlobalLimit) -> (f64, f64) {
    let time = &case.net.time;
    let (mut sum, mut gross) = (0.0, 0.0f64);
    for (id, g) in case.net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus)) {
        let per = emission_per_mwh(case.net, limit, g);
        if per != 0.0 {
            for t in 0..case.steps {
                let used = per * time.duration_h[t] * time.weight_energy[t] * case.generator_p.at(id.index(), t) / g.efficiency.at(t);
                sum += used;
                gross += used.abs();
            }
        }
    }
    (sum, gross)
}

/// `limit/global`, and the reported use.
pub(super) fn global_limits(case: &Case<'_>, book: &mut Book) {
    let tol = case.options.feasibility_relative;
    let new = |name| Tally::new(name, "t or MWh", TableId::GlobalLimits);
    let (mut holds, mut used) = (new("limit/global"), new("limit/global_used"));
    let told = case.col(Quantity::GlobalLimitUsed);
    for (id, limit) in case.net.global_limits.iter() {
        let (sum, gross) = counted(case, limit);
        let scale = tol * gross.max(limit.limit.abs()).max(1.0);
        holds.add(breach(limit.sense, sum, limit.limit).max(0.0), scale, id.index(), WHOLE);
        if told.present() {
            used.add((told.at(id.index(), 0) - sum).abs(), scale, id.index(), WHOLE);
        }
    }
    book.enter_all([holds, used]);
}

/// Left-hand side of every side constraint and the sum of its terms' sizes. `[side constraint]`
pub(crate) fn side_activity(case: &Case<'_>) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); case.net.side_constraints.len()];
    for (_, term) in case.net.side_terms.iter() {
        let Some((q, row)) = side_target(case.net, term) else { continue };
        let steps = if term.step < 0 { 0..case.steps } else { term.step as usize..term.step as usize + 1 };
        for t in steps {
            let part = term.coefficient * case.value(q, row, t);
            let (sum, gross) = &mut sums[term.constraint.index()];
            *sum += part;
            *gross += part.abs();
        }
    }
    sums
}

/// `limit/side_constraint` (those without a penalty), and the reported activity.
pub(super) fn side_constraints(case: &Case<'_>, book: &mut Book) {
    let tol = case.options.feasibility_relative;
    if case.net.side_constraints.is_empty() {
        return;
    }
    let new = |name| Tally::new(name, "", TableId::SideConstraints);
    let (mut holds, mut activity) = (new("limit/side_constraint"), new("limit/side_activity"));
    let told = case.col(Quantity::SideActivity);
    let sums = side_activity(case);
    for (id, side) in case.net.side_constraints.iter() {
        let (sum, gross) = sums[id.index()];
        let scale = tol * gross.max(side.rhs.abs()).max(1.0);
        if side.penalty.is_none() {
            holds.add(breach(side.sense, sum, side.rhs).max(0.0), scale, id.index(), WHOLE);
        }
        if told.present() {
            activity.add((told.at(id.index(), 0) - sum).abs(), scale, id.index(), WHOLE);
        }
    }
    book.enter_all([holds, activity]);
}
