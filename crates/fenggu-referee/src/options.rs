//! How strict the referee is.

/// Tolerances of the referee. All are relative; each test says what to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RefereeOptions {
    /// Violation allowed, relative to the size of what is limited or balanced (at least 1 MW, MWh or degree).
    ///
    /// Why 1e-6: solvers work to 1e-7 on scaled rows, unscaling costs a digit, and no meter reads 1 W in a MW.
    pub feasibility_relative: f64,
    /// Error of a price allowed, relative to the prices and costs that it is compared with (at least 1 per MWh); lost
    /// profits are compared with this error times the unit's range.
    ///
    /// Why 1e-5: solvers hold 1e-7 on duals of the objective, which a quarter-hour step multiplies by 4 per MWh and
    /// unscaling by more; and no currency has a hundred-thousandth of a unit per MWh in its prices. The sum of all
    /// errors has the stricter test of the gap.
    pub price_relative: f64,
    /// Gap allowed between cost and bound, and error of the reported objective, relative to the sum of all costs'
    /// magnitudes (at least 1).
    pub gap_relative: f64,
}

impl Default for RefereeOptions {
    fn default() -> Self {
        RefereeOptions { feasibility_relative: 1e-6, price_relative: 1e-5, gap_relative: 1e-6 }
    }
}
