#![doc = include_str!("injection.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Adds discharge less charge to the balance of the unit's bus.
pub struct Injection;

impl Constraint for Injection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (s, unit) in m.storage_units() {
            for t in 0..m.steps() {
                out.add(m.plan.rows.power_balance.at(unit.bus, t), 1.0 * v.discharge.at(s, t) - v.charge.at(s, t));
            }
        }
    }
}
