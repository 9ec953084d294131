#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::{EndRule, Id};

/// Bounds of charge, discharge, energy, spill and end-value steps; the end rule bounds the last energy.
pub struct Limits;

/// Energy limits in a step, the end rule in the last one.
fn energy_limits(limits: (f64, f64), rule: EndRule, target: f64, last: bool) -> (f64, f64) {
    match rule {
        EndRule::AtLeast if last => (limits.0.max(target), limits.1),
        EndRule::Exactly if last => (target, target),
        _ => limits,
    }
}

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let (v, steps) = (&m.plan.vars, m.steps());
        for (s, unit) in m.net.storage_units.iter() {
            let live = if unit.in_service && m.live(unit.bus) { 1.0 } else { 0.0 };
            for t in 0..steps {
                out.set(v.charge.at(s, t), 0.0, live * unit.charge_max_mw.at(t));
                out.set(v.discharge.at(s, t), 0.0, live * unit.discharge_max_mw.at(t));
                out.set(v.spill.at(s, t), 0.0, live * unit.inflow_mw.at(t));
                let limits = (live * unit.energy_min_mwh.at(t), live * unit.energy_max_mwh.at(t));
                let (lo, hi) = energy_limits(limits, unit.end_rule, live * unit.soc_target_mwh, t + 1 == steps);
                out.set(v.soc.at(s, t), lo, hi);
            }
        }
        for (k, step) in m.plan.end_value.iter().enumerate() {
            out.set(v.end_value.at(Id::new(k), 0), 0.0, step.width);
        }
        for (s, store) in m.net.stores.iter() {
            let live = store.in_service && m.live(store.bus);
            for t in 0..steps {
                let (power, limits) =
                    if live { (f64::INFINITY, (store.energy_min_mwh.at(t), store.energy_max_mwh.at(t))) } else { (0.0, (0.0, 0.0)) };
                let rule = if live { store.end_rule } else { EndRule::Free };
                let (lo, hi) = energy_limits(limits, rule, store.energy_target_mwh, t + 1 == steps);
                out.set(v.store_p.at(s, t), -power, power);
                out.set(v.store_energy.at(s, t), lo, hi);
            }
        }
    }
}
