#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Cycle cost, spill cost, worth of energy left at the end, cost of stores.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for t in 0..m.steps() {
            let h = m.net.time.objective_h(t);
            for (s, unit) in m.storage_units() {
                out.add(v.charge.at(s, t), h * unit.charge_cost_per_mwh.at(t));
                out.add(v.discharge.at(s, t), h * unit.discharge_cost_per_mwh.at(t));
                out.add(v.spill.at(s, t), h * unit.spill_cost_per_mwh);
            }
            for (s, store) in m.stores() {
                out.add(v.store_p.at(s, t), h * store.cost_linear_per_mwh.at(t));
            }
        }
        for (k, step) in m.plan.end_value.iter().enumerate() {
            out.add(v.end_value.at(Id::new(k), 0), -step.price);
        }
    }
}
