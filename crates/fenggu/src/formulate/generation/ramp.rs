#![doc = include_str!("ramp.md")]

use crate::formulate::frame::{Col, Constraint, Known, Row, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Generator, Id, Link, Profile, RampUnit};

/// One row per generator with a ramp limit, and step.
pub struct Ramp;

/// Steps' worth of ramp in a step of `duration_h` hours.
fn factor(unit: RampUnit, duration_h: f64) -> f64 {
    match unit {
        RampUnit::PerHour => duration_h,
        RampUnit::PerStep => 1.0,
    }
}

/// A ramp per nominal power in step `t`, where there is one.
fn per_nominal(ramp: &Option<Profile>, t: usize) -> Option<f64> {
    ramp.as_ref().map(|r| r.at(t)).filter(|r| !r.is_nan())
}

/// Whether any ramp limit is a number of MW: absolute, or per nominal power that is given.
pub fn has_fixed_ramp(g: &Generator) -> bool {
    let relative = g.ramp_up_pu.is_some() || g.ramp_down_pu.is_some();
    g.ramp_up_mw.is_some() || g.ramp_down_mw.is_some() || relative && g.p_nom_mw.is_some() && !g.p_nom_extendable
}

/// Most downward (negative) and upward change into step `t` of `duration_h` hours, MW: the tighter of the absolute limit and the one
/// per nominal power, where that is given.
pub fn ramp_limits_mw(generator: &Generator, t: usize, duration_h: f64) -> [f64; 2] {
    let nominal = generator.p_nom_mw.filter(|_| !generator.p_nom_extendable);
    let limit = |absolute: Option<f64>, relative: &Option<Profile>| {
        let relative = nominal.and_then(|p| per_nominal(relative, t).map(|r| r * p));
        absolute.unwrap_or(f64::INFINITY).min(relative.unwrap_or(f64::INFINITY)) * factor(generator.ramp_unit, duration_h)
    };
    [-limit(generator.ramp_down_mw, &generator.ramp_down_pu), limit(generator.ramp_up_mw, &generator.ramp_up_pu)]
}

/// The same for a link: only per nominal power.
pub fn link_ramp_limits_mw(link: &Link, t: usize, duration_h: f64) -> [f64; 2] {
    let nominal = link.p_nom_mw.filter(|_| !link.p_nom_extendable);
    let limit = |relative: &Option<Profile>| {
        let relative = nominal.and_then(|p| per_nominal(relative, t).map(|r| r * p));
        relative.unwrap_or(f64::INFINITY) * factor(link.ramp_unit, duration_h)
    };
    [-limit(&link.ramp_down_pu), limit(&link.ramp_up_pu)]
}

/// Writes the rows of a ramp per nominal power that is a decision: `now − before ≤ r·nom` and `now − before ≥ −r·nom`; a side
/// without a limit in this step stays empty.
#[allow(clippy::too_many_arguments)] // one row's parts, all of different kinds
pub(in crate::formulate) fn write_relative(
    out: &mut impl Sink,
    rows: [Row; 2],
    now: Col,
    before: Known,
    nominal: Col,
    rates: [&Option<Profile>; 2],
    t: usize,
    factor: f64,
) {
    if let Some(r) = per_nominal(rates[0], t) {
        out.at_most(rows[0], 1.0 * now + -1.0 * before, (r * factor) * nominal);
    }
    if let Some(r) = per_nominal(rates[1], t) {
        out.at_most(rows[1], 1.0 * before - now, (r * factor) * nominal);
    }
}

/// The factor of a link's ramps.
pub(in crate::formulate) fn link_factor(link: &Link, duration_h: f64) -> f64 {
    factor(link.ramp_unit, duration_h)
}

impl Constraint for Ramp {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, picked) in m.plan.ramped.iter().enumerate() {
            let (g, generator) = (Id::new(picked.0), &m.net.generators.rows()[picked.0]);
            // Only a generator whose state before the horizon is told is limited in the first step.
            let told = generator.initial_status_h.and(generator.p_initial_mw);
            for t in 0..m.steps() {
                let [down, up] = ramp_limits_mw(generator, t, m.net.time.duration_h[t]);
                let row = m.plan.rows.ramp.at(Id::new(k), t);
                match (m.before(t, false), told) {
                    (super::super::model::Before::Step(t0), _) => out.between(row, down, v.p.at(g, t), 1.0 * v.p.at(g, t0), up),
                    (super::super::model::Before::Start, Some(p)) => out.between(row, down, v.p.at(g, t), p, up),
                    (super::super::model::Before::Start, None) => {}
                }
            }
        }
        let chosen = &m.plan.capacities.generators;
        for (k, position) in chosen.ramped.iter().enumerate() {
            let g = Id::new(chosen.rows[position.0].0);
            let (generator, nominal) = (&m.net.generators[g], v.generator_nom.at(Id::new(position.0), 0));
            let rows = |t| [m.plan.rows.ramp_up.at(Id::new(k), t), m.plan.rows.ramp_down.at(Id::new(k), t)];
            let told = generator.initial_status_h.and(generator.p_initial_mw);
            for t in 0..m.steps() {
                let before = match m.before(t, false) {
                    super::super::model::Before::Step(t0) => Some(Known::from(v.p.at(g, t0))),
                    super::super::model::Before::Start => told.map(Known::Value),
                };
                if let Some(before) = before {
                    let rates = [&generator.ramp_up_pu, &generator.ramp_down_pu];
                    let factor = factor(generator.ramp_unit, m.net.time.duration_h[t]);
                    write_relative(out, rows(t), v.p.at(g, t), before, nominal, rates, t, factor);
                }
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

    fn two(steps: usize, hours: f64) -> Network {
        let mut net = study(steps, hours);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 0.0);
        let g = &mut net.generators[g];
        (g.ramp_up_mw, g.ramp_down_mw, g.p_initial_mw, g.initial_status_h) = (Some(60.0), Some(40.0), Some(50.0), Some(5.0));
        let g = generator(&mut net, "G2", a, 100.0, 0.0);
        let g = &mut net.generators[g];
        // A set point alone is not a past: files carry one for every unit.
        (g.ramp_up_mw, g.ramp_unit, g.p_initial_mw) = (Some(10.0), RampUnit::PerStep, Some(50.0));
        net
    }

    #[test]
    fn rows_match_the_card() {
        let mut net = two(2, 0.5);
        let a = Id::new(0);
        let g = generator(&mut net, "G3", a, 200.0, 0.0);
        let g = &mut net.generators[g];
        (g.p_nom_mw, g.ramp_up_pu, g.ramp_unit) = (Some(200.0), Some(vec![f64::NAN, 0.1].into()), RampUnit::PerStep);
        let g = generator(&mut net, "G4", a, 200.0, 0.0);
        let g = &mut net.generators[g];
        (g.p_nom_extendable, g.ramp_down_pu) = (true, Some(0.2.into()));
        assert_eq!(print_rows(&Ramp, &net, FlowForm::Angle), card_rows(include_str!("ramp.md")));
    }

    /// A governor that follows a wild target as fast as it may.
    #[test]
    fn a_governor_that_keeps_its_rates_satisfies_every_row() {
        let mut net = two(48, 0.25);
        // Uneven steps: two quarter-hours, then an hour.
        net.time.duration_h = (0..48).map(|t| if t % 3 == 2 { 1.0 } else { 0.25 }).collect();
        let mut dice = Dice(5);
        let (mut p1, mut p2) = (50.0f64, 20.0f64);
        let mut x = Point::new(&net, FlowForm::Angle);
        let p = x.plan.vars.p;
        for t in 0..48 {
            let h = net.time.duration_h[t];
            let (target1, target2) = (dice.between(0.0, 100.0), dice.between(0.0, 100.0));
            p1 += (target1 - p1).clamp(-40.0 * h, 60.0 * h);
            p2 += (target2 - p2).min(10.0);
            x.set(p.at(Id::new(0), t), p1);
            x.set(p.at(Id::new(1), t), p2);
        }
        assert!(residual(&Ramp, &net, &x) < 1e-9);
        // A jump by 100 MW somewhere in the middle breaks both ways round.
        x.add(p.at(Id::new(0), 20), 100.0);
        assert!(residual(&Ramp, &net, &x) > 30.0);
    }

    #[test]
    fn the_first_step_starts_from_the_told_state_and_a_quarter_hour_moves_a_quarter() {
        let net = two(1, 0.25);
        let mut x = Point::new(&net, FlowForm::Angle);
        let p = x.plan.vars.p;
        for (mw, beyond) in [(50.0 + 15.0, 0.0), (50.0 + 15.0 + 1.0, 1.0), (50.0 - 10.0, 0.0), (50.0 - 10.0 - 2.0, 2.0)] {
            x.set(p.at(Id::new(0), 0), mw);
            assert!((residual(&Ramp, &net, &x) - beyond).abs() < 1e-9, "{mw} MW");
        }
    }
}
