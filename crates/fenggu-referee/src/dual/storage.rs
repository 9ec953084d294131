//! What storage would rather do at the prices of energy, and of energy stored.

use super::{price, Court};
use crate::curve::Curve;
use crate::tally::Tally;
use fenggu_net::{EndRule, Quantity, TableId};

/// Energy limits of a step, the end rule in the last one.
fn energy_range(limits: (f64, f64), rule: EndRule, target: f64, last: bool) -> (f64, f64) {
    match rule {
        EndRule::AtLeast if last => (limits.0.max(target), limits.1),
        EndRule::Exactly if last => (target, target),
        _ => limits,
    }
}

/// `prices/storage_best_response`: charge, discharge, spill and stored energy.
pub(super) fn units(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps) = (court.case, court.case.net, court.case.steps);
    if net.storage_units.is_empty() {
        return;
    }
    let (water, cycle) = (price(case, Quantity::StorageWaterValue), price(case, Quantity::StorageCyclePrice));
    let (head, foot) = (price(case, Quantity::StorageHeadroomPrice), price(case, Quantity::StorageFootroomPrice));
    let (up, down) = (price(case, Quantity::StorageEnergyUpPrice), price(case, Quantity::StorageEnergyDownPrice));
    let named = [Quantity::StorageCharge, Quantity::StorageDischarge, Quantity::StorageSoc, Quantity::StorageSpill];
    let extras = named.map(|q| court.extra.remove(&q));
    let mut test = Tally::new("prices/storage_best_response", "currency", TableId::StorageUnits);
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let i = id.index();
        let cyclic = s.end_rule == EndRule::Cyclic;
        let hours = |t: usize| net.time.duration_h[t] * net.time.weight_storage[t];
        let kept = |t: usize| (1.0 - s.standing_loss_per_h.at(t)).powf(hours(t));
        let worth = Curve::of_end_value(&s.end_value);
        if !cyclic {
            court.bound -= water.at(i, 0) * kept(0) * s.soc_initial_mwh;
        }
        for t in 0..steps {
            let (w, h, psi, lambda) = (court.w[t], hours(t), water.at(i, t), court.bus.at(s.bus.index(), t));
            let [x_charge, x_discharge, x_soc, x_spill] = [0, 1, 2, 3].map(|k: usize| extras[k].as_ref().map_or(0.0, |e| e[i * steps + t]));
            let (room, floor) = (head.at(i, t), foot.at(i, t));
            let (cost_c, cost_d) = (s.charge_cost_per_mwh.at(t), s.discharge_cost_per_mwh.at(t));
            court.bound -= psi * h * s.inflow_mw.at(t);

            let stored = h * s.efficiency_charge.at(t) * psi;
            let size = w * (lambda.abs() + cost_c.abs() + room.abs() + floor.abs()).max(1.0) + stored.abs() + x_charge.abs();
            let coefficient = w * (lambda + cost_c - room + floor) - stored + x_charge;
            court.linear(&mut test, case.charge.at(i, t), coefficient, size, (0.0, s.charge_upper_mw(t)), (i, t));

            let taken = (h * psi + net.time.duration_h[t] * cycle.at(i, 0)) / s.efficiency_discharge.at(t);
            let size = w * (lambda.abs() + cost_d.abs() + room.abs() + floor.abs()).max(1.0) + taken.abs() + x_discharge.abs();
            let coefficient = w * (cost_d - lambda + room - floor) + taken + x_discharge;
            court.linear(&mut test, case.discharge.at(i, t), coefficient, size, (0.0, s.discharge_upper_mw(t)), (i, t));

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
            let coefficient = psi - next - e_up + e_down + x_soc;
            let mut size = (psi.abs() + next.abs() + e_up.abs() + e_down.abs() + x_soc.abs()).max(1.0);
            let limits = (s.energy_min_mwh.at(t), s.energy_upper_mwh(t));
            let (lo, hi) = energy_range(limits, s.end_rule, s.soc_target_mwh, last);
            if last && !s.end_value.is_empty() {
                size += worth.slope_at(soc).abs();
                let (lo, hi) = court.range(soc, lo, hi);
                let best = worth.least(1.0, coefficient, 0.0, lo, hi);
                court.bound += best;
                let loss = worth.at(soc) + coefficient * soc - best;
                test.add(loss, case.options.price_relative * size * (hi - lo).max(1.0), i, t);
            } else {
                court.linear(&mut test, soc, coefficient, size, (lo, hi), (i, t));
            }
        }
    }
    made.push(test);
}

/// `prices/store_best_response`: stored energy within its limits; power is free, so that its coefficient must vanish.
pub(super) fn stores(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps) = (court.case, court.case.net, court.case.steps);
    if net.stores.is_empty() {
        return;
    }
    let water = price(case, Quantity::StoreWaterValue);
    let (p_extra, e_extra) = (court.extra.remove(&Quantity::StoreP), court.extra.remove(&Quantity::StoreEnergy));
    let mut test = Tally::new("prices/store_best_response", "currency", TableId::Stores);
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let i = id.index();
        let cyclic = s.end_rule == EndRule::Cyclic;
        let hours = |t: usize| net.time.duration_h[t] * net.time.weight_storage[t];
        let kept = |t: usize| (1.0 - s.standing_loss_per_h.at(t)).powf(hours(t));
        if !cyclic {
            court.bound -= water.at(i, 0) * kept(0) * s.energy_initial_mwh;
        }
        for t in 0..steps {
            let (w, h, psi, lambda) = (court.w[t], hours(t), water.at(i, t), court.bus.at(s.bus.index(), t));
            let [x_p, x_e] = [&p_extra, &e_extra].map(|x| x.as_ref().map_or(0.0, |e| e[i * steps + t]));
            let cost = s.cost_linear_per_mwh.at(t);
            let size = w * (lambda.abs() + cost.abs()).max(1.0) + (h * psi).abs() + x_p.abs();
            court.free(&mut test, case.store_p.at(i, t), w * (cost - lambda) + h * psi + x_p, size, (i, t));

            let last = t + 1 == steps;
            let next = match (last, cyclic) {
                (false, _) => kept(t + 1) * water.at(i, t + 1),
                (true, true) => kept(0) * water.at(i, 0),
                (true, false) => 0.0,
            };
            let limits = (s.energy_lower_mwh(t), s.energy_upper_mwh(t));
            let (lo, hi) = energy_range(limits, s.end_rule, s.energy_target_mwh, last);
            let size = (psi.abs() + next.abs() + x_e.abs()).max(1.0);
            court.linear(&mut test, case.store_energy.at(i, t), psi - next + x_e, size, (lo, hi), (i, t));
        }
    }
    made.push(test);
}
