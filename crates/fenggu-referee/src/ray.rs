//! Whether multipliers prove that a network has no dispatch.
//!
//! Costs set to zero, every feasible dispatch costs nothing, and the bound of the prices ([`crate::dual`]) is a lower bound on
//! that nothing, whatever the multipliers are. So a bound above zero proves that there is no feasible dispatch: weighted by the
//! multipliers, the balances and limits need more than all elements together, each at its best within its own limits, can
//! give. (Farkas' lemma, in the network's own terms; Boyd and Vandenberghe (2004), section 5.8.)
//!
//! Nothing is taken on trust: values and multipliers that do not exist are zeros, a multiplier on a limit that is absent is
//! none, and what rounding may have added is subtracted. A variable without a limit must have no weight; what rounding
//! leaves of one is multiplied by [`RADIUS`] (angles across a branch without any limit: [`RADIUS_RAD`]). The proof is of every
//! dispatch within these radii.

use crate::case::{Case, Claim};
use crate::dual;
use crate::tally::{Book, Tally, WHOLE};
use crate::RefereeOptions;
use fenggu_net::results::OutagePrice;
use fenggu_net::{Network, Profile, Quantity as Q, Results, TableId};

/// Power or energy that no element without limits exceeds, MW or MWh.
pub(crate) const RADIUS: f64 = 1e6;
/// Angle difference that no branch without limits exceeds, rad.
pub(crate) const RADIUS_RAD: f64 = 1e3;

/// The quantities that are multipliers. Dispatched values have no place in a proof.
const MULTIPLIERS: &[Q] = &[
    Q::BusPrice,
    Q::BranchLimitPrice,
    Q::BranchAnglePrice,
    Q::GeneratorRampPrice,
    Q::GeneratorEnergySumPrice,
    Q::GeneratorHeadroomPrice,
    Q::GeneratorFootroomPrice,
    Q::StorageWaterValue,
    Q::StorageCyclePrice,
    Q::StorageHeadroomPrice,
    Q::StorageFootroomPrice,
    Q::StorageEnergyUpPrice,
    Q::StorageEnergyDownPrice,
    Q::StoreWaterValue,
    Q::ReservePrice,
    Q::InterfacePrice,
    Q::LinkRampPrice,
    Q::GlobalLimitPrice,
    Q::SidePrice,
];

/// What the multipliers show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// Need less what can be given, in MW at the bus with the largest multiplier.
    pub excess: f64,
    /// What rounding may have added to it.
    pub rounding: f64,
    /// An element whose own limits exclude each other: a proof without multipliers.
    pub crossed: Option<(TableId, usize, usize)>,
}

/// `infeasible/ray`: rounding against excess. Returns the excess.
pub(crate) fn run(net: &Network, ray: &Results, options: &RefereeOptions, book: &mut Book) -> f64 {
    let free = without_costs(net);
    let clean = multipliers(&free, ray);
    let Some(case) = Case::new(&free, &clean, options, Claim::Ray, book) else { return f64::NAN };
    let found = dual::ray(&case);
    if let Some((table, row, t)) = found.crossed {
        let mut test = Tally::new("infeasible/crossed_limits", "of them", table);
        test.add(0.0, 1.0, row, t);
        book.enter(test);
        return f64::INFINITY;
    }
    let mut test = Tally::whole("infeasible/ray", "of the excess may be rounding");
    let proven = found.excess > 0.0 && found.excess.is_finite();
    test.add(if proven { found.rounding / found.excess } else { f64::NAN }, 0.5, 0, WHOLE);
    test.note(format!("excess {:.6e} MW at the largest multiplier, rounding at most {:.1e}", found.excess, found.rounding));
    book.enter(test);
    found.excess
}

/// The ray's multipliers alone: finite, the largest bus price 1, none on the absent limit of a branch.
fn multipliers(net: &Network, ray: &Results) -> Results {
    let largest = |q: Q| ray.column(q).unwrap_or(&[]).iter().filter(|v| v.is_finite()).fold(0.0f64, |m, v| m.max(v.abs()));
    let mut scale = largest(Q::BusPrice);
    if scale == 0.0 {
        scale = MULTIPLIERS.iter().map(|&q| largest(q)).fold(0.0, f64::max);
    }
    let one = |v: f64| if v.is_finite() && scale > 0.0 { v / scale } else { 0.0 };
    let mut clean = Results::new(ray.outcome, ray.steps);
    for &q in MULTIPLIERS {
        let Some(values) = ray.column(q) else { continue };
        clean.set(q, values.iter().map(|&v| one(v)).collect());
    }
    let after = ray.outage_prices.iter().map(|p| OutagePrice { price_per_mwh: one(p.price_per_mwh), ..*p });
    clean.outage_prices = after.filter(|p| p.price_per_mwh != 0.0).collect();
    let steps = ray.steps.max(1);
    for q in [Q::BranchLimitPrice, Q::BranchAnglePrice] {
        let Some(values) = clean.column_mut(q) else { continue };
        for (branch, values) in net.branches.rows().iter().zip(values.chunks_mut(steps)) {
            let absent = |v: f64| match (q, v > 0.0) {
                (Q::BranchLimitPrice, _) => crate::capacity::rating(branch, branch.s_nom_max_mva, 0) == f64::INFINITY,
                (_, true) => branch.angle_max_deg == f64::INFINITY,
                (_, false) => branch.angle_min_deg == f64::NEG_INFINITY,
            };
            values.iter_mut().filter(|v| absent(**v)).for_each(|v| *v = 0.0);
        }
    }
    clean
}

/// The network with nothing that costs or earns; what may be shed, bid, offered or broken stays.
fn without_costs(net: &Network) -> Network {
    let (mut net, free) = (net.clone(), || Profile::Const(0.0));
    let unpaid = |steps: &mut Vec<[f64; 2]>| steps.iter_mut().for_each(|s| s[1] = 0.0);
    for g in net.generators.rows_mut() {
        (g.cost_constant_per_h, g.shut_down_cost, g.capital_cost_per_mw) = (0.0, 0.0, 0.0);
        (g.cost_linear_per_mwh, g.cost_quadratic_per_mw2h) = (free(), free());
        g.cost_points.clear();
        g.reactive_cost.clear();
        g.start_up_cost.clear();
        unpaid(&mut g.offer);
    }
    for l in net.loads.rows_mut() {
        l.shed_cost_per_mwh = l.shed_cost_per_mwh.map(|_| 0.0);
        unpaid(&mut l.bid);
    }
    for s in net.storage_units.rows_mut() {
        (s.spill_cost_per_mwh, s.holding_cost_per_mwh_h) = (free(), free());
        (s.discharge_cost_per_mwh, s.charge_cost_per_mwh) = (free(), free());
        (s.discharge_cost_quadratic_per_mw2h, s.capital_cost_per_mw) = (free(), 0.0);
        s.end_value.clear();
    }
    for s in net.stores.rows_mut() {
        (s.cost_linear_per_mwh, s.cost_quadratic_per_mw2h) = (free(), free());
        (s.holding_cost_per_mwh_h, s.capital_cost_per_mwh) = (free(), 0.0);
    }
    for b in net.branches.rows_mut() {
        b.capital_cost_per_mva = 0.0;
        b.violation_cost_per_mwh = b.violation_cost_per_mwh.as_ref().map(|_| free());
        b.emergency_violation_cost_per_mwh = b.emergency_violation_cost_per_mwh.as_ref().map(|_| free());
    }
    for l in net.links.rows_mut() {
        (l.cost_linear_per_mwh, l.cost_quadratic_per_mw2h, l.capital_cost_per_mw) = (free(), free(), 0.0);
    }
    net.reserves.rows_mut().iter_mut().for_each(|r| unpaid(&mut r.shortage));
    net.reserve_offers.rows_mut().iter_mut().for_each(|o| o.cost_per_mwh = free());
    net.interfaces.rows_mut().iter_mut().for_each(|i| i.violation_cost_per_mwh = i.violation_cost_per_mwh.map(|_| 0.0));
    net.side_constraints.rows_mut().iter_mut().for_each(|s| s.penalty = s.penalty.map(|_| 0.0));
    net
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenggu_net::schema::Value;

    /// A price that is passed over makes a proof weaker; and a value that is taken in might make a false one.
    #[test]
    fn every_price_is_a_multiplier() {
        let parts = [Q::BusPriceEnergy, Q::BusPriceCongestion, Q::BusPriceMin, Q::BusPriceMax];
        // Multipliers of a commitment's bound belong to another proof.
        let parts = [&parts[..], &[Q::BusBoundPrice, Q::BranchBoundPrice, Q::ReserveBoundPrice]].concat();
        // And those of a pricing run are no duals of the dispatch.
        let parts = [&parts[..], &[Q::BusExtendedPrice, Q::BranchExtendedPrice, Q::ReserveExtendedPrice]].concat();
        for &q in Q::ALL {
            let price = ["price", "water_value"].iter().any(|w| q.spec().field.contains(w)) && !parts.contains(&q);
            assert_eq!(MULTIPLIERS.contains(&q), price, "{q:?}");
        }
    }

    /// A cost that stays would turn a bound on the cost into a false proof: so a new field of money must be named here.
    #[test]
    fn no_field_of_money_is_left() {
        let money = |name: &str| ["cost", "penalty", "price", "offer", "bid", "shortage", "end_value"].iter().any(|w| name.contains(w));
        let mut net = Network::default();
        let mut seen = Vec::new();
        for &id in TableId::ALL {
            let table = net.table_mut(id);
            table.push_named("x".to_string());
            for (k, field) in table.fields().iter().enumerate().filter(|(_, f)| money(f.name)) {
                let paid = [Value::Number(7.0), Value::Profile(Profile::Const(7.0)), Value::Pairs(vec![[7.0, 7.0]])];
                let set = paid.into_iter().any(|v| table.set_value(0, k, v).is_ok());
                assert!(set, "{}.{}: a new kind of cost", id.word(), field.name);
                seen.push((id, k, field.name));
            }
        }
        assert!(seen.len() >= 18, "{seen:?}");
        let net = without_costs(&net);
        for (id, k, name) in seen {
            let left = match net.table(id).value(0, k) {
                Value::Number(v) => v,
                Value::Profile(p) => p.at(0),
                Value::Pairs(p) => p.iter().map(|s| s[1].abs()).sum(),
                other => panic!("{}.{name}: {other:?}", id.word()),
            };
            assert_eq!(left, 0.0, "{}.{name} still costs", id.word());
        }
    }
}
