#![doc = include_str!("storage_energy.md")]

use crate::formulate::capacities::open_at_most;
use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit with offers in this direction, and step.
pub struct StorageEnergy {
    /// Upward offers, or downward ones.
    pub up: bool,
}

impl Constraint for StorageEnergy {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, holder) in m.plan.storage_holders.iter().enumerate().filter(|(_, h)| h.up == self.up) {
            let (s, unit) = (Id::new(holder.unit), &m.net.storage_units.rows()[holder.unit]);
            let live = unit.in_service && m.live(unit.bus);
            for t in (0..m.steps()).filter(|_| live) {
                let row = m.plan.rows.storage_energy.at(Id::new(k), t);
                let per_mwh = if self.up {
                    out.bounds(row, unit.energy_min_mwh.at(t), f64::INFINITY);
                    -1.0 / unit.efficiency_discharge.at(t)
                } else {
                    open_at_most(out, row, m.energy_upper(s, t));
                    unit.efficiency_charge.at(t)
                };
                out.add(row, v.soc.at(s, t));
                for &offer in &holder.offers {
                    let duration = m.net.reserve_offers[offer].duration_h;
                    out.add(row, (per_mwh * duration) * v.reserve.at(offer, t));
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
    use fenggu_net::{Network, ReserveDirection};

    fn holder() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        let unit = &mut net.storage_units[s];
        (unit.energy_min_mwh, unit.efficiency_charge, unit.efficiency_discharge) = (5.0.into(), 0.9.into(), 0.8.into());
        let (up, down) = (reserve(&mut net, "up", ReserveDirection::Up, 0.0), reserve(&mut net, "down", ReserveDirection::Down, 0.0));
        let o1 = offer_of_storage(&mut net, "O1", up, s, 50.0);
        let o2 = offer_of_storage(&mut net, "O2", down, s, 50.0);
        (net.reserve_offers[o1].duration_h, net.reserve_offers[o2].duration_h) = (2.0, 0.5);
        net
    }

    #[test]
    fn rows_match_the_card() {
        let net = holder();
        let both = print_rows(&StorageEnergy { up: true }, &net, FlowForm::Angle)
            + &print_rows(&StorageEnergy { up: false }, &net, FlowForm::Angle);
        assert_eq!(both, card_rows(include_str!("storage_energy.md")));
    }

    /// The reserve is called for its whole duration, in minutes; the tank is watched.
    #[test]
    fn a_call_of_full_duration_never_empties_or_overfills_the_tank() {
        let net = holder();
        let mut dice = Dice(23);
        for _ in 0..100 {
            let (soc, up, down) = (dice.between(5.0, 40.0), dice.between(0.0, 20.0), dice.between(0.0, 20.0));
            let (mut after_up, mut after_down) = (soc, soc);
            for _ in 0..120 {
                after_up -= up / 0.8 / 60.0;
            }
            for _ in 0..30 {
                after_down += down * 0.9 / 60.0;
            }
            let mut x = Point::new(&net, FlowForm::Angle);
            let v = x.plan.vars.clone();
            x.set(v.soc.at(Id::new(0), 0), soc);
            x.set(v.reserve.at(Id::new(0), 0), up);
            x.set(v.reserve.at(Id::new(1), 0), down);
            assert!((residual(&StorageEnergy { up: true }, &net, &x) - (5.0 - after_up).max(0.0)).abs() < 1e-9);
            assert!((residual(&StorageEnergy { up: false }, &net, &x) - (after_down - 40.0).max(0.0)).abs() < 1e-9);
        }
    }
}
