#![doc = include_str!("side_constraint.md")]

use super::global_limit::sense_bounds;
use crate::formulate::frame::{Col, Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Id, Quantity};

/// One row per side constraint.
pub struct SideConstraint;

/// Columns whose sum is the quantity of an element in a step.
fn columns(m: &DispatchModel<'_>, quantity: Quantity, row: usize, t: usize, each: &mut dyn FnMut(Col)) {
    let (v, p) = (&m.plan.vars, m.plan);
    match quantity {
        Quantity::GeneratorP => each(v.p.at(Id::new(row), t)),
        Quantity::BranchFlow => each(v.flow.at(Id::new(row), t)),
        Quantity::LinkP => each(v.link_p.at(Id::new(row), t)),
        Quantity::StorageCharge => each(v.charge.at(Id::new(row), t)),
        Quantity::StorageDischarge => each(v.discharge.at(Id::new(row), t)),
        Quantity::StorageSoc => each(v.soc.at(Id::new(row), t)),
        Quantity::StorageSpill => each(v.spill.at(Id::new(row), t)),
        Quantity::StoreP => each(v.store_p.at(Id::new(row), t)),
        Quantity::StoreEnergy => each(v.store_energy.at(Id::new(row), t)),
        Quantity::ReserveOfferP => each(v.reserve.at(Id::new(row), t)),
        Quantity::LoadShed => p.sheddable.iter().position(|x| x.0 == row).into_iter().for_each(|k| each(v.shed.at(Id::new(k), t))),
        Quantity::LoadElastic => {
            let of_load = p.elastic.iter().enumerate().filter(|(_, s)| s.owner == row);
            of_load.for_each(|(k, _)| each(v.elastic.at(Id::new(k), t)))
        }
        // `check` lets no other quantity through.
        _ => {}
    }
}

impl Constraint for SideConstraint {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let rows = m.plan.rows.side;
        for (i, side) in m.net.side_constraints.iter() {
            let (lo, hi) = sense_bounds(side.sense, side.rhs);
            out.bounds(rows.at(i, 0), lo, hi);
        }
        for (term, &(quantity, element)) in m.net.side_terms.rows().iter().zip(&m.plan.side_targets) {
            let row = rows.at(term.constraint, 0);
            let steps = if term.step < 0 { 0..m.steps() } else { term.step as usize..term.step as usize + 1 };
            for t in steps {
                columns(m, quantity, element, t, &mut |col| out.term(row, col, term.coefficient));
            }
        }
        for (k, soft) in m.plan.soft_sides.iter().enumerate() {
            let v = &m.plan.vars;
            out.add(rows.at(Id::new(soft.0), 0), 1.0 * v.side_under.at(Id::new(k), 0) - v.side_over.at(Id::new(k), 0));
        }
    }
}
