//! The network of a window: end rules and limits over the whole study, as far as they concern it.

use super::state::State;
use super::window::Window;
use crate::analyses::dispatch::WindowEnd;
use fenggu_net::{EndRule, LimitSubject, Network, TimeAxis};
use std::ops::Range;

/// What the whole study says and windows need.
pub struct Study {
    /// The time axis.
    pub time: TimeAxis,
    /// Energy of storage units and of stores at the start of the study, MWh.
    pub start: (Vec<f64>, Vec<f64>),
    /// Limit of energy taken out over the whole study of storage units that have one, MWh; infinite for others.
    pub cycles_mwh: Vec<f64>,
    /// What windows that end before the study do with end rules.
    pub window_end: WindowEnd,
}

impl Study {
    fn energy_h(&self, range: Range<usize>) -> f64 {
        range.map(|t| self.time.energy_h(t)).sum()
    }
    fn duration_h(&self, range: Range<usize>) -> f64 {
        self.time.duration_h[range].iter().sum()
    }
    /// The share of what is left over that a window gets: its hours of all hours from its start on. The last window gets all.
    fn share(&self, w: &Window, hours: &dyn Fn(Range<usize>) -> f64) -> f64 {
        let rest = hours(w.start..self.time.steps());
        if w.last || rest == 0.0 {
            1.0
        } else {
            hours(w.range()) / rest
        }
    }

    /// Turns a part of the study into the problem of a window. `net` holds the steps of the window as cut.
    pub fn prepare(&self, net: &mut Network, w: &Window, state: &State) {
        idle(net);
        if w.index == 0 && w.last {
            // One window is the study itself.
            return;
        }
        self.end_rules(net, w.last);
        if w.index > 0 {
            state.put(net);
        } else {
            start_put(net, &self.start);
        }
        let by_energy = self.share(w, &|r| self.energy_h(r));
        let by_duration = self.share(w, &|r| self.duration_h(r));
        let used = &state.used;
        let left = |limit: f64, used: f64, share: f64| {
            if limit.is_infinite() {
                return limit;
            }
            let left = limit - used;
            // What rounding leaves of a limit that is used up is nothing.
            if left.abs() <= 1e-9 * limit.abs().max(1.0) {
                0.0
            } else {
                left * share
            }
        };
        for (g, &used) in net.generators.rows_mut().iter_mut().zip(&used.generator_mwh) {
            g.energy_sum_min_mwh = left(g.energy_sum_min_mwh, used, by_energy);
            g.energy_sum_max_mwh = left(g.energy_sum_max_mwh, used, by_energy);
        }
        let days = net.time.total_h() / 24.0;
        for (s, unit) in net.storage_units.rows_mut().iter_mut().enumerate().filter(|(_, u)| u.cycles_max_per_day.is_some()) {
            let capacity = unit.energy_capacity_mwh();
            let budget = left(self.cycles_mwh[s], used.cycled_mwh[s], by_duration).max(0.0);
            // The room multiplies by the window's own capacity and days.
            unit.cycles_max_per_day = Some(if capacity > 0.0 { budget / (capacity * days) } else { 0.0 });
        }
        for (limit, &used) in net.global_limits.rows_mut().iter_mut().zip(&used.global) {
            if matches!(limit.subject, LimitSubject::Co2 | LimitSubject::PrimaryEnergy | LimitSubject::Operation) {
                limit.limit = left(limit.limit, used, by_energy);
            }
        }
        for (side, &used) in net.side_constraints.rows_mut().iter_mut().zip(&used.side) {
            side.rhs = left(side.rhs, used, by_duration);
        }
    }

    /// Turns the steps that stand into a network by itself, for the referee: the state before them is told, and limits over the
    /// whole study, which they cannot be held to, are lifted.
    pub fn kept(&self, net: &mut Network, w: &Window, state: &State) {
        if w.index == 0 && w.last {
            return;
        }
        // `window_end` binds the end of the window, not the last step that stands.
        let open = Study { window_end: WindowEnd::Free, ..self.shallow() };
        open.end_rules(net, w.last);
        if w.index > 0 {
            state.put(net);
        } else {
            start_put(net, &self.start);
        }
        for unit in net.storage_units.rows_mut() {
            unit.cycles_max_per_day = None;
            if !w.last {
                unit.end_value.clear();
            }
        }
        for g in net.generators.rows_mut() {
            (g.energy_sum_min_mwh, g.energy_sum_max_mwh) = (f64::NEG_INFINITY, f64::INFINITY);
        }
        net.global_limits = Default::default();
        net.limit_carriers = Default::default();
        net.side_constraints = Default::default();
        net.side_terms = Default::default();
    }

    fn shallow(&self) -> Study {
        Study { time: TimeAxis::default(), start: self.start.clone(), cycles_mwh: Vec::new(), window_end: self.window_end }
    }

    fn end_rules(&self, net: &mut Network, last: bool) {
        let held = last || self.window_end == WindowEnd::Rule;
        let rule = |rule: &mut EndRule, target: &mut f64, start: f64| {
            if !held {
                *rule = EndRule::Free;
            } else if *rule == EndRule::Cyclic {
                (*rule, *target) = (EndRule::Exactly, start);
            }
        };
        for (unit, &start) in net.storage_units.rows_mut().iter_mut().zip(&self.start.0) {
            rule(&mut unit.end_rule, &mut unit.soc_target_mwh, start);
        }
        for (store, &start) in net.stores.rows_mut().iter_mut().zip(&self.start.1) {
            rule(&mut store.end_rule, &mut store.energy_target_mwh, start);
        }
    }
}

/// The offer of a unit that cannot run in the whole window costs nothing and prices nothing: its steps stay out of the problem. (In the
/// year of the province 58 of 136 units are not there in a given week, and double the time of the solver.)
fn idle(net: &mut Network) {
    let steps = net.steps();
    for g in net.generators.rows_mut().iter_mut().filter(|g| !g.offer.is_empty()) {
        if (0..steps).all(|t| g.lower_mw(t) == 0.0 && g.upper_mw(t) == 0.0) {
            g.offer.clear();
        }
    }
}

/// A cyclic unit's start is a number from the first window on.
fn start_put(net: &mut Network, start: &(Vec<f64>, Vec<f64>)) {
    net.storage_units.rows_mut().iter_mut().zip(&start.0).for_each(|(u, &v)| u.soc_initial_mwh = v);
    net.stores.rows_mut().iter_mut().zip(&start.1).for_each(|(s, &v)| s.energy_initial_mwh = v);
}
