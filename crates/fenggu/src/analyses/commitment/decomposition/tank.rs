//! A storage unit at prices: what it takes and gives over the horizon, exactly.
//!
//! ```text
//! F_t(e) = least cost less income of steps … t with e stored after step t,  convex and piecewise linear
//! F_t    = trim( F_{t−1}(kept⁻¹·(e − inflow)) ⊕ Z_t , limits_t ) + holding_t·e
//! Z_t(z) = least cost less income of adding z: spill, discharge and charge are its pieces, the cheapest first
//! ```
//!
//! ⊕ (the least over all splits) of two convex piecewise-linear functions is their pieces merged by slope, so a step costs as much as there
//! are pieces; the way back reads from the same order which pieces a point has used up. Charging while discharging is not forbidden, nor are
//! least powers asked for: that only lowers the value.
//!
//! Source: the dynamic program of a convex reservoir; merging slopes as in Rockafellar (1970), *Convex Analysis*, theorem 16.4.

use fenggu_net::*;

/// One way of moving energy in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Kept,
    Spill,
    Discharge,
    Charge,
}

/// One step of a tank.
#[derive(Clone, Debug, PartialEq)]
pub struct TankStep {
    /// Share kept of what was stored, and inflow, MWh.
    pub kept: f64,
    /// MWh that flow in.
    pub inflow: f64,
    /// MWh stored per MW charged through the step, and taken out per MW discharged.
    pub into: f64,
    /// MWh taken out per MW discharged through the step.
    pub out: f64,
    /// Most MW charged and discharged.
    pub most: [f64; 2],
    /// Cost per MW through the step of charging and discharging, and per MWh of spilling.
    pub cost: [f64; 3],
    /// Most MWh spilled.
    pub spill: f64,
    /// Least and most stored after the step, MWh.
    pub limits: [f64; 2],
    /// Cost of a MWh stored after the step.
    pub holding: f64,
}

/// A storage unit over the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Tank {
    /// Whose.
    pub storage: StorageUnitId,
    steps: Vec<TankStep>,
    initial: f64,
    /// What is left at the end is worth: width (MWh) and value of a MWh, the dearest first.
    end: Vec<(f64, f64)>,
}

/// What a tank does at prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TankPlan {
    /// Cost less income.
    pub value: f64,
    /// Its own cost.
    pub cost: f64,
    /// Discharge less charge, MW `[step]`.
    pub p: Vec<f64>,
}

/// A convex piecewise-linear function from `x` on: pieces by rising slope.
#[derive(Clone, Debug, Default)]
struct Pieces {
    x: f64,
    v: f64,
    piece: Vec<(f64, f64, Way)>,
}

impl Pieces {
    /// Cuts the domain to `low … high`; false when nothing is left.
    fn trim(&mut self, low: f64, high: f64) -> bool {
        let end = self.x + self.piece.iter().map(|p| p.0).sum::<f64>();
        let near = 1e-7 * (1.0 + high.abs().min(1e12));
        if end < low - near || self.x > high + near {
            return false;
        }
        let mut cut = low - self.x;
        let mut gone = 0;
        for p in &mut self.piece {
            if cut <= 0.0 {
                break;
            }
            let width = p.0.min(cut);
            self.v += width * p.1;
            self.x += width;
            p.0 -= width;
            cut -= width;
            gone += usize::from(p.0 <= 0.0);
        }
        self.piece.drain(..gone);
        let mut left = (high - self.x).max(0.0);
        for p in &mut self.piece {
            p.0 = p.0.min(left);
            left -= p.0;
        }
        self.piece.retain(|p| p.0 > 0.0);
        true
    }
}

impl Tank {
    /// Of a storage unit; `None` for what is not told here: cycles, given powers or energies, squares, capacities to be chosen.
    pub fn new(net: &Network, storage: StorageUnitId) -> Option<Tank> {
        let s = &net.storage_units[storage];
        let set = s.p_set_mw.is_some() || s.discharge_set_mw.is_some() || s.charge_set_mw.is_some() || s.soc_set_mwh.is_some();
        if set || s.end_rule == EndRule::Cyclic || s.p_nom_extendable || !s.discharge_cost_quadratic_per_mw2h.is_all(0.0) || s.sign != 1.0 {
            return None;
        }
        let time = &net.time;
        let last = net.steps().checked_sub(1)?;
        let mut steps = Vec::with_capacity(net.steps());
        for t in 0..=last {
            let (h, w) = (time.duration_h[t] * time.weight_storage[t], time.objective_h(t));
            let mut limits = [s.energy_min_mwh.at(t), s.energy_upper_mwh(t)];
            if t == last && s.end_rule != EndRule::Free {
                limits[0] = limits[0].max(s.soc_target_mwh);
                if s.end_rule == EndRule::Exactly {
                    limits[1] = limits[1].min(s.soc_target_mwh);
                }
            }
            let most = [s.charge_upper_mw(t), s.discharge_upper_mw(t)];
            let kept = (1.0 - s.standing_loss_per_h.at(t)).powf(h);
            if most.iter().any(|m| !m.is_finite() || *m < 0.0) || kept <= 0.0 {
                return None;
            }
            steps.push(TankStep {
                kept,
                inflow: h * s.inflow_mw.at(t),
                into: h * s.efficiency_charge.at(t),
                out: h / s.efficiency_discharge.at(t),
                most,
                cost: [w * s.charge_cost_per_mwh.at(t), w * s.discharge_cost_per_mwh.at(t), w * s.spill_cost_per_mwh.at(t) / h],
                spill: h * s.inflow_mw.at(t).max(0.0),
                limits,
                holding: w * s.holding_cost_per_mwh_h.at(t),
            });
        }
        let mut end: Vec<(f64, f64)> = s.end_value.iter().map(|p| (p[0], p[1])).collect();
        end.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some(Tank { storage, steps, initial: s.soc_initial_mwh, end })
    }

    /// What is left of a MWh-by-MWh value at the end: minus the worth of `e`.
    fn end_cost(&self, e: f64) -> f64 {
        let (mut left, mut worth) = (e.max(0.0), 0.0);
        for &(width, value) in &self.end {
            let q = left.min(width);
            worth += q * value.max(0.0);
            left -= q;
        }
        -worth
    }

    /// The best response to `prices` of energy (per MW and step); `None` when nothing keeps its limits.
    pub fn respond(&self, prices: &[f64]) -> Option<TankPlan> {
        let mut curves: Vec<Pieces> = Vec::with_capacity(self.steps.len());
        let mut f = Pieces { x: self.initial, v: 0.0, piece: Vec::new() };
        for (s, price) in self.steps.iter().zip(prices) {
            // What was stored, as seen after losses and inflow.
            f.x = s.kept * f.x + s.inflow;
            f.piece.iter_mut().for_each(|p| *p = (p.0 * s.kept, p.1 / s.kept, Way::Kept));
            let z = moves(s, *price);
            f.x += z.x;
            f.v += z.v;
            f.piece.extend(z.piece);
            f.piece.sort_by(|a, b| a.1.total_cmp(&b.1));
            curves.push(f.clone());
            if !f.trim(s.limits[0], s.limits[1]) {
                return None;
            }
            f.v += s.holding * f.x;
            f.piece.iter_mut().for_each(|p| p.1 += s.holding);
        }
        // Where the end is best: at a corner of either function.
        let mut corners = vec![(f.x, f.v)];
        let (mut x, mut v) = (f.x, f.v);
        for p in &f.piece {
            let mut at = 0.0;
            for &(width, _) in &self.end {
                at += width;
                if at > x && at < x + p.0 {
                    corners.push((at, v + (at - x) * p.1));
                }
            }
            (x, v) = (x + p.0, v + p.0 * p.1);
            corners.push((x, v));
        }
        let (mut e, value) =
            corners.into_iter().map(|(x, v)| (x, v + self.end_cost(x))).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((self.initial, 0.0));
        let mut plan = TankPlan { value, cost: self.end_cost(e), p: vec![0.0; self.steps.len()] };
        for (t, (s, f)) in self.steps.iter().zip(&curves).enumerate().rev() {
            plan.cost += s.holding * e;
            // Pieces up to e, in their order; what is not used of discharge and spill is what is taken out.
            let mut left = (e - f.x).max(0.0);
            let [mut charged, mut held, mut unspilled, mut kept] = [0.0; 4];
            for p in &f.piece {
                let q = p.0.min(left);
                left -= q;
                match p.2 {
                    Way::Kept => kept += q,
                    Way::Spill => unspilled += q,
                    Way::Discharge => held += q,
                    Way::Charge => charged += q,
                }
            }
            let least = s.out * s.most[1] + s.spill;
            let (charge, discharge) = (charged / s.into, (s.most[1] - held / s.out).max(0.0));
            let spilled = (s.spill - unspilled).max(0.0);
            plan.p[t] = discharge - charge;
            plan.cost += charge * s.cost[0] + discharge * s.cost[1] + spilled * s.cost[2];
            e = (f.x + least + kept - s.inflow) / s.kept;
        }
        Some(plan)
    }
}

/// `Z_t`: from spilling and discharging all there is to charging the most.
fn moves(s: &TankStep, price: f64) -> Pieces {
    let [charge, discharge] = s.most;
    let mut piece = Vec::with_capacity(3);
    let mut add = |width: f64, slope: f64, way: Way| {
        if width > 0.0 {
            piece.push((width, slope, way));
        }
    };
    add(s.spill, -s.cost[2], Way::Spill);
    add(s.out * discharge, (price - s.cost[1]) / s.out, Way::Discharge);
    add(s.into * charge, (price + s.cost[0]) / s.into, Way::Charge);
    Pieces { x: -s.out * discharge - s.spill, v: s.spill * s.cost[2] + discharge * (s.cost[1] - price), piece }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::commitment::decomposition::program_tests::Random;
    use fenggu_opt::{Backend, Control, Problem, RowBlock, Status};

    /// The same as a linear program.
    fn truth(tank: &Tank, prices: &[f64]) -> Option<f64> {
        let (mut cols, mut rows) = (Vec::new(), RowBlock::default());
        for (s, price) in tank.steps.iter().zip(prices) {
            cols.push((s.cost[0] + price, 0.0, s.most[0]));
            cols.push((s.cost[1] - price, 0.0, s.most[1]));
            cols.push((s.cost[2], 0.0, s.spill));
            cols.push((s.holding, s.limits[0], s.limits[1]));
        }
        let last = cols.len() as u32 - 1;
        let first = cols.len() as u32;
        cols.extend(tank.end.iter().map(|e| (-e.1, 0.0, e.0)));
        for (t, s) in tank.steps.iter().enumerate() {
            let k = 4 * t as u32;
            let mut terms = vec![(k, s.into), (k + 1, -s.out), (k + 2, -1.0), (k + 3, -1.0)];
            let held = if t == 0 { s.kept * tank.initial } else { 0.0 };
            if t > 0 {
                terms.push((k - 1, s.kept));
            }
            rows.push(terms, -held - s.inflow, -held - s.inflow);
        }
        let mut sum: Vec<(u32, f64)> = (0..tank.end.len() as u32).map(|k| (first + k, 1.0)).collect();
        sum.push((last, -1.0));
        rows.push(sum, f64::NEG_INFINITY, 0.0);
        let mut p = Problem::from_rows(&cols, &[]);
        p.append_rows(&rows);
        let s = Backend::Auto.solve(&p, &Control::default()).expect("solved");
        (s.status == Status::Optimal).then_some(s.objective)
    }

    #[test]
    fn a_tank_earns_what_its_linear_program_earns() {
        let mut r = Random(11);
        let mut feasible = 0;
        for case in 0..400 {
            let steps = 1 + r.below(7);
            let h = if r.odds(0.5) { 1.0 } else { 0.25 };
            let high = 20.0 + 100.0 * r.next();
            let tank = Tank {
                storage: Id::new(0),
                steps: (0..steps)
                    .map(|t| TankStep {
                        kept: if r.odds(0.5) { 1.0 } else { 0.9 + 0.1 * r.next() },
                        inflow: if r.odds(0.5) { 0.0 } else { 20.0 * h * r.next() },
                        into: h * (0.8 + 0.2 * r.next()),
                        out: h / (0.8 + 0.2 * r.next()),
                        most: [40.0 * r.next(), 40.0 * r.next()],
                        cost: [2.0 * r.next(), 3.0 * r.next(), r.next()],
                        spill: if r.odds(0.7) { 15.0 * r.next() } else { 0.0 },
                        limits: if t + 1 == steps && r.odds(0.5) { [0.3 * high, high] } else { [0.0, high] },
                        holding: if r.odds(0.3) { 0.1 * r.next() } else { 0.0 },
                    })
                    .collect(),
                initial: high * r.next(),
                end: if r.odds(0.4) { vec![(10.0, 30.0), (high, 12.0)] } else { vec![] },
            };
            let prices: Vec<f64> = (0..steps).map(|_| 60.0 * r.next() - 5.0).collect();
            match (tank.respond(&prices), truth(&tank, &prices)) {
                (Some(plan), Some(best)) => {
                    feasible += 1;
                    assert!((plan.value - best).abs() < 1e-6 * (1.0 + best.abs()), "case {case}: {} for {best}: {tank:?}", plan.value);
                    let earned = plan.cost - plan.p.iter().zip(&prices).map(|(p, c)| p * c).sum::<f64>();
                    assert!((earned - best).abs() < 1e-6 * (1.0 + best.abs()), "case {case}: plan {earned} for {best}: {tank:?}");
                }
                (None, None) => {}
                (own, truth) => panic!("case {case}: {own:?} for {truth:?}: {tank:?}"),
            }
        }
        assert!(feasible > 200, "{feasible}");
    }
}
