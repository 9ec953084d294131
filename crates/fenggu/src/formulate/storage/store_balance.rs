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
                let kept = (1.0 - store.standing_loss_per_h).powf(h);
                out.equal(m.plan.rows.store_balance.at(s, t), v.store_energy.at(s, t), kept * before - h * v.store_p.at(s, t));
            }
        }
    }
}
