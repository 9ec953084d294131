//! Prices against the network: parts, ranges, and what angles and shifts would rather do.

use super::response::Room;
use super::{price, Court};
use crate::capacity::{hard_rating, Limits};
use crate::ray::RADIUS_RAD;
use crate::tally::{Book, Tally};
use fenggu_net::{Quantity, TableId};

/// `prices/parts_sum`, `prices/energy_uniform`, `prices/range`.
pub(super) fn parts(court: &Court<'_, '_>, book: &mut Book) {
    let (case, tol) = (court.case, court.case.options.price_relative);
    let new = |name| Tally::new(name, "currency/MWh", TableId::Buses);
    let (mut sum, mut uniform, mut range) = (new("prices/parts_sum"), new("prices/energy_uniform"), new("prices/range"));
    let (energy, congestion) = (case.col(Quantity::BusPriceEnergy), case.col(Quantity::BusPriceCongestion));
    let (least, most) = (case.col(Quantity::BusPriceMin), case.col(Quantity::BusPriceMax));
    // The first bus of each island, in whose energy part all its buses agree.
    let mut first = vec![usize::MAX; case.net.buses.len()];
    for (id, _) in case.net.buses.iter().filter(|(_, b)| b.in_service()) {
        let b = id.index();
        let lead = &mut first[case.wires.island[b] as usize];
        *lead = (*lead).min(b);
        let lead = *lead;
        for t in 0..case.steps {
            let p = court.bus.at(b, t);
            if energy.present() {
                let scale = tol * p.abs().max(1.0);
                uniform.add((energy.at(b, t) - energy.at(lead, t)).abs(), scale, b, t);
                if congestion.present() {
                    // A sum of two numbers: no solver stands between.
                    let parts = energy.at(b, t) + congestion.at(b, t);
                    let size = energy.at(b, t).abs().max(congestion.at(b, t).abs()).max(1.0);
                    sum.add((p - parts).abs(), 1e-9 * size, b, t);
                }
            }
            // NaN in an end of the range: it was not computed.
            if least.present() && !least.at(b, t).is_nan() {
                range.within(p, least.at(b, t), f64::INFINITY, tol, b, t);
            }
            if most.present() && !most.at(b, t).is_nan() {
                range.within(p, f64::NEG_INFINITY, most.at(b, t), tol, b, t);
            }
        }
    }
    book.enter_all([sum, uniform, range]);
}

/// `prices/branch_capacity`: what the limits' prices pay for a rating covers its capital cost, and no more where it may rise.
pub(super) fn capacities(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, q) = (court.case, Quantity::BranchSNomOpt);
    let limit = price(case, Quantity::BranchLimitPrice);
    let mut test = Tally::new("prices/branch_capacity", "currency", TableId::Branches);
    let mut room = Room::default();
    for choice in case.choices.iter().filter(|(of, _)| *of == q).flat_map(|(_, rows)| rows) {
        let branch = &case.net.branches.rows()[choice.row];
        room.clear();
        for (t, &w) in court.w.iter().enumerate() {
            let rating = Limits { lo: f64::NEG_INFINITY, hi: f64::INFINITY, lo_pu: f64::NAN, hi_pu: branch.s_max_pu.at(t) };
            room.above(w * limit.at(choice.row, t).abs(), &rating);
        }
        court.choose(&mut test, choice, case.capacity(q, choice.row), court.charged(q, choice.row), &room);
    }
    made.push(test);
}

/// `prices/flow_violation`: no more is exceeded at a price than its limits' prices pay for, and they pay no more than that price.
pub(super) fn violations(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, steps) = (court.case, court.case.steps);
    let limit = price(case, Quantity::BranchLimitPrice);
    let after = std::mem::take(&mut court.outage_sum);
    let mut test = Tally::new("prices/flow_violation", "currency", TableId::Branches);
    for (id, b) in case.net.branches.iter().filter(|(id, _)| case.wires.live[id.index()] && case.wires.slope[id.index()] != 0.0) {
        let l = id.index();
        for t in 0..steps {
            let w = court.w[t];
            let (own, outages) = (limit.at(l, t).abs(), after.get(l * steps + t).copied().unwrap_or(0.0));
            if let Some(cost) = &b.violation_cost_per_mwh {
                let (c, size) = (w * (cost.at(t) - own - outages), w * (cost.at(t) + own + outages).max(1.0));
                court.linear(&mut test, case.flow_over.at(l, t), c, size, (0.0, f64::INFINITY), (l, t));
            }
            if let Some(cost) = &b.emergency_violation_cost_per_mwh {
                let (c, size) = (w * (cost.at(t) - outages), w * (cost.at(t) + outages).max(1.0));
                court.linear(&mut test, case.emergency_over.at(l, t), c, size, (0.0, f64::INFINITY), (l, t));
            }
        }
    }
    if !test.is_empty() {
        made.push(test);
    }
}

/// `prices/angle_stationarity` and `prices/shift_best_response`: at these prices no change of angles or shifts earns anything.
pub(super) fn angles(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let outage_shift = std::mem::take(&mut court.outage_shift);
    let (case, steps) = (court.case, court.case.steps);
    let (limit, angle) = (price(case, Quantity::BranchLimitPrice), price(case, Quantity::BranchAnglePrice));
    let extra = court.extra.remove(&Quantity::BranchFlow);
    let mut rest = vec![0.0; case.net.buses.len() * steps];
    let mut size = rest.clone();
    let mut tied = false;
    let mut shift = Tally::new("prices/shift_best_response", "currency", TableId::Branches);
    let mut free = Tally::new("prices/free_flow", "currency/MWh", TableId::Branches);
    for (id, b) in case.net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
        let l = id.index();
        let (from, to, slope) = (b.bus_from.index(), b.bus_to.index(), case.wires.slope[l]);
        for t in 0..steps {
            let w = court.w[t];
            let (at_from, at_to, mu, alpha) = (court.bus.at(from, t), court.bus.at(to, t), limit.at(l, t), w * angle.at(l, t));
            let added = extra.as_ref().map_or(0.0, |e| e[l * steps + t]);
            let c = w * (at_from - at_to + mu) + added;
            let sizes = w * (at_from.abs() + at_to.abs() + mu.abs()).max(1.0) + added.abs();
            if case.wires.is_ideal(l) {
                // The flow is free, so nothing may be earned by it. The price of the one angle is free too: it carries what is left on
                // one end to the other, at no cost, since the angles are the same (below, by `one_angle`).
                court.free(&mut free, case.flow(l, t), c, 0.0, sizes, (l, t));
            }
            let slope = if case.wires.is_ideal(l) { 0.0 } else { slope };
            let pull = slope * c + alpha;
            rest[from * steps + t] += pull;
            rest[to * steps + t] -= pull;
            // At least 1 per rad: on a branch that carries nothing the price of the angle limit is all there is, and where it is 0
            // an interior point leaves 1e-11, which is not to be measured by itself.
            let weight = slope.abs() * sizes + alpha.abs().max(w);
            size[from * steps + t] += weight;
            size[to * steps + t] += weight;
            // Angles at their reported values; what they leave of their coefficients is tested below.
            let difference = case.angle(from, t) - case.angle(to, t);
            if !court.ray {
                court.bound += alpha * difference;
            }
            if slope == 0.0 {
                tied |= alpha != 0.0;
                continue;
            }
            if !court.ray {
                court.bound += slope * c * difference;
            }
            if case.wires.shifter[l] && (court.ray || case.shift.present()) {
                let (lo, hi) = case.wires.shift_range(l, b);
                let x = case.wires.shift_at(l, case.shift, t);
                let after = outage_shift.get(l * steps + t).copied().unwrap_or(0.0);
                court.linear(&mut shift, x, after - slope * c, slope.abs() * sizes + after.abs(), (lo, hi), (l, t));
            } else {
                court.bound -= slope * c * case.wires.shift[l];
                if court.ray {
                    court.rounding += 16.0 * f64::EPSILON * (slope * sizes * case.wires.shift[l]).abs();
                }
            }
        }
    }
    for (b, &at) in case.wires.one_angle.iter().enumerate().filter(|(b, at)| b != *at) {
        for t in 0..steps {
            let (pull, weight) = (std::mem::take(&mut rest[b * steps + t]), std::mem::take(&mut size[b * steps + t]));
            rest[at * steps + t] += pull;
            size[at * steps + t] += weight;
        }
    }
    if court.ray {
        leave(court, &rest, &size, tied);
        return;
    }
    let mut stationary = Tally::new("prices/angle_stationarity", "currency/rad", TableId::Buses);
    for (id, _) in case.net.buses.iter().filter(|(_, b)| b.in_service()) {
        for t in 0..steps {
            let at = id.index() * steps + t;
            if size[at] > 0.0 {
                stationary.add(rest[at].abs(), case.options.price_relative * size[at], id.index(), t);
            }
        }
    }
    made.push(stationary);
    if case.net.branches.iter().any(|(l, _)| case.wires.is_ideal(l.index())) {
        made.push(free);
    }
    made.push(shift);
}

/// What the angles, which no limit of their own holds, may make of the weights that are left on them: summed along the spanning
/// forest, a weight meets the angle difference across one branch, which the branch's limits hold.
fn leave(court: &mut Court<'_, '_>, rest: &[f64], size: &[f64], tied: bool) {
    let (case, steps) = (court.case, court.case.steps);
    let (mut rest, mut size) = (rest.to_vec(), size.to_vec());
    for (l, known, new) in case.wires.forest().rev() {
        let b = &case.net.branches.rows()[l];
        let by_angle = b.angle_min_deg.abs().max(b.angle_max_deg.abs()).to_radians();
        let shift = case.wires.shift_range(l, b);
        for t in 0..steps {
            let by_flow = if case.wires.is_ideal(l) { 0.0 } else { hard_rating(b, b.s_nom_max_mva, t) / case.wires.slope[l].abs() };
            let by_rating = by_flow + shift.0.abs().max(shift.1.abs());
            // NaN (an infinite rating times 0) is no limit.
            let span = [by_angle, by_rating, RADIUS_RAD].into_iter().fold(f64::INFINITY, f64::min);
            let (pull, doubt) = (rest[new * steps + t], 16.0 * f64::EPSILON * size[new * steps + t]);
            court.bound -= pull.abs() * span;
            court.rounding += doubt * span;
            rest[known * steps + t] += pull;
            size[known * steps + t] += size[new * steps + t];
            (rest[new * steps + t], size[new * steps + t]) = (0.0, 0.0);
        }
    }
    // What arrives at the root moves the whole island. A branch within it pulls its two ends by the same, so that nothing but the
    // price of an angle limit across islands, on a branch that carries nothing, can arrive there.
    if tied {
        rest.iter().for_each(|pull| court.bound -= pull.abs() * RADIUS_RAD);
    }
}
