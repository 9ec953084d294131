#![doc = include_str!("link_limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;

/// Bounds of the power that links draw.
pub struct LinkLimits;

impl Bounds for LinkLimits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        for (l, link) in m.net.links.iter() {
            let live = link.in_service && m.live(link.bus_from) && m.live(link.bus_to);
            for t in 0..m.steps() {
                let (lo, hi) = if live { (link.p_min_mw.at(t), link.p_max_mw.at(t)) } else { (0.0, 0.0) };
                out.set(m.plan.vars.link_p.at(l, t), lo, hi);
            }
        }
    }
}
