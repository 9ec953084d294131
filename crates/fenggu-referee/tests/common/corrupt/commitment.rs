//! Ways of spoiling a commitment.

use super::*;

/// Hours of the run of a status that ends before step `t`, those before the horizon included.
fn run_before(c: &Case, i: usize, t: usize) -> f64 {
    let before = c.unit(i).initial_status_h.unwrap_or(0.0);
    let status = |t: usize| c.get(Q::GeneratorStatus, i, t) > 0.5;
    let last = if t == 0 { before > 0.0 } else { status(t - 1) };
    let steps = (0..t).rev().take_while(|&k| status(k) == last).count();
    let hours: f64 = (t - steps..t).map(|k| c.net.time.duration_h[k]).sum();
    hours + if steps == t && (before > 0.0) == last { before.abs() } else { 0.0 }
}

impl Case {
    fn is_on(&self, i: usize, t: usize) -> bool {
        self.get(Q::GeneratorStatus, i, t) > 0.5
    }
    fn was_on(&self, i: usize, t: usize) -> bool {
        if t == 0 {
            self.unit(i).initial_status_h.is_some_and(|h| h > 0.0)
        } else {
            self.is_on(i, t - 1)
        }
    }
    fn plain(&self) -> bool {
        self.net.commitment_semantics != CommitmentSemantics::Pypsa
    }
    fn low(&self, i: usize, t: usize) -> f64 {
        self.unit(i).lower_mw(t)
    }
    /// Ramps of a step, MW.
    fn ramps(&self, i: usize, t: usize) -> (Option<f64>, Option<f64>) {
        let g = self.unit(i);
        let h = if g.ramp_unit == RampUnit::PerHour { self.net.time.duration_h[t] } else { 1.0 };
        (g.ramp_up_mw.map(|r| r * h), g.ramp_down_mw.map(|r| r * h))
    }
    fn reserve(&self, i: usize, t: usize) -> f64 {
        self.held(&self.offers_of(i, false, ReserveDirection::Up), t)
    }
    fn p(&self, i: usize, t: usize) -> f64 {
        self.get(Q::GeneratorP, i, t)
    }
    /// Switches a unit, outputs and flags with it.
    fn switch(&mut self, i: usize, t: usize, on: bool) {
        let low = self.low(i, t);
        self.put(Q::GeneratorStatus, i, t, f64::from(u8::from(on)));
        self.put(Q::GeneratorP, i, t, if on { low } else { 0.0 });
        for o in self.offers_of(i, false, ReserveDirection::Up) {
            self.put(Q::ReserveOfferP, o, t, 0.0);
        }
        for k in t..(t + 2).min(self.steps()) {
            let (was, is) = (self.was_on(i, k), self.is_on(i, k));
            self.put(Q::GeneratorStartUp, i, k, f64::from(u8::from(is && !was)));
            self.put(Q::GeneratorShutDown, i, k, f64::from(u8::from(was && !is)));
        }
    }
    /// What the starts of a unit cost by tiers other than theirs.
    fn tiers(&self, i: usize) -> Vec<(usize, f64, f64)> {
        let g = self.unit(i);
        let own = |h: f64| g.start_up_cost.iter().rev().find(|x| x[0] <= h + 1e-9).or(g.start_up_cost.first()).map_or(0.0, |x| x[1]);
        let starts = (0..self.steps()).filter(|&t| self.is_on(i, t) && !self.was_on(i, t) && g.initial_status_h.is_some());
        starts.map(|t| (t, own(run_before(self, i, t)), g.start_up_cost.first().map_or(0.0, |x| x[1]))).collect()
    }
}

pub(super) fn ways() -> Vec<Way> {
    vec![
        way!("a status between on and off", "commitment/status", GeneratorStatus where |c, i, t| c.unit(i).committable => |m, r| {
            let v = r.between(0.01, 0.99);
            m.put(Q::GeneratorStatus, i, t, v)
        }),
        way!("a status of 2", "commitment/status", GeneratorStatus where |c, i, t| c.is_on(i, t) => |m, r| m.put(Q::GeneratorStatus, i, t, 2.0)),
        way!("no status at all", "results/columns", GeneratorStatus where |c, i, t| c.unit(i).committable => |m, r| {
            let mut bare = Results::new(m.results.outcome, m.results.steps);
            bare.objective = m.results.objective;
            m.results.columns().filter(|(q, _)| *q != Q::GeneratorStatus).for_each(|(q, v)| bare.set(q, v.to_vec()));
            m.results = bare
        }),
        way!("a status that is no number", "results/finite", GeneratorStatus where |c, i, t| true => |m, r| m.put(Q::GeneratorStatus, i, t, f64::NAN)),
        way!("called off while it generates", "commitment/capacity", GeneratorStatus where |c, i, t| c.is_on(i, t) && c.p(i, t) > 0.1 => |m, r| m.put(Q::GeneratorStatus, i, t, 0.0)),
        way!("called on while it gives nothing", "commitment/capacity", GeneratorStatus where |c, i, t| !c.is_on(i, t) && c.low(i, t) > 0.1 => |m, r| m.put(Q::GeneratorStatus, i, t, 1.0)),
        way!("a start that is not told", "commitment/switches", GeneratorStartUp where |c, i, t| c.get(Q::GeneratorStartUp, i, t) > 0.5 => |m, r| m.put(Q::GeneratorStartUp, i, t, 0.0)),
        way!("a start that never was", "commitment/switches", GeneratorStartUp where |c, i, t| c.unit(i).committable && c.get(Q::GeneratorStartUp, i, t) < 0.5 => |m, r| m.put(Q::GeneratorStartUp, i, t, 1.0)),
        way!("a stop that is not told", "commitment/switches", GeneratorShutDown where |c, i, t| c.get(Q::GeneratorShutDown, i, t) > 0.5 => |m, r| m.put(Q::GeneratorShutDown, i, t, 0.0)),
        way!("a must-run unit switched off", "commitment/held_status", GeneratorStatus where |c, i, t| c.unit(i).must_run && c.is_on(i, t) && !held(&c.unit(i).status_set, t) => |m, r| m.switch(i, t, false)),
        way!("a held status not kept", "commitment/held_status", GeneratorStatus where |c, i, t| held(&c.unit(i).status_set, t) => |m, r| {
            let on = m.is_on(i, t);
            m.switch(i, t, !on)
        }),
        way!("off for one step in the middle of a run", "commitment/min_down_time", GeneratorStatus where |c, i, t| {
            t > 0 && t + 1 < c.steps() && c.is_on(i, t) && c.is_on(i, t - 1) && c.is_on(i, t + 1) && c.unit(i).down_time_min_h > 1.5
        } => |m, r| m.switch(i, t, false)),
        way!("on for one step in the middle of a rest", "commitment/min_up_time", GeneratorStatus where |c, i, t| {
            t > 0 && t + 1 < c.steps() && !c.is_on(i, t) && !c.is_on(i, t - 1) && !c.is_on(i, t + 1) && c.unit(i).up_time_min_h > 1.5
        } => |m, r| m.switch(i, t, true)),
        way!("stopped one step early", "commitment/min_up_time", GeneratorStatus where |c, i, t| {
            t > 1 && t + 1 < c.steps() && c.is_on(i, t) && !c.is_on(i, t + 1) && run_before(c, i, t) > 0.0 && c.is_on(i, t - 1)
                && run_before(c, i, t + 1) - c.net.time.duration_h[t] < c.unit(i).up_time_min_h - 1e-6
                && (0..=t).any(|k| !c.is_on(i, k))
        } => |m, r| m.switch(i, t, false)),
        way!("started one step early", "commitment/min_down_time", GeneratorStatus where |c, i, t| {
            t > 0 && t + 1 < c.steps() && !c.is_on(i, t) && c.is_on(i, t + 1) && !c.is_on(i, t - 1) && (0..t).any(|k| c.is_on(i, k))
                && run_before(c, i, t + 1) - c.net.time.duration_h[t] < c.unit(i).down_time_min_h - 1e-6
        } => |m, r| m.switch(i, t, true)),
        way!("switched at once after too short a time before the horizon", "commitment/initial", GeneratorStatus where |c, i, t| {
            let g = c.unit(i);
            let least = if c.was_on(i, 0) { g.up_time_min_h } else { g.down_time_min_h };
            t == 0 && c.was_on(i, 0) == c.is_on(i, 0) && g.initial_status_h.is_some_and(|h| h.abs() < least - 1e-6)
        } => |m, r| {
            let on = m.is_on(i, 0);
            m.switch(i, 0, !on)
        }),
        way!("more than the highest output", "commitment/capacity", GeneratorP where |c, i, t| c.is_on(i, t) => |m, r| {
            let most = m.unit(i).upper_mw(t);
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("less than the lowest output", "commitment/capacity", GeneratorP where |c, i, t| c.is_on(i, t) && c.low(i, t) > 1.0 => |m, r| {
            let low = m.low(i, t);
            let by = nudge(r, low);
            m.put(Q::GeneratorP, i, t, low - by)
        }),
        way!("output of a unit that is off", "commitment/capacity", GeneratorP where |c, i, t| c.unit(i).committable && !c.is_on(i, t) => |m, r| {
            let by = nudge(r, 10.0);
            m.put(Q::GeneratorP, i, t, by)
        }),
        way!("reserve of a unit that is off", "commitment/capacity", ReserveOfferP where |c, o, t| {
            c.net.reserve_offers.rows()[o].generator.is_some_and(|g| !c.is_on(g.index(), t))
        } => |m, r| {
            let by = nudge(r, 10.0);
            m.put(Q::ReserveOfferP, o, t, by)
        }),
        way!("output and reserve above the highest output", "commitment/capacity", ReserveOfferP where |c, o, t| {
            c.net.reserve_offers.rows()[o].generator.is_some_and(|g| c.is_on(g.index(), t))
        } => |m, r| {
            let g = m.net.reserve_offers.rows()[o].generator.unwrap().index();
            let room = m.unit(g).upper_mw(t) - m.p(g, t);
            let by = nudge(r, m.unit(g).upper_mw(t));
            m.put(Q::ReserveOfferP, o, t, room + by)
        }),
        way!("a start above its limit", "commitment/start_limit", GeneratorP where |c, i, t| {
            c.unit(i).initial_status_h.is_some() && c.is_on(i, t) && !c.was_on(i, t) && c.unit(i).start_up_limit_mw.is_some()
        } => |m, r| {
            let most = m.unit(i).start_up_limit_mw.unwrap();
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("too much in the last step before a stop", "commitment/stop_limit", GeneratorP where |c, i, t| {
            t + 1 < c.steps() && c.is_on(i, t) && !c.is_on(i, t + 1) && c.unit(i).shut_down_limit_mw.is_some()
        } => |m, r| {
            let most = m.unit(i).shut_down_limit_mw.unwrap();
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("stopped from too much before the horizon", "commitment/stop_limit", GeneratorStatus where |c, i, t| {
            let g = c.unit(i);
            t == 0 && c.was_on(i, 0) && c.is_on(i, 0) && matches!((g.p_initial_mw, g.shut_down_limit_mw), (Some(p), Some(s)) if p > s + 0.1)
        } => |m, r| m.switch(i, 0, false)),
        way!("a rise beyond the ramp", "commitment/ramp_up", GeneratorP where |c, i, t| {
            t > 0 && c.is_on(i, t) && c.is_on(i, t - 1) && c.ramps(i, t).0.is_some()
        } => |m, r| {
            let most = m.p(i, t - 1) + m.ramps(i, t).0.unwrap();
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("a rise beyond the ramp from the output before the horizon", "commitment/ramp_up", GeneratorP where |c, i, t| {
            t == 0 && c.is_on(i, 0) && c.was_on(i, 0) && c.ramps(i, 0).0.is_some() && c.unit(i).p_initial_mw.is_some()
        } => |m, r| {
            let most = m.unit(i).p_initial_mw.unwrap() + m.ramps(i, 0).0.unwrap();
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("a start beyond the ramp above the minimum", "commitment/ramp_up", GeneratorP where |c, i, t| {
            c.plain() && c.unit(i).initial_status_h.is_some() && c.is_on(i, t) && !c.was_on(i, t) && c.ramps(i, t).0.is_some()
        } => |m, r| {
            let most = m.low(i, t) + m.ramps(i, t).0.unwrap();
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("reserve that the ramp cannot reach", "commitment/ramp_up", ReserveOfferP where |c, o, t| {
            let g = c.net.reserve_offers.rows()[o].generator.map(Id::index);
            g.is_some_and(|g| t > 0 && c.is_on(g, t) && c.is_on(g, t - 1) && c.ramps(g, t).0.is_some())
        } => |m, r| {
            let g = m.net.reserve_offers.rows()[o].generator.unwrap().index();
            let most = m.p(g, t - 1) + m.ramps(g, t).0.unwrap() - m.p(g, t);
            let by = nudge(r, m.p(g, t).max(m.p(g, t - 1)));
            m.put(Q::ReserveOfferP, o, t, most + by)
        }),
        way!("a fall beyond the ramp", "commitment/ramp_down", GeneratorP where |c, i, t| {
            t > 0 && c.is_on(i, t) && c.is_on(i, t - 1) && c.ramps(i, t).1.is_some()
        } => |m, r| {
            let least = m.p(i, t - 1) - m.ramps(i, t).1.unwrap();
            let by = nudge(r, m.p(i, t - 1).max(least.abs()));
            m.put(Q::GeneratorP, i, t, least - by)
        }),
        way!("a stop from beyond the ramp above the minimum", "commitment/ramp_down", GeneratorP where |c, i, t| {
            c.plain() && t + 1 < c.steps() && c.is_on(i, t) && !c.is_on(i, t + 1) && c.ramps(i, t + 1).1.is_some()
        } => |m, r| {
            let most = m.low(i, t) + m.ramps(i, t + 1).1.unwrap();
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("less reserve than required", "reserve/requirement", ReserveOfferP where |c, o, t| {
            let k = c.net.reserve_offers.rows()[o].reserve;
            let sum: f64 = c.net.reserve_offers.iter().filter(|(_, x)| x.reserve == k).map(|(x, _)| c.get(Q::ReserveOfferP, x.index(), t)).sum();
            let spare = sum - c.net.reserves[k].requirement_mw.at(t);
            c.get(Q::ReserveOfferP, o, t) > spare + 0.1
        } => |m, r| m.put(Q::ReserveOfferP, o, t, 0.0)),
        way!("demand that nobody serves", "balance/nodal", GeneratorP where |c, i, t| c.is_on(i, t) => |m, r| {
            let by = nudge(r, m.p(i, t)) * r.sign();
            m.add(Q::GeneratorP, i, t, by)
        }),
        way!("a start that is not paid", "objective/reported", GeneratorStatus where |c, i, t| c.tiers(i).iter().any(|s| s.0 == t && s.1 > 0.0) => |m, r| {
            let paid = m.tiers(i).iter().find(|s| s.0 == t).unwrap().1;
            m.results.objective -= paid
        }),
        way!("a cold start paid as a warm one", "objective/reported", GeneratorStatus where |c, i, t| c.tiers(i).iter().any(|s| s.0 == t && s.1 > s.2) => |m, r| {
            let (_, own, first) = *m.tiers(i).iter().find(|s| s.0 == t).unwrap();
            m.results.objective -= own - first
        }),
        way!("a stop that is not paid", "objective/reported", GeneratorShutDown where |c, i, t| c.unit(i).shut_down_cost > 0.0 && c.get(Q::GeneratorShutDown, i, t) > 0.5 => |m, r| {
            m.results.objective -= m.unit(i).shut_down_cost
        }),
        way!("no-load cost of one step not paid", "objective/reported", GeneratorStatus where |c, i, t| c.is_on(i, t) && c.unit(i).cost_constant_per_h > 0.0 => |m, r| {
            m.results.objective -= m.unit(i).cost_constant_per_h * m.net.time.objective_h(t)
        }),
        way!("a bound above the cost", "objective/bound", GeneratorStatus where |c, i, t| c.unit(i).committable => |m, r| {
            m.results.bound = m.results.objective + nudge(r, m.results.objective)
        }),
        way!("a multiplier that is no number", "bound/multipliers", BusBoundPrice where |c, b, t| true => |m, r| m.put(Q::BusBoundPrice, b, t, f64::NAN)),
        way!("an endless multiplier", "bound/multipliers", BusBoundPrice where |c, b, t| true => |m, r| {
            let v = f64::INFINITY * r.sign();
            m.put(Q::BusBoundPrice, b, t, v)
        }),
        way!("a reserve's multiplier below zero", "bound/multipliers", ReserveBoundPrice where |c, k, t| true => |m, r| {
            let v = -nudge(r, 1.0);
            m.put(Q::ReserveBoundPrice, k, t, v)
        }),
        way!("everything off, and nothing to pay, at good multipliers", "bound/below_objective", BusBoundPrice where |c, b, t| {
            let bound = fenggu_referee::judge_commitment(&c.net, &c.results, &fenggu_referee::RefereeOptions::default()).dual_bound;
            let starts: f64 = c.net.generators.rows().iter().map(|g| g.shut_down_cost).sum();
            bound > 10.0 + starts
        } => |m, r| {
            for i in 0..m.net.generators.len() {
                (0..m.steps()).for_each(|t| m.switch(i, t, false));
            }
        }),
    ]
}
