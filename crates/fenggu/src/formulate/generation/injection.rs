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
                out.add(m.plan.rows.power_balance.at(generator.bus, t), generator.sign * m.plan.vars.p.at(g, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::Network;

    fn three() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        for name in ["G1", "G2", "G3"] {
            generator(&mut net, name, a, 100.0, 10.0);
        }
        let g3 = net.generators.find("G3").unwrap();
        net.generators[g3].in_service = false;
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&Injection, &three(), FlowForm::Angle), card_rows(include_str!("injection.md")));
    }

    #[test]
    fn outputs_add_up_to_the_load_and_one_out_of_service_does_not_count() {
        let mut net = three();
        let a = net.buses.find("A").unwrap();
        load(&mut net, "L", a, 70.0);
        let mut x = Point::new(&net, FlowForm::Ptdf);
        let p = x.plan.vars.p;
        for (g, mw) in net.generators.ids().zip([25.0, 45.0, 0.0]) {
            x.set(p.at(g, 0), mw);
        }
        assert!(residual(&AllRooms, &net, &x) < 1e-9);
        for (g, mw) in net.generators.ids().zip([25.0, 0.0, 45.0]) {
            x.set(p.at(g, 0), mw);
        }
        assert!((residual(&AllRooms, &net, &x) - 45.0).abs() < 1e-9);
    }
}
