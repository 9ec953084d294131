//! What one window hands to the next, and what of the limits over the whole study is used.

use crate::formulate::generation::ramp::{has_fixed_ramp, link_ramp_limits_mw};
use fenggu_net::results::Shape;
use fenggu_net::{EndRule, LimitSubject, Link, Network, Profile, Quantity as Q, Results, TableId};

/// State at the end of the last step that stands. Every list has one value per row of its table.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct State {
    /// Energy of storage units, MWh.
    pub soc_mwh: Vec<f64>,
    /// Energy of stores, MWh.
    pub energy_mwh: Vec<f64>,
    /// Output of generators, MW.
    pub generator_mw: Vec<f64>,
    /// Power drawn by links, MW.
    pub link_mw: Vec<f64>,
    /// What the steps that stand have used of limits over the whole study.
    pub used: Used,
}

/// Sums over the steps that stand.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Used {
    /// Energy of generators, by the steps' energy weights, MWh.
    pub generator_mwh: Vec<f64>,
    /// Energy taken out of storage units, before the loss of discharge, MWh.
    pub cycled_mwh: Vec<f64>,
    /// What was counted against global limits, t or MWh; storage counts by what it has less than at the start.
    pub global: Vec<f64>,
    /// Left-hand sides of side constraints.
    pub side: Vec<f64>,
}

/// The energy a unit starts the study with. That of a cyclic unit is a decision when all steps are decided at once; windows need a
/// number: the initial energy, moved into the limits of the first step.
pub fn start_levels(first: &Network) -> (Vec<f64>, Vec<f64>) {
    let level = |rule: EndRule, told: f64, lo: f64, hi: f64| if rule == EndRule::Cyclic { told.min(hi).max(lo) } else { told };
    let units = first.storage_units.rows().iter();
    let stores = first.stores.rows().iter();
    (
        units.map(|u| level(u.end_rule, u.soc_initial_mwh, u.energy_min_mwh.at(0), u.energy_upper_mwh(0))).collect(),
        stores.map(|s| level(s.end_rule, s.energy_initial_mwh, s.energy_lower_mwh(0), s.energy_upper_mwh(0))).collect(),
    )
}

impl State {
    /// Before the first step.
    pub fn start(first: &Network) -> State {
        let (soc_mwh, energy_mwh) = start_levels(first);
        State {
            soc_mwh,
            energy_mwh,
            generator_mw: vec![0.0; first.generators.len()],
            link_mw: vec![0.0; first.links.len()],
            used: Used {
                generator_mwh: vec![0.0; first.generators.len()],
                cycled_mwh: vec![0.0; first.storage_units.len()],
                global: vec![0.0; first.global_limits.len()],
                side: vec![0.0; first.side_constraints.len()],
            },
        }
    }

    /// After the steps of `kept`. `net` holds those steps as they were cut from the study.
    pub fn after(&self, net: &Network, kept: &Results) -> State {
        let last = net.steps() - 1;
        let list = |q: Q, count: usize| (0..count).map(|e| number(kept.at(q, e, last))).collect::<Vec<f64>>();
        let mut next = State {
            soc_mwh: list(Q::StorageSoc, net.storage_units.len()),
            energy_mwh: list(Q::StoreEnergy, net.stores.len()),
            generator_mw: list(Q::GeneratorP, net.generators.len()),
            link_mw: list(Q::LinkP, net.links.len()),
            used: self.used.clone(),
        };
        // A solver may leave −1e-9, or a little more than there is room for; what is handed on must be an energy.
        for (soc, unit) in next.soc_mwh.iter_mut().zip(net.storage_units.rows()) {
            *soc = soc.min(unit.energy_upper_mwh(last)).max(0.0);
        }
        for (g, sum) in next.used.generator_mwh.iter_mut().enumerate() {
            *sum += (0..net.steps()).map(|t| net.time.energy_h(t) * number(kept.at(Q::GeneratorP, g, t))).sum::<f64>();
        }
        for (s, sum) in next.used.cycled_mwh.iter_mut().enumerate() {
            let unit = &net.storage_units.rows()[s];
            let out = |t: usize| net.time.duration_h[t] / unit.efficiency_discharge.at(t) * number(kept.at(Q::StorageDischarge, s, t));
            *sum += (0..net.steps()).map(out).sum::<f64>();
        }
        for (i, sum) in next.used.global.iter_mut().enumerate() {
            *sum += self.counted(net, i, kept, &next.soc_mwh, &next.energy_mwh);
        }
        for term in net.side_terms.rows() {
            let Some((q, row)) = target(net, &term.table, &term.component, &term.field) else { continue };
            let sum: f64 = (0..net.steps()).map(|t| number(kept.at(q, row, t))).sum();
            next.used.side[term.constraint.index()] += term.coefficient * sum;
        }
        next
    }

    /// What the steps of `net` count against a global limit.
    fn counted(&self, net: &Network, i: usize, kept: &Results, soc: &[f64], energy: &[f64]) -> f64 {
        let limit = &net.global_limits.rows()[i];
        let named = |c: Option<fenggu_net::Id<fenggu_net::Carrier>>| {
            c.is_some() && (limit.carrier == c || net.limit_carriers.rows().iter().any(|r| r.limit.index() == i && Some(r.carrier) == c))
        };
        let factor = |carrier: Option<fenggu_net::Id<fenggu_net::Carrier>>| match limit.subject {
            LimitSubject::Co2 => carrier.map_or(0.0, |c| net.carriers[c].co2_t_per_mwh),
            LimitSubject::PrimaryEnergy | LimitSubject::Operation => f64::from(u8::from(named(carrier))),
            _ => 0.0,
        };
        let mut sum = 0.0;
        for (g, generator) in net.generators.iter() {
            let k = factor(generator.carrier);
            for t in (0..net.steps()).filter(|_| k != 0.0) {
                let primary = if limit.subject == LimitSubject::Operation { 1.0 } else { generator.efficiency.at(t) };
                sum += net.time.energy_h(t) * k / primary * number(kept.at(Q::GeneratorP, g.index(), t));
            }
        }
        // Cyclic storage too: over the whole study it gives back what it takes.
        for (s, unit) in net.storage_units.iter().filter(|(_, u)| u.in_service) {
            sum += factor(unit.carrier) * (self.soc_mwh[s.index()] - soc[s.index()]);
        }
        for (s, store) in net.stores.iter().filter(|(_, s)| s.in_service) {
            sum += factor(store.carrier) * (self.energy_mwh[s.index()] - energy[s.index()]);
        }
        sum
    }

    /// Puts the state into a network that goes on from here.
    pub fn put(&self, net: &mut Network) {
        for (unit, &soc) in net.storage_units.rows_mut().iter_mut().zip(&self.soc_mwh) {
            unit.soc_initial_mwh = soc;
        }
        for (store, &energy) in net.stores.rows_mut().iter_mut().zip(&self.energy_mwh) {
            store.energy_initial_mwh = energy;
        }
        for (generator, &mw) in net.generators.rows_mut().iter_mut().zip(&self.generator_mw) {
            if has_fixed_ramp(generator) {
                generator.p_initial_mw = Some(mw);
                generator.initial_status_h = generator.initial_status_h.or(Some(1.0));
            }
        }
        let duration = net.time.duration_h[0];
        for (link, &mw) in net.links.rows_mut().iter_mut().zip(&self.link_mw) {
            // A link has no field for the step before: what its ramp allows bounds the first step.
            let [down, up] = link_ramp_limits_mw(link, 0, duration);
            if link.in_service && (down.is_finite() || up.is_finite()) {
                bound_first_step(link, mw + down, mw + up, net.time.duration_h.len());
            }
        }
    }
}

fn bound_first_step(link: &mut Link, lo: f64, hi: f64, steps: usize) {
    let lowest = if link.p_nom_mw.is_some() { f64::NEG_INFINITY } else { 0.0 };
    let at = |told: &Option<Profile>, otherwise: f64, t: usize| told.as_ref().map_or(otherwise, |p| p.at(t));
    let first = |v: f64, t: usize, f: &dyn Fn(f64) -> f64| if t == 0 { f(v) } else { v };
    let lower: Vec<f64> = (0..steps).map(|t| first(at(&link.p_min_mw, lowest, t), t, &|v| v.max(lo))).collect();
    let upper: Vec<f64> = (0..steps).map(|t| first(at(&link.p_max_mw, f64::INFINITY, t), t, &|v| v.min(hi))).collect();
    (link.p_min_mw, link.p_max_mw) = (Some(lower.into()), Some(upper.into()));
}

/// A value that a result does not have counts as nothing.
fn number(v: f64) -> f64 {
    if v.is_nan() {
        0.0
    } else {
        v
    }
}

/// The quantity and row that a side term names.
fn target(net: &Network, table: &str, component: &str, field: &str) -> Option<(Q, usize)> {
    let table = TableId::from_word(table)?;
    let q = Q::find(table, field).filter(|q| q.spec().shape == Shape::PerStep)?;
    Some((q, net.table(table).row_of(component)?))
}
