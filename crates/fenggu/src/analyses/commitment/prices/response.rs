//! The best that a generator could have earned at given prices, over all plans that keep its own rules.
//!
//! A unit that the decomposition's program takes is answered by it; any other committed one by its own small mixed-integer problem: the
//! unit alone at a bus where everything is bought and sold at the prices. What is not switched and no program takes does at prices that
//! are duals what the run with these duals had it do.

use super::account::Account;
use super::Prices;
use crate::analyses::commitment::decomposition::problem::unit;
use crate::analyses::commitment::decomposition::program::{Prices as Seen, Program};
use crate::analyses::commitment::CommitSession;
use crate::error::Error;
use fenggu_net::*;
use fenggu_opt::{Control, MipOptions, Status};

/// Best responses at one set of prices.
pub(super) struct Responses<'a> {
    net: &'a Network,
    prices: &'a Prices,
    program: Program,
}

/// The offers of upward reserve of a generator as the program takes them: one at most, without price or limit. `None` for others.
fn plain_offers(net: &Network, id: GeneratorId) -> Option<Vec<u16>> {
    let mine: Vec<&ReserveOffer> = net.reserve_offers.rows().iter().filter(|o| o.generator == Some(id)).collect();
    let plain = |o: &&ReserveOffer| {
        o.cost_per_mwh.is_all(0.0) && o.max_mw.min() == f64::INFINITY && net.reserves[o.reserve].direction == ReserveDirection::Up
    };
    (mine.len() <= 1 && mine.iter().all(plain)).then(|| mine.iter().map(|o| o.reserve.index() as u16).collect())
}

impl<'a> Responses<'a> {
    pub fn new(net: &'a Network, prices: &'a Prices) -> Responses<'a> {
        Responses { net, prices, program: Program::default() }
    }

    /// Highest profit; `None` where it was not found in time. `best` is the run that has these prices as duals.
    pub fn best_profit(&mut self, id: GeneratorId, best: Option<&Results>, control: &Control) -> Result<Option<f64>, Error> {
        let (net, steps) = (self.net, self.net.steps());
        let g = &net.generators[id];
        let taken = !g.committable || net.commitment_semantics == CommitmentSemantics::Pglib;
        let offers = plain_offers(net, id).filter(|_| taken);
        if let Some(unit) = offers.and_then(|offers| unit(net, id, g, offers).ok()) {
            let energy: Vec<f64> =
                (0..steps).map(|t| net.time.objective_h(t) * Prices::at(&self.prices.bus, g.bus.index() * steps + t)).collect();
            let reserve: Vec<f64> = match unit.reserves.first() {
                None => vec![0.0; steps],
                Some(r) => (0..steps)
                    .map(|t| net.time.objective_h(t) * Prices::at(&self.prices.reserve, *r as usize * steps + t).max(0.0))
                    .collect(),
            };
            return Ok(self.program.respond(&unit, Seen { energy: &energy, reserve: &reserve }).map(|plan| -plan.value));
        }
        if g.committable {
            return self.by_problem(id, control);
        }
        Ok(best.and_then(|best| {
            let account = Account::of(net, best, id)?;
            Some(account.revenue(net, self.prices, best).iter().sum::<f64>() - account.cost.iter().sum::<f64>())
        }))
    }

    /// By a mixed-integer problem of this unit alone.
    fn by_problem(&self, id: GeneratorId, control: &Control) -> Result<Option<f64>, Error> {
        let mut session = CommitSession::sound(alone(self.net, self.prices, id), None)?;
        let mip = MipOptions { gap_relative: 0.0, gap_absolute: 1e-9, start: None, cutoff: None, ..control.mip.clone() };
        let answer = session.solve_mip(&Control { mip, ..control.clone() }, None)?;
        Ok((answer.status == Status::Optimal).then(|| -answer.objective))
    }
}

/// A generator alone at a bus where power and reserve are bought and sold at the prices.
fn alone(net: &Network, prices: &Prices, id: GeneratorId) -> Network {
    let steps = net.steps();
    let mut out = Network {
        time: net.time.clone(),
        carriers: net.carriers.clone(),
        base_mva: net.base_mva,
        commitment_semantics: net.commitment_semantics,
        ..Network::default()
    };
    let g = &net.generators[id];
    let bus = out.buses.push(net.buses[g.bus].clone());
    let own = out.generators.push(Generator { bus, ..g.clone() });
    let most = (0..steps).map(|t| g.upper_mw(t).abs().max(g.lower_mw(t).abs())).fold(1.0, f64::max);
    let price = |t: usize| Prices::at(&prices.bus, g.bus.index() * steps + t);
    out.generators.push(Generator {
        name: "market".into(),
        bus,
        p_min_mw: Some((-most).into()),
        p_max_mw: Some(most.into()),
        cost_linear_per_mwh: (0..steps).map(price).collect::<Vec<f64>>().into(),
        ..Generator::default()
    });
    for (r, reserve) in net.reserves.iter() {
        out.reserves.push(Reserve { requirement_mw: 0.0.into(), shortage: Vec::new(), ..reserve.clone() });
        for o in net.reserve_offers.rows().iter().filter(|o| o.generator == Some(id) && o.reserve == r) {
            let cost = |t: usize| o.cost_per_mwh.at(t) - Prices::at(&prices.reserve, r.index() * steps + t);
            out.reserve_offers.push(ReserveOffer {
                generator: Some(own),
                cost_per_mwh: (0..steps).map(cost).collect::<Vec<f64>>().into(),
                ..o.clone()
            });
        }
    }
    out
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
