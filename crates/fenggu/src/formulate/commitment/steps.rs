#![doc = include_str!("steps.md")]

use super::view::cuts_mw;
use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Pieces of a cost curve are filled only while the unit is on, and only as far as start and stop let it go.
pub struct StepLimits;

impl Constraint for StepLimits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let c = &m.plan.commitment;
        for (at, piece) in c.steps.iter().enumerate() {
            let (k, _, unit) = m.committed_at(piece.unit);
            let [a, b] = cuts_mw(m.net.commitment_semantics, unit, piece.to_mw, piece.width_mw);
            for t in 0..m.steps() {
                let (s, u, start) = (m.plan.vars.cost_step.at(Id::new(piece.step), t), c.status.at(k, t), c.start.at(k, t));
                let (stop, both) = (m.stop_next(k, t).filter(|_| b > 0.0), m.outlasts(unit, t));
                let row = c.step_limit.at(Id::new(at), t);
                out.at_most(row, 1.0 * s - piece.width_mw * u + a * start, 0.0);
                let Some(stop) = stop else { continue };
                out.add(row, (if both { b } else { (b - a).max(0.0) }) * stop);
                if !both {
                    let row = c.step_stop.at(Id::new(at), t);
                    out.at_most(row, 1.0 * s - piece.width_mw * u + (a - b).max(0.0) * start + b * stop, 0.0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::commitment::example::*;
    use crate::formulate::testkit::card_rows;

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&StepLimits, &two()), card_rows(include_str!("steps.md")));
    }
}
