#![doc = include_str!("shift_injection.md")]

use crate::formulate::frame::{Constraint, Known, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Adds what phase shifts inject to the (virtual) balances of both ends.
pub struct ShiftInjection;

impl Constraint for ShiftInjection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (balance, dc) = (m.plan.rows.power_balance, &m.plan.dc);
        let mut shifters = m.plan.shifters.iter().enumerate().peekable();
        for (l, branch) in m.net.branches.iter() {
            let decided = shifters.next_if(|(_, p)| p.0 == l.index()).map(|(k, _)| k);
            let slope = m.net.base_mva * dc.susceptance[l.index()];
            if slope == 0.0 || (decided.is_none() && dc.shift_rad[l.index()] == 0.0) {
                continue;
            }
            for t in 0..m.steps() {
                let shift = match decided {
                    Some(k) => Known::from(m.plan.vars.shift.at(Id::new(k), t)),
                    None => Known::Value(dc.shift_rad[l.index()]),
                };
                out.add(balance.at(branch.bus_from, t), slope * shift);
                out.add(balance.at(branch.bus_to, t), -(slope * shift));
            }
        }
    }
}
