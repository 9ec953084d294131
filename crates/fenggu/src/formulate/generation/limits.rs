#![doc = include_str!("limits.md")]

use crate::formulate::capacities::held;
use crate::formulate::frame::{BoundSink, Bounds, Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Id, Profile};

/// Bounds of outputs and of the steps of their cost curves; rows where the nominal power is a decision.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for (g, generator) in m.net.generators.iter() {
            let live = generator.in_service && m.live(generator.bus);
            for t in 0..m.steps() {
                let limits = match (live, m.generator_nom(g)) {
                    (false, _) => (0.0, 0.0),
                    // Off is zero; what holds while it is on are rows of `commitment/limits`.
                    (true, _) if m.plan.commitment.of(g).is_some() => (generator.lower_mw(t).min(0.0), generator.upper_mw(t).max(0.0)),
                    (true, None) => (generator.lower_mw(t), generator.upper_mw(t)),
                    (true, Some(_)) => {
                        let at = |told: &Option<Profile>, free: f64| told.as_ref().map_or(free, |p| p.at(t));
                        // The row of a lower limit that is 0 in every step would say what this bound says.
                        let least = if generator.p_min_pu.is_all(0.0) { 0.0 } else { f64::NEG_INFINITY };
                        (at(&generator.p_min_mw, f64::NEG_INFINITY).max(least), at(&generator.p_max_mw, f64::INFINITY))
                    }
                };
                let (lo, hi) = if live { held(limits, &generator.p_set_mw, t) } else { limits };
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

impl Constraint for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows, chosen) = (&m.plan.vars, &m.plan.rows, &m.plan.capacities.generators);
        for (k, picked) in chosen.rows.iter().enumerate() {
            let g = Id::new(picked.0);
            for t in 0..m.steps() {
                out.at_most(rows.generator_upper.at(Id::new(k), t), v.p.at(g, t), m.generator_upper(g, t));
            }
        }
        for (k, position) in chosen.low.iter().enumerate() {
            let g = Id::new(chosen.rows[position.0].0);
            for t in 0..m.steps() {
                out.at_most(rows.generator_lower.at(Id::new(k), t), m.generator_lower(g, t), v.p.at(g, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
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
    fn rows_match_the_card() {
        let mut net = study(2, 1.0);
        let a = bus(&mut net, "A");
        for (name, least, most) in [("W2", 0.0.into(), vec![0.5, 0.25].into()), ("K1", 0.2.into(), 1.0.into())] {
            let g = generator(&mut net, name, a, 0.0, 10.0);
            let g = &mut net.generators[g];
            (g.p_max_mw, g.p_nom_extendable, g.p_min_pu, g.p_max_pu) = (None, true, least, most);
        }
        assert_eq!(print_rows(&Limits, &net, FlowForm::Angle), card_rows(include_str!("limits.md")));
        // A set point is a bound; the lower limit of W2 is one too.
        net.generators.rows_mut()[1].p_set_mw = Some(vec![f64::NAN, 7.0].into());
        assert_eq!(print_bounds(&Limits, &net), "p[W2,0]: 0 <= .\np[W2,1]: 0 <= .\np[K1,1]: . = 7\n");
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
