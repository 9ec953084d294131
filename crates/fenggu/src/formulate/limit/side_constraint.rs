#![doc = include_str!("side_constraint.md")]

use super::global_limit::sense_bounds;
use crate::formulate::frame::{Col, Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::results::Shape;
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
        Quantity::GeneratorPNomOpt => m.generator_nom(Id::new(row)).into_iter().for_each(each),
        Quantity::StoragePNomOpt => m.storage_nom(Id::new(row)).into_iter().for_each(each),
        Quantity::StoreENomOpt => m.store_nom(Id::new(row)).into_iter().for_each(each),
        Quantity::LinkPNomOpt => m.link_nom(Id::new(row)).into_iter().for_each(each),
        Quantity::BranchSNomOpt => m.branch_nom(Id::new(row)).into_iter().for_each(each),
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
            // A capacity has no steps: it counts once.
            let whole = quantity.spec().shape == Shape::Static;
            let steps = if whole {
                0..1
            } else if term.step < 0 {
                0..m.steps()
            } else {
                term.step as usize..term.step as usize + 1
            };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{LimitSense, Network, TableId};

    fn own() -> Network {
        let mut net = study(2, 1.0);
        let a = bus(&mut net, "A");
        generator(&mut net, "W1", a, 100.0, 0.0);
        generator(&mut net, "G1", a, 100.0, 10.0);
        let l = load(&mut net, "L1", a, 10.0);
        net.loads[l].bid = vec![[10.0, 90.0], [10.0, 50.0]];
        let share = [("generators", "W1", "p_mw", -1, 1.0), ("generators", "G1", "p_mw", -1, -0.3)];
        let s = side(&mut net, "share", LimitSense::AtLeast, 0.0, &share);
        net.side_constraints[s].penalty = Some(7.0);
        side(&mut net, "late", LimitSense::Equal, 40.0, &[("generators", "G1", "p_mw", 1, 1.0)]);
        side(&mut net, "bid", LimitSense::AtMost, 15.0, &[("loads", "L1", "elastic_mw", 0, 1.0)]);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&SideConstraint, &own(), FlowForm::Angle), card_rows(include_str!("side_constraint.md")));
    }

    #[test]
    fn the_sum_a_user_would_reckon_decides() {
        let net = own();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        // G1: 60 then 40, so wind owes 30; it makes 12 and 15, 3 too few.
        for (name, mw) in [("G1", [60.0, 40.0]), ("W1", [12.0, 15.0])] {
            let g = net.generators.find(name).unwrap();
            (0..2).for_each(|t| x.set(v.p.at(g, t), mw[t]));
        }
        assert!((residual(&SideConstraint, &net, &x) - 3.0).abs() < 1e-9);
        x.set(v.side_under.at(Id::new(0), 0), 3.0);
        assert!(residual(&SideConstraint, &net, &x) < 1e-9);
        x.set(v.elastic.at(Id::new(0), 0), 10.0);
        x.set(v.elastic.at(Id::new(1), 0), 9.0);
        assert!((residual(&SideConstraint, &net, &x) - 4.0).abs() < 1e-9, "19 MW of at most 15");
    }

    /// Every quantity that `check` lets through has a column: a term that vanished in silence would be a wrong answer.
    #[test]
    fn every_quantity_that_may_be_named_reaches_the_row() {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        generator(&mut net, "G1", a, 100.0, 10.0);
        let g = generator(&mut net, "G2", a, 100.0, 10.0);
        let l = load(&mut net, "L1", b, 10.0);
        (net.loads[l].bid, net.loads[l].shed_cost_per_mwh) = (vec![[10.0, 90.0]], Some(1000.0));
        line(&mut net, "AB", a, b, 0.1, 100.0);
        link(&mut net, "X", a, b, 10.0, 1.0);
        storage(&mut net, "S1", a, 10.0, 20.0);
        net.stores.push(fenggu_net::Store { name: "H1".into(), bus: a, ..Default::default() });
        let r = reserve(&mut net, "R1", fenggu_net::ReserveDirection::Up, 0.0);
        offer_of_generator(&mut net, "O1", r, g, 10.0);
        net.generators.rows_mut()[0].p_nom_extendable = true;
        net.branches.rows_mut()[0].s_nom_extendable = true;
        net.links.rows_mut()[0].p_nom_extendable = true;
        net.storage_units.rows_mut()[0].p_nom_extendable = true;
        net.stores.rows_mut()[0].e_nom_extendable = true;
        let component = |table| match table {
            TableId::Generators => "G1",
            TableId::Branches => "AB",
            TableId::Links => "X",
            TableId::Loads => "L1",
            TableId::StorageUnits => "S1",
            TableId::Stores => "H1",
            _ => "O1",
        };
        for q in fenggu_net::check::structure::SIDE_QUANTITIES {
            let s = q.spec();
            let name = format!("c{}", net.side_constraints.len());
            side(&mut net, &name, LimitSense::AtMost, 1.0, &[(s.table.word(), component(s.table), s.field, 0, 2.0)]);
        }
        let rows = print_rows(&SideConstraint, &net, FlowForm::Angle);
        assert_eq!(rows.lines().filter(|l| l.contains(": + 2 ")).count(), net.side_constraints.len(), "{rows}");
    }
}
