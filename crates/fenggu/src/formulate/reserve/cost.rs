#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Price of reserve offers and of shortage.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for t in 0..m.steps() {
            let h = m.net.time.objective_h(t);
            for (o, offer) in m.net.reserve_offers.iter() {
                out.add(v.reserve.at(o, t), h * offer.cost_per_mwh.at(t));
            }
            for (k, step) in m.plan.shortage.iter().enumerate() {
                out.add(v.shortage.at(Id::new(k), t), h * step.price);
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
    fn costs_match_the_card() {
        let mut net = study(1, 0.5);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 10.0);
        let r = reserve(&mut net, "up", ReserveDirection::Up, 40.0);
        net.reserves[r].shortage = vec![[10.0, 100.0], [f64::INFINITY, 1000.0]];
        let o = offer_of_generator(&mut net, "O1", r, g, 30.0);
        net.reserve_offers[o].cost_per_mwh = 6.0.into();
        assert_eq!(print_costs(&Cost, &net), card(include_str!("cost.md"), "costs"));
    }
}
