#![doc = include_str!("generator_room.md")]

use crate::formulate::capacities::{open_at_least, open_at_most};
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
                    open_at_most(out, row, m.generator_upper(g, t));
                    1.0
                } else {
                    open_at_least(out, row, m.generator_lower(g, t));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Network, ReserveDirection};

    fn holder() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 10.0);
        net.generators[g].p_min_mw = Some(20.0.into());
        let (fast, slow) = (reserve(&mut net, "fast", ReserveDirection::Up, 0.0), reserve(&mut net, "slow", ReserveDirection::Up, 0.0));
        let down = reserve(&mut net, "down", ReserveDirection::Down, 0.0);
        offer_of_generator(&mut net, "O1", fast, g, 50.0);
        offer_of_generator(&mut net, "O3", down, g, 50.0);
        offer_of_generator(&mut net, "O2", slow, g, 50.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        let net = holder();
        let both = print_rows(&GeneratorRoom { up: true }, &net, FlowForm::Angle)
            + &print_rows(&GeneratorRoom { up: false }, &net, FlowForm::Angle);
        assert_eq!(both, card_rows(include_str!("generator_room.md")));
    }

    /// Whatever part of the reserve is called, the output stays within the unit's limits; when it would not, a row is broken.
    #[test]
    fn every_call_can_be_answered() {
        let net = holder();
        let mut dice = Dice(21);
        let (mut kept, mut broken) = (0, 0);
        for _ in 0..200 {
            let p = dice.between(0.0, 110.0);
            let held = [dice.between(0.0, 40.0), dice.between(0.0, 40.0), dice.between(0.0, 40.0)]; // O1, O3, O2
            let mut x = Point::new(&net, FlowForm::Angle);
            let v = x.plan.vars.clone();
            x.set(v.p.at(Id::new(0), 0), p);
            held.iter().enumerate().for_each(|(o, mw)| x.set(v.reserve.at(Id::new(o), 0), *mw));
            let worst = residual(&GeneratorRoom { up: true }, &net, &x).max(residual(&GeneratorRoom { up: false }, &net, &x));
            let (most, least) = (p + held[0] + held[2], p - held[1]);
            let outside = (most - 100.0).max(20.0 - least).max(0.0);
            assert!((worst - outside).abs() < 1e-9);
            *if outside > 0.0 { &mut broken } else { &mut kept } += 1;
        }
        assert!(kept > 10 && broken > 10);
    }

    #[test]
    fn a_generator_without_a_highest_output_has_room_without_end() {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, f64::INFINITY, 10.0);
        let r = reserve(&mut net, "R1", fenggu_net::ReserveDirection::Up, 5.0);
        offer_of_generator(&mut net, "O1", r, g, 10.0);
        // No limit is no row to print, and no infinite right-hand side.
        let plan = declare(&net, FlowForm::Angle);
        let a = crate::formulate::frame::assemble(
            &Only(&GeneratorRoom { up: true }, DispatchModel { net: &net, plan: &plan }),
            plan.layout.rows as usize,
            plan.layout.cols as usize,
            None,
        );
        assert!(a.is_ok(), "{a:?}");
    }
}
