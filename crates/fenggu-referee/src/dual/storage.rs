//! What storage would rather do at the prices of energy, and of energy stored.

use super::response::{Response, Room};
use super::{price, Court};
use crate::capacity::{cycle_energy, of_charge, of_discharge, of_energy, of_soc, set_at, Limits};
use crate::curve::Curve;
use crate::primal::{cycles_of_horizon, Held};
use crate::tally::Tally;
use fenggu_net::{EndRule, Quantity, TableId};

/// Energy limits of a step, the end rule in the last one.
fn energy_limits(limits: Limits, rule: EndRule, target: f64, last: bool) -> Limits {
    match rule {
        EndRule::AtLeast if last => Limits { lo: limits.lo.max(target), ..limits },
        EndRule::Exactly if last => limits.held(target),
        _ => limits,
    }
}

/// Charge and discharge of one step as the prices see them: coefficients, sizes, limits.
struct Both {
    charge: (f64, f64, Limits),
    discharge: (f64, f64, Limits),
    /// Quadratic cost of discharge.
    square: f64,
    /// Reported charge and discharge.
    now: (f64, f64),
    /// What their difference is held at; NaN where it is free.
    set: f64,
}

impl Both {
    /// Both answer for themselves; where their difference is held, discharge answers and charge follows.
    fn respond(self, court: &mut Court<'_, '_>, test: &mut Tally, capacity: f64, at: (usize, usize), room: &mut Option<&mut Room<'_>>) {
        let (c, d) = self.now;
        let set = self.set;
        let (a, a_size, a_limits) = self.charge;
        let (b, b_size, b_limits) = self.discharge;
        if set.is_nan() {
            court.respond(test, c, Response::linear(a, a_size, a_limits), capacity, at, room);
            let discharge = Response { square: self.square, ..Response::linear(b, b_size, b_limits) };
            court.respond(test, d, discharge, capacity, at, room);
            return;
        }
        let limits = Limits { lo: b_limits.lo.max(a_limits.lo + set), hi: b_limits.hi.min(a_limits.hi + set), ..b_limits };
        // Charge within what the capacity allows is discharge within that and the set point.
        let also = if a_limits.hi_pu.is_nan() { (f64::INFINITY, 0.0) } else { (set, a_limits.hi_pu) };
        court.bound -= a * set;
        if court.ray {
            court.rounding += 16.0 * f64::EPSILON * a_size * set.abs();
        }
        let joint = Response { square: self.square, also, ..Response::linear(a + b, a_size + b_size, limits) };
        court.respond(test, d, joint, capacity, at, room);
    }
}

/// `prices/storage_best_response` and `prices/storage_capacity`: charge, discharge, spill and stored energy.
pub(super) fn units(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps, q) = (court.case, court.case.net, court.case.steps, Quantity::StoragePNomOpt);
    if net.storage_units.is_empty() {
        return;
    }
    let (water, cycle) = (price(case, Quantity::StorageWaterValue), price(case, Quantity::StorageCyclePrice));
    let (head, foot) = (price(case, Quantity::StorageHeadroomPrice), price(case, Quantity::StorageFootroomPrice));
    let (up, down) = (price(case, Quantity::StorageEnergyUpPrice), price(case, Quantity::StorageEnergyDownPrice));
    let named = [Quantity::StorageCharge, Quantity::StorageDischarge, Quantity::StorageSoc, Quantity::StorageSpill];
    let extras = named.map(|q| court.extra.remove(&q));
    let mut test = Tally::new("prices/storage_best_response", "currency", TableId::StorageUnits);
    let mut capacity = Tally::new("prices/storage_capacity", "currency", TableId::StorageUnits);
    let held = Held::new(case);
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let i = id.index();
        let cyclic = s.end_rule == EndRule::Cyclic;
        let hours = |t: usize| net.time.duration_h[t] * net.time.weight_storage[t];
        let kept = |t: usize| (1.0 - s.standing_loss_per_h.at(t)).powf(hours(t));
        let worth = Curve::of_end_value(&s.end_value);
        let (choice, chosen) = (case.choice(q, i), case.capacity(q, i));
        let mut all = Room::default();
        let mut room = choice.is_some().then_some(&mut all);
        if !cyclic {
            court.bound -= water.at(i, 0) * kept(0) * s.soc_initial_mwh;
        }
        for t in 0..steps {
            let (w, h, psi, lambda) = (court.w[t], hours(t), water.at(i, t), s.sign * court.bus.at(s.bus.index(), t));
            let [x_charge, x_discharge, x_soc, x_spill] = [0, 1, 2, 3].map(|k: usize| extras[k].as_ref().map_or(0.0, |e| e[i * steps + t]));
            let (room_up, room_down) = (head.at(i, t), foot.at(i, t));
            let (cost_c, cost_d) = (s.charge_cost_per_mwh.at(t), s.discharge_cost_per_mwh.at(t));
            let square = s.discharge_cost_quadratic_per_mw2h.at(t);
            let (c, d) = (case.charge.at(i, t), case.discharge.at(i, t));
            court.bound -= psi * h * s.inflow_mw.at(t);

            let stored = h * s.efficiency_charge.at(t) * psi;
            let size = w * (lambda.abs() + cost_c.abs() + room_up.abs() + room_down.abs()).max(1.0) + stored.abs() + x_charge.abs();
            let coefficient = w * (lambda + cost_c - room_up + room_down) - stored + x_charge;
            let charge = (coefficient, size, of_charge(s, t).held(set_at(&s.charge_set_mw, t)));

            let taken = (h * psi + net.time.duration_h[t] * cycle.at(i, 0)) / s.efficiency_discharge.at(t);
            let sizes = lambda.abs() + cost_d.abs() + (2.0 * square * d).abs() + room_up.abs() + room_down.abs();
            let size = w * sizes.max(1.0) + taken.abs() + x_discharge.abs();
            let coefficient = w * (cost_d - lambda + room_up - room_down) + taken + x_discharge;
            let discharge = (coefficient, size, of_discharge(s, t).held(set_at(&s.discharge_set_mw, t)));
            let both = Both { charge, discharge, square: w * square, now: (c, d), set: set_at(&s.p_set_mw, t) };
            both.respond(court, &mut test, chosen, (i, t), &mut room);

            let size = w * s.spill_cost_per_mwh.at(t).abs().max(1.0) + (h * psi).abs() + x_spill.abs();
            let coefficient = w * s.spill_cost_per_mwh.at(t) + h * psi + x_spill;
            court.linear(&mut test, case.spill.at(i, t), coefficient, size, (0.0, s.inflow_mw.at(t)), (i, t));

            let last = t + 1 == steps;
            let next = match (last, cyclic) {
                (false, _) => kept(t + 1) * water.at(i, t + 1),
                (true, true) => kept(0) * water.at(i, 0),
                (true, false) => 0.0,
            };
            let (e_up, e_down, soc) = (up.at(i, t), down.at(i, t), case.soc.at(i, t));
            let holding = w * s.holding_cost_per_mwh_h.at(t);
            let coefficient = psi - next - e_up + e_down + holding + x_soc;
            let size = (psi.abs() + next.abs() + e_up.abs() + e_down.abs() + holding.abs() + x_soc.abs()).max(1.0);
            let limits = energy_limits(of_soc(s, t).held(set_at(&s.soc_set_mwh, t)), s.end_rule, s.soc_target_mwh, last);
            let mut energy = Response::linear(coefficient, size, limits);
            if last && !s.end_value.is_empty() {
                (energy.curve, energy.weight, energy.size) = (Some(&worth), 1.0, size + worth.slope_at(soc).abs());
            }
            court.respond(&mut test, soc, energy, chosen, (i, t), &mut room);
            if let Some(room) = &mut room {
                if held.offers(0, i) {
                    room.above(w * room_up, &of_discharge(s, t));
                }
                if held.offers(1, i) {
                    room.above(w * room_down, &of_charge(s, t));
                    room.above(e_down, &of_soc(s, t));
                }
            }
        }
        if let Some(choice) = choice {
            if let Some(cycles) = cycles_of_horizon(case, s) {
                all.above(cycles * cycle.at(i, 0), &cycle_energy(s));
            }
            court.choose(&mut capacity, &choice, chosen, court.charged(q, i), &all);
        }
    }
    made.push(test);
    made.push(capacity);
}

/// `prices/store_best_response` and `prices/store_capacity`: stored energy within its limits. Power is free, so that its
/// marginal cost must vanish, unless it is held.
pub(super) fn stores(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps, q) = (court.case, court.case.net, court.case.steps, Quantity::StoreENomOpt);
    if net.stores.is_empty() {
        return;
    }
    let water = price(case, Quantity::StoreWaterValue);
    let (p_extra, e_extra) = (court.extra.remove(&Quantity::StoreP), court.extra.remove(&Quantity::StoreEnergy));
    let mut test = Tally::new("prices/store_best_response", "currency", TableId::Stores);
    let mut capacity = Tally::new("prices/store_capacity", "currency", TableId::Stores);
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let i = id.index();
        let cyclic = s.end_rule == EndRule::Cyclic;
        let hours = |t: usize| net.time.duration_h[t] * net.time.weight_storage[t];
        let kept = |t: usize| (1.0 - s.standing_loss_per_h.at(t)).powf(hours(t));
        let (choice, chosen) = (case.choice(q, i), case.capacity(q, i));
        let mut all = Room::default();
        let mut room = choice.is_some().then_some(&mut all);
        if !cyclic {
            court.bound -= water.at(i, 0) * kept(0) * s.energy_initial_mwh;
        }
        for t in 0..steps {
            let (w, h, psi, lambda) = (court.w[t], hours(t), water.at(i, t), s.sign * court.bus.at(s.bus.index(), t));
            let [x_p, x_e] = [&p_extra, &e_extra].map(|x| x.as_ref().map_or(0.0, |e| e[i * steps + t]));
            let (cost, square, p) = (s.cost_linear_per_mwh.at(t), w * s.cost_quadratic_per_mw2h.at(t), case.store_p.at(i, t));
            let size = w * (lambda.abs() + cost.abs()).max(1.0) + (2.0 * square * p).abs() + (h * psi).abs() + x_p.abs();
            let coefficient = w * (cost - lambda) + h * psi + x_p;
            let set = set_at(&s.p_set_mw, t);
            if court.ray && !set.is_nan() {
                court.linear(&mut test, p, coefficient, size, (set, set), (i, t));
            } else if set.is_nan() {
                court.free(&mut test, p, coefficient, square, size, (i, t));
            } else {
                court.bound += (coefficient + square * set) * set;
            }

            let last = t + 1 == steps;
            let next = match (last, cyclic) {
                (false, _) => kept(t + 1) * water.at(i, t + 1),
                (true, true) => kept(0) * water.at(i, 0),
                (true, false) => 0.0,
            };
            let limits = energy_limits(of_energy(s, t).held(set_at(&s.energy_set_mwh, t)), s.end_rule, s.energy_target_mwh, last);
            let holding = w * s.holding_cost_per_mwh_h.at(t);
            let size = (psi.abs() + next.abs() + holding.abs() + x_e.abs()).max(1.0);
            let energy = Response::linear(psi - next + holding + x_e, size, limits);
            court.respond(&mut test, case.store_energy.at(i, t), energy, chosen, (i, t), &mut room);
        }
        if let Some(choice) = choice {
            court.choose(&mut capacity, &choice, chosen, court.charged(q, i), &all);
        }
    }
    made.push(test);
    made.push(capacity);
}
