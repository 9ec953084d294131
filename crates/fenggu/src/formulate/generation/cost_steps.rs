#![doc = include_str!("cost_steps.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per cost curve and step.
pub struct CostSteps;

impl Constraint for CostSteps {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (c, curve) in m.plan.cost_curves.iter().enumerate().filter(|(_, c)| !c.steps.is_empty()) {
            for t in 0..m.steps() {
                let row = m.plan.rows.cost_curve.at(Id::new(c), t);
                out.equal(row, v.p.at(curve.generator, t), curve.base_mw);
                for k in curve.steps.clone() {
                    out.add(row, -v.cost_step.at(Id::new(k), t));
                }
            }
        }
    }
}
