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
