//! What the rooms of commitment read of a unit.

use crate::formulate::frame::{Col, Known};
use crate::formulate::model::Picked;
use crate::formulate::DispatchModel;
use fenggu_net::*;

/// Whether a unit was on before the first step; none where that is not told.
pub fn initially_on(g: &Generator) -> Option<bool> {
    g.initial_status_h.map(|h| h > 0.0)
}

/// Rounding of hours that are sums of steps.
pub(super) const HOUR_EPS: f64 = 1e-9;

impl<'a> DispatchModel<'a> {
    /// Status column of a generator that is committed.
    pub fn status(&self, g: GeneratorId, t: usize) -> Option<Col> {
        self.plan.commitment.of(g).map(|k| self.plan.commitment.status.at(k, t))
    }
    /// Units to be committed: position, id, data.
    pub fn committed(&self) -> impl Iterator<Item = (Id<Picked>, GeneratorId, &'a Generator)> + '_ {
        let units = self.plan.commitment.units.iter().enumerate();
        units.map(|(k, p)| (Id::new(k), Id::new(p.0), &self.net.generators.rows()[p.0]))
    }
    /// A unit by its position.
    pub fn committed_at(&self, k: usize) -> (Id<Picked>, GeneratorId, &'a Generator) {
        let row = self.plan.commitment.units[k].0;
        (Id::new(k), Id::new(row), &self.net.generators.rows()[row])
    }
    /// What a file's minimum times count of step `t`: hours, or snapshots where PyPSA's meaning holds.
    pub fn counted_h(&self, t: usize) -> f64 {
        match self.net.commitment_semantics {
            CommitmentSemantics::Pypsa => 1.0,
            _ => self.net.time.duration_h[t],
        }
    }
    /// Beginnings of all steps in that count. `[step]`
    pub fn beginnings_h(&self) -> Vec<f64> {
        let mut at = 0.0;
        (0..self.steps())
            .map(|t| {
                let from = at;
                at += self.counted_h(t);
                from
            })
            .collect()
    }
    /// Status before step `t`: a column, or what the horizon starts from; none where that is not told.
    pub(super) fn status_before(&self, k: Id<Picked>, g: &Generator, t: usize) -> Option<Known> {
        if t > 0 {
            return Some(Known::from(self.plan.commitment.status.at(k, t - 1)));
        }
        initially_on(g).map(|on| Known::Value(f64::from(u8::from(on))))
    }
    /// Whether a start in step `t` and a stop in the next exclude each other.
    pub(super) fn outlasts(&self, g: &Generator, t: usize) -> bool {
        g.up_time_min_h > self.counted_h(t) + HOUR_EPS
    }
    /// The stop column of the step after `t`, where there is one.
    pub(super) fn stop_next(&self, k: Id<Picked>, t: usize) -> Option<Col> {
        (t + 1 < self.steps()).then(|| self.plan.commitment.stop.at(k, t + 1))
    }
}

/// Highest output in a starting step and in the last one before a stop, MW; infinite for none.
pub(super) fn switch_limits_mw(g: &Generator) -> [f64; 2] {
    [g.start_up_limit_mw.unwrap_or(f64::INFINITY), g.shut_down_limit_mw.unwrap_or(f64::INFINITY)]
}

/// Cuts of a capacity in a starting step and before a stop: what the limits of start and stop leave out of it. PyPSA has them in its
/// ramps alone.
pub(super) fn cuts_mw(semantics: CommitmentSemantics, g: &Generator, capacity: f64, most: f64) -> [f64; 2] {
    if semantics == CommitmentSemantics::Pypsa {
        return [0.0; 2];
    }
    switch_limits_mw(g).map(|limit| (capacity - limit).clamp(0.0, most))
}
