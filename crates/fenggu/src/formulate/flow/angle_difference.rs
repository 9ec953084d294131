#![doc = include_str!("angle_difference.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per branch without susceptance whose angle limit holds, and step.
pub struct AngleDifference;

impl Constraint for AngleDifference {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, picked) in m.plan.angle_limited.iter().enumerate() {
            let branch = &m.net.branches.rows()[picked.0];
            for t in 0..m.steps() {
                let (from, to) = (v.angle.at(branch.bus_from, t), v.angle.at(branch.bus_to, t));
                out.equal(m.plan.rows.angle_difference.at(Id::new(k), t), v.angle_difference.at(Id::new(k), t), 1.0 * from - to);
            }
        }
    }
}
