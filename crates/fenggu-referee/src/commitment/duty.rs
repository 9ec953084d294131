//! One unit's rules of commitment, read from the raw network for the meaning that its format gives them.

use crate::capacity::{of_generator, of_generator_ramp, set_at};
use crate::case::Case;
use fenggu_net::{CommitmentSemantics as Words, Generator, Network, Quantity};

const INF: f64 = f64::INFINITY;
/// Hours that differ by less are the same: sums of quarter-hours.
const HOUR_ROUNDING: f64 = 1e-9;

/// What a unit was doing before the first step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Before {
    /// Nobody says: either, for any time, at no cost of starting or stopping in the first step.
    Unknown,
    /// On for so many hours, with so much output where that is told, MW.
    On { hours: f64, p: Option<f64> },
    /// Off for so many hours.
    Off { hours: f64 },
}

impl Before {
    /// Status, where known.
    pub(crate) fn on(self) -> Option<bool> {
        match self {
            Before::Unknown => None,
            Before::On { .. } => Some(true),
            Before::Off { .. } => Some(false),
        }
    }
    fn hours(self) -> f64 {
        match self {
            Before::Unknown => 0.0,
            Before::On { hours, .. } | Before::Off { hours } => hours,
        }
    }
}

/// Limits in the step of a start, or in the last one before a stop, MW above the minimum; infinite for none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    /// Least output.
    pub low: f64,
    /// Most output by the limit of starts or stops.
    pub out: f64,
    /// Most output and reserve by that limit.
    pub top: f64,
    /// Most output by the ramp.
    pub ramp_out: f64,
    /// Most output and reserve by the ramp.
    pub ramp_top: f64,
}

impl Edge {
    pub(crate) const FREE: Edge = Edge { low: -INF, out: INF, top: INF, ramp_out: INF, ramp_top: INF };
}

/// One unit's rules. Series are `[step]`.
pub(crate) struct Duty<'n> {
    pub g: &'n Generator,
    words: Words,
    /// Lowest and highest output when on, MW.
    pub lo: Vec<f64>,
    pub hi: Vec<f64>,
    /// Most rise and fall into a step, MW; infinite for none.
    rise: Vec<f64>,
    fall: Vec<f64>,
    /// Hours before a step, as minimum times count them. `[step + 1]`
    clock: Vec<f64>,
    pub before: Before,
    /// Status that is held.
    pub held: Vec<Option<bool>>,
    /// Nominal power that PyPSA's rows fill in where a limit is not given.
    nominal: f64,
}

/// Whether commitment switches the unit in this case.
pub(crate) fn switched(case: &Case<'_>, g: &Generator) -> bool {
    case.committed() && g.committable && g.in_service && case.live(g.bus)
}

/// How often what happens once in step `t` counts in the objective: PyPSA counts starts and stops once, whatever the step's weight.
pub(crate) fn times(net: &Network, t: usize) -> f64 {
    match net.commitment_semantics {
        Words::Pypsa => 1.0,
        Words::Pglib | Words::UnitCommitmentJl => net.time.weight_objective[t],
    }
}

impl<'n> Duty<'n> {
    pub(crate) fn new(case: &Case<'n>, i: usize) -> Duty<'n> {
        let (net, steps) = (case.net, case.steps);
        let (g, words) = (&net.generators.rows()[i], net.commitment_semantics);
        let chosen = case.capacity(Quantity::GeneratorPNomOpt, i);
        let (lo, hi): (Vec<f64>, Vec<f64>) = (0..steps).map(|t| of_generator(g, t).at(chosen)).unzip();
        let ramps = (0..steps).map(|t| of_generator_ramp(g, net.time.duration_h[t], t).at(chosen));
        let (rise, fall): (Vec<f64>, Vec<f64>) = ramps.map(|(down, up)| (up, -down)).unzip();
        let mut clock = vec![0.0];
        let mut sum = 0.0;
        for h in &net.time.duration_h {
            // PyPSA counts snapshots.
            sum += if words == Words::Pypsa { 1.0 } else { *h };
            clock.push(sum);
        }
        let before = match g.initial_status_h {
            None => Before::Unknown,
            Some(h) if h > 0.0 => Before::On { hours: h, p: g.p_initial_mw },
            Some(h) => Before::Off { hours: -h },
        };
        let held = |t| {
            let set = set_at(&g.status_set, t);
            if !set.is_nan() {
                Some(set > 0.5)
            } else {
                g.must_run.then_some(true)
            }
        };
        let nominal = g.p_nom_mw.unwrap_or_else(|| hi.iter().copied().fold(0.0, f64::max));
        Duty { g, words, held: (0..steps).map(held).collect(), lo, hi, rise, fall, clock, before, nominal }
    }
    pub(crate) fn steps(&self) -> usize {
        self.lo.len()
    }
    /// Hours of the run of one status over steps `a … b−1`, which goes on from before the horizon where the status is the same.
    pub(crate) fn hours(&self, on: bool, a: usize, b: usize) -> f64 {
        let carried = if a == 0 && self.before.on() == Some(on) { self.before.hours() } else { 0.0 };
        carried + self.clock[b] - self.clock[a]
    }
    /// Hours that a run of this status must last.
    pub(crate) fn least_hours(&self, on: bool) -> f64 {
        if on {
            self.g.up_time_min_h
        } else {
            self.g.down_time_min_h
        }
    }
    /// Whether a run over steps `a … b−1` that ends there is long enough. One from before the horizon of unknown status is.
    pub(crate) fn lasts(&self, on: bool, a: usize, b: usize) -> bool {
        let unknown = a == 0 && self.before == Before::Unknown;
        unknown || self.hours(on, a, b) + HOUR_ROUNDING >= self.least_hours(on)
    }
    /// Cost of a start in step `t` after steps off from `a` on; a start in the first step of a unit of unknown status is none.
    pub(crate) fn start_cost(&self, a: usize, t: usize) -> f64 {
        if t == 0 && self.before == Before::Unknown {
            return 0.0;
        }
        let hours = self.hours(false, a, t);
        let tiers = &self.g.start_up_cost;
        let warm = match self.words {
            Words::UnitCommitmentJl => tiers.last(),
            Words::Pglib | Words::Pypsa => tiers.first(),
        };
        tiers.iter().rev().find(|tier| tier[0] <= hours + HOUR_ROUNDING).or(warm).map_or(0.0, |tier| tier[1])
    }
    /// Whether the upward ramp counts reserve.
    pub(crate) fn up_counts_reserve(&self) -> bool {
        self.words != Words::Pypsa
    }
    /// Whether the downward ramp counts the reserve held before.
    pub(crate) fn down_counts_reserve(&self) -> bool {
        self.words == Words::UnitCommitmentJl
    }
    /// Output above the minimum before the horizon, where told. The minimum is the first step's.
    pub(crate) fn carried(&self) -> Option<f64> {
        match self.before {
            Before::On { p, .. } => p.map(|p| p - self.lo[0]),
            _ => None,
        }
    }
    /// Most rise and fall above the minimum into step `t` of a unit that is on in it and before. Ramps are of output: where the
    /// minimum moves, it moves the ramp.
    pub(crate) fn ramp(&self, t: usize) -> (f64, f64) {
        let shift = if t == 0 { 0.0 } else { self.lo[t] - self.lo[t - 1] };
        (self.rise[t] - shift, self.fall[t] + shift)
    }
    fn minimum_moves(&self, t: usize) -> bool {
        t > 0 && t < self.steps() && self.lo[t] != self.lo[t - 1]
    }
    /// PyPSA's ramp rows, which exist where a ramp or the limit in its place is given: (ramp, limit of starts or stops).
    fn row(&self, ramp: f64, limit: Option<f64>) -> Option<(f64, f64)> {
        let given = ramp < INF || limit.is_some();
        given.then(|| (if ramp < INF { ramp } else { self.nominal }, limit.unwrap_or(self.nominal)))
    }
    /// Limits in step `t`, in which the unit starts.
    pub(crate) fn start(&self, t: usize) -> Edge {
        let limit = self.g.start_up_limit_mw.unwrap_or(INF) - self.lo[t];
        match self.words {
            Words::Pglib => Edge { top: limit, ramp_top: self.rise[t], ..Edge::FREE },
            Words::UnitCommitmentJl => {
                let free = t == 0 || self.minimum_moves(t);
                Edge { top: limit, ramp_top: if free { INF } else { self.rise[t] }, ..Edge::FREE }
            }
            Words::Pypsa => {
                let mut edge = Edge::FREE;
                if let Some((_, start)) = self.row(self.rise[t], self.g.start_up_limit_mw) {
                    edge.out = start - self.lo[t];
                }
                if let Some((down, stop)) = self.row(self.fall[t], self.g.shut_down_limit_mw) {
                    edge.low = stop - down - self.lo[t];
                }
                edge
            }
        }
    }
    /// Limits in step `b − 1`, the last before a stop at the beginning of step `b`; at 0 those of the output before the horizon.
    pub(crate) fn stop(&self, b: usize) -> Edge {
        let lo = self.lo[b.max(1) - 1];
        let limit = self.g.shut_down_limit_mw.unwrap_or(INF) - lo;
        match self.words {
            Words::Pglib => Edge { out: limit, top: limit, ramp_out: self.fall[b], ..Edge::FREE },
            Words::UnitCommitmentJl if self.minimum_moves(b) => Edge { out: limit, top: limit, ..Edge::FREE },
            Words::UnitCommitmentJl => Edge { out: limit, ramp_top: self.fall[b], ..Edge::FREE },
            Words::Pypsa => {
                let mut edge = Edge::FREE;
                if let Some((_, stop)) = self.row(self.fall[b], self.g.shut_down_limit_mw) {
                    edge.out = stop - lo;
                }
                if let Some((up, start)) = self.row(self.rise[b], self.g.start_up_limit_mw) {
                    edge.low = start - up - lo;
                }
                edge
            }
        }
    }
}
