#![doc = include_str!("requirement.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per reserve and step.
pub struct Requirement;

impl Constraint for Requirement {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows) = (&m.plan.vars, m.plan.rows.requirement);
        for (r, reserve) in m.net.reserves.iter() {
            for t in 0..m.steps() {
                out.bounds(rows.at(r, t), reserve.requirement_mw.at(t), f64::INFINITY);
            }
        }
        for (o, offer) in m.net.reserve_offers.iter() {
            for t in 0..m.steps() {
                out.add(rows.at(offer.reserve, t), v.reserve.at(o, t));
            }
        }
        for (k, step) in m.plan.shortage.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(rows.at(Id::new(step.owner), t), v.shortage.at(Id::new(k), t));
            }
        }
    }
}
