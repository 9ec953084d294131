#![doc = include_str!("kvl_angle.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per branch in service and step.
pub struct KvlAngle;

impl Constraint for KvlAngle {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows, dc) = (&m.plan.vars, m.plan.rows.kvl, &m.plan.dc);
        for (l, branch) in m.net.branches.iter().filter(|(l, _)| dc.live[l.index()]) {
            let slope = m.net.base_mva * dc.susceptance[l.index()];
            let fixed = slope * dc.shift_rad[l.index()];
            for t in 0..m.steps() {
                let (from, to) = (v.angle.at(branch.bus_from, t), v.angle.at(branch.bus_to, t));
                out.equal(rows.at(l, t), v.flow.at(l, t), slope * from - slope * to + -fixed);
            }
        }
        // A controllable shifter: its decision replaces the fixed shift.
        for (k, picked) in m.plan.shifters.iter().enumerate() {
            let slope = m.net.base_mva * dc.susceptance[picked.0];
            let fixed = slope * dc.shift_rad[picked.0];
            for t in 0..m.steps() {
                out.add(rows.at(Id::new(picked.0), t), slope * v.shift.at(Id::new(k), t) + -fixed);
            }
        }
    }
}
