#![doc = include_str!("violations.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;

/// Bounds of what soft limits may be broken by: ≥ 0.
pub struct Violations;

impl Bounds for Violations {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for block in [v.interface_over, v.interface_under, v.side_over, v.side_under] {
            for k in block.ids() {
                (0..block.steps()).for_each(|t| out.set(block.at(k, t), 0.0, f64::INFINITY));
            }
        }
    }
}
