//! Random commitments that keep every rule: a plan first, then the rules that it just keeps.

use super::super::hand::commitment::{committed, unit};
use super::super::random::Rng;
use super::super::*;
use Quantity as Q;

/// A run of statuses and outputs of one unit.
struct Plan {
    on: Vec<bool>,
    p: Vec<f64>,
    r: Vec<f64>,
    before_h: f64,
    p_before: f64,
}

fn plan(r: &mut Rng, steps: usize, lo: f64, hi: f64, always: bool) -> Plan {
    let mut on = Vec::new();
    let mut u = r.chance(0.6) || always;
    let before_h = (2.0 + r.below(4) as f64) * if u { 1.0 } else { -1.0 };
    while on.len() < steps {
        let run = 2 + r.below(4);
        on.extend(std::iter::repeat_n(u, run));
        u = !u || always;
    }
    on.truncate(steps);
    let p = on.iter().map(|&u| if u { r.between(lo, hi) } else { 0.0 }).collect::<Vec<f64>>();
    let reserve = on.iter().zip(&p).map(|(&u, p)| if u { r.between(0.1, 0.9) * (hi - p) } else { 0.0 }).collect();
    Plan { on, p, r: reserve, before_h, p_before: if before_h > 0.0 { r.between(lo, hi) } else { 0.0 } }
}

/// The shortest run of a status that ends within the horizon and began in it or just before it, in hours.
fn shortest(plan: &Plan, status: bool) -> f64 {
    let (mut least, mut run, mut was) = (8.0f64, plan.before_h.abs(), plan.before_h > 0.0);
    for &u in &plan.on {
        if u == was {
            run += 1.0;
        } else {
            if was == status {
                least = least.min(run);
            }
            (run, was) = (1.0, u);
        }
    }
    least
}

pub fn grow(seed: u64) -> Case {
    let mut r = Rng(seed);
    let steps = 8 + r.below(6);
    let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    let town = bus(&mut net, "town");
    let spinning = net.reserves.push(Reserve { name: "spinning".into(), ..Reserve::default() });
    let (mut p, mut status, mut reserve, mut cost) = (vec![], vec![], vec![], 0.0);
    let mut demand = vec![0.0; steps];
    let mut required = vec![0.0; steps];
    for k in 0..2 + r.below(3) {
        let lo = r.between(10.0, 50.0);
        let hi = lo + r.between(30.0, 200.0);
        let plan = plan(&mut r, steps, lo, hi, k == 0);
        let (per_h, per_mwh) = (r.between(50.0, 500.0), r.between(10.0, 50.0));
        let g = unit(&mut net, &format!("unit {k}"), town, [lo, hi], per_h, per_mwh, plan.before_h, Some(plan.p_before));
        let g = &mut net.generators[g];
        (g.must_run, g.shut_down_cost) = (k == 0, r.between(100.0, 400.0));
        g.start_up_cost =
            vec![[1.0, 300.0 + r.between(0.0, 100.0)], [3.0, 600.0 + r.between(0.0, 100.0)], [6.0, 900.0 + r.between(0.0, 100.0)]];
        (g.up_time_min_h, g.down_time_min_h) = (shortest(&plan, true), shortest(&plan, false));
        let (mut up, mut down, mut start, mut stop) = (1.0f64, 1.0f64, lo + 1.0, lo + 1.0);
        let (mut was, mut p0, mut r0, mut off) = (plan.before_h > 0.0, plan.p_before, 0.0, (-plan.before_h).max(0.0));
        for t in 0..steps {
            let (u, p, held) = (plan.on[t], plan.p[t], plan.r[t]);
            match (was, u) {
                (true, true) => (up, down) = (up.max(p + held - p0), down.max(p0 - p)),
                (false, true) => {
                    (up, start) = (up.max(p + held - lo), start.max(p + held));
                    cost += g.start_up_cost.iter().rev().find(|x| x[0] <= off).unwrap()[1];
                }
                (true, false) => {
                    (down, stop) = (down.max(p0 - lo), stop.max(p0 + r0));
                    cost += g.shut_down_cost;
                }
                (false, false) => {}
            }
            if u {
                cost += per_h + per_mwh * p;
            }
            off = if u { 0.0 } else { off + 1.0 };
            (was, p0, r0) = (u, p, held);
            demand[t] += p;
            required[t] += held;
        }
        (g.ramp_up_mw, g.ramp_down_mw, g.start_up_limit_mw, g.shut_down_limit_mw) = (Some(up), Some(down), Some(start), Some(stop));
        if r.chance(0.3) {
            let held: Vec<f64> = plan.on.iter().map(|&u| if r.chance(0.5) { f64::from(u8::from(u)) } else { f64::NAN }).collect();
            g.status_set = Some(Profile::Series(held.into()));
        }
        net.reserve_offers.push(ReserveOffer {
            name: format!("of unit {k}"),
            reserve: spinning,
            generator: Some(Id::new(k)),
            ..ReserveOffer::default()
        });
        p.extend(plan.p);
        reserve.extend(plan.r);
        status.extend(plan.on.iter().map(|&u| f64::from(u8::from(u))));
    }
    net.reserves[spinning].requirement_mw = Profile::Series(required.into());
    load(&mut net, "homes", town, Profile::Series(demand.into()));
    let prices: Vec<f64> = (0..steps).map(|_| r.between(20.0, 60.0)).collect();
    let columns: [(Q, &[f64]); 5] = [
        (Q::GeneratorP, &p),
        (Q::GeneratorStatus, &status),
        (Q::ReserveOfferP, &reserve),
        (Q::BusBoundPrice, &prices),
        (Q::ReserveBoundPrice, &vec![0.5; steps]),
    ];
    committed("a planted commitment", net, cost, &columns)
}
