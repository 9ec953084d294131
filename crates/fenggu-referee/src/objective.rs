//! The objective, recomputed from the raw tariffs.
//!
//! Capital cost of chosen capacities counts once. Every step counts `w = duration · weight_objective` hours. Energy left at the end and penalties of side constraints
//! are not weighted. A committed unit costs nothing while it is off; its starts and stops are counted from its status.

use crate::case::Case;
use crate::commitment::{switched, switching};
use crate::curve::Curve;
use crate::primal::{breach, side_activity};
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::results::Outcome;
use fenggu_net::TableId;

/// The objective and the sum of its parts' sizes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// The objective.
    pub total: f64,
    /// Σ |part|.
    gross: f64,
}

impl Cost {
    /// What relative errors of money are relative to: never below 1.
    pub(crate) fn scale(&self) -> f64 {
        self.gross.max(1.0)
    }
    #[inline]
    fn add(&mut self, part: f64) {
        self.total += part;
        self.gross += part.abs();
    }
}

/// Hours that every step counts. `[step]`
pub(crate) fn hours(case: &Case<'_>) -> Vec<f64> {
    let time = &case.net.time;
    time.duration_h.iter().zip(&time.weight_objective).map(|(h, w)| h * w).collect()
}

/// The cost of the dispatch.
pub(crate) fn recompute(case: &Case<'_>) -> Cost {
    let mut cost = Cost::default();
    each(case, |_, _, part| cost.add(part));
    cost
}

/// Hands on every part of the cost: table and row of the element it arises at, and the part.
pub(crate) fn each(case: &Case<'_>, mut add: impl FnMut(TableId, usize, f64)) {
    let (net, w) = (case.net, hours(case));
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus)) {
        let (curve, _) = Curve::of_generator(g);
        let committed = switched(case, g);
        if committed {
            switching(case, id.index(), |part| add(TableId::Generators, id.index(), part));
        }
        for (t, w) in w.iter().enumerate() {
            if committed && !case.on(id.index(), t) {
                continue;
            }
            let p = case.generator_p.at(id.index(), t);
            let polynomial = g.cost_constant_per_h + (g.cost_linear_per_mwh.at(t) + g.cost_quadratic_per_mw2h.at(t) * p) * p;
            add(TableId::Generators, id.index(), w * (polynomial + curve.at(p)));
        }
    }
    for (id, l) in net.loads.iter().filter(|(_, l)| l.in_service && case.live(l.bus)) {
        let worth = Curve::of_steps(&l.bid, -1.0);
        for (t, w) in w.iter().enumerate() {
            add(TableId::Loads, id.index(), w * l.shed_cost_per_mwh.unwrap_or(0.0) * case.shed.at(id.index(), t));
            add(TableId::Loads, id.index(), w * worth.at(case.elastic_p.at(id.index(), t)));
        }
    }
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let i = id.index();
        for (t, w) in w.iter().enumerate() {
            add(TableId::StorageUnits, i, w * s.charge_cost_per_mwh.at(t) * case.charge.at(i, t));
            let d = case.discharge.at(i, t);
            add(TableId::StorageUnits, i, w * (s.discharge_cost_per_mwh.at(t) + s.discharge_cost_quadratic_per_mw2h.at(t) * d) * d);
            add(TableId::StorageUnits, i, w * s.holding_cost_per_mwh_h.at(t) * case.soc.at(i, t));
            add(TableId::StorageUnits, i, w * s.spill_cost_per_mwh.at(t) * case.spill.at(i, t));
        }
        add(TableId::StorageUnits, i, Curve::of_end_value(&s.end_value).at(case.soc.at(i, case.steps - 1)));
    }
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        for (t, w) in w.iter().enumerate() {
            let p = case.store_p.at(id.index(), t);
            add(TableId::Stores, id.index(), w * (s.cost_linear_per_mwh.at(t) + s.cost_quadratic_per_mw2h.at(t) * p) * p);
            add(TableId::Stores, id.index(), w * s.holding_cost_per_mwh_h.at(t) * case.store_energy.at(id.index(), t));
        }
    }
    for (id, l) in net.links.iter().filter(|(_, l)| case.link_live(l)) {
        for (t, w) in w.iter().enumerate() {
            let p = case.link_p.at(id.index(), t);
            add(TableId::Links, id.index(), w * (l.cost_linear_per_mwh.at(t) + l.cost_quadratic_per_mw2h.at(t) * p) * p);
        }
    }
    for (id, o) in net.reserve_offers.iter() {
        w.iter()
            .enumerate()
            .for_each(|(t, w)| add(TableId::ReserveOffers, id.index(), w * o.cost_per_mwh.at(t) * case.offer_p.at(id.index(), t)));
    }
    for (id, r) in net.reserves.iter() {
        let price = Curve::of_steps(&r.shortage, 1.0);
        w.iter().enumerate().for_each(|(t, w)| add(TableId::Reserves, id.index(), w * price.at(case.shortage.at(id.index(), t))));
    }
    for (id, i) in net.interfaces.iter().filter(|(_, i)| i.in_service) {
        let price = i.violation_cost_per_mwh.unwrap_or(0.0);
        w.iter().enumerate().for_each(|(t, w)| add(TableId::Interfaces, id.index(), w * price * case.violation.at(id.index(), t)));
    }
    for (id, b) in net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
        let of = |price: &Option<fenggu_net::Profile>, t: usize| price.as_ref().map_or(0.0, |p| p.at(t));
        for (t, w) in w.iter().enumerate() {
            add(TableId::Branches, id.index(), w * of(&b.violation_cost_per_mwh, t) * case.flow_over.at(id.index(), t));
            add(TableId::Branches, id.index(), w * of(&b.emergency_violation_cost_per_mwh, t) * case.emergency_over.at(id.index(), t));
        }
    }
    for (q, rows) in &case.choices {
        rows.iter().for_each(|c| add(q.spec().table, c.row, c.capital * case.capacity(*q, c.row)));
    }
    for (i, (side, (sum, _))) in net.side_constraints.rows().iter().zip(side_activity(case)).enumerate() {
        add(TableId::SideConstraints, i, side.penalty.unwrap_or(0.0) * breach(side.sense, sum, side.rhs).max(0.0));
    }
}

/// `objective/reported` and `objective/bound`.
pub(crate) fn compare(case: &Case<'_>, cost: &Cost, book: &mut Book) {
    let (told, tol) = (case.results.objective, case.options.gap_relative * cost.scale());
    if told.is_nan() {
        book.skip("objective/reported", "currency", "the result reports no objective");
    } else {
        let mut reported = Tally::whole("objective/reported", "currency");
        reported.add((told - cost.total).abs(), tol, 0, WHOLE);
        book.enter(reported);
    }
    if !case.results.bound.is_nan() {
        let mut bound = Tally::whole("objective/bound", "currency");
        // A lower bound lies below every cost; the bound of an optimum lies at it, but for the gap that a commitment is ended at.
        let gap = cost.total - case.results.bound;
        let meets = case.results.outcome == Outcome::Optimal && !case.committed();
        bound.add(if meets { gap.abs() } else { (-gap).max(0.0) }, tol, 0, WHOLE);
        book.enter(bound);
    }
}
