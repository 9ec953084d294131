//! From columns and duals to quantities with names, units and signs.

use super::watch::Watch;
use crate::formulate::capacities::Chosen;
use crate::formulate::frame::Known;
use crate::formulate::frame::{Block, Col, Row};
use crate::formulate::limit::global_limit_terms;
use crate::formulate::model::Picked;
use crate::formulate::DispatchModel;
use fenggu_net::results::{Outcome, Shape};
use fenggu_net::{BusId, Id, Quantity as Q, Results};
use fenggu_opt::{Problem, Solution, Status};

fn outcome(status: Status) -> Outcome {
    match status {
        Status::Optimal => Outcome::Optimal,
        Status::Infeasible => Outcome::Infeasible,
        Status::Unbounded => Outcome::Unbounded,
        Status::TimeLimit | Status::IterationLimit => Outcome::Limit,
        Status::Interrupted => Outcome::Interrupted,
        Status::Failed => Outcome::Failed,
    }
}

/// Results of an optimal solution; of any other only the outcome.
///
/// `reference` is the bus of every island whose price is the energy part, none for the load-weighted mean. `[island]`
pub(super) fn results(m: &DispatchModel<'_>, watch: Option<&Watch>, solution: &Solution, reference: &[Option<BusId>]) -> Results {
    let mut out = Results::new(outcome(solution.status), m.steps());
    if solution.status != Status::Optimal {
        return out;
    }
    (out.objective, out.bound) = (solution.objective, solution.bound);
    primal(m, watch, &solution.x, &mut out);
    if !solution.row_dual.is_empty() {
        let hours = hours(m);
        prices(m, watch, &Duals { row: &solution.row_dual, col: &solution.col_dual, hours }, &mut out);
        parts(m, reference, &mut out);
    }
    out
}

/// Dispatch and flows of a point in the angle form, without costs or prices.
pub(super) fn primal_only(m: &DispatchModel<'_>, x: &[f64], outcome: Outcome) -> Results {
    let mut out = Results::new(outcome, m.steps());
    primal(m, None, x, &mut out);
    out
}

fn cols<T>(x: &[f64], block: Block<T, Col>) -> Vec<f64> {
    x[block.range()].to_vec()
}

/// Adds columns of a list of steps up into their owners. `[owner × step]`
fn gathered<T>(x: &[f64], block: Block<T, Col>, owners: impl Iterator<Item = usize>, count: usize) -> Vec<f64> {
    let steps = block.steps();
    let mut sum = vec![0.0; count * steps];
    for (k, owner) in owners.enumerate() {
        for t in 0..steps {
            sum[owner * steps + t] += x[block.at(Id::new(k), t).0 as usize];
        }
    }
    sum
}

fn primal(m: &DispatchModel<'_>, watch: Option<&Watch>, x: &[f64], out: &mut Results) {
    let (net, plan, v, steps) = (m.net, m.plan, &m.plan.vars, m.steps());
    let tied = watch.filter(|w| w.tied());
    let angles = tied.map_or_else(|| cols(x, v.angle), |w| w.angles(m, x));
    let flows: Vec<f64> = match tied {
        None => cols(x, v.flow),
        Some(w) => {
            let at = |l: usize, t: usize| w.flow_mw(m, &angles, x, l, t);
            (0..net.branches.len()).flat_map(|l| (0..steps).map(move |t| (l, t))).map(|(l, t)| at(l, t)).collect()
        }
    };
    out.set(Q::BusAngle, angles.iter().map(|a| a.to_degrees()).collect());
    if !plan.shifters.is_empty() {
        let fixed = |l: usize| net.branches.rows()[l].phase_shift_deg;
        let mut shift: Vec<f64> = (0..net.branches.len()).flat_map(|l| std::iter::repeat_n(fixed(l), steps)).collect();
        for (k, p) in plan.shifters.iter().enumerate() {
            (0..steps).for_each(|t| shift[p.0 * steps + t] = x[v.shift.at(Id::new(k), t).0 as usize].to_degrees());
        }
        out.set(Q::BranchShift, shift);
    }
    let p = cols(x, v.p);
    if net.carriers.rows().iter().any(|c| c.renewable) {
        let mut curtailed = vec![0.0; p.len()];
        for (g, generator) in m.generators() {
            if generator.carrier.is_some_and(|c| net.carriers[c].renewable) {
                for t in 0..steps {
                    let k = g.index() * steps + t;
                    let available = match m.generator_upper(g, t) {
                        Known::Value(mw) => mw,
                        Known::Col(c, share) => share * x[c.0 as usize],
                    };
                    curtailed[k] = (available - p[k]).max(0.0);
                }
            }
        }
        out.set(Q::GeneratorCurtailed, curtailed);
    }
    let loads = net.loads.len();
    let shed = gathered(x, v.shed, plan.sheddable.iter().map(|s| s.0), loads);
    let elastic = gathered(x, v.elastic, plan.elastic.iter().map(|s| s.owner), loads);
    let mut served = vec![0.0; loads * steps];
    for (l, load) in m.loads() {
        for t in 0..steps {
            let k = l.index() * steps + t;
            served[k] = load.p_mw.at(t) - shed.get(k).copied().unwrap_or(0.0) + elastic.get(k).copied().unwrap_or(0.0);
        }
    }
    out.set(Q::LoadP, served);
    if !plan.sheddable.is_empty() {
        out.set(Q::LoadShed, shed);
    }
    if !plan.elastic.is_empty() {
        out.set(Q::LoadElastic, elastic);
    }
    if !net.storage_units.is_empty() {
        for (q, block) in
            [(Q::StorageCharge, v.charge), (Q::StorageDischarge, v.discharge), (Q::StorageSoc, v.soc), (Q::StorageSpill, v.spill)]
        {
            out.set(q, cols(x, block));
        }
    }
    if !net.stores.is_empty() {
        out.set(Q::StoreP, cols(x, v.store_p));
        out.set(Q::StoreEnergy, cols(x, v.store_energy));
    }
    if !net.links.is_empty() {
        let drawn = cols(x, v.link_p);
        let mut delivered = vec![0.0; drawn.len()];
        for (l, link) in m.links() {
            for t in 0..steps {
                let k = l.index() * steps + t;
                delivered[k] = link.efficiency.at(t) * drawn[k] - link.loss_constant_mw;
            }
        }
        out.set(Q::LinkP, drawn);
        out.set(Q::LinkDelivered, delivered);
    }
    if !net.reserves.is_empty() {
        out.set(Q::ReserveShortage, gathered(x, v.shortage, plan.shortage.iter().map(|s| s.owner), net.reserves.len()));
        out.set(Q::ReserveOfferP, cols(x, v.reserve));
    }
    if !net.interfaces.is_empty() {
        let mut sum = vec![0.0; net.interfaces.len() * steps];
        for (_, term) in net.interface_terms.iter() {
            for t in 0..steps {
                let flow = match (term.branch, term.link) {
                    (Some(b), _) => flows[b.index() * steps + t],
                    (None, Some(l)) => x[v.link_p.at(l, t).0 as usize],
                    (None, None) => 0.0,
                };
                sum[term.interface.index() * steps + t] += term.weight * flow;
            }
        }
        out.set(Q::InterfaceFlow, sum);
        if !plan.soft_interfaces.is_empty() {
            let owners = || plan.soft_interfaces.iter().map(|s| s.0);
            let mut over = gathered(x, v.interface_over, owners(), net.interfaces.len());
            let under = gathered(x, v.interface_under, owners(), net.interfaces.len());
            over.iter_mut().zip(under).for_each(|(o, u)| *o += u);
            out.set(Q::InterfaceViolation, over);
        }
    }
    if !net.global_limits.is_empty() {
        let used = |limit| {
            let mut sum = 0.0;
            let at_start = global_limit_terms(m, limit, &mut |c, a| sum += a * x[c.0 as usize]);
            sum + at_start
        };
        out.set(Q::GlobalLimitUsed, net.global_limits.ids().map(used).collect());
    }
    for (q, soft, block) in
        [(Q::BranchViolation, &plan.soft_branches, v.flow_over), (Q::BranchEmergencyViolation, &plan.soft_after_outage, v.emergency_over)]
    {
        if !soft.is_empty() {
            out.set(q, gathered(x, block, soft.iter().map(|s| s.0), net.branches.len()));
        }
    }
    capacities(m, x, out);
    out.set(Q::GeneratorP, p);
    out.set(Q::BranchFlow, flows);
    if !net.side_constraints.is_empty() {
        let mut activity = vec![0.0; net.side_constraints.len()];
        for (term, &(q, element)) in net.side_terms.rows().iter().zip(&plan.side_targets) {
            let range = if q.spec().shape == Shape::Static {
                0..1
            } else if term.step < 0 {
                0..steps
            } else {
                term.step as usize..term.step as usize + 1
            };
            // A quantity that nobody has (shed power where nothing may be shed) is 0.
            let value = |t| if out.column(q).is_some() { out.at(q, element, t) } else { 0.0 };
            activity[term.constraint.index()] += range.map(|t| term.coefficient * value(t)).sum::<f64>();
        }
        out.set(Q::SideActivity, activity);
    }
}

/// Duals as prices read them, and what a step counts for in them.
struct Duals<'a> {
    row: &'a [f64],
    col: &'a [f64],
    /// Hours of every step; 1 for duals per step. `[step]`
    hours: Vec<f64>,
}

/// Hours that every step counts in the objective. A step that does not count has no price per MWh: NaN, so that its prices are. `[step]`
fn hours(m: &DispatchModel<'_>) -> Vec<f64> {
    (0..m.steps()).map(|t| Some(m.net.time.objective_h(t)).filter(|h| *h != 0.0).unwrap_or(f64::NAN)).collect()
}

/// A proof of infeasibility in the network's terms: its multipliers under the names and signs of prices, per unit and step.
///
/// With costs of zero a Farkas ray is a dual solution whose objective is above zero, and `−Aᵀy` are its reduced costs.
pub(super) fn multipliers(m: &DispatchModel<'_>, watch: Option<&Watch>, problem: &Problem, ray: &[f64]) -> Results {
    let mut out = Results::new(Outcome::Infeasible, m.steps());
    if ray.len() == problem.rows() {
        let reduced = |j: usize| -problem.matrix.column(j).map(|(i, v)| v * ray[i]).sum::<f64>();
        let col: Vec<f64> = (0..problem.cols()).map(reduced).collect();
        prices(m, watch, &Duals { row: ray, col: &col, hours: vec![1.0; m.steps()] }, &mut out);
    }
    out
}

/// Chosen capacities beside given ones, for every table in which one is chosen.
fn capacities(m: &DispatchModel<'_>, x: &[f64], out: &mut Results) {
    let (c, v, net) = (&m.plan.capacities, &m.plan.vars, m.net);
    let mut list = |q: Q, chosen: &Chosen, block: Block<Picked, Col>, given: Vec<f64>| {
        if chosen.rows.is_empty() {
            return;
        }
        let mut all = given;
        chosen.rows.iter().enumerate().for_each(|(k, p)| all[p.0] = x[block.at(Id::new(k), 0).0 as usize]);
        out.set(q, all);
    };
    let none = f64::NAN;
    let given = net.generators.rows().iter().map(|g| g.p_nom_mw.unwrap_or(none)).collect();
    list(Q::GeneratorPNomOpt, &c.generators, v.generator_nom, given);
    let given = net.storage_units.rows().iter().map(|s| s.p_nom_mw.unwrap_or(none)).collect();
    list(Q::StoragePNomOpt, &c.storage_units, v.storage_nom, given);
    let given = net.stores.rows().iter().map(|s| s.e_nom_mwh.unwrap_or(none)).collect();
    list(Q::StoreENomOpt, &c.stores, v.store_nom, given);
    let given = net.links.rows().iter().map(|l| l.p_nom_mw.unwrap_or(none)).collect();
    list(Q::LinkPNomOpt, &c.links, v.link_nom, given);
    list(Q::BranchSNomOpt, &c.branches, v.branch_nom, net.branches.rows().iter().map(|b| b.rating_a_mva).collect());
}

/// Price at every bus, per MWh. `[bus × step]`; NaN at isolated buses.
fn bus_prices(m: &DispatchModel<'_>, watch: Option<&Watch>, duals: &Duals<'_>) -> Vec<f64> {
    let (steps, y) = (m.steps(), duals.row);
    let mut price = match watch.filter(|w| w.tied()) {
        None => y[m.plan.rows.power_balance.range()].to_vec(),
        Some(w) => {
            let pool = |bus: usize| m.plan.pool_of_bus[bus] as usize;
            let energy = |bus: usize, t: usize| {
                if pool(bus) == u32::MAX as usize {
                    f64::NAN
                } else {
                    y[m.plan.rows.energy_balance.at(Id::new(pool(bus)), t).0 as usize]
                }
            };
            let mut all: Vec<f64> =
                (0..m.net.buses.len()).flat_map(|b| (0..steps).map(move |t| (b, t))).map(|(b, t)| energy(b, t)).collect();
            w.add_prices(m, y, m.plan.layout.rows as usize, &mut all);
            all
        }
    };
    for (bus, row) in m.net.buses.iter() {
        for t in 0..steps {
            let k = bus.index() * steps + t;
            price[k] = if row.in_service() { price[k] / duals.hours[t] } else { f64::NAN };
        }
    }
    price
}

/// Splits prices into the energy part, the price of the island's reference, and congestion.
fn parts(m: &DispatchModel<'_>, reference: &[Option<BusId>], out: &mut Results) {
    let Some(price) = out.column(Q::BusPrice) else { return };
    let energy = energy_part(m, price, reference);
    let congestion = price.iter().zip(&energy).map(|(p, e)| p - e).collect();
    out.set(Q::BusPriceCongestion, congestion);
    out.set(Q::BusPriceEnergy, energy);
}

/// Energy part of prices: that of the reference bus, or the load-weighted mean of the island (of all its buses where it has no
/// load). `[bus × step]`
fn energy_part(m: &DispatchModel<'_>, price: &[f64], reference: &[Option<BusId>]) -> Vec<f64> {
    let (steps, dc) = (m.steps(), &m.plan.dc);
    let mut weight = vec![0.0; m.net.buses.len() * steps];
    for (_, load) in m.loads() {
        (0..steps).for_each(|t| weight[load.bus.index() * steps + t] += load.p_mw.at(t).max(0.0));
    }
    let mut sums = vec![[0.0f64; 4]; dc.islands * steps];
    let island = |bus: usize| dc.island_of_bus[bus];
    for bus in (0..m.net.buses.len()).filter(|&b| island(b) != u32::MAX) {
        for t in 0..steps {
            let k = bus * steps + t;
            let s = &mut sums[island(bus) as usize * steps + t];
            *s = [s[0] + weight[k] * price[k], s[1] + weight[k], s[2] + price[k], s[3] + 1.0];
        }
    }
    let mean = |s: [f64; 4]| if s[1] > 0.0 { s[0] / s[1] } else { s[2] / s[3] };
    let at = |bus: usize, t: usize| match island(bus) {
        u32::MAX => f64::NAN,
        i => match reference[i as usize] {
            Some(at) => price[at.index() * steps + t],
            None => mean(sums[i as usize * steps + t]),
        },
    };
    (0..m.net.buses.len()).flat_map(|b| (0..steps).map(move |t| (b, t))).map(|(b, t)| at(b, t)).collect()
}

fn prices(m: &DispatchModel<'_>, watch: Option<&Watch>, duals: &Duals<'_>, out: &mut Results) {
    let (net, plan, v, rows, steps) = (m.net, m.plan, &m.plan.vars, &m.plan.rows, m.steps());
    let y = |r: Row| duals.row[r.0 as usize];
    let rc = |c: Col| duals.col[c.0 as usize];
    let h = |t: usize| duals.hours[t];
    let price = bus_prices(m, watch, duals);
    out.set(Q::BusPrice, price);

    let (mut limit, mut angle) = (vec![0.0; net.branches.len() * steps], vec![0.0; net.branches.len() * steps]);
    for (l, _) in net.branches.iter().filter(|(l, _)| plan.dc.live[l.index()]) {
        let slope = net.base_mva * plan.dc.susceptance[l.index()];
        for t in (0..steps).filter(|_| slope != 0.0) {
            let (k, mu) = (l.index() * steps + t, -rc(v.flow.at(l, t)) / h(t));
            let (_, by_angle) = plan.dc.flow_limits_mw(net, l.index(), t);
            if by_angle[usize::from(mu > 0.0)] {
                angle[k] = mu * slope;
            } else {
                limit[k] = mu;
            }
        }
    }
    for (k, b) in plan.capacities.branches.rows.iter().enumerate() {
        let both = |t| y(rows.flow_upper.at(Id::new(k), t)) - y(rows.flow_lower.at(Id::new(k), t));
        (0..steps).for_each(|t| limit[b.0 * steps + t] -= both(t) / h(t));
    }
    for (k, position) in plan.soft_rated.iter().enumerate() {
        let (l, k) = (plan.soft_branches[position.0].0, Id::new(k));
        (0..steps).for_each(|t| limit[l * steps + t] -= (y(rows.soft_upper.at(k, t)) - y(rows.soft_lower.at(k, t))) / h(t));
    }
    if let Some(watch) = watch {
        out.outage_prices = watch.outage_prices(duals.row, plan.layout.rows as usize, &duals.hours);
    }
    for (k, p) in plan.angle_limited.iter().enumerate() {
        (0..steps).for_each(|t| angle[p.0 * steps + t] = -rc(v.angle_difference.at(Id::new(k), t)) / h(t));
    }
    out.set(Q::BranchLimitPrice, limit);
    out.set(Q::BranchAnglePrice, angle);

    // A column over all elements of a table from a list of (element, value at t).
    let spread = |count: usize, list: &mut dyn Iterator<Item = (usize, Vec<f64>)>| {
        let mut all = vec![0.0; count * steps];
        list.for_each(|(e, values)| all[e * steps..(e + 1) * steps].copy_from_slice(&values));
        all
    };
    let over = |f: &dyn Fn(usize) -> f64| (0..steps).map(f).collect::<Vec<f64>>();
    let gens = net.generators.len();
    // Ramps: the rows of a limit in MW, and those of a limit that moves with the capacity.
    let mut ramps = |q: Q, count: usize, fixed: &[Picked], row: Block<Picked, Row>, c: &Chosen, moving: [Block<Picked, Row>; 2]| {
        if fixed.is_empty() && c.ramped.is_empty() {
            return;
        }
        let mut all = vec![0.0; count * steps];
        for (k, p) in fixed.iter().enumerate() {
            (0..steps).for_each(|t| all[p.0 * steps + t] -= y(row.at(Id::new(k), t)));
        }
        for (k, position) in c.ramped.iter().enumerate() {
            let p = c.rows[position.0].0;
            // The downward row is written the other way round.
            (0..steps).for_each(|t| all[p * steps + t] -= y(moving[0].at(Id::new(k), t)) - y(moving[1].at(Id::new(k), t)));
        }
        out.set(q, all);
    };
    let c = &plan.capacities;
    ramps(Q::GeneratorRampPrice, gens, &plan.ramped, rows.ramp, &c.generators, [rows.ramp_up, rows.ramp_down]);
    ramps(Q::LinkRampPrice, net.links.len(), &plan.link_ramped, rows.link_ramp, &c.links, [rows.link_ramp_up, rows.link_ramp_down]);
    if !plan.energy_limited.is_empty() {
        let mut price = vec![0.0; gens];
        plan.energy_limited.iter().enumerate().for_each(|(k, p)| price[p.0] = -y(rows.energy_sum.at(Id::new(k), 0)));
        out.set(Q::GeneratorEnergySumPrice, price);
    }
    if !plan.generator_holders.is_empty() {
        for (q, up) in [(Q::GeneratorHeadroomPrice, true), (Q::GeneratorFootroomPrice, false)] {
            let sign = if up { -1.0 } else { 1.0 };
            let held = plan.generator_holders.iter().enumerate().filter(|(_, x)| x.up == up);
            let mut list = held.map(|(k, x)| (x.unit, over(&|t| sign * y(rows.generator_room.at(Id::new(k), t)) / h(t))));
            out.set(q, spread(gens, &mut list));
        }
    }
    if !plan.storage_holders.is_empty() {
        for (q, energy, up) in
            [(Q::StorageHeadroomPrice, Q::StorageEnergyUpPrice, true), (Q::StorageFootroomPrice, Q::StorageEnergyDownPrice, false)]
        {
            let sign = if up { 1.0 } else { -1.0 };
            let held = || plan.storage_holders.iter().enumerate().filter(|(_, x)| x.up == up);
            let mut list = held().map(|(k, x)| (x.unit, over(&|t| -y(rows.storage_room.at(Id::new(k), t)) / h(t))));
            out.set(q, spread(net.storage_units.len(), &mut list));
            let mut list = held().map(|(k, x)| (x.unit, over(&|t| sign * y(rows.storage_energy.at(Id::new(k), t)))));
            out.set(energy, spread(net.storage_units.len(), &mut list));
        }
    }
    let negative = |block: std::ops::Range<usize>| duals.row[block].iter().map(|d| 0.0 - d).collect::<Vec<f64>>();
    if !net.storage_units.is_empty() {
        out.set(Q::StorageWaterValue, negative(rows.soc_balance.range()));
        let mut cycle = vec![0.0; net.storage_units.len()];
        plan.cycle_limited.iter().enumerate().for_each(|(k, p)| cycle[p.0] = -y(rows.cycle_limit.at(Id::new(k), 0)));
        out.set(Q::StorageCyclePrice, cycle);
    }
    if !net.stores.is_empty() {
        out.set(Q::StoreWaterValue, negative(rows.store_balance.range()));
    }
    let per_hour = |count: usize, sign: f64, at: &dyn Fn(usize, usize) -> Row| {
        (0..count).flat_map(|e| (0..steps).map(move |t| (e, t))).map(|(e, t)| 0.0 + sign * y(at(e, t)) / h(t)).collect::<Vec<f64>>()
    };
    if !net.reserves.is_empty() {
        out.set(Q::ReservePrice, per_hour(net.reserves.len(), 1.0, &|e, t| rows.requirement.at(Id::new(e), t)));
    }
    if !net.interfaces.is_empty() {
        out.set(Q::InterfacePrice, per_hour(net.interfaces.len(), -1.0, &|e, t| rows.interface.at(Id::new(e), t)));
    }
    if !net.global_limits.is_empty() {
        out.set(Q::GlobalLimitPrice, negative(rows.global_limit.range()));
    }
    if !net.side_constraints.is_empty() {
        out.set(Q::SidePrice, negative(rows.side.range()));
    }
}
