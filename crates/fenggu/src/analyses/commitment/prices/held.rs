//! The dispatch with the commitment held once more, where ties are to be shared or ranges of prices worked out.

use crate::analyses::commitment::{read, CommitAnswer, CommitOptions, CommitSession};
use crate::analyses::dispatch::{price_ranges, share, PriceRange, Tie};
use crate::error::Error;
use crate::formulate::DispatchModel;
use fenggu_net::{Quantity as Q, Results};
use fenggu_opt::{Backend, Control, Solution, Status};

/// The dispatch found again must cost what the answer costs, relative.
const SAME: f64 = 1e-6;

/// Solves the dispatch of an answer again, shares ties and fills ranges as the options say. An answer whose dispatch this problem does not
/// give (it has rows that were added on the way) is left as it is.
pub(super) fn again(session: &CommitSession, answer: &mut CommitAnswer, options: &CommitOptions, control: &Control) -> Result<(), Error> {
    if options.tie == Tie::Free && options.price_range == PriceRange::None {
        return Ok(());
    }
    let net = session.network();
    let on = |g: usize| (0..net.steps()).map(|t| answer.results.at(Q::GeneratorStatus, g, t) > 0.5).collect();
    let status: Vec<Vec<bool>> = (0..net.generators.len()).map(on).collect();
    let problem = session.held_problem(&status);
    let solution = Backend::Auto.solve(&problem, control)?;
    let near = SAME * (1.0 + answer.objective.abs());
    if solution.status != Status::Optimal || (solution.objective - answer.objective).abs() > near {
        return Ok(());
    }
    let model = DispatchModel { net, plan: session.plan() };
    let shared = match options.tie {
        Tie::ProRata => share::pro_rata(&model, &problem, &solution, control)?,
        Tie::Free => None,
    };
    let read_from = Solution { x: shared.unwrap_or_else(|| solution.x.clone()), bound_claimed: f64::NAN, ..solution.clone() };
    let mut results = read::results(&model, None, &read_from)?;
    if options.price_range == PriceRange::All {
        price_ranges(&model, &problem, &solution, control, &mut results)?;
    }
    (results.outcome, results.bound) = (answer.results.outcome, answer.results.bound);
    answer.objective = results.objective;
    answer.results = merged(results, &answer.results);
    Ok(())
}

/// Columns that only the old results have beside the new ones.
fn merged(mut new: Results, old: &Results) -> Results {
    for (q, column) in old.columns() {
        if new.column(q).is_none() {
            new.set(q, column.to_vec());
        }
    }
    new
}
