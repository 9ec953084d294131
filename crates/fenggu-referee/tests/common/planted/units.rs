//! Reserves, and the generators that hold them.

use super::capacity::shares;
use super::*;

impl Grower {
    /// Reserves, the generators and storage units that hold them, and their ramps.
    pub(super) fn reserves_and_generators(&mut self) {
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
        let (mut opt, mut sums) = (Vec::new(), Vec::new());
        for i in 0..units {
            let at = self.bus();
            let carrier = self.carrier();
            let efficiency = self.r.between(0.3, 0.6);
            let floor = self.r.between(0.0, 20.0);
            let p: Vec<f64> = (0..steps).map(|_| floor + self.r.between(5.0, 100.0)).collect();
            let mut row = Generator { name: format!("unit {i}"), bus: at, carrier, efficiency: efficiency.into(), ..Generator::default() };
            row.sign = self.turn();
            let chosen = self.built(0.5);
            // What a unit of capacity earns elsewhere, just below and just above it.
            let mut slopes = (0.0, 0.0);
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
                let (up, down) = (most(1.0), most(-1.0));
                for (limit, sign) in [(up, 1.0), (down, -1.0)] {
                    let Some((rate, t)) = limit else { continue };
                    ramp[t] = sign * self.w[t] * self.r.between(0.0, 10.0);
                    let per = hours(self, t);
                    let pu = chosen.filter(|_| self.r.chance(0.7)).map(|c| Profile::from(rate / c));
                    let mw = if pu.is_none() || self.r.chance(0.3) { Some(rate) } else { None };
                    if let Some(pu) = &pu {
                        let slope = -ramp[t].abs() * per * pu.at(t);
                        // Beside an absolute limit that is as tight, more capacity earns nothing.
                        slopes = (slopes.0 + slope, slopes.1 + if mw.is_some() { 0.0 } else { slope });
                    }
                    if sign > 0.0 {
                        (row.ramp_up_mw, row.ramp_up_pu) = (mw, pu);
                    } else {
                        (row.ramp_down_mw, row.ramp_down_pu) = (mw, pu);
                    }
                }
            }
            let sum_price = if self.wide && self.r.chance(0.3) { self.r.sign() * self.r.between(1.0, 10.0) } else { 0.0 };
            if sum_price != 0.0 {
                let sum: f64 = (0..steps).map(|t| self.n.time.energy_h(t) * p[t]).sum();
                (row.energy_sum_min_mwh, row.energy_sum_max_mwh) = if sum_price > 0.0 { (sum - 50.0, sum) } else { (sum, f64::INFINITY) };
            }
            sums.push(sum_price);
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
            let (mut set, mut pushes) = (vec![f64::NAN; steps], Vec::new());
            for t in 0..steps {
                let (w, next) = (self.w[t], if t + 1 < steps { ramp[t + 1] } else { 0.0 });
                let count = carrier.map_or(0.0, |c| self.n.carriers[c].co2_t_per_mwh) * self.n.time.energy_h(t) / efficiency;
                let counted = self.operated(carrier) + sum_price;
                let others = w * (curve(p[t]).1 + 2.0 * square * p[t] - row.sign * self.lambda(at, t) + head[t] - foot[t]) + ramp[t] - next
                    + self.co2.0 * count
                    + self.n.time.energy_h(t) * counted;
                // The coefficient that is left decides where the unit rests.
                let mut push = if holds || self.r.chance(0.5) { 0.0 } else { self.r.sign() * self.r.between(0.5, 20.0) };
                cost.push(push - others / w);
                if !holds && self.hold() {
                    // What is held needs no limit to rest at.
                    (set[t], push) = (p[t], 0.0);
                    cost[t] += self.r.between(-20.0, 20.0);
                }
                pushes.push(push);
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
                self.operate(carrier, self.n.time.energy_h(t) * p[t]);
                self.inject(at, t, row.sign * p[t]);
            }
            row.cost_linear_per_mwh = cost.into();
            if set.iter().any(|v| !v.is_nan()) {
                row.p_set_mw = Some(set.into());
            }
            if let Some(chosen) = chosen {
                let absolute = self.r.chance(0.3);
                // Where an absolute limit stands beside, the one of capacity may be wider.
                let wider: Vec<f64> = (0..steps).map(|_| if absolute && self.r.chance(0.5) { 1.2 } else { 1.0 }).collect();
                let top: Vec<f64> = (0..steps).map(|t| upper[t] + (wider[t] - 1.0) * upper[t].abs()).collect();
                (row.p_min_pu, row.p_max_pu) = (shares(&lower, chosen), shares(&top, chosen));
                for t in 0..steps {
                    let up = (self.w[t] * (pushes[t].min(0.0) - head[t])) * row.p_max_pu.at(t);
                    let down = (self.w[t] * (pushes[t].max(0.0) + foot[t])) * row.p_min_pu.at(t);
                    let (left, right) = match (absolute, wider[t] > 1.0) {
                        (false, _) => (up, up),
                        (true, true) => (0.0, 0.0),
                        (true, false) if up <= 0.0 => (up, 0.0),
                        // A negative limit falls away from the absolute one as capacity grows.
                        (true, false) => (0.0, up),
                    };
                    slopes = (slopes.0 + left + down, slopes.1 + right + down);
                }
                row.p_max_mw = absolute.then(|| upper.clone().into());
                let charged = self.count_capacity(carrier, chosen);
                let built = self.close(chosen, (slopes.0 + charged, slopes.1 + charged));
                row.capital_cost_per_mw = built.capital;
                (row.p_nom_extendable, row.p_nom_min_mw, row.p_nom_max_mw) = (true, built.least, built.most);
                opt.push(built.chosen);
            } else {
                (row.p_min_mw, row.p_max_mw) = (Some(lower.into()), Some(upper.into()));
                opt.push(f64::NAN);
            }
            self.n.generators.push(row);
            p_all.extend(p);
            ramp_all.extend(ramp);
            head_all.extend(head);
            foot_all.extend(foot);
        }
        self.put(Q::GeneratorP, p_all);
        if self.wide {
            self.put(Q::GeneratorPNomOpt, opt);
            self.put(Q::GeneratorEnergySumPrice, sums);
        }
        self.put(Q::GeneratorRampPrice, ramp_all);
        self.put(Q::GeneratorHeadroomPrice, head_all);
        self.put(Q::GeneratorFootroomPrice, foot_all);
        let mut s = vec![Vec::new(); 11];
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
                Q::StoragePNomOpt,
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
}
