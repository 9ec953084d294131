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
