#![doc = include_str!("interface_limit.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per interface in service and step.
pub struct InterfaceLimit;

impl Constraint for InterfaceLimit {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows) = (&m.plan.vars, m.plan.rows.interface);
        for (i, interface) in m.net.interfaces.iter().filter(|(_, i)| i.in_service) {
            for t in 0..m.steps() {
                out.bounds(rows.at(i, t), interface.p_min_mw.at(t), interface.p_max_mw.at(t));
            }
        }
        for (_, term) in m.net.interface_terms.iter().filter(|(_, x)| m.net.interfaces[x.interface].in_service) {
            for t in 0..m.steps() {
                let row = rows.at(term.interface, t);
                if let Some(branch) = term.branch {
                    out.add(row, term.weight * v.flow.at(branch, t));
                } else if let Some(link) = term.link {
                    out.add(row, term.weight * v.link_p.at(link, t));
                }
            }
        }
        for (k, soft) in m.plan.soft_interfaces.iter().enumerate() {
            for t in 0..m.steps() {
                let (over, under) = (v.interface_over.at(Id::new(k), t), v.interface_under.at(Id::new(k), t));
                out.add(rows.at(Id::new(soft.0), t), 1.0 * under - over);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{InterfaceTerm, Network};

    fn sections() -> Network {
        let mut net = study(1, 1.0);
        let (a, b, c) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "C"));
        let ab = line(&mut net, "AB", a, b, 0.1, f64::INFINITY);
        let cb = line(&mut net, "CB", c, b, 0.1, f64::INFINITY);
        let x = link(&mut net, "X", a, c, 100.0, 1.0);
        let south = interface(&mut net, "south", [-50.0, 80.0], &[(ab, 1.0), (cb, -1.0)]);
        net.interfaces[south].violation_cost_per_mwh = Some(1000.0);
        let dc = interface(&mut net, "dc", [f64::NEG_INFINITY, 30.0], &[]);
        net.interface_terms.push(InterfaceTerm { name: "x".into(), interface: dc, link: Some(x), ..InterfaceTerm::default() });
        let off = interface(&mut net, "off", [0.0, 0.0], &[(ab, 1.0)]);
        net.interfaces[off].in_service = false;
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&InterfaceLimit, &sections(), FlowForm::Angle), card_rows(include_str!("interface_limit.md")));
        // The rows are the same in both forms: flows are columns in each.
        assert_eq!(print_rows(&InterfaceLimit, &sections(), FlowForm::Ptdf), card_rows(include_str!("interface_limit.md")));
    }

    #[test]
    fn the_excess_is_what_the_metered_sum_lies_beyond_its_limits() {
        let net = sections();
        let mut dice = Dice(3);
        for _ in 0..50 {
            let (ab, cb, dc) = (dice.between(-150.0, 150.0), dice.between(-150.0, 150.0), dice.between(0.0, 30.0));
            let metered = ab - cb;
            let mut x = Point::new(&net, FlowForm::Angle);
            let v = x.plan.vars.clone();
            x.set(v.flow.at(net.branches.find("AB").unwrap(), 0), ab);
            x.set(v.flow.at(net.branches.find("CB").unwrap(), 0), cb);
            x.set(v.link_p.at(net.links.find("X").unwrap(), 0), dc);
            x.set(v.interface_over.at(Id::new(0), 0), (metered - 80.0).max(0.0));
            x.set(v.interface_under.at(Id::new(0), 0), (-50.0 - metered).max(0.0));
            assert!(residual(&InterfaceLimit, &net, &x) < 1e-9);
            // The hard one knows no excess.
            x.set(v.link_p.at(net.links.find("X").unwrap(), 0), 31.5);
            assert!((residual(&InterfaceLimit, &net, &x) - 1.5).abs() < 1e-9);
        }
    }
}
