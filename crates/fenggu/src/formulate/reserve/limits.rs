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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use fenggu_net::ReserveDirection;

    #[test]
    fn bounds_match_the_card() {
        let mut net = study(2, 1.0);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 10.0);
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        net.storage_units[s].in_service = false;
        let r = reserve(&mut net, "up", ReserveDirection::Up, 40.0);
        net.reserves[r].shortage = vec![[10.0, 100.0], [f64::INFINITY, 1000.0]];
        let o1 = offer_of_generator(&mut net, "O1", r, g, 0.0);
        net.reserve_offers[o1].max_mw = vec![30.0, 20.0].into();
        offer_of_storage(&mut net, "O2", r, s, 10.0);
        assert_eq!(print_bounds(&Limits, &net), card(include_str!("limits.md"), "bounds"));
    }
}
