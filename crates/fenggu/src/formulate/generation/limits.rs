#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of outputs and of the steps of their cost curves.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for (g, generator) in m.net.generators.iter() {
            let live = generator.in_service && m.live(generator.bus);
            for t in 0..m.steps() {
                let (lo, hi) = if live { (generator.lower_mw(t), generator.upper_mw(t)) } else { (0.0, 0.0) };
                out.set(v.p.at(g, t), lo, hi);
            }
        }
        for (k, step) in m.plan.cost_steps.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.cost_step.at(Id::new(k), t), step.limits_mw[0], step.limits_mw[1]);
            }
        }
    }
}
