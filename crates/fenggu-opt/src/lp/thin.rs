//! Unknowns with two neighbours or fewer, taken out of a system before it is ordered.
//!
//! Without a neighbour or with one an unknown leaves no fill; with two it leaves one edge for the two that it takes along. What that does
//! to the degrees of others is followed until every unknown has three neighbours. For such unknowns this is the elimination that any
//! good order would choose, at a few numbers each and without the bookkeeping of fronts.

use super::kkt::{ByRows, PIVOT, PIVOT_FLOOR};

/// No neighbour, no edge.
const NONE: u32 = u32::MAX;

/// An unknown that leaves with the only neighbour that it then has, or with none.
#[derive(Clone, Copy)]
struct Leaf {
    own: u32,
    neighbour: u32,
    entry: f64,
}

/// An unknown that leaves with two neighbours, one or none; where their entries stand, and where that of the edge between the two does.
#[derive(Clone, Copy)]
struct Link {
    own: u32,
    neighbours: [u32; 2],
    entries: [u32; 2],
    between: u32,
}

/// An edge of the core: its ends as positions in the core, the lower first, and where its entry stands.
pub(super) struct Edge {
    pub ends: [u32; 2],
    pub entry: u32,
}

/// What was taken out, and what is left.
pub(super) struct Thin {
    cols: u32,
    leaves: Vec<Leaf>,
    links: Vec<Link>,
    /// Reciprocals of the pivots of leaves and links.
    inverse_leaf: Vec<f64>,
    inverse_link: Vec<f64>,
    /// Entries of the edges that leaves left, as they are at first (0 for those that links add), and as they are now.
    first: Vec<f64>,
    pub entry: Vec<f64>,
    /// The unknowns that are left, ascending, and the edges between them.
    pub core: Vec<u32>,
    pub edges: Vec<Edge>,
}

/// The graph while links are taken out. Half-edge 2e leads away from the first end of edge e, 2e + 1 from the second.
struct Shrinking {
    /// First half-edge of every unknown.
    head: Vec<u32>,
    degree: Vec<u32>,
    to: Vec<u32>,
    next: Vec<u32>,
    before: Vec<u32>,
}

impl Shrinking {
    fn add(&mut self, a: u32, b: u32) -> u32 {
        let edge = (self.to.len() / 2) as u32;
        for (from, to) in [(a, b), (b, a)] {
            let half = self.to.len() as u32;
            let first = std::mem::replace(&mut self.head[from as usize], half);
            self.to.push(to);
            self.next.push(first);
            self.before.push(NONE);
            if first != NONE {
                self.before[first as usize] = half;
            }
            self.degree[from as usize] += 1;
        }
        edge
    }
    /// Takes a half-edge out of the list of the unknown that it leads away from.
    fn cut(&mut self, half: u32, from: u32) {
        let (before, next) = (self.before[half as usize], self.next[half as usize]);
        match before {
            NONE => self.head[from as usize] = next,
            b => self.next[b as usize] = next,
        }
        if next != NONE {
            self.before[next as usize] = before;
        }
        self.degree[from as usize] -= 1;
    }
    fn halves(&self, v: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(self.head[v as usize]).filter(|&h| h != NONE), |&h| Some(self.next[h as usize]).filter(|&h| h != NONE))
    }
    /// The edge between two unknowns.
    fn between(&self, a: u32, b: u32) -> Option<u32> {
        let (a, b) = if self.degree[a as usize] <= self.degree[b as usize] { (a, b) } else { (b, a) };
        self.halves(a).find(|&h| self.to[h as usize] == b).map(|h| h / 2)
    }
}

impl Thin {
    /// Of the system whose edges are the entries of a matrix, columns before rows.
    pub(super) fn new(rows: &ByRows, cols: usize) -> Thin {
        let (leaves, gone) = leaves(rows, cols);
        let dim = gone.len();
        let (to, next, before) = (Vec::new(), Vec::new(), Vec::new());
        let mut graph = Shrinking { head: vec![NONE; dim], degree: vec![0; dim], to, next, before };
        let mut first = Vec::new();
        for i in (0..dim - cols).filter(|&i| !gone[cols + i]) {
            for (j, entry) in rows.row(i).filter(|&(j, _)| !gone[j]) {
                graph.add(j as u32, (cols + i) as u32);
                first.push(entry);
            }
        }
        let mut gone = gone;
        let mut links = Vec::new();
        let mut queue: Vec<u32> = (0..dim as u32).filter(|&v| !gone[v as usize] && graph.degree[v as usize] <= 2).collect();
        let mut at = 0;
        while let Some(&own) = queue.get(at) {
            at += 1;
            if std::mem::replace(&mut gone[own as usize], true) {
                continue;
            }
            let mut link = Link { own, neighbours: [NONE; 2], entries: [NONE; 2], between: NONE };
            let halves: Vec<u32> = graph.halves(own).collect();
            for (k, &half) in halves.iter().enumerate() {
                let neighbour = graph.to[half as usize];
                (link.neighbours[k], link.entries[k]) = (neighbour, half / 2);
                graph.cut(half ^ 1, neighbour);
            }
            let [a, b] = link.neighbours;
            if b != NONE {
                link.between = graph.between(a, b).unwrap_or_else(|| {
                    first.push(0.0);
                    graph.add(a, b)
                });
            }
            for &v in link.neighbours.iter().filter(|&&v| v != NONE) {
                // Of degree 2 before, it is in the queue already.
                if graph.degree[v as usize] <= 2 {
                    queue.push(v);
                }
            }
            links.push(link);
        }
        let core: Vec<u32> = (0..dim as u32).filter(|&v| !gone[v as usize]).collect();
        let mut local = vec![NONE; dim];
        core.iter().enumerate().for_each(|(k, &v)| local[v as usize] = k as u32);
        let mut edges = Vec::new();
        for e in 0..first.len() {
            let (a, b) = (local[graph.to[2 * e + 1] as usize], local[graph.to[2 * e] as usize]);
            if a != NONE && b != NONE {
                edges.push(Edge { ends: [a.min(b), a.max(b)], entry: e as u32 });
            }
        }
        let (inverse_leaf, inverse_link) = (vec![0.0; leaves.len()], vec![0.0; links.len()]);
        Thin { cols: cols as u32, leaves, links, inverse_leaf, inverse_link, entry: first.clone(), first, core, edges }
    }

    /// Takes them out of the diagonals and of the entries of the edges that are left.
    pub(super) fn factorise(&mut self, pivots: &mut [f64]) {
        let cols = self.cols;
        // Held to its sign, as the pivots of the core are.
        let invert = |own: u32, pivot: f64| {
            let sign = if own < cols { -1.0 } else { 1.0 };
            1.0 / if pivot * sign < PIVOT_FLOOR { PIVOT * sign } else { pivot }
        };
        for (leaf, inverse) in self.leaves.iter().zip(&mut self.inverse_leaf) {
            *inverse = invert(leaf.own, pivots[leaf.own as usize]);
            if leaf.neighbour != NONE {
                pivots[leaf.neighbour as usize] -= leaf.entry * leaf.entry * *inverse;
            }
        }
        self.entry.copy_from_slice(&self.first);
        for (link, inverse) in self.links.iter().zip(&mut self.inverse_link) {
            *inverse = invert(link.own, pivots[link.own as usize]);
            let [a, b] = link.neighbours;
            if a == NONE {
                continue;
            }
            let to_a = self.entry[link.entries[0] as usize];
            pivots[a as usize] -= to_a * to_a * *inverse;
            if b != NONE {
                let to_b = self.entry[link.entries[1] as usize];
                pivots[b as usize] -= to_b * to_b * *inverse;
                self.entry[link.between as usize] -= to_a * to_b * *inverse;
            }
        }
    }

    /// Takes them out of a right-hand side; their own values become those over their pivots.
    pub(super) fn forward(&self, b: &mut [f64]) {
        for (leaf, inverse) in self.leaves.iter().zip(&self.inverse_leaf) {
            let own = b[leaf.own as usize] * inverse;
            b[leaf.own as usize] = own;
            if leaf.neighbour != NONE {
                b[leaf.neighbour as usize] -= leaf.entry * own;
            }
        }
        for (link, inverse) in self.links.iter().zip(&self.inverse_link) {
            let own = b[link.own as usize] * inverse;
            b[link.own as usize] = own;
            for k in (0..2).filter(|&k| link.neighbours[k] != NONE) {
                b[link.neighbours[k] as usize] -= self.entry[link.entries[k] as usize] * own;
            }
        }
    }

    /// Their solution from that of the core.
    pub(super) fn backward(&self, b: &mut [f64]) {
        for (link, inverse) in self.links.iter().zip(&self.inverse_link).rev() {
            for k in (0..2).filter(|&k| link.neighbours[k] != NONE) {
                b[link.own as usize] -= self.entry[link.entries[k] as usize] * inverse * b[link.neighbours[k] as usize];
            }
        }
        for (leaf, inverse) in self.leaves.iter().zip(&self.inverse_leaf).rev().filter(|(leaf, _)| leaf.neighbour != NONE) {
            b[leaf.own as usize] -= leaf.entry * inverse * b[leaf.neighbour as usize];
        }
    }
}

/// Unknowns with one neighbour or none, until there is none, and for every unknown whether it is one.
fn leaves(rows: &ByRows, cols: usize) -> (Vec<Leaf>, Vec<bool>) {
    let row_count = rows.start.len() - 1;
    let dim = cols + row_count;
    // Neighbours left, and the exclusive or of their numbers and of the places of their entries: of the last one, number and place.
    let (mut count, mut other, mut place) = (vec![0u32; dim], vec![0u32; dim], vec![0u32; dim]);
    for i in 0..row_count {
        for p in rows.start[i]..rows.start[i + 1] {
            let (row, col) = (cols + i, rows.col[p] as usize);
            for (own, neighbour) in [(row, col), (col, row)] {
                count[own] += 1;
                other[own] ^= neighbour as u32;
                place[own] ^= p as u32;
            }
        }
    }
    let mut leaves = Vec::new();
    let mut gone = vec![false; dim];
    let mut queue: Vec<u32> = (0..dim as u32).filter(|&v| count[v as usize] <= 1).collect();
    let mut next = 0;
    while let Some(&own) = queue.get(next) {
        next += 1;
        let v = own as usize;
        if std::mem::replace(&mut gone[v], true) {
            continue;
        }
        if count[v] == 0 {
            leaves.push(Leaf { own, neighbour: NONE, entry: 0.0 });
            continue;
        }
        let (neighbour, p) = (other[v], place[v]);
        leaves.push(Leaf { own, neighbour, entry: rows.value[p as usize] });
        let w = neighbour as usize;
        count[w] -= 1;
        other[w] ^= own;
        place[w] ^= p;
        if count[w] == 1 {
            queue.push(neighbour);
        }
    }
    (leaves, gone)
}

#[cfg(test)]
mod tests {
    use super::super::kkt::Kkt;
    use super::*;
    use crate::conformance::Random;

    /// Chains, stars and meshes: systems are solved whatever is taken out beforehand.
    #[test]
    fn thin_systems_are_solved() {
        let mut random = Random::new(21);
        for (rows, cols, density) in [(1, 1, 1.0), (3, 8, 0.2), (40, 90, 0.02), (60, 50, 0.04), (200, 300, 0.006), (30, 30, 0.3)] {
            let mut a = ByRows { start: vec![0], col: Vec::new(), value: Vec::new() };
            for _ in 0..rows {
                for j in 0..cols {
                    if random.unit() < density {
                        a.col.push(j as u32);
                        a.value.push(random.between(-2.0, 2.0));
                    }
                }
                a.start.push(a.col.len());
            }
            let h: Vec<f64> = (0..cols).map(|_| random.between(0.1, 3.0)).collect();
            let e: Vec<f64> = (0..rows).map(|_| random.between(0.1, 3.0)).collect();
            let truth: Vec<f64> = (0..cols + rows).map(|_| random.between(-1.0, 1.0)).collect();
            let mut kkt = Kkt::new(&a, cols, &|| false).expect("analysed");
            for _ in 0..2 {
                kkt.factorise(&h, &e, 0.0, &|| false).expect("regular");
                let b = &mut kkt.unknowns;
                (0..cols).for_each(|j| b[j] = -h[j] * truth[j]);
                (0..rows).for_each(|i| b[cols + i] = e[i] * truth[cols + i]);
                for i in 0..rows {
                    for (j, v) in a.row(i) {
                        b[j] += v * truth[cols + i];
                        b[cols + i] += v * truth[j];
                    }
                }
                kkt.solve();
                let worst = kkt.unknowns.iter().zip(&truth).fold(0.0f64, |w, (a, b)| w.max((a - b).abs()));
                assert!(worst < 1e-10, "{rows} {cols} {density}: {worst}");
            }
        }
    }
}
