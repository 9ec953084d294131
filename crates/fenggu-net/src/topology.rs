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
