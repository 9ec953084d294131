//! Power balance at every bus, Kirchhoff's law, limits of flows, angles and interfaces.

use crate::capacity::rating;
use crate::case::{Case, Claim};
use crate::tally::{Book, Tally};
use fenggu_net::{Bus, Id, Quantity, TableId};

/// Net injection and throughput of every bus. `[bus × step]`
struct Ledger {
    steps: usize,
    net: Vec<f64>,
    gross: Vec<f64>,
}

impl Ledger {
    /// Books a whole element: what it injects in each step.
    #[inline]
    fn book(&mut self, bus: Id<Bus>, injection: impl Fn(usize) -> f64) {
        let at = bus.index() * self.steps;
        for t in 0..self.steps {
            let p = injection(t);
            self.net[at + t] += p;
            self.gross[at + t] += p.abs();
        }
    }
}

/// `balance/nodal`: Σ ±generators − loads − shunts ± storage ± stores ∓ links ∓ flows = 0 at every bus of any carrier in
/// every step. Tolerance relative to the power that passes the bus.
pub(super) fn balance(case: &Case<'_>, book: &mut Book) {
    let (net, steps) = (case.net, case.steps);
    let size = net.buses.len() * steps;
    let mut ledger = Ledger { steps, net: vec![0.0; size], gross: vec![0.0; size] };
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service) {
        ledger.book(g.bus, |t| g.sign * case.generator_p.at(id.index(), t));
    }
    for (id, l) in net.loads.iter().filter(|(_, l)| l.in_service) {
        let i = id.index();
        ledger.book(l.bus, |t| case.shed.at(i, t) - l.p_mw.at(t) - case.elastic_p.at(i, t));
    }
    for (_, s) in net.shunts.iter().filter(|(_, s)| s.in_service) {
        ledger.book(s.bus, |_| -s.g_mw);
    }
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service) {
        ledger.book(s.bus, |t| s.sign * case.discharge.at(id.index(), t));
        ledger.book(s.bus, |t| -s.sign * case.charge.at(id.index(), t));
    }
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service) {
        ledger.book(s.bus, |t| s.sign * case.store_p.at(id.index(), t));
    }
    for (id, l) in net.links.iter().filter(|(_, l)| case.link_live(l)) {
        ledger.book(l.bus_from, |t| -case.link_p.at(id.index(), t));
        ledger.book(l.bus_to, |t| l.efficiency.at(t) * case.link_p.at(id.index(), t) - l.loss_constant_mw);
    }
    for (_, e) in net.link_ends.iter().filter(|(_, e)| case.link_live(&net.links[e.link])) {
        ledger.book(e.bus, |t| e.efficiency.at(t) * case.link_p.at(e.link.index(), t));
    }
    for (id, b) in net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
        ledger.book(b.bus_from, |t| -case.flow(id.index(), t));
        ledger.book(b.bus_to, |t| case.flow(id.index(), t));
    }
    let (missing, surplus) = (case.col(Quantity::BusMissing), case.col(Quantity::BusSurplus));
    let mut nodal = Tally::new("balance/nodal", "MW", TableId::Buses);
    for (id, _) in net.buses.iter().filter(|(_, b)| b.in_service()) {
        let i = id.index();
        for t in 0..steps {
            let mut rest = ledger.net[i * steps + t];
            if case.claim == Claim::Shortfall {
                rest += missing.at(i, t) - surplus.at(i, t);
            }
            // Everything is counted where it leaves and where it arrives: half of it passes.
            let through = 0.5 * ledger.gross[i * steps + t];
            nodal.add(rest.abs(), case.options.feasibility_relative * through.max(1.0), i, t);
        }
    }
    book.enter(nodal);
}

/// `flow/*`: Kirchhoff's law between angles and flows, ratings, angle limits, shifts, branches out of service.
pub(super) fn flow(case: &Case<'_>, book: &mut Book) {
    let (net, tol) = (case.net, case.options.feasibility_relative);
    let new = |name, unit| Tally::new(name, unit, TableId::Branches);
    let mut kvl = new("flow/kvl", "MW");
    let mut out = new("flow/out_of_service", "MW");
    let mut thermal = new("flow/thermal_limit", "MW");
    let mut angle = new("flow/angle_limit", "deg");
    let mut shift = new("flow/shift_range", "deg");
    for (id, b) in net.branches.iter() {
        let l = id.index();
        if !case.wires.live[l] {
            (0..case.steps).for_each(|t| out.add(case.flow(l, t).abs(), tol, l, t));
            continue;
        }
        let (from, to) = (b.bus_from.index(), b.bus_to.index());
        let chosen = case.capacity(Quantity::BranchSNomOpt, l);
        let limited = b.angle_min_deg > f64::NEG_INFINITY || b.angle_max_deg < f64::INFINITY;
        // Angles that were derived from flows are comparable only where flows connect them.
        let given = case.col(Quantity::BusAngle).present();
        let comparable = case.angle_known && (given || case.wires.island[from] == case.wires.island[to]);
        for t in 0..case.steps {
            let flow = case.flow(l, t);
            if case.wires.is_ideal(l) {
                // One angle at both ends, any flow; an angle counts as on a branch of reactance 1.
                let (at_from, at_to) = (case.angle(from, t), case.angle(to, t));
                let apart = (at_from - at_to - case.wires.shift[l]).abs();
                let rounding = 1e-12 * at_from.abs().max(at_to.abs());
                kvl.add(net.base_mva * apart, tol + net.base_mva * rounding, l, t);
            }
            // The law subtracts two angles: their rounding, times the slope, is not the dispatch's fault.
            if !case.wires.is_ideal(l) {
                let law = case.flow_of_angles(l, b.bus_from, b.bus_to, t);
                let rounding = 1e-12 * case.wires.slope[l].abs() * case.angle(from, t).abs().max(case.angle(to, t).abs());
                kvl.add((flow - law).abs(), tol * flow.abs().max(1.0) + rounding, l, t);
            }
            let rating = rating(b, chosen, t);
            let over = case.flow_over.at(l, t);
            if rating < f64::INFINITY {
                thermal.within(flow, -rating - over, rating + over, tol, l, t);
            }
            if limited && comparable {
                let difference = (case.angle(from, t) - case.angle(to, t)) * 180.0 / std::f64::consts::PI;
                angle.within(difference, b.angle_min_deg, b.angle_max_deg, tol, l, t);
            }
        }
        if let (true, Some(lo), Some(hi)) = (case.shift.present(), b.phase_shift_min_deg, b.phase_shift_max_deg) {
            (0..case.steps).for_each(|t| shift.within(case.shift.at(l, t), lo, hi, tol, l, t));
        }
    }
    book.enter_all([kvl, out, thermal, angle, shift]);
}

/// `interface/*`: sums of flows, their limits, and what they are exceeded by at a price.
pub(super) fn interfaces(case: &Case<'_>, book: &mut Book) {
    let (net, tol, steps) = (case.net, case.options.feasibility_relative, case.steps);
    if net.interfaces.is_empty() {
        return;
    }
    let new = |name, unit| Tally::new(name, unit, TableId::Interfaces);
    let (mut reported, mut limit, mut over) =
        (new("interface/flow", "MW"), new("interface/limit", "MW"), new("interface/violation_range", "MW"));
    let (sum, gross) = interface_sums(case);
    let told = case.col(Quantity::InterfaceFlow);
    for (id, i) in net.interfaces.iter() {
        let k = id.index();
        for t in 0..steps {
            let (flow, size) = (sum[k * steps + t], gross[k * steps + t].max(1.0));
            if told.present() && i.in_service {
                reported.add((told.at(k, t) - flow).abs(), tol * size, k, t);
            }
            let violation = case.violation.at(k, t);
            let most = if i.in_service && i.violation_cost_per_mwh.is_some() { f64::INFINITY } else { 0.0 };
            if case.violation.present() {
                over.within(violation, 0.0, most, tol, k, t);
            }
            if i.in_service {
                let (lo, hi) = (i.p_min_mw.at(t) - violation, i.p_max_mw.at(t) + violation);
                // A limit of a sum of large flows is held as exactly as the flows are.
                let scale = [lo, hi].into_iter().filter(|v| v.is_finite()).fold(size, |a, v| a.max(v.abs()));
                limit.add((lo - flow).max(flow - hi).max(0.0), tol * scale, k, t);
            }
        }
    }
    book.enter_all([reported, limit, over]);
}

/// Flow of every interface and the sum of its terms' sizes. `[interface × step]`
pub(crate) fn interface_sums(case: &Case<'_>) -> (Vec<f64>, Vec<f64>) {
    let steps = case.steps;
    let mut sum = vec![0.0; case.net.interfaces.len() * steps];
    let mut gross = sum.clone();
    for (_, term) in case.net.interface_terms.iter() {
        let at = term.interface.index() * steps;
        for t in 0..steps {
            let p = match (term.branch, term.link) {
                (Some(b), _) => case.flow(b.index(), t),
                (None, Some(l)) => case.link_p.at(l.index(), t),
                (None, None) => 0.0,
            };
            sum[at + t] += term.weight * p;
            gross[at + t] += (term.weight * p).abs();
        }
    }
    (sum, gross)
}

/// `infeasible/shortfall_range` and `infeasible/shortfall`: what is missing or in surplus is not negative, and not nothing.
pub(crate) fn shortfall(case: &Case<'_>, book: &mut Book) {
    let tol = case.options.feasibility_relative;
    let mut range = Tally::new("infeasible/shortfall_range", "MW", TableId::Buses);
    let mut total = Tally::whole("infeasible/shortfall", "MW");
    let mut sum = 0.0;
    for q in [Quantity::BusMissing, Quantity::BusSurplus] {
        let col = case.col(q);
        for (id, _) in case.net.buses.iter().filter(|(_, b)| col.present() && b.in_service()) {
            for t in 0..case.steps {
                range.within(col.at(id.index(), t), 0.0, f64::INFINITY, tol, id.index(), t);
                sum += col.at(id.index(), t);
            }
        }
    }
    // Less than one tolerance in all would be no shortfall but rounding.
    total.add(2.0 * tol - sum, tol, 0, crate::tally::WHOLE);
    book.enter_all([range, total]);
}
