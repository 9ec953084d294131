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
