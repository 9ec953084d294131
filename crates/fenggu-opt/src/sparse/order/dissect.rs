//! Nested dissection (George 1973): a small border parts the graph, the parts come first, the border last; and so on inside the
//! parts.

use super::super::factor::{NoFactor, StopFlag};
use super::super::graph::{Graph, Upper};
use super::separator::{separate, BETWEEN};
use super::weighted::Weighted;

/// Pieces up to this size are ordered by minimum degree.
const LEAF: usize = 200;
/// Vertices with more neighbours than this times √n belong to every border: they are taken out first and come last.
const DENSE: f64 = 10.0;

/// An order of elimination.
pub(super) fn dissect(graph: &Graph, stop: StopFlag<'_>) -> Result<Vec<u32>, NoFactor> {
    let n = graph.len();
    let most = (DENSE * (n as f64).sqrt()).max(16.0) as usize;
    let (dense, rest): (Vec<u32>, Vec<u32>) = (0..n as u32).partition(|&v| graph.near(v as usize).len() > most);
    let mut order = Vec::with_capacity(n);
    let mut place = vec![u32::MAX; n];
    let inner = induced(graph, &rest, &mut place);
    piece(inner, rest, &[], &mut order, &mut place, stop)?;
    order.extend(dense);
    Ok(order)
}

/// The graph on some vertices. `place` is work, all `u32::MAX` before and after.
fn induced(graph: &Graph, vertices: &[u32], place: &mut [u32]) -> Graph {
    vertices.iter().enumerate().for_each(|(k, &v)| place[v as usize] = k as u32);
    let mut out = Graph { start: Vec::with_capacity(vertices.len() + 1), to: Vec::new() };
    out.start.push(0);
    for &v in vertices {
        out.to.extend(graph.near(v as usize).iter().map(|&u| place[u as usize]).filter(|&k| k != u32::MAX));
        out.start.push(out.to.len());
    }
    vertices.iter().for_each(|&v| place[v as usize] = u32::MAX);
    out
}

/// Orders a piece; `names` are its vertices in the whole, `border` those of its own that lie at the border it was cut along.
fn piece(
    graph: Graph,
    names: Vec<u32>,
    border: &[u32],
    order: &mut Vec<u32>,
    place: &mut [u32],
    stop: StopFlag<'_>,
) -> Result<(), NoFactor> {
    if stop() {
        return Err(NoFactor::Stopped);
    }
    let n = graph.len();
    if n == 0 {
        return Ok(());
    }
    if n <= LEAF {
        order.extend(leaf(&graph).into_iter().map(|k| names[k as usize]));
        return Ok(());
    }
    let parts: Vec<Vec<u32>> = match components(&graph) {
        Some(parts) => parts,
        None => {
            let weighted = Weighted::new(graph);
            let side = better(&weighted, border);
            let of = |s: u8| (0..n as u32).filter(|&v| side[v as usize] == s).collect::<Vec<u32>>();
            let parts = [of(0), of(1), of(BETWEEN)];
            if parts[0].is_empty() || parts[1].is_empty() {
                order.extend(leaf(&weighted.graph).into_iter().map(|k| names[k as usize]));
                return Ok(());
            }
            for part in &parts[..2] {
                let at_border = |v: u32| weighted.graph.near(v as usize).iter().any(|&u| side[u as usize] == BETWEEN);
                let border: Vec<u32> = (0..part.len() as u32).filter(|&k| at_border(part[k as usize])).collect();
                // The local names serve as work for the smaller graph.
                let inner = induced(&weighted.graph, part, &mut place[..n]);
                piece(inner, part.iter().map(|&v| names[v as usize]).collect(), &border, order, place, stop)?;
            }
            order.extend(parts[2].iter().map(|&v| names[v as usize]));
            return Ok(());
        }
    };
    for part in parts {
        let inner = induced(&graph, &part, &mut place[..n]);
        piece(inner, part.iter().map(|&v| names[v as usize]).collect(), &[], order, place, stop)?;
    }
    Ok(())
}

/// The lighter of the borders that many levels and a flow find.
fn better(graph: &Weighted, border: &[u32]) -> Vec<u8> {
    let side = separate(graph);
    let between = |side: &[u8]| side.iter().filter(|&&s| s == BETWEEN).count();
    let most = between(&side).saturating_sub(1);
    super::flow::cut(&graph.graph, border, most).unwrap_or(side)
}

/// The connected components if there are several, small ones gathered.
fn components(graph: &Graph) -> Option<Vec<Vec<u32>>> {
    let n = graph.len();
    let mut seen = vec![false; n];
    let mut out: Vec<Vec<u32>> = Vec::new();
    let mut small: Vec<u32> = Vec::new();
    for root in 0..n {
        if seen[root] {
            continue;
        }
        seen[root] = true;
        let mut part = vec![root as u32];
        let mut next = 0;
        while next < part.len() {
            for &u in graph.near(part[next] as usize) {
                if !seen[u as usize] {
                    seen[u as usize] = true;
                    part.push(u);
                }
            }
            next += 1;
        }
        if part.len() == n {
            return None;
        }
        part.sort_unstable();
        if part.len() < LEAF / 4 {
            small.extend(part);
            if small.len() >= LEAF / 2 {
                out.push(std::mem::take(&mut small));
            }
        } else {
            out.push(part);
        }
    }
    out.push(small);
    Some(out)
}

fn leaf(graph: &Graph) -> Vec<u32> {
    let mut upper = Upper { start: vec![0], ..Upper::default() };
    for v in 0..graph.len() {
        // With its diagonal, which the ordering takes for granted.
        upper.row.extend(graph.near(v).iter().filter(|&&u| (u as usize) < v));
        upper.row.push(v as u32);
        upper.start.push(upper.row.len());
    }
    super::minimum_degree(&upper)
}
