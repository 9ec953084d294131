//! What units earn, are paid to be whole and lose under the pricing rules that a commitment is handed on with, from the raw network.
//!
//! | test                      | of every unit                                                                              |
//! |---------------------------|--------------------------------------------------------------------------------------------|
//! | `uplift/cost`             | the cost told is that of its output, starts and stops                                      |
//! | `uplift/revenue`          | Σ w·(λ·p + Σ μ·r) at the prices told                                                       |
//! | `uplift/make_whole`       | of a unit that is switched: Σ over days of 24 h of max(0, cost − revenue); 0 of any other   |
//! | `uplift/lost_opportunity` | best profit at the prices told, by [`super::bound`]'s unit solver, less profit             |
//!
//! Where that solver leaves something out (ramps and energy limits of units that are not switched, UnitCommitment.jl's reserve in the downward
//! ramp), its profit is too high: the loss told may then be smaller, and must not be larger.

use super::bound::each_unit;
use super::duty::{switched, Duty};
use crate::case::Case;
use crate::curve::Curve;
use crate::dual::price;
use crate::objective::hours;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::{CommitmentSemantics, Generator, Quantity as Q, TableId};

/// Hours of a day of account.
const DAY_H: f64 = 24.0;
/// Relative to the sums that a figure is made of.
const NEAR: f64 = 1e-6;

/// A rule: prices of buses and reserves; income, make-whole payment and lost opportunity told.
const RULES: [[Q; 5]; 3] = [
    [Q::BusPrice, Q::ReservePrice, Q::GeneratorRevenueLmp, Q::GeneratorMakeWholeLmp, Q::GeneratorLostLmp],
    [Q::BusBoundPrice, Q::ReserveBoundPrice, Q::GeneratorRevenueHull, Q::GeneratorMakeWholeHull, Q::GeneratorLostHull],
    [Q::BusExtendedPrice, Q::ReserveExtendedPrice, Q::GeneratorRevenueExtended, Q::GeneratorMakeWholeExtended, Q::GeneratorLostExtended],
];

/// Whether the unit solver leaves nothing out of a unit.
fn exact(case: &Case<'_>, i: usize, g: &Generator) -> bool {
    let limited = g.energy_sum_min_mwh > f64::NEG_INFINITY || g.energy_sum_max_mwh < f64::INFINITY || g.p_set_mw.is_some();
    let holds = case.net.reserve_offers.rows().iter().any(|o| o.generator.is_some_and(|g| g.index() == i));
    let ramped = g.ramp_up_mw.is_some() || g.ramp_down_mw.is_some() || g.ramp_up_pu.is_some() || g.ramp_down_pu.is_some();
    let curved = !g.cost_quadratic_per_mw2h.is_all(0.0);
    let counted = if switched(case, g) { holds && case.net.commitment_semantics == CommitmentSemantics::UnitCommitmentJl } else { ramped };
    !(limited || counted || curved)
}

/// Cost of every step of a unit.
fn cost(case: &Case<'_>, w: &[f64], i: usize, g: &Generator) -> Vec<f64> {
    let (curve, _) = Curve::of_generator(g);
    let committed = switched(case, g);
    let mut cost = vec![0.0; case.steps];
    for (t, cost) in cost.iter_mut().enumerate().filter(|(t, _)| !committed || case.on(i, *t)) {
        let p = case.generator_p.at(i, t);
        *cost += w[t] * (g.cost_constant_per_h + (g.cost_linear_per_mwh.at(t) + g.cost_quadratic_per_mw2h.at(t) * p) * p + curve.at(p));
    }
    if committed {
        let duty = Duty::new(case, i);
        let (mut before, mut since) = (duty.before.on(), 0);
        for (t, cost) in cost.iter_mut().enumerate() {
            let on = case.on(i, t);
            *cost += match before {
                Some(false) if on => duty.start_cost(since, t),
                Some(true) if !on => duty.g.shut_down_cost,
                _ => 0.0,
            };
            if before != Some(on) {
                since = t;
            }
            before = Some(on);
        }
    }
    for (id, o) in case.net.reserve_offers.iter().filter(|(_, o)| o.generator.is_some_and(|g| g.index() == i)) {
        cost.iter_mut().enumerate().for_each(|(t, c)| *c += w[t] * o.cost_per_mwh.at(t) * case.offer_p.at(id.index(), t));
    }
    cost
}

/// `uplift/*`.
pub(super) fn run(case: &Case<'_>, book: &mut Book) {
    if RULES.iter().flat_map(|r| &r[2..]).chain([&Q::GeneratorCost]).all(|q| case.results.column(*q).is_none()) {
        return;
    }
    let w = hours(case);
    let units = || case.net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus));
    let costs: Vec<Vec<f64>> = units().map(|(id, g)| cost(case, &w, id.index(), g)).collect();
    let gross = |v: &[f64]| v.iter().map(|x| x.abs()).sum::<f64>();
    let test = |name| Tally::new(name, "currency", TableId::Generators);
    let mut spent = test("uplift/cost");
    if let Some(told) = case.results.column(Q::GeneratorCost) {
        for ((id, _), cost) in units().zip(&costs) {
            spent.add((told[id.index()] - cost.iter().sum::<f64>()).abs(), NEAR * (1.0 + gross(cost)), id.index(), WHOLE);
        }
    }
    book.enter(spent);
    let [mut earned, mut whole, mut lost] = ["uplift/revenue", "uplift/make_whole", "uplift/lost_opportunity"].map(test);
    for [bus, reserve, q_revenue, q_whole, q_lost] in RULES {
        let told = [q_revenue, q_whole, q_lost].map(|q| case.results.column(q));
        if told.iter().all(Option::is_none) {
            continue;
        }
        let (at_bus, at_reserve) = (price(case, bus), price(case, reserve));
        let best = each_unit(case, bus, reserve);
        for ((id, g), cost) in units().zip(&costs) {
            let i = id.index();
            let mut revenue: Vec<f64> =
                (0..case.steps).map(|t| w[t] * at_bus.at(g.bus.index(), t) * g.sign * case.generator_p.at(i, t)).collect();
            for (o, offer) in case.net.reserve_offers.iter().filter(|(_, o)| o.generator == Some(id)) {
                revenue
                    .iter_mut()
                    .enumerate()
                    .for_each(|(t, r)| *r += w[t] * at_reserve.at(offer.reserve.index(), t) * case.offer_p.at(o.index(), t));
            }
            let near = NEAR * (1.0 + gross(cost) + gross(&revenue));
            let income: f64 = revenue.iter().sum();
            if let Some(told) = told[0] {
                earned.add((told[i] - income).abs(), near, i, WHOLE);
            }
            if let Some(told) = told[1] {
                let right = if switched(case, g) { days(case, cost, &revenue) } else { 0.0 };
                whole.add((told[i] - right).abs(), near, i, WHOLE);
            }
            if let Some(told) = told[2].filter(|_| best[i].is_finite()) {
                let right = cost.iter().sum::<f64>() - income - best[i];
                let off = if exact(case, i, g) { (told[i] - right).abs() } else { (told[i] - right).max(-told[i]) };
                lost.add(off, near, i, WHOLE);
            }
        }
    }
    book.enter_all([earned, whole, lost]);
}

/// Losses of days of 24 hours from the first step.
fn days(case: &Case<'_>, cost: &[f64], revenue: &[f64]) -> f64 {
    let mut loss: Vec<f64> = Vec::new();
    let mut from = 0.0;
    for t in 0..case.steps {
        let day = (from / DAY_H + 1e-9).floor() as usize;
        loss.resize(loss.len().max(day + 1), 0.0);
        loss[day] += cost[t] - revenue[t];
        from += case.net.time.duration_h[t];
    }
    loss.into_iter().map(|l| l.max(0.0)).sum()
}
