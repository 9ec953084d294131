#![doc = include_str!("cycle_limit.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Id, Network, StorageUnit};

/// One row per storage unit with a cycle limit.
pub struct CycleLimit;

/// Most energy taken out over the horizon, MWh.
pub fn cycle_limit_mwh(net: &Network, unit: &StorageUnit) -> f64 {
    unit.cycles_max_per_day.unwrap_or(f64::INFINITY) * unit.energy_max_mwh.max() * net.time.total_h() / 24.0
}

impl Constraint for CycleLimit {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (k, picked) in m.plan.cycle_limited.iter().enumerate() {
            let unit = &m.net.storage_units.rows()[picked.0];
            let row = m.plan.rows.cycle_limit.at(Id::new(k), 0);
            out.bounds(row, f64::NEG_INFINITY, cycle_limit_mwh(m.net, unit));
            for t in 0..m.steps() {
                let per_mw = m.net.time.duration_h[t] / unit.efficiency_discharge.at(t);
                out.add(row, per_mw * m.plan.vars.discharge.at(Id::new(picked.0), t));
            }
        }
    }
}
