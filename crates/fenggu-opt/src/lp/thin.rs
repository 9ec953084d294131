//! Unknowns with one neighbour or none, taken out of a system before it is ordered.
//!
//! They leave no fill, only something on their neighbour's diagonal, always of that diagonal's sign: nothing cancels. (Those with two
//! neighbours leave an edge, and on long problems that did cancel: one week in twelve then ended with prices that the referee refused.)

use super::kkt::{ByRows, PIVOT, PIVOT_FLOOR};

/// No neighbour.
const NONE: u32 = u32::MAX;

/// An unknown that leaves with the only neighbour that it then has, or with none.
#[derive(Clone, Copy)]
struct Leaf {
    own: u32,
    neighbour: u32,
    entry: f64,
}

/// What was taken out, and what is left.
pub(super) struct Thin {
    cols: u32,
    /// In the order in which they leave.
    leaves: Vec<Leaf>,
    /// Reciprocals of their pivots.
    inverse: Vec<f64>,
    /// The unknowns that are left, ascending.
    pub core: Vec<u32>,
}

impl Thin {
    /// Of the system whose edges are the entries of a matrix, columns before rows.
    pub(super) fn new(rows: &ByRows, cols: usize) -> Thin {
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
        let core = (0..dim as u32).filter(|&v| !gone[v as usize]).collect();
        Thin { cols: cols as u32, inverse: vec![0.0; leaves.len()], leaves, core }
    }

    /// Takes them out of the diagonals.
    pub(super) fn factorise(&mut self, pivots: &mut [f64]) {
        for (leaf, inverse) in self.leaves.iter().zip(&mut self.inverse) {
            // Held to its sign, as the pivots of the core are.
            let sign = if leaf.own < self.cols { -1.0 } else { 1.0 };
            let pivot = pivots[leaf.own as usize];
            *inverse = 1.0 / if pivot * sign < PIVOT_FLOOR { PIVOT * sign } else { pivot };
            if leaf.neighbour != NONE {
                pivots[leaf.neighbour as usize] -= leaf.entry * leaf.entry * *inverse;
            }
        }
    }

    /// Takes them out of a right-hand side; their own values become those over their pivots.
    pub(super) fn forward(&self, b: &mut [f64]) {
        for (leaf, inverse) in self.leaves.iter().zip(&self.inverse) {
            let own = b[leaf.own as usize] * inverse;
            b[leaf.own as usize] = own;
            if leaf.neighbour != NONE {
                b[leaf.neighbour as usize] -= leaf.entry * own;
            }
        }
    }

    /// Their solution from that of the core.
    pub(super) fn backward(&self, b: &mut [f64]) {
        for (leaf, inverse) in self.leaves.iter().zip(&self.inverse).rev().filter(|(leaf, _)| leaf.neighbour != NONE) {
            b[leaf.own as usize] -= leaf.entry * inverse * b[leaf.neighbour as usize];
        }
    }
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
