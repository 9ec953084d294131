//! What generators, loads, links and reserve offers would rather do at the prices.

use super::response::{Response, Room};
use super::{price, Court};
use crate::capacity::{of_generator, of_generator_ramp, of_link, of_link_ramp, set_at, Limits};
use crate::curve::Curve;
use crate::primal::{output_before, GeneratorHeld};
use crate::tally::Tally;
use fenggu_net::{Quantity, ReserveDirection, TableId};

/// `prices/generator_best_response` and `prices/generator_capacity`.
pub(super) fn generators(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, q) = (court.case, court.case.net, Quantity::GeneratorPNomOpt);
    let ramp = price(case, Quantity::GeneratorRampPrice);
    let (head, foot) = (price(case, Quantity::GeneratorHeadroomPrice), price(case, Quantity::GeneratorFootroomPrice));
    let extra = court.extra.remove(&Quantity::GeneratorP);
    let mut test = Tally::new("prices/generator_best_response", "currency", TableId::Generators);
    let mut capacity = Tally::new("prices/generator_capacity", "currency", TableId::Generators);
    let held = GeneratorHeld::new(case);
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus)) {
        let (i, bus) = (id.index(), g.bus.index());
        let (curve, reach) = Curve::of_generator(g);
        let into_first = output_before(g).is_some();
        let (choice, chosen) = (case.choice(q, i), case.capacity(q, i));
        let mut all = Room::default();
        let mut room = choice.is_some().then_some(&mut all);
        for t in 0..case.steps {
            let (w, p) = (court.w[t], case.generator_p.at(i, t));
            let into = if t > 0 || into_first { ramp.at(i, t) } else { 0.0 };
            let next = if t + 1 < case.steps { ramp.at(i, t + 1) } else { 0.0 };
            let (lambda, h, f) = (g.sign * court.bus.at(bus, t), head.at(i, t), foot.at(i, t));
            let (linear, square) = (g.cost_linear_per_mwh.at(t), g.cost_quadratic_per_mw2h.at(t));
            let added = extra.as_ref().map_or(0.0, |e| e[i * case.steps + t]);
            let sizes = lambda.abs() + h.abs() + f.abs() + linear.abs() + (2.0 * square * p).abs() + curve.slope_at(p).abs();
            let limits = of_generator(g, t);
            let within = Limits { hi: limits.hi.min(reach), ..limits }.held(set_at(&g.p_set_mw, t));
            let unit = Response {
                curve: Some(&curve),
                weight: w,
                linear: w * (linear - lambda + h - f) + into - next + added,
                square: w * square,
                size: w * sizes.max(1.0) + into.abs() + next.abs() + added.abs(),
                ..Response::linear(0.0, 0.0, within)
            };
            court.bound += w * g.cost_constant_per_h;
            court.respond(&mut test, p, unit, chosen, (i, t), &mut room);
            if let Some(room) = &mut room {
                price_ramp(room, into, &of_generator_ramp(g, net.time.duration_h[t], t));
                if held.offers(0, i) {
                    room.above(w * h, &limits);
                }
                if held.offers(1, i) {
                    room.below(w * f, &limits);
                }
            }
        }
        if let Some(choice) = choice {
            court.choose(&mut capacity, &choice, chosen, court.charged(q, i), &all);
        }
    }
    made.push(test);
    made.push(capacity);
}

/// A ramp's price: positive for the upward limit, negative for the downward.
fn price_ramp(room: &mut Room<'_>, price: f64, change: &Limits) {
    if price > 0.0 {
        room.above(price, change);
    } else {
        room.below(-price, change);
    }
}

/// `prices/load_best_response`: shed and elastic demand; firm demand and shunts pay the price.
pub(super) fn loads(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps) = (court.case, court.case.net, court.case.steps);
    let (shed_extra, elastic_extra) = (court.extra.remove(&Quantity::LoadShed), court.extra.remove(&Quantity::LoadElastic));
    let mut test = Tally::new("prices/load_best_response", "currency", TableId::Loads);
    for (id, l) in net.loads.iter().filter(|(_, l)| l.in_service && case.live(l.bus)) {
        let (i, bus) = (id.index(), l.bus.index());
        let worth = Curve::of_steps(&l.bid, -1.0);
        let most: f64 = l.bid.iter().map(|s| s[0]).sum();
        for t in 0..steps {
            let (w, lambda, demand) = (court.w[t], court.bus.at(bus, t), l.p_mw.at(t));
            court.bound += w * lambda * demand;
            if let Some(cost) = l.shed_cost_per_mwh {
                let added = shed_extra.as_ref().map_or(0.0, |e| e[i * steps + t]);
                let size = w * (cost.abs() + lambda.abs()).max(1.0) + added.abs();
                court.linear(&mut test, case.shed.at(i, t), w * (cost - lambda) + added, size, (0.0, demand.max(0.0)), (i, t));
            }
            if !l.bid.is_empty() {
                let (e, added) = (case.elastic_p.at(i, t), elastic_extra.as_ref().map_or(0.0, |e| e[i * steps + t]));
                let size = w * (lambda.abs() + worth.slope_at(e).abs()).max(1.0) + added.abs();
                let limits = Limits::absolute(0.0, most);
                let bid = Response { curve: Some(&worth), weight: w, ..Response::linear(w * lambda + added, size, limits) };
                court.respond(&mut test, e, bid, f64::NAN, (i, t), &mut None);
            }
        }
    }
    for (_, s) in net.shunts.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        (0..steps).for_each(|t| court.bound += court.w[t] * court.bus.at(s.bus.index(), t) * s.g_mw);
    }
    made.push(test);
}

/// `prices/link_best_response` and `prices/link_capacity`.
pub(super) fn links(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps) = (court.case, court.case.net, court.case.steps);
    if net.links.is_empty() {
        return;
    }
    let q = Quantity::LinkPNomOpt;
    let ramp = price(case, Quantity::LinkRampPrice);
    let extra = court.extra.remove(&Quantity::LinkP);
    let mut test = Tally::new("prices/link_best_response", "currency", TableId::Links);
    let mut capacity = Tally::new("prices/link_capacity", "currency", TableId::Links);
    // What further ends earn per MW drawn, and its size. `[link × step]`
    let mut ends = vec![(0.0, 0.0); if net.link_ends.is_empty() { 0 } else { net.links.len() * steps }];
    for (_, e) in net.link_ends.iter().filter(|(_, e)| case.live(e.bus)) {
        for t in 0..steps {
            let earned = e.efficiency.at(t) * court.bus.at(e.bus.index(), t);
            let (sum, size) = &mut ends[e.link.index() * steps + t];
            *sum += earned;
            *size += earned.abs();
        }
    }
    for (id, l) in net.links.iter().filter(|(_, l)| case.link_live(l)) {
        let i = id.index();
        let (choice, chosen) = (case.choice(q, i), case.capacity(q, i));
        let mut all = Room::default();
        let mut room = choice.is_some().then_some(&mut all);
        for t in 0..steps {
            let (w, p) = (court.w[t], case.link_p.at(i, t));
            let into = if t > 0 { ramp.at(i, t) } else { 0.0 };
            let next = if t + 1 < steps { ramp.at(i, t + 1) } else { 0.0 };
            let (pays, earns) = (court.bus.at(l.bus_from.index(), t), court.bus.at(l.bus_to.index(), t));
            let (further, further_size) = ends.get(i * steps + t).copied().unwrap_or_default();
            let (linear, square) = (l.cost_linear_per_mwh.at(t), l.cost_quadratic_per_mw2h.at(t));
            let added = extra.as_ref().map_or(0.0, |e| e[i * steps + t]);
            let delivered = l.efficiency.at(t) * earns;
            let sizes = pays.abs() + delivered.abs() + further_size + linear.abs() + (2.0 * square * p).abs();
            let size = w * sizes.max(1.0) + into.abs() + next.abs() + added.abs();
            let coefficient = w * (linear + pays - delivered - further) + into - next + added;
            let within = of_link(l, t).held(set_at(&l.p_set_mw, t));
            let unit = Response { square: w * square, ..Response::linear(coefficient, size, within) };
            court.bound += w * earns * l.loss_constant_mw;
            court.respond(&mut test, p, unit, chosen, (i, t), &mut room);
            if let Some(room) = &mut room {
                price_ramp(room, into, &of_link_ramp(l, net.time.duration_h[t], t));
            }
        }
        if let Some(choice) = choice {
            court.choose(&mut capacity, &choice, chosen, court.charged(q, i), &all);
        }
    }
    made.push(test);
    made.push(capacity);
}

/// `prices/reserve_best_response`: offers and shortages.
pub(super) fn reserves(court: &mut Court<'_, '_>, made: &mut Vec<Tally>) {
    let (case, net, steps) = (court.case, court.case.net, court.case.steps);
    if net.reserves.is_empty() {
        return;
    }
    let reserve = price(case, Quantity::ReservePrice);
    let generator_room = [price(case, Quantity::GeneratorHeadroomPrice), price(case, Quantity::GeneratorFootroomPrice)];
    let storage_room = [price(case, Quantity::StorageHeadroomPrice), price(case, Quantity::StorageFootroomPrice)];
    let storage_energy = [price(case, Quantity::StorageEnergyUpPrice), price(case, Quantity::StorageEnergyDownPrice)];
    let extra = court.extra.remove(&Quantity::ReserveOfferP);
    let mut test = Tally::new("prices/reserve_best_response", "currency", TableId::ReserveOffers);
    for (id, o) in net.reserve_offers.iter().filter(|(_, o)| case.offer_live(o)) {
        let (i, r) = (id.index(), o.reserve.index());
        let way = usize::from(net.reserves[o.reserve].direction == ReserveDirection::Down);
        for t in 0..steps {
            let (room, energy) = match (o.generator, o.storage_unit) {
                (Some(g), _) => (generator_room[way].at(g.index(), t), 0.0),
                (None, Some(s)) => {
                    let unit = &net.storage_units[s];
                    let per_mw =
                        if way == 0 { o.duration_h / unit.efficiency_discharge.at(t) } else { o.duration_h * unit.efficiency_charge.at(t) };
                    (storage_room[way].at(s.index(), t), per_mw * storage_energy[way].at(s.index(), t))
                }
                (None, None) => (0.0, 0.0),
            };
            let (w, earns, cost) = (court.w[t], reserve.at(r, t), o.cost_per_mwh.at(t));
            let added = extra.as_ref().map_or(0.0, |e| e[i * steps + t]);
            let size = w * (cost.abs() + earns.abs() + room.abs()).max(1.0) + energy.abs() + added.abs();
            let coefficient = w * (cost - earns + room) + energy + added;
            court.linear(&mut test, case.offer_p.at(i, t), coefficient, size, (0.0, o.max_mw.at(t)), (i, t));
        }
    }
    let mut short = Tally::new("prices/shortage_best_response", "currency", TableId::Reserves);
    for (id, r) in net.reserves.iter().filter(|(_, r)| !r.shortage.is_empty()) {
        let i = id.index();
        let penalty = Curve::of_steps(&r.shortage, 1.0);
        let width: f64 = r.shortage.iter().map(|s| s[0]).sum();
        for t in 0..steps {
            let (w, earns, missing) = (court.w[t], reserve.at(i, t), case.shortage.at(i, t));
            let size = w * (earns.abs() + penalty.slope_at(missing).abs()).max(1.0);
            let limits = Limits::absolute(0.0, width);
            let unit = Response { curve: Some(&penalty), weight: w, ..Response::linear(-w * earns, size, limits) };
            court.respond(&mut short, missing, unit, f64::NAN, (i, t), &mut None);
        }
    }
    made.push(test);
    made.push(short);
}
