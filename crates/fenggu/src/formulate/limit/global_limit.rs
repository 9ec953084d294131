#![doc = include_str!("global_limit.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{self as net, LimitSense, LimitSubject, Network};

/// One row per global limit.
pub struct GlobalLimit;

/// Row bounds of a sense and right-hand side.
pub(super) fn sense_bounds(sense: LimitSense, rhs: f64) -> (f64, f64) {
    match sense {
        LimitSense::AtMost => (f64::NEG_INFINITY, rhs),
        LimitSense::AtLeast => (rhs, f64::INFINITY),
        LimitSense::Equal => (rhs, rhs),
    }
}

/// What one MW of a generator in step `t` counts against a limit: t of CO2 or MWh of primary energy.
pub fn primary_per_mw(network: &Network, limit: &net::GlobalLimit, generator: &net::Generator, t: usize) -> f64 {
    let Some(carrier) = generator.carrier else { return 0.0 };
    let per_mwh = match limit.subject {
        LimitSubject::Co2 => network.carriers[carrier].co2_t_per_mwh,
        LimitSubject::PrimaryEnergy if limit.carrier == Some(carrier) => 1.0,
        LimitSubject::PrimaryEnergy => 0.0,
    };
    network.time.energy_h(t) * per_mwh / generator.efficiency.at(t)
}

impl Constraint for GlobalLimit {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (i, limit) in m.net.global_limits.iter() {
            let row = m.plan.rows.global_limit.at(i, 0);
            let (lo, hi) = sense_bounds(limit.sense, limit.limit);
            out.bounds(row, lo, hi);
            for (g, generator) in m.generators() {
                for t in 0..m.steps() {
                    let per_mw = primary_per_mw(m.net, limit, generator, t);
                    if per_mw != 0.0 {
                        out.add(row, per_mw * m.plan.vars.p.at(g, t));
                    }
                }
            }
        }
    }
}
