#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Price of reserve offers and of shortage.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for t in 0..m.steps() {
            let h = m.net.time.objective_h(t);
            for (o, offer) in m.net.reserve_offers.iter() {
                out.add(v.reserve.at(o, t), h * offer.cost_per_mwh.at(t));
            }
            for (k, step) in m.plan.shortage.iter().enumerate() {
                out.add(v.shortage.at(Id::new(k), t), h * step.price);
            }
        }
    }
}
