//! Storage units, stores and links.

use super::*;

impl Grower {
    #[allow(clippy::type_complexity)]
    pub(super) fn storage(
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
        row.standing_loss_per_h = self.r.between(0.001, 0.05).into();
        row.spill_cost_per_mwh = self.r.between(0.0, 3.0).into();
        let hours: Vec<f64> = (0..steps).map(|t| self.n.time.storage_h(t)).collect();
        let kept: Vec<f64> = hours.iter().map(|h| (1.0 - row.standing_loss_per_h.at(0)).powf(*h)).collect();
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
            let s = w * row.spill_cost_per_mwh.at(t) + h * water[t];
            spilled[t] = if s < 0.0 { inflow[t] } else { 0.0 };
            change[t] = h * (into * c[t] - d[t] / out_of + inflow[t] - spilled[t]);
            let money = c_cost[t] * c[t] + d_cost[t] * d[t] + row.spill_cost_per_mwh.at(t) * spilled[t];
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
        (row.charge_max_mw, row.discharge_max_mw) = (Some(c_max.into()), Some(d_max.into()));
        (row.charge_cost_per_mwh, row.discharge_cost_per_mwh) = (c_cost.into(), d_cost.into());
        (row.energy_min_mwh, row.energy_max_mwh, row.inflow_mw) = (lo.into(), Some(hi.into()), inflow.into());
        self.n.storage_units.push(row);
        for (o, v) in out.iter_mut().zip([c, d, soc, spilled, water, head, foot, e_up, e_down, vec![cycle]]) {
            o.extend(v);
        }
    }

    pub(super) fn links(&mut self) {
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
                    // The square's slope at rest is undone, so that the coefficient there is what was drawn.
                    x.add -= 2.0 * square * x.x;
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
                p_max_mw: Some(most.into()),
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

    pub(super) fn stores(&mut self) {
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
                energy_max_mwh: Some(hi.into()),
                energy_min_mwh: Some(lo.into()),
                standing_loss_per_h: loss.into(),
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
}

/// Stops discharging so that the downward room can bind.
fn foot_fix(d: &mut f64, c_max: &mut f64, c: f64, down: f64) {
    *d = 0.0;
    *c_max = c + down;
}
