#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Capital cost of every capacity that is a decision.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let (v, c, net) = (&m.plan.vars, &m.plan.capacities, m.net);
        for (k, p) in c.generators.rows.iter().enumerate() {
            out.add(v.generator_nom.at(Id::new(k), 0), net.generators.rows()[p.0].capital_cost_per_mw);
        }
        for (k, p) in c.storage_units.rows.iter().enumerate() {
            out.add(v.storage_nom.at(Id::new(k), 0), net.storage_units.rows()[p.0].capital_cost_per_mw);
        }
        for (k, p) in c.stores.rows.iter().enumerate() {
            out.add(v.store_nom.at(Id::new(k), 0), net.stores.rows()[p.0].capital_cost_per_mwh);
        }
        for (k, p) in c.links.rows.iter().enumerate() {
            out.add(v.link_nom.at(Id::new(k), 0), net.links.rows()[p.0].capital_cost_per_mw);
        }
        for (k, p) in c.branches.rows.iter().enumerate() {
            out.add(v.branch_nom.at(Id::new(k), 0), net.branches.rows()[p.0].capital_cost_per_mva);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;

    #[test]
    fn costs_match_the_card() {
        assert_eq!(print_costs(&Cost, &candidates()), card(include_str!("cost.md"), "costs"));
    }
}
