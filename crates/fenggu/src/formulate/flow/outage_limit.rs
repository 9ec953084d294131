#![doc = include_str!("outage_limit.md")]

use crate::formulate::frame::{Constraint, Row, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One limit after one outage, towards one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutageRow {
    /// Row of the contingency.
    pub contingency: usize,
    /// Row of the branch that is lost.
    pub lost: usize,
    /// Row of the branch whose flow is limited.
    pub branch: usize,
    /// Step.
    pub step: usize,
    /// Share of the lost branch's flow that the other takes over.
    pub factor: f64,
    /// Whether the from→to flow is limited.
    pub up: bool,
}

/// The rows of some limits after outages, numbered from `first` on. Most of them never bind, so those that a dispatch violates are added to
/// a problem that stands; the flows that they name must be tied to the injections.
pub struct OutageLimit<'r> {
    /// Number of the first row.
    pub first: u32,
    /// Which limits.
    pub rows: &'r [OutageRow],
}

impl Constraint for OutageLimit<'_> {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (row, r) in (self.first..).map(Row).zip(self.rows) {
            let sign = if r.up { 1.0 } else { -1.0 };
            let flow = |l: usize| m.plan.vars.flow.at(Id::new(l), r.step);
            let limit = m.net.branches.rows()[r.branch].emergency_rating_mw(r.step);
            out.at_most(row, sign * flow(r.branch) + (sign * r.factor) * flow(r.lost), limit);
            for over in [m.flow_over(r.branch, r.step), m.emergency_over(r.branch, r.step)].into_iter().flatten() {
                out.add(row, -1.0 * over);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::frame::{Block, Names, Print};
    use crate::formulate::model::Picked;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use crate::physics::{outages, DcNetwork, DcSolver};
    use fenggu_net::{Contingency, TableId};

    #[test]
    fn rows_match_the_card() {
        let mut net = study(1, 1.0);
        let (a, b, c) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "C"));
        let ab = line(&mut net, "AB", a, b, 0.1, 50.0);
        let ac = line(&mut net, "AC", a, c, 0.1, 50.0);
        let cb = line(&mut net, "CB", c, b, 0.1, 50.0);
        net.branches.rows_mut().iter_mut().for_each(|b| b.rating_c_mva = 60.0);
        net.branches[ab].violation_cost_per_mwh = Some(5000.0.into());
        net.branches[ab].emergency_max_pu = 0.9.into();
        net.branches[cb].emergency_violation_cost_per_mwh = Some(100.0.into());
        net.contingencies.push(Contingency { name: "no AC".into(), branch: Some(ac), ..Contingency::default() });
        let dc = DcNetwork::new(&net);
        let factors = DcSolver::new(&net, &dc).unwrap().outage_factors(ac.index()).unwrap();
        let (lost, _) = outages(&net, &dc);
        let row = |branch: fenggu_net::BranchId, up| OutageRow {
            contingency: lost[0].contingency,
            lost: ac.index(),
            branch: branch.index(),
            step: 0,
            factor: factors[branch.index()],
            up,
        };
        let rows = [row(ab, true), row(cb, false)];
        for form in [FlowForm::Angle, FlowForm::Ptdf] {
            let mut plan = declare(&net, form);
            plan.layout.virtual_start = None;
            let names = Names::Rows(TableId::Branches, rows.iter().map(|r| r.branch as u32).collect());
            let block: Block<Picked, Row> = plan.layout.rows("outage_limit", names, rows.len(), 1);
            let mut out = Print::new(&plan.layout, &net);
            OutageLimit { first: block.range().start as u32, rows: &rows }.write(&DispatchModel { net: &net, plan: &plan }, &mut out);
            assert_eq!(out.rows(), card_rows(include_str!("outage_limit.md")));
        }
    }
}
