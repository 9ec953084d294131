#![doc = include_str!("cycle_limit.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Id, Network, StorageUnit};

/// One row per storage unit with a cycle limit.
pub struct CycleLimit;

/// Most energy taken out over the horizon, MWh.
pub fn cycle_limit_mwh(net: &Network, unit: &StorageUnit) -> f64 {
    unit.cycles_max_per_day.unwrap_or(f64::INFINITY) * unit.energy_capacity_mwh() * net.time.total_h() / 24.0
}

impl Constraint for CycleLimit {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (k, picked) in m.plan.cycle_limited.iter().enumerate() {
            let unit = &m.net.storage_units.rows()[picked.0];
            let row = m.plan.rows.cycle_limit.at(Id::new(k), 0);
            match m.storage_nom(Id::new(picked.0)) {
                None => out.bounds(row, f64::NEG_INFINITY, cycle_limit_mwh(m.net, unit)),
                Some(nominal) => {
                    let cycles = unit.cycles_max_per_day.unwrap_or(f64::INFINITY) * m.net.time.total_h() / 24.0;
                    out.at_most(row, 0.0, (cycles * unit.energy_hours_h) * nominal);
                }
            }
            for t in 0..m.steps() {
                let per_mw = m.net.time.duration_h[t] / unit.efficiency_discharge.at(t);
                out.add(row, per_mw * m.plan.vars.discharge.at(Id::new(picked.0), t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;

    fn unit(hours: &[f64]) -> Network {
        let mut net = study(hours.len(), 1.0);
        net.time.duration_h = hours.to_vec();
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        net.storage_units[s].efficiency_discharge = 0.8.into();
        net.storage_units[s].cycles_max_per_day = Some(1.5);
        storage(&mut net, "free", a, 20.0, 40.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&CycleLimit, &unit(&[1.0, 3.0]), FlowForm::Angle), card_rows(include_str!("cycle_limit.md")));
    }

    /// Two days in half-hours: three full cycles are allowed. Each empties 40 MWh, of which 32 reach the bus, in 4 h at 8 MW.
    #[test]
    fn three_full_cycles_in_two_days_are_allowed_and_a_fourth_is_not() {
        let net = unit(&[0.5; 96]);
        let mut x = Point::new(&net, FlowForm::Angle);
        let discharge = x.plan.vars.discharge;
        for cycle in 0..3 {
            (0..8).for_each(|k| x.set(discharge.at(Id::new(0), 30 * cycle + k), 8.0));
        }
        assert!(residual(&CycleLimit, &net, &x) < 1e-9);
        (0..8).for_each(|k| x.set(discharge.at(Id::new(0), 88 + k), 8.0));
        assert!((residual(&CycleLimit, &net, &x) - 40.0).abs() < 1e-9);
    }
}
