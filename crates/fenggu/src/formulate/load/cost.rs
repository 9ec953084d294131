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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;

    #[test]
    fn costs_match_the_card() {
        let mut net = study(1, 0.5);
        let a = bus(&mut net, "A");
        let l1 = load(&mut net, "L1", a, 60.0);
        net.loads[l1].shed_cost_per_mwh = Some(3000.0);
        let l2 = load(&mut net, "L2", a, 10.0);
        net.loads[l2].bid = vec![[20.0, 90.0], [20.0, 40.0]];
        assert_eq!(print_costs(&Cost, &net), card(include_str!("cost.md"), "costs"));
    }
}
