#![doc = include_str!("power_balance.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// One row per bus in service and step, opened as `0 = 0`.
pub struct PowerBalance;

impl Constraint for PowerBalance {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (bus, row) in m.net.buses.iter() {
            for t in (0..m.steps()).filter(|_| row.in_service()) {
                out.bounds(m.plan.rows.power_balance.at(bus, t), 0.0, 0.0);
            }
        }
    }
}
