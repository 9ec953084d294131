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
use crate::tally::{Book, Tally, WHOLE};
use crate::{objective, primal, Certificate, RefereeOptions};
use duty::Duty;
use fenggu_net::{Network, Quantity, Results};

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
    let (cost, bound) = rules(&case, &mut book);
    uplift::run(&case, &mut book);
    book.certify(net, results, cost.total, bound, cost.scale())
}

/// Judges the dispatch of a commitment that is held, and its prices: everything that [`judge_commitment`] judges, and `held/duality_gap`. With
/// every status held as told, the Lagrangian bound at the results' own prices ([`Quantity::BusPrice`], `ReservePrice`, `BranchLimitPrice` and the
/// prices of limits after outages; storage in the modes of the dispatch) is a lower bound on every dispatch of that commitment; where it reaches the cost, the dispatch is the best one
/// and the prices support it. [`Certificate::dual_bound`] is that bound.
///
/// Prices of ramps, start and stop limits are not read: a unit's best answer is found over its whole horizon. Interfaces, limits over the horizon,
/// cycles and ramps of units that are not committable have no part in this bound: where they bind, the gap stays open and the test fails.
///
/// # Panics
/// Never on a network without errors, whatever the results hold.
pub fn judge_held(net: &Network, results: &Results, options: &RefereeOptions) -> Certificate {
    if let Some(reason) = crate::nothing_to_judge(results) {
        return Certificate::not_judged(reason);
    }
    let (mut held, mut priced) = (net.clone(), results.clone());
    let status = results.column(Quantity::GeneratorStatus).unwrap_or(&[]);
    for (row, own) in held.generators.rows_mut().iter_mut().zip(status.chunks(net.steps().max(1))).filter(|(g, _)| g.committable) {
        row.status_set = Some(own.to_vec().into());
    }
    modes(&mut held, results);
    for (from, to, floor) in [
        (Quantity::BusPrice, Quantity::BusBoundPrice, f64::NEG_INFINITY),
        // A requirement is from below: what rounding leaves under zero is none.
        (Quantity::ReservePrice, Quantity::ReserveBoundPrice, 0.0),
        (Quantity::BranchLimitPrice, Quantity::BranchBoundPrice, f64::NEG_INFINITY),
    ] {
        if let Some(column) = results.column(from) {
            priced.set(to, column.iter().map(|v| if v.is_nan() { 0.0 } else { v.max(floor) }).collect());
        }
    }
    priced.outage_bound_prices.clone_from(&results.outage_prices);
    let mut book = Book::default();
    let Some(case) = Case::new(&held, &priced, options, Claim::Commitment, &mut book) else {
        return book.certify(net, results, f64::NAN, f64::NAN, f64::NAN);
    };
    let (cost, bound) = rules(&case, &mut book);
    if bound.is_nan() {
        book.skip("held/duality_gap", "currency", "the prices prove no bound");
    } else {
        let mut gap = Tally::whole("held/duality_gap", "currency");
        gap.add((cost.total - bound).abs(), options.gap_relative * cost.scale(), 0, WHOLE);
        book.enter(gap);
    }
    book.certify(net, results, cost.total, bound, cost.scale())
}

/// Rules, cost and bound: what a commitment and one that is held are both judged by.
fn rules(case: &Case<'_>, book: &mut Book) -> (objective::Cost, f64) {
    primal::run(case, book);
    feasible::run(case, book);
    let cost = objective::recompute(case);
    objective::compare(case, &cost, book);
    let bound = bound::run(case, &cost, book);
    (cost, bound)
}

/// Holds the modes of storage that has them as the dispatch has them: what does not charge may not, and what does not discharge.
fn modes(held: &mut Network, results: &Results) {
    let steps = held.steps();
    for (i, s) in held.storage_units.rows_mut().iter_mut().enumerate() {
        if s.one_way.max() <= 0.0 && s.charge_min_mw.max() <= 0.0 && s.discharge_min_mw.max() <= 0.0 {
            continue;
        }
        let within = |q: Quantity, most: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (0..steps).map(|t| if results.at(q, i, t) > 1e-9 { most(t) } else { 0.0 }).collect()
        };
        let charge = within(Quantity::StorageCharge, &|t| s.charge_upper_mw(t));
        let discharge = within(Quantity::StorageDischarge, &|t| s.discharge_upper_mw(t));
        (s.charge_max_mw, s.discharge_max_mw) = (Some(charge.into()), Some(discharge.into()));
    }
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
