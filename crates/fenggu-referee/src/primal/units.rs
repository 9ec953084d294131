//! Generators, loads and links: limits, ramps, identities.

use crate::case::Case;
use crate::curve::Curve;
use crate::tally::{Book, Tally};
use fenggu_net::{Generator, Quantity, RampUnit, TableId};

/// Most upward and downward change into step `t`, MW.
pub(crate) fn ramp_room(g: &Generator, duration_h: f64) -> (f64, f64) {
    let per = match g.ramp_unit {
        RampUnit::PerHour => duration_h,
        RampUnit::PerStep => 1.0,
    };
    let room = |r: Option<f64>| r.map_or(f64::INFINITY, |r| r * per);
    (room(g.ramp_up_mw), room(g.ramp_down_mw))
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
    let told = case.col(Quantity::GeneratorCurtailed);
    for (id, g) in net.generators.iter() {
        let i = id.index();
        if !g.in_service || !case.live(g.bus) {
            (0..case.steps).for_each(|t| out.add(case.generator_p.at(i, t).abs(), tol, i, t));
            continue;
        }
        let reach = if g.offer.is_empty() { f64::INFINITY } else { Curve::of_generator(g).1 };
        let ramps = g.ramp_up_mw.is_some() || g.ramp_down_mw.is_some();
        let renewable = told.present() && g.carrier.is_some_and(|c| net.carriers[c].renewable);
        let mut before = output_before(g);
        for t in 0..case.steps {
            let p = case.generator_p.at(i, t);
            limits.within(p, g.lower_mw(t), g.upper_mw(t), tol, i, t);
            if reach.is_finite() {
                offer.within(p, f64::NEG_INFINITY, reach, tol, i, t);
            }
            if let (true, Some(p0)) = (ramps, before) {
                let (up, down) = ramp_room(g, net.time.duration_h[t]);
                let violation = (p - p0 - up).max(p0 - p - down).max(0.0);
                ramp.add(violation, tol * p.abs().max(p0.abs()).max(1.0), i, t);
            }
            if renewable && g.upper_mw(t).is_finite() {
                let unused = g.upper_mw(t) - p;
                curtailed.add((told.at(i, t) - unused).abs(), tol * g.upper_mw(t).abs().max(1.0), i, t);
            }
            before = Some(p);
        }
    }
    book.enter_all([limits, out, offer, ramp, curtailed]);
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
    let told = case.col(Quantity::LinkDelivered);
    for (id, l) in net.links.iter() {
        let i = id.index();
        let live = case.link_live(l);
        for t in 0..case.steps {
            let p = case.link_p.at(i, t);
            if !live {
                out.add(p.abs(), tol, i, t);
                continue;
            }
            limits.within(p, l.lower_mw(t), l.upper_mw(t), tol, i, t);
            if told.present() {
                let want = l.efficiency.at(t) * p - l.loss_constant_mw;
                delivered.add((told.at(i, t) - want).abs(), tol * p.abs().max(1.0), i, t);
            }
        }
    }
    book.enter_all([limits, out, delivered]);
}
