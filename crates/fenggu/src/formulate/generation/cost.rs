#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Constant, linear, quadratic and stepped cost of generators.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let (v, time) = (&m.plan.vars, &m.net.time);
        let hours: f64 = (0..m.steps()).map(|t| time.objective_h(t)).sum();
        for (g, generator) in m.generators() {
            out.add_constant(hours * generator.cost_constant_per_h);
            for t in 0..m.steps() {
                let h = time.objective_h(t);
                out.add(v.p.at(g, t), h * generator.cost_linear_per_mwh.at(t));
                out.add_square(v.p.at(g, t), h * generator.cost_quadratic_per_mw2h.at(t));
            }
        }
        for curve in &m.plan.cost_curves {
            out.add_constant(hours * curve.base_cost_per_h);
        }
        for (k, step) in m.plan.cost_steps.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(v.cost_step.at(Id::new(k), t), time.objective_h(t) * step.price_per_mwh);
            }
        }
    }
}
