#![doc = include_str!("generator_room.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per generator with offers in this direction, and step.
pub struct GeneratorRoom {
    /// Upward offers, or downward ones.
    pub up: bool,
}

impl Constraint for GeneratorRoom {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, holder) in m.plan.generator_holders.iter().enumerate().filter(|(_, h)| h.up == self.up) {
            let (g, generator) = (Id::new(holder.unit), &m.net.generators.rows()[holder.unit]);
            let live = generator.in_service && m.live(generator.bus);
            for t in (0..m.steps()).filter(|_| live) {
                let row = m.plan.rows.generator_room.at(Id::new(k), t);
                let sign = if self.up {
                    out.bounds(row, f64::NEG_INFINITY, generator.upper_mw(t));
                    1.0
                } else {
                    out.bounds(row, generator.lower_mw(t), f64::INFINITY);
                    -1.0
                };
                out.add(row, v.p.at(g, t));
                for &offer in &holder.offers {
                    out.add(row, sign * v.reserve.at(offer, t));
                }
            }
        }
    }
}
