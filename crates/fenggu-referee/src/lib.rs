//! JUDGE: whether a dispatch is what it says it is, from the network alone.
//!
//! [`judge`] takes a [`Network`] and any [`Results`], ours or another tool's, and checks feasibility of everything from
//! the raw input, recomputes the objective from the raw tariffs, and, where prices are given, checks every price against
//! the limit it belongs to and every unit's profit against its best response, and builds a bound on the optimum by its
//! own arithmetic. It imports neither the engine nor a solver, and it derives the DC network from the raw branch data
//! itself: an error in the engine's view of the network must not be repeated here.
//!
//! # How the bound is built
//!
//! Prices turn every coupling constraint into money. What remains is one small problem per unit and step: the output
//! that earns most at its price, found in closed form on its own limits and cost curve. The sum of those minima, and of
//! what the limits are worth, is a lower bound on the cost of *every* feasible dispatch, whatever the prices are; so if it
//! reaches the cost of the dispatch at hand, that dispatch is optimal and the prices prove it.
//! The bound decomposes: cost less bound = Σ lost profits + Σ price × slack + Σ price × imbalance; each part has its test.
//! Source: Lagrangian duality, Boyd and Vandenberghe (2004), section 5.5.
//!
//! A commitment is judged by [`judge_commitment`]: the same, with every switched unit's least over all its plans in place of the closed form.
//!
//! # Example
//!
//! ```
//! use fenggu_net::{results::Outcome, Bus, Generator, Load, Network, Profile, Quantity, Results};
//! use fenggu_referee::{judge, RefereeOptions};
//!
//! let mut net = Network::default(); // one step of one hour
//! let bus = net.buses.push(Bus { name: "town".into(), ..Bus::default() });
//! let p_max_mw = Some(Profile::Const(100.0));
//! net.generators.push(Generator { name: "plant".into(), bus, p_max_mw, cost_linear_per_mwh: 20.0.into(), ..Generator::default() });
//! net.loads.push(Load { name: "homes".into(), bus, p_mw: 60.0.into(), ..Load::default() });
//!
//! let mut results = Results::new(Outcome::Optimal, 1);
//! results.objective = 1200.0;
//! results.set(Quantity::GeneratorP, vec![60.0]);
//! results.set(Quantity::BusPrice, vec![20.0]);
//! let good = judge(&net, &results, &RefereeOptions::default());
//! assert!(good.passed && good.dual_bound == 1200.0);
//!
//! results.set(Quantity::GeneratorP, vec![59.0]); // one MW short
//! let bad = judge(&net, &results, &RefereeOptions::default());
//! assert_eq!(bad.failed().next().unwrap().name, "balance/nodal");
//! ```
mod capacity;
mod case;
mod certificate;
mod commitment;
mod curve;
mod dual;
mod objective;
mod options;
mod outages;
mod physics;
mod primal;
mod ray;
mod sum;
mod tally;

pub use certificate::{Certificate, TestOutcome, Verdict};
pub use commitment::{judge_commitment, judge_held};
pub use options::RefereeOptions;

use case::{Case, Claim};
use fenggu_net::results::Outcome;
use fenggu_net::{Network, Quantity, Results, TableId};
use std::collections::BTreeMap;
use tally::Book;

/// Judges a dispatch. The network must be free of errors (as `fenggu_net::check` finds them); units, signs and meanings of
/// the results are those of [`Quantity`].
///
/// A result without values (infeasible, unbounded, or ended before an answer) is never passed: the certificate says that
/// nothing was judged. A result with values but without prices is judged for feasibility and cost; the tests of
/// optimality are then listed as skipped, with the reason.
///
/// # Panics
/// Never on a network without errors, whatever the results hold.
pub fn judge(net: &Network, results: &Results, options: &RefereeOptions) -> Certificate {
    if let Some(reason) = nothing_to_judge(results) {
        return Certificate::not_judged(reason);
    }
    run(net, results, options)
}

/// Why there is nothing to judge, where there is not.
fn nothing_to_judge(results: &Results) -> Option<String> {
    if matches!(results.outcome, Outcome::Infeasible | Outcome::Unbounded) || !case::has_values(results) {
        let word = results.outcome.word();
        let reason = match results.outcome {
            Outcome::Infeasible | Outcome::Unbounded => {
                format!("the outcome is `{word}`: there is no dispatch to judge, which `judge_infeasible` judges")
            }
            _ => format!("the outcome is `{word}` and no dispatch is given: nothing was judged"),
        };
        return Some(reason);
    }
    None
}

/// Judges that a network has no feasible dispatch.
///
/// `ray` holds multipliers in the quantities and signs of prices ([`Quantity::BusPrice`], [`Quantity::BranchLimitPrice`], water
/// values, prices of ramps, reserves, interfaces and every other limit), per unit and step instead of per MWh, in any scale.
/// `infeasible/ray` proves from them, by the referee's own arithmetic on the raw network, that the balances and limits need more
/// than all elements together can give: see [`Certificate::ray_excess`]. `infeasible/crossed_limits` stands in its place where
/// limits of one element exclude each other, which is a proof without multipliers.
///
/// `results` is what an elastic re-solve found: with the power that it says is missing ([`Quantity::BusMissing`]) or in surplus
/// ([`Quantity::BusSurplus`]) everything else holds, and the total is above zero. That is no proof: it shows that the stated
/// shortfall mends the network, not that nothing less would. Cost and prices are not judged.
pub fn judge_infeasible(net: &Network, results: &Results, ray: Option<&Results>, options: &RefereeOptions) -> Certificate {
    let shortfall = results.column(Quantity::BusMissing).is_some() || results.column(Quantity::BusSurplus).is_some();
    if !shortfall && ray.is_none() {
        return Certificate::not_judged("neither a proof nor missing or surplus power is given: nothing was judged".to_string());
    }
    let mut book = Book::default();
    let mut excess = f64::NAN;
    match ray {
        Some(ray) => excess = ray::run(net, ray, options, &mut book),
        None => book.skip("infeasible/ray", "", "no multipliers are given: that there is no dispatch was not proven here"),
    }
    if shortfall {
        if let Some(case) = Case::new(net, results, options, Claim::Shortfall, &mut book) {
            primal::run(&case, &mut book);
            primal::shortfall(&case, &mut book);
        }
    }
    Certificate { ray_excess: excess, ..book.certify(net, results, f64::NAN, f64::NAN, f64::NAN) }
}

/// What a dispatch costs, element by element, from the raw tariffs: table, row and cost over the horizon in the currency, capital cost
/// of chosen capacities included; elements that cost nothing are left out. The sum is [`Certificate::objective_recomputed`]. None
/// when the results do not fit the network.
pub fn cost_parts(net: &Network, results: &Results, options: &RefereeOptions) -> Option<Vec<(TableId, usize, f64)>> {
    if matches!(results.outcome, Outcome::Infeasible | Outcome::Unbounded) || !case::has_values(results) {
        return None;
    }
    let case = Case::new(net, results, options, Claim::Dispatch, &mut Book::default())?;
    let mut parts: BTreeMap<(TableId, usize), f64> = BTreeMap::new();
    objective::each(&case, |table, row, part| {
        if part != 0.0 {
            *parts.entry((table, row)).or_default() += part;
        }
    });
    Some(parts.into_iter().map(|((table, row), cost)| (table, row, cost)).collect())
}

fn run(net: &Network, results: &Results, options: &RefereeOptions) -> Certificate {
    let mut book = Book::default();
    let Some(case) = Case::new(net, results, options, Claim::Dispatch, &mut book) else {
        return book.certify(net, results, f64::NAN, f64::NAN, f64::NAN);
    };
    primal::run(&case, &mut book);
    let cost = objective::recompute(&case);
    objective::compare(&case, &cost, &mut book);
    let bound = dual::run(&case, &cost, &mut book);
    book.certify(net, results, cost.total, bound, cost.scale())
}
