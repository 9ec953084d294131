#![doc = include_str!("logic.md")]

use super::view::HOUR_EPS;
use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;

/// Status, start and stop belong together; shortest times on and off.
pub struct Logic;

impl Constraint for Logic {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let c = &m.plan.commitment;
        if c.units.is_empty() {
            return; // a dispatch: nothing is allocated for what is not there
        }
        let begins = m.beginnings_h();
        for (k, _, g) in m.committed() {
            for t in 0..m.steps() {
                let (u, v, w) = (c.status.at(k, t), c.start.at(k, t), c.stop.at(k, t));
                match m.status_before(k, g, t) {
                    Some(before) => out.equal(c.logic.at(k, t), 1.0 * u - before - v + w, 0.0),
                    // The past is not told: the first status is no start and no stop.
                    None => out.equal(c.logic.at(k, t), 1.0 * v - w, 0.0),
                }
                let within = |i: &usize, least: f64| *i == t || begins[t] - begins[*i] < least - HOUR_EPS;
                out.at_most(c.up_time.at(k, t), -1.0 * u, 0.0);
                (0..=t).rev().take_while(|i| within(i, g.up_time_min_h)).for_each(|i| out.add(c.up_time.at(k, t), c.start.at(k, i)));
                out.at_most(c.down_time.at(k, t), u, 1.0);
                (0..=t).rev().take_while(|i| within(i, g.down_time_min_h)).for_each(|i| out.add(c.down_time.at(k, t), c.stop.at(k, i)));
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
        assert_eq!(print_rows(&Logic, &two()), card_rows(include_str!("logic.md")));
    }
}
