//! Random networks grown around an optimum: prices and dispatch are drawn first, then limits and costs are chosen so that
//! every condition of optimality holds. No solver takes part, and everything a dispatch can hold occurs together.
//!
//! Order of work, per step: angles and flows; prices of branch limits, angle limits and interfaces; bus prices from the
//! Laplacian, so that angles are at rest; reserve prices and rooms; storage values backward, dispatch by sign of
//! the reduced cost (or a cost that makes it zero), energy forward, energy limits where the value changed; at last a fixed
//! load at every bus that closes its balance.

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
    let mut g = Grower { r, n, steps, w, objective: 0.0, injected: Vec::new(), price: Vec::new(), co2, columns: Vec::new() };
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

    fn grid(&mut self) {
        let steps = self.steps;
        for (name, co2_t_per_mwh) in [("coal", 0.34), ("gas", 0.2)] {
            self.n.carriers.push(Carrier { name: name.into(), co2_t_per_mwh, ..Carrier::default() });
        }
        let buses = 2 + self.r.below(6);
        for b in 0..buses {
            bus(&mut self.n, &format!("bus {b}"));
        }
        let mut pairs: Vec<(usize, usize)> = (1..buses).map(|b| (self.r.below(b), b)).collect();
        for _ in 0..self.r.below(buses + 1) {
            let (a, b) = (self.r.below(buses), self.r.below(buses));
            if a != b {
                pairs.push((a, b));
            }
        }
        let angle: Vec<f64> = (0..buses * steps).map(|_| self.r.between(-0.3, 0.3)).collect();
        let at = |b: usize, t: usize| angle[b * steps + t];
        let branches = pairs.len();
        let mut slope = vec![0.0; branches];
        let (mut flow, mut mu, mut alpha, mut shift_deg) =
            (vec![0.0; branches * steps], vec![0.0; branches * steps], vec![0.0; branches * steps], vec![0.0; branches * steps]);
        let mut shifters = Vec::new();
        for (l, &(from, to)) in pairs.iter().enumerate() {
            let mut row = Branch { name: format!("branch {l}"), bus_from: Id::new(from), bus_to: Id::new(to), ..Branch::default() };
            row.x_pu = self.r.between(0.05, 0.4) * if l >= buses - 1 && self.r.chance(0.1) { -1.0 } else { 1.0 };
            row.r_pu = self.r.between(0.0, 0.1);
            row.tap_ratio = if self.r.chance(0.3) { self.r.between(0.9, 1.1) } else { 1.0 };
            row.phase_shift_deg = if self.r.chance(0.3) { self.r.between(-5.0, 5.0) } else { 0.0 };
            let models = self.n.flow_convention == FlowConvention::PowerModels;
            let b = if models { row.x_pu / (row.r_pu * row.r_pu + row.x_pu * row.x_pu) } else { 1.0 / (row.x_pu * row.tap_ratio) };
            slope[l] = self.n.base_mva * b;
            let decided = self.r.chance(0.15);
            let mut share = Vec::new();
            let fixed = if models { 0.0 } else { row.phase_shift_deg };
            for t in 0..steps {
                let s = if decided { 2.0 } else { fixed };
                shift_deg[l * steps + t] = s;
                flow[l * steps + t] = slope[l] * (at(from, t) - at(to, t) - s * PI / 180.0);
                let f: f64 = flow[l * steps + t];
                // s_max of this step: the flow itself where the limit binds, more elsewhere.
                if self.r.chance(0.25) && f.abs() > 1e-3 {
                    mu[l * steps + t] = f.signum() * self.r.between(1.0, 30.0);
                    share.push(f.abs() / 100.0);
                } else {
                    share.push(f.abs() / 100.0 * self.r.between(1.1, 3.0) + 0.01);
                }
            }
            if mu[l * steps..(l + 1) * steps].iter().any(|m| *m != 0.0) || self.r.chance(0.5) {
                (row.rating_a_mva, row.s_max_pu) = (100.0, share.into());
            }
            if self.r.chance(0.3) {
                // The angle limit binds where the difference is largest.
                let d = |t: usize| at(from, t) - at(to, t);
                let top = (0..steps).max_by(|&a, &b| d(a).total_cmp(&d(b))).unwrap();
                row.angle_max_deg = d(top) * 180.0 / PI;
                alpha[l * steps + top] = self.r.between(0.0, 5.0) * slope[l].abs();
                row.angle_min_deg = -90.0;
            }
            if decided {
                (row.phase_shift_min_deg, row.phase_shift_max_deg) = (Some(-40.0), Some(40.0));
                shifters.push(l);
            }
            self.n.branches.push(row);
        }
        // Interfaces over one or two branches.
        let mut push: Vec<f64> = (0..branches * steps).map(|i| mu[i]).collect(); // price per MW of flow
        let (mut i_flow, mut i_price, mut i_over) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..self.r.below(3) {
            let terms: Vec<(usize, f64)> =
                (0..1 + self.r.below(2)).map(|_| (self.r.below(branches), self.r.pick(&[1.0, -1.0, 0.5]))).collect();
            let cost = self.r.chance(0.5).then(|| self.r.between(5.0, 20.0));
            let (mut lo, mut hi) = (Vec::new(), Vec::new());
            for t in 0..steps {
                let f: f64 = terms.iter().map(|(l, x)| x * flow[l * steps + t]).sum();
                let (mut price, mut over) = (0.0, 0.0);
                if self.r.chance(0.3) {
                    price = self.r.sign() * self.r.between(1.0, 4.0);
                    if let (Some(c), true) = (cost, self.r.chance(0.5)) {
                        (price, over) = (c * self.r.sign(), self.r.between(1.0, 5.0));
                        self.objective += self.w[t] * c * over;
                    }
                }
                let room = |r: &mut Rng| r.between(1.0, 50.0);
                hi.push(if price > 0.0 { f - over } else { f + room(&mut self.r) });
                lo.push(if price < 0.0 { f + over } else { f - over - room(&mut self.r) });
                terms.iter().for_each(|(l, x)| push[l * steps + t] += price * x);
                i_flow.push(f);
                i_price.push(price);
                i_over.push(over);
            }
            let row = Interface {
                name: format!("interface {k}"),
                p_min_mw: lo.into(),
                p_max_mw: hi.into(),
                violation_cost_per_mwh: cost,
                ..Interface::default()
            };
            let interface = self.n.interfaces.push(row);
            for (j, (l, weight)) in terms.into_iter().enumerate() {
                let name = format!("{k}-{j}");
                self.n.interface_terms.push(InterfaceTerm {
                    name,
                    interface,
                    branch: Some(Id::new(l)),
                    weight,
                    ..InterfaceTerm::default()
                });
            }
        }
        // Bus prices: Σ ± (B·(λf − λt + push) + α) = 0 at every bus but the first, whose price is drawn.
        self.price = vec![0.0; buses * steps];
        let mut keep_shift = vec![false; branches];
        for t in 0..steps {
            let mut a = vec![vec![0.0; buses]; buses];
            let mut b = vec![0.0; buses];
            for (l, &(from, to)) in pairs.iter().enumerate() {
                let rhs = slope[l] * push[l * steps + t] + alpha[l * steps + t];
                for (i, j, s) in [(from, to, 1.0), (to, from, -1.0)] {
                    a[i][i] += slope[l];
                    a[i][j] -= slope[l];
                    b[i] -= s * rhs;
                }
            }
            a[0] = vec![0.0; buses];
            (a[0][0], b[0]) = (1.0, self.r.between(-10.0, 60.0));
            let lambda = solve(a, b);
            (0..buses).for_each(|i| self.price[i * steps + t] = lambda[i]);
            for &l in &shifters {
                let c = lambda[pairs[l].0] - lambda[pairs[l].1] + push[l * steps + t];
                keep_shift[l] |= c * slope[l] > 0.0; // the term −B·c·s wants s high
            }
        }
        for &l in &shifters {
            // One side binds in every step or the shift could not be constant: where signs differ, it is fixed by both limits.
            let row = &mut self.n.branches.rows_mut()[l];
            let signs =
                |t: usize| (self.price[pairs[l].0 * steps + t] - self.price[pairs[l].1 * steps + t] + push[l * steps + t]) * slope[l] > 0.0;
            let all = (0..steps).all(|t| signs(t) == signs(0));
            row.phase_shift_max_deg = Some(if !all || signs(0) { 2.0 } else { 40.0 });
            row.phase_shift_min_deg = Some(if !all || !signs(0) { 2.0 } else { -40.0 });
        }
        self.injected = vec![0.0; buses * steps];
        for (l, &(from, to)) in pairs.iter().enumerate() {
            for t in 0..steps {
                self.inject(Id::new(from), t, -flow[l * steps + t]);
                self.inject(Id::new(to), t, flow[l * steps + t]);
            }
        }
        self.put(Q::BusAngle, angle.iter().map(|a| a * 180.0 / PI).collect());
        self.put(Q::BranchFlow, flow);
        self.put(Q::BranchLimitPrice, mu);
        self.put(Q::BranchAnglePrice, alpha);
        if !shifters.is_empty() {
            self.put(Q::BranchShift, shift_deg);
        }
        if !self.n.interfaces.is_empty() {
            self.put(Q::InterfaceFlow, i_flow);
            self.put(Q::InterfacePrice, i_price);
            self.put(Q::InterfaceViolation, i_over);
        }
        let price = self.price.clone();
        self.put(Q::BusPrice, price);
    }

    /// Reserves, the generators and storage units that hold them, and their ramps.
    fn reserves_and_generators(&mut self) {
        let steps = self.steps;
        let (units, batteries) = (1 + self.r.below(5), self.r.below(3));
        let reserves = self.r.below(3);
        let rho: Vec<f64> = (0..reserves * steps).map(|_| if self.r.chance(0.6) { self.r.between(1.0, 30.0) } else { 0.0 }).collect();
        let mut held = vec![0.0; reserves * steps];
        let ways: Vec<bool> = (0..reserves).map(|k| k == 0).collect(); // the first goes up, others down
        for (k, &up) in ways.iter().enumerate() {
            let direction = if up { ReserveDirection::Up } else { ReserveDirection::Down };
            self.n.reserves.push(Reserve { name: format!("reserve {k}"), direction, ..Reserve::default() });
        }
        let mut offers = Vec::new();
        // Draws what a holder offers; its room's price is known, its cost is chosen. Returns power held.
        let offer = |g: &mut Grower,
                     k: usize,
                     of: (Option<GeneratorId>, Option<StorageUnitId>),
                     room: &[f64],
                     energy: &[f64],
                     eta: f64,
                     duration_h: f64,
                     held: &mut Vec<f64>,
                     offers: &mut Vec<f64>| {
            let (mut cost, mut most, mut powers) = (Vec::new(), Vec::new(), Vec::new());
            for t in 0..steps {
                let base = g.r.between(0.0, 10.0);
                let c = g.w[t] * (base - rho[k * steps + t] + room[t]) + duration_h * eta * energy[t];
                let x = rest(&mut g.r, c, 0.5, 10.0);
                cost.push(base + x.add / g.w[t]);
                most.push(x.hi);
                powers.push(x.x);
                held[k * steps + t] += x.x;
                g.objective += g.w[t] * cost[t] * x.x;
            }
            offers.extend(&powers);
            let row = ReserveOffer {
                name: format!("offer {}", g.n.reserve_offers.len()),
                reserve: Id::new(k),
                generator: of.0,
                storage_unit: of.1,
                max_mw: most.into(),
                cost_per_mwh: cost.into(),
                duration_h,
            };
            g.n.reserve_offers.push(row);
            powers
        };
        let (mut p_all, mut ramp_all, mut head_all, mut foot_all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for i in 0..units {
            let at = self.bus();
            let carrier = self.carrier();
            let efficiency = self.r.between(0.3, 0.6);
            let floor = self.r.between(0.0, 20.0);
            let p: Vec<f64> = (0..steps).map(|_| floor + self.r.between(5.0, 100.0)).collect();
            let mut row = Generator { name: format!("unit {i}"), bus: at, carrier, efficiency: efficiency.into(), ..Generator::default() };
            // Ramps: the largest rise binds.
            let mut ramp = vec![0.0; steps];
            if self.r.chance(0.5) {
                row.ramp_unit = self.r.pick(&[RampUnit::PerHour, RampUnit::PerStep]);
                let told = self.r.chance(0.5);
                let before = told.then(|| self.r.between(5.0, 60.0));
                (row.p_initial_mw, row.initial_status_h) = (before, before.map(|_| 5.0));
                let hours = |g: &Grower, t: usize| if row.ramp_unit == RampUnit::PerHour { g.n.time.duration_h[t] } else { 1.0 };
                let rise: Vec<Option<f64>> = (0..steps)
                    .map(|t| if t == 0 { before.map(|b| (p[0] - b) / hours(self, 0)) } else { Some((p[t] - p[t - 1]) / hours(self, t)) })
                    .collect();
                let most = |sign: f64| {
                    (0..steps).filter_map(|t| rise[t].map(|x| (sign * x, t))).filter(|x| x.0 > 0.0).max_by(|a, b| a.0.total_cmp(&b.0))
                };
                if let Some((rate, t)) = most(1.0) {
                    (row.ramp_up_mw, ramp[t]) = (Some(rate), self.w[t] * self.r.between(0.0, 10.0));
                }
                if let Some((rate, t)) = most(-1.0) {
                    (row.ramp_down_mw, ramp[t]) = (Some(rate), -self.w[t] * self.r.between(0.0, 10.0));
                }
            }
            let holds = reserves > 0 && self.r.chance(0.5);
            let (mut head, mut foot) = (vec![0.0; steps], vec![0.0; steps]);
            let (mut up, mut down) = (vec![0.0; steps], vec![0.0; steps]);
            let id = Id::new(self.n.generators.len());
            if holds {
                for k in 0..reserves {
                    let room: Vec<f64> = (0..steps).map(|_| if self.r.chance(0.4) { self.r.between(1.0, 20.0) } else { 0.0 }).collect();
                    if ways[k] {
                        head = room;
                        up = offer(self, k, (Some(id), None), &head.clone(), &vec![0.0; steps], 0.0, 0.0, &mut held, &mut offers);
                    } else if k == 1 {
                        foot = room;
                        down = offer(self, k, (Some(id), None), &foot.clone(), &vec![0.0; steps], 0.0, 0.0, &mut held, &mut offers);
                    }
                }
            }
            // Cost curve: an offer, points, a square, or nothing on top of the linear cost that closes the condition.
            let square = if self.r.chance(0.4) { self.r.between(0.001, 0.05) } else { 0.0 };
            row.cost_quadratic_per_mw2h = square.into();
            row.cost_constant_per_h = self.r.between(0.0, 100.0);
            let highest = p.iter().copied().fold(0.0, f64::max);
            let kind = self.r.below(3);
            if kind == 1 {
                row.offer = vec![[0.3 * highest, 1.0], [0.3 * highest, 4.0], [highest, 9.0]];
            } else if kind == 2 {
                row.cost_points = vec![[0.2 * highest, 10.0], [0.6 * highest, 10.0 + 0.8 * highest], [0.9 * highest, 10.0 + 1.7 * highest]];
            }
            // Value and slope of the curve, written out piece by piece.
            let curve = |p: f64| -> (f64, f64) {
                let h = highest;
                match kind {
                    1 if p < 0.3 * h => (p, 1.0),
                    1 if p < 0.6 * h => (0.3 * h + 4.0 * (p - 0.3 * h), 4.0),
                    1 => (0.3 * h + 1.2 * h + 9.0 * (p - 0.6 * h), 9.0),
                    2 if p < 0.6 * h => (10.0 + 2.0 * (p - 0.2 * h), 2.0),
                    2 => (10.0 + 0.8 * h + 3.0 * (p - 0.6 * h), 3.0),
                    _ => (0.0, 0.0),
                }
            };
            let (mut cost, mut lower, mut upper) = (Vec::new(), Vec::new(), Vec::new());
            for t in 0..steps {
                let (w, next) = (self.w[t], if t + 1 < steps { ramp[t + 1] } else { 0.0 });
                let count = carrier.map_or(0.0, |c| self.n.carriers[c].co2_t_per_mwh) * self.n.time.energy_h(t) / efficiency;
                let others = w * (curve(p[t]).1 + 2.0 * square * p[t] - self.lambda(at, t) + head[t] - foot[t]) + ramp[t] - next
                    + self.co2.0 * count;
                // The coefficient that is left decides where the unit rests.
                let push = if holds || self.r.chance(0.5) { 0.0 } else { self.r.sign() * self.r.between(0.5, 20.0) };
                cost.push(push - others / w);
                let room = |r: &mut Rng| r.between(1.0, 40.0);
                lower.push(if push > 0.0 {
                    p[t]
                } else if foot[t] > 0.0 {
                    p[t] - down[t]
                } else {
                    p[t] - down[t] - room(&mut self.r)
                });
                upper.push(if push < 0.0 {
                    p[t]
                } else if head[t] > 0.0 {
                    p[t] + up[t]
                } else {
                    p[t] + up[t] + room(&mut self.r)
                });
                self.objective += w * (row.cost_constant_per_h + cost[t] * p[t] + square * p[t] * p[t] + curve(p[t]).0);
                self.co2.1 += count * p[t];
                self.inject(at, t, p[t]);
            }
            (row.cost_linear_per_mwh, row.p_min_mw, row.p_max_mw) = (cost.into(), Some(lower.into()), Some(upper.into()));
            self.n.generators.push(row);
            p_all.extend(p);
            ramp_all.extend(ramp);
            head_all.extend(head);
            foot_all.extend(foot);
        }
        self.put(Q::GeneratorP, p_all);
        self.put(Q::GeneratorRampPrice, ramp_all);
        self.put(Q::GeneratorHeadroomPrice, head_all);
        self.put(Q::GeneratorFootroomPrice, foot_all);
        let mut s = vec![Vec::new(); 10];
        for i in 0..batteries {
            self.storage(i, reserves, &ways, &offer, &mut held, &mut offers, &mut s);
        }
        if batteries > 0 {
            let quantities = [
                Q::StorageCharge,
                Q::StorageDischarge,
                Q::StorageSoc,
                Q::StorageSpill,
                Q::StorageWaterValue,
                Q::StorageHeadroomPrice,
                Q::StorageFootroomPrice,
                Q::StorageEnergyUpPrice,
                Q::StorageEnergyDownPrice,
                Q::StorageCyclePrice,
            ];
            quantities.into_iter().zip(s).for_each(|(q, v)| self.put(q, v));
        }
        if !self.n.reserve_offers.is_empty() {
            self.put(Q::ReserveOfferP, offers);
        }
        if reserves > 0 {
            let mut short = vec![0.0; reserves * steps];
            for k in 0..reserves {
                // Shortage: one step dearer than every price, so that it is nothing, or all at the highest price.
                let highest = (0..steps).map(|t| rho[k * steps + t]).fold(0.5, f64::max);
                let mut need = Vec::new();
                for t in 0..steps {
                    let price = rho[k * steps + t];
                    if price == highest {
                        short[k * steps + t] = self.r.between(0.0, 3.0);
                        self.objective += self.w[t] * price * short[k * steps + t];
                    }
                    let sum = held[k * steps + t] + short[k * steps + t];
                    need.push(if price > 0.0 { sum } else { (sum - self.r.between(0.0, 5.0)).max(0.0) });
                }
                let row = &mut self.n.reserves.rows_mut()[k];
                (row.requirement_mw, row.shortage) = (need.into(), vec![[3.0, highest], [50.0, highest + 100.0]]);
            }
            self.put(Q::ReservePrice, rho);
            self.put(Q::ReserveShortage, short);
        }
    }

    #[allow(clippy::type_complexity)]
    fn storage(
        &mut self,
        i: usize,
        reserves: usize,
        ways: &[bool],
        offer: &dyn Fn(
            &mut Grower,
            usize,
            (Option<GeneratorId>, Option<StorageUnitId>),
            &[f64],
            &[f64],
            f64,
            f64,
            &mut Vec<f64>,
            &mut Vec<f64>,
        ) -> Vec<f64>,
        held: &mut Vec<f64>,
        offers: &mut Vec<f64>,
        out: &mut [Vec<f64>],
    ) {
        let steps = self.steps;
        let at = self.bus();
        let id = Id::new(self.n.storage_units.len());
        let (into, out_of) = (self.r.between(0.7, 1.0), self.r.between(0.7, 1.0));
        let mut row = StorageUnit {
            name: format!("storage {i}"),
            bus: at,
            efficiency_charge: into.into(),
            efficiency_discharge: out_of.into(),
            ..StorageUnit::default()
        };
        row.standing_loss_per_h = self.r.between(0.001, 0.05);
        row.spill_cost_per_mwh = self.r.between(0.0, 3.0);
        let hours: Vec<f64> = (0..steps).map(|t| self.n.time.storage_h(t)).collect();
        let kept: Vec<f64> = hours.iter().map(|h| (1.0 - row.standing_loss_per_h).powf(*h)).collect();
        // Reserve first: its energy prices enter the value of energy.
        let sometimes =
            |r: &mut Rng, size: f64| (0..steps).map(|_| if r.chance(0.3) { r.between(0.2, size) } else { 0.0 }).collect::<Vec<f64>>();
        let none = vec![0.0; steps];
        let holds: [bool; 2] = [reserves > 0 && self.r.chance(0.5), reserves > 1 && self.r.chance(0.5)];
        // The last energy of a cycle is pushed to a limit, which leaves no room for energy behind reserve.
        let cyclic = self.r.chance(0.3) && !holds[0] && !holds[1];
        let (mut head, mut foot, mut e_up, mut e_down) = (none.clone(), none.clone(), none.clone(), none.clone());
        let (mut up, mut down, mut d_up, mut d_down) = (none.clone(), none.clone(), 0.0, 0.0);
        if holds[0] {
            (head, e_up, d_up) = (sometimes(&mut self.r, 5.0), sometimes(&mut self.r, 5.0), self.r.between(0.25, 2.0));
            up = offer(self, 0, (None, Some(id)), &head, &e_up, 1.0 / out_of, d_up, held, offers);
        }
        if holds[1] {
            (foot, e_down, d_down) = (sometimes(&mut self.r, 5.0), sometimes(&mut self.r, 5.0), self.r.between(0.25, 2.0));
            down = offer(self, 1, (None, Some(id)), &foot, &e_down, into, d_down, held, offers);
        }
        debug_assert!(ways.first().copied().unwrap_or(true));
        // Value of energy, backward. What is left of the coefficient of soc pushes it to a limit.
        let worth = self.r.between(5.0, 40.0);
        let mut water = vec![0.0; steps];
        let mut push = vec![0.0; steps];
        for t in (0..steps).rev() {
            let last = t + 1 == steps;
            push[t] = if self.r.chance(0.5) { 0.0 } else { self.r.sign() * self.r.between(0.5, 5.0) };
            if holds[0] || holds[1] {
                push[t] = 0.0; // limits of energy stay to the reserve's rows
            }
            let next = if last {
                if cyclic {
                    self.r.between(5.0, 30.0)
                } else {
                    worth
                }
            } else {
                kept[t + 1] * water[t + 1]
            };
            water[t] = next + e_up[t] - e_down[t] + push[t];
        }
        if cyclic {
            // What was drawn for the first step's value is not what came out: the difference pushes the last energy.
            push[steps - 1] = water[steps - 1] - kept[0] * water[0] - e_up[steps - 1] + e_down[steps - 1];
        } else {
            row.end_value = vec![[1e4, worth], [1e4, worth / 2.0]];
        }
        let cycle = if self.r.chance(0.4) { self.r.between(0.0, 5.0) } else { 0.0 };
        let (mut c_cost, mut d_cost, mut c_max, mut d_max, mut inflow) =
            (none.clone(), none.clone(), none.clone(), none.clone(), none.clone());
        let (mut c, mut d, mut spilled, mut change) = (none.clone(), none.clone(), none.clone(), none.clone());
        for t in 0..steps {
            let (w, h, lambda) = (self.w[t], hours[t], self.lambda(at, t));
            (c_cost[t], d_cost[t]) = (self.r.between(0.0, 2.0), self.r.between(0.0, 2.0));
            // A limit of room that has a price is set below, so that both must rest inside.
            let roomy = if holds[0] || holds[1] { 1.0 } else { 0.5 };
            let x = rest(&mut self.r, w * (lambda + c_cost[t] - head[t] + foot[t]) - h * into * water[t], roomy, 30.0);
            (c[t], c_max[t], c_cost[t]) = (x.x, x.hi, c_cost[t] + x.add / w);
            let k = self.n.time.duration_h[t] * cycle / out_of;
            let x = rest(&mut self.r, w * (d_cost[t] - lambda + head[t] - foot[t]) + h / out_of * water[t] + k, roomy, 30.0);
            (d[t], d_max[t], d_cost[t]) = (x.x, x.hi, d_cost[t] + x.add / w);
            // The room's limits are the powers' own limits: move both so that the room binds or is wide.
            if holds[0] {
                let used = d[t] - c[t] + up[t];
                if head[t] > 0.0 && used > d[t] {
                    d_max[t] = used;
                } else if head[t] > 0.0 {
                    // The room can bind only if charging stops.
                    c[t] = 0.0;
                    d_max[t] = d[t] + up[t];
                } else {
                    d_max[t] = d_max[t].max(used + 1.0);
                }
            }
            if holds[1] {
                let used = c[t] - d[t] + down[t];
                if foot[t] > 0.0 && used > c[t] {
                    c_max[t] = used;
                } else if foot[t] > 0.0 {
                    foot_fix(&mut d[t], &mut c_max[t], c[t], down[t]);
                    if head[t] > 0.0 {
                        d_max[t] = d[t] - c[t] + up[t];
                    }
                } else {
                    c_max[t] = c_max[t].max(used + 1.0);
                }
            }
            inflow[t] = self.r.between(0.0, 5.0);
            let s = w * row.spill_cost_per_mwh + h * water[t];
            spilled[t] = if s < 0.0 { inflow[t] } else { 0.0 };
            change[t] = h * (into * c[t] - d[t] / out_of + inflow[t] - spilled[t]);
            let money = c_cost[t] * c[t] + d_cost[t] * d[t] + row.spill_cost_per_mwh * spilled[t];
            self.objective += w * money;
            self.inject(at, t, d[t] - c[t]);
        }
        // Energy forward.
        let mut before = 500.0;
        if cyclic {
            let (mut factor, mut sum) = (1.0, 0.0);
            (0..steps).for_each(|t| {
                factor *= kept[t];
                sum = kept[t] * sum + change[t];
            });
            before = sum / (1.0 - factor);
            row.end_rule = EndRule::Cyclic;
        } else {
            row.soc_initial_mwh = before;
        }
        let mut soc = none.clone();
        for t in 0..steps {
            before = kept[t] * before + change[t];
            soc[t] = before;
        }
        let least = soc.iter().copied().fold(f64::INFINITY, f64::min);
        if !cyclic {
            self.objective -= if soc[steps - 1] <= 1e4 { worth * soc[steps - 1] } else { unreachable!() };
        }
        let (mut lo, mut hi) = (none.clone(), none.clone());
        for t in 0..steps {
            let (below, above) = (up[t] * d_up / out_of, down[t] * d_down * into);
            lo[t] = if push[t] > 0.0 {
                soc[t]
            } else if e_up[t] > 0.0 {
                soc[t] - below
            } else {
                least.min(soc[t]) - below - self.r.between(1.0, 20.0)
            };
            hi[t] = if push[t] < 0.0 {
                soc[t]
            } else if e_down[t] > 0.0 {
                soc[t] + above
            } else {
                soc[t] + above + self.r.between(1.0, 20.0)
            };
        }
        if cycle > 0.0 {
            let taken: f64 = (0..steps).map(|t| self.n.time.duration_h[t] * d[t] / out_of).sum();
            let largest = hi.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.cycles_max_per_day = Some(taken / (largest * self.n.time.total_h() / 24.0));
        }
        (row.charge_max_mw, row.discharge_max_mw) = (c_max.into(), d_max.into());
        (row.charge_cost_per_mwh, row.discharge_cost_per_mwh) = (c_cost.into(), d_cost.into());
        (row.energy_min_mwh, row.energy_max_mwh, row.inflow_mw) = (lo.into(), hi.into(), inflow.into());
        self.n.storage_units.push(row);
        for (o, v) in out.iter_mut().zip([c, d, soc, spilled, water, head, foot, e_up, e_down, vec![cycle]]) {
            o.extend(v);
        }
    }

    fn links(&mut self) {
        let steps = self.steps;
        let (mut p_all, mut to_all) = (Vec::new(), Vec::new());
        for i in 0..self.r.below(3) {
            let (from, to, end) = (self.bus(), self.bus(), self.bus());
            let (eta, third) = (self.r.between(0.6, 1.0), self.r.between(0.0, 0.3));
            let square = if self.r.chance(0.3) { 0.01 } else { 0.0 };
            let loss = self.r.between(0.0, 2.0);
            let (mut cost, mut most) = (Vec::new(), Vec::new());
            for t in 0..steps {
                let base = self.r.between(0.0, 5.0) + self.lambda(from, t) - eta * self.lambda(to, t) - third * self.lambda(end, t);
                let mut x = rest(&mut self.r, base, 0.5, 40.0);
                if square > 0.0 {
                    // At the limit the square must not turn the sign; inside it must be undone.
                    x.add += if x.add == 0.0 { -2.0 * square * x.x } else { -2.0 * square * x.x };
                }
                let linear = base + x.add - self.lambda(from, t) + eta * self.lambda(to, t) + third * self.lambda(end, t);
                cost.push(linear);
                most.push(x.hi);
                self.objective += self.w[t] * (linear * x.x + square * x.x * x.x);
                self.inject(from, t, -x.x);
                self.inject(to, t, eta * x.x - loss);
                self.inject(end, t, third * x.x);
                p_all.push(x.x);
                to_all.push(eta * x.x - loss);
            }
            let link = self.n.links.push(Link {
                name: format!("link {i}"),
                bus_from: from,
                bus_to: to,
                efficiency: eta.into(),
                loss_constant_mw: loss,
                p_max_mw: most.into(),
                cost_linear_per_mwh: cost.into(),
                cost_quadratic_per_mw2h: square.into(),
                ..Link::default()
            });
            self.n.link_ends.push(LinkEnd { name: format!("end {i}"), link, bus: end, efficiency: third.into() });
        }
        if !p_all.is_empty() {
            self.put(Q::LinkP, p_all);
            self.put(Q::LinkDelivered, to_all);
        }
    }

    fn stores(&mut self) {
        let steps = self.steps;
        let (mut p_all, mut e_all, mut v_all) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..self.r.below(2) {
            let at = self.bus();
            let loss = self.r.between(0.0, 0.01);
            let hours: Vec<f64> = (0..steps).map(|t| self.n.time.storage_h(t)).collect();
            let kept = |t: usize| (1.0 - loss).powf(hours[t]);
            let p: Vec<f64> = (0..steps).map(|_| self.r.between(-10.0, 10.0)).collect();
            let (mut energy, mut before) = (Vec::new(), 50.0);
            for t in 0..steps {
                before = kept(t) * before - hours[t] * p[t];
                energy.push(before);
            }
            let (mut value, mut lo, mut hi, mut cost) = (vec![0.0; steps], vec![0.0; steps], vec![0.0; steps], vec![0.0; steps]);
            for t in (0..steps).rev() {
                let push = if self.r.chance(0.5) { 0.0 } else { self.r.sign() * self.r.between(0.5, 5.0) };
                value[t] = push + if t + 1 < steps { kept(t + 1) * value[t + 1] } else { 0.0 };
                lo[t] = energy[t] - if push > 0.0 { 0.0 } else { self.r.between(1.0, 10.0) };
                hi[t] = energy[t] + if push < 0.0 { 0.0 } else { self.r.between(1.0, 10.0) };
                cost[t] = self.lambda(at, t) - hours[t] * value[t] / self.w[t];
                self.objective += self.w[t] * cost[t] * p[t];
                self.inject(at, t, p[t]);
            }
            self.n.stores.push(Store {
                name: format!("store {i}"),
                bus: at,
                energy_max_mwh: hi.into(),
                energy_min_mwh: lo.into(),
                standing_loss_per_h: loss,
                energy_initial_mwh: 50.0,
                cost_linear_per_mwh: cost.into(),
                ..Store::default()
            });
            p_all.extend(p);
            e_all.extend(energy);
            v_all.extend(value);
        }
        if !p_all.is_empty() {
            self.put(Q::StoreP, p_all);
            self.put(Q::StoreEnergy, e_all);
            self.put(Q::StoreWaterValue, v_all);
        }
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
        if self.co2.0 > 0.0 {
            self.n.global_limits.push(GlobalLimit { name: "cap".into(), limit: self.co2.1, ..GlobalLimit::default() });
            let (price, used) = self.co2;
            self.put(Q::GlobalLimitPrice, vec![price]);
            self.put(Q::GlobalLimitUsed, vec![used]);
        }
        let columns: Vec<(Quantity, &[f64])> = self.columns.iter().map(|(q, v)| (*q, v.as_slice())).collect();
        Case::new(&format!("grown {seed}"), self.n.clone(), self.objective, &columns)
    }
}

/// Stops discharging so that the downward room can bind.
fn foot_fix(d: &mut f64, c_max: &mut f64, c: f64, down: f64) {
    *d = 0.0;
    *c_max = c + down;
}
