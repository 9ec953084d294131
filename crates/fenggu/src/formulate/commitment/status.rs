#![doc = include_str!("status.md")]

use super::view::{initially_on, switch_limits_mw, HOUR_EPS};
use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::{CommitmentSemantics, Id};

/// Bounds of status, start, stop and start-up tiers.
pub struct StatusBounds;

impl Bounds for StatusBounds {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let c = &m.plan.commitment;
        if c.units.is_empty() {
            return; // a dispatch: nothing is allocated for what is not there
        }
        let begins = m.beginnings_h();
        for (k, _, unit) in m.committed() {
            let on = initially_on(unit);
            let passed = unit.initial_status_h.unwrap_or(0.0).abs();
            for (t, begin) in begins.iter().enumerate() {
                let (mut lo, mut hi) = (if unit.must_run { 1.0 } else { 0.0 }, 1.0f64);
                match unit.status_set.as_ref().map(|s| s.at(t)) {
                    Some(s) if s > 0.5 => lo = 1.0,
                    Some(s) if s <= 0.5 => hi = 0.0,
                    _ => {}
                }
                let remains = |least: f64| *begin < least - passed - HOUR_EPS;
                match on {
                    Some(true) if remains(unit.up_time_min_h) => lo = 1.0,
                    Some(false) if remains(unit.down_time_min_h) => hi = 0.0,
                    _ => {}
                }
                out.set(c.status.at(k, t), lo, hi);
                let (mut start, mut stop) = (1.0, 1.0);
                if t == 0 {
                    let too_high = |p: f64| p > switch_limits_mw(unit)[1] + 1e-7 * (1.0 + p.abs());
                    let pypsa = m.net.commitment_semantics == CommitmentSemantics::Pypsa;
                    match on {
                        None => (start, stop) = (0.0, 0.0),
                        Some(true) if !pypsa && unit.p_initial_mw.is_some_and(too_high) => stop = 0.0,
                        Some(_) => {}
                    }
                }
                out.set(c.start.at(k, t), 0.0, start);
                out.set(c.stop.at(k, t), 0.0, stop);
            }
        }
        for tier in 0..c.tiers.len() {
            (0..m.steps()).for_each(|t| out.set(c.tier.at(Id::new(tier), t), 0.0, 1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::commitment::example::*;
    use crate::formulate::testkit::card;

    #[test]
    fn bounds_match_the_card() {
        assert_eq!(print_bounds(&StatusBounds, &two()), card(include_str!("status.md"), "bounds"));
    }

    #[test]
    fn what_is_told_of_the_past_and_of_the_status_holds() {
        let mut net = two();
        let g = &mut net.generators.rows_mut()[0];
        (g.p_initial_mw, g.shut_down_limit_mw, g.up_time_min_h) = (Some(90.0), Some(80.0), 1.0);
        assert!(print_bounds(&StatusBounds, &net).contains("stop[G1,0]: . = 0"), "too high to stop");
        let g = &mut net.generators.rows_mut()[1];
        (g.initial_status_h, g.status_set) = (None, Some(vec![f64::NAN, 1.0, 0.0].into()));
        let text = print_bounds(&StatusBounds, &net);
        let fixed = "status[G2,0]: 0 <= . <= 1\nstatus[G2,1]: . = 1\nstatus[G2,2]: . = 0\n";
        assert!(text.contains(fixed) && text.contains("start[G2,0]: . = 0\nstart[G2,1]: 0"), "{text}");
    }
}
