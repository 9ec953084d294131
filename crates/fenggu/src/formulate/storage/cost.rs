#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Cycle cost, spill cost, worth of energy left at the end, cost of stores.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let v = &m.plan.vars;
        for t in 0..m.steps() {
            let h = m.net.time.objective_h(t);
            for (s, unit) in m.storage_units() {
                out.add(v.charge.at(s, t), h * unit.charge_cost_per_mwh.at(t));
                out.add(v.discharge.at(s, t), h * unit.discharge_cost_per_mwh.at(t));
                out.add_square(v.discharge.at(s, t), h * unit.discharge_cost_quadratic_per_mw2h.at(t));
                out.add(v.soc.at(s, t), h * unit.holding_cost_per_mwh_h.at(t));
                out.add(v.spill.at(s, t), h * unit.spill_cost_per_mwh.at(t));
            }
            for (s, store) in m.stores() {
                out.add(v.store_p.at(s, t), h * store.cost_linear_per_mwh.at(t));
                out.add_square(v.store_p.at(s, t), h * store.cost_quadratic_per_mw2h.at(t));
                out.add(v.store_energy.at(s, t), h * store.holding_cost_per_mwh_h.at(t));
            }
        }
        for (k, step) in m.plan.end_value.iter().enumerate() {
            out.add(v.end_value.at(Id::new(k), 0), -step.price);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use fenggu_net::Store;

    #[test]
    fn costs_match_the_card() {
        let mut net = study(1, 0.5);
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        let s = &mut net.storage_units[s];
        (s.charge_cost_per_mwh, s.discharge_cost_per_mwh, s.spill_cost_per_mwh) = (2.0.into(), 6.0.into(), 1.0.into());
        (s.discharge_cost_quadratic_per_mw2h, s.holding_cost_per_mwh_h) = (0.1.into(), 0.4.into());
        s.end_value = vec![[20.0, 40.0]];
        net.stores.push(Store { name: "H1".into(), bus: a, cost_linear_per_mwh: 8.0.into(), ..Store::default() });
        assert_eq!(print_costs(&Cost, &net), card(include_str!("cost.md"), "costs"));
    }
}
