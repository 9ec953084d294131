//! Per-unit views. Only here are values without a unit in their name.

use crate::{Branch, Current, FlowConvention};

/// Series susceptance of a branch in the DC network, per unit, by the network's convention: flow (per unit, from→to)
/// `= b·(va_from − va_to − shift)`. Zero means the branch carries nothing; infinite means x = 0 where the
/// convention divides by it, which `check` reports.
pub fn dc_susceptance(convention: FlowConvention, branch: &Branch) -> f64 {
    let (r, x) = (branch.r_pu, if branch.current == Current::Dc { branch.r_pu } else { branch.x_pu });
    match convention {
        FlowConvention::PowerModels if x == 0.0 => 0.0,
        FlowConvention::PowerModels => x / (r * r + x * x),
        FlowConvention::Matpower | FlowConvention::Pypsa => 1.0 / (x * branch.tap_ratio),
    }
}

/// Phase shift of a branch in the DC network, rad, by the network's convention.
pub fn dc_shift_rad(convention: FlowConvention, branch: &Branch) -> f64 {
    match convention {
        FlowConvention::PowerModels => 0.0,
        FlowConvention::Matpower | FlowConvention::Pypsa => branch.phase_shift_deg.to_radians(),
    }
}
