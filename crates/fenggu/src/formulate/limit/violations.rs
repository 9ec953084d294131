#![doc = include_str!("violations.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;

/// Bounds of what soft limits may be broken by: ≥ 0.
pub struct Violations;

impl Bounds for Violations {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for block in [v.flow_over, v.emergency_over, v.interface_over, v.interface_under, v.side_over, v.side_under] {
            for k in block.ids() {
                (0..block.steps()).for_each(|t| out.set(block.at(k, t), 0.0, f64::INFINITY));
            }
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
    fn bounds_match_the_card() {
        assert_eq!(print_bounds(&Violations, &soft()), card(include_str!("violations.md"), "bounds"));
    }
}
