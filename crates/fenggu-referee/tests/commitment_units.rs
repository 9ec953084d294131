//! The referee's reading of commitment against enumeration: one unit at a time, every pattern, every whole output and reserve.
//!
//! With whole numbers in the data an optimum in whole numbers exists: given the pattern, every row is a difference of two of the
//! numbers (outputs p and tops p + r), and costs are convex in such differences with whole corners.
#![allow(clippy::unwrap_used)]
mod common;

use common::random::Rng;
use fenggu_net::results::Outcome;
use fenggu_net::CommitmentSemantics as Words;
use fenggu_net::*;
use fenggu_referee::{judge_commitment, RefereeOptions};

/// One unit on one bus, multipliers, and nothing else.
struct Try {
    net: Network,
    lambda: Vec<f64>,
    /// Of each reserve.
    mu: Vec<Vec<f64>>,
}

fn whole(r: &mut Rng, from: i64, to: i64) -> f64 {
    (from + r.below((to - from + 1) as usize) as i64) as f64
}

fn random(r: &mut Rng, words: Words) -> Try {
    let steps = 1 + r.below(5);
    let mut net = Network { commitment_semantics: words, time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    let bus = net.buses.push(Bus { name: "bus".into(), ..Bus::default() });
    let lo = whole(r, 0, 4);
    let range = whole(r, 0, 5);
    let moves = r.chance(0.2);
    let los: Vec<f64> = (0..steps).map(|_| if moves { lo + whole(r, 0, 2) } else { lo }).collect();
    let his: Vec<f64> = los.iter().map(|l| if moves { l + whole(r, 0, 5) } else { l + range }).collect();
    let first = los[0];
    let mut g = Generator { name: "unit".into(), bus, committable: true, ..Generator::default() };
    g.p_min_mw = Some(Profile::Series(los.into()));
    g.p_max_mw = Some(Profile::Series(his.into()));
    g.cost_constant_per_h = whole(r, 0, 20);
    g.cost_linear_per_mwh = whole(r, 0, 5).into();
    let (mut x, mut y, mut slope) = (whole(r, 0, 3), whole(r, 0, 20), whole(r, 0, 9));
    if r.chance(0.7) {
        for _ in 0..2 + r.below(3) {
            g.cost_points.push([x, y]);
            let width = whole(r, 1, 3);
            (x, y) = (x + width, y + width * slope);
            slope += whole(r, 0, 6);
        }
    }
    let some = |r: &mut Rng, p: f64, from: i64, to: i64| r.chance(p).then(|| whole(r, from, to));
    g.ramp_unit = RampUnit::PerStep;
    g.ramp_up_mw = some(r, 0.8, 0, 6);
    g.ramp_down_mw = some(r, 0.8, 0, 6);
    g.start_up_limit_mw = some(r, 0.6, lo as i64, 10);
    g.shut_down_limit_mw = some(r, 0.6, lo as i64, 10);
    g.up_time_min_h = whole(r, 0, 3);
    g.down_time_min_h = whole(r, 0, 3);
    let mut lag = whole(r, 0, 2);
    for _ in 0..r.below(4) {
        let cost = g.start_up_cost.last().map_or(0.0, |t| t[1]) + whole(r, 0, 30);
        g.start_up_cost.push([lag, cost]);
        lag += whole(r, 1, 3);
    }
    g.shut_down_cost = whole(r, 0, 5);
    g.initial_status_h = match r.below(5) {
        0 => None,
        1 | 2 => Some(whole(r, 1, 4)),
        _ => Some(-whole(r, 1, 4)),
    };
    if r.chance(0.8) {
        // Below the minimum the formats differ, and no file is.
        g.p_initial_mw = Some(first + whole(r, 0, range as i64));
    }
    g.must_run = r.chance(0.05);
    if r.chance(0.2) {
        let held: Vec<f64> = (0..steps).map(|_| r.pick(&[f64::NAN, f64::NAN, 0.0, 1.0])).collect();
        g.status_set = Some(Profile::Series(held.into()));
    }
    let unit = net.generators.push(g);
    let mut mu = Vec::new();
    for k in 0..r.below(3) {
        let reserve = net.reserves.push(Reserve { name: format!("reserve {k}"), ..Reserve::default() });
        let max_mw = if r.chance(0.5) { f64::INFINITY } else { whole(r, 0, 3) };
        let cost_per_mwh = whole(r, 0, 3).into();
        let name = format!("offer {k}");
        net.reserve_offers.push(ReserveOffer {
            name,
            reserve,
            generator: Some(unit),
            max_mw: max_mw.into(),
            cost_per_mwh,
            ..ReserveOffer::default()
        });
        mu.push((0..steps).map(|_| whole(r, 0, 8)).collect());
    }
    let lambda = (0..steps).map(|_| whole(r, -3, 25)).collect();
    Try { net, lambda, mu }
}

/// Status, output, reserve in all. Output off is 0.
type State = (bool, f64, f64);

impl Try {
    fn g(&self) -> &Generator {
        &self.net.generators.rows()[0]
    }
    fn lo(&self, t: usize) -> f64 {
        self.g().lower_mw(t)
    }
    fn hi(&self, t: usize) -> f64 {
        self.g().upper_mw(t)
    }
    /// Most reserve, whatever the output.
    fn most(&self, _t: usize) -> f64 {
        self.net.reserve_offers.rows().iter().map(|o| o.max_mw.at(0)).sum()
    }
    /// The state before the first step, as far as rows read it.
    fn before(&self) -> Option<State> {
        let g = self.g();
        match (g.initial_status_h, g.p_initial_mw) {
            (None, _) => None,
            (Some(h), Some(p)) if h > 0.0 => Some((true, p, 0.0)),
            (Some(h), None) if h > 0.0 => None,
            _ => Some((false, 0.0, 0.0)),
        }
    }
    /// Whether two states may follow each other, row by row as the formats' documents write them.
    fn follows(&self, before: Option<State>, now: State, t: usize) -> bool {
        let g = self.g();
        let (u, p, r) = now;
        let in_range = if u { p >= self.lo(t) && p + r <= self.hi(t) && r <= self.most(t) } else { p == 0.0 && r == 0.0 };
        let Some((u0, p0, r0)) = before else { return in_range };
        let none = 1e6;
        let (ru, rd) = (g.ramp_up_mw.unwrap_or(none), g.ramp_down_mw.unwrap_or(none));
        let (su, sd) = (g.start_up_limit_mw.unwrap_or(none), g.shut_down_limit_mw.unwrap_or(none));
        let (lo, lo0) = (self.lo(t), if t == 0 { self.lo(0) } else { self.lo(t - 1) });
        let (start, stop) = (u && !u0, u0 && !u);
        let (above, above0) = (if u { p - lo } else { 0.0 }, if u0 { p0 - lo0 } else { 0.0 });
        let fine = match self.net.commitment_semantics {
            Words::Pglib => {
                let limits = (!start || p + r <= su) && (!stop || p0 + r0 <= sd);
                let both = u && u0;
                // Ramps of output above the minimum; of output where both steps have one, should the minimum move.
                let up = if both { p + r - p0 } else { above + r - above0 };
                let down = if both { p0 - p } else { above0 - above };
                limits && (!u || up <= ru) && (!u0 || down <= rd)
            }
            Words::UnitCommitmentJl => {
                let limits = (!start || p + r <= su) && (!stop || p0 <= sd);
                let ramps = if t == 0 && !u0 {
                    true
                } else if lo == lo0 {
                    above + r - above0 <= ru && above0 + r0 - above <= rd
                } else {
                    let (ui, u0i) = (f64::from(u8::from(u)), f64::from(u8::from(u0)));
                    let (v, w) = (f64::from(u8::from(start)), f64::from(u8::from(stop)));
                    lo * ui + above + r - lo0 * u0i - above0 <= ru * u0i + su * v
                        && lo0 * u0i + above0 + r0 - lo * ui - above <= rd * ui + sd * w
                };
                limits && ramps
            }
            Words::Pypsa => {
                let nominal = (0..self.net.steps()).map(|t| self.hi(t)).fold(0.0, f64::max);
                let (ui, u0i) = (f64::from(u8::from(u)), f64::from(u8::from(u0)));
                let fill = |x: Option<f64>| x.unwrap_or(nominal);
                let no_up = g.ramp_up_mw.is_none() && g.start_up_limit_mw.is_none();
                let no_down = g.ramp_down_mw.is_none() && g.shut_down_limit_mw.is_none();
                let up = p - p0 <= fill(g.ramp_up_mw) * u0i + fill(g.start_up_limit_mw) * (ui - u0i);
                let down = p - p0 >= -fill(g.ramp_down_mw) * ui - fill(g.shut_down_limit_mw) * (u0i - ui);
                (no_up || up) && (no_down || down)
            }
        };
        in_range && fine
    }
    /// Whether the pattern keeps what is held and the shortest times.
    fn allows(&self, on: &[bool]) -> bool {
        let g = self.g();
        for (t, u) in on.iter().enumerate() {
            let set = g.status_set.as_ref().map_or(f64::NAN, |s| s.at(t));
            if g.must_run && set.is_nan() && !u || set == 1.0 && !u || set == 0.0 && *u {
                return false;
            }
        }
        // Hours of the present run; none known where nobody says.
        let mut run = g.initial_status_h.map(|h| (h > 0.0, h.abs()));
        for &u in on {
            run = match run {
                Some((was, h)) if was == u => Some((u, h + 1.0)),
                Some((was, h)) => {
                    if h < if was { g.up_time_min_h } else { g.down_time_min_h } {
                        return false;
                    }
                    Some((u, 1.0))
                }
                // As long as it takes.
                None => Some((u, 1e3)),
            };
        }
        true
    }
    fn switching(&self, on: &[bool]) -> f64 {
        let g = self.g();
        let (mut cost, mut was) = (0.0, g.initial_status_h.map(|h| h > 0.0));
        let mut off = g.initial_status_h.map_or(0.0, |h| (-h).max(0.0));
        for &u in on {
            if was == Some(false) && u {
                let tier = g.start_up_cost.iter().rfind(|t| t[0] <= off);
                let short =
                    if self.net.commitment_semantics == Words::UnitCommitmentJl { g.start_up_cost.last() } else { g.start_up_cost.first() };
                cost += tier.or(short).map_or(0.0, |t| t[1]);
            }
            if was == Some(true) && !u {
                cost += g.shut_down_cost;
            }
            off = if u { 0.0 } else { off + 1.0 };
            was = Some(u);
        }
        cost
    }
    fn running(&self, p: f64) -> f64 {
        let g = self.g();
        let mut cost = g.cost_constant_per_h + g.cost_linear_per_mwh.at(0) * p;
        if let [a, .., b] = g.cost_points[..] {
            let slope = |w: &[[f64; 2]]| (w[1][1] - w[0][1]) / (w[1][0] - w[0][0]);
            let n = g.cost_points.len();
            let piece = g.cost_points.windows(2).find(|w| p <= w[1][0]);
            cost += match piece {
                _ if p < a[0] => a[1] + slope(&g.cost_points[..2]) * (p - a[0]),
                Some(w) => w[0][1] + slope(w) * (p - w[0][0]),
                None => b[1] + slope(&g.cost_points[n - 2..]) * (p - b[0]),
            };
        }
        cost
    }
    /// Shares of reserve by worth, and what they are worth.
    fn shares(&self, r: f64, t: usize) -> (Vec<f64>, f64) {
        let offers = self.net.reserve_offers.rows();
        let mut order: Vec<usize> = (0..offers.len()).collect();
        let worth = |k: usize| self.mu[k][t] - offers[k].cost_per_mwh.at(t);
        order.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)));
        let (mut left, mut sum, mut shares) = (r, 0.0, vec![0.0; offers.len()]);
        for k in order {
            shares[k] = left.min(offers[k].max_mw.at(t));
            left -= shares[k];
            sum += shares[k] * worth(k);
        }
        (shares, sum)
    }
    fn value(&self, (u, p, r): State, t: usize) -> f64 {
        if u {
            self.running(p) - self.lambda[t] * p - self.shares(r, t).1
        } else {
            0.0
        }
    }
    /// The least value and a plan that has it.
    fn enumerate(&self) -> (f64, Vec<State>) {
        let steps = self.net.steps();
        let mut best = (f64::INFINITY, Vec::new());
        for pattern in 0..1usize << steps {
            let on: Vec<bool> = (0..steps).map(|t| pattern >> t & 1 == 1).collect();
            if !self.allows(&on) {
                continue;
            }
            // Forward over all states.
            let mut layers: Vec<Vec<(State, f64, usize)>> = Vec::new();
            for (t, &u) in on.iter().enumerate() {
                let mut states: Vec<State> = Vec::new();
                if u {
                    let (lo, hi) = (self.lo(t) as i64, self.hi(t) as i64);
                    for p in lo..=hi {
                        states.extend((0..=hi - p).map(|r| r as f64).filter(|r| *r <= self.most(t)).map(|r| (true, p as f64, r)));
                    }
                } else {
                    states.push((false, 0.0, 0.0));
                }
                let mut layer = Vec::new();
                for s in states {
                    let from = match layers.last() {
                        None => self.follows(self.before(), s, 0).then_some((0.0, 0)),
                        Some(prev) => {
                            let fit = prev.iter().enumerate().filter(|(_, (b, ..))| self.follows(Some(*b), s, t));
                            fit.map(|(k, (_, v, _))| (*v, k)).min_by(|a, b| a.0.total_cmp(&b.0))
                        }
                    };
                    if let Some((v, k)) = from {
                        layer.push((s, v + self.value(s, t), k));
                    }
                }
                layers.push(layer);
            }
            let last = layers[steps - 1].iter().enumerate().min_by(|a, b| a.1 .1.total_cmp(&b.1 .1));
            let Some((mut k, (_, v, _))) = last else { continue };
            let total = v + self.switching(&on);
            if total < best.0 {
                let mut plan = Vec::new();
                for layer in layers.iter().rev() {
                    plan.push(layer[k].0);
                    k = layer[k].2;
                }
                plan.reverse();
                best = (total, plan);
            }
        }
        best
    }
    /// Results that hold a plan; the load takes what the unit gives.
    fn results(&mut self, plan: &[State]) -> Results {
        let steps = self.net.steps();
        let mut results = Results::new(Outcome::Optimal, steps);
        results.set(Quantity::GeneratorP, plan.iter().map(|s| s.1).collect());
        results.set(Quantity::GeneratorStatus, plan.iter().map(|s| f64::from(u8::from(s.0))).collect());
        let shares: Vec<Vec<f64>> = plan.iter().enumerate().map(|(t, s)| self.shares(s.2, t).0).collect();
        results.set(Quantity::ReserveOfferP, (0..self.mu.len()).flat_map(|k| shares.iter().map(move |s| s[k])).collect());
        results.set(Quantity::BusBoundPrice, self.lambda.clone());
        results.set(Quantity::ReserveBoundPrice, self.mu.concat());
        results
    }
}

#[test]
fn the_best_response_equals_enumeration() {
    let mut r = Rng(20_26);
    let (mut exact, mut below, mut none, mut ran) = (0, 0, 0, 0);
    for k in 0..3000 {
        let words = [Words::Pglib, Words::Pglib, Words::UnitCommitmentJl, Words::Pypsa][k % 4];
        let mut case = random(&mut r, words);
        let (best, plan) = case.enumerate();
        let steps = case.net.steps();
        let shown = if plan.is_empty() { vec![(false, 0.0, 0.0); steps] } else { plan.clone() };
        let results = case.results(&shown);
        let c = judge_commitment(&case.net, &results, &RefereeOptions::default());
        if best == f64::INFINITY {
            none += 1;
            assert!(c.dual_bound.is_nan() || words == Words::UnitCommitmentJl, "{k}: {} where no plan exists", c.dual_bound);
            assert!(!c.passed, "{k}");
            continue;
        }
        ran += usize::from(plan.iter().any(|s| s.0));
        // The plan found keeps all rules, by the referee too, and costs what it says.
        let bad: Vec<_> = c.failed().map(|t| t.name).filter(|n| !["balance/nodal", "bound/below_objective"].contains(n)).collect();
        assert!(bad.is_empty(), "{k} {words:?}: {bad:?}\n{:?}\n{plan:?}", case.g());
        let income: f64 = plan
            .iter()
            .enumerate()
            .map(|(t, s)| case.lambda[t] * s.1 + case.mu.iter().zip(case.shares(s.2, t).0).map(|(m, r)| m[t] * r).sum::<f64>())
            .sum();
        assert!((c.objective_recomputed - income - best).abs() < 1e-9, "{k}: {} {income} {best}", c.objective_recomputed);
        assert!(
            c.dual_bound <= best + 1e-9,
            "{k} {words:?}: bound {} above {best}\n{:?}\n{:?} {:?} {plan:?}",
            c.dual_bound,
            case.g(),
            case.lambda,
            case.mu
        );
        if c.dual_bound >= best - 1e-7 {
            exact += 1;
        } else {
            below += 1;
            assert!(
                words == Words::UnitCommitmentJl,
                "{k} {words:?}: bound {} below {best}\n{:?}\n{:?} {:?} {plan:?}",
                c.dual_bound,
                case.g(),
                case.lambda,
                case.mu
            );
        }
    }
    println!("{exact} equal, {below} below, {none} without a plan, {ran} on in some step");
    assert!(exact > 2000 && below < 150 && ran > 1000, "{exact} {below} {none} {ran}");
}

#[test]
fn random_plans_are_refused_where_a_rule_is_broken_and_only_there() {
    let mut r = Rng(77);
    let (mut kept, mut broken) = (0, 0);
    for k in 0..20_000 {
        let words = r.pick(&[Words::Pglib, Words::UnitCommitmentJl, Words::Pypsa]);
        let mut case = random(&mut r, words);
        let steps = case.net.steps();
        let persistent = r.chance(0.7);
        let mut u = r.chance(0.5);
        let plan: Vec<State> = (0..steps)
            .map(|t| {
                if !persistent || r.chance(0.3) {
                    u = r.chance(0.5);
                }
                if !u {
                    return (false, 0.0, 0.0);
                }
                let p = whole(&mut r, case.lo(t) as i64, case.hi(t) as i64);
                let most = (case.hi(t) - p).min(case.most(t)).max(0.0);
                (true, p, whole(&mut r, 0, most as i64))
            })
            .collect();
        let on: Vec<bool> = plan.iter().map(|s| s.0).collect();
        let mut before = case.before();
        let mut fine = case.allows(&on);
        for (t, s) in plan.iter().enumerate() {
            fine &= case.follows(before, *s, t);
            before = Some(*s);
        }
        let results = case.results(&plan);
        let c = judge_commitment(&case.net, &results, &RefereeOptions::default());
        let bad: Vec<_> = c.failed().map(|t| t.name).filter(|n| n.starts_with("commitment/")).collect();
        assert_eq!(bad.is_empty(), fine, "{k} {words:?}: {bad:?}\n{:?}\n{plan:?}", case.g());
        if fine {
            kept += 1;
        } else {
            broken += 1;
        }
    }
    println!("{kept} keep the rules, {broken} break them");
    assert!(kept > 2000 && broken > 2000);
}
