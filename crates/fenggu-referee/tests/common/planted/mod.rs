//! Random networks grown around an optimum: prices and dispatch are drawn first, then limits and costs are chosen so that
//! every condition of optimality holds. No solver takes part, and everything a dispatch can hold occurs together.
//!
//! Order of work, per step: angles and flows; prices of branch limits, angle limits and interfaces; bus prices from the
//! Laplacian, so that angles are at rest; reserve prices and rooms; storage values backward, dispatch by sign of
//! the reduced cost (or a cost that makes it zero), energy forward, energy limits where the value changed; at last a fixed
//! load at every bus that closes its balance.

mod capacity;
pub mod commitment;
mod grid;
mod storage;
mod units;

use super::random::Rng;
use super::*;
use std::f64::consts::PI;
use Quantity as Q;

/// A variable at rest: its value, its limits, and what must be added to its coefficient.
struct Rest {
    x: f64,
    lo: f64,
    hi: f64,
    add: f64,
}

/// Chooses where a variable with this coefficient rests: inside (by adding what makes the coefficient zero), or at the limit that
/// its coefficient pushes to.
fn rest(r: &mut Rng, coefficient: f64, inside: f64, size: f64) -> Rest {
    let (lo, hi) = (0.0, size * r.between(0.5, 1.0));
    if r.chance(inside) {
        Rest { x: r.between(0.2, 0.8) * hi, lo, hi, add: -coefficient }
    } else {
        Rest { x: if coefficient > 0.0 { lo } else { hi }, lo, hi, add: 0.0 }
    }
}

struct Grower {
    r: Rng,
    n: Network,
    steps: usize,
    w: Vec<f64>,
    objective: f64,
    /// Injection so far. `[bus × step]`
    injected: Vec<f64>,
    price: Vec<f64>,
    /// Price of the CO2 limit, and what is counted.
    co2: (f64, f64),
    columns: Vec<(Quantity, Vec<f64>)>,
    /// Whether capacities are decisions, values are held, signs turned, and what else networks of PyPSA hold.
    wide: bool,
    /// Price of a limit on the capacity of coal, and what is counted.
    capacity: (f64, f64),
    /// Price of a limit on what gas delivers, and what is counted.
    operation: (f64, f64),
}

/// Solves `a x = b` by Gaussian elimination with pivoting; `a` is dense by rows.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for k in 0..n {
        let p = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap();
        a.swap(k, p);
        b.swap(k, p);
        for i in k + 1..n {
            let f = a[i][k] / a[k][k];
            (k..n).for_each(|j| a[i][j] -= f * a[k][j]);
            b[i] -= f * b[k];
        }
    }
    for k in (0..n).rev() {
        let sum: f64 = (k + 1..n).map(|j| a[k][j] * b[j]).sum();
        b[k] = (b[k] - sum) / a[k][k];
    }
    b
}

/// A case of its own for every seed.
pub fn grow(seed: u64) -> Case {
    grow_with(seed, false)
}

/// The same with capacities as decisions, set points, signs, sums of energy, ramps per capacity, more global limits.
pub fn grow_wide(seed: u64) -> Case {
    grow_with(seed, true)
}

fn grow_with(seed: u64, wide: bool) -> Case {
    let mut r = Rng(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x5DEE_CE66);
    let steps = 1 + r.below(6);
    let mut n = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    n.base_mva = r.pick(&[1.0, 100.0]);
    for t in 0..steps {
        n.time.duration_h[t] = r.pick(&[0.25, 1.0, 3.0]);
        n.time.weight_objective[t] = r.pick(&[1.0, 2.0, 30.5]);
        n.time.weight_storage[t] = r.pick(&[1.0, 2.0]);
        n.time.weight_energy[t] = r.pick(&[1.0, 5.0]);
    }
    n.flow_convention = r.pick(&[FlowConvention::Matpower, FlowConvention::PowerModels, FlowConvention::Pypsa]);
    let w = (0..steps).map(|t| n.time.objective_h(t)).collect();
    let co2 = (if r.chance(0.5) { r.between(1.0, 40.0) } else { 0.0 }, 0.0);
    let mut price = || if wide && r.chance(0.4) { r.between(1.0, 20.0) } else { 0.0 };
    let (capacity, operation) = ((price(), 0.0), (price(), 0.0));
    let (injected, columns) = (Vec::new(), Vec::new());
    let mut g = Grower { r, n, steps, w, objective: 0.0, injected, price: Vec::new(), co2, columns, wide, capacity, operation };
    g.grid();
    g.reserves_and_generators();
    g.links();
    g.stores();
    g.finish(seed)
}

impl Grower {
    fn put(&mut self, q: Quantity, values: Vec<f64>) {
        self.columns.push((q, values));
    }
    fn inject(&mut self, bus: BusId, t: usize, p: f64) {
        self.injected[bus.index() * self.steps + t] += p;
    }
    fn lambda(&self, bus: BusId, t: usize) -> f64 {
        self.price[bus.index() * self.steps + t]
    }
    fn bus(&mut self) -> BusId {
        Id::new(self.r.below(self.n.buses.len()))
    }
    fn carrier(&mut self) -> Option<Id<Carrier>> {
        self.r.chance(0.7).then(|| Id::new(self.r.below(2)))
    }

    fn finish(mut self, seed: u64) -> Case {
        let steps = self.steps;
        // Loads with a choice.
        let (mut shed, mut bought) = (Vec::new(), Vec::new());
        for i in 0..self.r.below(3) {
            let at = self.bus();
            let vote = self.r.between(0.0, 60.0);
            let bid = vec![[5.0, 50.0], [10.0, 20.0]];
            let demand: Vec<f64> = (0..steps).map(|_| self.r.between(1.0, 50.0)).collect();
            for t in 0..steps {
                let lambda = self.lambda(at, t);
                let s = if vote < lambda { demand[t] } else { 0.0 };
                let e: f64 = bid.iter().filter(|b| b[1] > lambda).map(|b| b[0]).sum();
                let worth: f64 = bid.iter().filter(|b| b[1] > lambda).map(|b| b[0] * b[1]).sum();
                self.objective += self.w[t] * (vote * s - worth);
                self.inject(at, t, s - demand[t] - e);
                shed.push(s);
                bought.push(e);
            }
            let row =
                Load { name: format!("choice {i}"), bus: at, p_mw: demand.into(), shed_cost_per_mwh: Some(vote), bid, ..Load::default() };
            self.n.loads.push(row);
        }
        for b in 0..self.n.buses.len() {
            let p: Vec<f64> = self.injected[b * steps..(b + 1) * steps].to_vec();
            self.n.loads.push(Load { name: format!("load {b}"), bus: Id::new(b), p_mw: p.into(), ..Load::default() });
            shed.extend(vec![0.0; steps]);
            bought.extend(vec![0.0; steps]);
        }
        self.put(Q::LoadShed, shed);
        self.put(Q::LoadElastic, bought);
        let (mut prices, mut used) = (Vec::new(), Vec::new());
        let subjects = [
            ("cap", LimitSubject::Co2, None, self.co2),
            ("coal", LimitSubject::Capacity, Some(Id::new(0)), self.capacity),
            ("gas", LimitSubject::Operation, Some(Id::new(1)), self.operation),
        ];
        for (name, subject, carrier, (price, limit)) in subjects {
            if price > 0.0 {
                self.n.global_limits.push(GlobalLimit { name: name.into(), subject, carrier, limit, ..GlobalLimit::default() });
                prices.push(price);
                used.push(limit);
            }
        }
        if !prices.is_empty() {
            self.put(Q::GlobalLimitPrice, prices);
            self.put(Q::GlobalLimitUsed, used);
        }
        let columns: Vec<(Quantity, &[f64])> = self.columns.iter().map(|(q, v)| (*q, v.as_slice())).collect();
        Case::new(&format!("{} {seed}", if self.wide { "widely grown" } else { "grown" }), self.n.clone(), self.objective, &columns)
    }
}
