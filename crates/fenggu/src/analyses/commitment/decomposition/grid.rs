//! Flow limits as coupling rows of the dual, and the prices of buses and branches that their multipliers mean.
//!
//! ```text
//! limit_low ≤ Σ_g h_l(bus of g)·p_g − Σ_b h_l(b)·demand_b ≤ limit_high       h_l: shift factors of branch l
//! price of bus b = λ + Σ_l h_l(b)·m_l
//! ```
//!
//! Only rows that some relaxation found binding are there; the others are left out, which only lowers the bound.

use super::problem::Problem;
use crate::physics::{DcNetwork, DcSolver};
use fenggu_net::Network;
use fenggu_opt::decomposition::Extra;

/// Shift factors below this are none.
const FACTOR_MIN: f64 = 1e-9;

impl Problem {
    /// Adds rows for flows, `(branch, step)`: hard limits by rating, of a network without fixed phase shifts. Others are left out.
    pub fn limit_flows(&mut self, net: &Network, wanted: &[(usize, usize)]) {
        let dc = DcNetwork::new(net);
        let Ok(solver) = DcSolver::new(net, &dc) else { return };
        if net.branches.rows().iter().any(|b| b.in_service && b.phase_shift_deg != 0.0) {
            return;
        }
        let mut demand = vec![0.0; net.buses.len()];
        let mut rows: std::collections::BTreeMap<usize, Vec<f64>> = std::collections::BTreeMap::new();
        for &(branch, t) in wanted {
            let b = &net.branches.rows()[branch];
            let (limits, by_angle) = dc.flow_limits_mw(net, branch, t);
            let soft = b.violation_cost_per_mwh.is_some();
            if by_angle.contains(&true) || soft || limits.iter().all(|l| l.is_infinite()) || dc.susceptance[branch] == 0.0 {
                continue;
            }
            let factors = rows.entry(branch).or_insert_with(|| {
                let mut row = solver.ptdf_row(branch);
                row.iter_mut().filter(|f| f.abs() < FACTOR_MIN).for_each(|f| *f = 0.0);
                row
            });
            demand.fill(0.0);
            for l in net.loads.rows().iter().filter(|l| l.in_service && net.buses[l.bus].in_service()) {
                demand[l.bus.index()] += l.p_mw.at(t);
            }
            for s in net.shunts.rows().iter().filter(|s| s.in_service) {
                demand[s.bus.index()] += s.g_mw;
            }
            let drawn: f64 = factors.iter().zip(&demand).map(|(f, d)| f * d).sum();
            self.coupling.lower.push(limits[0] + drawn);
            self.coupling.upper.push(limits[1] + drawn);
            self.coupling.range.push([f64::NEG_INFINITY, f64::INFINITY]);
            let weight = self.place.iter().map(|at| at.iter().map(|(bus, share)| factors[*bus] * share).sum()).collect();
            self.coupling.extra.push(Extra { port: t, weight });
            self.flows.push((branch, t));
        }
    }

    /// Prices of all buses, per MW and step `[bus × step]`.
    pub fn bus_prices(&self, net: &Network, multipliers: &[f64]) -> Vec<f64> {
        let steps = self.steps;
        let mut out: Vec<f64> = Vec::with_capacity(net.buses.len() * steps);
        for b in net.buses.rows() {
            out.extend(multipliers[..steps].iter().map(|m| if b.in_service() { *m } else { 0.0 }));
        }
        let first = self.coupling.ports();
        let dc = DcNetwork::new(net);
        let Ok(solver) = DcSolver::new(net, &dc) else { return out };
        let mut rows: std::collections::BTreeMap<usize, Vec<f64>> = std::collections::BTreeMap::new();
        for (&(branch, t), m) in self.flows.iter().zip(&multipliers[first..]) {
            let factors = rows.entry(branch).or_insert_with(|| solver.ptdf_row(branch));
            for (bus, f) in factors.iter().enumerate().filter(|(_, f)| f.abs() >= FACTOR_MIN) {
                out[bus * steps + t] += f * m;
            }
        }
        out
    }

    /// What relaxing a branch's limit by a MW saves, per MW and step, > 0 at the upper limit `[branch × step]`.
    pub fn branch_prices(&self, net: &Network, multipliers: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; net.branches.len() * self.steps];
        for (&(branch, t), m) in self.flows.iter().zip(&multipliers[self.coupling.ports()..]) {
            out[branch * self.steps + t] = -m;
        }
        out
    }
}
