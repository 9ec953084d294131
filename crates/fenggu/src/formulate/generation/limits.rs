#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of outputs and of the steps of their cost curves.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for (g, generator) in m.net.generators.iter() {
            let live = generator.in_service && m.live(generator.bus);
            for t in 0..m.steps() {
                let (lo, hi) = if live { (generator.lower_mw(t), generator.upper_mw(t)) } else { (0.0, 0.0) };
                out.set(v.p.at(g, t), lo, hi);
            }
        }
        for (k, step) in m.plan.cost_steps.iter().enumerate() {
            for t in 0..m.steps() {
                out.set(v.cost_step.at(Id::new(k), t), step.limits_mw[0], step.limits_mw[1]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use fenggu_net::Network;

    fn five() -> Network {
        let mut net = study(2, 1.0);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 0.0);
        net.generators[g].p_min_mw = Some(10.0.into());
        net.generators[g].offer = vec![[40.0, 10.0], [70.0, 20.0]];
        let w = generator(&mut net, "W1", a, 0.0, 0.0);
        (net.generators[w].p_max_mw, net.generators[w].p_nom_mw) = (None, Some(200.0));
        net.generators[w].p_max_pu = vec![0.5, 0.25].into();
        let g = generator(&mut net, "G2", a, f64::INFINITY, 0.0);
        net.generators[g].cost_points = vec![[0.0, 0.0], [50.0, 500.0], [100.0, 1500.0]];
        let d = generator(&mut net, "D1", a, 0.0, 0.0);
        net.generators[d].p_min_mw = Some((-30.0).into());
        net.generators[d].offer = vec![[0.0, 80.0]];
        let g = generator(&mut net, "G3", a, 100.0, 10.0);
        net.generators[g].offer = vec![[100.0, 10.0]];
        net.generators[g].in_service = false;
        net
    }

    #[test]
    fn bounds_match_the_card() {
        assert_eq!(print_bounds(&Limits, &five()), card(include_str!("limits.md"), "bounds"));
    }

    #[test]
    fn the_tighter_of_two_limits_holds() {
        let mut net = five();
        let w = net.generators.find("W1").unwrap();
        net.generators[w].p_max_mw = Some(80.0.into());
        let bounds = print_bounds(&Limits, &net);
        assert!(bounds.contains("p[W1,0]: 0 <= . <= 80\np[W1,1]: 0 <= . <= 50\n"), "{bounds}");
    }
}
