//! Reserves: what is offered, what is required, what is short, and the room that generators keep.

use crate::capacity::of_generator;
use crate::case::Case;
use crate::commitment::switched;
use crate::tally::{Book, Tally};
use fenggu_net::{Quantity, ReserveDirection, TableId};

/// Upward and downward reserve held by every generator. `[generator × step]`
pub(crate) struct GeneratorHeld {
    steps: usize,
    power: [Vec<f64>; 2],
    offers: [Vec<bool>; 2],
}

impl GeneratorHeld {
    pub(crate) fn new(case: &Case<'_>) -> Self {
        let (n, steps) = (case.net.generators.len(), case.steps);
        let size = if case.net.reserve_offers.is_empty() { 0 } else { n * steps };
        let mut held = GeneratorHeld { steps, power: [vec![0.0; size], vec![0.0; size]], offers: [vec![false; n], vec![false; n]] };
        for (id, o) in case.net.reserve_offers.iter() {
            let Some(g) = o.generator else { continue };
            let way = usize::from(case.net.reserves[o.reserve].direction == ReserveDirection::Down);
            held.offers[way][g.index()] = true;
            (0..steps).for_each(|t| held.power[way][g.index() * steps + t] += case.offer_p.at(id.index(), t));
        }
        held
    }
    pub(crate) fn offers(&self, way: usize, g: usize) -> bool {
        self.offers[way][g]
    }
    /// Reserve held, MW; 0 without offers.
    pub(crate) fn power(&self, way: usize, g: usize, t: usize) -> f64 {
        if self.offers[way][g] {
            self.power[way][g * self.steps + t]
        } else {
            0.0
        }
    }
}

/// `reserve/*` and the room at generators.
pub(super) fn run(case: &Case<'_>, book: &mut Book) {
    let (net, tol, steps) = (case.net, case.options.feasibility_relative, case.steps);
    if net.reserves.is_empty() {
        return;
    }
    let mut range = Tally::new("reserve/offer_range", "MW", TableId::ReserveOffers);
    let mut required = Tally::new("reserve/requirement", "MW", TableId::Reserves);
    let mut short = Tally::new("reserve/shortage_range", "MW", TableId::Reserves);
    let mut room = ["generation/reserve_headroom", "generation/reserve_footroom"].map(|n| Tally::new(n, "MW", TableId::Generators));
    let mut sum = vec![0.0; net.reserves.len() * steps];
    for (id, o) in net.reserve_offers.iter() {
        let live = case.offer_live(o);
        for t in 0..steps {
            let p = case.offer_p.at(id.index(), t);
            range.within(p, 0.0, if live { o.max_mw.at(t) } else { 0.0 }, tol, id.index(), t);
            sum[o.reserve.index() * steps + t] += p;
        }
    }
    for (id, r) in net.reserves.iter() {
        let i = id.index();
        let width: f64 = r.shortage.iter().map(|s| s[0]).sum();
        for t in 0..steps {
            let missing = case.shortage.at(i, t);
            required.within(sum[i * steps + t] + missing, r.requirement_mw.at(t), f64::INFINITY, tol, i, t);
            if case.shortage.present() {
                short.within(missing, 0.0, width, tol, i, t);
            }
        }
    }
    let held = GeneratorHeld::new(case);
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus)) {
        let i = id.index();
        if !held.offers(0, i) && !held.offers(1, i) || switched(case, g) {
            continue;
        }
        let chosen = case.capacity(Quantity::GeneratorPNomOpt, i);
        for t in 0..steps {
            let p = case.generator_p.at(i, t);
            let (lo, hi) = of_generator(g, t).at(chosen);
            if held.offers(0, i) {
                room[0].within(p + held.power(0, i, t), f64::NEG_INFINITY, hi, tol, i, t);
            }
            if held.offers(1, i) {
                room[1].within(p - held.power(1, i, t), lo, f64::INFINITY, tol, i, t);
            }
        }
    }
    book.enter_all([range, required, short]);
    book.enter_all(room);
}
