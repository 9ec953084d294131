//! What coupling rows take in and do not pay out, and what those who are no generators would have done better.

use super::Prices;
use crate::physics::DcNetwork;
use fenggu_net::*;
use Quantity as Q;

/// Mean price over buses and steps, weighted by demand; plain where there is none.
pub(super) fn mean_price(net: &Network, prices: &Prices) -> f64 {
    let steps = net.steps();
    let mut sums = [0.0; 4];
    for (id, _) in net.buses.iter().filter(|(_, b)| b.in_service()) {
        for t in 0..steps {
            sums[2] += Prices::at(&prices.bus, id.index() * steps + t);
            sums[3] += 1.0;
        }
    }
    for l in net.loads.rows().iter().filter(|l| l.in_service && net.buses[l.bus].in_service()) {
        for t in 0..steps {
            let weight = l.p_mw.at(t).max(0.0) * net.time.objective_h(t);
            sums[0] += weight * Prices::at(&prices.bus, l.bus.index() * steps + t);
            sums[1] += weight;
        }
    }
    if sums[1] > 0.0 {
        sums[0] / sums[1]
    } else {
        sums[2] / sums[3]
    }
}

/// Multiplier times slack of the answer over reserve requirements, flow limits, angle limits and interfaces, ≥ 0.
pub(super) fn shortfall(net: &Network, prices: &Prices, answer: &Results) -> f64 {
    let steps = net.steps();
    let w = |t: usize| net.time.objective_h(t);
    let mut sum = 0.0;
    for (id, r) in net.reserves.iter() {
        let held: Vec<usize> = net.reserve_offers.iter().filter(|(_, o)| o.reserve == id).map(|(o, _)| o.index()).collect();
        for t in 0..steps {
            let price = Prices::at(&prices.reserve, id.index() * steps + t).max(0.0);
            let short = finite(answer.at(Q::ReserveShortage, id.index(), t));
            let given: f64 = held.iter().map(|o| answer.at(Q::ReserveOfferP, *o, t)).sum();
            sum += w(t) * price * (given + short - r.requirement_mw.at(t));
            // Falling short, at a price: what it costs less what it saves, beyond the cheapest choice.
            sum += w(t) * (steps_cost(&r.shortage, short) - price * short - cheapest(&r.shortage, price));
        }
    }
    if prices.branch.iter().chain(&prices.angle).any(|v| *v != 0.0) || answer.column(Q::BranchViolation).is_some() {
        let dc = DcNetwork::new(net);
        for l in 0..net.branches.len() {
            let slope = net.base_mva * dc.susceptance[l];
            let b = &net.branches.rows()[l];
            for t in 0..steps {
                let ([mut low, mut high], _) = dc.flow_limits_mw(net, l, t);
                if let Some(cost) = &b.violation_cost_per_mwh {
                    // A rating that may be exceeded at a price: the excess is paid for.
                    (low, high) = (low.max(-b.rating_mw(t)), high.min(b.rating_mw(t)));
                    sum += w(t) * cost.at(t) * finite(answer.at(Q::BranchViolation, l, t));
                }
                let angle = if slope == 0.0 { 0.0 } else { Prices::at(&prices.angle, l * steps + t) / slope };
                let price = Prices::at(&prices.branch, l * steps + t) + angle;
                sum += w(t) * row(price, low, high, answer.at(Q::BranchFlow, l, t));
            }
        }
    }
    for (id, i) in net.interfaces.iter().filter(|(_, i)| i.in_service) {
        for t in 0..steps {
            let (price, flow) = (Prices::at(&prices.interface, id.index() * steps + t), answer.at(Q::InterfaceFlow, id.index(), t));
            let beyond = finite(answer.at(Q::InterfaceViolation, id.index(), t));
            sum += w(t) * (row(price, i.p_min_mw.at(t), i.p_max_mw.at(t), flow) + i.violation_cost_per_mwh.unwrap_or(0.0) * beyond);
        }
    }
    sum
}

/// Lost opportunity of loads that may be shed or bid; of storage, stores and links, whose best at these prices is in `best`.
pub(super) fn others(net: &Network, prices: &Prices, answer: &Results, best: Option<&Results>) -> f64 {
    let steps = net.steps();
    let mut sum = 0.0;
    for (id, l) in net.loads.iter().filter(|(_, l)| l.in_service && net.buses[l.bus].in_service()) {
        for t in 0..steps {
            let (w, price) = (net.time.objective_h(t), Prices::at(&prices.bus, l.bus.index() * steps + t));
            if let Some(cost) = l.shed_cost_per_mwh {
                let shed = finite(answer.at(Q::LoadShed, id.index(), t));
                sum += w * ((cost - price) * shed - (cost - price).min(0.0) * l.p_mw.at(t).max(0.0));
            }
            if !l.bid.is_empty() {
                let taken = finite(answer.at(Q::LoadElastic, id.index(), t));
                let most: f64 = l.bid.iter().map(|s| (s[1] - price).max(0.0) * s[0]).sum();
                sum += w * (most - (steps_cost(&l.bid, taken) - price * taken));
            }
        }
    }
    match best {
        Some(best) => sum + movable(net, prices, best) - movable(net, prices, answer),
        None => sum,
    }
}

/// Profit of storage units, stores and links at given prices.
fn movable(net: &Network, prices: &Prices, r: &Results) -> f64 {
    let steps = net.steps();
    let at = |bus: BusId, t: usize| Prices::at(&prices.bus, bus.index() * steps + t);
    let mut sum = 0.0;
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && net.buses[s.bus].in_service()) {
        let get = |q: Q, t: usize| finite(r.at(q, id.index(), t));
        for t in 0..steps {
            let (charge, discharge) = (get(Q::StorageCharge, t), get(Q::StorageDischarge, t));
            let cost = s.charge_cost_per_mwh.at(t) * charge
                + s.discharge_cost_per_mwh.at(t) * discharge
                + s.holding_cost_per_mwh_h.at(t) * get(Q::StorageSoc, t)
                + s.spill_cost_per_mwh.at(t) * get(Q::StorageSpill, t);
            sum += net.time.objective_h(t) * (at(s.bus, t) * (discharge - charge) - cost);
        }
        sum += steps_cost(&s.end_value, get(Q::StorageSoc, steps - 1));
    }
    for (id, o) in net.reserve_offers.iter().filter(|(_, o)| o.storage_unit.is_some()) {
        for t in 0..steps {
            let price = Prices::at(&prices.reserve, o.reserve.index() * steps + t) - o.cost_per_mwh.at(t);
            sum += net.time.objective_h(t) * price * finite(r.at(Q::ReserveOfferP, id.index(), t));
        }
    }
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service && net.buses[s.bus].in_service()) {
        for t in 0..steps {
            let p = finite(r.at(Q::StoreP, id.index(), t));
            let cost = s.cost_linear_per_mwh.at(t) * p + s.holding_cost_per_mwh_h.at(t) * finite(r.at(Q::StoreEnergy, id.index(), t));
            sum += net.time.objective_h(t) * (at(s.bus, t) * p - cost);
        }
    }
    for (id, l) in net.links.iter().filter(|(_, l)| l.in_service) {
        for t in 0..steps {
            let p = finite(r.at(Q::LinkP, id.index(), t));
            let ends = net.link_ends.rows().iter().filter(|e| e.link == id).map(|e| at(e.bus, t) * e.efficiency.at(t)).sum::<f64>();
            let earned = at(l.bus_to, t) * l.efficiency.at(t) + ends - at(l.bus_from, t) - l.cost_linear_per_mwh.at(t);
            sum += net.time.objective_h(t) * earned * p;
        }
    }
    sum
}

/// Price times room of a row between its limits: nothing at the limit that the price's sign means.
fn row(price: f64, low: f64, high: f64, activity: f64) -> f64 {
    match price {
        p if p > 0.0 && high.is_finite() => p * (high - activity),
        p if p < 0.0 && low.is_finite() => p * (low - activity),
        _ => 0.0,
    }
}

/// Value of a quantity taken step by step of [width, price].
fn steps_cost(steps: &[[f64; 2]], quantity: f64) -> f64 {
    let mut left = quantity;
    let mut sum = 0.0;
    for s in steps {
        let q = left.min(s[0]).max(0.0);
        sum += q * s[1];
        left -= q;
    }
    sum
}

/// Least of Σ (price of step − price)·width over steps that may be taken.
fn cheapest(steps: &[[f64; 2]], price: f64) -> f64 {
    steps.iter().filter(|s| s[1] < price - 1e-9 * (1.0 + price.abs()) && s[0].is_finite()).map(|s| (s[1] - price) * s[0]).sum()
}

fn finite(v: f64) -> f64 {
    if v.is_finite() {
        v
    } else {
        0.0
    }
}
