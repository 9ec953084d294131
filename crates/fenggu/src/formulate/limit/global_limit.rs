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
        _ => 0.0,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;

    fn fuels() -> Network {
        let mut net = study(2, 0.5);
        net.time.weight_energy = vec![2.0, 1.0];
        let a = bus(&mut net, "A");
        for (name, fuel, co2, efficiency) in [("C1", "coal", 0.34, 0.4), ("G1", "gas", 0.2, 0.5), ("W1", "wind", 0.0, 1.0)] {
            let c = carrier(&mut net, fuel, co2);
            let g = generator(&mut net, name, a, 100.0, 10.0);
            (net.generators[g].carrier, net.generators[g].efficiency) = (Some(c), efficiency.into());
        }
        let co2 = net::GlobalLimit { name: "co2".into(), limit: 500.0, ..net::GlobalLimit::default() };
        net.global_limits.push(co2);
        net.global_limits.push(net::GlobalLimit {
            name: "coal".into(),
            subject: LimitSubject::PrimaryEnergy,
            carrier: net.carriers.find("coal"),
            bus: None,
            sense: LimitSense::AtLeast,
            limit: 100.0,
        });
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&GlobalLimit, &fuels(), FlowForm::Angle), card_rows(include_str!("global_limit.md")));
    }

    /// A meter at the stack and one at the coal belt.
    #[test]
    fn metered_tonnes_just_at_the_limit_satisfy_it_and_one_more_does_not() {
        let mut net = fuels();
        let mut dice = Dice(9);
        let mut x = Point::new(&net, FlowForm::Angle);
        let p = x.plan.vars.p;
        let (mut tonnes, mut coal) = (0.0, 0.0);
        for t in 0..2 {
            let hours = 0.5 * if t == 0 { 2.0 } else { 1.0 };
            for (k, (co2, efficiency)) in [(0.34, 0.4), (0.2, 0.5), (0.0, 1.0)].into_iter().enumerate() {
                let mw = dice.between(10.0, 100.0);
                x.set(p.at(net::Id::new(k), t), mw);
                let burnt_mwh = mw * hours / efficiency;
                tonnes += burnt_mwh * co2;
                coal += if k == 0 { burnt_mwh } else { 0.0 };
            }
        }
        net.global_limits.rows_mut()[0].limit = tonnes;
        net.global_limits.rows_mut()[1].limit = coal;
        assert!(residual(&GlobalLimit, &net, &x) < 1e-9);
        net.global_limits.rows_mut()[0].limit = tonnes - 1.0;
        assert!((residual(&GlobalLimit, &net, &x) - 1.0).abs() < 1e-9);
        net.global_limits.rows_mut()[0].limit = tonnes;
        net.global_limits.rows_mut()[1].limit = coal + 2.0;
        assert!((residual(&GlobalLimit, &net, &x) - 2.0).abs() < 1e-9);
    }
}
