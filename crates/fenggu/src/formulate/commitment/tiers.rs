#![doc = include_str!("tiers.md")]

use super::view::{initially_on, HOUR_EPS};
use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{CommitmentSemantics, Id};

/// Every start takes one tier; a tier is open to a start whose time off lies in it, the last to every start.
pub struct Tiers;

impl Constraint for Tiers {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let c = &m.plan.commitment;
        if c.units.is_empty() {
            return; // a dispatch: nothing is allocated for what is not there
        }
        let begins = m.beginnings_h();
        let mut first = 0;
        for (at, picked) in c.tiered.iter().enumerate() {
            let (k, _, unit) = m.committed_at(picked.0);
            let tiers = &unit.start_up_cost;
            // A time off shorter than every tier takes the first, in UnitCommitment.jl the last.
            let early = m.net.commitment_semantics != CommitmentSemantics::UnitCommitmentJl;
            for t in 0..m.steps() {
                out.equal(c.tier_choice.at(Id::new(at), t), -1.0 * c.start.at(k, t), 0.0);
                (0..tiers.len()).for_each(|s| out.add(c.tier_choice.at(Id::new(at), t), c.tier.at(Id::new(first + s), t)));
                for s in 0..tiers.len() - 1 {
                    let from = if s == 0 && early { 0.0 } else { tiers[s][0] };
                    let within = |off: f64| off >= from - HOUR_EPS && off < tiers[s + 1][0] - HOUR_EPS;
                    let carried = initially_on(unit) == Some(false) && within(begins[t] - unit.initial_status_h.unwrap_or(0.0));
                    let row = c.tier_limit.at(Id::new(first + s), t);
                    out.at_most(row, c.tier.at(Id::new(first + s), t), f64::from(u8::from(carried)));
                    (0..t).filter(|&i| within(begins[t] - begins[i])).for_each(|i| out.add(row, -1.0 * c.stop.at(k, i)));
                }
            }
            first += tiers.len();
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
        assert_eq!(print_rows(&Tiers, &two()), card_rows(include_str!("tiers.md")));
    }
}
