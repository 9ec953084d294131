//! Capacities at rest, and what is held or turned round.

use super::*;

/// A capacity that is a decision: its value, its range, its cost.
pub(super) struct Built {
    pub chosen: f64,
    pub least: f64,
    pub most: f64,
    pub capital: f64,
}

impl Grower {
    /// Draws whether a capacity is a decision, and its value.
    pub(super) fn built(&mut self, chance: f64) -> Option<f64> {
        (self.wide && self.r.chance(chance)).then(|| self.r.between(30.0, 150.0))
    }
    /// Closes a capacity's condition: `slopes` is what a unit of it earns elsewhere (as a cost), just below and just above. It
    /// rests inside its range, at its least or at its most; its capital cost is chosen accordingly.
    pub(super) fn close(&mut self, chosen: f64, slopes: (f64, f64)) -> Built {
        assert!(slopes.0 <= slopes.1 + 1e-9 * slopes.1.abs(), "{slopes:?}: not convex");
        let (below, above) = (self.r.between(1.0, 30.0), self.r.between(1.0, 100.0));
        let (mut least, mut most) = ((chosen - below).max(0.0), chosen + above);
        if self.r.chance(0.2) {
            (least, most) = (0.0, f64::INFINITY);
        }
        let push = self.r.between(5.0, 50.0);
        let capital = match self.r.below(4) {
            0 => {
                least = chosen;
                push - slopes.1
            }
            1 => {
                most = chosen;
                -push - slopes.0
            }
            _ => -self.r.between(0.0, 1.0).mul_add(slopes.1 - slopes.0, slopes.0),
        };
        self.objective += capital * chosen;
        Built { chosen, least, most, capital }
    }
    /// +1, and sometimes −1.
    pub(super) fn turn(&mut self) -> f64 {
        if self.wide && self.r.chance(0.2) {
            -1.0
        } else {
            1.0
        }
    }
    /// Whether a value is held in a step.
    pub(super) fn hold(&mut self) -> bool {
        self.wide && self.r.chance(0.1)
    }
    /// What a price on the output of a carrier charges per MWh.
    pub(super) fn operated(&self, carrier: Option<Id<Carrier>>) -> f64 {
        if carrier == Some(Id::new(1)) {
            self.operation.0
        } else {
            0.0
        }
    }
    /// Counts what is operated, MWh.
    pub(super) fn operate(&mut self, carrier: Option<Id<Carrier>>, energy: f64) {
        if carrier == Some(Id::new(1)) {
            self.operation.1 += energy;
        }
    }
    /// What a limit of capacity charges for a unit of one, and its count.
    pub(super) fn count_capacity(&mut self, carrier: Option<Id<Carrier>>, chosen: f64) -> f64 {
        if carrier == Some(Id::new(0)) {
            self.capacity.1 += chosen;
            return self.capacity.0;
        }
        0.0
    }
    /// What a MWh in store at the end charges, by CO2 and operation, and counts `start − end`.
    pub(super) fn count_stored(&mut self, carrier: Option<Id<Carrier>>, used: f64) {
        self.co2.1 += carrier.map_or(0.0, |c| self.n.carriers[c].co2_t_per_mwh) * used;
        self.operate(carrier, used);
    }
    pub(super) fn per_stored(&self, carrier: Option<Id<Carrier>>) -> f64 {
        self.co2.0 * carrier.map_or(0.0, |c| self.n.carriers[c].co2_t_per_mwh) + self.operated(carrier)
    }
}

/// Series as shares of a capacity.
pub(super) fn shares(values: &[f64], of: f64) -> Profile {
    values.iter().map(|v| v / of).collect::<Vec<f64>>().into()
}
