#![doc = include_str!("ramp.md")]

use super::limits::add_held;
use super::view::{initially_on, switch_limits_mw};
use crate::formulate::frame::{Constraint, Known, Sink};
use crate::formulate::generation::ramp_limits_mw;
use crate::formulate::model::Picked;
use crate::formulate::DispatchModel;
use fenggu_net::{CommitmentSemantics, Generator, GeneratorId, Id};

/// How output changes from one step into the next while a unit is on, starts or stops.
pub struct Ramp;

/// A unit's change into a step.
struct Change<'a> {
    k: Id<Picked>,
    g: GeneratorId,
    unit: &'a Generator,
    t: usize,
    /// Output and status before.
    before: [Known; 2],
    /// Minimum output before and now, MW.
    least: [f64; 2],
    /// Most rise and fall, MW; infinite for none.
    most: [f64; 2],
    rows: [crate::formulate::frame::Row; 2],
}

impl Constraint for Ramp {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let c = &m.plan.commitment;
        for (at, picked) in c.ramped.iter().enumerate() {
            let (k, g, unit) = m.committed_at(picked.0);
            for t in 0..m.steps() {
                let [down, up] = ramp_limits_mw(unit, t, m.net.time.duration_h[t]);
                let before = match (t, initially_on(unit), unit.p_initial_mw) {
                    (0, Some(false), _) => [Known::Value(0.0), Known::Value(0.0)],
                    (0, Some(true), Some(p)) => [Known::Value(p), Known::Value(1.0)],
                    (0, ..) => continue, // what went before is not told
                    _ => [Known::from(m.plan.vars.p.at(g, t - 1)), Known::from(c.status.at(k, t - 1))],
                };
                let least = [if t > 0 { unit.lower_mw(t - 1) } else { unit.lower_mw(0) }, unit.lower_mw(t)];
                let rows = [c.ramp_up.at(Id::new(at), t), c.ramp_down.at(Id::new(at), t)];
                let change = Change { k, g, unit, t, before, least, most: [up, -down], rows };
                match m.net.commitment_semantics {
                    CommitmentSemantics::Pglib => above_minimum(m, &change, false, out),
                    CommitmentSemantics::UnitCommitmentJl if t == 0 => first_of_ucjl(m, &change, out),
                    CommitmentSemantics::UnitCommitmentJl => above_minimum(m, &change, true, out),
                    CommitmentSemantics::Pypsa => of_pypsa(m, &change, out),
                }
            }
        }
    }
}

/// PGLib's and, with reserve in the fall, UnitCommitment.jl's.
fn above_minimum(m: &DispatchModel<'_>, d: &Change<'_>, ucjl: bool, out: &mut impl Sink) {
    let (c, v) = (&m.plan.commitment, &m.plan.vars);
    let (p, u, start, stop) = (v.p.at(d.g, d.t), c.status.at(d.k, d.t), c.start.at(d.k, d.t), c.stop.at(d.k, d.t));
    let [p0, u0] = d.before;
    let [su, sd] = switch_limits_mw(d.unit);
    let ([least0, least], [rise, fall]) = (d.least, d.most);
    let moved = ucjl && least0 != least;
    let (most0, most) = (d.unit.upper_mw(d.t.saturating_sub(1)), d.unit.upper_mw(d.t));
    if rise.is_finite() {
        // Into a start: from zero, and no higher than the rise takes it above the minimum.
        let into = if moved { su.min(most) } else { su.min(least + rise) };
        // An output told below the minimum before the first step may stop all the same.
        let low = if let Known::Value(p) = p0 { p.min(least0) } else { least0 };
        out.at_most(d.rows[0], 1.0 * p - p0 - rise * u0 + (rise + low) * stop - into * start, 0.0);
        add_held(out, d.rows[0], &c.offers[d.k.index()][0], v.reserve, d.t);
    }
    if fall.is_finite() {
        let from = match (ucjl, moved) {
            (true, true) => sd.min(most0),
            (true, false) => least0 + fall,
            (false, _) => sd.min(least0 + fall),
        };
        out.at_most(d.rows[1], -1.0 * p + p0 - fall * u - from * stop + (fall + least) * start, 0.0);
        if ucjl {
            add_held(out, d.rows[1], &c.offers[d.k.index()][0], v.reserve, d.t - 1);
        }
    }
}

/// UnitCommitment.jl's first step: a unit that was on is held by its output told, whether it stays on or not.
fn first_of_ucjl(m: &DispatchModel<'_>, d: &Change<'_>, out: &mut impl Sink) {
    let (c, v) = (&m.plan.commitment, &m.plan.vars);
    let ([Known::Value(p0), Known::Value(u0)], least) = (d.before, d.least[1]) else { return };
    if u0 == 0.0 {
        return;
    }
    let above = 1.0 * v.p.at(d.g, d.t) - least * c.status.at(d.k, d.t);
    if d.most[0].is_finite() {
        out.at_most(d.rows[0], above, p0 + d.most[0] - least);
        add_held(out, d.rows[0], &c.offers[d.k.index()][0], v.reserve, d.t);
    }
    if d.most[1].is_finite() {
        out.between(d.rows[1], p0 - least - d.most[1], above, 0.0, f64::INFINITY);
    }
}

/// PyPSA's: ramps on output itself, and where only one of ramp and start limit is told the other counts as the nominal power.
fn of_pypsa(m: &DispatchModel<'_>, d: &Change<'_>, out: &mut impl Sink) {
    let c = &m.plan.commitment;
    let (p, u) = (m.plan.vars.p.at(d.g, d.t), c.status.at(d.k, d.t));
    let [p0, u0] = d.before;
    let nominal = d.unit.p_nom_mw.unwrap_or_else(|| d.unit.upper_mw(d.t));
    let told = |l: Option<f64>| l.unwrap_or(nominal);
    let or_nominal = |r: f64| if r.is_finite() { r } else { nominal };
    let ([rise, fall], su, sd) = (d.most, d.unit.start_up_limit_mw, d.unit.shut_down_limit_mw);
    if rise.is_finite() || su.is_some() {
        out.at_most(d.rows[0], 1.0 * p - p0 - (or_nominal(rise) - told(su)) * u0 - told(su) * u, 0.0);
    }
    if fall.is_finite() || sd.is_some() {
        out.at_most(d.rows[1], -1.0 * p + p0 - (or_nominal(fall) - told(sd)) * u - told(sd) * u0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::commitment::example::*;
    use crate::formulate::testkit::card_rows;

    #[test]
    fn rows_match_the_card() {
        let mut net = two();
        let mut text = print_rows(&Ramp, &net);
        for meaning in [CommitmentSemantics::UnitCommitmentJl, CommitmentSemantics::Pypsa] {
            net.commitment_semantics = meaning;
            text += &print_rows(&Ramp, &net);
        }
        assert_eq!(text, card_rows(include_str!("ramp.md")));
    }
}
