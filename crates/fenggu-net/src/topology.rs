//! Which buses hang together.

use crate::Network;

/// Islands of a network: sets of buses joined by branches that carry something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Islands {
    /// Island of every bus, counted from 0 in order of first bus; `u32::MAX` for isolated buses. `[bus]`
    pub of_bus: Vec<u32>,
    /// Number of islands.
    pub count: usize,
}

/// Islands over branches in service for which `joins` holds (e.g. those of non-zero susceptance).
pub fn islands(net: &Network, joins: impl Fn(&crate::Branch) -> bool) -> Islands {
    let n = net.buses.len();
    let mut parent: Vec<u32> = (0..n as u32).collect();
    fn root(parent: &mut [u32], mut i: u32) -> u32 {
        while parent[i as usize] != i {
            parent[i as usize] = parent[parent[i as usize] as usize];
            i = parent[i as usize];
        }
        i
    }
    for (_, b) in net.branches.iter() {
        if net.branch_in_service(b) && joins(b) {
            let f = root(&mut parent, b.bus_from.index() as u32);
            let t = root(&mut parent, b.bus_to.index() as u32);
            // The smaller root wins, so that numbering does not depend on branch order.
            parent[f.max(t) as usize] = f.min(t);
        }
    }
    let mut of_bus = vec![u32::MAX; n];
    let mut number = vec![u32::MAX; n];
    let mut count = 0;
    for (id, bus) in net.buses.iter() {
        if bus.in_service() {
            let r = root(&mut parent, id.index() as u32) as usize;
            if number[r] == u32::MAX {
                number[r] = count;
                count += 1;
            }
            of_bus[id.index()] = number[r];
        }
    }
    Islands { of_bus, count: count as usize }
}

/// Branches whose outage parts their island: those that lie on no loop of branches in service for which `joins` holds. `[branch]`
///
/// Depth-first search with the earliest bus that is reached past every branch (Tarjan 1974), without recursion.
pub fn bridges(net: &Network, joins: impl Fn(usize, &crate::Branch) -> bool) -> Vec<bool> {
    let (n, count) = (net.buses.len(), net.branches.len());
    let ends = |l: usize| {
        let b = &net.branches.rows()[l];
        (b.bus_from.index(), b.bus_to.index())
    };
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); n];
    for (id, b) in net.branches.iter().filter(|(id, b)| net.branch_in_service(b) && joins(id.index(), b)) {
        let (f, t) = (b.bus_from.index(), b.bus_to.index());
        if f != t {
            near[f].push(id.index() as u32);
            near[t].push(id.index() as u32);
        }
    }
    let mut bridge = vec![false; count];
    // When a bus was reached (0: not yet), and the earliest that its part of the tree reaches.
    let (mut reached, mut earliest, mut clock) = (vec![0u32; n], vec![0u32; n], 0u32);
    // Bus, the branch that led to it, and how many of its branches were looked at.
    let mut path: Vec<(usize, u32, usize)> = Vec::new();
    for root in 0..n {
        if reached[root] != 0 {
            continue;
        }
        path.push((root, u32::MAX, 0));
        clock += 1;
        (reached[root], earliest[root]) = (clock, clock);
        while let Some((bus, by, looked)) = path.last_mut() {
            let (bus, by) = (*bus, *by);
            let Some(&l) = near[bus].get(*looked) else {
                path.pop();
                if let Some((before, _, _)) = path.last() {
                    earliest[*before] = earliest[*before].min(earliest[bus]);
                    bridge[by as usize] = earliest[bus] > reached[*before];
                }
                continue;
            };
            *looked += 1;
            let (f, t) = ends(l as usize);
            let next = if f == bus { t } else { f };
            if l == by {
                continue; // the branch itself; a parallel one is another
            }
            if reached[next] == 0 {
                clock += 1;
                (reached[next], earliest[next]) = (clock, clock);
                path.push((next, l, 0));
            } else {
                earliest[bus] = earliest[bus].min(reached[next]);
            }
        }
    }
    bridge
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Branch, Bus, Id};

    /// Equal to taking every branch out and counting islands, on graphs that look random.
    #[test]
    fn bridges_are_the_branches_without_which_there_are_more_islands() {
        let mut seed = 7u64;
        let mut dice = |n: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % n
        };
        for _ in 0..200 {
            let mut net = Network::default();
            let n = 2 + dice(8);
            for i in 0..n {
                net.buses.push(Bus { name: format!("b{i}"), ..Bus::default() });
            }
            for l in 0..dice(12) {
                let (bus_from, bus_to) = (Id::new(dice(n)), Id::new(dice(n)));
                net.branches.push(Branch { name: format!("l{l}"), bus_from, bus_to, in_service: dice(9) > 0, ..Branch::default() });
            }
            let found = bridges(&net, |_, _| true);
            let whole = islands(&net, |_| true).count;
            for (l, bridge) in found.into_iter().enumerate() {
                let mut without = net.clone();
                without.branches.rows_mut()[l].in_service = false;
                assert_eq!(bridge, islands(&without, |_| true).count > whole, "branch {l} of {net:?}");
            }
        }
    }
}
