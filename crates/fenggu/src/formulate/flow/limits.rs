#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of flows, shifts, angle differences and reference angles.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let (v, dc) = (&m.plan.vars, &m.plan.dc);
        for (l, _) in m.net.branches.iter() {
            for t in 0..m.steps() {
                let (limits, _) = dc.flow_limits_mw(m.net, l.index(), t);
                out.set(v.flow.at(l, t), limits[0], limits[1]);
            }
        }
        for (k, picked) in m.plan.shifters.iter().enumerate() {
            let b = &m.net.branches.rows()[picked.0];
            let rad = |deg: Option<f64>| deg.unwrap_or(b.phase_shift_deg).to_radians();
            for t in 0..m.steps() {
                out.set(v.shift.at(Id::new(k), t), rad(b.phase_shift_min_deg), rad(b.phase_shift_max_deg));
            }
        }
        for (k, picked) in m.plan.angle_limited.iter().enumerate() {
            let b = &m.net.branches.rows()[picked.0];
            for t in 0..m.steps() {
                out.set(v.angle_difference.at(Id::new(k), t), b.angle_min_deg.to_radians(), b.angle_max_deg.to_radians());
            }
        }
        if v.angle.range().is_empty() {
            return;
        }
        for (bus, row) in m.net.buses.iter().filter(|(_, b)| !b.in_service()) {
            let _ = row;
            (0..m.steps()).for_each(|t| out.set(v.angle.at(bus, t), 0.0, 0.0));
        }
        for (&bus, _) in dc.reference.iter().zip(&dc.reference_held).filter(|(_, held)| **held) {
            (0..m.steps()).for_each(|t| out.set(v.angle.at(bus, t), 0.0, 0.0));
        }
    }
}
