#![doc = include_str!("soft_limit.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Two rows per branch with a rating that may be exceeded at a price, and step.
pub struct SoftLimit;

impl Constraint for SoftLimit {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows) = (&m.plan.vars, &m.plan.rows);
        for (k, position) in m.plan.soft_rated.iter().enumerate() {
            let (soft, l) = (Id::new(position.0), m.plan.soft_branches[position.0].0);
            let branch = &m.net.branches.rows()[l];
            for t in 0..m.steps() {
                let (flow, over) = (v.flow.at(Id::new(l), t), v.flow_over.at(soft, t));
                out.at_most(rows.soft_upper.at(Id::new(k), t), 1.0 * flow - over, branch.rating_mw(t));
                out.at_most(rows.soft_lower.at(Id::new(k), t), -1.0 * flow - over, branch.rating_mw(t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::flow::Limits;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::Network;

    fn soft() -> Network {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let ab = line(&mut net, "AB", a, b, 0.1, 50.0);
        line(&mut net, "hard", a, b, 0.1, 50.0);
        (net.branches[ab].violation_cost_per_mwh, net.branches[ab].s_max_pu) = (Some(5000.0.into()), 0.8.into());
        net
    }

    #[test]
    fn rows_match_the_card() {
        for form in [FlowForm::Angle, FlowForm::Ptdf] {
            assert_eq!(print_rows(&SoftLimit, &soft(), form), card_rows(include_str!("soft_limit.md")));
        }
    }

    #[test]
    fn a_soft_rating_is_no_bound() {
        let bounds = print_bounds(&Limits, &soft());
        assert!(!bounds.contains("[AB,") && bounds.contains("flow[hard,0]: -50 <= . <= 50"), "{bounds}");
    }

    #[test]
    fn a_soft_rating_that_is_a_decision_is_soft_in_the_rows_it_has() {
        let mut net = soft();
        let row = &mut net.branches.rows_mut()[0];
        (row.s_nom_extendable, row.s_max_pu) = (true, 1.0.into());
        assert_eq!(print_rows(&SoftLimit, &net, FlowForm::Angle), "");
        let rows = print_rows(&Limits, &net, FlowForm::Angle);
        assert!(rows.contains("flow_limits_up[AB,0]: + 1 flow[AB,0] - 1 s_nom[AB,0] - 1 flow_over[AB,0] <= 0"), "{rows}");
    }
}
