//! The elimination tree of a symmetric pattern in a given order, and the column counts of its factor.

use super::graph::Graph;

/// No vertex.
pub(super) const NONE: u32 = u32::MAX;

/// Tree and counts. All numbers are positions in `order`.
pub(super) struct Tree {
    /// Vertices of the graph in the order of elimination; a postorder of the tree.
    pub order: Vec<u32>,
    /// Position of every vertex.
    pub place: Vec<u32>,
    /// Parent of every position, above it; [`NONE`] at roots.
    pub parent: Vec<u32>,
    /// Entries in every column of L, the diagonal included.
    pub count: Vec<u32>,
}

impl Tree {
    /// Analyses an order and turns it into an equivalent postorder (the same fill).
    pub(super) fn new(graph: &Graph, order: &[u32]) -> Tree {
        let n = graph.len();
        let place = inverse(order);
        let parent = parents(graph, order, &place);
        let post = postorder(&parent, graph, order);
        // Renumber by the postorder.
        let order: Vec<u32> = post.iter().map(|&k| order[k as usize]).collect();
        let new = inverse(&post);
        let parent: Vec<u32> = post
            .iter()
            .map(|&k| match parent[k as usize] {
                NONE => NONE,
                p => new[p as usize],
            })
            .collect();
        let place = inverse(&order);
        let count = counts(graph, &order, &place, &parent);
        debug_assert_eq!(count.len(), n);
        Tree { order, place, parent, count }
    }
    /// Entries of L.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.count.iter().map(|&c| c as usize).sum()
    }
    /// Multiplications and additions of the factorisation.
    pub(super) fn flops(&self) -> f64 {
        self.count.iter().map(|&c| f64::from(c) * f64::from(c)).sum()
    }
}

pub(super) fn inverse(order: &[u32]) -> Vec<u32> {
    let mut place = vec![0u32; order.len()];
    order.iter().enumerate().for_each(|(k, &v)| place[v as usize] = k as u32);
    place
}

/// Liu's algorithm with path compression (1986).
fn parents(graph: &Graph, order: &[u32], place: &[u32]) -> Vec<u32> {
    let n = graph.len();
    let (mut parent, mut ancestor) = (vec![NONE; n], vec![NONE; n]);
    for (k, &v) in order.iter().enumerate() {
        for &w in graph.near(v as usize) {
            let mut i = place[w as usize];
            while i != NONE && (i as usize) < k {
                let next = ancestor[i as usize];
                ancestor[i as usize] = k as u32;
                if next == NONE {
                    parent[i as usize] = k as u32;
                }
                i = next;
            }
        }
    }
    parent
}

/// Children before parents; among the children of one parent, leaves come last and those with the same neighbours side by side, so
/// that a panel can take them together: the many columns of a few dense rows are such leaves.
fn postorder(parent: &[u32], graph: &Graph, order: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let mut start = vec![0usize; n + 1];
    parent.iter().filter(|p| **p != NONE).for_each(|&p| start[p as usize + 1] += 1);
    (0..n).for_each(|k| start[k + 1] += start[k]);
    let (mut place, mut children) = (start.clone(), vec![0u32; start[n]]);
    for (k, &p) in parent.iter().enumerate().filter(|(_, p)| **p != NONE) {
        children[place[p as usize]] = k as u32;
        place[p as usize] += 1;
    }
    // Neighbours as a set, in one number: a leaf has no earlier ones.
    let mark = |w: u32| (u64::from(w) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let leaf = |k: u32| start[k as usize] == start[k as usize + 1];
    let key = |k: u32| match leaf(k) {
        true => 1 | graph.near(order[k as usize] as usize).iter().fold(0u64, |sum, &w| sum.wrapping_add(mark(w))),
        false => 0,
    };
    for p in (0..n).filter(|&p| start[p + 1] - start[p] > 1) {
        children[start[p]..start[p + 1]].sort_by_cached_key(|&k| key(k));
    }
    let mut next = start.clone();
    let (mut out, mut stack) = (Vec::with_capacity(n), Vec::new());
    for root in (0..n).filter(|&k| parent[k] == NONE) {
        stack.push(root as u32);
        while let Some(&k) = stack.last() {
            let at = &mut next[k as usize];
            if *at == start[k as usize + 1] {
                out.push(k);
                stack.pop();
            } else {
                stack.push(children[*at]);
                *at += 1;
            }
        }
    }
    out
}

/// Column counts without the factor: Gilbert, Ng and Peyton (1994), in the form of Davis's CSparse (2006). The order must be
/// a postorder.
fn counts(graph: &Graph, order: &[u32], place: &[u32], parent: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let mut first = vec![NONE; n];
    let mut delta = vec![0i64; n];
    for k in 0..n {
        delta[k] = i64::from(first[k] == NONE);
        let mut j = k as u32;
        while j != NONE && first[j as usize] == NONE {
            first[j as usize] = k as u32;
            j = parent[j as usize];
        }
    }
    let mut ancestor: Vec<u32> = (0..n as u32).collect();
    // `far` holds the greatest `first` seen in a row plus one.
    let (mut far, mut last_leaf) = (vec![0u32; n], vec![NONE; n]);
    for j in 0..n {
        if parent[j] != NONE {
            delta[parent[j] as usize] -= 1;
        }
        for &w in graph.near(order[j] as usize) {
            let i = place[w as usize] as usize;
            if i <= j || first[j] < far[i] {
                continue;
            }
            far[i] = first[j] + 1;
            let before = std::mem::replace(&mut last_leaf[i], j as u32);
            delta[j] += 1;
            if before == NONE {
                continue;
            }
            let mut top = before;
            while top != ancestor[top as usize] {
                top = ancestor[top as usize];
            }
            let mut s = before;
            while s != top {
                s = std::mem::replace(&mut ancestor[s as usize], top);
            }
            delta[top as usize] -= 1;
        }
        if parent[j] != NONE {
            ancestor[j] = parent[j];
        }
    }
    for j in 0..n {
        if parent[j] != NONE {
            delta[parent[j] as usize] += delta[j];
        }
    }
    delta.into_iter().map(|d| d as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::super::graph::Upper;
    use super::*;
    use crate::conformance::Random;

    /// Column counts and parents by elimination of the pattern itself.
    fn by_elimination(graph: &Graph, order: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let n = graph.len();
        let place = inverse(order);
        let mut columns: Vec<std::collections::BTreeSet<usize>> = (0..n)
            .map(|k| graph.near(order[k] as usize).iter().map(|&w| place[w as usize] as usize).filter(|&i| i > k).collect())
            .collect();
        let mut parent = vec![NONE; n];
        for k in 0..n {
            let rest = columns[k].clone();
            if let Some(&p) = rest.first() {
                parent[k] = p as u32;
                columns[p].extend(rest.iter().filter(|&&i| i > p));
            }
        }
        (columns.iter().map(|c| c.len() as u32 + 1).collect(), parent)
    }

    #[test]
    fn trees_and_counts_are_those_of_the_elimination() {
        let mut random = Random::new(3);
        for n in [1usize, 2, 5, 17, 40] {
            for density in [0.02, 0.1, 0.4] {
                let mut upper = Upper { start: vec![0], ..Upper::default() };
                for c in 0..n {
                    upper.row.extend((0..c as u32).filter(|_| random.unit() < density));
                    upper.start.push(upper.row.len());
                }
                upper.value = vec![1.0; upper.row.len()];
                let graph = Graph::new(&upper);
                let order: Vec<u32> = (0..n as u32).rev().collect();
                let tree = Tree::new(&graph, &order);
                let (count, parent) = by_elimination(&graph, &tree.order);
                assert_eq!((tree.count.clone(), tree.parent.clone()), (count, parent), "{n} {density}");
                let before: u32 = by_elimination(&graph, &order).0.iter().sum();
                assert_eq!(tree.entries(), before as usize, "a postorder has the same fill");
            }
        }
    }
}
