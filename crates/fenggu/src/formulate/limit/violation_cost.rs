#![doc = include_str!("violation_cost.md")]

use crate::formulate::frame::{Block, Col, Cost, CostSink};
use crate::formulate::model::Picked;
use crate::formulate::DispatchModel;
use fenggu_net::{Branch, Id, Profile};

/// Price of breaking soft ratings, interfaces and side constraints.
pub struct ViolationCost;

impl Cost for ViolationCost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for (k, soft) in m.plan.soft_interfaces.iter().enumerate() {
            let price = m.net.interfaces.rows()[soft.0].violation_cost_per_mwh.unwrap_or(0.0);
            for t in 0..m.steps() {
                let h = m.net.time.objective_h(t);
                out.add(v.interface_over.at(Id::new(k), t), h * price);
                out.add(v.interface_under.at(Id::new(k), t), h * price);
            }
        }
        let own = |b: &Branch| b.violation_cost_per_mwh.clone();
        let after_outage = |b: &Branch| b.emergency_violation_cost_per_mwh.clone();
        branches(m, &m.plan.soft_branches, v.flow_over, own, out);
        branches(m, &m.plan.soft_after_outage, v.emergency_over, after_outage, out);
        for (k, soft) in m.plan.soft_sides.iter().enumerate() {
            let price = m.net.side_constraints.rows()[soft.0].penalty.unwrap_or(0.0);
            out.add(v.side_over.at(Id::new(k), 0), price);
            out.add(v.side_under.at(Id::new(k), 0), price);
        }
    }
}

/// What branches may be exceeded by, each at its price.
fn branches(
    m: &DispatchModel<'_>,
    soft: &[Picked],
    over: Block<Picked, Col>,
    price: impl Fn(&Branch) -> Option<Profile>,
    out: &mut CostSink,
) {
    for (k, picked) in soft.iter().enumerate() {
        let Some(price) = price(&m.net.branches.rows()[picked.0]) else { continue };
        for t in 0..m.steps() {
            out.add(over.at(Id::new(k), t), m.net.time.objective_h(t) * price.at(t));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use fenggu_net::{LimitSense, Network};

    fn soft() -> Network {
        let mut net = study(1, 0.5);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        generator(&mut net, "G1", a, 100.0, 10.0);
        let ab = line(&mut net, "AB", a, b, 0.1, f64::INFINITY);
        let soft = line(&mut net, "soft", a, b, 0.1, 50.0);
        let row = &mut net.branches[soft];
        (row.violation_cost_per_mwh, row.emergency_violation_cost_per_mwh, row.rating_c_mva) = (Some(60.0.into()), Some(40.0.into()), 70.0);
        net.contingencies.push(fenggu_net::Contingency { name: "no AB".into(), branch: Some(ab), ..Default::default() });
        interface(&mut net, "hard", [-10.0, 10.0], &[(ab, 1.0)]);
        let south = interface(&mut net, "south", [-50.0, 80.0], &[(ab, 1.0)]);
        net.interfaces[south].violation_cost_per_mwh = Some(1000.0);
        side(&mut net, "firm", LimitSense::AtMost, 5.0, &[("generators", "G1", "p_mw", 0, 1.0)]);
        let s = side(&mut net, "share", LimitSense::AtMost, 5.0, &[("generators", "G1", "p_mw", 0, 1.0)]);
        net.side_constraints[s].penalty = Some(7.0);
        net
    }

    #[test]
    fn costs_match_the_card() {
        assert_eq!(print_costs(&ViolationCost, &soft()), card(include_str!("violation_cost.md"), "costs"));
    }
}
