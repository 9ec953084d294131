#![doc = include_str!("soc_balance.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::EndRule;

/// One row per storage unit and step.
pub struct SocBalance;

impl Constraint for SocBalance {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (s, unit) in m.storage_units() {
            let cyclic = unit.end_rule == EndRule::Cyclic;
            for t in 0..m.steps() {
                let h = m.net.time.storage_h(t);
                let before = m.stored_before(v.soc, s, t, cyclic, unit.soc_initial_mwh);
                let kept = (1.0 - unit.standing_loss_per_h.at(t)).powf(h);

                out.equal(
                    m.plan.rows.soc_balance.at(s, t),
                    v.soc.at(s, t),
                    kept * before + (h * unit.efficiency_charge.at(t)) * v.charge.at(s, t)
                        - (h / unit.efficiency_discharge.at(t)) * v.discharge.at(s, t)
                        + h * unit.inflow_mw.at(t)
                        - h * v.spill.at(s, t),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Id, Network, Profile};

    fn unit(steps: usize, hours: f64) -> Network {
        let mut net = study(steps, hours);
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        let unit = &mut net.storage_units[s];
        (unit.efficiency_charge, unit.efficiency_discharge) = (0.9.into(), 0.8.into());
        (unit.soc_initial_mwh, unit.inflow_mw) = (10.0, 4.0.into());
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&SocBalance, &unit(2, 0.5), FlowForm::Angle), card_rows(include_str!("soc_balance.md")));
    }

    /// A tank in words of its own: minute by minute, losses compounding, a given schedule of pumping and drawing. Power is
    /// constant in a step, so the end of the step needs no minutes but the loss does: it is applied to what was there before.
    fn simulate(net: &Network, start_mwh: f64, x: &mut Point) -> f64 {
        let (v, unit) = (x.plan.vars.clone(), &net.storage_units.rows()[0]);
        let mut dice = Dice(31);
        let mut tank = start_mwh;
        for t in 0..net.steps() {
            let hours = net.time.duration_h[t] * net.time.weight_storage[t];
            let (pumped, drawn, spilt) = if t % 2 == 0 { (dice.between(0.0, 9.0), 0.0, 0.0) } else { (0.0, dice.between(0.0, 5.0), 1.5) };
            let share_left_after_one_hour = 1.0 - unit.standing_loss_per_h.at(t);
            tank *= (share_left_after_one_hour.ln() * hours).exp();
            tank +=
                hours * (pumped * unit.efficiency_charge.at(t) - drawn / unit.efficiency_discharge.at(t) + unit.inflow_mw.at(t) - spilt);
            for (col, value) in [(v.charge, pumped), (v.discharge, drawn), (v.spill, spilt), (v.soc, tank)] {
                x.set(col.at(Id::new(0), t), value);
            }
        }
        tank
    }

    #[test]
    fn a_simulated_unit_satisfies_every_row() {
        let mut net = unit(48, 1.0);
        net.time.duration_h = (0..48).map(|t| [1.0, 0.25, 3.0][t % 3]).collect();
        net.time.weight_storage = (0..48).map(|t| if t == 7 { 2.0 } else { 1.0 }).collect();
        let s = &mut net.storage_units.rows_mut()[0];
        s.standing_loss_per_h = 0.02.into();
        s.efficiency_discharge = Profile::from((0..48).map(|t| 0.8 + 0.002 * t as f64).collect::<Vec<_>>());
        let mut x = Point::new(&net, FlowForm::Angle);
        simulate(&net, 10.0, &mut x);
        assert!(residual(&SocBalance, &net, &x) < 1e-9);
        // Energy from nowhere shows, and so does discharge booked as charge.
        let v = x.plan.vars.clone();
        x.add(v.soc.at(Id::new(0), 20), 0.5);
        assert!(residual(&SocBalance, &net, &x) > 0.4);
        x.add(v.soc.at(Id::new(0), 20), -0.5);
        let drawn = x.x[v.discharge.at(Id::new(0), 1).0 as usize];
        assert!(drawn > 0.1);
        x.set(v.discharge.at(Id::new(0), 1), 0.0);
        x.set(v.charge.at(Id::new(0), 1), drawn);
        assert!(residual(&SocBalance, &net, &x) > 0.1 * drawn);
    }

    /// The steady state of a cyclic unit, found by running it until it repeats itself.
    #[test]
    fn a_cyclic_unit_starts_where_it_ends() {
        let mut net = unit(12, 1.0);
        let s = &mut net.storage_units.rows_mut()[0];
        (s.end_rule, s.standing_loss_per_h, s.soc_initial_mwh) = (EndRule::Cyclic, 0.05.into(), 999.0);
        let mut x = Point::new(&net, FlowForm::Angle);
        let mut start = 0.0;
        for _ in 0..200 {
            start = simulate(&net, start, &mut x);
        }
        assert!(residual(&SocBalance, &net, &x) < 1e-9, "the initial energy must not count");
        simulate(&net, start + 1.0, &mut x);
        assert!(residual(&SocBalance, &net, &x) > 0.3);
    }
}
