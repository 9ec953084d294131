#![doc = include_str!("energy_balance.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// One row per pool and step, opened as `0 = 0`; the buses' injections are projected onto it.
pub struct EnergyBalance;

impl Constraint for EnergyBalance {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let rows = m.plan.rows.energy_balance;
        for pool in rows.ids() {
            for t in 0..m.steps() {
                out.bounds(rows.at(pool, t), 0.0, 0.0);
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

    fn heat_pump() -> Network {
        let mut net = study(1, 1.0);
        let heat = carrier(&mut net, "heat", 0.0);
        let (a, b, h) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "H"));
        net.buses[h].carrier = Some(heat);
        generator(&mut net, "G1", a, 100.0, 10.0);
        load(&mut net, "L1", b, 60.0);
        load(&mut net, "Q1", h, 5.0);
        line(&mut net, "AB", a, b, 0.1, f64::INFINITY);
        link(&mut net, "HP", a, h, 10.0, 3.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&AllRooms, &heat_pump(), FlowForm::Ptdf), card_rows(include_str!("energy_balance.md")));
    }

    #[test]
    fn each_pool_balances_by_itself() {
        let net = heat_pump();
        let mut x = Point::new(&net, FlowForm::Ptdf);
        let (g, hp) = (net.generators.find("G1").unwrap(), net.links.find("HP").unwrap());
        // 5 MW of heat need 5/3 MW of electricity on top of 60 MW.
        x.set(x.plan.vars.link_p.at(hp, 0), 5.0 / 3.0);
        x.set(x.plan.vars.p.at(g, 0), 60.0 + 5.0 / 3.0);
        assert!(residual(&AllRooms, &net, &x) < 1e-9);
        // Power from nowhere into one pool is not made good by the other.
        x.set(x.plan.vars.link_p.at(hp, 0), 2.0);
        x.set(x.plan.vars.p.at(g, 0), 62.0);
        assert!((residual(&AllRooms, &net, &x) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_room_alone_opens_rows_and_writes_no_term() {
        assert_eq!(print_rows(&EnergyBalance, &heat_pump(), FlowForm::Ptdf), "");
    }
}
