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
