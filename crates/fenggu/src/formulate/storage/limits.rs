#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::{EndRule, Id};

/// Bounds of charge, discharge, energy, spill and end-value steps; the end rule bounds the last energy.
pub struct Limits;

/// Energy limits in a step, the end rule in the last one.
fn energy_limits(limits: (f64, f64), rule: EndRule, target: f64, last: bool) -> (f64, f64) {
    match rule {
        EndRule::AtLeast if last => (limits.0.max(target), limits.1),
        EndRule::Exactly if last => (target, target),
        _ => limits,
    }
}

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let (v, steps) = (&m.plan.vars, m.steps());
        for (s, unit) in m.net.storage_units.iter() {
            let live = if unit.in_service && m.live(unit.bus) { 1.0 } else { 0.0 };
            for t in 0..steps {
                out.set(v.charge.at(s, t), 0.0, live * unit.charge_upper_mw(t));
                out.set(v.discharge.at(s, t), 0.0, live * unit.discharge_upper_mw(t));
                out.set(v.spill.at(s, t), 0.0, live * unit.inflow_mw.at(t));
                let limits = (live * unit.energy_min_mwh.at(t), live * unit.energy_upper_mwh(t));
                let (lo, hi) = energy_limits(limits, unit.end_rule, live * unit.soc_target_mwh, t + 1 == steps);
                out.set(v.soc.at(s, t), lo, hi);
            }
        }
        for (k, step) in m.plan.end_value.iter().enumerate() {
            out.set(v.end_value.at(Id::new(k), 0), 0.0, step.width);
        }
        for (s, store) in m.net.stores.iter() {
            let live = store.in_service && m.live(store.bus);
            for t in 0..steps {
                let (power, limits) =
                    if live { (f64::INFINITY, (store.energy_lower_mwh(t), store.energy_upper_mwh(t))) } else { (0.0, (0.0, 0.0)) };
                let rule = if live { store.end_rule } else { EndRule::Free };
                let (lo, hi) = energy_limits(limits, rule, store.energy_target_mwh, t + 1 == steps);
                out.set(v.store_p.at(s, t), -power, power);
                out.set(v.store_energy.at(s, t), lo, hi);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use fenggu_net::{Network, Store};

    fn units() -> Network {
        let mut net = study(2, 1.0);
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        let s = &mut net.storage_units[s];
        (s.charge_max_mw, s.energy_min_mwh, s.inflow_mw) = (Some(15.0.into()), 5.0.into(), 4.0.into());
        (s.end_rule, s.soc_target_mwh, s.end_value) = (EndRule::AtLeast, 30.0, vec![[10.0, 20.0]]);
        let s = storage(&mut net, "S2", a, 20.0, 40.0);
        let s = &mut net.storage_units[s];
        // Whatever its data say: out of service it is empty, the target included.
        (s.in_service, s.end_rule, s.soc_target_mwh, s.energy_min_mwh) = (false, EndRule::Exactly, 7.0, 3.0.into());
        let h = Store { name: "H1".into(), bus: a, energy_max_mwh: Some(100.0.into()), ..Store::default() };
        net.stores.push(Store { end_rule: EndRule::Exactly, energy_target_mwh: 60.0, ..h });
        net
    }

    #[test]
    fn bounds_match_the_card() {
        assert_eq!(print_bounds(&Limits, &units()), card(include_str!("limits.md"), "bounds"));
    }

    #[test]
    fn a_store_out_of_service_is_empty_and_still() {
        let mut net = units();
        net.stores.rows_mut()[0].in_service = false;
        let bounds = print_bounds(&Limits, &net);
        for line in ["store_p[H1,0]: . = 0", "store_p[H1,1]: . = 0", "store_energy[H1,0]: . = 0", "store_energy[H1,1]: . = 0"] {
            assert!(bounds.lines().any(|l| l == line), "{line} is missing:\n{bounds}");
        }
    }
}
