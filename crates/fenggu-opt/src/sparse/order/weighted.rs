//! A graph with weights, and its coarser picture.

use super::super::graph::Graph;

/// An undirected graph whose vertices stand for several of the original one.
#[derive(Clone, Debug, Default)]
pub(super) struct Weighted {
    pub graph: Graph,
    /// Weight of every listed edge.
    pub edge: Vec<u32>,
    /// Weight of every vertex.
    pub vertex: Vec<u32>,
    pub total: u64,
}

/// No partner, no vertex.
const NONE: u32 = u32::MAX;

impl Weighted {
    /// Every weight one.
    pub(super) fn new(graph: Graph) -> Weighted {
        let (n, edges) = (graph.len(), graph.to.len());
        Weighted { graph, edge: vec![1; edges], vertex: vec![1; n], total: n as u64 }
    }
    pub(super) fn len(&self) -> usize {
        self.vertex.len()
    }
    /// Neighbours with the weights of their edges.
    pub(super) fn near(&self, v: usize) -> impl Iterator<Item = (usize, u32)> + '_ {
        (self.graph.start[v]..self.graph.start[v + 1]).map(|p| (self.graph.to[p] as usize, self.edge[p]))
    }

    /// Joins neighbours along heavy edges (Karypis and Kumar 1998), lonely vertices with others at the same neighbour. Returns the
    /// coarser graph and, for every vertex, the one that it became part of.
    pub(super) fn coarser(&self, heaviest: u32) -> (Weighted, Vec<u32>) {
        let n = self.len();
        let mut partner = vec![NONE; n];
        // Few neighbours first: they have the least choice. Counting sort, so that the order is always the same.
        let degree = |v: usize| (self.graph.start[v + 1] - self.graph.start[v]).min(63);
        let mut by_degree: Vec<u32> = (0..n as u32).collect();
        by_degree.sort_by_key(|&v| degree(v as usize));
        for &v in &by_degree {
            let v = v as usize;
            if partner[v] != NONE {
                continue;
            }
            let free = self.near(v).filter(|&(u, _)| partner[u] == NONE && self.vertex[u] + self.vertex[v] <= heaviest);
            if let Some((u, _)) = free.max_by_key(|&(u, w)| (w, u32::MAX - self.vertex[u])) {
                (partner[v], partner[u]) = (u as u32, v as u32);
            }
        }
        // The lonely: in pairs around their first neighbour.
        let mut waiting = vec![NONE; n];
        for v in 0..n {
            if partner[v] != NONE {
                continue;
            }
            let Some((hub, _)) = self.near(v).next() else { continue };
            let other = waiting[hub];
            if other != NONE && self.vertex[other as usize] + self.vertex[v] <= heaviest {
                (partner[v], partner[other as usize]) = (other, v as u32);
                waiting[hub] = NONE;
            } else {
                waiting[hub] = v as u32;
            }
        }
        self.contract(&partner)
    }

    fn contract(&self, partner: &[u32]) -> (Weighted, Vec<u32>) {
        let n = self.len();
        let mut map = vec![NONE; n];
        let mut pairs: Vec<(usize, usize)> = Vec::with_capacity(n);
        for v in 0..n {
            if map[v] == NONE {
                let u = if partner[v] == NONE { v } else { partner[v] as usize };
                (map[v], map[u]) = (pairs.len() as u32, pairs.len() as u32);
                pairs.push((v, u));
            }
        }
        let mut out = Weighted { graph: Graph { start: vec![0], to: Vec::new() }, edge: Vec::new(), vertex: Vec::new(), total: self.total };
        // Where the edge to a coarse vertex stands in the list being made.
        let mut place = vec![usize::MAX; pairs.len()];
        for (k, &(v, u)) in pairs.iter().enumerate() {
            let from = out.graph.to.len();
            out.vertex.push(self.vertex[v] + if u == v { 0 } else { self.vertex[u] });
            let both = self.near(v).chain(self.near(u).take(if u == v { 0 } else { usize::MAX }));
            for (w, weight) in both {
                let c = map[w] as usize;
                if c == k {
                    continue;
                }
                if place[c] == usize::MAX || place[c] < from {
                    place[c] = out.graph.to.len();
                    out.graph.to.push(c as u32);
                    out.edge.push(weight);
                } else {
                    out.edge[place[c]] += weight;
                }
            }
            out.graph.start.push(out.graph.to.len());
        }
        (out, map)
    }
}
