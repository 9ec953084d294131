//! The DC network: susceptances, shifts and limits by the network's flow convention.

use fenggu_net::per_unit::{dc_shift_rad, dc_susceptance, is_ideal};
use fenggu_net::topology::{islands, Islands};
use fenggu_net::{BusId, Network};

/// DC data of a network. Flow on branch l, MW: `base_mva · susceptance · (angle_from − angle_to − shift)`, angles in rad.
#[derive(Clone, Debug, PartialEq)]
pub struct DcNetwork {
    /// From and to bus. `[branch]`
    pub ends: Vec<[BusId; 2]>,
    /// Whether a branch is in service with both its buses. `[branch]`
    pub live: Vec<bool>,
    /// Susceptance, per unit; 0 for branches that carry nothing, 1 (a scale only) for ideal ones. `[branch]`
    pub susceptance: Vec<f64>,
    /// Whether a branch has no impedance: its ends have one angle, its flow is free. There is no PTDF form then. `[branch]`
    pub ideal: Vec<bool>,
    /// Fixed phase shift, rad. `[branch]`
    pub shift_rad: Vec<f64>,
    /// Island of every bus over branches with susceptance; `u32::MAX` for isolated buses. `[bus]`
    pub island_of_bus: Vec<u32>,
    /// Number of islands.
    pub islands: usize,
    /// One bus per island whose angle is 0: the file's reference bus, else the island's first bus. `[island]`
    pub reference: Vec<BusId>,
    /// Whether two islands hang together by an angle limit on a branch without susceptance, so that their angles
    /// are not free of each other; then only one of them has its reference held. `[island]`
    pub reference_held: Vec<bool>,
}

impl DcNetwork {
    /// Of a network without errors.
    pub fn new(net: &Network) -> DcNetwork {
        let live: Vec<bool> = net.branches.rows().iter().map(|b| net.branch_in_service(b)).collect();
        let b_of = |b: &fenggu_net::Branch| dc_susceptance(net.flow_convention, b);
        let ideal: Vec<bool> = net.branches.rows().iter().zip(&live).map(|(b, &on)| on && is_ideal(net.flow_convention, b)).collect();
        let finite = |(l, b): (usize, &fenggu_net::Branch)| match (live[l], ideal[l]) {
            (false, _) => 0.0,
            (_, true) => 1.0,
            _ => b_of(b),
        };
        let susceptance = net.branches.rows().iter().enumerate().map(finite).collect();
        let shift_rad = net.branches.rows().iter().map(|b| dc_shift_rad(net.flow_convention, b)).collect();
        let electric = islands(net, |b| b_of(b) != 0.0);
        let tied = islands(net, |b| b_of(b) != 0.0 || b.angle_min_deg > f64::NEG_INFINITY || b.angle_max_deg < f64::INFINITY);
        let reference = references(net, &electric);
        let mut taken = vec![false; tied.count];
        let reference_held = reference.iter().map(|r| !std::mem::replace(&mut taken[tied.of_bus[r.index()] as usize], true)).collect();
        let ends = net.branches.rows().iter().map(|b| [b.bus_from, b.bus_to]).collect();
        DcNetwork {
            ends,
            live,
            susceptance,
            ideal,
            shift_rad,
            island_of_bus: electric.of_bus,
            islands: electric.count,
            reference,
            reference_held,
        }
    }
    /// Limits of the flow on a branch in step `t`, MW: the rating, and the angle limits as far as the branch has susceptance.
    /// A rating that may be exceeded at a price is none. The flags say whether the angle limit, not the rating, is what limits (lower, upper).
    pub fn flow_limits_mw(&self, net: &Network, branch: usize, t: usize) -> ([f64; 2], [bool; 2]) {
        let row = &net.branches.rows()[branch];
        if !self.live[branch] || self.susceptance[branch] == 0.0 {
            return ([0.0, 0.0], [false, false]);
        }
        // A rating that is a decision, or that may be exceeded at a price, makes rows, not bounds.
        let rating = if row.s_nom_extendable || row.violation_cost_per_mwh.is_some() { f64::INFINITY } else { row.rating_mw(t) };
        let mut limits = [-rating, rating];
        let mut by_angle = [false, false];
        if row.phase_shift_min_deg.is_some() && row.phase_shift_max_deg.is_some() {
            // With a decision in the shift the angle limit is no flow limit: flow/angle_difference has it.
            return (limits, by_angle);
        }
        if self.ideal[branch] {
            return (limits, by_angle);
        }
        let slope = net.base_mva * self.susceptance[branch];
        let at = |deg: f64| slope * (deg.to_radians() - self.shift_rad[branch]);
        let (mut lo, mut hi) = (at(row.angle_min_deg), at(row.angle_max_deg));
        if lo > hi {
            std::mem::swap(&mut lo, &mut hi); // negative susceptance turns the limits round
        }
        if lo > limits[0] {
            limits[0] = lo;
            by_angle[0] = true;
        }
        if hi < limits[1] {
            limits[1] = hi;
            by_angle[1] = true;
        }
        (limits, by_angle)
    }
}

fn references(net: &Network, islands: &Islands) -> Vec<BusId> {
    let mut reference: Vec<Option<BusId>> = vec![None; islands.count];
    for (id, bus) in net.buses.iter() {
        let island = islands.of_bus[id.index()];
        if island == u32::MAX {
            continue;
        }
        let slot = &mut reference[island as usize];
        let better = match slot {
            None => true,
            Some(old) => bus.kind == fenggu_net::BusKind::Reference && net.buses[*old].kind != fenggu_net::BusKind::Reference,
        };
        if better {
            *slot = Some(id);
        }
    }
    // Every island has at least one bus, so every slot is set.
    reference.into_iter().flatten().collect()
}
