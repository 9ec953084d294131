#![doc = include_str!("power_balance.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// One row per bus in service and step, opened as `0 = 0`.
pub struct PowerBalance;

impl Constraint for PowerBalance {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (bus, row) in m.net.buses.iter() {
            for t in (0..m.steps()).filter(|_| row.in_service()) {
                out.bounds(m.plan.rows.power_balance.at(bus, t), 0.0, 0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{BusKind, Network, Shunt};

    fn two_buses() -> Network {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        generator(&mut net, "G1", a, 100.0, 10.0);
        load(&mut net, "L1", b, 60.0);
        net.shunts.push(Shunt { name: "S1".into(), bus: b, g_mw: 2.0, ..Shunt::default() });
        line(&mut net, "AB", a, b, 0.1, f64::INFINITY);
        net
    }

    #[test]
    fn rows_match_the_card() {
        let all = print_rows(&AllRooms, &two_buses(), FlowForm::Angle);
        let balance: String = all.lines().filter(|l| l.starts_with("power_balance")).map(|l| format!("{l}\n")).collect();
        assert_eq!(balance, card_rows(include_str!("power_balance.md")));
    }

    #[test]
    fn a_balanced_bus_satisfies_the_row_and_a_missing_megawatt_is_seen() {
        let net = two_buses();
        let mut x = Point::new(&net, FlowForm::Angle);
        let (g, ab) = (net.generators.find("G1").unwrap(), net.branches.find("AB").unwrap());
        // 62 MW are drawn at B; all of them come over the line, whose reactance sets the angles: 62 / (100/0.1) rad.
        x.set(x.plan.vars.p.at(g, 0), 62.0);
        x.set(x.plan.vars.flow.at(ab, 0), 62.0);
        x.set(x.plan.vars.angle.at(net.buses.find("B").unwrap(), 0), -0.062);
        assert!(residual(&AllRooms, &net, &x) < 1e-9);
        x.set(x.plan.vars.p.at(g, 0), 61.0);
        assert!((residual(&AllRooms, &net, &x) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_bus_out_of_service_has_no_row() {
        let mut net = two_buses();
        let b = net.buses.find("B").unwrap();
        net.buses[b].kind = BusKind::Isolated;
        let rows = print_rows(&AllRooms, &net, FlowForm::Angle);
        assert!(rows.contains("power_balance[A,0]: + 1 p[G1,0] = 0\n") && !rows.contains("power_balance[B"), "{rows}");
    }
}
