//! Orders of elimination: approximate minimum degree, and nested dissection where that leaves much work.

mod dissect;
mod flow;
mod separator;
mod weighted;

use super::factor::{NoFactor, StopFlag};
use super::graph::{Graph, Upper};
use super::tree::Tree;

/// Nested dissection is tried where a factorisation by minimum degree takes more multiplications than this for each edge: below,
/// finding the order would take longer than it can save.
const WORTH_DISSECTING: f64 = 150.0;

/// Nor where vertices have more neighbours than this on average: dense rows leave nothing to part, and flows through them are slow.
const MOST_NEIGHBOURS: usize = 25;

/// The better of the orders by the work of the factorisation.
pub(super) fn best(matrix: &Upper, graph: &Graph, stop: StopFlag<'_>) -> Result<Tree, NoFactor> {
    let tree = Tree::new(graph, &minimum_degree(matrix));
    if stop() {
        return Err(NoFactor::Stopped);
    }
    let dense = graph.to.len() > MOST_NEIGHBOURS * graph.len();
    if dense || tree.flops() < WORTH_DISSECTING * graph.to.len() as f64 {
        return Ok(tree);
    }
    let other = Tree::new(graph, &dissect::dissect(graph, stop)?);
    Ok(if other.flops() < tree.flops() { other } else { tree })
}

/// Approximate minimum degree (Amestoy, Davis and Duff 1996).
fn minimum_degree(matrix: &Upper) -> Vec<u32> {
    let n = matrix.order();
    let start: Vec<isize> = matrix.start.iter().map(|&p| p as isize).collect();
    let row: Vec<isize> = matrix.row.iter().map(|&r| r as isize).collect();
    match amd::order(n as isize, &start, &row, &amd::Control::default()) {
        Ok((order, ..)) => order.into_iter().map(|v| v as u32).collect(),
        // Not reached with a valid pattern; the natural order is as right, if slower.
        Err(_) => (0..n as u32).collect(),
    }
}
