#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of shed and elastic demand.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for (k, picked) in m.plan.sheddable.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.shed.at(Id::new(k), t), 0.0, m.net.loads.rows()[picked.0].p_mw.at(t).max(0.0));
            }
        }
        for (k, step) in m.plan.elastic.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.elastic.at(Id::new(k), t), 0.0, step.width);
            }
        }
    }
}
