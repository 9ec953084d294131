//! Generators, loads and links: limits, ramps, identities.

use crate::capacity::{of_generator, of_generator_ramp, of_link, of_link_ramp, set_at, Limits};
use crate::case::Case;
use crate::commitment::switched;
use crate::curve::Curve;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::{Generator, Quantity, TableId};

/// Energy of a generator over the horizon by the steps' energy weights, and the sum of its sizes, MWh.
pub(crate) fn energy_sum(case: &Case<'_>, i: usize) -> (f64, f64) {
    let time = &case.net.time;
    let (mut sum, mut gross) = (0.0, 0.0f64);
    for t in 0..case.steps {
        let part = time.duration_h[t] * time.weight_energy[t] * case.generator_p.at(i, t);
        sum += part;
        gross += part.abs();
    }
    (sum, gross)
}

/// Counts how far the change from `before` to `p` lies outside its limits.
#[inline]
fn change(ramp: &mut Tally, limits: Limits, capacity: f64, (before, p): (f64, f64), tol: f64, i: usize, t: usize) {
    let (down, up) = limits.at(capacity);
    let violation = (p - before - up).max(down - (p - before)).max(0.0);
    ramp.add(violation, tol * p.abs().max(before.abs()).max(1.0), i, t);
}

/// Counts how far a value is from the one it is held at, where it is held.
#[inline]
pub(super) fn held(tally: &mut Tally, value: f64, set: f64, tol: f64, i: usize, t: usize) {
    if !set.is_nan() {
        tally.add((value - set).abs(), tol * set.abs().max(1.0), i, t);
    }
}

/// Output before the first step, where the ramp into it counts: only a unit whose state before the horizon is told.
pub(crate) fn output_before(g: &Generator) -> Option<f64> {
    g.initial_status_h.and(g.p_initial_mw)
}

/// `generation/*`.
pub(super) fn generators(case: &Case<'_>, book: &mut Book) {
    let (net, tol) = (case.net, case.options.feasibility_relative);
    let new = |name| Tally::new(name, "MW", TableId::Generators);
    let mut limits = new("generation/limits");
    let mut out = new("generation/out_of_service");
    let mut offer = new("generation/offer_range");
    let mut ramp = new("generation/ramp");
    let mut curtailed = new("generation/curtailed");
    let mut set = new("generation/set_point");
    let mut energy = Tally::new("generation/energy_sum", "MWh", TableId::Generators);
    let told = case.col(Quantity::GeneratorCurtailed);
    for (id, g) in net.generators.iter() {
        let i = id.index();
        if !g.in_service || !case.live(g.bus) {
            (0..case.steps).for_each(|t| out.add(case.generator_p.at(i, t).abs(), tol, i, t));
            continue;
        }
        let reach = if g.offer.is_empty() { f64::INFINITY } else { Curve::of_generator(g).1 };
        // A committed unit's limits and ramps are its commitment's (`commitment/*`).
        let committed = switched(case, g);
        let ramps = ramps(g) && !committed;
        let chosen = case.capacity(Quantity::GeneratorPNomOpt, i);
        let renewable = told.present() && g.carrier.is_some_and(|c| net.carriers[c].renewable);
        let mut before = output_before(g);
        for t in 0..case.steps {
            let p = case.generator_p.at(i, t);
            let (lo, hi) = of_generator(g, t).at(chosen);
            if !committed {
                limits.within(p, lo, hi, tol, i, t);
            }
            held(&mut set, p, set_at(&g.p_set_mw, t), tol, i, t);
            if reach.is_finite() {
                offer.within(p, f64::NEG_INFINITY, reach, tol, i, t);
            }
            if let (true, Some(p0)) = (ramps, before) {
                change(&mut ramp, of_generator_ramp(g, net.time.duration_h[t], t), chosen, (p0, p), tol, i, t);
            }
            if renewable && hi.is_finite() {
                curtailed.add((told.at(i, t) - (hi - p)).abs(), tol * hi.abs().max(1.0), i, t);
            }
            before = Some(p);
        }
        if g.energy_sum_min_mwh > f64::NEG_INFINITY || g.energy_sum_max_mwh < f64::INFINITY {
            let (sum, gross) = energy_sum(case, i);
            let violation = (g.energy_sum_min_mwh - sum).max(sum - g.energy_sum_max_mwh).max(0.0);
            energy.add(violation, tol * gross.max(1.0), i, WHOLE);
        }
    }
    book.enter_all([limits, out, offer, ramp, curtailed, set, energy]);
}

/// Whether any change of output is limited.
pub(crate) fn ramps(g: &Generator) -> bool {
    g.ramp_up_mw.is_some() || g.ramp_down_mw.is_some() || g.ramp_up_pu.is_some() || g.ramp_down_pu.is_some()
}

/// `load/*`: shed and elastic demand within what the load allows, and the served power as their sum.
pub(super) fn loads(case: &Case<'_>, book: &mut Book) {
    let (net, tol) = (case.net, case.options.feasibility_relative);
    let new = |name| Tally::new(name, "MW", TableId::Loads);
    let (mut served, mut shed, mut elastic) = (new("load/served"), new("load/shed_range"), new("load/elastic_range"));
    let told = case.col(Quantity::LoadP);
    for (id, l) in net.loads.iter() {
        let i = id.index();
        let live = l.in_service && case.live(l.bus);
        let bid: f64 = l.bid.iter().map(|s| s[0]).sum();
        for t in 0..case.steps {
            let (demand, s, e) = (l.p_mw.at(t), case.shed.at(i, t), case.elastic_p.at(i, t));
            let most = if live && l.shed_cost_per_mwh.is_some() { demand.max(0.0) } else { 0.0 };
            if case.shed.present() {
                shed.within(s, 0.0, most, tol, i, t);
            }
            if case.elastic_p.present() {
                elastic.within(e, 0.0, if live { bid } else { 0.0 }, tol, i, t);
            }
            if told.present() {
                let want = if live { demand - s + e } else { 0.0 };
                served.add((told.at(i, t) - want).abs(), tol * demand.abs().max(1.0), i, t);
            }
        }
    }
    book.enter_all([served, shed, elastic]);
}

/// `link/*`.
pub(super) fn links(case: &Case<'_>, book: &mut Book) {
    let (net, tol) = (case.net, case.options.feasibility_relative);
    let new = |name| Tally::new(name, "MW", TableId::Links);
    let (mut limits, mut out, mut delivered) = (new("link/limits"), new("link/out_of_service"), new("link/delivered"));
    let (mut ramp, mut set) = (new("link/ramp"), new("link/set_point"));
    let told = case.col(Quantity::LinkDelivered);
    for (id, l) in net.links.iter() {
        let i = id.index();
        let live = case.link_live(l);
        let chosen = case.capacity(Quantity::LinkPNomOpt, i);
        let ramps = l.ramp_up_pu.is_some() || l.ramp_down_pu.is_some();
        for t in 0..case.steps {
            let p = case.link_p.at(i, t);
            if !live {
                out.add(p.abs(), tol, i, t);
                continue;
            }
            let (lo, hi) = of_link(l, t).at(chosen);
            limits.within(p, lo, hi, tol, i, t);
            held(&mut set, p, set_at(&l.p_set_mw, t), tol, i, t);
            if ramps && t > 0 {
                change(&mut ramp, of_link_ramp(l, net.time.duration_h[t], t), chosen, (case.link_p.at(i, t - 1), p), tol, i, t);
            }
            if told.present() {
                let want = l.efficiency.at(t) * p - l.loss_constant_mw;
                delivered.add((told.at(i, t) - want).abs(), tol * p.abs().max(1.0), i, t);
            }
        }
    }
    book.enter_all([limits, out, delivered, ramp, set]);
}
