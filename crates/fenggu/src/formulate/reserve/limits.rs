#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of reserve offers and shortages.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for (o, offer) in m.net.reserve_offers.iter() {
            let generator = offer.generator.map(|g| &m.net.generators[g]);
            let unit = offer.storage_unit.map(|s| &m.net.storage_units[s]);
            let live = match (generator, unit) {
                (Some(g), _) => g.in_service && m.live(g.bus),
                (None, Some(s)) => s.in_service && m.live(s.bus),
                (None, None) => false,
            };
            for t in 0..m.steps() {
                out.set(v.reserve.at(o, t), 0.0, if live { offer.max_mw.at(t) } else { 0.0 });
            }
        }
        for (k, step) in m.plan.shortage.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.shortage.at(Id::new(k), t), 0.0, step.width);
            }
        }
    }
}
