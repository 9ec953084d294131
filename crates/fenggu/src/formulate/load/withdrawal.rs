#![doc = include_str!("withdrawal.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Subtracts demand from the balance of the load's bus.
pub struct Withdrawal;

impl Constraint for Withdrawal {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, balance, loads) = (&m.plan.vars, m.plan.rows.power_balance, m.net.loads.rows());
        for (_, load) in m.loads() {
            for t in 0..m.steps() {
                out.add(balance.at(load.bus, t), -load.p_mw.at(t));
            }
        }
        for (k, picked) in m.plan.sheddable.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(balance.at(loads[picked.0].bus, t), v.shed.at(Id::new(k), t));
            }
        }
        for (k, step) in m.plan.elastic.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(balance.at(loads[step.owner].bus, t), -v.elastic.at(Id::new(k), t));
            }
        }
        for (_, shunt) in m.net.shunts.iter().filter(|(_, s)| s.in_service && m.live(s.bus)) {
            for t in 0..m.steps() {
                out.add(balance.at(shunt.bus, t), -shunt.g_mw);
            }
        }
    }
}
