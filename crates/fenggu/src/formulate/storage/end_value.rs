#![doc = include_str!("end_value.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit whose energy at the end has a value.
pub struct EndValue;

impl Constraint for EndValue {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        let Some(last) = m.steps().checked_sub(1) else { return };
        let mut steps = m.plan.end_value.iter().enumerate().peekable();
        for (k, picked) in m.plan.end_valued.iter().enumerate() {
            let row = m.plan.rows.end_value.at(Id::new(k), 0);
            out.at_most(row, 0.0, 1.0 * v.soc.at(Id::new(picked.0), last));
            while let Some((j, _)) = steps.next_if(|(_, s)| s.owner == picked.0) {
                out.add(row, v.end_value.at(Id::new(j), 0));
            }
        }
    }
}
