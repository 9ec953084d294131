//! Nominal capacities, and what they cost.

use fenggu_net::Diagnostic;

use super::super::dataset::Rows;
use super::Translator;
use crate::catalogue as code;

/// A capacity, given or chosen.
pub struct Capacity {
    pub nominal: f64,
    pub extendable: bool,
    pub min: f64,
    pub max: f64,
    pub cost: f64,
}

/// Hours of PyPSA's year.
const HOURS_PER_YEAR: f64 = 8760.0;

/// Share of an upfront cost that a year pays, PyPSA's `annuity`: r/(1 − (1+r)^−n); 1/n without interest;
/// max(r, 0) for what lives for ever.
pub fn annuity(rate: f64, lifetime: f64) -> f64 {
    if rate.is_nan() {
        rate
    } else if lifetime.is_infinite() {
        rate.max(0.0)
    } else if rate == 0.0 {
        1.0 / lifetime
    } else {
        rate / (1.0 - 1.0 / (1.0 + rate).powf(lifetime))
    }
}

/// PyPSA's fixed cost of a MW over the horizon: annuitised upfront cost where that is given, else `capital_cost`; plus `fom_cost`.
pub fn periodized(capital: f64, overnight: f64, rate: f64, lifetime: f64, fom: f64, years: f64) -> f64 {
    let base = if overnight.is_nan() { capital } else { overnight * annuity(rate, lifetime) * years };
    base + fom
}

impl Translator<'_, '_> {
    /// The capacity of a row; `stem` is `p_nom`, `s_nom` or `e_nom`. `name` is the component's name here.
    pub(super) fn capacity(&mut self, rows: &Rows<'_>, row: usize, stem: &str, name: &str, active: bool) -> Capacity {
        let of = |suffix: &str| format!("{stem}_{suffix}");
        let mut c = Capacity {
            nominal: self.number(rows, row, stem),
            extendable: self.flag(rows, row, &of("extendable")),
            min: self.number(rows, row, &of("min")),
            max: self.number(rows, row, &of("max")),
            cost: self.cost(rows, row, name, active),
        };
        let set_name = of("set");
        if let Some(set) = self.given(rows, row, &set_name).filter(|_| active) {
            if !c.extendable {
                self.refuse(rows, row, &set_name, "fixed size of what is not extendable", format!("{set_name} = {set}"));
            } else if set < c.min || set > c.max {
                let ends = [format!("{} = {}", of("min"), c.min), format!("{} = {}", of("max"), c.max)];
                let d = Diagnostic::new(&code::PYPSA_WRONG_VALUE).with("value", set);
                let d = d.with_both("rule", format!("between {} and {}", ends[0], ends[1]), format!("{} 与 {} 之间的数", ends[0], ends[1]));
                self.say(rows, row, &set_name, d);
            } else {
                self.keep.one(rows, row, &of("min"), name);
                self.keep.one(rows, row, &of("max"), name);
                (c.min, c.max) = (set, set);
            }
        }
        c
    }

    fn cost(&mut self, rows: &Rows<'_>, row: usize, name: &str, active: bool) -> f64 {
        let capital = self.number(rows, row, "capital_cost");
        let overnight = self.number(rows, row, "overnight_cost");
        let fom = self.number(rows, row, "fom_cost");
        if overnight.is_nan() && fom == 0.0 {
            return capital;
        }
        self.keep.one(rows, row, "capital_cost", name);
        let (rate, lifetime) = (self.number(rows, row, "discount_rate"), self.number(rows, row, "lifetime"));
        let cost = periodized(capital, overnight, rate, lifetime, fom, self.years());
        if cost.is_finite() {
            return cost;
        }
        if active {
            let value = format!("overnight_cost = {overnight}, discount_rate = {rate}, lifetime = {lifetime}");
            self.say(rows, row, "overnight_cost", Diagnostic::new(&code::PYPSA_COST).with("value", value));
        }
        0.0
    }

    /// Years that the snapshots stand for in the objective.
    fn years(&self) -> f64 {
        self.net.time.weight_objective.iter().sum::<f64>() / HOURS_PER_YEAR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annuities_are_pypsas() {
        // Values of pypsa.costs.annuity 1.4.0.
        assert!((annuity(0.07, 25.0) - 0.085_810_517_220_665_6).abs() < 1e-15);
        assert_eq!(annuity(0.0, 20.0), 0.05);
        assert!((annuity(-0.02, 20.0) - 0.040_169_914_740_747_16).abs() < 1e-15);
        assert_eq!(annuity(0.05, f64::INFINITY), 0.05);
        assert_eq!(annuity(-0.05, f64::INFINITY), 0.0);
        assert_eq!(annuity(0.0, f64::INFINITY), 0.0);
        assert!((periodized(1.0, 1000.0, 0.07, 25.0, 2.0, 1.0) - 87.810_517_220_665_6).abs() < 1e-12);
        assert_eq!(periodized(100.0, f64::NAN, f64::NAN, 25.0, 0.0, 1.0), 100.0);
    }
}
