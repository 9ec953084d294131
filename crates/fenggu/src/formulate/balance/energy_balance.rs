#![doc = include_str!("energy_balance.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// One row per pool and step, opened as `0 = 0`; the buses' injections are projected onto it.
pub struct EnergyBalance;

impl Constraint for EnergyBalance {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let rows = m.plan.rows.energy_balance;
        for pool in rows.ids() {
            for t in 0..m.steps() {
                out.bounds(rows.at(pool, t), 0.0, 0.0);
            }
        }
    }
}
