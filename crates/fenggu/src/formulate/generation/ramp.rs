#![doc = include_str!("ramp.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Generator, Id, RampUnit};

/// One row per generator with a ramp limit, and step.
pub struct Ramp;

/// Most downward (negative) and upward change into a step of `duration_h` hours, MW.
pub fn ramp_limits_mw(generator: &Generator, duration_h: f64) -> [f64; 2] {
    let factor = match generator.ramp_unit {
        RampUnit::PerHour => duration_h,
        RampUnit::PerStep => 1.0,
    };
    let limit = |ramp: Option<f64>| ramp.map_or(f64::INFINITY, |r| r * factor);
    [-limit(generator.ramp_down_mw), limit(generator.ramp_up_mw)]
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
                let [down, up] = ramp_limits_mw(generator, m.net.time.duration_h[t]);
                let row = m.plan.rows.ramp.at(Id::new(k), t);
                match (m.before(t, false), told) {
                    (super::super::model::Before::Step(t0), _) => out.between(row, down, v.p.at(g, t), 1.0 * v.p.at(g, t0), up),
                    (super::super::model::Before::Start, Some(p)) => out.between(row, down, v.p.at(g, t), p, up),
                    (super::super::model::Before::Start, None) => {}
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
        assert_eq!(print_rows(&Ramp, &two(2, 0.5), FlowForm::Angle), card_rows(include_str!("ramp.md")));
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
