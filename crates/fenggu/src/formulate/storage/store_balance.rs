#![doc = include_str!("store_balance.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::EndRule;

/// One row per store and step.
pub struct StoreBalance;

impl Constraint for StoreBalance {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (s, store) in m.stores() {
            for t in 0..m.steps() {
                let h = m.net.time.storage_h(t);
                let before = m.stored_before(v.store_energy, s, t, store.end_rule == EndRule::Cyclic, store.energy_initial_mwh);
                let kept = (1.0 - store.standing_loss_per_h.at(t)).powf(h);
                out.equal(m.plan.rows.store_balance.at(s, t), v.store_energy.at(s, t), kept * before - h * v.store_p.at(s, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{Id, Network, Store};

    fn tank(steps: usize) -> Network {
        let mut net = study(steps, 0.5);
        let a = bus(&mut net, "A");
        let (energy_max_mwh, energy_initial_mwh) = (Some(200.0.into()), 100.0);
        let row =
            Store { name: "H1".into(), bus: a, energy_max_mwh, energy_initial_mwh, standing_loss_per_h: 0.19.into(), ..Store::default() };
        net.stores.push(row);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&StoreBalance, &tank(2), FlowForm::Angle), card_rows(include_str!("store_balance.md")));
    }

    #[test]
    fn a_simulated_tank_satisfies_every_row() {
        let net = tank(48);
        let mut dice = Dice(41);
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        let mut level = 100.0;
        for t in 0..48 {
            let valve_mw = dice.between(-30.0, 30.0);
            level = level * 0.9 - 0.5 * valve_mw; // half an hour keeps 90 %
            x.set(v.store_p.at(Id::new(0), t), valve_mw);
            x.set(v.store_energy.at(Id::new(0), t), level);
        }
        assert!(residual(&StoreBalance, &net, &x) < 1e-9);
        x.add(v.store_p.at(Id::new(0), 30), 2.0);
        assert!((residual(&StoreBalance, &net, &x) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_cyclic_store_on_one_step_meets_itself() {
        let mut net = tank(1);
        net.stores.rows_mut()[0].end_rule = EndRule::Cyclic;
        // The same column twice: e = 0.9·e − 0.5·p. Assembly merges the two.
        assert_eq!(
            print_rows(&StoreBalance, &net, FlowForm::Angle),
            "store_balance[H1,0]: + 1 store_energy[H1,0] - 0.9 store_energy[H1,0] + 0.5 store_p[H1,0] = 0\n"
        );
    }
}
