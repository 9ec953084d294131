#![doc = include_str!("modes.md")]

use crate::formulate::frame::{BoundSink, Bounds, Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Whether a storage unit charges, discharges, both or neither in a step, where it may not do everything. Part of commitment, whose columns may
/// be whole numbers; a dispatch has none of it.
pub struct Modes;

impl Bounds for Modes {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let v = &m.plan.vars;
        for block in [v.charging, v.discharging] {
            for k in block.ids() {
                (0..block.steps()).for_each(|t| out.set(block.at(k, t), 0.0, 1.0));
            }
        }
    }
}

impl Constraint for Modes {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows) = (&m.plan.vars, &m.plan.rows);
        for (k, picked) in m.plan.moded.iter().enumerate() {
            let (k, s, unit) = (Id::new(k), Id::new(picked.0), &m.net.storage_units.rows()[picked.0]);
            for t in 0..m.steps() {
                let (charge, charging) = (v.charge.at(s, t), v.charging.at(k, t));
                let (discharge, discharging) = (v.discharge.at(s, t), v.discharging.at(k, t));
                out.at_most(rows.charge_mode.at(k, t), charge, unit.charge_upper_mw(t) * charging);
                out.at_most(rows.charge_least.at(k, t), unit.charge_min_mw.at(t) * charging, charge);
                out.at_most(rows.discharge_mode.at(k, t), discharge, unit.discharge_upper_mw(t) * discharging);
                out.at_most(rows.discharge_least.at(k, t), unit.discharge_min_mw.at(t) * discharging, discharge);
                if unit.one_way.at(t) > 0.5 {
                    out.at_most(rows.one_way.at(k, t), 1.0 * charging + discharging, 1.0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::{DispatchFormulation, FlowForm};
    use fenggu_net::Network;

    fn pumped() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "hydro", a, 50.0, 200.0);
        let row = &mut net.storage_units[s];
        (row.one_way, row.charge_min_mw, row.discharge_min_mw) = (1.0.into(), 30.0.into(), 10.0.into());
        storage(&mut net, "plain", a, 50.0, 200.0);
        net
    }

    const WITH: DispatchFormulation = DispatchFormulation { flow: FlowForm::Angle, commitment: true };

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows_as(&Modes, &pumped(), WITH), card_rows(include_str!("modes.md")));
    }

    #[test]
    fn bounds_match_the_card() {
        assert_eq!(print_bounds_as(&Modes, &pumped(), WITH), card(include_str!("modes.md"), "bounds"));
    }

    #[test]
    fn a_dispatch_has_no_modes() {
        assert_eq!(print_rows(&Modes, &pumped(), FlowForm::Angle), "");
    }
}
