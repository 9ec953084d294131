//! Storage units and stores: continuity of energy, limits, ends, cycles, energy behind reserve.

use super::units::held as held_at;
use crate::capacity::{cycle_energy, of_charge, of_discharge, of_energy, of_soc, set_at};
use crate::case::Case;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::{EndRule, Quantity, ReserveDirection, StorageUnit, TableId};

/// What the reserve offers of every storage unit add up to. `[storage unit × step]`
pub(crate) struct Held {
    steps: usize,
    /// Power, MW: upward, downward.
    power: [Vec<f64>; 2],
    /// Energy at the bus that sustains it, MWh: upward, downward.
    energy: [Vec<f64>; 2],
    /// Whether the unit offers: upward, downward.
    offers: [Vec<bool>; 2],
}

impl Held {
    pub(crate) fn new(case: &Case<'_>) -> Held {
        let (net, steps) = (case.net, case.steps);
        let zeros = || [vec![0.0; net.storage_units.len() * steps], vec![0.0; net.storage_units.len() * steps]];
        let offers = [vec![false; net.storage_units.len()], vec![false; net.storage_units.len()]];
        let mut held = Held { steps, power: zeros(), energy: zeros(), offers };
        for (id, o) in net.reserve_offers.iter() {
            let Some(s) = o.storage_unit.filter(|_| o.generator.is_none()) else { continue };
            let way = usize::from(net.reserves[o.reserve].direction == ReserveDirection::Down);
            held.offers[way][s.index()] = true;
            for t in 0..steps {
                let p = case.offer_p.at(id.index(), t);
                held.power[way][s.index() * steps + t] += p;
                held.energy[way][s.index() * steps + t] += p * o.duration_h;
            }
        }
        held
    }
    pub(crate) fn offers(&self, way: usize, s: usize) -> bool {
        self.offers[way][s]
    }
    pub(crate) fn power(&self, way: usize, s: usize, t: usize) -> f64 {
        self.power[way][s * self.steps + t]
    }
    pub(crate) fn energy(&self, way: usize, s: usize, t: usize) -> f64 {
        self.energy[way][s * self.steps + t]
    }
}

/// Full cycles over the horizon at most.
pub(crate) fn cycles_of_horizon(case: &Case<'_>, s: &StorageUnit) -> Option<f64> {
    let hours: f64 = case.net.time.duration_h.iter().sum();
    s.cycles_max_per_day.map(|c| c * hours / 24.0)
}

/// Energy taken out over the horizon at most, MWh.
pub(crate) fn cycle_room_mwh(case: &Case<'_>, s: &StorageUnit, i: usize) -> Option<f64> {
    let most = cycle_energy(s).at(case.capacity(Quantity::StoragePNomOpt, i)).1;
    cycles_of_horizon(case, s).map(|c| c * most)
}

/// Energy taken out over the horizon, MWh.
pub(crate) fn taken_out_mwh(case: &Case<'_>, s: &StorageUnit, i: usize) -> f64 {
    (0..case.steps).map(|t| case.net.time.duration_h[t] * case.discharge.at(i, t) / s.efficiency_discharge.at(t)).sum()
}

/// `storage/*`.
pub(super) fn units(case: &Case<'_>, book: &mut Book) {
    let (net, tol, steps) = (case.net, case.options.feasibility_relative, case.steps);
    if net.storage_units.is_empty() {
        return;
    }
    let new = |name, unit| Tally::new(name, unit, TableId::StorageUnits);
    let mut balance = new("storage/soc_balance", "MWh");
    let mut limits = new("storage/soc_limits", "MWh");
    let mut charge = new("storage/charge_limits", "MW");
    let mut discharge = new("storage/discharge_limits", "MW");
    let mut spill = new("storage/spill_range", "MW");
    let mut end = new("storage/end_rule", "MWh");
    let mut cycles = new("storage/cycle_limit", "MWh");
    let mut least = new("storage/least_rate", "MW");
    let mut one_way = new("storage/one_way", "MW");
    let mut out = new("storage/out_of_service", "MW");
    let mut set = new("storage/set_point", "MW");
    let mut set_energy = new("storage/energy_set_point", "MWh");
    let mut room = [new("storage/reserve_headroom", "MW"), new("storage/reserve_footroom", "MW")];
    let mut sustain = [new("storage/reserve_energy_up", "MWh"), new("storage/reserve_energy_down", "MWh")];
    let held = Held::new(case);
    for (id, s) in net.storage_units.iter() {
        let i = id.index();
        if !s.in_service || !case.live(s.bus) {
            (0..steps).for_each(|t| out.add(case.charge.at(i, t).abs().max(case.discharge.at(i, t).abs()), tol, i, t));
            continue;
        }
        let chosen = case.capacity(Quantity::StoragePNomOpt, i);
        let mut before = match s.end_rule {
            EndRule::Cyclic => case.soc.at(i, steps - 1),
            _ => s.soc_initial_mwh,
        };
        for t in 0..steps {
            let (c, d, now, spilled) = (case.charge.at(i, t), case.discharge.at(i, t), case.soc.at(i, t), case.spill.at(i, t));
            let (into, out_of) = (s.efficiency_charge.at(t), s.efficiency_discharge.at(t));
            let h = net.time.duration_h[t] * net.time.weight_storage[t];
            let kept = (1.0 - s.standing_loss_per_h.at(t)).powf(h) * before;
            let want = kept + h * (into * c - d / out_of + s.inflow_mw.at(t) - spilled);
            let size = now.abs().max(before.abs()).max(h * (into * c).abs()).max(h * (d / out_of).abs()).max(1.0);
            balance.add((now - want).abs(), tol * size, i, t);
            let (e_min, e_max) = of_soc(s, t).at(chosen);
            let (c_max, d_max) = (of_charge(s, t).at(chosen).1, of_discharge(s, t).at(chosen).1);
            limits.within(now, e_min, e_max, tol, i, t);
            charge.within(c, 0.0, c_max, tol, i, t);
            // Only a commitment has whole numbers to keep these with; a dispatch may break them, which `check` says.
            if case.committed() {
                for (x, least_mw) in [(c, s.charge_min_mw.at(t)), (d, s.discharge_min_mw.at(t))] {
                    if least_mw > 0.0 {
                        least.add(x.min(least_mw - x), tol * least_mw.max(1.0), i, t);
                    }
                }
                if s.one_way.at(t) > 0.5 {
                    one_way.add(c.min(d), tol * c.max(d).max(1.0), i, t);
                }
            }
            discharge.within(d, 0.0, d_max, tol, i, t);
            held_at(&mut set, d - c, set_at(&s.p_set_mw, t), tol, i, t);
            held_at(&mut set, d, set_at(&s.discharge_set_mw, t), tol, i, t);
            held_at(&mut set, c, set_at(&s.charge_set_mw, t), tol, i, t);
            held_at(&mut set_energy, now, set_at(&s.soc_set_mwh, t), tol, i, t);
            spill.within(spilled, 0.0, s.inflow_mw.at(t), tol, i, t);
            for (way, (most, sign)) in [(d_max, 1.0), (c_max, -1.0)].into_iter().enumerate() {
                if held.offers(way, i) {
                    room[way].within(sign * (d - c) + held.power(way, i, t), f64::NEG_INFINITY, most, tol, i, t);
                }
            }
            if held.offers(0, i) {
                let need = held.energy(0, i, t) / out_of;
                sustain[0].within(now - need, e_min, f64::INFINITY, tol, i, t);
            }
            if held.offers(1, i) {
                let need = held.energy(1, i, t) * into;
                sustain[1].within(now + need, f64::NEG_INFINITY, e_max, tol, i, t);
            }
            before = now;
        }
        end_rule(&mut end, s.end_rule, s.soc_target_mwh, before, tol, i, steps - 1);
        if let Some(most) = cycle_room_mwh(case, s, i) {
            cycles.within(taken_out_mwh(case, s, i), f64::NEG_INFINITY, most, tol, i, WHOLE);
        }
    }
    book.enter_all([balance, limits, charge, discharge, least, one_way, spill, end, cycles, out, set, set_energy]);
    book.enter_all(room);
    book.enter_all(sustain);
}

fn end_rule(tally: &mut Tally, rule: EndRule, target: f64, last: f64, tol: f64, i: usize, t: usize) {
    match rule {
        EndRule::AtLeast => tally.within(last, target, f64::INFINITY, tol, i, t),
        EndRule::Exactly => tally.within(last, target, target, tol, i, t),
        // A cycle is closed by the balance of its first step.
        EndRule::Free | EndRule::Cyclic => {}
    }
}

/// `store/*`.
pub(super) fn stores(case: &Case<'_>, book: &mut Book) {
    let (net, tol, steps) = (case.net, case.options.feasibility_relative, case.steps);
    let new = |name, unit| Tally::new(name, unit, TableId::Stores);
    let mut balance = new("store/energy_balance", "MWh");
    let mut limits = new("store/energy_limits", "MWh");
    let mut end = new("store/end_rule", "MWh");
    let mut out = new("store/out_of_service", "MW");
    let mut set = new("store/set_point", "MW");
    let mut set_energy = new("store/energy_set_point", "MWh");
    for (id, s) in net.stores.iter() {
        let i = id.index();
        if !s.in_service || !case.live(s.bus) {
            (0..steps).for_each(|t| out.add(case.store_p.at(i, t).abs(), tol, i, t));
            continue;
        }
        let chosen = case.capacity(Quantity::StoreENomOpt, i);
        let mut before = match s.end_rule {
            EndRule::Cyclic => case.store_energy.at(i, steps - 1),
            _ => s.energy_initial_mwh,
        };
        for t in 0..steps {
            let h = net.time.duration_h[t] * net.time.weight_storage[t];
            let (p, now) = (case.store_p.at(i, t), case.store_energy.at(i, t));
            let want = (1.0 - s.standing_loss_per_h.at(t)).powf(h) * before - h * p;
            balance.add((now - want).abs(), tol * now.abs().max(before.abs()).max((h * p).abs()).max(1.0), i, t);
            let (e_min, e_max) = of_energy(s, t).at(chosen);
            limits.within(now, e_min, e_max, tol, i, t);
            held_at(&mut set, p, set_at(&s.p_set_mw, t), tol, i, t);
            held_at(&mut set_energy, now, set_at(&s.energy_set_mwh, t), tol, i, t);
            before = now;
        }
        end_rule(&mut end, s.end_rule, s.energy_target_mwh, before, tol, i, steps - 1);
    }
    book.enter_all([balance, limits, end, out, set, set_energy]);
}
