//! One unit's part of a commitment, as numbers per step: what its dynamic program reads.

use fenggu_net::GeneratorId;

/// What holds in a step for a unit that is on.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Output at its minimum, MW.
    pub p_min: f64,
    /// Most output above the minimum, MW; reserve counts in it.
    pub range: f64,
    /// Cost of the step at minimum output.
    pub no_load: f64,
    /// Width (MW) and cost of a MW through the step, by rising cost, from the minimum upwards.
    pub segments: Vec<(f64, f64)>,
}

/// One unit over the horizon. Outputs are MW above the minimum; costs are of whole steps, weights included.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Whose.
    pub generator: GeneratorId,
    /// Kinds of steps; one where nothing varies.
    pub stages: Vec<Stage>,
    /// Kind of every step.
    pub stage_of: Vec<u16>,
    /// Most rise and fall of output between two steps in which it is on, MW.
    pub ramp: [f64; 2],
    /// Most output above the minimum in the step it starts in (reserve counts in it).
    pub start_limit: f64,
    /// Most output above the minimum in the last step before it stops: its stop limit and its downward ramp.
    pub stop_limit: f64,
    /// Most output and reserve together above the minimum in that step; ∞ where reserve does not count.
    pub stop_total: f64,
    /// Shortest time on and off, steps, at least 1.
    pub times: [usize; 2],
    /// Output above the minimum before the first step, when it was on.
    pub carried: Option<f64>,
    /// Steps off before the first one, when it was off.
    pub off_before: usize,
    /// Cost of a start after so many steps off: `[steps off − 1]`, the last for all longer ones. ∞ where none is allowed.
    pub start_cost: Vec<f64>,
    /// Cost of a stop.
    pub stop_cost: f64,
    /// Status that is held: 1 on, 0 off, −1 free, for every step. Initial times, must-run and given status are in it.
    pub held: Vec<i8>,
    /// The reserves it may hold, as positions in the list of reserves.
    pub reserves: Vec<u16>,
    /// Most reserve it may hold, MW; ∞ for no limit. Where there is one, ramps are not looked at for reserve: a relaxation.
    pub reserve_most: f64,
}

impl Unit {
    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.stage_of.len()
    }
    /// What holds in step `t`.
    pub fn stage(&self, t: usize) -> &Stage {
        &self.stages[self.stage_of[t] as usize]
    }
    /// Whether ramps can bind between two steps at all.
    pub fn is_ramped(&self) -> bool {
        let widest = self.stages.iter().map(|s| s.range).fold(0.0, f64::max);
        let shifts = self.stages.len() > 1 && self.stages.iter().any(|s| s.p_min != self.stages[0].p_min);
        shifts || self.ramp[0] < widest - 1e-9 || self.ramp[1] < widest - 1e-9
    }
    /// Most rise and fall above the minimum into step `t` (≥ 1), whose minimum may be another than the step before's.
    pub fn ramp_into(&self, t: usize) -> [f64; 2] {
        let shift = if self.stages.len() == 1 { 0.0 } else { self.stage(t).p_min - self.stage(t - 1).p_min };
        [self.ramp[0] - shift, self.ramp[1] + shift]
    }
    /// Cost of a start after `off` steps off (at least 1).
    pub fn cost_of_start(&self, off: usize) -> f64 {
        self.start_cost.get(off.max(1) - 1).or(self.start_cost.last()).copied().unwrap_or(0.0)
    }
    /// Cost of step `t` at output `p` above the minimum.
    pub fn cost_on(&self, t: usize, p: f64) -> f64 {
        let stage = self.stage(t);
        let (mut cost, mut left) = (stage.no_load, p);
        for &(width, slope) in &stage.segments {
            let q = left.min(width);
            if q <= 0.0 {
                break;
            }
            cost += q * slope;
            left -= q;
        }
        cost
    }
    /// Cost of starts and stops of a pattern.
    pub fn cost_of_switching(&self, on: &[bool]) -> f64 {
        let (mut cost, mut before) = (0.0, self.carried.is_some());
        let mut off = if before { 0 } else { self.off_before };
        for &now in on {
            if now && !before {
                cost += self.cost_of_start(off);
            }
            if !now && before {
                cost += self.stop_cost;
            }
            off = if now { 0 } else { off + 1 };
            before = now;
        }
        cost
    }
    /// Most output plus reserve above the minimum in step `t` of a pattern in which it is on, by capacity, start and stop alone:
    /// (output, output plus reserve).
    pub fn room(&self, on: &[bool], t: usize) -> (f64, f64) {
        let mut total = self.stage(t).range;
        let before = if t == 0 { self.carried.is_some() } else { on[t - 1] };
        if !before {
            total = total.min(self.start_limit);
        }
        let mut output = total;
        if t + 1 < on.len() && !on[t + 1] {
            total = total.min(self.stop_total);
            output = total.min(self.stop_limit);
        }
        (output, total)
    }
}
