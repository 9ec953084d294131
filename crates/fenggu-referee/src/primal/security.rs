//! What flows exceed limits by at a price, and limits after outages, by enumeration of all outages.

use crate::capacity::emergency_rating;
use crate::case::Case;
use crate::outages::{Left, Outages};
use crate::tally::{Book, Tally};
use fenggu_net::TableId;

/// `flow/violation_range`, `security/*`.
pub(super) fn run(case: &Case<'_>, book: &mut Book) {
    let (net, tol) = (case.net, case.options.feasibility_relative);
    let mut range = Tally::new("flow/violation_range", "MW", TableId::Branches);
    for (id, b) in net.branches.iter() {
        let l = id.index();
        let most = |soft: bool| if soft && case.wires.live[l] { f64::INFINITY } else { 0.0 };
        let columns =
            [(case.flow_over, b.violation_cost_per_mwh.is_some()), (case.emergency_over, b.emergency_violation_cost_per_mwh.is_some())];
        for (column, soft) in columns.into_iter().filter(|(c, _)| c.present()) {
            (0..case.steps).for_each(|t| range.within(column.at(l, t), 0.0, most(soft), tol, l, t));
        }
    }
    book.enter(range);
    let outages = Outages::new(case);
    if outages.secured.is_empty() && outages.parting.is_empty() {
        return;
    }
    if outages.open {
        book.skip("security/outage_limit", "MW", "a branch without impedance leaves flows after outages open");
        return;
    }
    if !outages.parting.is_empty() {
        let name = |l: &crate::outages::Lost| format!("\"{}\"", net.contingencies.rows()[l.contingency].name);
        let mut names: Vec<String> = outages.parting.iter().take(8).map(name).collect();
        if outages.parting.len() > names.len() {
            names.push(format!("and {} more", outages.parting.len() - names.len()));
        }
        book.skip("security/parting_outage", "", format!("an island is parted, which is not secured, by {}", names.join(", ")));
    }
    let mut law = Tally::new("security/flow_law", "MW", TableId::Contingencies);
    let mut limit = Tally::new("security/outage_limit", "MW", TableId::Branches);
    let (mut worst, mut place) = (1.0, None);
    for lost in &outages.secured {
        let left = Left::new(case, lost.branch);
        for t in 0..case.steps {
            let (flow, missed) = left.flows(t);
            let size = flow.iter().fold(1.0f64, |m, f| m.max(f.abs()));
            law.add(missed, tol * size, lost.contingency, t);
            for (id, b) in net.branches.iter().filter(|(_, b)| b.rating_c_mva < f64::INFINITY) {
                let l = id.index();
                if l == lost.branch || case.wires.slope[l] == 0.0 {
                    continue;
                }
                let most = emergency_rating(b, t) + case.flow_over.at(l, t) + case.emergency_over.at(l, t);
                limit.within(flow[l], -most, most, tol, l, t);
                let ratio = (flow[l].abs() - most) / (tol * most.abs().max(1.0));
                if ratio > worst || ratio.is_nan() {
                    (worst, place) = (ratio, Some((l, lost.contingency, t)));
                }
            }
        }
    }
    if let Some((l, k, t)) = place {
        let (branch, outage) = (&net.branches.rows()[l].name, &net.contingencies.rows()[k].name);
        limit.note(format!("branch \"{branch}\" after \"{outage}\", step {}", t + 1));
    }
    book.enter_all([law, limit]);
}
