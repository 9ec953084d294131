#![doc = include_str!("storage_room.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit with offers in this direction, and step.
pub struct StorageRoom {
    /// Upward offers, or downward ones.
    pub up: bool,
}

impl Constraint for StorageRoom {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, holder) in m.plan.storage_holders.iter().enumerate().filter(|(_, h)| h.up == self.up) {
            let (s, unit) = (Id::new(holder.unit), &m.net.storage_units.rows()[holder.unit]);
            let live = unit.in_service && m.live(unit.bus);
            for t in (0..m.steps()).filter(|_| live) {
                let row = m.plan.rows.storage_room.at(Id::new(k), t);
                let (charge, discharge) = (v.charge.at(s, t), v.discharge.at(s, t));
                if self.up {
                    out.at_most(row, 1.0 * discharge - charge, unit.discharge_max_mw.at(t));
                } else {
                    out.at_most(row, 1.0 * charge - discharge, unit.charge_max_mw.at(t));
                }
                for &offer in &holder.offers {
                    out.add(row, v.reserve.at(offer, t));
                }
            }
        }
    }
}
