#![doc = include_str!("withdrawal.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Subtracts demand from the balance of the load's bus.
pub struct Withdrawal;

impl Constraint for Withdrawal {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, balance, loads) = (&m.plan.vars, m.plan.rows.power_balance, m.net.loads.rows());
        for (_, load) in m.loads() {
            for t in 0..m.steps() {
                out.add(balance.at(load.bus, t), -load.p_mw.at(t));
            }
        }
        for (k, picked) in m.plan.sheddable.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(balance.at(loads[picked.0].bus, t), v.shed.at(Id::new(k), t));
            }
        }
        for (k, step) in m.plan.elastic.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(balance.at(loads[step.owner].bus, t), -v.elastic.at(Id::new(k), t));
            }
        }
        for (_, shunt) in m.net.shunts.iter().filter(|(_, s)| s.in_service && m.live(s.bus)) {
            for t in 0..m.steps() {
                out.add(balance.at(shunt.bus, t), -shunt.g_mw);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Network, Shunt};

    fn loads() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let l1 = load(&mut net, "L1", a, 60.0);
        net.loads[l1].shed_cost_per_mwh = Some(3000.0);
        let l2 = load(&mut net, "L2", a, 10.0);
        net.loads[l2].bid = vec![[20.0, 90.0], [20.0, 40.0]];
        net.shunts.push(Shunt { name: "S1".into(), bus: a, g_mw: 2.0, ..Shunt::default() });
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&Withdrawal, &loads(), FlowForm::Angle), card_rows(include_str!("withdrawal.md")));
    }

    #[test]
    fn what_is_served_equals_what_is_generated() {
        let mut net = loads();
        let a = net.buses.find("A").unwrap();
        let g = generator(&mut net, "G1", a, 100.0, 10.0);
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let mut x = Point::new(&net, flow);
            let v = x.plan.vars.clone();
            // Served: 60 − 5, 10 + 20 + 7, shunt 2.
            x.set(v.shed.at(Id::new(0), 0), 5.0);
            x.set(v.elastic.at(Id::new(0), 0), 20.0);
            x.set(v.elastic.at(Id::new(1), 0), 7.0);
            x.set(v.p.at(g, 0), 55.0 + 37.0 + 2.0);
            assert!(residual(&AllRooms, &net, &x) < 1e-9);
            x.set(v.shed.at(Id::new(0), 0), -5.0);
            assert!((residual(&AllRooms, &net, &x) - 10.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_load_out_of_service_draws_nothing() {
        let mut net = loads();
        for l in net.loads.rows_mut() {
            l.in_service = false;
        }
        net.shunts.rows_mut()[0].in_service = false;
        assert_eq!(print_rows(&Withdrawal, &net, FlowForm::Angle), "");
    }
}
