#![doc = include_str!("limits.md")]

use super::view::cuts_mw;
use crate::formulate::frame::{Constraint, Row, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{CommitmentSemantics, Id, ReserveOffer};

/// Least and most output of a unit that is on, starts, or is about to stop.
pub struct Limits;

impl Constraint for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (c, v) = (&m.plan.commitment, &m.plan.vars);
        let meaning = m.net.commitment_semantics;
        let counts = meaning != CommitmentSemantics::UnitCommitmentJl;
        for (k, g, unit) in m.committed() {
            let [up, _] = &c.offers[k.index()];
            let held = |out: &mut _, row: Row, t: usize| add_held(out, row, up, v.reserve, t);
            for t in 0..m.steps() {
                let (p, u, start) = (v.p.at(g, t), c.status.at(k, t), c.start.at(k, t));
                out.between(c.lower.at(k, t), 0.0, 1.0 * p - unit.lower_mw(t) * u, 0.0, f64::INFINITY);
                let most = unit.upper_mw(t);
                let [a, b] = cuts_mw(meaning, unit, most, f64::INFINITY);
                let (stop, both) = (m.stop_next(k, t).filter(|_| b > 0.0), m.outlasts(unit, t));
                let row = c.upper.at(k, t);
                out.at_most(row, 1.0 * p - most * u + a * start, 0.0);
                held(out, row, t);
                let Some(stop) = stop else { continue };
                if counts {
                    out.add(row, (if both { b } else { (b - a).max(0.0) }) * stop);
                }
                if !(counts && both) {
                    let row = c.upper_stop.at(k, t);
                    out.at_most(row, 1.0 * p - most * u + (if both { a } else { (a - b).max(0.0) }) * start + b * stop, 0.0);
                    if counts {
                        held(out, row, t);
                    }
                }
            }
        }
    }
}

/// Adds upward reserve to a row.
pub(super) fn add_held(
    out: &mut impl Sink,
    row: Row,
    offers: &[Id<ReserveOffer>],
    reserve: crate::formulate::frame::Block<ReserveOffer, crate::formulate::frame::Col>,
    t: usize,
) {
    offers.iter().for_each(|&o| out.add(row, reserve.at(o, t)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::commitment::example::*;
    use crate::formulate::testkit::card_rows;

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&Limits, &two()), card_rows(include_str!("limits.md")));
    }

    #[test]
    fn meanings_differ_in_what_limits_a_stop() {
        let mut net = two();
        net.commitment_semantics = CommitmentSemantics::Pypsa;
        let text = print_rows(&Limits, &net);
        assert!(!text.contains("stop["), "{text}");
        net.commitment_semantics = CommitmentSemantics::UnitCommitmentJl;
        let text = print_rows(&Limits, &net);
        let stops = |l: &&str| l.starts_with("commitment_limits_stop");
        assert!(text.lines().filter(stops).count() == 4 && !text.lines().filter(stops).any(|l| l.contains("reserve")), "{text}");
    }
}
