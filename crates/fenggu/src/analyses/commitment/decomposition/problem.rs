//! The network as this route sees it: units alone, and the rows that tie them together.
//!
//! A network of one bus without storage is seen whole: a plan of its units can be dispatched here. Of any other it is a relaxation, which
//! only leaves limits out (flows that no row was added for, interfaces, limits over many steps): its bound is one of the network too, and
//! its plans are dispatched by the exact route.

use super::flat::{self, Flat};
use super::tank::Tank;
use super::unit::{Stage, Unit};
use fenggu_net::*;
use fenggu_opt::decomposition::Coupling;

/// Why a network has to take the exact route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has more than one island.
    Grid,
    /// It has stores, or storage or links of a kind that is not taken apart.
    Storage,
    /// A unit has limits over many steps.
    Limits,
    /// Its ramps and reserves mean something else than PGLib's.
    Semantics,
    /// A load takes elastic demand.
    Demand,
    /// A reserve acts downward, has shortage steps, an offer with a price, or is held by storage; or a unit offers to several.
    Reserve,
    /// A cost is quadratic or its pieces do not rise.
    Cost,
    /// A unit to be committed does not say how it begins, or begins against its own rules.
    Initial,
    /// A capacity is a decision.
    Capacity,
}

/// The problem: units, coupling rows and the generators that cost nothing and are told apart only at the end.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Steps.
    pub steps: usize,
    /// Units with a plan of their own.
    pub units: Vec<Unit>,
    /// Balance of every step, then every reserve of every step. Multipliers are per MW and step.
    pub coupling: Coupling,
    /// Reserves, in the order of their rows.
    pub reserves: Vec<Id<Reserve>>,
    /// Generators without cost, ramp, reserve or status: what they may give is the width of the balance.
    pub free: Vec<GeneratorId>,
    /// Least and most that they give together, MW `[step]`.
    pub free_limits: Vec<[f64; 2]>,
    /// Firm demand, MW `[step]`.
    pub demand: Vec<f64>,
    /// Cost of a MW shed through the step, where all loads may be shed at one price; ∞ otherwise `[step]`.
    pub shed_cost: Vec<f64>,
    /// Whether nothing is left out, so that a plan of the units can be dispatched here.
    pub whole: bool,
    /// Blocks after the units: what is neither switched nor ramped.
    pub others: Vec<Other>,
    /// Where every block gives: bus, and MW there per MW of its activity. Empty in a whole problem.
    pub place: Vec<Vec<(usize, f64)>>,
    /// Branch and step of every extra row.
    pub flows: Vec<(usize, usize)>,
}

/// A block that is no unit.
#[derive(Clone, Debug)]
pub enum Other {
    /// Decides every step by itself.
    Flat(Flat),
    /// A storage unit.
    Tank(Tank),
}

impl Reason {
    /// What it is, in English and Chinese, to stand after "the network has".
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Reason::Grid => ["several islands", "多个孤岛"],
            Reason::Storage => ["stores, or storage and links that are not plain", "储存，或非简单形式的储能与链路"],
            Reason::Limits => ["units with limits over many steps", "带跨时段约束的机组"],
            Reason::Semantics => ["ramps, weights or steps of another meaning than PGLib's", "与 PGLib 含义不同的爬坡、权重或时段"],
            Reason::Demand => ["elastic demand", "弹性需求"],
            Reason::Reserve => ["reserves beyond one hard or singly priced upward product per unit", "超出每台机组单一上备用产品的备用"],
            Reason::Cost => ["costs that are not convex and piecewise linear", "非凸或非分段线性的费用"],
            Reason::Initial => {
                ["units whose state before the first step is not told, or contradicts their rules", "初始状态未给出或自相矛盾的机组"]
            }
            Reason::Capacity => ["capacities to be chosen", "待定的容量"],
        }
    }
}

impl Problem {
    /// Translates the network.
    ///
    /// # Errors
    /// The first reason why this route does not take it.
    pub fn new(net: &Network) -> Result<Problem, Reason> {
        let steps = net.steps();
        let whole = takes(net)?;
        let reserves: Vec<Id<Reserve>> = net.reserves.ids().collect();
        let (mut units, mut free) = (Vec::new(), Vec::new());
        let (mut others, mut apart): (Vec<Other>, Vec<Vec<(usize, f64)>>) = (Vec::new(), Vec::new());
        let mut free_limits = vec![[0.0; 2]; steps];
        for (id, g) in net.generators.iter() {
            if !g.in_service || !net.buses[g.bus].in_service() {
                continue;
            }
            let held = |o: &&ReserveOffer| o.generator == Some(id);
            let offers: Vec<u16> = net.reserve_offers.rows().iter().filter(held).map(|o| o.reserve.index() as u16).collect();
            if offers.len() > 1 {
                return Err(Reason::Reserve);
            }
            let most = net.reserve_offers.rows().iter().find(|o| o.generator == Some(id)).map_or(f64::INFINITY, |o| o.max_mw.at(0));
            let idle = !g.committable && offers.is_empty() && costs_nothing(g) && !is_ramped(g) && g.p_set_mw.is_none();
            if idle && !whole && g.sign == 1.0 {
                let limits: Vec<[f64; 2]> = (0..steps).map(|t| [g.lower_mw(t), g.upper_mw(t)]).collect();
                if limits.iter().flatten().any(|l| !l.is_finite()) {
                    return Err(Reason::Cost);
                }
                others.push(Other::Flat(Flat { limits, cost: vec![0.0; steps], gain: 1.0 }));
                apart.push(vec![(g.bus.index(), 1.0)]);
            } else if idle && whole {
                free.push(id);
                for (t, l) in free_limits.iter_mut().enumerate() {
                    l[0] += g.lower_mw(t);
                    l[1] += g.upper_mw(t);
                }
            } else {
                units.push(Unit { reserve_most: most, ..unit(net, id, g, offers)? });
            }
        }
        let mut demand = vec![0.0; steps];
        let mut shed_cost = vec![f64::INFINITY; steps];
        let live = |l: &&Load| l.in_service && net.buses[l.bus].in_service();
        let prices: Vec<Option<f64>> = net.loads.rows().iter().filter(live).map(|l| l.shed_cost_per_mwh).collect();
        if !whole {
            for l in net.loads.rows().iter().filter(live) {
                let Some(cost) = l.shed_cost_per_mwh else { continue };
                let limits = (0..steps).map(|t| [0.0, l.p_mw.at(t).max(0.0)]).collect();
                let cost = (0..steps).map(|t| cost * net.time.objective_h(t)).collect();
                others.push(Other::Flat(Flat { limits, cost, gain: 1.0 }));
                apart.push(vec![(l.bus.index(), 1.0)]);
            }
        } else if let Some(Some(first)) = prices.first() {
            if prices.iter().any(|p| *p != Some(*first)) {
                return Err(Reason::Demand);
            }
            for (t, c) in shed_cost.iter_mut().enumerate() {
                *c = first * net.time.objective_h(t);
            }
        } else if prices.iter().any(Option::is_some) {
            return Err(Reason::Demand);
        }
        for l in net.loads.rows().iter().filter(live) {
            for (t, d) in demand.iter_mut().enumerate() {
                *d += l.p_mw.at(t);
            }
        }
        for s in net.shunts.rows() {
            if s.in_service && s.g_mw != 0.0 {
                demand.iter_mut().for_each(|d| *d += s.g_mw);
            }
        }
        let mut links = 0;
        if !whole {
            for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && net.buses[s.bus].in_service()) {
                others.push(Other::Tank(Tank::new(net, id).ok_or(Reason::Storage)?));
                apart.push(vec![(s.bus.index(), 1.0)]);
            }
            for l in net.links.rows().iter().filter(|l| l.in_service) {
                for flat in flat::link(net, l, steps).ok_or(Reason::Storage)? {
                    apart.push(vec![(l.bus_from.index(), -1.0), (l.bus_to.index(), 1.0 + flat.gain)]);
                    others.push(Other::Flat(flat));
                    links += 1;
                }
            }
        }
        let mut coupling = Coupling::default();
        for t in 0..steps {
            coupling.lower.push(demand[t] - free_limits[t][1]);
            coupling.upper.push(demand[t] - free_limits[t][0]);
            coupling.range.push([f64::NEG_INFINITY, shed_cost[t]]);
        }
        for r in net.reserves.rows() {
            for t in 0..steps {
                coupling.lower.push(r.requirement_mw.at(t));
                coupling.upper.push(f64::INFINITY);
                let most = r.shortage.first().map_or(f64::INFINITY, |s| s[1] * net.time.objective_h(t));
                coupling.range.push([0.0, most]);
            }
        }
        if links > 0 {
            // What a link carries is no part of the balance; only flow rows look at it.
            let (ports, blocks) = (coupling.lower.len(), units.len() + others.len());
            coupling.lower.extend(std::iter::repeat_n(f64::NEG_INFINITY, steps));
            coupling.upper.extend(std::iter::repeat_n(f64::INFINITY, steps));
            coupling.range.extend(std::iter::repeat_n([0.0; 2], steps));
            coupling.offset = (0..blocks).map(|g| if g + links >= blocks { ports as u32 } else { 0 }).collect();
        }
        let mut place: Vec<Vec<(usize, f64)>> = Vec::new();
        if !whole {
            place.extend(units.iter().map(|u: &Unit| vec![(net.generators[u.generator].bus.index(), 1.0)]));
            place.extend(apart);
        }
        Ok(Problem { steps, units, coupling, reserves, free, free_limits, demand, shed_cost, whole, others, place, flows: Vec::new() })
    }

    /// Blocks: units, then the others.
    pub fn blocks(&self) -> usize {
        self.units.len() + self.others.len()
    }
}

/// Refuses what this route does not have yet; says whether nothing is left out.
fn takes(net: &Network) -> Result<bool, Reason> {
    let outages = net.contingencies.rows().iter().any(|c| c.in_service && c.branch.is_some());
    let limited = |b: &&Branch| {
        net.branch_in_service(b)
            && ((outages && b.rating_c_mva < f64::INFINITY)
                || b.rating_a_mva < f64::INFINITY
                || b.angle_min_deg > f64::NEG_INFINITY
                || b.angle_max_deg < f64::INFINITY)
    };
    if crate::physics::DcNetwork::new(net).islands > 1 {
        return Err(Reason::Grid);
    }
    if net.stores.rows().iter().any(|s| s.in_service) || !net.link_ends.is_empty() {
        return Err(Reason::Storage);
    }
    // Starts are not weighted, outputs are: with weights the two routes would have to agree on what a weighted start costs.
    if net.commitment_semantics != CommitmentSemantics::Pglib || net.time.weight_objective.iter().any(|w| *w != 1.0) {
        return Err(Reason::Semantics);
    }
    if net.loads.rows().iter().any(|l| l.in_service && !l.bid.is_empty()) {
        return Err(Reason::Demand);
    }
    let plain = |r: &Reserve| {
        let one = matches!(r.shortage[..], [] | [[f64::INFINITY, _]]);
        r.direction == ReserveDirection::Up && one
    };
    let offer = |o: &ReserveOffer| o.storage_unit.is_none() && o.cost_per_mwh.is_all(0.0) && o.max_mw.min() == o.max_mw.max();
    if !net.reserves.rows().iter().all(plain) || !net.reserve_offers.rows().iter().all(offer) {
        return Err(Reason::Reserve);
    }
    if net.generators.rows().iter().any(|g| g.p_nom_extendable) {
        return Err(Reason::Capacity);
    }
    let shed: Vec<Option<f64>> = net.loads.rows().iter().filter(|l| l.in_service).map(|l| l.shed_cost_per_mwh).collect();
    let whole = !net.branches.rows().iter().any(|b| limited(&b))
        && !net.storage_units.rows().iter().any(|s| s.in_service)
        && !net.links.rows().iter().any(|l| l.in_service)
        && net.global_limits.is_empty()
        && net.side_constraints.is_empty()
        && net.interfaces.is_empty()
        && net.reserve_offers.rows().iter().all(|o| o.max_mw.min() == f64::INFINITY)
        && shed.windows(2).all(|w| w[0] == w[1]);
    Ok(whole)
}

fn costs_nothing(g: &Generator) -> bool {
    g.cost_constant_per_h == 0.0
        && g.cost_linear_per_mwh.is_all(0.0)
        && g.cost_quadratic_per_mw2h.is_all(0.0)
        && g.cost_points.iter().all(|p| p[1] == 0.0)
        && g.offer.iter().all(|p| p[1] == 0.0)
}

fn is_ramped(g: &Generator) -> bool {
    g.ramp_up_mw.is_some() || g.ramp_down_mw.is_some() || g.ramp_up_pu.is_some() || g.ramp_down_pu.is_some()
}

/// Cost per hour at output `p` in step `t`.
fn cost_per_h(g: &Generator, t: usize, p: f64) -> f64 {
    let mut cost = g.cost_constant_per_h + g.cost_linear_per_mwh.at(t) * p;
    let mut left = p;
    for step in &g.offer {
        let q = left.min(step[0]);
        cost += q * step[1];
        left -= q;
    }
    match &g.cost_points[..] {
        [] => {}
        [one] => cost += one[1],
        points => {
            // Beyond the ends the first and last piece go on.
            let i = points.partition_point(|q| q[0] < p).clamp(1, points.len() - 1);
            let (a, b) = (points[i - 1], points[i]);
            cost += a[1] + (b[1] - a[1]) / (b[0] - a[0]) * (p - a[0]);
        }
    }
    cost
}

fn stage(net: &Network, g: &Generator, t: usize) -> Result<Stage, Reason> {
    let (p_min, p_max) = (g.lower_mw(t), g.upper_mw(t));
    if !(p_min.is_finite() && p_max.is_finite()) || p_max < p_min - 1e-9 {
        return Err(Reason::Cost);
    }
    let hours = net.time.objective_h(t);
    let mut breaks: Vec<f64> = g.cost_points.iter().map(|p| p[0]).collect();
    let mut end = 0.0;
    for s in &g.offer {
        end += s[0];
        breaks.push(end);
    }
    breaks.push(p_max);
    breaks.retain(|x| *x > p_min + 1e-9 && *x <= p_max);
    breaks.sort_by(f64::total_cmp);
    breaks.dedup_by(|a, b| *a - *b < 1e-9);
    let mut segments: Vec<(f64, f64)> = Vec::new();
    let mut from = p_min;
    for x in breaks {
        let slope = (cost_per_h(g, t, x) - cost_per_h(g, t, from)) / (x - from) * hours;
        match segments.last_mut() {
            Some(last) if slope < last.1 - 1e-9 * (1.0 + last.1.abs()) => return Err(Reason::Cost),
            Some(last) if slope <= last.1 + 1e-12 * last.1.abs() => last.0 += x - from,
            _ => segments.push((x - from, slope)),
        }
        from = x;
    }
    Ok(Stage { p_min, range: (p_max - p_min).max(0.0), no_load: cost_per_h(g, t, p_min) * hours, segments })
}

fn unit(net: &Network, generator: GeneratorId, g: &Generator, reserves: Vec<u16>) -> Result<Unit, Reason> {
    let steps = net.steps();
    if !g.cost_quadratic_per_mw2h.is_all(0.0) || g.sign != 1.0 {
        return Err(Reason::Cost);
    }
    if g.p_set_mw.is_some() || g.energy_sum_min_mwh > f64::NEG_INFINITY || g.energy_sum_max_mwh < f64::INFINITY {
        return Err(Reason::Limits);
    }
    if g.ramp_up_pu.is_some() || g.ramp_down_pu.is_some() {
        return Err(Reason::Semantics);
    }
    let hour = net.time.duration_h.first().copied().unwrap_or(1.0);
    if net.time.duration_h.iter().any(|h| (h - hour).abs() > 1e-12) {
        return Err(Reason::Semantics);
    }
    let (mut stages, mut stage_of) = (Vec::<Stage>::new(), Vec::with_capacity(steps));
    for t in 0..steps {
        let s = stage(net, g, t)?;
        let at = stages.iter().position(|k| *k == s).unwrap_or(stages.len());
        if at == stages.len() {
            stages.push(s);
        }
        stage_of.push(at as u16);
    }
    let widest = stages.iter().map(|s| s.p_min.abs() + s.range).fold(1.0, f64::max) * 2.0;
    let per_step = |r: Option<f64>| match (r, g.ramp_unit) {
        (Some(r), RampUnit::PerHour) => (r * hour).min(widest),
        (Some(r), RampUnit::PerStep) => r.min(widest),
        (None, _) => widest,
    };
    let ramp = [per_step(g.ramp_up_mw), per_step(g.ramp_down_mw)];
    let mut unit = Unit {
        generator,
        ramp,
        start_limit: widest,
        stop_limit: widest,
        stop_total: widest,
        times: [1, 1],
        carried: None,
        off_before: 1,
        start_cost: vec![0.0],
        stop_cost: 0.0,
        held: vec![1; steps],
        reserves,
        reserve_most: f64::INFINITY,
        stages,
        stage_of,
    };
    if !g.committable {
        // Always on; what it did before the first step does not bind it, except where it says so.
        if let (Some(h), Some(p)) = (g.initial_status_h, g.p_initial_mw) {
            unit.carried = (h > 0.0).then(|| (p - unit.stage(0).p_min).max(0.0));
        }
        return Ok(unit);
    }
    let p_min = unit.stage(0).p_min;
    if unit.stages.iter().any(|s| s.p_min != p_min) {
        return Err(Reason::Semantics);
    }
    let limit = |l: Option<f64>, ramp: f64| l.map_or(ramp, |l| (l - p_min).max(0.0).min(ramp));
    unit.start_limit = limit(g.start_up_limit_mw, ramp[0]);
    // Before a stop the limit counts reserve, the downward ramp does not.
    unit.stop_total = limit(g.shut_down_limit_mw, widest);
    unit.stop_limit = unit.stop_total.min(ramp[1]);
    let in_steps = |h: f64| (h / hour - 1e-9).ceil().max(0.0) as usize;
    unit.times = [in_steps(g.up_time_min_h).clamp(1, steps), in_steps(g.down_time_min_h).clamp(1, steps)];
    let before = g.initial_status_h.ok_or(Reason::Initial)?;
    let on = before > 0.0;
    let passed = (before.abs() / hour + 1e-9).floor() as usize;
    if on && g.p_initial_mw.is_none() {
        return Err(Reason::Initial);
    }
    unit.carried = on.then(|| (g.p_initial_mw.unwrap_or(p_min) - p_min).max(0.0));
    unit.off_before = if on { 0 } else { passed.max(1) };
    unit.held = vec![if g.must_run { 1 } else { -1 }; steps];
    if let Some(status) = &g.status_set {
        for (t, h) in unit.held.iter_mut().enumerate() {
            if status.at(t).is_finite() {
                *h = i8::from(status.at(t) > 0.5);
            }
        }
    }
    let shortest = in_steps(if on { g.up_time_min_h } else { g.down_time_min_h });
    for h in unit.held.iter_mut().take(shortest.saturating_sub(passed)) {
        if *h == i8::from(!on) {
            return Err(Reason::Initial);
        }
        *h = i8::from(on);
    }
    unit.stop_cost = g.shut_down_cost;
    let longest = steps + unit.off_before + 1;
    let tiers = &g.start_up_cost;
    let cost_after = |off: usize| {
        let hours = off as f64 * hour + 1e-9;
        tiers.iter().rev().find(|tier| tier[0] <= hours).or(tiers.first()).map_or(0.0, |tier| tier[1])
    };
    unit.start_cost = (1..=longest).map(cost_after).collect();
    while unit.start_cost.len() > 1 && unit.start_cost[unit.start_cost.len() - 2..].windows(2).all(|w| w[0] == w[1]) {
        unit.start_cost.pop();
    }
    Ok(unit)
}
