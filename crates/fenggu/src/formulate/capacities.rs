//! Capacities that are decisions: which elements have one, and what a room reads where a limit may be a number or a column.

use super::frame::{Col, Known, Row, Sink};
use super::model::{DispatchModel, Picked};
use fenggu_net::{BranchId, GeneratorId, Id, LinkId, Network, StorageUnitId, StoreId};

/// Elements of one table whose capacity is a decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// Rows of the table.
    pub rows: Vec<Picked>,
    /// Those of `rows`, by position, whose lower limit moves with the capacity.
    pub low: Vec<Picked>,
    /// Those of `rows`, by position, with a ramp limit per nominal power.
    pub ramped: Vec<Picked>,
    position: Vec<u32>,
}

impl Chosen {
    fn new(count: usize, chosen: impl Fn(usize) -> bool, low: impl Fn(usize) -> bool, ramped: impl Fn(usize) -> bool) -> Chosen {
        let rows: Vec<Picked> = (0..count).filter(|&i| chosen(i)).map(Picked).collect();
        let mut position = if rows.is_empty() { Vec::new() } else { vec![u32::MAX; count] };
        rows.iter().enumerate().for_each(|(k, p)| position[p.0] = k as u32);
        let pick = |keep: &dyn Fn(usize) -> bool| rows.iter().enumerate().filter(|(_, p)| keep(p.0)).map(|(k, _)| Picked(k)).collect();
        Chosen { low: pick(&low), ramped: pick(&ramped), rows, position }
    }
    /// Position in the list of a row of the table.
    pub fn of(&self, row: usize) -> Option<Id<Picked>> {
        self.position.get(row).filter(|k| **k != u32::MAX).map(|k| Id::new(*k as usize))
    }
}

/// Every capacity that is a decision.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)] // named after the tables
pub struct Capacities {
    pub generators: Chosen,
    pub storage_units: Chosen,
    pub stores: Chosen,
    pub links: Chosen,
    pub branches: Chosen,
}

impl Capacities {
    /// Of the elements that take part.
    pub fn new(net: &Network) -> Capacities {
        let live = |bus| net.buses[bus].in_service();
        let (generators, units, stores, links, branches) =
            (net.generators.rows(), net.storage_units.rows(), net.stores.rows(), net.links.rows(), net.branches.rows());
        let ramped = |up: bool, down: bool| up || down;
        let none = |_: usize| false;
        Capacities {
            generators: Chosen::new(
                generators.len(),
                |i| generators[i].p_nom_extendable && generators[i].in_service && live(generators[i].bus),
                |i| !generators[i].p_min_pu.is_all(0.0),
                |i| ramped(generators[i].ramp_up_pu.is_some(), generators[i].ramp_down_pu.is_some()),
            ),
            storage_units: Chosen::new(units.len(), |i| units[i].p_nom_extendable && units[i].in_service && live(units[i].bus), none, none),
            stores: Chosen::new(
                stores.len(),
                |i| stores[i].e_nom_extendable && stores[i].in_service && live(stores[i].bus),
                |i| !stores[i].e_min_pu.is_all(0.0),
                none,
            ),
            links: Chosen::new(
                links.len(),
                |i| links[i].p_nom_extendable && links[i].in_service && live(links[i].bus_from) && live(links[i].bus_to),
                |i| !links[i].p_min_pu.is_all(0.0),
                |i| ramped(links[i].ramp_up_pu.is_some(), links[i].ramp_down_pu.is_some()),
            ),
            branches: Chosen::new(branches.len(), |i| branches[i].s_nom_extendable && net.branch_in_service(&branches[i]), none, none),
        }
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        [&self.generators, &self.storage_units, &self.stores, &self.links, &self.branches].iter().all(|c| c.rows.is_empty())
    }
}

/// Limits narrowed to a set point where one is told (not a number: free).
pub fn held(limits: (f64, f64), set: &Option<fenggu_net::Profile>, t: usize) -> (f64, f64) {
    match set.as_ref().map(|s| s.at(t)) {
        Some(v) if !v.is_nan() => (limits.0.max(v), limits.1.min(v)),
        _ => limits,
    }
}

/// Opens a row with an upper limit that is a number (infinite for none) or moves with a capacity.
pub fn open_at_most(out: &mut impl Sink, row: Row, limit: Known) {
    match limit {
        Known::Value(limit) => out.bounds(row, f64::NEG_INFINITY, limit),
        Known::Col(..) => out.at_most(row, 0.0, limit),
    }
}

/// Opens a row with such a lower limit.
pub fn open_at_least(out: &mut impl Sink, row: Row, limit: Known) {
    match limit {
        Known::Value(limit) => out.bounds(row, limit, f64::INFINITY),
        Known::Col(..) => out.between(row, 0.0, 0.0, limit, f64::INFINITY),
    }
}

impl DispatchModel<'_> {
    /// Column of a generator's nominal power, where it is a decision.
    pub fn generator_nom(&self, g: GeneratorId) -> Option<Col> {
        self.plan.capacities.generators.of(g.index()).map(|k| self.plan.vars.generator_nom.at(k, 0))
    }
    /// Column of a storage unit's nominal power, where it is a decision.
    pub fn storage_nom(&self, s: StorageUnitId) -> Option<Col> {
        self.plan.capacities.storage_units.of(s.index()).map(|k| self.plan.vars.storage_nom.at(k, 0))
    }
    /// Column of a store's nominal energy, where it is a decision.
    pub fn store_nom(&self, s: StoreId) -> Option<Col> {
        self.plan.capacities.stores.of(s.index()).map(|k| self.plan.vars.store_nom.at(k, 0))
    }
    /// Column of a link's nominal power, where it is a decision.
    pub fn link_nom(&self, l: LinkId) -> Option<Col> {
        self.plan.capacities.links.of(l.index()).map(|k| self.plan.vars.link_nom.at(k, 0))
    }
    /// Column of a branch's rating, where it is a decision.
    pub fn branch_nom(&self, b: BranchId) -> Option<Col> {
        self.plan.capacities.branches.of(b.index()).map(|k| self.plan.vars.branch_nom.at(k, 0))
    }
    /// Highest output of a generator in step `t`, MW.
    pub fn generator_upper(&self, g: GeneratorId, t: usize) -> Known {
        let generator = &self.net.generators[g];
        if let Some(on) = self.status(g, t) {
            return generator.upper_mw(t) * Known::from(on);
        }
        self.generator_nom(g).map_or(Known::Value(generator.upper_mw(t)), |c| generator.p_max_pu.at(t) * Known::from(c))
    }
    /// Lowest output of a generator in step `t`, MW.
    pub fn generator_lower(&self, g: GeneratorId, t: usize) -> Known {
        let generator = &self.net.generators[g];
        if let Some(on) = self.status(g, t) {
            return generator.lower_mw(t) * Known::from(on);
        }
        self.generator_nom(g).map_or(Known::Value(generator.lower_mw(t)), |c| generator.p_min_pu.at(t) * Known::from(c))
    }
    /// Most discharge of a storage unit in step `t`, MW.
    pub fn discharge_upper(&self, s: StorageUnitId, t: usize) -> Known {
        let unit = &self.net.storage_units[s];
        self.storage_nom(s).map_or(Known::Value(unit.discharge_upper_mw(t)), |c| unit.p_max_pu.at(t) * Known::from(c))
    }
    /// Most charge of a storage unit in step `t`, MW.
    pub fn charge_upper(&self, s: StorageUnitId, t: usize) -> Known {
        let unit = &self.net.storage_units[s];
        self.storage_nom(s).map_or(Known::Value(unit.charge_upper_mw(t)), |c| (0.0 - unit.p_min_pu.at(t)) * Known::from(c))
    }
    /// Most stored energy of a storage unit at the end of step `t`, MWh.
    pub fn energy_upper(&self, s: StorageUnitId, t: usize) -> Known {
        let unit = &self.net.storage_units[s];
        self.storage_nom(s).map_or(Known::Value(unit.energy_upper_mwh(t)), |c| unit.energy_hours_h * Known::from(c))
    }
}
