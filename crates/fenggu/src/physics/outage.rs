//! Flows after the outage of a branch, from the flows before it, by line outage distribution factors.
//!
//! ```text
//! z      = B⁻¹ (e_f − e_t)                              of the branch k that is lost, with ends f and t
//! LODF_l = b_l (z_f(l) − z_t(l)) / (1 − b_k (z_f − z_t))          branches l ≠ k;  LODF_k = −1
//! flow after the outage of k = flow_l + LODF_l · flow_k
//! ```
//!
//! A transfer over the ends of k that equals the flow it brings about on k leaves nothing to the rest of the network: k might as well
//! not be there. Fixed phase shifts count, since the flow of k holds what its own shift drives; a controllable shift stays where it is.
//! Source: Wood, Wollenberg and Sheblé (2014), *Power Generation, Operation, and Control*, section 7.3 and appendix 7A.

use super::{DcNetwork, DcSolver, PtdfError};
use fenggu_net::topology::bridges;
use fenggu_net::Network;

/// What stays of a transfer on the branch that is lost, beside 1: below, its outage parts the network in all but name.
const PARTED: f64 = 1e-9;
/// Limits that are exceeded by less, relative to the limit (at least 1 MW), hold.
pub const HELD: f64 = 1e-6;

/// A contingency that loses a branch, and is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Row of the contingency.
    pub contingency: usize,
    /// Row of the branch.
    pub branch: usize,
}

/// A limit after an outage that a dispatch violates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Violated {
    /// The outage.
    pub lost: Lost,
    /// Row of the branch beyond its limit.
    pub branch: usize,
    /// Step.
    pub step: usize,
    /// Share of the lost branch's flow that goes over.
    pub factor: f64,
    /// Whether the from→to limit is violated.
    pub up: bool,
    /// By how much, MW.
    pub over_mw: f64,
    /// The limit with what it may be exceeded by at the dispatch, MW.
    pub limit_mw: f64,
}

/// Screens dispatches for limits after outages.
pub struct OutageScreen {
    /// Outages that are secured.
    secured: Vec<Lost>,
    /// Contingencies whose outage parts the network, and which are not secured.
    islanding: Vec<usize>,
    /// Branches with an emergency rating, that can bind.
    limited: Vec<usize>,
}

/// Outages of branches that carry something, of contingencies that are looked at: those that are secured, and the contingencies whose
/// outage parts an island, after which nobody says who balances what.
pub fn outages(net: &Network, dc: &DcNetwork) -> (Vec<Lost>, Vec<usize>) {
    let lost: Vec<Lost> = net
        .contingencies
        .iter()
        .filter(|(_, c)| c.in_service)
        .filter_map(|(id, c)| Some(Lost { contingency: id.index(), branch: c.branch?.index() }))
        .filter(|l| dc.susceptance[l.branch] != 0.0 && dc.ends[l.branch][0] != dc.ends[l.branch][1])
        .collect();
    if lost.is_empty() {
        return (lost, Vec::new());
    }
    let parts = bridges(net, |l, _| dc.susceptance[l] != 0.0);
    let (islanding, secured): (Vec<Lost>, Vec<Lost>) = lost.into_iter().partition(|l| parts[l.branch]);
    (secured, islanding.into_iter().map(|l| l.contingency).collect())
}

impl OutageScreen {
    /// Of a network; none where it has no outage that is secured, or no limit after one.
    pub fn new(net: &Network, dc: &DcNetwork) -> Option<OutageScreen> {
        let (secured, islanding) = outages(net, dc);
        let limited: Vec<usize> =
            (0..net.branches.len()).filter(|&l| dc.susceptance[l] != 0.0 && net.branches.rows()[l].rating_c_mva < f64::INFINITY).collect();
        (!secured.is_empty() && !limited.is_empty()).then_some(OutageScreen { secured, islanding, limited })
    }
    /// Outages that are secured.
    pub fn secured(&self) -> &[Lost] {
        &self.secured
    }
    /// Contingencies whose outage parts the network.
    pub fn islanding(&self) -> &[usize] {
        &self.islanding
    }
    /// As [`OutageScreen::violated`], of what is injected at every bus, MW `[bus × step]`, in a network whose shifts are all fixed. Nothing may be
    /// exceeded.
    ///
    /// # Errors
    /// As [`OutageScreen::violated`].
    pub fn violated_by(
        &self,
        net: &Network,
        dc: &DcNetwork,
        solver: &DcSolver,
        injection_mw: &[f64],
        beyond: f64,
    ) -> Result<Vec<Violated>, PtdfError> {
        let (steps, branches) = (net.steps(), dc.ends.len());
        let mut flow = vec![0.0; branches * steps];
        for t in 0..steps {
            let mut driven: Vec<f64> = (0..net.buses.len()).map(|b| injection_mw[b * steps + t] / net.base_mva).collect();
            for (l, [f, to]) in dc.ends.iter().enumerate() {
                driven[f.index()] += dc.susceptance[l] * dc.shift_rad[l];
                driven[to.index()] -= dc.susceptance[l] * dc.shift_rad[l];
            }
            let angle = solver.angles(&driven);
            for (l, [f, to]) in dc.ends.iter().enumerate() {
                let apart = angle[f.index()] - angle[to.index()] - dc.shift_rad[l];
                flow[l * steps + t] = net.base_mva * dc.susceptance[l] * apart;
            }
        }
        self.violated(net, solver, &flow, &|_, _| 0.0, beyond)
    }
    /// Limits that flows violate after outages, the worst first within each step; of a branch only its worst outage in a step, so that the
    /// others, which mostly vanish with it, wait. `flow_mw` are the flows before any outage `[branch × step]`, `allowed_mw` what a branch may
    /// exceed its emergency rating by in a step, and `beyond` what violates: more than so much over the limit, relative to it.
    ///
    /// # Errors
    /// A branch whose outage is not told from an island's parting by numbers alone.
    pub fn violated(
        &self,
        net: &Network,
        solver: &DcSolver,
        flow_mw: &[f64],
        allowed_mw: &dyn Fn(usize, usize) -> f64,
        beyond: f64,
    ) -> Result<Vec<Violated>, PtdfError> {
        let steps = net.steps();
        // Of every branch and step: the worst so far.
        let mut worst: Vec<Option<Violated>> = vec![None; self.limited.len() * steps];
        let limits: Vec<f64> = self
            .limited
            .iter()
            .flat_map(|&l| (0..steps).map(move |t| (l, t)))
            .map(|(l, t)| net.branches.rows()[l].emergency_rating_mw(t) + allowed_mw(l, t))
            .collect();
        for &lost in &self.secured {
            let factors = solver.outage_factors(lost.branch)?;
            let carried = &flow_mw[lost.branch * steps..(lost.branch + 1) * steps];
            for (k, &l) in self.limited.iter().enumerate().filter(|(_, l)| **l != lost.branch) {
                let factor = factors[l];
                for t in 0..steps {
                    let (at, flow) = (k * steps + t, flow_mw[l * steps + t] + factor * carried[t]);
                    let over = flow.abs() - limits[at];
                    if over > beyond * limits[at].max(1.0) && worst[at].is_none_or(|w| over > w.over_mw) {
                        worst[at] =
                            Some(Violated { lost, branch: l, step: t, factor, up: flow > 0.0, over_mw: over, limit_mw: limits[at] });
                    }
                }
            }
        }
        let mut all: Vec<Violated> = worst.into_iter().flatten().collect();
        all.sort_by(|a, b| a.step.cmp(&b.step).then(b.over_mw.total_cmp(&a.over_mw)).then(a.branch.cmp(&b.branch)));
        Ok(all)
    }
}

impl DcSolver {
    /// Share of the flow of a branch that every other takes over when it is lost. `[branch]`; −1 at the branch itself.
    ///
    /// # Errors
    /// When its outage parts the network.
    pub fn outage_factors(&self, branch: usize) -> Result<Vec<f64>, PtdfError> {
        let (f, t) = self.ends(branch);
        let z = self.difference_row(f, t);
        let stays = 1.0 - self.susceptance(branch) * (z[f] - z[t]);
        if stays.abs() < PARTED {
            return Err(PtdfError);
        }
        let factor = |l: usize| {
            let (from, to) = self.ends(l);
            self.susceptance(l) * (z[from] - z[to]) / stays
        };
        let mut all: Vec<f64> = (0..self.branches()).map(factor).collect();
        all[branch] = -1.0;
        Ok(all)
    }
    /// Transfer factors of a branch after the outage of another: MW of flow per MW injected at a bus. `[bus]`
    ///
    /// # Errors
    /// When the outage parts the network.
    pub fn ptdf_row_after(&self, lost: usize, branch: usize) -> Result<Vec<f64>, PtdfError> {
        let factor = self.outage_factors(lost)?[branch];
        let (mut row, gone) = (self.ptdf_row(branch), self.ptdf_row(lost));
        row.iter_mut().zip(gone).for_each(|(r, g)| *r += factor * g);
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use fenggu_net::{Contingency, Network};

    /// A ring of five with two chords, a tap, a fixed shift and a series capacitor, and a radial line.
    fn meshed() -> Network {
        let mut net = study(1, 1.0);
        let b: Vec<_> = (0..6).map(|i| bus(&mut net, &format!("B{i}"))).collect();
        for (k, (f, t, x)) in
            [(0, 1, 0.1), (1, 2, 0.2), (2, 3, 0.15), (3, 4, 0.3), (4, 0, 0.25), (0, 2, 0.4), (1, 3, -0.07), (0, 1, 0.1), (4, 5, 0.2)]
                .into_iter()
                .enumerate()
        {
            line(&mut net, &format!("L{k}"), b[f], b[t], x, f64::INFINITY);
        }
        let rows = net.branches.rows_mut();
        (rows[5].tap_ratio, rows[1].phase_shift_deg) = (1.1, 4.0);
        rows.iter_mut().for_each(|b| b.rating_c_mva = 1.0);
        for (id, b) in net.branches.clone().iter() {
            net.contingencies.push(Contingency { name: b.name.clone(), branch: Some(id), ..Contingency::default() });
        }
        net
    }

    fn flows(net: &Network, p_mw: &[f64]) -> Vec<f64> {
        let dc = DcNetwork::new(net);
        let solver = DcSolver::new(net, &dc).unwrap();
        let mut injection: Vec<f64> = p_mw.iter().map(|p| p / net.base_mva).collect();
        let driven = |l: usize| dc.susceptance[l] * dc.shift_rad[l];
        for (l, ends) in dc.ends.iter().enumerate() {
            injection[ends[0].index()] += driven(l);
            injection[ends[1].index()] -= driven(l);
        }
        let angle = solver.angles(&injection);
        let flow = |l: usize| {
            let [f, t] = dc.ends[l];
            net.base_mva * (dc.susceptance[l] * (angle[f.index()] - angle[t.index()]) - driven(l))
        };
        (0..dc.ends.len()).map(flow).collect()
    }

    #[test]
    fn flows_after_an_outage_are_those_of_the_network_without_the_branch() {
        let net = meshed();
        let p = [30.0, -10.0, 25.0, -40.0, 10.0, -15.0];
        let dc = DcNetwork::new(&net);
        let solver = DcSolver::new(&net, &dc).unwrap();
        let before = flows(&net, &p);
        for lost in 0..8 {
            let factors = solver.outage_factors(lost).unwrap();
            let mut without = net.clone();
            without.branches.rows_mut()[lost].in_service = false;
            for (l, after) in flows(&without, &p).into_iter().enumerate() {
                let ours = before[l] + factors[l] * before[lost];
                assert!((ours - after).abs() < 1e-9, "branch {l} without {lost}: {ours} for {after}");
            }
        }
    }

    #[test]
    fn an_outage_that_parts_the_network_is_listed_and_not_secured() {
        let net = meshed();
        let screen = OutageScreen::new(&net, &DcNetwork::new(&net)).unwrap();
        assert_eq!((screen.secured().len(), screen.islanding()), (8, &[8][..]));
    }

    #[test]
    fn the_worst_outage_of_every_branch_is_found() {
        let mut net = meshed();
        let dc = DcNetwork::new(&net);
        let solver = DcSolver::new(&net, &dc).unwrap();
        let p = [30.0, -10.0, 25.0, -40.0, 10.0, -15.0];
        let before = flows(&net, &p);
        let screen = OutageScreen::new(&net, &dc).unwrap();
        let by_flow = screen.violated(&net, &solver, &before, &|_, _| 0.0, HELD).unwrap();
        let by_injection = screen.violated_by(&net, &dc, &solver, &p, HELD).unwrap();
        assert!(by_flow.len() > 3 && by_flow.len() == by_injection.len());
        for (a, b) in by_flow.iter().zip(&by_injection) {
            assert!((a.lost, a.branch, a.up) == (b.lost, b.branch, b.up) && (a.over_mw - b.over_mw).abs() < 1e-9);
        }
        let found = screen.violated(&net, &solver, &before, &|_, _| 0.5, HELD).unwrap();
        for l in 0..9 {
            let after = |k: usize| {
                let factors = solver.outage_factors(k).unwrap();
                (before[l] + factors[l] * before[k]).abs() - 1.5
            };
            let worst = (0..8).filter(|&k| k != l).map(after).fold(f64::NEG_INFINITY, f64::max);
            let ours = found.iter().find(|v| v.branch == l).map(|v| v.over_mw);
            assert!(if worst > 1e-6 { (ours.unwrap() - worst).abs() < 1e-9 } else { ours.is_none() }, "branch {l}: {ours:?} for {worst}");
        }
        net.branches.rows_mut().iter_mut().for_each(|b| b.rating_c_mva = f64::INFINITY);
        assert!(OutageScreen::new(&net, &dc).is_none());
    }

    #[test]
    fn rows_after_an_outage_give_its_flows() {
        let mut net = meshed();
        net.branches.rows_mut()[1].phase_shift_deg = 0.0;
        let solver = DcSolver::new(&net, &DcNetwork::new(&net)).unwrap();
        let p = [30.0, -10.0, 25.0, -40.0, 10.0, -15.0];
        let row = solver.ptdf_row_after(2, 5).unwrap();
        let ours: f64 = row.iter().zip(&p).map(|(r, p)| r * p).sum();
        let mut without = net.clone();
        without.branches.rows_mut()[2].in_service = false;
        assert!((ours - flows(&without, &p)[5]).abs() < 1e-9);
    }
}
