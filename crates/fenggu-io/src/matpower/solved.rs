//! Results in MATPOWER's result columns.

use fenggu_net::{Quantity, Results};

/// Results of one step.
pub(super) struct Solved<'a> {
    /// The results.
    pub results: &'a Results,
    /// The step, from 0.
    pub step: usize,
}

impl Solved<'_> {
    fn at(&self, quantity: Quantity, row: usize) -> Option<f64> {
        Some(self.results.at(quantity, row, self.step)).filter(|v| !v.is_nan())
    }

    /// Voltage angle, degrees, and price, per MWh.
    pub fn bus(&self, row: usize) -> (Option<f64>, Option<f64>) {
        (self.at(Quantity::BusAngle, row), self.at(Quantity::BusPrice, row))
    }

    /// Output, MW.
    pub fn generator(&self, row: usize) -> Option<f64> {
        self.at(Quantity::GeneratorP, row)
    }

    /// PF, QF, PT, QT, MU_SF, MU_ST, MU_ANGMIN, MU_ANGMAX. A DC network has no losses: PT = −PF.
    pub fn branch(&self, row: usize) -> [f64; 8] {
        let flow = self.at(Quantity::BranchFlow, row).unwrap_or(0.0);
        let limit = self.at(Quantity::BranchLimitPrice, row).unwrap_or(0.0);
        // MATPOWER counts angles in degrees.
        let angle = self.at(Quantity::BranchAnglePrice, row).unwrap_or(0.0).to_radians();
        let back = if flow == 0.0 { 0.0 } else { -flow };
        [flow, 0.0, back, 0.0, limit.max(0.0), (-limit).max(0.0), (-angle).max(0.0), angle.max(0.0)]
    }

    /// Power drawn and, where known, delivered, MW.
    pub fn link(&self, row: usize) -> Option<(f64, Option<f64>)> {
        self.at(Quantity::LinkP, row).map(|p| (p, self.at(Quantity::LinkDelivered, row)))
    }
}
