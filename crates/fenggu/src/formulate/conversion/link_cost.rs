#![doc = include_str!("link_cost.md")]

use crate::formulate::frame::{Cost, CostSink};
use crate::formulate::DispatchModel;

/// Linear and quadratic cost of the power that links draw.
pub struct LinkCost;

impl Cost for LinkCost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        for (l, link) in m.links() {
            for t in 0..m.steps() {
                let (p, h) = (m.plan.vars.link_p.at(l, t), m.net.time.objective_h(t));
                out.add(p, h * link.cost_linear_per_mwh.at(t));
                out.add_square(p, h * link.cost_quadratic_per_mw2h.at(t));
            }
        }
    }
}
