//! Offers at the same price, shared by quantity.
//!
//! Where several dispatches cost the same, a solver returns any of them. Here, of all dispatches of least cost, the one taken has
//!
//! ```text
//! minimise  Σ x²/(2 q)      over every offer: x taken of it, q offered in the step (a cost step's width, or the room above the minimum)
//! ```
//!
//! Offers among which the cost is indifferent then have x/q equal: shared pro rata, as Σ x²/(2 q) under a given Σ x is least where all x/q
//! are the same. Where a ramp, reserve held, a minimum output or the network forbids equal shares, they are as near to equal as it allows
//! in this measure. The cheapest dispatches are those that keep every column with a reduced cost and every row with a dual where it is
//! (complementary slackness), so that cost and prices stay what they are. Storage, links, loads, reserve and statuses stay as found. A
//! problem with quadratic costs is left alone: there offers at one price are rare and marginal costs are not constant.

use crate::error::Error;
use crate::formulate::DispatchModel;
use fenggu_net::Id;
use fenggu_opt::{Backend, Control, Problem, Solution, Status};

/// Reduced costs and duals beyond this, relative to the cost of a column, hold their columns and rows.
const HELD: f64 = 1e-7;
/// What the cost may change by, relative.
const SAME: f64 = 1e-7;
/// Offers narrower than this are left where they are, MW.
const NARROW: f64 = 1e-6;

/// The point of least cost with equal shares, in the angle form; none where the problem is quadratic or it was not found.
pub(in crate::analyses) fn pro_rata(
    m: &DispatchModel<'_>,
    problem: &Problem,
    solution: &Solution,
    control: &Control,
) -> Result<Option<Vec<f64>>, Error> {
    if problem.is_quadratic() || solution.row_dual.len() != problem.rows() || solution.x.len() != problem.cols() {
        return Ok(None);
    }
    let shared = face(m, problem, solution);
    let Some(shared) = shared else { return Ok(None) };
    let found = Backend::Auto.solve(&shared, &Control { progress: None, ..control.clone() })?;
    if found.status != Status::Optimal || found.x.len() != problem.cols() {
        return Ok(None);
    }
    // Held columns stay to the last digit.
    let x: Vec<f64> = found.x.iter().zip(shared.col_lower.iter().zip(&shared.col_upper)).map(|(x, (lo, hi))| x.max(*lo).min(*hi)).collect();
    let (before, after) = (problem.objective(&solution.x), problem.objective(&x));
    Ok((after - before <= SAME * (1.0 + before.abs())).then_some(x))
}

/// The dispatches of least cost, with the measure of shares as cost; none where nothing is left to share.
fn face(m: &DispatchModel<'_>, problem: &Problem, solution: &Solution) -> Option<Problem> {
    let (v, steps) = (&m.plan.vars, m.steps());
    let mut out = problem.relaxed();
    let mut free = vec![false; problem.cols()];
    for block in [v.flow.range(), v.angle.range(), v.p.range(), v.cost_step.range()] {
        free[block].fill(true);
    }
    let size = problem.cost.iter().fold(1.0f64, |m, c| m.max(c.abs()));
    for (j, &free) in free.iter().enumerate() {
        if !free || solution.col_dual[j].abs() > HELD * size {
            (out.col_lower[j], out.col_upper[j]) = (solution.x[j], solution.x[j]);
        }
    }
    let activity = problem.matrix.times(&solution.x, problem.rows());
    for (i, dual) in solution.row_dual.iter().enumerate() {
        if dual.abs() > HELD * size {
            (out.row_lower[i], out.row_upper[i]) = (activity[i], activity[i]);
        }
        // The point itself is within tolerance only: it must not fall out.
        out.row_lower[i] = out.row_lower[i].min(activity[i]);
        out.row_upper[i] = out.row_upper[i].max(activity[i]);
    }
    out.cost.fill(0.0);
    out.quad = vec![0.0; problem.cols()];
    let mut open = 0;
    let mut weigh = |j: usize, from: f64, width: f64| {
        if width > NARROW && width.is_finite() && out.col_upper[j] - out.col_lower[j] > NARROW {
            (out.quad[j], out.cost[j]) = (1.0 / width, -from / width);
            open += 1;
        }
    };
    let mut stepped = vec![false; m.net.generators.len()];
    for curve in m.plan.cost_curves.iter().filter(|c| !c.steps.is_empty()) {
        stepped[curve.generator.index()] = true;
        let g = &m.net.generators[curve.generator];
        for t in 0..steps {
            let mut at = curve.base_mw;
            for k in curve.steps.clone() {
                let [low, high] = m.plan.cost_steps[k].limits_mw;
                let from = low.max(0.0);
                let width = if high.is_finite() { high - from } else { g.upper_mw(t) - at };
                weigh(v.cost_step.at(Id::new(k), t).0 as usize, from, width);
                at += width;
            }
        }
    }
    for (id, g) in m.generators().filter(|(id, _)| !stepped[id.index()]) {
        for t in 0..steps {
            let (low, high) = (g.lower_mw(t), g.upper_mw(t));
            weigh(v.p.at(id, t).0 as usize, low, high - low);
        }
    }
    (open > 1).then_some(out)
}

#[cfg(test)]
mod tests {
    use crate::analyses::dispatch::{dispatch, DispatchOptions, Tie};
    use crate::formulate::testkit::{bus, generator, study};
    use fenggu_net::{Load, Network, Quantity as Q};

    fn outputs(net: &Network, tie: Tie) -> (Vec<f64>, f64) {
        let answer = dispatch(net, &DispatchOptions { tie, ..DispatchOptions::default() }).unwrap();
        (answer.results.column(Q::GeneratorP).unwrap().to_vec(), answer.results.objective)
    }

    fn near(found: &[f64], want: &[f64]) {
        assert!(found.len() == want.len() && found.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-4), "{found:?} {want:?}");
    }

    /// Three offers at 20 of 100, 50 and 50 MW, one at 30: 100 MW are shared 50 : 25 : 25.
    fn three() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        for (name, most, price) in [("G1", 100.0, 20.0), ("G2", 50.0, 20.0), ("G3", 50.0, 20.0), ("G4", 100.0, 30.0)] {
            generator(&mut net, name, a, most, price);
        }
        net.loads.push(Load { name: "L".into(), bus: a, p_mw: 100.0.into(), ..Load::default() });
        net
    }

    #[test]
    fn offers_at_one_price_share_by_quantity_at_the_same_cost() {
        let net = three();
        let (shared, cost) = outputs(&net, Tie::ProRata);
        near(&shared, &[50.0, 25.0, 25.0, 0.0]);
        assert!((cost - outputs(&net, Tie::Free).1).abs() < 1e-6 && (cost - 2000.0).abs() < 1e-6);
    }

    #[test]
    fn steps_of_offers_share_too_and_cheaper_ones_are_full() {
        let mut net = three();
        let row = &mut net.generators.rows_mut()[0];
        (row.cost_linear_per_mwh, row.offer) = (0.0.into(), vec![[40.0, 10.0], [60.0, 20.0]]);
        // 40 at 10, then 60 of 60 + 50 + 50 at 20.
        near(&outputs(&net, Tie::ProRata).0, &[40.0 + 22.5, 18.75, 18.75, 0.0]);
    }

    #[test]
    fn a_ramp_forbids_equal_shares() {
        let mut net = three();
        net.time = fenggu_net::TimeAxis::uniform(2, 1.0);
        net.loads.rows_mut()[0].p_mw = vec![0.0, 100.0].into();
        let row = &mut net.generators.rows_mut()[0];
        (row.ramp_up_mw, row.ramp_down_mw) = (Some(30.0), Some(30.0));
        // G1 can rise to 30 only; the others share the rest evenly.
        near(&outputs(&net, Tie::ProRata).0, &[0.0, 30.0, 0.0, 35.0, 0.0, 35.0, 0.0, 0.0]);
    }
}
