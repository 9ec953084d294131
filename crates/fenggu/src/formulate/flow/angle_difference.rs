#![doc = include_str!("angle_difference.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per branch without susceptance, or controllable shifter, whose angle limit holds, and step.
pub struct AngleDifference;

impl Constraint for AngleDifference {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, picked) in m.plan.angle_limited.iter().enumerate() {
            let branch = &m.net.branches.rows()[picked.0];
            for t in 0..m.steps() {
                let (from, to) = (v.angle.at(branch.bus_from, t), v.angle.at(branch.bus_to, t));
                out.equal(m.plan.rows.angle_difference.at(Id::new(k), t), v.angle_difference.at(Id::new(k), t), 1.0 * from - to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{FlowConvention, Network};

    fn resistor() -> Network {
        let mut net = study(1, 1.0);
        net.flow_convention = FlowConvention::PowerModels;
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let ab = line(&mut net, "AB", a, b, 0.0, 100.0);
        net.branches[ab].r_pu = 0.01;
        (net.branches[ab].angle_min_deg, net.branches[ab].angle_max_deg) = (-30.0, 30.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&AngleDifference, &resistor(), FlowForm::Angle), card_rows(include_str!("angle_difference.md")));
    }

    #[test]
    fn the_column_is_the_difference_of_the_angles() {
        let net = resistor();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        x.set(v.angle.at(net.buses.find("A").unwrap(), 0), 0.3);
        x.set(v.angle.at(net.buses.find("B").unwrap(), 0), 0.5);
        x.set(v.angle_difference.at(Id::new(0), 0), -0.2);
        assert!(residual(&AngleDifference, &net, &x) < 1e-12);
        x.set(v.angle_difference.at(Id::new(0), 0), 0.2);
        assert!((residual(&AngleDifference, &net, &x) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn a_branch_with_susceptance_has_no_row() {
        let mut net = resistor();
        let ab = net.branches.find("AB").unwrap();
        net.branches[ab].x_pu = 0.1;
        assert_eq!(print_rows(&AngleDifference, &net, FlowForm::Angle), "");
    }
}
