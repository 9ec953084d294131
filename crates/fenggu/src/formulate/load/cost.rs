#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Value of lost load, less what elastic demand is worth.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for t in 0..m.steps() {
            let h = m.net.time.objective_h(t);
            for (k, picked) in m.plan.sheddable.iter().enumerate() {
                let price = m.net.loads.rows()[picked.0].shed_cost_per_mwh.unwrap_or(0.0);
                out.add(v.shed.at(Id::new(k), t), h * price);
            }
            for (k, step) in m.plan.elastic.iter().enumerate() {
                out.add(v.elastic.at(Id::new(k), t), -h * step.price);
            }
        }
    }
}
