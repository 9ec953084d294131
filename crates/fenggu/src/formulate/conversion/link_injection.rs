#![doc = include_str!("link_injection.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Draws at the from bus, delivers at the other ends.
pub struct LinkInjection;

impl Constraint for LinkInjection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let balance = m.plan.rows.power_balance;
        for (l, link) in m.links() {
            for t in 0..m.steps() {
                let p = m.plan.vars.link_p.at(l, t);
                out.add(balance.at(link.bus_from, t), -p);
                out.add(balance.at(link.bus_to, t), link.efficiency.at(t) * p + -link.loss_constant_mw);
            }
        }
        for (_, end) in m.net.link_ends.iter() {
            let link = &m.net.links[end.link];
            if link.in_service && m.live(link.bus_from) && m.live(link.bus_to) && m.live(end.bus) {
                for t in 0..m.steps() {
                    out.add(balance.at(end.bus, t), end.efficiency.at(t) * m.plan.vars.link_p.at(end.link, t));
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
    use fenggu_net::{LinkEnd, Network};

    fn three_ends() -> Network {
        let mut net = study(1, 1.0);
        let (a, b, c) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "C"));
        let x = link(&mut net, "X", a, b, 100.0, 0.97);
        net.links[x].loss_constant_mw = 1.0;
        net.link_ends.push(LinkEnd { name: "XC".into(), link: x, bus: c, efficiency: 0.2.into() });
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&LinkInjection, &three_ends(), FlowForm::Angle), card_rows(include_str!("link_injection.md")));
    }

    #[test]
    fn what_is_drawn_arrives_less_losses() {
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let mut net = three_ends();
            let ids: Vec<_> = net.buses.ids().collect();
            let x = net.links.find("X").unwrap();
            // 50 MW drawn: 48.5 − 1 arrive at B and 10 at C; the drawn power comes from a generator at A.
            let g = generator(&mut net, "G1", ids[0], 100.0, 1.0);
            load(&mut net, "LB", ids[1], 47.5);
            load(&mut net, "LC", ids[2], 10.0);
            let mut at = Point::new(&net, flow);
            at.set(at.plan.vars.link_p.at(x, 0), 50.0);
            at.set(at.plan.vars.p.at(g, 0), 50.0);
            assert!(residual(&AllRooms, &net, &at) < 1e-9);
            at.set(at.plan.vars.link_p.at(x, 0), 49.0);
            assert!((residual(&AllRooms, &net, &at) - 1.0).abs() < 1e-9, "1 MW stays at A");
        }
    }

    #[test]
    fn a_link_with_an_end_out_of_service_is_silent() {
        let mut net = three_ends();
        let b = net.buses.find("B").unwrap();
        net.buses[b].kind = fenggu_net::BusKind::Isolated;
        assert_eq!(print_rows(&LinkInjection, &net, FlowForm::Angle), "");
    }
}
