//! The least set of vertices between two ends of a graph, by maximum flow (Dinic 1970; Menger 1927).
//!
//! Problems over time are long and thin: between its beginning and its end such a graph has a border far smaller than any that
//! refinement from a bad start would find. The vertices are put in the order of a breadth-first search from one end; the first
//! and the last share of them are the two ends, and what is between them is free.

use super::super::graph::Graph;
use super::separator::BETWEEN;
use std::collections::VecDeque;

/// Share of the vertices at either end.
const END: f64 = 0.36;
const NONE: u32 = u32::MAX;

/// A residual network of unit vertex capacities. Node 2k enters free vertex k, node 2k + 1 leaves it; then source and sink.
struct Network {
    start: Vec<usize>,
    to: Vec<u32>,
    /// The arc the other way.
    back: Vec<u32>,
    room: Vec<u32>,
}

/// Capacity of arcs that are never cut.
const WIDE: u32 = u32::MAX / 4;

impl Network {
    fn new(nodes: usize, arcs: &[(u32, u32, u32)]) -> Network {
        let mut start = vec![0usize; nodes + 1];
        for &(a, b, _) in arcs {
            start[a as usize + 1] += 1;
            start[b as usize + 1] += 1;
        }
        (0..nodes).for_each(|k| start[k + 1] += start[k]);
        let mut place = start.clone();
        let mut net = Network { to: vec![0; start[nodes]], back: vec![0; start[nodes]], room: vec![0; start[nodes]], start };
        for &(a, b, room) in arcs {
            let (p, q) = (place[a as usize], place[b as usize]);
            (net.to[p], net.back[p], net.room[p]) = (b, q as u32, room);
            (net.to[q], net.back[q], net.room[q]) = (a, p as u32, 0);
            place[a as usize] += 1;
            place[b as usize] += 1;
        }
        net
    }
    /// Distance of every node from the source in arcs with room.
    fn levels(&self, source: u32, level: &mut [u32]) {
        level.fill(NONE);
        level[source as usize] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(v) = queue.pop_front() {
            for p in self.start[v as usize]..self.start[v as usize + 1] {
                let w = self.to[p];
                if self.room[p] > 0 && level[w as usize] == NONE {
                    level[w as usize] = level[v as usize] + 1;
                    queue.push_back(w);
                }
            }
        }
    }
    /// The greatest flow, or `None` once it exceeds `most`. Every path carries one unit: vertices have room for one.
    fn flow(&mut self, source: u32, sink: u32, most: usize) -> Option<usize> {
        let nodes = self.start.len() - 1;
        let (mut level, mut total) = (vec![NONE; nodes], 0);
        loop {
            self.levels(source, &mut level);
            if level[sink as usize] == NONE {
                return Some(total);
            }
            let mut next: Vec<usize> = self.start[..nodes].to_vec();
            let mut path: Vec<usize> = Vec::new();
            let mut at = source;
            loop {
                if at == sink {
                    for &p in &path {
                        self.room[p] -= 1;
                        self.room[self.back[p] as usize] += 1;
                    }
                    total += 1;
                    if total > most {
                        return None;
                    }
                    path.clear();
                    at = source;
                    continue;
                }
                let v = at as usize;
                let arc = (next[v]..self.start[v + 1]).find(|&p| self.room[p] > 0 && level[self.to[p] as usize] == level[v] + 1);
                match arc {
                    Some(p) => {
                        next[v] = p;
                        path.push(p);
                        at = self.to[p];
                    }
                    None => {
                        next[v] = self.start[v + 1];
                        let Some(p) = path.pop() else { break };
                        at = self.to[self.back[p] as usize];
                        next[at as usize] += 1;
                    }
                }
            }
        }
    }
}

/// Vertices in the order of a breadth-first search from some, the others from the first not yet seen.
fn breadth_first(graph: &Graph, from: &[u32]) -> Vec<u32> {
    let n = graph.len();
    let mut seen = vec![false; n];
    let mut order: Vec<u32> = Vec::with_capacity(n);
    for &v in from {
        if !std::mem::replace(&mut seen[v as usize], true) {
            order.push(v);
        }
    }
    let (mut next, mut root) = (0, 0);
    while order.len() < n {
        if next == order.len() {
            while seen[root] {
                root += 1;
            }
            seen[root] = true;
            order.push(root as u32);
        }
        for &u in graph.near(order[next] as usize) {
            if !std::mem::replace(&mut seen[u as usize], true) {
                order.push(u);
            }
        }
        next += 1;
    }
    order
}

/// Sides as in [`super::separator::separate`], if the border has at most `most` vertices. `border` are vertices that lie along
/// one end; without any, an end is looked for.
pub(super) fn cut(graph: &Graph, border: &[u32], most: usize) -> Option<Vec<u8>> {
    let n = graph.len();
    let mut order = breadth_first(graph, if border.is_empty() { &[0] } else { border });
    if border.is_empty() {
        for _ in 0..2 {
            let last = *order.last()?;
            order = breadth_first(graph, &[last]);
        }
    }
    let end = ((END * n as f64) as usize).max(1);
    let mut side = vec![BETWEEN; n];
    order[..end].iter().for_each(|&v| side[v as usize] = 0);
    order[n - end..].iter().for_each(|&v| side[v as usize] = 1);
    let free = &order[end..n - end];
    let mut number = vec![NONE; n];
    free.iter().enumerate().for_each(|(k, &v)| number[v as usize] = k as u32);
    let (source, sink) = (2 * free.len() as u32, 2 * free.len() as u32 + 1);
    let mut arcs: Vec<(u32, u32, u32)> = Vec::new();
    for (k, &v) in free.iter().enumerate() {
        let (enter, leave) = (2 * k as u32, 2 * k as u32 + 1);
        arcs.push((enter, leave, 1));
        let mut ends = [false; 2];
        for &u in graph.near(v as usize) {
            match side[u as usize] {
                BETWEEN => arcs.push((leave, 2 * number[u as usize], WIDE)),
                s => ends[s as usize] = true,
            }
        }
        if ends[0] {
            arcs.push((source, enter, WIDE));
        }
        if ends[1] {
            arcs.push((leave, sink, WIDE));
        }
    }
    // Ends that touch cannot be parted.
    let touching = order[..end].iter().any(|&v| graph.near(v as usize).iter().any(|&u| side[u as usize] == 1));
    if touching {
        return None;
    }
    let mut net = Network::new(2 * free.len() + 2, &arcs);
    net.flow(source, sink, most)?;
    let mut level = vec![NONE; 2 * free.len() + 2];
    net.levels(source, &mut level);
    for (k, &v) in free.iter().enumerate() {
        let (entered, left) = (level[2 * k] != NONE, level[2 * k + 1] != NONE);
        side[v as usize] = match (entered, left) {
            (_, true) => 0,
            (true, false) => BETWEEN,
            (false, false) => 1,
        };
    }
    Some(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waist_of_an_hourglass_is_found() {
        // Two 10×40 grids joined by three vertices in the middle of their short sides.
        let (a, b) = (10usize, 40usize);
        let id = |half: usize, i: usize, j: usize| half * (a * b + 3) + i * b + j;
        let n = 2 * a * b + 3;
        let mut edges: Vec<(usize, usize)> = Vec::new();
        for half in 0..2 {
            for i in 0..a {
                for j in 0..b {
                    if i + 1 < a {
                        edges.push((id(half, i, j), id(half, i + 1, j)))
                    }
                    if j + 1 < b {
                        edges.push((id(half, i, j), id(half, i, j + 1)))
                    }
                }
            }
        }
        for k in 0..3 {
            edges.push((id(0, 3 + k, b - 1), a * b + k));
            edges.push((a * b + k, id(1, 3 + k, 0)));
        }
        let mut lists = vec![Vec::new(); n];
        for (x, y) in edges {
            lists[x].push(y as u32);
            lists[y].push(x as u32);
        }
        let mut graph = Graph { start: vec![0], to: Vec::new() };
        for list in lists {
            graph.to.extend(list);
            graph.start.push(graph.to.len());
        }
        let side = cut(&graph, &[], 100).expect("found");
        let border = side.iter().filter(|&&s| s == BETWEEN).count();
        assert_eq!(border, 3);
        assert!(cut(&graph, &[], 2).is_none(), "more than two");
        for v in 0..n {
            assert!(graph.near(v).iter().all(|&u| side[u as usize] + side[v] != 1), "the parts do not touch");
        }
    }
}
