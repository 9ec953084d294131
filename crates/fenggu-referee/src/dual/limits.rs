//! Shadow prices of limits: on the side that binds, and only where it binds. `prices/<limit>`.
//!
//! What is tested is money: price × slack × hours, against `price_relative` × the larger of price and 1 × the larger of
//! limit and 1. A price on a limit that does not exist is wrong by its whole size.

use super::{cross, price, Court, Price};
use crate::capacity::{
    emergency_rating, hard_rating, of_charge, of_discharge, of_generator, of_generator_ramp, of_link_ramp, of_soc, rating,
};
use crate::outages::{grouped, sorted, Left, Outages, Weights};
use crate::primal::{counted, cycle_room_mwh, energy_sum, interface_sums, output_before, ramps, side_activity, taken_out_mwh};
use crate::primal::{Counts, GeneratorHeld, Held};
use crate::ray::{RADIUS, RADIUS_RAD};
use crate::sum::Sum;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::check::structure::side_target;
use fenggu_net::results::Shape;
use fenggu_net::{LimitSense, Quantity, TableId};

/// One limit with its price: `lo ≤ value ≤ hi`, price positive when `hi` binds.
struct Limit {
    price: f64,
    value: f64,
    lo: f64,
    hi: f64,
    /// Hours, or 1 for prices that are per unit of the limit.
    hours: f64,
}

/// The test of one kind of limit; also whether one of them binds.
struct Kind {
    test: Tally,
    relative: f64,
    binds: bool,
    /// What an absent limit with a price is taken as; none: it is a mistake, which the test says.
    radius: Option<f64>,
}

impl Kind {
    fn new(court: &Court<'_, '_>, name: &'static str, table: TableId) -> Kind {
        Kind {
            test: Tally::new(name, "currency", table),
            relative: court.case.options.price_relative,
            binds: false,
            radius: court.ray.then_some(RADIUS),
        }
    }
    /// Judges a limit's price and returns what it adds to the bound.
    #[inline]
    fn judge(&mut self, l: Limit, row: usize, t: usize) -> f64 {
        let near = |limit: f64, slack: f64| limit.is_finite() && slack <= self.relative * limit.abs().max(1.0);
        self.binds |= near(l.hi, l.hi - l.value) || near(l.lo, l.value - l.lo);
        if l.price == 0.0 {
            self.test.add(0.0, self.relative * l.hours, row, t);
            return 0.0;
        }
        let (limit, slack) = if l.price > 0.0 { (l.hi, l.hi - l.value) } else { (l.lo, l.value - l.lo) };
        if let Some(radius) = self.radius.filter(|_| limit.is_infinite()) {
            return -l.price.abs() * radius * l.hours;
        }
        if limit.is_infinite() {
            self.test.add(l.price.abs() * l.hours, self.relative * l.hours, row, t);
            return 0.0;
        }
        let tolerance = self.relative * l.price.abs().max(1.0) * limit.abs().max(1.0) * l.hours;
        self.test.add(l.price.abs() * slack.max(0.0) * l.hours, tolerance, row, t);
        -l.price * limit * l.hours
    }
    /// Enters the test, or notes that the prices are not there.
    fn close(self, court: &mut Court<'_, '_>, book: &mut Book, column: Price<'_>, q: Quantity) {
        if column.present() {
            book.enter(self.test);
        } else if self.binds {
            court.missing.push(q.spec().field);
        }
    }
}

fn bounds(sense: LimitSense, rhs: f64) -> (f64, f64) {
    match sense {
        LimitSense::AtMost => (f64::NEG_INFINITY, rhs),
        LimitSense::AtLeast => (rhs, f64::INFINITY),
        LimitSense::Equal => (rhs, rhs),
    }
}

/// All kinds; adds their constants to the bound and their weights to the court's `extra`.
pub(super) fn run(court: &mut Court<'_, '_>, book: &mut Book) {
    branches(court, book);
    outages(court, book);
    interfaces(court, book);
    generators(court, book);
    links(court, book);
    storage(court, book);
    reserves(court, book);
    horizon(court, book);
}

fn branches(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, mut constant) = (court.case, Sum::default());
    let (limit, angle) = (price(case, Quantity::BranchLimitPrice), price(case, Quantity::BranchAnglePrice));
    let mut ratings = Kind::new(court, "prices/branch_limit", TableId::Branches);
    let mut angles = Kind::new(court, "prices/branch_angle", TableId::Branches);
    let radians = std::f64::consts::PI / 180.0;
    let mut crossed = None;
    for (id, b) in case.net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
        let l = id.index();
        let (from, to) = (b.bus_from.index(), b.bus_to.index());
        let chosen = case.capacity(Quantity::BranchSNomOpt, l);
        for (t, &hours) in court.w.iter().enumerate() {
            let rating = rating(b, chosen, t);
            // What is exceeded at a price is not the limit's.
            let (p, value) = (limit.at(l, t), case.flow(l, t));
            let value = value - case.flow_over.at(l, t) * if p == 0.0 { value.signum() } else { p.signum() };
            constant += ratings.judge(Limit { price: p, value, lo: -rating, hi: rating, hours }, l, t);
            // In MW of the flow that the angle stands for: a radian's price is as large as the slope is steep, and so is
            // the error that a solver leaves in it.
            let slope = case.wires.slope[l].abs();
            let mw = if slope > 0.0 { slope } else { 1.0 };
            let value = mw * (case.angle(from, t) - case.angle(to, t));
            let (lo, hi) = (mw * b.angle_min_deg * radians, mw * b.angle_max_deg * radians);
            constant += angles.judge(Limit { price: angle.at(l, t) / mw, value, lo, hi, hours }, l, t);
            if court.ray && slope > 0.0 && crossed.is_none() {
                let shift = case.wires.shift_range(l, b);
                let reach = |s: f64| (lo - slope * s, hi - slope * s);
                let (least, most) = (reach(shift.1).0, reach(shift.0).1);
                let rating = hard_rating(b, b.s_nom_max_mva, t);
                crossed = (cross(least, rating) || cross(-rating, most) || cross(lo, hi)).then_some((TableId::Branches, l, t));
            }
        }
    }
    court.bound.take(constant);
    court.crossed = court.crossed.or(crossed);
    ratings.close(court, book, limit, Quantity::BranchLimitPrice);
    angles.close(court, book, angle, Quantity::BranchAnglePrice);
}

/// Limits after outages that have a price.
fn outages(court: &mut Court<'_, '_>, book: &mut Book) {
    let case = court.case;
    let prices = sorted(&case.results.outage_prices);
    if prices.is_empty() {
        return;
    }
    let mut kind = Kind::new(court, "prices/outage_limit", TableId::Branches);
    let outages = Outages::new(case);
    let mut priced = match grouped(case, &outages, &prices) {
        Ok(priced) if !outages.open => priced,
        other => {
            kind.test.add(f64::NAN, 1.0, 0, WHOLE);
            kind.test.note(other.err().unwrap_or_else(|| "prices of limits after outages that are not unique".to_string()));
            book.enter(kind.test);
            return;
        }
    };
    let mut left: Option<(usize, Left<'_, '_>)> = None;
    // A price on a limit that is absent fails its test, and has no part in the bound.
    let limited = |p: &fenggu_net::results::OutagePrice| case.net.branches.rows()[p.branch].rating_c_mva < f64::INFINITY;
    let mut constant = Sum::default();
    for p in &priced {
        let left = match &mut left {
            Some((lost, left)) if *lost == p.lost.branch => left,
            old => &mut old.insert((p.lost.branch, Left::new(case, p.lost.branch))).1,
        };
        let flow = if court.ray { vec![0.0; case.net.branches.len()] } else { left.flows(p.step).0 };
        for x in p.prices {
            let most = emergency_rating(&case.net.branches.rows()[x.branch], p.step);
            let over = case.flow_over.at(x.branch, p.step) + case.emergency_over.at(x.branch, p.step);
            let value = flow[x.branch] - over * x.price_per_mwh.signum();
            let judged = Limit { price: x.price_per_mwh, value, lo: -most, hi: most, hours: court.w[p.step] };
            if limited(x) {
                constant += kind.judge(judged, x.branch, p.step);
            } else {
                kind.test.add(x.price_per_mwh.abs(), kind.relative, x.branch, p.step);
            }
        }
    }
    court.bound.take(constant);
    let kept: Vec<fenggu_net::results::OutagePrice> = prices.iter().copied().filter(limited).collect();
    if kept.len() < prices.len() {
        priced = grouped(case, &outages, &kept).unwrap_or_default();
    }
    let weights = Weights::new(case, &priced, &court.w, court.ray || case.shift.present());
    court.bound += weights.constant;
    court.rounding += weights.missed * RADIUS_RAD + 16.0 * f64::EPSILON * weights.constant.abs();
    for l in 0..case.net.branches.len() {
        (0..case.steps).for_each(|t| add_extra(court, Quantity::BranchFlow, l, t, weights.flow[l * case.steps + t]));
    }
    (court.outage_shift, court.outage_sum) = (weights.shift, weights.sum);
    book.enter(kind.test);
}

fn interfaces(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, steps) = (court.case, court.case.steps);
    if case.net.interfaces.is_empty() {
        return;
    }
    let column = price(case, Quantity::InterfacePrice);
    let mut kind = Kind::new(court, "prices/interface", TableId::Interfaces);
    let (sum, _) = interface_sums(case);
    for (id, i) in case.net.interfaces.iter().filter(|(_, i)| i.in_service) {
        let k = id.index();
        for t in 0..steps {
            let (p, v, hours) = (column.at(k, t), case.violation.at(k, t), court.w[t]);
            // What is allowed beyond the limit at a price is not the limit's.
            let value = sum[k * steps + t] - v * p.signum();
            court.bound += kind.judge(Limit { price: p, value, lo: i.p_min_mw.at(t), hi: i.p_max_mw.at(t), hours }, k, t);
            if let Some(most) = i.violation_cost_per_mwh {
                court.bound += soft(&mut kind, p, most, v, hours, k, t);
            }
        }
    }
    if column.present() {
        for (_, term) in case.net.interface_terms.iter().filter(|(_, x)| case.net.interfaces[x.interface].in_service) {
            let (q, row) = match (term.branch, term.link) {
                (Some(b), _) => (Quantity::BranchFlow, b.index()),
                (None, Some(l)) => (Quantity::LinkP, l.index()),
                (None, None) => continue,
            };
            for t in 0..steps {
                let p = column.at(term.interface.index(), t);
                add_extra(court, q, row, t, court.w[t] * p * term.weight);
            }
        }
    }
    kind.close(court, book, column, Quantity::InterfacePrice);
}

/// A limit that may be broken at a price: its shadow price is at most that, and that where it is broken. Returns what the
/// breach adds to the bound: nothing, but for rounding.
fn soft(kind: &mut Kind, price: f64, most: f64, breach: f64, hours: f64, row: usize, t: usize) -> f64 {
    let spare = most - price.abs();
    let tolerance = kind.relative * most.max(1.0) * hours;
    kind.test.add((-spare).max(0.0) * hours, tolerance, row, t);
    kind.test.add(spare.max(0.0) * breach * hours, tolerance * breach.max(1.0), row, t);
    if spare < 0.0 {
        spare * kind.radius.unwrap_or(breach) * hours
    } else {
        0.0
    }
}

fn add_extra(court: &mut Court<'_, '_>, q: Quantity, row: usize, t: usize, weight: f64) {
    if weight == 0.0 {
        return;
    }
    let (steps, rows) = (court.case.steps, court.case.net.table(q.spec().table).count());
    court.extra.entry(q).or_insert_with(|| vec![0.0; rows * steps])[row * steps + t] += weight;
}

fn generators(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, net) = (court.case, court.case.net);
    let column = price(case, Quantity::GeneratorRampPrice);
    let rooms = [price(case, Quantity::GeneratorHeadroomPrice), price(case, Quantity::GeneratorFootroomPrice)];
    let mut ramp = Kind::new(court, "prices/ramp", TableId::Generators);
    let mut room = ["prices/headroom", "prices/footroom"].map(|n| Kind::new(court, n, TableId::Generators));
    let held = GeneratorHeld::new(case);
    let sum_price = price(case, Quantity::GeneratorEnergySumPrice);
    let mut energy = Kind::new(court, "prices/energy_sum", TableId::Generators);
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus)) {
        let i = id.index();
        let mut before = output_before(g);
        let (ramps, chosen) = (ramps(g), case.capacity(Quantity::GeneratorPNomOpt, i));
        let summed = g.energy_sum_min_mwh > f64::NEG_INFINITY || g.energy_sum_max_mwh < f64::INFINITY;
        if summed || sum_price.present() {
            let p = sum_price.at(i, 0);
            let (lo, hi) = (g.energy_sum_min_mwh, g.energy_sum_max_mwh);
            court.bound += energy.judge(Limit { price: p, value: energy_sum(case, i).0, lo, hi, hours: 1.0 }, i, WHOLE);
            for t in 0..if p == 0.0 { 0 } else { case.steps } {
                add_extra(court, Quantity::GeneratorP, i, t, p * net.time.duration_h[t] * net.time.weight_energy[t]);
            }
        }
        for t in 0..case.steps {
            let p = case.generator_p.at(i, t);
            if ramps || column.present() {
                let free = (f64::NEG_INFINITY, f64::INFINITY);
                let (lo, hi) = if ramps { of_generator_ramp(g, net.time.duration_h[t], t).at(chosen) } else { free };
                let (r, hours) = (column.at(i, t), court.w[t]);
                match before {
                    Some(p0) => court.bound += ramp.judge(Limit { price: r / hours, value: p - p0, lo, hi, hours }, i, t),
                    None => {
                        ramp.judge(Limit { price: r / hours, value: 0.0, lo: f64::NEG_INFINITY, hi: f64::INFINITY, hours }, i, t);
                    }
                }
                if let (0, Some(p0)) = (t, before) {
                    court.bound -= r * p0;
                }
            }
            before = Some(p);
            if !(held.offers(0, i) || held.offers(1, i) || rooms[0].present() || rooms[1].present()) {
                continue;
            }
            let limits = of_generator(g, t).at(chosen);
            for way in 0..2 {
                let (offers, col) = (held.offers(way, i), rooms[way]);
                if !offers && !col.present() {
                    continue;
                }
                let (sign, hi, lo) = if way == 0 {
                    (1.0, if offers { limits.1 } else { f64::INFINITY }, f64::NEG_INFINITY)
                } else {
                    (-1.0, f64::INFINITY, if offers { limits.0 } else { f64::NEG_INFINITY })
                };
                let value = p + sign * held.power(way, i, t);
                court.bound += room[way].judge(Limit { price: sign * col.at(i, t), value, lo, hi, hours: court.w[t] }, i, t);
            }
        }
    }
    energy.close(court, book, sum_price, Quantity::GeneratorEnergySumPrice);
    ramp.close(court, book, column, Quantity::GeneratorRampPrice);
    let [up, down] = room;
    up.close(court, book, rooms[0], Quantity::GeneratorHeadroomPrice);
    down.close(court, book, rooms[1], Quantity::GeneratorFootroomPrice);
}

fn links(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, net) = (court.case, court.case.net);
    let column = price(case, Quantity::LinkRampPrice);
    let mut ramp = Kind::new(court, "prices/link_ramp", TableId::Links);
    for (id, l) in net.links.iter().filter(|(_, l)| case.link_live(l)) {
        let (i, ramps) = (id.index(), l.ramp_up_pu.is_some() || l.ramp_down_pu.is_some());
        let chosen = case.capacity(Quantity::LinkPNomOpt, i);
        for t in 0..if ramps || column.present() { case.steps } else { 0 } {
            // The power before the first step is not told: nothing limits the change into it.
            let limited = ramps && t > 0;
            let (lo, hi) = if limited { of_link_ramp(l, net.time.duration_h[t], t).at(chosen) } else { (f64::NEG_INFINITY, f64::INFINITY) };
            let value = if t > 0 { case.link_p.at(i, t) - case.link_p.at(i, t - 1) } else { 0.0 };
            let hours = court.w[t];
            court.bound += ramp.judge(Limit { price: column.at(i, t) / hours, value, lo, hi, hours }, i, t);
        }
    }
    ramp.close(court, book, column, Quantity::LinkRampPrice);
}

fn storage(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, net) = (court.case, court.case.net);
    if net.storage_units.is_empty() && net.stores.is_empty() {
        return;
    }
    let named = |name| Kind::new(court, name, TableId::StorageUnits);
    let quantities =
        [Quantity::StorageHeadroomPrice, Quantity::StorageFootroomPrice, Quantity::StorageEnergyUpPrice, Quantity::StorageEnergyDownPrice];
    let columns = quantities.map(|q| price(case, q));
    let mut kinds =
        ["prices/storage_headroom", "prices/storage_footroom", "prices/storage_energy_up", "prices/storage_energy_down"].map(named);
    let mut cycles = named("prices/cycle_limit");
    let cycle = price(case, Quantity::StorageCyclePrice);
    let held = Held::new(case);
    let mut constant = Sum::default();
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let i = id.index();
        let none = f64::INFINITY;
        let chosen = case.capacity(Quantity::StoragePNomOpt, i);
        for t in 0..case.steps {
            let (c, d, now, w) = (case.charge.at(i, t), case.discharge.at(i, t), case.soc.at(i, t), court.w[t]);
            let offers = [held.offers(0, i), held.offers(1, i)];
            let p = columns.map(|col| col.at(i, t));
            let [up, down] = [0, 1].map(|way| held.power(way, i, t));
            let above = held.energy(1, i, t) * s.efficiency_charge.at(t);
            let below = held.energy(0, i, t) / s.efficiency_discharge.at(t);
            let on = |way: usize, limit: f64| if offers[way] { limit } else { none };
            let limits = [
                Limit { price: p[0], value: d - c + up, lo: -none, hi: on(0, of_discharge(s, t).at(chosen).1), hours: w },
                Limit { price: p[1], value: c - d + down, lo: -none, hi: on(1, of_charge(s, t).at(chosen).1), hours: w },
                Limit {
                    price: -p[2],
                    value: now - below,
                    lo: if offers[0] { s.energy_min_mwh.at(t) } else { -none },
                    hi: none,
                    hours: 1.0,
                },
                Limit { price: p[3], value: now + above, lo: -none, hi: on(1, of_soc(s, t).at(chosen).1), hours: 1.0 },
            ];
            for ((kind, limit), col) in kinds.iter_mut().zip(limits).zip(&columns) {
                if offers[0] || offers[1] || col.present() {
                    constant += kind.judge(limit, i, t);
                }
            }
        }
        let most = cycle_room_mwh(case, s, i);
        if most.is_some() || cycle.present() {
            let limit = Limit { price: cycle.at(i, 0), value: taken_out_mwh(case, s, i), lo: -none, hi: most.unwrap_or(none), hours: 1.0 };
            constant += cycles.judge(limit, i, WHOLE);
        }
    }
    court.bound.take(constant);
    for ((kind, col), q) in kinds.into_iter().zip(columns).zip(quantities) {
        kind.close(court, book, col, q);
    }
    cycles.close(court, book, cycle, Quantity::StorageCyclePrice);
    // The value of stored energy belongs to an equation, which always binds.
    let live = |in_service: bool, bus| in_service && case.live(bus);
    let units = net.storage_units.rows().iter().any(|s| live(s.in_service, s.bus));
    if units && !price(case, Quantity::StorageWaterValue).present() {
        court.missing.push("storage_units.water_value_per_mwh");
    }
    if net.stores.rows().iter().any(|s| live(s.in_service, s.bus)) && !price(case, Quantity::StoreWaterValue).present() {
        court.missing.push("stores.water_value_per_mwh");
    }
}

fn reserves(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, steps) = (court.case, court.case.steps);
    if case.net.reserves.is_empty() {
        return;
    }
    let column = price(case, Quantity::ReservePrice);
    let mut kind = Kind::new(court, "prices/reserve", TableId::Reserves);
    let mut sum = vec![0.0; case.net.reserves.len() * steps];
    for (id, o) in case.net.reserve_offers.iter() {
        (0..steps).for_each(|t| sum[o.reserve.index() * steps + t] += case.offer_p.at(id.index(), t));
    }
    for (id, r) in case.net.reserves.iter() {
        let i = id.index();
        for t in 0..steps {
            let value = sum[i * steps + t] + case.shortage.at(i, t);
            let limit = Limit { price: -column.at(i, t), value, lo: r.requirement_mw.at(t), hi: f64::INFINITY, hours: court.w[t] };
            court.bound += kind.judge(limit, i, t);
        }
    }
    kind.close(court, book, column, Quantity::ReservePrice);
}

/// What a global limit's price adds to the coefficients of everything that it counts, and the constants to the bound.
fn charge(court: &mut Court<'_, '_>, counts: &Counts<'_>, price: f64) {
    let (case, net) = (court.case, court.case.net);
    for (g, generator) in net.generators.iter().filter(|(_, g)| counts.counts_output(g)) {
        for t in 0..case.steps {
            let hours = net.time.duration_h[t] * net.time.weight_energy[t];
            add_extra(court, Quantity::GeneratorP, g.index(), t, price * hours * counts.per_output(generator, t));
        }
    }
    let last = case.steps - 1;
    for (s, unit) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let per = price * counts.per_stored(unit.carrier, unit.end_rule);
        court.bound += per * unit.soc_initial_mwh;
        add_extra(court, Quantity::StorageSoc, s.index(), last, -per);
    }
    for (s, store) in net.stores.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let per = price * counts.per_stored(store.carrier, store.end_rule);
        court.bound += per * store.energy_initial_mwh;
        add_extra(court, Quantity::StoreEnergy, s.index(), last, -per);
    }
    for (q, rows) in &case.choices {
        for c in rows {
            let per = price * counts.per_capacity(*q, c);
            if per != 0.0 {
                let count = net.table(q.spec().table).count();
                court.per_capacity.entry(*q).or_insert_with(|| vec![0.0; count])[c.row] += per;
            }
        }
    }
}

fn horizon(court: &mut Court<'_, '_>, book: &mut Book) {
    let (case, net) = (court.case, court.case.net);
    let column = price(case, Quantity::GlobalLimitPrice);
    let mut kind = Kind::new(court, "prices/global_limit", TableId::GlobalLimits);
    for (id, limit) in net.global_limits.iter() {
        let (lo, hi) = bounds(limit.sense, limit.limit);
        let counts = Counts::new(net, id);
        let (value, p) = (counted(case, &counts).0, column.at(id.index(), 0));
        court.bound += kind.judge(Limit { price: p, value, lo, hi, hours: 1.0 }, id.index(), WHOLE);
        if p != 0.0 {
            charge(court, &counts, p);
        }
    }
    kind.close(court, book, column, Quantity::GlobalLimitPrice);
    if net.side_constraints.is_empty() {
        return;
    }
    let column = price(case, Quantity::SidePrice);
    let mut kind = Kind::new(court, "prices/side_constraint", TableId::SideConstraints);
    let sums = side_activity(case);
    for (id, side) in net.side_constraints.iter() {
        let i = id.index();
        let (lo, hi) = bounds(side.sense, side.rhs);
        let p = column.at(i, 0);
        let breach = if side.penalty.is_some() { (lo - sums[i].0).max(sums[i].0 - hi).max(0.0) } else { 0.0 };
        court.bound += kind.judge(Limit { price: p, value: sums[i].0 - breach * p.signum(), lo, hi, hours: 1.0 }, i, WHOLE);
        if let Some(most) = side.penalty {
            court.bound += soft(&mut kind, p, most, breach, 1.0, i, WHOLE);
        }
    }
    for (_, term) in net.side_terms.iter() {
        let Some((q, row)) = side_target(net, term) else { continue };
        let p = column.at(term.constraint.index(), 0);
        if q.spec().shape == Shape::Static {
            let count = net.table(q.spec().table).count();
            court.per_capacity.entry(q).or_insert_with(|| vec![0.0; count])[row] += p * term.coefficient;
            continue;
        }
        let steps = if term.step < 0 { 0..case.steps } else { term.step as usize..term.step as usize + 1 };
        for t in steps {
            add_extra(court, q, row, t, p * term.coefficient);
        }
    }
    kind.close(court, book, column, Quantity::SidePrice);
}
