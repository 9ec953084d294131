#![doc = include_str!("requirement.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per reserve and step.
pub struct Requirement;

impl Constraint for Requirement {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows) = (&m.plan.vars, m.plan.rows.requirement);
        for (r, reserve) in m.net.reserves.iter() {
            for t in 0..m.steps() {
                out.bounds(rows.at(r, t), reserve.requirement_mw.at(t), f64::INFINITY);
            }
        }
        for (o, offer) in m.net.reserve_offers.iter() {
            for t in 0..m.steps() {
                out.add(rows.at(offer.reserve, t), v.reserve.at(o, t));
            }
        }
        for (k, step) in m.plan.shortage.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(rows.at(Id::new(step.owner), t), v.shortage.at(Id::new(k), t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Network, ReserveDirection};

    fn zone() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 10.0);
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        let r = reserve(&mut net, "up", ReserveDirection::Up, 40.0);
        net.reserves[r].shortage = vec![[10.0, 100.0], [f64::INFINITY, 1000.0]];
        offer_of_generator(&mut net, "O1", r, g, 30.0);
        offer_of_storage(&mut net, "O2", r, s, 10.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&Requirement, &zone(), FlowForm::Angle), card_rows(include_str!("requirement.md")));
    }

    #[test]
    fn what_is_held_and_what_is_short_cover_the_requirement() {
        let net = zone();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        for (o, held) in [(0, 17.0), (1, 8.0)] {
            x.set(v.reserve.at(Id::new(o), 0), held);
        }
        assert!((residual(&Requirement, &net, &x) - 15.0).abs() < 1e-9, "25 of 40 MW");
        x.set(v.shortage.at(Id::new(0), 0), 10.0);
        x.set(v.shortage.at(Id::new(1), 0), 5.0);
        assert!(residual(&Requirement, &net, &x) < 1e-9);
    }
}
