#![doc = include_str!("link_limits.md")]

use crate::formulate::capacities::held;
use crate::formulate::frame::{BoundSink, Bounds, Constraint, Known, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Id, Profile};

/// Bounds of the power that links draw; rows where the nominal power is a decision.
pub struct LinkLimits;

impl Bounds for LinkLimits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        for (l, link) in m.net.links.iter() {
            let live = link.in_service && m.live(link.bus_from) && m.live(link.bus_to);
            for t in 0..m.steps() {
                let limits = match (live, m.link_nom(l)) {
                    (false, _) => (0.0, 0.0),
                    (true, None) => (link.lower_mw(t), link.upper_mw(t)),
                    (true, Some(_)) => {
                        let at = |told: &Option<Profile>, free: f64| told.as_ref().map_or(free, |p| p.at(t));
                        let least = if link.p_min_pu.is_all(0.0) { 0.0 } else { f64::NEG_INFINITY };
                        (at(&link.p_min_mw, f64::NEG_INFINITY).max(least), at(&link.p_max_mw, f64::INFINITY))
                    }
                };
                let (lo, hi) = if live { held(limits, &link.p_set_mw, t) } else { limits };
                out.set(m.plan.vars.link_p.at(l, t), lo, hi);
            }
        }
    }
}

impl Constraint for LinkLimits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows, chosen) = (&m.plan.vars, &m.plan.rows, &m.plan.capacities.links);
        let nominal = |k: usize| Known::from(v.link_nom.at(Id::new(k), 0));
        for (k, picked) in chosen.rows.iter().enumerate() {
            let (l, link) = (Id::new(picked.0), &m.net.links.rows()[picked.0]);
            for t in 0..m.steps() {
                out.at_most(rows.link_upper.at(Id::new(k), t), v.link_p.at(l, t), link.p_max_pu.at(t) * nominal(k));
            }
        }
        for (k, position) in chosen.low.iter().enumerate() {
            let l = Id::new(chosen.rows[position.0].0);
            for t in 0..m.steps() {
                let least = m.net.links[l].p_min_pu.at(t) * nominal(position.0);
                out.at_most(rows.link_lower.at(Id::new(k), t), least, v.link_p.at(l, t));
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

    #[test]
    fn rows_match_the_card() {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let z = link(&mut net, "Z", a, b, 0.0, 1.0);
        let z = &mut net.links[z];
        (z.p_max_mw, z.p_nom_extendable, z.p_min_pu) = (None, true, (-1.0).into());
        assert_eq!(print_rows(&LinkLimits, &net, crate::formulate::FlowForm::Angle), card_rows(include_str!("link_limits.md")));
    }
}
