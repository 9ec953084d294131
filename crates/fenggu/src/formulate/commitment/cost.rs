#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// What being on, starting and stopping costs.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let (c, time) = (&m.plan.commitment, &m.net.time);
        for (k, _, unit) in m.committed() {
            for t in 0..m.steps() {
                out.add(c.status.at(k, t), time.objective_h(t) * unit.cost_constant_per_h);
                out.add(c.stop.at(k, t), unit.shut_down_cost);
                if let [tier] = unit.start_up_cost[..] {
                    out.add(c.start.at(k, t), tier[1]);
                }
            }
        }
        for curve in &m.plan.cost_curves {
            if let Some(k) = c.of(curve.generator) {
                (0..m.steps()).for_each(|t| out.add(c.status.at(k, t), time.objective_h(t) * curve.base_cost_per_h));
            }
        }
        for (at, tier) in c.tiers.iter().enumerate() {
            let cost = m.committed_at(tier.unit).2.start_up_cost[tier.number][1];
            (0..m.steps()).for_each(|t| out.add(c.tier.at(Id::new(at), t), cost));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::commitment::example::*;
    use crate::formulate::testkit::card;

    #[test]
    fn costs_match_the_card() {
        assert_eq!(print_costs(&Cost, &two()), card(include_str!("cost.md"), "costs"));
    }
}
