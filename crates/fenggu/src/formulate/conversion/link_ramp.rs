#![doc = include_str!("link_ramp.md")]

use crate::formulate::frame::{Constraint, Known, Sink};
use crate::formulate::generation::ramp::{link_factor, link_ramp_limits_mw, write_relative};
use crate::formulate::model::Before;
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per link with a ramp limit, and step; two where its nominal power is a decision.
pub struct LinkRamp;

impl Constraint for LinkRamp {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (p, rows) = (m.plan.vars.link_p, &m.plan.rows);
        for (k, picked) in m.plan.link_ramped.iter().enumerate() {
            let (l, link) = (Id::new(picked.0), &m.net.links.rows()[picked.0]);
            for t in 0..m.steps() {
                if let Before::Step(t0) = m.before(t, false) {
                    let [down, up] = link_ramp_limits_mw(link, t, m.net.time.duration_h[t]);
                    out.between(rows.link_ramp.at(Id::new(k), t), down, p.at(l, t), 1.0 * p.at(l, t0), up);
                }
            }
        }
        let chosen = &m.plan.capacities.links;
        for (k, position) in chosen.ramped.iter().enumerate() {
            let l = Id::new(chosen.rows[position.0].0);
            let (link, nominal) = (&m.net.links[l], m.plan.vars.link_nom.at(Id::new(position.0), 0));
            for t in 0..m.steps() {
                if let Before::Step(t0) = m.before(t, false) {
                    let rows = [rows.link_ramp_up.at(Id::new(k), t), rows.link_ramp_down.at(Id::new(k), t)];
                    let factor = link_factor(link, m.net.time.duration_h[t]);
                    write_relative(
                        out,
                        rows,
                        p.at(l, t),
                        Known::from(p.at(l, t0)),
                        nominal,
                        [&link.ramp_up_pu, &link.ramp_down_pu],
                        t,
                        factor,
                    );
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
    use fenggu_net::{Network, RampUnit};

    fn two(steps: usize) -> Network {
        let mut net = study(steps, 0.5);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let x = link(&mut net, "X", a, b, 100.0, 1.0);
        let x = &mut net.links[x];
        (x.p_nom_mw, x.ramp_up_pu, x.ramp_down_pu) = (Some(80.0), Some(0.5.into()), Some(vec![f64::NAN; steps].into()));
        let y = link(&mut net, "Y", a, b, 100.0, 1.0);
        let y = &mut net.links[y];
        (y.p_nom_extendable, y.ramp_up_pu, y.ramp_down_pu, y.ramp_unit) = (true, Some(0.2.into()), Some(0.3.into()), RampUnit::PerStep);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&LinkRamp, &two(2), FlowForm::Angle), card_rows(include_str!("link_ramp.md")));
    }

    #[test]
    fn a_valve_that_keeps_its_rates_satisfies_every_row() {
        let net = two(24);
        let mut x = Point::new(&net, FlowForm::Angle);
        let (p, nominal, mut dice) = (x.plan.vars.link_p, x.plan.vars.link_nom, Dice(3));
        x.set(nominal.at(Id::new(0), 0), 50.0);
        let mut now = [10.0, 10.0];
        for t in 0..24 {
            now[0] += dice.between(-60.0, 20.0);
            now[1] += dice.between(-15.0, 10.0);
            (0..2).for_each(|l| x.set(p.at(Id::new(l), t), now[l]));
        }
        assert!(residual(&LinkRamp, &net, &x) < 1e-9);
        x.add(p.at(Id::new(1), 12), 40.0);
        assert!(residual(&LinkRamp, &net, &x) > 5.0);
    }
}
