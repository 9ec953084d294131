#![doc = include_str!("store_injection.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Adds a store's power to the balance of its bus.
pub struct StoreInjection;

impl Constraint for StoreInjection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (s, store) in m.stores() {
            for t in 0..m.steps() {
                out.add(m.plan.rows.power_balance.at(store.bus, t), m.plan.vars.store_p.at(s, t));
            }
        }
    }
}
