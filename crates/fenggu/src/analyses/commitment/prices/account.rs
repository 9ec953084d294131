//! What a generator costs and earns in an answer, step by step.

use super::Prices;
use crate::analyses::commitment::decomposition::problem::cost_per_h;
use crate::formulate::commitment::initially_on;
use fenggu_net::*;
use Quantity as Q;

/// Hours of a day of account.
const DAY_H: f64 = 24.0;

/// A generator's own cost, and where its reserve stands.
#[derive(Clone, Debug)]
pub(super) struct Account {
    generator: GeneratorId,
    /// Cost of every step: output, being on, reserve, and starts and stops at its beginning.
    pub cost: Vec<f64>,
    /// Rows of its offers of reserve.
    offers: Vec<usize>,
}

impl Account {
    /// Of a generator in service; none of another.
    pub fn of(net: &Network, results: &Results, generator: GeneratorId) -> Option<Account> {
        let g = &net.generators[generator];
        if !g.in_service || !net.buses[g.bus].in_service() {
            return None;
        }
        let offers: Vec<usize> =
            net.reserve_offers.iter().filter(|(_, o)| o.generator == Some(generator)).map(|(o, _)| o.index()).collect();
        let i = generator.index();
        let switch = switching(net, results, generator);
        let cost = (0..net.steps())
            .map(|t| {
                let w = net.time.objective_h(t);
                let on = !g.committable || results.at(Q::GeneratorStatus, i, t) > 0.5;
                let output = if on { w * cost_per_h(g, t, results.at(Q::GeneratorP, i, t)) } else { 0.0 };
                let reserve = |o: &usize| net.reserve_offers.rows()[*o].cost_per_mwh.at(t) * results.at(Q::ReserveOfferP, *o, t);
                output + switch[t] + w * offers.iter().map(reserve).sum::<f64>()
            })
            .collect();
        Some(Account { generator, cost, offers })
    }

    /// Income of every step at given prices.
    pub fn revenue(&self, net: &Network, prices: &Prices, results: &Results) -> Vec<f64> {
        let (g, i, steps) = (&net.generators[self.generator], self.generator.index(), net.steps());
        (0..steps)
            .map(|t| {
                let energy = Prices::at(&prices.bus, g.bus.index() * steps + t) * g.sign * results.at(Q::GeneratorP, i, t);
                let reserve = |o: &usize| {
                    Prices::at(&prices.reserve, net.reserve_offers.rows()[*o].reserve.index() * steps + t)
                        * results.at(Q::ReserveOfferP, *o, t)
                };
                net.time.objective_h(t) * (energy + self.offers.iter().map(reserve).sum::<f64>())
            })
            .collect()
    }
}

/// Cost of starts and stops of a committed unit in an answer, in the step they begin.
pub(super) fn switching(net: &Network, results: &Results, generator: GeneratorId) -> Vec<f64> {
    let (g, i) = (&net.generators[generator], generator.index());
    let mut cost = vec![0.0; net.steps()];
    if !g.committable {
        return cost;
    }
    let (mut before, mut off_h) = (initially_on(g), (-g.initial_status_h.unwrap_or(0.0)).max(0.0));
    for (t, cost) in cost.iter_mut().enumerate() {
        let on = results.at(Q::GeneratorStatus, i, t) > 0.5;
        match before {
            Some(false) if on => *cost = start_cost(net, g, off_h),
            Some(true) if !on => *cost = g.shut_down_cost,
            _ => {}
        }
        off_h = if on { 0.0 } else { off_h + net.time.duration_h[t] };
        before = Some(on);
    }
    cost
}

/// Cost of a start after so many hours off.
pub(super) fn start_cost(net: &Network, g: &Generator, off_h: f64) -> f64 {
    let tiers = &g.start_up_cost;
    // A time off shorter than every tier takes the first, in UnitCommitment.jl the last.
    let early = if net.commitment_semantics == CommitmentSemantics::UnitCommitmentJl { tiers.last() } else { tiers.first() };
    tiers.iter().rev().find(|tier| tier[0] <= off_h + 1e-9).or(early).map_or(0.0, |tier| tier[1])
}

/// Cost of a MWh at highest output in the first step, starts left out, per MWh; NaN where there is none.
pub(crate) fn full_cost_per_mwh(g: &Generator) -> f64 {
    let most = g.upper_mw(0);
    if most > 0.0 && most.is_finite() {
        cost_per_h(g, 0, most) / most
    } else {
        f64::NAN
    }
}

/// What makes whole the days of a unit that ran at a loss: days of 24 hours from the first step.
pub(super) fn make_whole(net: &Network, cost: &[f64], revenue: &[f64]) -> f64 {
    let (mut at, mut day, mut loss, mut total) = (0.0, 0, 0.0f64, 0.0);
    for (t, (c, r)) in cost.iter().zip(revenue).enumerate() {
        let now = (at / DAY_H + 1e-9) as usize;
        if now != day {
            total += loss.max(0.0);
            (day, loss) = (now, 0.0);
        }
        loss += c - r;
        at += net.time.duration_h[t];
    }
    total + loss.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_of_one_day_is_not_made_up_by_the_next() {
        let net = Network { time: TimeAxis::uniform(48, 1.0), ..Network::default() };
        let cost = vec![10.0; 48];
        let revenue: Vec<f64> = (0..48).map(|t| if t < 24 { 9.0 } else { 30.0 }).collect();
        assert!((make_whole(&net, &cost, &revenue) - 24.0).abs() < 1e-9);
        assert_eq!(make_whole(&net, &cost, &[11.0; 48]), 0.0);
    }
}
