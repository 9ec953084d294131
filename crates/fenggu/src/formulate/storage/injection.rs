#![doc = include_str!("injection.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Adds discharge less charge to the balance of the unit's bus.
pub struct Injection;

impl Constraint for Injection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (s, unit) in m.storage_units() {
            for t in 0..m.steps() {
                out.add(m.plan.rows.power_balance.at(unit.bus, t), unit.sign * v.discharge.at(s, t) - unit.sign * v.charge.at(s, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Id, Network};

    fn unit() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        storage(&mut net, "S1", a, 20.0, 40.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&Injection, &unit(), FlowForm::Angle), card_rows(include_str!("injection.md")));
    }

    #[test]
    fn discharge_serves_a_load_and_charge_adds_to_it() {
        let mut net = unit();
        let a = net.buses.find("A").unwrap();
        load(&mut net, "L1", a, 12.0);
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let mut x = Point::new(&net, flow);
            let v = x.plan.vars.clone();
            x.set(v.discharge.at(Id::new(0), 0), 12.0);
            x.set(v.soc.at(Id::new(0), 0), -12.0); // 12 MWh out of an empty unit: only the rows are looked at here
            assert!(residual(&AllRooms, &net, &x) < 1e-9);
            x.set(v.discharge.at(Id::new(0), 0), 0.0);
            x.set(v.charge.at(Id::new(0), 0), 12.0);
            assert!((residual(&AllRooms, &net, &x) - 24.0).abs() < 1e-9);
        }
    }
}
