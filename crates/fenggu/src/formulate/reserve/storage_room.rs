#![doc = include_str!("storage_room.md")]

use crate::formulate::capacities::open_at_most;
use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit with offers in this direction, and step.
pub struct StorageRoom {
    /// Upward offers, or downward ones.
    pub up: bool,
}

impl Constraint for StorageRoom {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, holder) in m.plan.storage_holders.iter().enumerate().filter(|(_, h)| h.up == self.up) {
            let (s, unit) = (Id::new(holder.unit), &m.net.storage_units.rows()[holder.unit]);
            let live = unit.in_service && m.live(unit.bus);
            for t in (0..m.steps()).filter(|_| live) {
                let row = m.plan.rows.storage_room.at(Id::new(k), t);
                let (charge, discharge) = (v.charge.at(s, t), v.discharge.at(s, t));
                if self.up {
                    open_at_most(out, row, m.discharge_upper(s, t));
                    out.add(row, 1.0 * discharge - charge);
                } else {
                    open_at_most(out, row, m.charge_upper(s, t));
                    out.add(row, 1.0 * charge - discharge);
                }
                for &offer in &holder.offers {
                    out.add(row, v.reserve.at(offer, t));
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
        net.storage_units[s].charge_max_mw = Some(15.0.into());
        let (up, down) = (reserve(&mut net, "up", ReserveDirection::Up, 0.0), reserve(&mut net, "down", ReserveDirection::Down, 0.0));
        offer_of_storage(&mut net, "O1", up, s, 50.0);
        offer_of_storage(&mut net, "O2", down, s, 50.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        let net = holder();
        let both =
            print_rows(&StorageRoom { up: true }, &net, FlowForm::Angle) + &print_rows(&StorageRoom { up: false }, &net, FlowForm::Angle);
        assert_eq!(both, card_rows(include_str!("storage_room.md")));
    }

    /// The net output after a full call, up or down, lies between −15 and 20 MW or a row is broken by as much.
    #[test]
    fn every_call_can_be_answered() {
        let net = holder();
        let mut dice = Dice(22);
        for _ in 0..200 {
            let net_mw = dice.between(-15.0, 20.0);
            let (up, down) = (dice.between(0.0, 35.0), dice.between(0.0, 35.0));
            let mut x = Point::new(&net, FlowForm::Angle);
            let v = x.plan.vars.clone();
            x.set(v.discharge.at(Id::new(0), 0), net_mw.max(0.0));
            x.set(v.charge.at(Id::new(0), 0), (-net_mw).max(0.0));
            x.set(v.reserve.at(Id::new(0), 0), up);
            x.set(v.reserve.at(Id::new(1), 0), down);
            let above = residual(&StorageRoom { up: true }, &net, &x);
            let below = residual(&StorageRoom { up: false }, &net, &x);
            assert!((above - (net_mw + up - 20.0).max(0.0)).abs() < 1e-9);
            assert!((below - (-15.0 - (net_mw - down)).max(0.0)).abs() < 1e-9);
        }
    }
}
