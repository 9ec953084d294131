//! The unit's dynamic program against enumeration of every pattern, with a linear program for the outputs of each.

use super::program::{Prices, Program};
use super::unit::{Stage, Unit};
use fenggu_net::Id;
use fenggu_opt::{Backend, Control, Problem, RowBlock, Status};

pub(super) struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as f64 / (1u64 << 31) as f64
    }
    pub fn below(&mut self, n: usize) -> usize {
        ((self.next() * n as f64) as usize).min(n - 1)
    }
    pub fn odds(&mut self, p: f64) -> bool {
        self.next() < p
    }
}

/// A random unit of `steps` steps, every feature on in a share of them.
pub(super) fn random_unit(r: &mut Random, steps: usize) -> Unit {
    let segments = 1 + r.below(3);
    let mut slope = 5.0 + 10.0 * r.next();
    let stage = |r: &mut Random, p_min: f64, slope: &mut f64| {
        let mut s = Stage { p_min, range: 0.0, no_load: 50.0 * r.next(), segments: vec![] };
        for _ in 0..segments {
            let width = 5.0 + 20.0 * r.next();
            s.segments.push((width, *slope));
            s.range += width;
            *slope += 8.0 * r.next();
        }
        s
    };
    let p_min = if r.odds(0.8) { 5.0 + 20.0 * r.next() } else { 0.0 };
    let first = stage(r, p_min, &mut slope);
    let range = first.range;
    let mut stages = vec![first];
    let mut stage_of = vec![0; steps];
    if r.odds(0.2) {
        // Another minimum and range in some steps.
        let mut other = stages[0].clone();
        other.p_min = p_min * (0.5 + r.next());
        let cut = 0.3 + 0.7 * r.next();
        for s in &mut other.segments {
            s.0 *= cut;
        }
        other.range = other.segments.iter().map(|s| s.0).sum();
        stages.push(other);
        for k in &mut stage_of {
            *k = u16::from(r.odds(0.4));
        }
    }
    let ramp = if r.odds(0.75) { [range * (0.15 + r.next()), range * (0.15 + r.next())] } else { [1e4, 1e4] };
    // A limit of 0 is a unit that starts, or stops, at its minimum.
    let limit = |r: &mut Random, most: f64| if r.odds(0.2) { 0.0 } else { (range * r.next() * 1.3).min(most) };
    let start_limit = if r.odds(0.5) { limit(r, ramp[0]) } else { ramp[0].min(1e4) };
    let stop_limit = if r.odds(0.5) { limit(r, ramp[1]) } else { ramp[1].min(1e4) };
    let was_on = r.odds(0.5);
    let times = [1 + r.below(3), 1 + r.below(3)];
    let mut held = vec![-1; steps];
    if r.odds(0.3) {
        for h in held.iter_mut().take(r.below(steps)) {
            *h = i8::from(was_on);
        }
    }
    if r.odds(0.15) {
        held[r.below(steps)] = i8::from(r.odds(0.5));
    }
    let tiers = 1 + r.below(3);
    let mut cost = 100.0 * r.next();
    let mut start_cost = vec![];
    for _ in 0..tiers {
        for _ in 0..1 + r.below(3) {
            start_cost.push(cost);
        }
        cost += 80.0 * r.next();
    }
    Unit {
        generator: Id::new(0),
        carried: was_on.then(|| stages[stage_of[0] as usize].range.min(range) * r.next()),
        stages,
        stage_of,
        ramp,
        start_limit,
        stop_limit,
        stop_total: if r.odds(0.7) { stop_limit + if r.odds(0.5) { 0.0 } else { range * r.next() } } else { f64::INFINITY },
        times,
        off_before: if was_on { 0 } else { 1 + r.below(4) },
        start_cost,
        stop_cost: if r.odds(0.3) { 30.0 * r.next() } else { 0.0 },
        held,
        reserves: vec![0],
        reserve_most: f64::INFINITY,
    }
}

/// Output and reserve of a pattern at least cost less income, as a linear program: rows straight from the words, not from the curves.
fn dispatch_lp(u: &Unit, on: &[bool], energy: &[f64], reserve: &[f64]) -> Option<f64> {
    let steps = on.len();
    let mut cols = Vec::new();
    let mut rows = RowBlock::default();
    let mut constant = u.cost_of_switching(on);
    // Columns: output and reserve of every step, then segments.
    for t in 0..steps {
        let s = u.stage(t);
        cols.push((-energy[t], 0.0, if on[t] { s.range } else { 0.0 }));
        cols.push((-reserve[t], 0.0, if on[t] { s.range } else { 0.0 }));
        constant += if on[t] { s.no_load - energy[t] * s.p_min } else { 0.0 };
    }
    for t in 0..steps {
        let s = u.stage(t);
        let first = cols.len() as u32;
        cols.extend(s.segments.iter().map(|s| (s.1, 0.0, s.0)));
        let mut terms: Vec<(u32, f64)> = (0..s.segments.len() as u32).map(|k| (first + k, 1.0)).collect();
        terms.push((2 * t as u32, -1.0));
        rows.push(terms, 0.0, 0.0);
        let (p, r) = (2 * t as u32, 2 * t as u32 + 1);
        if !on[t] {
            continue;
        }
        let starts = if t == 0 { u.carried.is_none() } else { !on[t - 1] };
        let stops = t + 1 < steps && !on[t + 1];
        rows.push([(p, 1.0), (r, 1.0)], f64::NEG_INFINITY, s.range);
        if starts {
            rows.push([(p, 1.0), (r, 1.0)], f64::NEG_INFINITY, u.start_limit);
        }
        if stops {
            rows.push([(p, 1.0)], f64::NEG_INFINITY, u.stop_limit);
            rows.push([(p, 1.0), (r, 1.0)], f64::NEG_INFINITY, u.stop_total);
        }
        if !starts && t == 0 {
            let q = u.carried.unwrap();
            rows.push([(p, 1.0), (r, 1.0)], f64::NEG_INFINITY, q + u.ramp[0]);
            rows.push([(p, 1.0)], q - u.ramp[1], f64::INFINITY);
        } else if !starts {
            let before = 2 * (t as u32 - 1);
            let shift = s.p_min - u.stage(t - 1).p_min;
            rows.push([(p, 1.0), (r, 1.0), (before, -1.0)], f64::NEG_INFINITY, u.ramp[0] - shift);
            rows.push([(before, 1.0), (p, -1.0)], f64::NEG_INFINITY, u.ramp[1] + shift);
        }
    }
    let mut problem = Problem::from_rows(&cols, &[]);
    problem.append_rows(&rows);
    let s = Backend::Auto.solve(&problem, &Control::default()).unwrap();
    (s.status == Status::Optimal).then_some(s.objective + constant)
}

/// Whether a pattern is allowed, by walking through it.
fn walk(u: &Unit, on: &[bool]) -> bool {
    let mut state = u.carried.is_some();
    // Steps in the present state since a change inside the horizon; those from before are told by `held`.
    let mut since: Option<usize> = None;
    if state && !on[0] && u.carried.unwrap() > u.stop_limit + 1e-9 {
        return false;
    }
    for (t, &now) in on.iter().enumerate() {
        if u.held[t] == i8::from(!now) {
            return false;
        }
        if now != state {
            if since.is_some_and(|s| s < if state { u.times[0] } else { u.times[1] }) {
                return false;
            }
            (state, since) = (now, Some(0));
        }
        since = since.map(|s| s + 1);
    }
    true
}

fn compare(seed: u64, count: usize) {
    let mut r = Random(seed);
    let mut program = Program::default();
    let (mut feasible, mut longest) = (0, 0);
    for case in 0..count {
        let steps = 2 + r.below(5);
        let u = random_unit(&mut r, steps);
        let energy: Vec<f64> = (0..steps).map(|_| 45.0 * r.next() - 3.0).collect();
        let reserve: Vec<f64> = (0..steps).map(|_| if r.odds(0.4) { 12.0 * r.next() } else { 0.0 }).collect();
        let mut best = f64::INFINITY;
        let mut forced = vec![[f64::INFINITY; 2]; steps];
        for bits in 0..1u32 << steps {
            let on: Vec<bool> = (0..steps).map(|t| bits >> t & 1 == 1).collect();
            if walk(&u, &on) {
                if let Some(v) = dispatch_lp(&u, &on, &energy, &reserve) {
                    best = best.min(v);
                    for (f, &u) in forced.iter_mut().zip(&on) {
                        f[usize::from(u)] = f[usize::from(u)].min(v);
                    }
                }
            }
        }
        let prices = Prices { energy: &energy, reserve: &reserve };
        let Some(plan) = program.respond(&u, prices) else {
            assert_eq!(best, f64::INFINITY, "case {case}: {u:?}");
            continue;
        };
        let margins = program.margins(&u, prices).expect("margins");
        assert!((margins.value - best).abs() < 1e-6 * (1.0 + best.abs()), "case {case}: {} for {best}", margins.value);
        for (t, (own, truth)) in margins.forced.iter().zip(&forced).enumerate() {
            for on in 0..2 {
                let near = (own[on] - truth[on]).abs() < 1e-6 * (1.0 + truth[on].abs());
                assert!(near || own[on] == truth[on], "case {case}, step {t}, on {on}: {} for {}: {u:?}", own[on], truth[on]);
            }
        }
        feasible += 1;
        longest = longest.max(steps);
        let scale = 1.0 + best.abs();
        assert!((plan.value - best).abs() < 1e-6 * scale, "case {case}: {} for {best}: {u:?} {energy:?} {reserve:?}", plan.value);
        // The plan earns what it says, and stands on its own pattern.
        let earned = plan.cost - (0..steps).map(|t| energy[t] * plan.p[t] + reserve[t] * plan.r[t]).sum::<f64>();
        assert!((earned - plan.value).abs() < 1e-6 * scale, "case {case}: earns {earned}, says {}", plan.value);
        let again = program.respond_on(&u, prices, &plan.on).expect("its own pattern");
        assert!((again.value - best).abs() < 1e-6 * scale, "case {case}");
    }
    assert!(feasible > count / 2 && longest == 6, "{feasible} of {count}");
}

#[test]
fn the_program_finds_what_enumeration_finds() {
    compare(1, 400);
}

#[test]
#[ignore = "long: 20,000 units against enumeration"]
fn long_program_against_enumeration() {
    compare(2, 20_000);
}
