//! JUDGE of commitment: whether units keep their rules, what that costs, and how far it can be from the best.
//!
//! What a word means is [`fenggu_net::CommitmentSemantics`], read in [`duty`] and nowhere else; `p` is output, `p' = p − minimum` (0 when off), `r`
//! upward reserve, `u` status, RU and RD the ramps, SU and SD the limits of starts and stops:
//!
//! | test                      | PGLib-UC                    | UnitCommitment.jl 0.4       | PyPSA                         |
//! |---------------------------|-----------------------------|-----------------------------|-------------------------------|
//! | `commitment/capacity`     | minimum ≤ p, p + r ≤ maximum; off: 0 | the same           | the same                      |
//! | `commitment/start_limit`  | p + r ≤ SU                  | p + r ≤ SU                  | SD − RD ≤ p ≤ SU (see below)   |
//! | `commitment/stop_limit`   | p + r ≤ SD in the last step | p ≤ SD                      | SU − RU ≤ p ≤ SD              |
//! | `commitment/ramp_up`      | p'[t] + r[t] − p'[t−1] ≤ RU, starts too | the same; not in the first step | p[t] − p[t−1] ≤ RU while on |
//! | `commitment/ramp_down`    | p'[t−1] − p'[t] ≤ RD, stops too | p'[t−1] + r[t−1] − p'[t] ≤ RD | p[t−1] − p[t] ≤ RD while on |
//! | `commitment/min_up_time`, `…_down_time` | hours         | hours                       | snapshots                     |
//! | cost of a start           | the tier of its time off; shorter than all: the first | …: the last | the only one |
//!
//! Starts and stops are paid once, whatever their step's hours and weight. Where a unit's minimum moves from step to step, ramps while on
//! are of output itself (UnitCommitment.jl's rows; PGLib-UC has no such unit).
//! PyPSA's lower limits follow from its ramp rows, in which a limit that is not given is the nominal power. `commitment/initial` is the shortest
//! time of the run that was under way before the horizon; a unit whose state there is not told may be in either, for as long as needed.
//!
//! Sources: Knueven, Ostrowski and Watson (2020), INFORMS Journal on Computing 32(4), and the README of power-grid-lib/pglib-uc;
//! UnitCommitment.jl `src/model/formulations`; PyPSA 1.4 `optimization/constraints.py`.
mod bound;
mod convex;
mod duty;
mod feasible;
mod response;
mod storage;
mod uplift;

use crate::case::{Case, Claim};
use crate::tally::Book;
use crate::{objective, primal, Certificate, RefereeOptions};
use duty::Duty;
use fenggu_net::{Network, Results};

pub(crate) use duty::switched;

/// Judges a commitment: a dispatch, and the status of every unit that may be switched ([`fenggu_net::Generator::committable`]; any other unit
/// is on, and all else is judged as by [`crate::judge`]).
///
/// Read are [`fenggu_net::Quantity::GeneratorStatus`] beside the columns of a dispatch; flags of starts and stops where given. Prices are not judged.
/// Where the multipliers of a bound are given ([`fenggu_net::Quantity::BusBoundPrice`], `ReserveBoundPrice`, `BranchBoundPrice`), the Lagrangian bound at
/// them is recomputed: [`Certificate::dual_bound`] is then the checked bound, never above the cost of any commitment of the network, and
/// [`Certificate::gap_relative`] the checked gap. `bound/below_objective` compares it with the recomputed cost. What the results themselves
/// claim as a bound must only not lie above their cost. What they claim units earn, are paid and lose under pricing rules is recomputed
/// (`uplift/*`): lost opportunity with the unit solver of the bound.
///
/// # Panics
/// Never on a network without errors, whatever the results hold.
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
    uplift::run(&case, &mut book);
    book.certify(net, results, cost.total, bound, cost.scale())
}

/// Hands on the cost of every start and stop of a committed unit, by its status.
pub(crate) fn switching(case: &Case<'_>, i: usize, mut add: impl FnMut(f64)) {
    let duty = Duty::new(case, i);
    let (mut before, mut since) = (duty.before.on(), 0);
    for t in 0..case.steps {
        let on = case.on(i, t);
        match before {
            Some(false) if on => add(duty.start_cost(since, t)),
            Some(true) if !on => add(duty.g.shut_down_cost),
            _ => {}
        }
        if before != Some(on) {
            since = t;
        }
        before = Some(on);
    }
}
