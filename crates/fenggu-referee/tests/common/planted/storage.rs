//! Storage units, stores and links.

use super::capacity::shares;
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
        row.sign = self.turn();
        let chosen = self.built(0.5);
        let (mut square, mut holding) = (0.0, 0.0);
        if self.wide {
            row.carrier = self.carrier();
            (square, holding) = (self.r.pick(&[0.0, 0.02]), self.r.pick(&[0.0, 0.3]));
        }
        (row.discharge_cost_quadratic_per_mw2h, row.holding_cost_per_mwh_h) = (square.into(), holding.into());
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
                    worth + self.per_stored(row.carrier)
                }
            } else {
                kept[t + 1] * water[t + 1]
            };
            water[t] = next + e_up[t] - e_down[t] + push[t] - self.w[t] * holding;
        }
        if cyclic {
            // What was drawn for the first step's value is not what came out: the difference pushes the last energy.
            push[steps - 1] = water[steps - 1] - kept[0] * water[0] - e_up[steps - 1] + e_down[steps - 1] + self.w[steps - 1] * holding;
        } else {
            row.end_value = vec![[1e4, worth], [1e4, worth / 2.0]];
        }
        let cycle = if self.r.chance(0.4) { self.r.between(0.0, 5.0) } else { 0.0 };
        let (mut c_cost, mut d_cost, mut c_max, mut d_max, mut inflow) =
            (none.clone(), none.clone(), none.clone(), none.clone(), none.clone());
        let (mut c, mut d, mut spilled, mut change) = (none.clone(), none.clone(), none.clone(), none.clone());
        let (mut pull_c, mut pull_d) = (none.clone(), none.clone());
        let (mut set, mut set_c, mut set_d, mut set_soc) = (None, None, None, None);
        let put = |to: &mut Option<Vec<f64>>, t: usize, v: f64| to.get_or_insert_with(|| vec![f64::NAN; steps])[t] = v;
        for t in 0..steps {
            let (w, h, lambda) = (self.w[t], hours[t], row.sign * self.lambda(at, t));
            (c_cost[t], d_cost[t]) = (self.r.between(0.0, 2.0), self.r.between(0.0, 2.0));
            // A limit of room that has a price is set below, so that both must rest inside.
            let roomy = if holds[0] || holds[1] { 1.0 } else { 0.5 };
            let pull = w * (lambda + c_cost[t] - head[t] + foot[t]) - h * into * water[t];
            let x = rest(&mut self.r, pull, roomy, 30.0);
            (c[t], c_max[t], c_cost[t], pull_c[t]) = (x.x, x.hi, c_cost[t] + x.add / w, pull + x.add);
            let k = self.n.time.duration_h[t] * cycle / out_of;
            let pull = w * (d_cost[t] - lambda + head[t] - foot[t]) + h / out_of * water[t] + k;
            let x = rest(&mut self.r, pull, roomy, 30.0);
            (d[t], d_max[t], d_cost[t], pull_d[t]) = (x.x, x.hi, d_cost[t] + x.add / w, pull + x.add);
            // Held together or each for itself: what is held needs no marginal cost of zero, the two together do.
            let held = if holds[0] || holds[1] || !self.hold() { 0 } else { 1 + self.r.below(3) };
            if held > 0 {
                (c[t], d[t]) = (c_max[t] * self.r.between(0.2, 0.8), d_max[t] * self.r.between(0.2, 0.8));
                let (z_c, z_d) = (self.r.between(-9.0, 9.0), self.r.between(-9.0, 9.0));
                let (z_c, z_d) = [(0.0, 0.0), (z_c, -z_c), (z_c, 0.0), (0.0, z_d)][held];
                c_cost[t] += (z_c - pull_c[t]) / w;
                d_cost[t] += (z_d - pull_d[t]) / w;
                (pull_c[t], pull_d[t]) = (0.0, 0.0);
                match held {
                    1 => put(&mut set, t, d[t] - c[t]),
                    2 => put(&mut set_c, t, c[t]),
                    _ => put(&mut set_d, t, d[t]),
                }
            }
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
            // The square's slope at rest is undone, so that the coefficient there is what was drawn.
            d_cost[t] -= 2.0 * square * d[t];
            let money = c_cost[t] * c[t] + (d_cost[t] + square * d[t]) * d[t] + row.spill_cost_per_mwh.at(t) * spilled[t];
            self.objective += w * money;
            self.inject(at, t, row.sign * (d[t] - c[t]));
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
            self.objective += self.w[t] * holding * before;
            if !(holds[0] || holds[1]) && self.hold() {
                put(&mut set_soc, t, before);
                push[t] = 0.0;
            }
        }
        if !cyclic {
            self.count_stored(row.carrier, 500.0 - soc[steps - 1]);
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
        (row.p_set_mw, row.charge_set_mw) = (set.map(Profile::from), set_c.map(Profile::from));
        (row.discharge_set_mw, row.soc_set_mwh) = (set_d.map(Profile::from), set_soc.map(Profile::from));
        let mut opt = f64::NAN;
        let largest = hi.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // A cycle may be grown below zero, where no hours of capacity lead.
        if let Some(p) = chosen.filter(|_| largest > 1.0) {
            let (absolute, wider) = (self.r.chance(0.3), if self.r.chance(0.5) { 1.3 } else { 1.0 });
            let energy_hours = wider * largest / p;
            let (mut left, mut right) = (0.0, 0.0);
            for t in 0..steps {
                let charge = (pull_c[t].min(0.0) - self.w[t] * foot[t]) * c_max[t] / p;
                let discharge = (pull_d[t].min(0.0) - self.w[t] * head[t]) * d_max[t] / p;
                left += charge + discharge;
                right += discharge + if absolute { 0.0 } else { charge };
                if wider == 1.0 && hi[t] == largest {
                    left += (push[t].min(0.0) - e_down[t]) * energy_hours;
                }
            }
            if wider == 1.0 {
                left -= cycle * row.cycles_max_per_day.unwrap_or(0.0) * self.n.time.total_h() / 24.0 * energy_hours;
            }
            let charged = self.count_capacity(row.carrier, p);
            let built = self.close(p, (left + charged, right + charged));
            let negative: Vec<f64> = c_max.iter().map(|v| -v).collect();
            (row.p_min_pu, row.p_max_pu, row.energy_hours_h) = (shares(&negative, p), shares(&d_max, p), energy_hours);
            (row.p_nom_extendable, row.p_nom_min_mw, row.p_nom_max_mw) = (true, built.least, built.most);
            (row.capital_cost_per_mw, opt) = (built.capital, built.chosen);
            row.charge_max_mw = absolute.then(|| c_max.into());
        } else {
            (row.charge_max_mw, row.discharge_max_mw) = (Some(c_max.into()), Some(d_max.into()));
        }
        (row.charge_cost_per_mwh, row.discharge_cost_per_mwh) = (c_cost.into(), d_cost.into());
        (row.energy_min_mwh, row.energy_max_mwh, row.inflow_mw) = (lo.into(), Some(hi.into()), inflow.into());
        self.n.storage_units.push(row);
        for (o, v) in out.iter_mut().zip([c, d, soc, spilled, water, head, foot, e_up, e_down, vec![cycle], vec![opt]]) {
            o.extend(v);
        }
    }

    pub(super) fn links(&mut self) {
        let steps = self.steps;
        let (mut p_all, mut to_all, mut ramp_all, mut opt) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for i in 0..self.r.below(3) {
            let (from, to, end) = (self.bus(), self.bus(), self.bus());
            let (eta, third) = (self.r.between(0.6, 1.0), self.r.between(0.0, 0.3));
            let square = if self.r.chance(0.3) { 0.01 } else { 0.0 };
            let loss = self.r.between(0.0, 2.0);
            let (mut cost, mut most, mut p) = (Vec::new(), Vec::new(), Vec::new());
            let carrier = if self.wide { self.carrier() } else { None };
            let chosen = self.built(0.5);
            let (mut slope, mut set) = (0.0, None);
            for t in 0..steps {
                let base = self.r.between(0.0, 5.0) + self.lambda(from, t) - eta * self.lambda(to, t) - third * self.lambda(end, t);
                let mut x = rest(&mut self.r, base, 0.5, 40.0);
                if square > 0.0 {
                    // The square's slope at rest is undone, so that the coefficient there is what was drawn.
                    x.add -= 2.0 * square * x.x;
                }
                let linear = base + x.add - self.lambda(from, t) + eta * self.lambda(to, t) + third * self.lambda(end, t);
                cost.push(linear);
                if x.x == x.hi {
                    slope += self.w[t] * base * x.hi / chosen.unwrap_or(1.0);
                } else if x.x > 0.0 && self.hold() {
                    cost[t] += self.r.between(-5.0, 5.0);
                    set.get_or_insert_with(|| vec![f64::NAN; steps])[t] = x.x;
                }
                most.push(x.hi);
                p.push(x.x);
            }
            // The largest rise or fall binds.
            let mut ramp = vec![0.0; steps];
            let (mut up, mut down) = (None, None);
            if self.wide && steps > 1 && self.r.chance(0.6) {
                let sign = self.r.sign();
                let rate = |t: usize| sign * (p[t] - p[t - 1]) / self.n.time.duration_h[t];
                let top = (1..steps).max_by(|&a, &b| rate(a).total_cmp(&rate(b))).unwrap();
                let (most, per) = (rate(top), self.n.time.duration_h[top]);
                if most > 0.0 {
                    let price = self.w[top] * self.r.between(0.0, 10.0);
                    ramp[top] = sign * price;
                    cost[top] -= ramp[top] / self.w[top];
                    cost[top - 1] += ramp[top] / self.w[top - 1];
                    let pu = most / chosen.unwrap_or(200.0);
                    slope -= price * per * pu;
                    *(if sign > 0.0 { &mut up } else { &mut down }) = Some(pu.into());
                }
            }
            for t in 0..steps {
                self.objective += self.w[t] * (cost[t] * p[t] + square * p[t] * p[t]);
                self.inject(from, t, -p[t]);
                self.inject(to, t, eta * p[t] - loss);
                self.inject(end, t, third * p[t]);
                p_all.push(p[t]);
                to_all.push(eta * p[t] - loss);
            }
            ramp_all.extend(ramp);
            let mut built = None;
            if let Some(p) = chosen {
                let charged = self.count_capacity(carrier, p);
                built = Some(self.close(p, (slope + charged, slope + charged)));
            }
            opt.push(chosen.unwrap_or(f64::NAN));
            let link = self.n.links.push(Link {
                name: format!("link {i}"),
                bus_from: from,
                bus_to: to,
                efficiency: eta.into(),
                loss_constant_mw: loss,
                carrier,
                p_nom_mw: up.as_ref().or(down.as_ref()).map(|_| 200.0),
                p_nom_extendable: built.is_some(),
                p_nom_min_mw: built.as_ref().map_or(0.0, |b| b.least),
                p_nom_max_mw: built.as_ref().map_or(f64::INFINITY, |b| b.most),
                capital_cost_per_mw: built.as_ref().map_or(0.0, |b| b.capital),
                p_max_pu: chosen.map_or(1.0.into(), |p| shares(&most, p)),
                p_max_mw: if built.is_some() { None } else { Some(most.into()) },
                p_set_mw: set.map(Profile::from),
                ramp_up_pu: up,
                ramp_down_pu: down,
                cost_linear_per_mwh: cost.into(),
                cost_quadratic_per_mw2h: square.into(),
                ..Link::default()
            });
            self.n.link_ends.push(LinkEnd { name: format!("end {i}"), link, bus: end, efficiency: third.into() });
        }
        if !p_all.is_empty() {
            self.put(Q::LinkP, p_all);
            self.put(Q::LinkDelivered, to_all);
            if self.wide {
                self.put(Q::LinkRampPrice, ramp_all);
                self.put(Q::LinkPNomOpt, opt);
            }
        }
    }

    pub(super) fn stores(&mut self) {
        let steps = self.steps;
        let (mut p_all, mut e_all, mut v_all, mut opt) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
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
            let (sign, chosen) = (self.turn(), self.built(0.5));
            let carrier = if self.wide { self.carrier() } else { None };
            let (mut square, mut holding, mut slope) = (0.0, 0.0, 0.0);
            if self.wide {
                (square, holding) = (self.r.pick(&[0.0, 0.05]), self.r.pick(&[0.0, 0.3]));
            }
            let (mut set, mut set_energy) = (None, None);
            self.count_stored(carrier, 50.0 - energy[steps - 1]);
            let (mut value, mut lo, mut hi, mut cost) = (vec![0.0; steps], vec![0.0; steps], vec![0.0; steps], vec![0.0; steps]);
            for t in (0..steps).rev() {
                let push = if self.r.chance(0.5) { 0.0 } else { self.r.sign() * self.r.between(0.5, 5.0) };
                let next = if t + 1 < steps { kept(t + 1) * value[t + 1] } else { self.per_stored(carrier) };
                value[t] = push + next - self.w[t] * holding;
                let push = if self.hold() {
                    set_energy.get_or_insert_with(|| vec![f64::NAN; steps])[t] = energy[t];
                    0.0
                } else {
                    push
                };
                lo[t] = energy[t] - if push > 0.0 { 0.0 } else { self.r.between(1.0, 10.0) };
                hi[t] = energy[t] + if push < 0.0 { 0.0 } else { self.r.between(1.0, 10.0) };
                slope += (push.min(0.0) * hi[t] + push.max(0.0) * lo[t]) / chosen.unwrap_or(1.0);
                cost[t] = sign * self.lambda(at, t) - hours[t] * value[t] / self.w[t] - 2.0 * square * p[t];
                if self.hold() {
                    set.get_or_insert_with(|| vec![f64::NAN; steps])[t] = p[t];
                    cost[t] += self.r.between(-9.0, 9.0);
                }
                self.objective += self.w[t] * ((cost[t] + square * p[t]) * p[t] + holding * energy[t]);
                self.inject(at, t, sign * p[t]);
            }
            let mut built = None;
            if let Some(e) = chosen {
                let charged = self.count_capacity(carrier, e);
                built = Some(self.close(e, (slope + charged, slope + charged)));
            }
            opt.push(chosen.unwrap_or(f64::INFINITY));
            let given = |v: Vec<f64>| if chosen.is_some() { None } else { Some(Profile::from(v)) };
            self.n.stores.push(Store {
                name: format!("store {i}"),
                bus: at,
                carrier,
                sign,
                e_nom_extendable: built.is_some(),
                e_nom_min_mwh: built.as_ref().map_or(0.0, |b| b.least),
                e_nom_max_mwh: built.as_ref().map_or(f64::INFINITY, |b| b.most),
                capital_cost_per_mwh: built.as_ref().map_or(0.0, |b| b.capital),
                e_max_pu: chosen.map_or(1.0.into(), |e| shares(&hi, e)),
                e_min_pu: chosen.map_or(0.0.into(), |e| shares(&lo, e)),
                energy_max_mwh: given(hi),
                energy_min_mwh: given(lo),
                cost_quadratic_per_mw2h: square.into(),
                holding_cost_per_mwh_h: holding.into(),
                p_set_mw: set.map(Profile::from),
                energy_set_mwh: set_energy.map(Profile::from),
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
            if self.wide {
                self.put(Q::StoreENomOpt, opt);
            }
        }
    }
}

/// Stops discharging so that the downward room can bind.
fn foot_fix(d: &mut f64, c_max: &mut f64, c: f64, down: f64) {
    *d = 0.0;
    *c_max = c + down;
}
