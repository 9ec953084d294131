#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of shed and elastic demand.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for (k, picked) in m.plan.sheddable.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.shed.at(Id::new(k), t), 0.0, m.net.loads.rows()[picked.0].p_mw.at(t).max(0.0));
            }
        }
        for (k, step) in m.plan.elastic.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.elastic.at(Id::new(k), t), 0.0, step.width);
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
        let a = bus(&mut net, "A");
        let l1 = load(&mut net, "L1", a, vec![60.0, -5.0]);
        net.loads[l1].shed_cost_per_mwh = Some(3000.0);
        let l2 = load(&mut net, "L2", a, 10.0);
        net.loads[l2].bid = vec![[20.0, 90.0], [30.0, 40.0]];
        assert_eq!(print_bounds(&Limits, &net), card(include_str!("limits.md"), "bounds"));
    }
}
