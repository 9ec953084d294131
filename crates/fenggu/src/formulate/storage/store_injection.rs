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
                out.add(m.plan.rows.power_balance.at(store.bus, t), store.sign * m.plan.vars.store_p.at(s, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Id, Network, Store};

    fn tank() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        net.stores.push(Store {
            name: "H1".into(),
            bus: a,
            energy_max_mwh: Some(100.0.into()),
            energy_initial_mwh: 50.0,
            ..Store::default()
        });
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&StoreInjection, &tank(), FlowForm::Angle), card_rows(include_str!("store_injection.md")));
    }

    #[test]
    fn what_leaves_the_tank_serves_the_load() {
        let mut net = tank();
        let a = net.buses.find("A").unwrap();
        load(&mut net, "L1", a, 12.0);
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let mut x = Point::new(&net, flow);
            let v = x.plan.vars.clone();
            x.set(v.store_p.at(Id::new(0), 0), 12.0);
            x.set(v.store_energy.at(Id::new(0), 0), 38.0);
            assert!(residual(&AllRooms, &net, &x) < 1e-9);
            // Filling the tank cannot serve the load.
            x.set(v.store_p.at(Id::new(0), 0), -12.0);
            x.set(v.store_energy.at(Id::new(0), 0), 62.0);
            assert!((residual(&AllRooms, &net, &x) - 24.0).abs() < 1e-9);
        }
    }
}
