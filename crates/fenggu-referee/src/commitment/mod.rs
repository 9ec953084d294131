//! JUDGE of commitment: whether units keep their rules, what that costs, and how far it can be from the best.
mod bound;
mod convex;
mod duty;
mod feasible;
mod response;

use crate::case::{Case, Claim};
use crate::tally::Book;
use crate::{objective, primal, Certificate, RefereeOptions};
use duty::Duty;
use fenggu_net::{Network, Results};

pub(crate) use duty::switched;

/// Judges a commitment.
pub fn judge_commitment(net: &Network, results: &Results, options: &RefereeOptions) -> Certificate {
    if let Some(reason) = crate::nothing_to_judge(results) {
        return Certificate::not_judged(reason);
    }
    let mut book = Book::default();
    let Some(case) = Case::new(net, results, options, Claim::Commitment, &mut book) else {
        return book.certify(net, results, f64::NAN, f64::NAN, f64::NAN);
    };
    primal::run(&case, &mut book);
    feasible::run(&case, &mut book);
    let cost = objective::recompute(&case);
    objective::compare(&case, &cost, &mut book);
    let bound = bound::run(&case, &cost, &mut book);
    book.certify(net, results, cost.total, bound, cost.scale())
}

/// Hands on the cost of every start and stop of a committed unit, by its status.
pub(crate) fn switching(case: &Case<'_>, i: usize, mut add: impl FnMut(f64)) {
    let duty = Duty::new(case, i);
    let (mut before, mut since) = (duty.before.on(), 0);
    for t in 0..case.steps {
        let on = case.on(i, t);
        match before {
            Some(false) if on => add(duty::times(case.net, t) * duty.start_cost(since, t)),
            Some(true) if !on => add(duty::times(case.net, t) * duty.g.shut_down_cost),
            _ => {}
        }
        if before != Some(on) {
            since = t;
        }
        before = Some(on);
    }
}
