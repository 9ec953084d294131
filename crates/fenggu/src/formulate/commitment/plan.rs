//! The numbered columns and rows of commitment.

use crate::formulate::frame::{Block, Col, Layout, Names, Row};
use crate::formulate::model::{CostCurve, CostStep, Holder, Picked};
use fenggu_net::*;

/// A start-up cost tier of a unit that has several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartTier {
    /// Position in the list of units.
    pub unit: usize,
    /// Its number among the unit's tiers.
    pub number: usize,
}
/// A piece of a unit's cost curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommittedStep {
    /// Position in the list of units.
    pub unit: usize,
    /// Position in the plan's list of cost steps.
    pub step: usize,
    /// Output at its end, MW.
    pub to_mw: f64,
    /// Its width, MW.
    pub width_mw: f64,
}

/// What commitment adds to a dispatch. Empty where nothing is committed.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)] // columns and rows: the names are those of the cards
pub struct CommitmentPlan {
    /// Units to be committed, as rows of generators.
    pub units: Vec<Picked>,
    /// Offers of upward and of downward reserve of every unit.
    pub offers: Vec<[Vec<Id<ReserveOffer>>; 2]>,
    /// Units with a limit of change, by position.
    pub ramped: Vec<Picked>,
    /// Units with several start-up tiers, by position.
    pub tiered: Vec<Picked>,
    pub tiers: Vec<StartTier>,
    pub steps: Vec<CommittedStep>,
    pub status: Block<Picked, Col>,
    pub start: Block<Picked, Col>,
    pub stop: Block<Picked, Col>,
    pub tier: Block<StartTier, Col>,
    pub logic: Block<Picked, Row>,
    pub up_time: Block<Picked, Row>,
    pub down_time: Block<Picked, Row>,
    pub lower: Block<Picked, Row>,
    pub upper: Block<Picked, Row>,
    pub upper_stop: Block<Picked, Row>,
    pub ramp_up: Block<Picked, Row>,
    pub ramp_down: Block<Picked, Row>,
    pub tier_choice: Block<Picked, Row>,
    pub tier_limit: Block<StartTier, Row>,
    pub step_limit: Block<CommittedStep, Row>,
    pub step_stop: Block<CommittedStep, Row>,
    position: Vec<u32>,
}

/// Whether a generator is committed: it takes part and commitment may switch it.
pub fn is_committed(net: &Network, generator: &Generator) -> bool {
    generator.committable && generator.in_service && net.buses[generator.bus].in_service()
}

impl CommitmentPlan {
    /// Numbers what commitment needs.
    pub fn declare(net: &Network, costs: (&[CostStep], &[CostCurve]), holders: &[Holder], l: &mut Layout) -> CommitmentPlan {
        let gens = net.generators.rows();
        let units: Vec<Picked> = (0..gens.len()).filter(|&i| is_committed(net, &gens[i])).map(Picked).collect();
        let mut position = vec![u32::MAX; gens.len()];
        units.iter().enumerate().for_each(|(k, p)| position[p.0] = k as u32);
        let at = |g: usize| position.get(g).filter(|k| **k != u32::MAX).map(|k| *k as usize);
        let mut offers = vec![[Vec::new(), Vec::new()]; units.len()];
        for h in holders {
            if let Some(k) = at(h.unit) {
                offers[k][usize::from(!h.up)].extend_from_slice(&h.offers);
            }
        }
        let pick = |keep: &dyn Fn(&Generator) -> bool| -> Vec<Picked> {
            units.iter().enumerate().filter(|(_, p)| keep(&gens[p.0])).map(|(k, _)| Picked(k)).collect()
        };
        let pypsa = net.commitment_semantics == CommitmentSemantics::Pypsa;
        let ramped = pick(&|g| {
            let of_start = pypsa && (g.start_up_limit_mw.is_some() || g.shut_down_limit_mw.is_some());
            g.ramp_up_mw.is_some() || g.ramp_down_mw.is_some() || g.ramp_up_pu.is_some() || g.ramp_down_pu.is_some() || of_start
        });
        let tiered = pick(&|g| g.start_up_cost.len() > 1);
        let mut tiers = Vec::new();
        for p in &tiered {
            tiers.extend((0..gens[units[p.0].0].start_up_cost.len()).map(|number| StartTier { unit: p.0, number }));
        }
        let mut steps = Vec::new();
        for curve in costs.1 {
            let Some(unit) = at(curve.generator.index()) else { continue };
            let mut to_mw = curve.base_mw;
            for step in curve.steps.clone() {
                let [low, high] = costs.0[step].limits_mw;
                let width_mw = high - low.max(0.0);
                to_mw += width_mw;
                steps.push(CommittedStep { unit, step, to_mw, width_mw });
            }
        }
        let n = net.steps();
        let of = |rows: &mut dyn Iterator<Item = usize>| Names::Rows(TableId::Generators, rows.map(|k| units[k].0 as u32).collect());
        let all = || of(&mut (0..units.len()));
        let some = |p: &[Picked]| of(&mut p.iter().map(|p| p.0));
        let tier_names = || of(&mut tiers.iter().map(|t| t.unit));
        let step_names = || of(&mut steps.iter().map(|s| s.unit));
        let k = units.len();
        CommitmentPlan {
            status: l.cols("status", all(), k, n),
            start: l.cols("start", all(), k, n),
            stop: l.cols("stop", all(), k, n),
            tier: l.cols("tier", tier_names(), tiers.len(), n),
            logic: l.rows("commitment_logic", all(), k, n),
            up_time: l.rows("up_time", all(), k, n),
            down_time: l.rows("down_time", all(), k, n),
            lower: l.rows("commitment_limits_down", all(), k, n),
            upper: l.rows("commitment_limits_up", all(), k, n),
            upper_stop: l.rows("commitment_limits_stop", all(), k, n),
            ramp_up: l.rows("commitment_ramp_up", some(&ramped), ramped.len(), n),
            ramp_down: l.rows("commitment_ramp_down", some(&ramped), ramped.len(), n),
            tier_choice: l.rows("tier_choice", some(&tiered), tiered.len(), n),
            tier_limit: l.rows("tier_limit", tier_names(), tiers.len(), n),
            step_limit: l.rows("step_limit", step_names(), steps.len(), n),
            step_stop: l.rows("step_limit_stop", step_names(), steps.len(), n),
            position,
            offers,
            ramped,
            tiered,
            tiers,
            steps,
            units,
        }
    }

    /// Position in the list of units of a generator that is committed.
    pub fn of(&self, generator: GeneratorId) -> Option<Id<Picked>> {
        self.position.get(generator.index()).filter(|k| **k != u32::MAX).map(|k| Id::new(*k as usize))
    }
}
