//! Angles, flows, their limits, and the bus prices that keep angles at rest.

use super::*;

impl Grower {
    pub(super) fn grid(&mut self) {
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
        let (mut shifters, mut opt) = (Vec::new(), Vec::new());
        for (l, &(from, to)) in pairs.iter().enumerate() {
            let mut row = Branch { name: format!("branch {l}"), bus_from: Id::new(from), bus_to: Id::new(to), ..Branch::default() };
            row.x_pu = self.r.between(0.05, 0.4) * if l >= buses - 1 && self.r.chance(0.1) { -1.0 } else { 1.0 };
            row.r_pu = self.r.between(0.0, 0.1);
            row.tap_ratio = if self.r.chance(0.3) { self.r.between(0.9, 1.1) } else { 1.0 };
            row.phase_shift_deg = if self.r.chance(0.3) { self.r.between(-5.0, 5.0) } else { 0.0 };
            let models = self.n.flow_convention == FlowConvention::PowerModels;
            // What direct current means in the form of PowerModels is told nowhere.
            let direct = self.wide && !models && self.r.chance(0.15);
            if direct {
                (row.current, row.r_pu) = (Current::Dc, self.r.between(0.05, 0.4));
            }
            let b = if direct {
                1.0 / (row.r_pu * row.tap_ratio)
            } else if models {
                row.x_pu / (row.r_pu * row.r_pu + row.x_pu * row.x_pu)
            } else {
                1.0 / (row.x_pu * row.tap_ratio)
            };
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
                let chosen = self.built(0.5);
                opt.push(chosen.unwrap_or(100.0));
                if let Some(chosen) = chosen {
                    // A share of the flow itself where the limit binds: what the limit's price earns is linear in the capacity.
                    let share: Vec<f64> = share.iter().map(|s| s * 100.0 / chosen).collect();
                    let earned: f64 = (0..steps).map(|t| self.w[t] * mu[l * steps + t].abs() * share[t]).sum();
                    let built = self.close(chosen, (-earned, -earned));
                    (row.s_nom_extendable, row.s_max_pu, row.rating_a_mva) = (true, share.into(), 1.0);
                    (row.s_nom_min_mva, row.s_nom_max_mva, row.capital_cost_per_mva) = (built.least, built.most, built.capital);
                } else {
                    (row.rating_a_mva, row.s_max_pu) = (100.0, share.into());
                }
            } else {
                opt.push(f64::INFINITY);
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
        if self.wide {
            self.put(Q::BranchSNomOpt, opt);
        }
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
}
