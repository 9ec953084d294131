//! What decides every step by itself at prices: a generator that is not switched, load that may be shed, a link.

use fenggu_net::*;

/// Something that gives between two limits in every step, at a cost per MW.
#[derive(Clone, Debug, PartialEq)]
pub struct Flat {
    /// Least and most, MW `[step]`.
    pub limits: Vec<[f64; 2]>,
    /// Cost of a MW through the step `[step]`.
    pub cost: Vec<f64>,
    /// MW that reach the balance of the whole per MW given: 1, or what a link gains (below 0: loses).
    pub gain: f64,
}

/// Cost less income, cost, and what is given, MW `[step]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlatPlan {
    /// Cost less income.
    pub value: f64,
    /// Its own cost.
    pub cost: f64,
    /// What is given, MW `[step]`.
    pub p: Vec<f64>,
}

impl Flat {
    /// The best response: `worth` is the price of a MW given in every step.
    pub fn respond(&self, worth: impl Fn(usize) -> f64) -> FlatPlan {
        let mut plan = FlatPlan { p: Vec::with_capacity(self.cost.len()), ..FlatPlan::default() };
        for (t, (&[low, high], &cost)) in self.limits.iter().zip(&self.cost).enumerate() {
            let margin = cost - worth(t);
            let p = if margin < 0.0 { high } else { low };
            plan.value += margin * p;
            plan.cost += cost * p;
            plan.p.push(p);
        }
        plan
    }
}

/// A link, step by step: a block of its own for every step, so that a step's flow does not wait for the others. None where losses or limits
/// are not plain.
pub fn link(net: &Network, link: &Link, steps: usize) -> Option<Vec<Flat>> {
    let efficiency = link.efficiency.at(0);
    let plain = link.loss_constant_mw == 0.0
        && !link.p_nom_extendable
        && link.cost_quadratic_per_mw2h.is_all(0.0)
        && (0..steps).all(|t| link.efficiency.at(t) == efficiency && link.lower_mw(t).is_finite() && link.upper_mw(t).is_finite());
    if !plain {
        return None;
    }
    let one = |t: usize| {
        let mut flat = Flat { limits: vec![[0.0; 2]; steps], cost: vec![0.0; steps], gain: efficiency - 1.0 };
        flat.limits[t] = match link.p_set_mw.as_ref().map(|s| s.at(t)).filter(|p| p.is_finite()) {
            Some(p) => [p, p],
            None => [link.lower_mw(t), link.upper_mw(t)],
        };
        flat.cost[t] = link.cost_linear_per_mwh.at(t) * net.time.objective_h(t);
        flat
    };
    Some((0..steps).map(one).collect())
}
