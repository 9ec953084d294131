#![doc = include_str!("limits.md")]

use crate::formulate::capacities::held;
use crate::formulate::frame::{BoundSink, Bounds, Constraint, Known, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{EndRule, Id, Profile};

/// Rows where the nominal power or energy is a decision; bounds of charge, discharge, energy, spill and end-value steps; the end rule bounds the last energy.
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
                if live == 0.0 {
                    for block in [v.charge, v.discharge, v.spill, v.soc] {
                        out.set(block.at(s, t), 0.0, 0.0);
                    }
                    continue;
                }
                // Where the nominal power is a decision, rows hold what moves with it and bounds what is told in MW and MWh.
                let at = |fixed: f64, told: &Option<Profile>| match m.storage_nom(s) {
                    None => fixed,
                    Some(_) => told.as_ref().map_or(f64::INFINITY, |p| p.at(t)),
                };
                let (lo, hi) = held((0.0, at(unit.charge_upper_mw(t), &unit.charge_max_mw)), &unit.charge_set_mw, t);
                out.set(v.charge.at(s, t), lo, hi);
                let (lo, hi) = held((0.0, at(unit.discharge_upper_mw(t), &unit.discharge_max_mw)), &unit.discharge_set_mw, t);
                out.set(v.discharge.at(s, t), lo, hi);
                out.set(v.spill.at(s, t), 0.0, unit.inflow_mw.at(t));
                let limits = (unit.energy_min_mwh.at(t), at(unit.energy_upper_mwh(t), &unit.energy_max_mwh));
                let limits = energy_limits(limits, unit.end_rule, unit.soc_target_mwh, t + 1 == steps);
                let (lo, hi) = held(limits, &unit.soc_set_mwh, t);
                out.set(v.soc.at(s, t), lo, hi);
            }
        }
        for (k, step) in m.plan.end_value.iter().enumerate() {
            out.set(v.end_value.at(Id::new(k), 0), 0.0, step.width);
        }
        for (s, store) in m.net.stores.iter() {
            let live = store.in_service && m.live(store.bus);
            for t in 0..steps {
                if !live {
                    out.set(v.store_p.at(s, t), 0.0, 0.0);
                    out.set(v.store_energy.at(s, t), 0.0, 0.0);
                    continue;
                }
                let limits = match m.store_nom(s) {
                    None => (store.energy_lower_mwh(t), store.energy_upper_mwh(t)),
                    Some(_) => {
                        let at = |told: &Option<Profile>, free: f64| told.as_ref().map_or(free, |p| p.at(t));
                        let least = if store.e_min_pu.is_all(0.0) { 0.0 } else { f64::NEG_INFINITY };
                        (at(&store.energy_min_mwh, f64::NEG_INFINITY).max(least), at(&store.energy_max_mwh, f64::INFINITY))
                    }
                };
                let limits = energy_limits(limits, store.end_rule, store.energy_target_mwh, t + 1 == steps);
                let (lo, hi) = held((f64::NEG_INFINITY, f64::INFINITY), &store.p_set_mw, t);
                out.set(v.store_p.at(s, t), lo, hi);
                let (lo, hi) = held(limits, &store.energy_set_mwh, t);
                out.set(v.store_energy.at(s, t), lo, hi);
            }
        }
    }
}

impl Constraint for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows, chosen) = (&m.plan.vars, &m.plan.rows, &m.plan.capacities);
        for (k, picked) in chosen.storage_units.rows.iter().enumerate() {
            let (k, s) = (Id::new(k), Id::new(picked.0));
            for t in 0..m.steps() {
                out.at_most(rows.discharge_upper.at(k, t), v.discharge.at(s, t), m.discharge_upper(s, t));
                out.at_most(rows.charge_upper.at(k, t), v.charge.at(s, t), m.charge_upper(s, t));
                out.at_most(rows.energy_upper.at(k, t), v.soc.at(s, t), m.energy_upper(s, t));
            }
        }
        let nominal = |k: usize| Known::from(v.store_nom.at(Id::new(k), 0));
        for (k, picked) in chosen.stores.rows.iter().enumerate() {
            let (s, store) = (Id::new(picked.0), &m.net.stores.rows()[picked.0]);
            for t in 0..m.steps() {
                out.at_most(rows.store_upper.at(Id::new(k), t), v.store_energy.at(s, t), store.e_max_pu.at(t) * nominal(k));
            }
        }
        for (k, position) in chosen.stores.low.iter().enumerate() {
            let s = Id::new(chosen.stores.rows[position.0].0);
            for t in 0..m.steps() {
                let least = m.net.stores[s].e_min_pu.at(t) * nominal(position.0);
                out.at_most(rows.store_lower.at(Id::new(k), t), least, v.store_energy.at(s, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
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
    fn rows_match_the_card() {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        net.storage_units.push(fenggu_net::StorageUnit {
            name: "B1".into(),
            bus: a,
            p_nom_extendable: true,
            energy_hours_h: 4.0,
            ..Default::default()
        });
        net.stores.push(Store { name: "H2".into(), bus: a, e_nom_extendable: true, e_min_pu: 0.1.into(), ..Store::default() });
        assert_eq!(print_rows(&Limits, &net, FlowForm::Angle), card_rows(include_str!("limits.md")));
        // Nothing else limits them, and a told energy is a bound.
        (net.storage_units.rows_mut()[0].soc_set_mwh, net.stores.rows_mut()[0].p_set_mw) = (Some(3.0.into()), Some((-2.0).into()));
        let bounds = print_bounds(&Limits, &net);
        let want = "charge[B1,0]: 0 <= .\ndischarge[B1,0]: 0 <= .\nsoc[B1,0]: . = 3\nspill[B1,0]: . = 0\nstore_p[H2,0]: . = -2\n";
        assert_eq!(bounds, want);
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
