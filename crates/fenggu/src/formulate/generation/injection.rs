#![doc = include_str!("injection.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Adds output to the balance of the generator's bus.
pub struct Injection;

impl Constraint for Injection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (g, generator) in m.generators() {
            for t in 0..m.steps() {
                out.add(m.plan.rows.power_balance.at(generator.bus, t), m.plan.vars.p.at(g, t));
            }
        }
    }
}
