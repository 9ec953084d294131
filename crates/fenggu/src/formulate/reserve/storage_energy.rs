#![doc = include_str!("storage_energy.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit with offers in this direction, and step.
pub struct StorageEnergy {
    /// Upward offers, or downward ones.
    pub up: bool,
}

impl Constraint for StorageEnergy {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, holder) in m.plan.storage_holders.iter().enumerate().filter(|(_, h)| h.up == self.up) {
            let (s, unit) = (Id::new(holder.unit), &m.net.storage_units.rows()[holder.unit]);
            let live = unit.in_service && m.live(unit.bus);
            for t in (0..m.steps()).filter(|_| live) {
                let row = m.plan.rows.storage_energy.at(Id::new(k), t);
                let per_mwh = if self.up {
                    out.bounds(row, unit.energy_min_mwh.at(t), f64::INFINITY);
                    -1.0 / unit.efficiency_discharge.at(t)
                } else {
                    out.bounds(row, f64::NEG_INFINITY, unit.energy_max_mwh.at(t));
                    unit.efficiency_charge.at(t)
                };
                out.add(row, v.soc.at(s, t));
                for &offer in &holder.offers {
                    let duration = m.net.reserve_offers[offer].duration_h;
                    out.add(row, (per_mwh * duration) * v.reserve.at(offer, t));
                }
            }
        }
    }
}
