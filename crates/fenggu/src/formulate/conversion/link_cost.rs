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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;

    #[test]
    fn costs_match_the_card() {
        let mut net = study(1, 0.5);
        net.time.weight_objective = vec![3.0];
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let x = link(&mut net, "X", a, b, 100.0, 0.97);
        net.links[x].cost_linear_per_mwh = 4.0.into();
        net.links[x].cost_quadratic_per_mw2h = 0.02.into();
        let off = link(&mut net, "off", a, b, 100.0, 1.0);
        net.links[off].cost_linear_per_mwh = 9.0.into();
        net.links[off].in_service = false;
        assert_eq!(print_costs(&LinkCost, &net), card(include_str!("link_cost.md"), "costs"));
    }
}
