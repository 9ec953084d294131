#![doc = include_str!("injection.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Adds flows to the balances of both ends.
pub struct Injection;

impl Constraint for Injection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let balance = m.plan.rows.power_balance;
        for (l, branch) in m.net.branches.iter().filter(|(l, _)| m.plan.dc.live[l.index()]) {
            for t in 0..m.steps() {
                let flow = m.plan.vars.flow.at(l, t);
                out.add(balance.at(branch.bus_from, t), -flow);
                out.add(balance.at(branch.bus_to, t), flow);
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

    fn in_a_row() -> Network {
        let mut net = study(1, 1.0);
        let (a, b, c) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "C"));
        line(&mut net, "AB", a, b, 0.1, f64::INFINITY);
        line(&mut net, "BC", b, c, 0.2, f64::INFINITY);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&Injection, &in_a_row(), FlowForm::Angle), card_rows(include_str!("injection.md")));
    }

    #[test]
    fn what_enters_a_bus_in_the_middle_leaves_it() {
        let mut net = in_a_row();
        let ids: Vec<_> = net.buses.ids().collect();
        load(&mut net, "LA", ids[0], -30.0);
        load(&mut net, "LC", ids[2], 30.0);
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        for l in net.branches.ids() {
            x.set(v.flow.at(l, 0), 30.0);
        }
        // Drops of angle: 30/(100/0.1) and 30/(100/0.2) rad.
        x.set(v.angle.at(ids[1], 0), -0.03);
        x.set(v.angle.at(ids[2], 0), -0.09);
        assert!(residual(&AllRooms, &net, &x) < 1e-9);
        x.set(v.flow.at(net.branches.find("BC").unwrap(), 0), -30.0);
        assert!(residual(&AllRooms, &net, &x) > 50.0, "a flow turned round must show at its ends");
    }
}
