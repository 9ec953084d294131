//! A small set of vertices that parts a graph in two, by many levels of coarsening and refinement.

use super::weighted::Weighted;
use crate::conformance::Random;
use std::collections::BinaryHeap;

/// Where a vertex is: in one of the parts or between them.
pub(super) const BETWEEN: u8 = 2;

/// Coarsening ends at so many vertices.
const COARSEST: usize = 100;
/// Parts grown on the coarsest graph; the best is taken.
const TRIES: usize = 10;
/// Neither part may be heavier than this share of the whole.
const HEAVIEST_PART: f64 = 0.62;
/// Passes of refinement on a level.
const PASSES: usize = 6;

/// The side of every vertex: 0, 1 or [`BETWEEN`].
pub(super) fn separate(graph: &Weighted) -> Vec<u8> {
    let n = graph.len();
    if n > COARSEST {
        let heaviest = (1.5 * graph.total as f64 / COARSEST as f64).max(2.0) as u32;
        let (coarse, map) = graph.coarser(heaviest);
        if (coarse.len() as f64) < 0.95 * n as f64 {
            let rough = separate(&coarse);
            let side = map.iter().map(|&c| rough[c as usize]).collect();
            let mut parting = Parting::new(graph, side);
            parting.refine();
            return parting.side;
        }
    }
    first(graph)
}

/// Grows parts from several vertices and keeps the one with the lightest border.
fn first(graph: &Weighted) -> Vec<u8> {
    let n = graph.len();
    let mut random = Random::new(n as u64);
    let mut best: Option<(u64, Vec<u8>)> = None;
    for _ in 0..TRIES {
        let mut side = vec![1u8; n];
        let mut weight = 0u64;
        let mut queue = std::collections::VecDeque::new();
        let mut seen = vec![false; n];
        while 2 * weight < graph.total {
            let v = match queue.pop_front() {
                Some(v) => v,
                // A part that cannot grow goes on elsewhere.
                None => {
                    let start = random.below(n);
                    match (start..n).chain(0..start).find(|&v| !seen[v]) {
                        Some(v) => v,
                        None => break,
                    }
                }
            };
            seen[v] = true;
            side[v] = 0;
            weight += u64::from(graph.vertex[v]);
            for (u, _) in graph.near(v) {
                if !seen[u] {
                    seen[u] = true;
                    queue.push_back(u);
                }
            }
        }
        for v in 0..n {
            if side[v] == 0 && graph.near(v).any(|(u, _)| side[u] == 1) {
                side[v] = BETWEEN;
            }
        }
        let mut parting = Parting::new(graph, side);
        parting.refine();
        let cost = parting.cost();
        if best.as_ref().is_none_or(|b| cost < b.0) {
            best = Some((cost, parting.side));
        }
    }
    best.map_or_else(|| vec![BETWEEN; n], |b| b.1)
}

/// A parting under refinement (Fiduccia and Mattheyses 1982, on vertices).
struct Parting<'a> {
    graph: &'a Weighted,
    side: Vec<u8>,
    weight: [u64; 3],
    most: u64,
    /// For vertices between: the weight of their neighbours on either side.
    pull: Vec<[u64; 2]>,
}

impl<'a> Parting<'a> {
    fn new(graph: &'a Weighted, side: Vec<u8>) -> Parting<'a> {
        let mut weight = [0u64; 3];
        side.iter().zip(&graph.vertex).for_each(|(&s, &w)| weight[s as usize] += u64::from(w));
        let most = (HEAVIEST_PART * graph.total as f64) as u64;
        Parting { graph, pull: vec![[0; 2]; side.len()], side, weight, most }
    }
    /// Lower is better: what is between, and what is beyond the balance.
    fn cost(&self) -> u64 {
        let over = self.weight[0].max(self.weight[1]).saturating_sub(self.most);
        self.weight[2] + 4 * over
    }
    fn gain(&self, v: usize, to: usize) -> i64 {
        i64::from(self.graph.vertex[v]) - self.pull[v][1 - to] as i64
    }
    fn set(&mut self, v: usize, side: u8) {
        let w = u64::from(self.graph.vertex[v]);
        self.weight[self.side[v] as usize] -= w;
        self.weight[side as usize] += w;
        self.side[v] = side;
    }
    fn measure(&mut self, v: usize) {
        let mut pull = [0u64; 2];
        for (u, _) in self.graph.near(v) {
            if self.side[u] < BETWEEN {
                pull[self.side[u] as usize] += u64::from(self.graph.vertex[u]);
            }
        }
        self.pull[v] = pull;
    }

    fn refine(&mut self) {
        for _ in 0..PASSES {
            if !self.pass() {
                break;
            }
        }
    }

    /// Moves vertices out of the border, the best first, uphill too; goes back to the best state. False if nothing was won.
    fn pass(&mut self) -> bool {
        let between: Vec<usize> = (0..self.side.len()).filter(|&v| self.side[v] == BETWEEN).collect();
        let mut heaps: [BinaryHeap<(i64, u32)>; 2] = [BinaryHeap::new(), BinaryHeap::new()];
        for &v in &between {
            self.measure(v);
            (0..2).for_each(|to| heaps[to].push((self.gain(v, to), v as u32)));
        }
        let patience = 100 + between.len() / 4;
        let mut moved = vec![false; self.side.len()];
        // Every move: the vertex, where it went, how many it pulled in (they follow it in `pulled`).
        let (mut moves, mut pulled): (Vec<(u32, u8, usize)>, Vec<u32>) = (Vec::new(), Vec::new());
        let before = self.cost();
        let (mut best, mut best_at) = (before, 0);
        while moves.len() < best_at + patience {
            let Some((v, to)) = self.choose(&mut heaps, &moved) else { break };
            moved[v] = true;
            self.set(v, to as u8);
            let first = pulled.len();
            for (u, _) in self.graph.near(v) {
                if self.side[u] == BETWEEN {
                    self.pull[u][to] += u64::from(self.graph.vertex[v]);
                    if !moved[u] {
                        heaps[1 - to].push((self.gain(u, 1 - to), u as u32));
                    }
                } else if self.side[u] as usize == 1 - to {
                    pulled.push(u as u32);
                }
            }
            for &u in &pulled[first..] {
                let u = u as usize;
                self.set(u, BETWEEN);
                self.measure(u);
                if !moved[u] {
                    (0..2).for_each(|side| heaps[side].push((self.gain(u, side), u as u32)));
                }
                for (w, _) in self.graph.near(u) {
                    if self.side[w] == BETWEEN && w != u {
                        self.measure_less(w, 1 - to, u);
                        if !moved[w] {
                            heaps[to].push((self.gain(w, to), w as u32));
                        }
                    }
                }
            }
            moves.push((v as u32, to as u8, pulled.len() - first));
            let cost = self.cost();
            if cost < best {
                (best, best_at) = (cost, moves.len());
            }
        }
        while moves.len() > best_at {
            if let Some((v, to, count)) = moves.pop() {
                for u in pulled.split_off(pulled.len() - count) {
                    self.set(u as usize, 1 - to);
                }
                self.set(v as usize, BETWEEN);
            }
        }
        best < before
    }

    /// `u` left side `from`: its neighbour `w` feels less pull from there. (A vertex that was pulled in in the same move after `w`
    /// was measured would be counted twice; hence never below zero.)
    fn measure_less(&mut self, w: usize, from: usize, u: usize) {
        let less = u64::from(self.graph.vertex[u]);
        self.pull[w][from] = self.pull[w][from].saturating_sub(less);
    }

    /// The move with the greatest gain that the balance allows.
    fn choose(&self, heaps: &mut [BinaryHeap<(i64, u32)>; 2], moved: &[bool]) -> Option<(usize, usize)> {
        let mut found: [Option<(i64, usize)>; 2] = [None, None];
        for to in 0..2 {
            while let Some(&(gain, v)) = heaps[to].peek() {
                let v = v as usize;
                let fits = self.weight[to] + u64::from(self.graph.vertex[v]) <= self.most.max(self.weight[1 - to]);
                if !moved[v] && self.side[v] == BETWEEN && gain == self.gain(v, to) && fits {
                    found[to] = Some((gain, v));
                    break;
                }
                heaps[to].pop();
            }
        }
        match found {
            [Some(a), Some(b)] => {
                let first = a.0 > b.0 || (a.0 == b.0 && self.weight[0] <= self.weight[1]);
                Some(if first { (a.1, 0) } else { (b.1, 1) })
            }
            [Some(a), None] => Some((a.1, 0)),
            [None, Some(b)] => Some((b.1, 1)),
            [None, None] => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::graph::Graph;
    use super::*;

    fn grid(a: usize, b: usize) -> Weighted {
        let mut graph = Graph { start: vec![0], to: Vec::new() };
        for v in 0..a * b {
            let (i, j) = (v / b, v % b);
            if i > 0 {
                graph.to.push((v - b) as u32)
            }
            if i + 1 < a {
                graph.to.push((v + b) as u32)
            }
            if j > 0 {
                graph.to.push((v - 1) as u32)
            }
            if j + 1 < b {
                graph.to.push((v + 1) as u32)
            }
            graph.start.push(graph.to.len());
        }
        Weighted::new(graph)
    }

    #[test]
    fn a_grid_is_parted_along_its_short_side() {
        for (a, b) in [(30, 30), (20, 200), (7, 1000)] {
            let graph = grid(a, b);
            let side = separate(&graph);
            let count = |s: u8| side.iter().filter(|&&x| x == s).count();
            for v in 0..side.len() {
                for (u, _) in graph.near(v) {
                    assert!(side[u] == side[v] || side[u] == BETWEEN || side[v] == BETWEEN, "the parts do not touch");
                }
            }
            // No worse than twice the best parting, and balanced.
            assert!(count(BETWEEN) <= 2 * a, "{a}×{b}: {}", count(BETWEEN));
            assert!(count(0).max(count(1)) <= (0.65 * (a * b) as f64) as usize, "{a}×{b}: {} {}", count(0), count(1));
        }
    }
}
