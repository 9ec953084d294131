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
                let (lo, hi) = if live { (link.lower_mw(t), link.upper_mw(t)) } else { (0.0, 0.0) };
                out.set(m.plan.vars.link_p.at(l, t), lo, hi);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;

    #[test]
    fn bounds_match_the_card() {
        let mut net = study(2, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let x = link(&mut net, "X", a, b, 0.0, 1.0);
        net.links[x].p_min_mw = Some((-20.0).into());
        net.links[x].p_max_mw = Some(vec![50.0, 80.0].into());
        let y = link(&mut net, "Y", a, b, 30.0, 1.0);
        net.links[y].in_service = false;
        assert_eq!(print_bounds(&LinkLimits, &net), card(include_str!("link_limits.md"), "bounds"));
    }
}
