#![doc = include_str!("violation_cost.md")]

use crate::formulate::frame::{Cost, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Price of breaking soft interfaces and side constraints.
pub struct ViolationCost;

impl Cost for ViolationCost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for (k, soft) in m.plan.soft_interfaces.iter().enumerate() {
            let price = m.net.interfaces.rows()[soft.0].violation_cost_per_mwh.unwrap_or(0.0);
            for t in 0..m.steps() {
                let h = m.net.time.objective_h(t);
                out.add(v.interface_over.at(Id::new(k), t), h * price);
                out.add(v.interface_under.at(Id::new(k), t), h * price);
            }
        }
        for (k, soft) in m.plan.soft_sides.iter().enumerate() {
            let price = m.net.side_constraints.rows()[soft.0].penalty.unwrap_or(0.0);
            out.add(v.side_over.at(Id::new(k), 0), price);
            out.add(v.side_under.at(Id::new(k), 0), price);
        }
    }
}
