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
                let kept = (1.0 - unit.standing_loss_per_h).powf(h);

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
