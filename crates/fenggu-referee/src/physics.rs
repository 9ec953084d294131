//! The DC network, derived here from the raw branch data and nothing else.
//!
//! | symbol | meaning                                        | shape    | unit   |
//! |--------|------------------------------------------------|----------|--------|
//! | B      | flow per angle: `base_mva · b`                 | [branch] | MW/rad |
//! | s      | phase shift                                    | [branch] | rad    |
//! | θ      | voltage angle                                  | [bus × step] | rad |
//!
//! Flow: `B·(θ_from − θ_to − s)`. Three meanings of b and s are in use (sources: MATPOWER manual 7.1, eq. 3.21;
//! PowerModels.jl `DCPPowerModel`, constraint_ohms_yt_from; PyPSA docs, "Passive branches"):
//! MATPOWER `b = 1/(x·tap)`, s as given; PowerModels `b = x/(r² + x²)`, 0 where x = 0, s = 0; PyPSA as MATPOWER, with x in
//! the per unit of the network. There a branch with x = 0 has one angle at both ends and any flow (PyPSA's rows count x·flow around
//! cycles). A branch of direct current has its resistance in the reactance's place.

use crate::case::Col;
use fenggu_net::{Branch, Current, FlowConvention, Network};

/// DC data of the branches. `[branch]`
pub(crate) struct Wires {
    /// Whether the branch and both its buses are in service.
    pub live: Vec<bool>,
    /// Flow per angle, MW/rad; 0 for branches that carry nothing, infinite for those that hold their ends at one angle.
    pub slope: Vec<f64>,
    /// Fixed phase shift, rad.
    pub shift: Vec<f64>,
    /// Whether the shift is a decision.
    pub shifter: Vec<bool>,
    /// Buses that hang together by branches that carry something: the same number. `[bus]`
    pub island: Vec<u32>,
    /// The bus whose angle is that of a bus by branches without impedance; itself where there are none. `[bus]`
    pub one_angle: Vec<usize>,
    /// Branches of a spanning forest, in an order in which one end is always known.
    forest: Vec<Edge>,
}

struct Edge {
    branch: u32,
    known: u32,
    new: u32,
    /// Whether the known bus is the from bus.
    forward: bool,
}

fn per_unit(net: &Network, b: &Branch) -> (f64, f64) {
    let shift = b.phase_shift_deg * std::f64::consts::PI / 180.0;
    let (r, x) = match b.current {
        Current::Ac => (b.r_pu, b.x_pu),
        Current::Dc => (0.0, b.r_pu),
    };
    match net.flow_convention {
        FlowConvention::PowerModels => (if x == 0.0 { 0.0 } else { x / (r * r + x * x) }, 0.0),
        FlowConvention::Pypsa if x * b.tap_ratio == 0.0 => (f64::INFINITY, shift),
        FlowConvention::Matpower | FlowConvention::Pypsa => (1.0 / x / b.tap_ratio, shift),
    }
}

impl Wires {
    pub(crate) fn new(net: &Network) -> Wires {
        let n = net.branches.len();
        let (mut live, mut slope, mut shift, mut shifter) = (vec![false; n], vec![0.0; n], vec![0.0; n], vec![false; n]);
        for (l, b) in net.branches.iter() {
            let i = l.index();
            if !(b.in_service && net.buses[b.bus_from].in_service() && net.buses[b.bus_to].in_service()) {
                continue;
            }
            let (susceptance, angle) = per_unit(net, b);
            (live[i], slope[i], shift[i]) = (true, net.base_mva * susceptance, angle);
            // A shift is a decision where both its limits are told, whatever the convention says of fixed ones.
            shifter[i] = b.phase_shift_min_deg.is_some() && b.phase_shift_max_deg.is_some();
        }
        let (island, forest) = forest(net, &slope);
        let mut one_angle: Vec<usize> = (0..net.buses.len()).collect();
        // Few such branches are ever in a row: rename one end's group until nothing changes.
        let ideal: Vec<(usize, usize)> = net
            .branches
            .iter()
            .filter(|(l, _)| slope[l.index()].is_infinite())
            .map(|(_, b)| (b.bus_from.index(), b.bus_to.index()))
            .collect();
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for &(f, t) in &ideal {
                let least = one_angle[f].min(one_angle[t]);
                changed |= one_angle[f] != least || one_angle[t] != least;
                (one_angle[f], one_angle[t]) = (least, least);
            }
        }
        Wires { live, slope, shift, shifter, island, one_angle, forest }
    }
    /// Whether a branch holds its ends at one angle and leaves its flow free.
    #[inline]
    pub(crate) fn is_ideal(&self, l: usize) -> bool {
        self.slope[l].is_infinite()
    }
    /// Angles that give these flows along the forest, rad, 0 at the first bus of each island. `[bus × step]`
    pub(crate) fn angles(&self, flow: Col<'_>, shift: Col<'_>, buses: usize, steps: usize) -> Vec<f64> {
        let mut angle = vec![0.0; buses * steps];
        for edge in &self.forest {
            let l = edge.branch as usize;
            let (known, new) = (edge.known as usize * steps, edge.new as usize * steps);
            for t in 0..steps {
                let from_less_to = flow.at(l, t) / self.slope[l] + self.shift_at(l, shift, t);
                angle[new + t] = if edge.forward { angle[known + t] - from_less_to } else { angle[known + t] + from_less_to };
            }
        }
        angle
    }
    /// Least and most phase shift, rad: equal where it is no decision.
    pub(crate) fn shift_range(&self, l: usize, b: &Branch) -> (f64, f64) {
        match b.phase_shift_min_deg.zip(b.phase_shift_max_deg).filter(|_| self.shifter[l]) {
            Some((lo, hi)) => (lo.to_radians(), hi.to_radians()),
            None => (self.shift[l], self.shift[l]),
        }
    }
    /// Branches of a spanning forest: branch, the bus nearer the root, the bus it adds; the root's side first.
    pub(crate) fn forest(&self) -> impl DoubleEndedIterator<Item = (usize, usize, usize)> + '_ {
        self.forest.iter().map(|e| (e.branch as usize, e.known as usize, e.new as usize))
    }
    /// Phase shift in a step, rad: the decision, where it is one and given.
    #[inline]
    pub(crate) fn shift_at(&self, l: usize, shift: Col<'_>, t: usize) -> f64 {
        if self.shifter[l] && shift.present() {
            shift.at(l, t) * std::f64::consts::PI / 180.0
        } else {
            self.shift[l]
        }
    }
}

/// Islands by breadth-first search over branches that carry something, and the branches that first reached each bus.
fn forest(net: &Network, slope: &[f64]) -> (Vec<u32>, Vec<Edge>) {
    let n = net.buses.len();
    // Neighbours in compressed rows: count, then fill.
    let mut start = vec![0usize; n + 1];
    let ends = |l: usize| (net.branches.rows()[l].bus_from.index(), net.branches.rows()[l].bus_to.index());
    let carries = |l: usize| slope[l] != 0.0;
    for l in (0..slope.len()).filter(|&l| carries(l)) {
        let (f, t) = ends(l);
        start[f + 1] += 1;
        start[t + 1] += 1;
    }
    for i in 0..n {
        start[i + 1] += start[i];
    }
    let mut fill = start.clone();
    let mut near = vec![0u32; start[n]];
    for l in (0..slope.len()).filter(|&l| carries(l)) {
        let (f, t) = ends(l);
        near[fill[f]] = l as u32;
        fill[f] += 1;
        near[fill[t]] = l as u32;
        fill[t] += 1;
    }
    let mut island = vec![u32::MAX; n];
    let (mut edges, mut queue, mut count) = (Vec::with_capacity(n), Vec::with_capacity(n), 0u32);
    for root in 0..n {
        if island[root] != u32::MAX {
            continue;
        }
        island[root] = count;
        queue.clear();
        queue.push(root);
        let mut head = 0;
        while head < queue.len() {
            let known = queue[head];
            head += 1;
            for &branch in &near[start[known]..start[known + 1]] {
                let (f, t) = ends(branch as usize);
                let new = if f == known { t } else { f };
                if island[new] == u32::MAX {
                    island[new] = count;
                    edges.push(Edge { branch, known: known as u32, new: new as u32, forward: f == known });
                    queue.push(new);
                }
            }
        }
        count += 1;
    }
    (island, edges)
}
