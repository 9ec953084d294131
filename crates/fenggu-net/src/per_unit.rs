//! Per-unit views. Only here are values without a unit in their name.

use crate::{Branch, Current, FlowConvention};

/// Series susceptance of a branch in the DC network, per unit, by the network's convention: flow (per unit, from→to)
/// `= b·(va_from − va_to − shift)`. Zero means the branch carries nothing; infinite means x = 0 where the
/// convention divides by it: an ideal branch, or an error that `check` reports.
pub fn dc_susceptance(convention: FlowConvention, branch: &Branch) -> f64 {
    let (r, x) = (branch.r_pu, if branch.current == Current::Dc { branch.r_pu } else { branch.x_pu });
    match convention {
        FlowConvention::PowerModels if x == 0.0 => 0.0,
        FlowConvention::PowerModels => x / (r * r + x * x),
        FlowConvention::Matpower | FlowConvention::Pypsa => 1.0 / (x * branch.tap_ratio),
    }
}

/// Whether a branch has no impedance in a network where that has a meaning: both ends have one angle and the flow is free.
///
/// PyPSA writes `Σ x·flow = 0` around every cycle, in which such a branch has the coefficient 0; with angles that is
/// `va_from − va_to = 0·flow`. With a phase shift it is none: `check` refuses that.
pub fn is_ideal(convention: FlowConvention, branch: &Branch) -> bool {
    let series = if branch.current == Current::Dc { branch.r_pu } else { branch.x_pu };
    let shifts = branch.phase_shift_deg != 0.0 || (branch.phase_shift_min_deg.is_some() && branch.phase_shift_max_deg.is_some());
    convention == FlowConvention::Pypsa && series * branch.tap_ratio == 0.0 && !shifts
}

/// Phase shift of a branch in the DC network, rad, by the network's convention.
pub fn dc_shift_rad(convention: FlowConvention, branch: &Branch) -> f64 {
    match convention {
        FlowConvention::PowerModels => 0.0,
        FlowConvention::Matpower | FlowConvention::Pypsa => branch.phase_shift_deg.to_radians(),
    }
}
