//! Angles from injections, and rows of power transfer distribution factors, by one sparse factorisation.
//!
//! ```text
//! B θ = p / base        B = Σ_l b_l (e_f − e_t)(e_f − e_t)ᵀ  without the references' rows and columns
//! PTDF_l = b_l (e_f − e_t)ᵀ B⁻¹
//! ```
//!
//! B is symmetric but not positive definite where a reactance is negative, so it is factorised as LDLᵀ, not by Cholesky.

use super::DcNetwork;
use fenggu_net::Network;
use fenggu_opt::sparse::{Ldlt, Symmetric};

/// The DC network has no unique flows: its susceptance matrix is singular beyond the references, or a branch is ideal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PtdfError;

/// A factorised DC network.
pub struct DcSolver {
    factor: Option<Ldlt>,
    /// Position of a bus among the unknowns; `u32::MAX` for references and isolated buses.
    unknown: Vec<u32>,
    ends: Vec<(u32, u32)>,
    susceptance: Vec<f64>,
}

impl DcSolver {
    /// Factorises.
    ///
    /// # Errors
    /// When the matrix is singular (susceptances that cancel), or a branch has no impedance.
    pub fn new(net: &Network, dc: &DcNetwork) -> Result<DcSolver, PtdfError> {
        if dc.ideal.iter().any(|i| *i) {
            return Err(PtdfError);
        }
        let mut unknown = vec![u32::MAX; net.buses.len()];
        let mut n = 0u32;
        for (id, bus) in net.buses.iter() {
            let island = dc.island_of_bus[id.index()];
            if bus.in_service() && island != u32::MAX && dc.reference[island as usize] != id {
                unknown[id.index()] = n;
                n += 1;
            }
        }
        let ends: Vec<(u32, u32)> = net.branches.rows().iter().map(|b| (b.bus_from.index() as u32, b.bus_to.index() as u32)).collect();
        let mut matrix = Symmetric::new(n as usize);
        for (l, &(f, t)) in ends.iter().enumerate() {
            let b = dc.susceptance[l];
            if b == 0.0 || f == t {
                continue;
            }
            let (i, j) = (unknown[f as usize], unknown[t as usize]);
            for k in [i, j] {
                if k != u32::MAX {
                    matrix.add(k as usize, k as usize, b);
                }
            }
            if i != u32::MAX && j != u32::MAX {
                matrix.add(i as usize, j as usize, -b);
            }
        }
        let factor = if n == 0 { None } else { Some(Ldlt::factor(&matrix).map_err(|_| PtdfError)?) };
        Ok(DcSolver { factor, unknown, ends, susceptance: dc.susceptance.clone() })
    }

    /// Angles (rad) of net injections (MW over base MVA, i.e. per unit). `[bus]` in, `[bus]` out; 0 at references.
    pub fn angles(&self, injection_pu: &[f64]) -> Vec<f64> {
        let mut rhs = vec![0.0; self.unknowns()];
        for (bus, &k) in self.unknown.iter().enumerate() {
            if k != u32::MAX {
                rhs[k as usize] = injection_pu[bus];
            }
        }
        self.spread(rhs)
    }

    /// Sensitivity of the angle difference over a pair of buses to injections: `(e_f − e_t)ᵀ B⁻¹`, rad per p.u. `[bus]`
    pub fn difference_row(&self, from: usize, to: usize) -> Vec<f64> {
        let mut rhs = vec![0.0; self.unknowns()];
        if self.unknown[from] != u32::MAX {
            rhs[self.unknown[from] as usize] += 1.0;
        }
        if self.unknown[to] != u32::MAX {
            rhs[self.unknown[to] as usize] -= 1.0;
        }
        self.spread(rhs)
    }

    /// Power transfer distribution factors of a branch: MW of flow per MW injected at a bus and withdrawn at its island's
    /// reference. `[bus]`
    pub fn ptdf_row(&self, branch: usize) -> Vec<f64> {
        let (f, t) = self.ends[branch];
        let b = self.susceptance[branch];
        let mut row = self.difference_row(f as usize, t as usize);
        row.iter_mut().for_each(|v| *v *= b);
        row
    }

    /// Both ends of a branch, as rows of buses.
    pub(super) fn ends(&self, branch: usize) -> (usize, usize) {
        let (f, t) = self.ends[branch];
        (f as usize, t as usize)
    }
    /// Susceptance of a branch, per unit.
    pub(super) fn susceptance(&self, branch: usize) -> f64 {
        self.susceptance[branch]
    }
    /// Number of branches.
    pub(super) fn branches(&self) -> usize {
        self.ends.len()
    }

    fn unknowns(&self) -> usize {
        self.unknown.iter().filter(|k| **k != u32::MAX).count()
    }

    fn spread(&self, mut rhs: Vec<f64>) -> Vec<f64> {
        if let Some(factor) = &self.factor {
            factor.solve(&mut rhs);
        }
        self.unknown.iter().map(|&k| if k == u32::MAX { 0.0 } else { rhs[k as usize] }).collect()
    }
}
