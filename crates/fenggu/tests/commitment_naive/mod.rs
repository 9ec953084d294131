//! Random small instances, as a network and as a naive model: one binary a unit and step, every rule as its format words it.

use fenggu::net::*;
use fenggu_opt::{Problem, RowBlock};

const INF: f64 = f64::INFINITY;

/// A unit in plain numbers; steps are hours.
#[derive(Clone, Debug)]
pub struct Unit {
    pub p_min: f64,
    pub p_max: f64,
    pub ramp: [Option<f64>; 2],
    pub switch: [Option<f64>; 2],
    pub times: [usize; 2],
    /// Steps on (positive) or off (negative) before the first.
    pub before: i64,
    pub p_before: f64,
    pub must_run: bool,
    pub held: Vec<Option<bool>>,
    pub points: Vec<[f64; 2]>,
    pub offer: Vec<[f64; 2]>,
    pub constant: f64,
    pub tiers: Vec<[f64; 2]>,
    pub stop_cost: f64,
    pub reserve: bool,
}

#[derive(Clone, Debug)]
pub struct Instance {
    pub meaning: CommitmentSemantics,
    pub steps: usize,
    pub units: Vec<Unit>,
    pub load: Vec<f64>,
    pub reserve: Vec<f64>,
    pub shed: Option<f64>,
    pub wind: Vec<f64>,
}

impl Instance {
    /// The first steps alone.
    pub fn cut(&mut self, steps: usize) {
        self.steps = steps.min(self.steps);
        for list in [&mut self.load, &mut self.reserve, &mut self.wind] {
            list.truncate(self.steps);
        }
        self.units.iter_mut().for_each(|u| u.held.truncate(self.steps));
    }
}

struct Dice(u64);
impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn whole(&mut self, lo: i64, hi: i64) -> i64 {
        lo + (self.unit() * (hi - lo + 1) as f64) as i64
    }
    fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
}

fn unit(d: &mut Dice, steps: usize) -> Unit {
    let p_min = 5.0 * d.whole(0, 8) as f64;
    let p_max = p_min + 5.0 * d.whole(2, 16) as f64;
    let between = |d: &mut Dice| p_min + (p_max - p_min) * 0.1 * d.whole(0, 10) as f64;
    let times = [d.whole(0, 4) as usize, d.whole(0, 4) as usize];
    let on = d.chance(0.5);
    let before = d.whole(1, 5) * if on { 1 } else { -1 };
    let told = |d: &mut Dice, p: f64, v: f64| d.chance(p).then_some(v);
    let (r1, r2, s1, s2) = (5.0 * d.whole(1, 10) as f64, 5.0 * d.whole(1, 10) as f64, between(d), between(d));
    let slope = d.whole(5, 30) as f64;
    let (mut points, mut offer) = (Vec::new(), Vec::new());
    match d.whole(0, 3) {
        0 => points = vec![[p_min, slope * p_min]],
        1 => {
            // Mostly from the minimum to the maximum, sometimes short of either.
            let from = if d.chance(0.7) { p_min } else { p_min + 2.0 };
            let to = if d.chance(0.7) { p_max } else { p_max - 3.0 };
            let mid = from + (to - from) * 0.5;
            let first = 50.0 * d.whole(0, 5) as f64;
            points =
                vec![[from, first], [mid, first + slope * (mid - from)], [to, first + slope * (mid - from) + (slope + 9.0) * (to - mid)]];
        }
        2 => offer = vec![[0.4 * p_max, slope], [0.3 * p_max, slope + 4.0], [0.3 * p_max + 1.0, slope + 9.0]],
        _ => points = vec![[p_min, slope * p_min], [p_max, slope * p_max]],
    }
    let tiers = match d.whole(0, 3) {
        0 => vec![],
        1 => vec![[0.0, 10.0 * d.whole(1, 40) as f64]],
        2 => vec![[1.0, 100.0], [3.0, 250.0]],
        _ => vec![[1.0, 50.0], [2.0, 120.0], [4.0, 300.0]],
    };
    Unit {
        p_min,
        p_max,
        ramp: [told(d, 0.6, r1), told(d, 0.6, r2)],
        switch: [told(d, 0.5, s1), told(d, 0.5, s2)],
        times,
        before,
        p_before: if on { between(d) } else { 0.0 },
        must_run: d.chance(0.07),
        held: (0..steps).map(|_| d.chance(0.03).then(|| d.chance(0.5))).collect(),
        points,
        offer,
        constant: 10.0 * d.whole(0, 10) as f64,
        tiers,
        stop_cost: if d.chance(0.3) { 40.0 } else { 0.0 },
        reserve: d.chance(0.8),
    }
}

/// An instance of up to three units and five steps.
pub fn draw(seed: u64, meaning: CommitmentSemantics) -> Instance {
    let mut d = Dice(seed.wrapping_mul(0xD134_2543_DE82_EF95));
    let (n, steps) = (d.whole(1, 3) as usize, d.whole(1, 5) as usize);
    let units: Vec<Unit> = (0..n).map(|_| unit(&mut d, steps)).collect();
    let total: f64 = units.iter().map(|u| u.p_max).sum();
    let load: Vec<f64> = (0..steps).map(|_| (total * 0.1 * d.whole(1, 8) as f64).round()).collect();
    let kept = meaning != CommitmentSemantics::Pypsa && d.chance(0.5);
    let reserve: Vec<f64> = (0..steps).map(|_| if kept { (0.05 * total * d.unit()).round() } else { 0.0 }).collect();
    let shed = d.chance(0.6).then_some(200.0);
    let windy = d.chance(0.5);
    let wind = (0..steps).map(|_| if windy { (0.2 * total * d.unit()).round() } else { 0.0 }).collect();
    Instance { meaning, steps, units, load, reserve, shed, wind }
}

/// The instance as a network.
pub fn network(i: &Instance) -> Network {
    let mut net = Network { time: TimeAxis::uniform(i.steps, 1.0), commitment_semantics: i.meaning, ..Network::default() };
    let bus = net.buses.push(Bus { name: "A".into(), ..Bus::default() });
    let reserve = net.reserves.push(Reserve { name: "R".into(), requirement_mw: i.reserve.clone().into(), ..Reserve::default() });
    for (k, u) in i.units.iter().enumerate() {
        let held = |h: &Option<bool>| h.map_or(f64::NAN, |on| f64::from(u8::from(on)));
        let id = net.generators.push(Generator {
            name: format!("G{k}"),
            bus,
            p_nom_mw: Some(u.p_max),
            p_min_mw: Some(u.p_min.into()),
            p_max_mw: Some(u.p_max.into()),
            committable: true,
            must_run: u.must_run,
            status_set: u.held.iter().any(Option::is_some).then(|| u.held.iter().map(held).collect::<Vec<f64>>().into()),
            ramp_up_mw: u.ramp[0],
            ramp_down_mw: u.ramp[1],
            ramp_unit: RampUnit::PerStep,
            start_up_limit_mw: u.switch[0],
            shut_down_limit_mw: u.switch[1],
            up_time_min_h: u.times[0] as f64,
            down_time_min_h: u.times[1] as f64,
            initial_status_h: Some(u.before as f64),
            p_initial_mw: Some(u.p_before),
            cost_points: u.points.clone(),
            offer: u.offer.clone(),
            cost_constant_per_h: u.constant,
            start_up_cost: u.tiers.clone(),
            shut_down_cost: u.stop_cost,
            ..Generator::default()
        });
        if u.reserve {
            net.reserve_offers.push(ReserveOffer { name: format!("O{k}"), reserve, generator: Some(id), ..ReserveOffer::default() });
        }
    }
    let p_max_mw = Some(i.wind.clone().into());
    net.generators.push(Generator { name: "wind".into(), bus, p_max_mw, ..Generator::default() });
    net.loads.push(Load { name: "L".into(), bus, p_mw: i.load.clone().into(), shed_cost_per_mwh: i.shed, ..Load::default() });
    net
}

/// Columns of a unit in a step: status, output, reserve, production cost, start cost, stop cost.
const KINDS: usize = 6;

fn column(i: &Instance, g: usize, t: usize, kind: usize) -> usize {
    ((g * i.steps) + t) * KINDS + kind
}

/// Column of a status.
pub fn status_column(i: &Instance, g: usize, t: usize) -> usize {
    column(i, g, t, 0)
}

/// Lines (slope, intercept per hour on) whose maximum is the production cost.
fn lines(u: &Unit) -> Vec<(f64, f64)> {
    let mut points = u.points.clone();
    if !u.offer.is_empty() {
        let (mut x, mut c) = (0.0, 0.0);
        points = vec![[0.0, 0.0]];
        for s in &u.offer {
            (x, c) = (x + s[0], c + s[0] * s[1]);
            points.push([x, c]);
        }
    }
    match &points[..] {
        [] => vec![(0.0, 0.0)],
        [one] => vec![(0.0, one[1])],
        many => many
            .windows(2)
            .map(|w| {
                let slope = (w[1][1] - w[0][1]) / (w[1][0] - w[0][0]);
                (slope, w[0][1] - slope * w[0][0])
            })
            .collect(),
    }
}

/// A sum of columns and a constant.
#[derive(Clone, Default)]
struct Sum(Vec<(usize, f64)>, f64);
impl Sum {
    fn plus(mut self, other: Sum, by: f64) -> Sum {
        self.0.extend(other.0.iter().map(|(j, v)| (*j, by * v)));
        self.1 += by * other.1;
        self
    }
}

struct Rows(RowBlock);
impl Rows {
    /// `sum ≤ 0`.
    fn at_most_zero(&mut self, sum: Sum) {
        let mut merged = std::collections::BTreeMap::new();
        sum.0.iter().for_each(|(j, v)| *merged.entry(*j as u32).or_insert(0.0) += v);
        self.0.push(merged, -INF, -sum.1);
    }
}

/// The naive model.
pub fn model(i: &Instance) -> Problem {
    let (n, steps) = (i.units.len(), i.steps);
    let first_shed = n * steps * KINDS;
    let first_wind = first_shed + steps;
    let mut columns = Vec::new();
    for u in &i.units {
        for t in 0..steps {
            let (mut lo, mut hi) = (f64::from(u8::from(u.must_run)), 1.0f64);
            match u.held[t] {
                Some(true) => lo = 1.0,
                Some(false) => hi = 0.0,
                None => {}
            }
            let done = u.before.unsigned_abs() as usize;
            if u.before > 0 && t + done < u.times[0] {
                lo = 1.0;
            }
            if u.before < 0 && t + done < u.times[1] {
                hi = 0.0;
            }
            let reserve = if u.reserve && i.meaning != CommitmentSemantics::Pypsa { INF } else { 0.0 };
            columns.extend([
                (u.constant, lo, hi),
                (0.0, 0.0, INF),
                (0.0, 0.0, reserve),
                (1.0, -INF, INF),
                (1.0, 0.0, INF),
                (1.0, 0.0, INF),
            ]);
        }
    }
    columns.extend(i.load.iter().map(|l| (i.shed.unwrap_or(0.0), 0.0, if i.shed.is_some() { *l } else { 0.0 })));
    columns.extend(i.wind.iter().map(|w| (0.0, 0.0, *w)));
    let mut problem = Problem::from_rows(&columns, &[]);
    problem.integer = (0..columns.len()).map(|j| j < first_shed && j % KINDS == 0).collect();
    let mut rows = Rows(RowBlock::default());
    for t in 0..steps {
        let of = |kind| (0..n).map(move |g| (column(i, g, t, kind) as u32, 1.0));
        let rest = [((first_shed + t) as u32, 1.0), ((first_wind + t) as u32, 1.0)];
        rows.0.push(of(1).chain(rest), i.load[t], i.load[t]);
        rows.0.push(of(2), i.reserve[t], INF);
    }
    for (g, u) in i.units.iter().enumerate() {
        unit_rows(i, g, u, &mut rows);
    }
    problem.append_rows(&rows.0);
    problem
}

fn unit_rows(i: &Instance, g: usize, u: &Unit, rows: &mut Rows) {
    let (steps, pypsa, ucjl) =
        (i.steps as i64, i.meaning == CommitmentSemantics::Pypsa, i.meaning == CommitmentSemantics::UnitCommitmentJl);
    let col = |t: i64, kind| Sum(vec![(column(i, g, t as usize, kind), 1.0)], 0.0);
    let number = |v: f64| Sum(vec![], v);
    // What was on before the first step: the told run, the opposite beyond it.
    let history = |t: i64| if u.before > 0 { -t <= u.before } else { -t > -u.before };
    let on = |t: i64| if t >= 0 { col(t, 0) } else { number(f64::from(u8::from(history(t)))) };
    let p = |t: i64| if t >= 0 { col(t, 1) } else { number(u.p_before) };
    let r = |t: i64| if t >= 0 { col(t, 2) } else { number(0.0) };
    let above = |t: i64| p(t).plus(on(t), -u.p_min);
    let cost_after = |off: i64| {
        let fitting = u.tiers.iter().rev().find(|tier| tier[0] <= off as f64);
        fitting.or(u.tiers.first()).map_or(0.0, |tier| tier[1])
    };
    for t in 0..steps {
        for (slope, at_zero) in lines(u) {
            rows.at_most_zero(p(t).scaled(slope).plus(on(t), at_zero).plus(col(t, 3), -1.0));
        }
        rows.at_most_zero(on(t).scaled(u.p_min).plus(p(t), -1.0));
        rows.at_most_zero(p(t).plus(r(t), 1.0).plus(on(t), -u.p_max));
        // A start after n steps off costs at least what n steps off cost.
        for off in 1..=t + u.before.abs() + 1 {
            let cost = cost_after(off);
            let mut sum = on(t);
            (1..=off).for_each(|j| sum = std::mem::take(&mut sum).plus(on(t - j), -1.0));
            rows.at_most_zero(sum.scaled(cost).plus(col(t, 4), -1.0));
        }
        rows.at_most_zero(on(t - 1).plus(on(t), -1.0).scaled(u.stop_cost).plus(col(t, 5), -1.0));
        for k in t..(t + u.times[0] as i64).min(steps) {
            rows.at_most_zero(on(t).plus(on(t - 1), -1.0).plus(on(k), -1.0));
        }
        for k in t..(t + u.times[1] as i64).min(steps) {
            rows.at_most_zero(on(t - 1).plus(on(t), -1.0).plus(on(k), 1.0).plus(number(-1.0), 1.0));
        }
        let ([su, sd], [ru, rd]) = (u.switch, u.ramp);
        if pypsa {
            // p_t − p_(t−1) ≤ RU u_(t−1) + SU (u_t − u_(t−1)), and down; what is not told is the nominal power.
            let (or, change) = (|l: Option<f64>| l.unwrap_or(u.p_max), on(t).plus(on(t - 1), -1.0));
            if su.is_some() || ru.is_some() {
                rows.at_most_zero(p(t).plus(p(t - 1), -1.0).plus(on(t - 1), -or(ru)).plus(change.clone(), -or(su)));
            }
            if sd.is_some() || rd.is_some() {
                rows.at_most_zero(p(t - 1).plus(p(t), -1.0).plus(on(t), -or(rd)).plus(change, or(sd)));
            }
            continue;
        }
        if let Some(su) = su {
            rows.at_most_zero(p(t).plus(r(t), 1.0).plus(on(t - 1), -u.p_max).plus(number(su), -1.0));
        }
        if let Some(sd) = sd {
            let held = if ucjl { number(0.0) } else { r(t - 1) };
            rows.at_most_zero(p(t - 1).plus(held, 1.0).plus(on(t), -u.p_max).plus(number(sd), -1.0));
        }
        // UnitCommitment.jl: reserve held before counts in the fall; no ramp into the first step of a unit that was off, and one that was
        // on is measured from its minimum whether it stays on or not.
        let first = ucjl && t == 0;
        if first && u.before < 0 {
            continue;
        }
        let (now, then) = if first { (above(0).plus(number(u.p_min), 1.0), number(u.p_before)) } else { (above(t), above(t - 1)) };
        if let Some(ru) = ru {
            rows.at_most_zero(now.clone().plus(r(t), 1.0).plus(then.clone(), -1.0).plus(number(ru), -1.0));
        }
        if let Some(rd) = rd {
            let held = if ucjl { r(t - 1) } else { number(0.0) };
            rows.at_most_zero(then.plus(held, 1.0).plus(now, -1.0).plus(number(rd), -1.0));
        }
    }
}

impl Sum {
    fn scaled(self, by: f64) -> Sum {
        Sum::default().plus(self, by)
    }
}
