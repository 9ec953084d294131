//! The numbered columns and rows of a dispatch, and the view that rooms read.

use super::capacities::Capacities;
use super::commitment::{is_committed, CommitmentPlan};
use super::formulations::{self, DispatchFormulation, FlowForm};
use super::frame::{Block, Col, Known, Layout, Names, Row, Sink};
use super::generation;
use super::lists::{cost_curves, holders};
use crate::physics;
use fenggu_net::*;

/// A piece of a stepped offer or piecewise-linear cost: one column a step.
#[derive(Clone, Debug, PartialEq)]
pub struct CostStep {
    /// Whose.
    pub generator: GeneratorId,
    /// Least and most output in it, MW.
    pub limits_mw: [f64; 2],
    /// Price, per MWh.
    pub price_per_mwh: f64,
}
/// A curve of cost steps: output = base + Σ steps.
#[derive(Clone, Debug, PartialEq)]
pub struct CostCurve {
    /// Whose.
    pub generator: GeneratorId,
    /// Output at the curve's start, MW.
    pub base_mw: f64,
    /// Cost per hour there.
    pub base_cost_per_h: f64,
    /// Its steps, as positions in the list of steps.
    pub steps: std::ops::Range<usize>,
}
/// A priced step of something that is not a generator: elastic demand, end value, shortage.
#[derive(Clone, Debug, PartialEq)]
pub struct PricedStep {
    /// Row of the owner in its table.
    pub owner: usize,
    /// Width, in the owner's unit.
    pub width: f64,
    /// Price.
    pub price: f64,
}
/// A generator or storage unit with offers to reserves of one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// Row of the unit in its table.
    pub unit: usize,
    /// Its offers.
    pub offers: Vec<Id<ReserveOffer>>,
    /// Whether they act upward.
    pub up: bool,
}
/// A component picked out of its table by row, because only some rows have the column or row at hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picked(pub usize);

/// Columns. Element lists that are not whole tables are in [`Plan`].
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)] // the names are those of the results, the cards say the rest
pub struct Vars {
    pub angle: Block<Bus, Col>,
    pub flow: Block<Branch, Col>,
    pub shift: Block<Picked, Col>,
    pub angle_difference: Block<Picked, Col>,
    /// PTDF form: angle of an island whose reference is not held.
    pub island_angle: Block<Picked, Col>,
    pub p: Block<Generator, Col>,
    pub cost_step: Block<CostStep, Col>,
    pub shed: Block<Picked, Col>,
    pub elastic: Block<PricedStep, Col>,
    pub charge: Block<StorageUnit, Col>,
    pub discharge: Block<StorageUnit, Col>,
    pub soc: Block<StorageUnit, Col>,
    pub spill: Block<StorageUnit, Col>,
    /// Whether a storage unit charges, and whether it discharges, where that is a choice.
    pub charging: Block<Picked, Col>,
    pub discharging: Block<Picked, Col>,
    pub end_value: Block<PricedStep, Col>,
    pub store_p: Block<Store, Col>,
    pub store_energy: Block<Store, Col>,
    pub link_p: Block<Link, Col>,
    pub reserve: Block<ReserveOffer, Col>,
    pub shortage: Block<PricedStep, Col>,
    /// Flow beyond the rating, and after outages beyond the emergency rating.
    pub flow_over: Block<Picked, Col>,
    /// Flow after outages beyond the emergency rating.
    pub emergency_over: Block<Picked, Col>,
    pub interface_over: Block<Picked, Col>,
    pub interface_under: Block<Picked, Col>,
    pub side_over: Block<Picked, Col>,
    pub side_under: Block<Picked, Col>,
    /// Capacities that are decisions, by position in the plan's lists.
    pub generator_nom: Block<Picked, Col>,
    pub storage_nom: Block<Picked, Col>,
    pub store_nom: Block<Picked, Col>,
    pub link_nom: Block<Picked, Col>,
    pub branch_nom: Block<Picked, Col>,
}

/// Rows.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Rows {
    /// Balance of every bus; virtual in the PTDF form.
    pub power_balance: Block<Bus, Row>,
    /// Balance of every pool (PTDF form).
    pub energy_balance: Block<Picked, Row>,
    pub kvl: Block<Branch, Row>,
    pub angle_difference: Block<Picked, Row>,
    pub cost_curve: Block<CostCurve, Row>,
    pub ramp: Block<Picked, Row>,
    pub soc_balance: Block<StorageUnit, Row>,
    pub cycle_limit: Block<Picked, Row>,
    pub end_value: Block<Picked, Row>,
    pub store_balance: Block<Store, Row>,
    pub requirement: Block<Reserve, Row>,
    pub generator_room: Block<Holder, Row>,
    pub storage_room: Block<Holder, Row>,
    pub storage_energy: Block<Holder, Row>,
    pub interface: Block<Interface, Row>,
    pub global_limit: Block<GlobalLimit, Row>,
    pub side: Block<SideConstraint, Row>,
    /// Limits that move with a capacity, by position in the plan's lists.
    pub generator_upper: Block<Picked, Row>,
    pub generator_lower: Block<Picked, Row>,
    pub ramp_up: Block<Picked, Row>,
    pub ramp_down: Block<Picked, Row>,
    pub discharge_upper: Block<Picked, Row>,
    pub charge_upper: Block<Picked, Row>,
    pub energy_upper: Block<Picked, Row>,
    pub store_upper: Block<Picked, Row>,
    pub store_lower: Block<Picked, Row>,
    pub link_upper: Block<Picked, Row>,
    pub link_lower: Block<Picked, Row>,
    pub link_ramp: Block<Picked, Row>,
    pub link_ramp_up: Block<Picked, Row>,
    pub link_ramp_down: Block<Picked, Row>,
    pub flow_upper: Block<Picked, Row>,
    pub flow_lower: Block<Picked, Row>,
    /// Ratings that may be exceeded at a price, by position in the plan's list.
    pub soft_upper: Block<Picked, Row>,
    pub soft_lower: Block<Picked, Row>,
    pub energy_sum: Block<Picked, Row>,
    pub set_point: Block<Picked, Row>,
    /// Modes of storage units, by position in the plan's list.
    pub charge_mode: Block<Picked, Row>,
    pub charge_least: Block<Picked, Row>,
    pub discharge_mode: Block<Picked, Row>,
    pub discharge_least: Block<Picked, Row>,
    pub one_way: Block<Picked, Row>,
}

/// The declaration of a model: which columns and rows there are. Numbers only; the data stays in the network.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Plan {
    pub formulation: DispatchFormulation,
    pub layout: Layout,
    pub vars: Vars,
    pub rows: Rows,
    /// Controllable phase shifters, as rows of branches.
    pub shifters: Vec<Picked>,
    /// Branches without susceptance, and controllable shifters, whose angle limit is no limit of the flow.
    pub angle_limited: Vec<Picked>,
    /// PTDF form: islands whose reference angle is not held, since an angle limit ties them to another island.
    pub loose_islands: Vec<Picked>,
    pub cost_steps: Vec<CostStep>,
    pub cost_curves: Vec<CostCurve>,
    /// Generators with a ramp limit in MW: absolute, or per nominal power that is given.
    pub ramped: Vec<Picked>,
    /// Links likewise.
    pub link_ramped: Vec<Picked>,
    /// Generators with a limit of energy over the horizon.
    pub energy_limited: Vec<Picked>,
    /// Storage units whose net power is told in some step.
    pub set_points: Vec<Picked>,
    /// Storage units whose modes are chosen; none in a dispatch.
    pub moded: Vec<Picked>,
    pub capacities: Capacities,
    pub commitment: CommitmentPlan,
    /// Loads that may be shed.
    pub sheddable: Vec<Picked>,
    pub elastic: Vec<PricedStep>,
    pub cycle_limited: Vec<Picked>,
    pub end_value: Vec<PricedStep>,
    /// Storage units with an end value.
    pub end_valued: Vec<Picked>,
    pub shortage: Vec<PricedStep>,
    pub generator_holders: Vec<Holder>,
    pub storage_holders: Vec<Holder>,
    /// Branches whose ratings may be exceeded at a price.
    pub soft_branches: Vec<Picked>,
    /// Those whose emergency rating may be exceeded at a price of its own, where there are outages.
    pub soft_after_outage: Vec<Picked>,
    /// Those of `soft_branches`, by position, with a rating that is given.
    pub soft_rated: Vec<Picked>,
    /// Interfaces whose limits may be exceeded at a price.
    pub soft_interfaces: Vec<Picked>,
    /// Side constraints that may be broken at a price.
    pub soft_sides: Vec<Picked>,
    /// Quantities and rows that side terms name.
    pub side_targets: Vec<(Quantity, usize)>,
    /// DC data of every branch and the reference of every angle component.
    pub dc: physics::DcNetwork,
    /// PTDF form: pool of every bus (an electrical island, or a bus of another carrier).
    pub pool_of_bus: Vec<u32>,
    /// PTDF form: real row of every virtual balance row.
    pub virtual_map: Vec<u32>,
}

fn picked(rows: &[Picked]) -> Vec<u32> {
    rows.iter().map(|p| p.0 as u32).collect()
}

impl Plan {
    /// Step of every column; `u32::MAX` for a column that belongs to no single one of the `steps`.
    pub(crate) fn step_of_columns(&self, steps: usize) -> Vec<u32> {
        let mut out = vec![u32::MAX; self.layout.cols as usize];
        for b in self.layout.col_blocks.iter().filter(|b| b.steps as usize == steps) {
            for (k, t) in out[b.start as usize..][..(b.len * b.steps) as usize].iter_mut().enumerate() {
                *t = k as u32 % b.steps;
            }
        }
        out
    }

    /// Numbers the columns and rows of a dispatch of `net`. The network must be free of errors (see [`check()`]).
    pub fn declare(net: &Network, formulation: DispatchFormulation) -> Plan {
        use TableId as T;
        let steps = net.steps();
        let dc = physics::DcNetwork::new(net);
        let live_bus = |b: BusId| net.buses[b].in_service();
        let pick = |n: usize, keep: &dyn Fn(usize) -> bool| (0..n).filter(|&i| keep(i)).map(Picked).collect::<Vec<_>>();

        let branches = net.branches.rows();
        let shifters =
            pick(branches.len(), &|i| dc.live[i] && branches[i].phase_shift_min_deg.is_some() && branches[i].phase_shift_max_deg.is_some());
        let angle_limited = pick(branches.len(), &|i| {
            let b = &branches[i];
            // Elsewhere the angle limit is a limit of the flow; not where the shift between the two is a decision.
            let no_flow_limit =
                dc.susceptance[i] == 0.0 || dc.ideal[i] || (b.phase_shift_min_deg.is_some() && b.phase_shift_max_deg.is_some());
            dc.live[i] && no_flow_limit && (b.angle_min_deg > f64::NEG_INFINITY || b.angle_max_deg < f64::INFINITY)
        });
        let committed = |g: &Generator| formulation.commitment && is_committed(net, g);
        let (cost_steps, cost_curves) = cost_curves(net, &committed);
        let gens = net.generators.rows();
        let ramped = pick(gens.len(), &|i| {
            let g = &gens[i];
            g.in_service && live_bus(g.bus) && !committed(g) && generation::has_fixed_ramp(g) && (steps > 1 || g.initial_status_h.is_some())
        });
        let links = net.links.rows();
        let link_ramped = pick(links.len(), &|i| {
            let l = &links[i];
            let told = l.ramp_up_pu.is_some() || l.ramp_down_pu.is_some();
            steps > 1 && l.in_service && live_bus(l.bus_from) && live_bus(l.bus_to) && told && l.p_nom_mw.is_some() && !l.p_nom_extendable
        });
        let energy_limited = pick(gens.len(), &|i| {
            let limited = gens[i].energy_sum_min_mwh > f64::NEG_INFINITY || gens[i].energy_sum_max_mwh < f64::INFINITY;
            gens[i].in_service && live_bus(gens[i].bus) && limited
        });
        let capacities = Capacities::new(net);
        let loads = net.loads.rows();
        let sheddable = pick(loads.len(), &|i| loads[i].in_service && live_bus(loads[i].bus) && loads[i].shed_cost_per_mwh.is_some());
        let priced = |owner: usize, steps: &[[f64; 2]]| {
            steps.iter().map(move |s| PricedStep { owner, width: s[0], price: s[1] }).collect::<Vec<_>>()
        };
        let elastic = net
            .loads
            .iter()
            .filter(|(_, l)| l.in_service && live_bus(l.bus))
            .flat_map(|(id, l)| priced(id.index(), &l.bid))
            .collect::<Vec<_>>();
        let units = net.storage_units.rows();
        let live_unit = |i: usize| units[i].in_service && live_bus(units[i].bus);
        let set_points = pick(units.len(), &|i| live_unit(i) && units[i].p_set_mw.is_some());
        let moded = pick(units.len(), &|i| {
            let s = &units[i];
            let asks = |p: &Profile| p.max() > 0.0;
            formulation.commitment && live_unit(i) && (asks(&s.one_way) || asks(&s.charge_min_mw) || asks(&s.discharge_min_mw))
        });
        let cycle_limited = pick(units.len(), &|i| live_unit(i) && units[i].cycles_max_per_day.is_some());
        let end_valued = pick(units.len(), &|i| live_unit(i) && !units[i].end_value.is_empty());
        let end_value = end_valued.iter().flat_map(|p| priced(p.0, &units[p.0].end_value)).collect::<Vec<_>>();
        let shortage = net.reserves.iter().flat_map(|(id, r)| priced(id.index(), &r.shortage)).collect::<Vec<_>>();
        let (generator_holders, storage_holders) = holders(net);
        let soft_interfaces = pick(net.interfaces.len(), &|i| {
            net.interfaces.rows()[i].in_service && net.interfaces.rows()[i].violation_cost_per_mwh.is_some()
        });
        let secured = net.contingencies.rows().iter().any(|c| c.in_service && c.branch.is_some());
        let soft_branches = pick(branches.len(), &|i| {
            let b = &branches[i];
            let limited = b.s_nom_extendable || b.rating_a_mva < f64::INFINITY || (secured && b.rating_c_mva < f64::INFINITY);
            dc.live[i] && dc.susceptance[i] != 0.0 && limited && b.violation_cost_per_mwh.is_some()
        });
        let soft_after_outage = pick(branches.len(), &|i| {
            let b = &branches[i];
            let limited = secured && b.rating_c_mva < f64::INFINITY;
            dc.live[i] && dc.susceptance[i] != 0.0 && limited && b.emergency_violation_cost_per_mwh.is_some()
        });
        let soft_rated = pick(soft_branches.len(), &|k| {
            let b = &branches[soft_branches[k].0];
            !b.s_nom_extendable && b.rating_a_mva < f64::INFINITY
        });
        let soft_sides = pick(net.side_constraints.len(), &|i| net.side_constraints.rows()[i].penalty.is_some());
        let side_targets = net.side_terms.rows().iter().filter_map(|t| check::structure::side_target(net, t)).collect();

        let mut l = Layout::default();
        let angle_form = formulation.flow == FlowForm::Angle;
        let all = |id: TableId| Names::Table(id);
        let some = |id: TableId, rows: &[Picked]| Names::Rows(id, picked(rows));
        let of = |id: TableId, rows: &[PricedStep]| Names::Rows(id, rows.iter().map(|s| s.owner as u32).collect());
        let loose_islands = pick(if angle_form { 0 } else { dc.islands }, &|i| !dc.reference_held[i]);
        let angles = if angle_form { net.buses.len() } else { 0 };
        // Rows of a table by positions in a list of its rows.
        let chosen =
            |id: TableId, of: &[Picked], positions: &[Picked]| Names::Rows(id, positions.iter().map(|k| of[k.0].0 as u32).collect());
        let c = &capacities;
        let vars = Vars {
            generator_nom: l.cols("p_nom", some(T::Generators, &c.generators.rows), c.generators.rows.len(), 1),
            storage_nom: l.cols("p_nom", some(T::StorageUnits, &c.storage_units.rows), c.storage_units.rows.len(), 1),
            store_nom: l.cols("e_nom", some(T::Stores, &c.stores.rows), c.stores.rows.len(), 1),
            link_nom: l.cols("p_nom", some(T::Links, &c.links.rows), c.links.rows.len(), 1),
            branch_nom: l.cols("s_nom", some(T::Branches, &c.branches.rows), c.branches.rows.len(), 1),
            p: l.cols("p", all(T::Generators), gens.len(), steps),
            cost_step: l.cols(
                "cost_step",
                Names::Rows(T::Generators, cost_steps.iter().map(|s| s.generator.index() as u32).collect()),
                cost_steps.len(),
                steps,
            ),
            shed: l.cols("shed", some(T::Loads, &sheddable), sheddable.len(), steps),
            elastic: l.cols("elastic", of(T::Loads, &elastic), elastic.len(), steps),
            charge: l.cols("charge", all(T::StorageUnits), units.len(), steps),
            discharge: l.cols("discharge", all(T::StorageUnits), units.len(), steps),
            soc: l.cols("soc", all(T::StorageUnits), units.len(), steps),
            spill: l.cols("spill", all(T::StorageUnits), units.len(), steps),
            charging: l.cols("charging", some(T::StorageUnits, &moded), moded.len(), steps),
            discharging: l.cols("discharging", some(T::StorageUnits, &moded), moded.len(), steps),
            end_value: l.cols("end_value", of(T::StorageUnits, &end_value), end_value.len(), 1),
            store_p: l.cols("store_p", all(T::Stores), net.stores.len(), steps),
            store_energy: l.cols("store_energy", all(T::Stores), net.stores.len(), steps),
            link_p: l.cols("link_p", all(T::Links), net.links.len(), steps),
            reserve: l.cols("reserve", all(T::ReserveOffers), net.reserve_offers.len(), steps),
            shortage: l.cols("shortage", of(T::Reserves, &shortage), shortage.len(), steps),
            flow_over: l.cols("flow_over", some(T::Branches, &soft_branches), soft_branches.len(), steps),
            emergency_over: l.cols("emergency_over", some(T::Branches, &soft_after_outage), soft_after_outage.len(), steps),
            interface_over: l.cols("interface_over", some(T::Interfaces, &soft_interfaces), soft_interfaces.len(), steps),
            interface_under: l.cols("interface_under", some(T::Interfaces, &soft_interfaces), soft_interfaces.len(), steps),
            side_over: l.cols("side_over", some(T::SideConstraints, &soft_sides), soft_sides.len(), 1),
            side_under: l.cols("side_under", some(T::SideConstraints, &soft_sides), soft_sides.len(), 1),
            flow: l.cols("flow", all(T::Branches), branches.len(), steps),
            shift: l.cols("shift", some(T::Branches, &shifters), shifters.len(), steps),
            angle_difference: l.cols("angle_difference", some(T::Branches, &angle_limited), angle_limited.len(), steps),
            island_angle: l.cols("island_angle", Names::Islands, loose_islands.len(), steps),
            angle: l.cols("angle", all(T::Buses), angles, steps),
        };
        let pool_of_bus = if angle_form { Vec::new() } else { dc.island_of_bus.clone() };
        let pool_count = pool_of_bus.iter().filter(|p| **p != u32::MAX).max().map_or(0, |p| *p as usize + 1);
        let holder_names = |table: TableId, h: &[Holder]| Names::Rows(table, h.iter().map(|h| h.unit as u32).collect());
        let mut rows = Rows::default();
        if angle_form {
            rows.power_balance = l.rows("power_balance", all(T::Buses), net.buses.len(), steps);
            rows.kvl = l.rows("kvl_angle", all(T::Branches), branches.len(), steps);
            rows.angle_difference = l.rows("angle_difference", some(T::Branches, &angle_limited), angle_limited.len(), steps);
        } else {
            rows.energy_balance = l.rows("energy_balance", Names::Islands, pool_count, steps);
        }
        rows.cost_curve = l.rows(
            "cost_steps",
            Names::Rows(T::Generators, cost_curves.iter().map(|c| c.generator.index() as u32).collect()),
            cost_curves.len(),
            steps,
        );
        rows.ramp = l.rows("ramp", some(T::Generators, &ramped), ramped.len(), steps);
        rows.soc_balance = l.rows("soc_balance", all(T::StorageUnits), units.len(), steps);
        rows.cycle_limit = l.rows("cycle_limit", some(T::StorageUnits, &cycle_limited), cycle_limited.len(), 1);
        rows.end_value = l.rows("end_value", some(T::StorageUnits, &end_valued), end_valued.len(), 1);
        rows.store_balance = l.rows("store_balance", all(T::Stores), net.stores.len(), steps);
        rows.requirement = l.rows("requirement", all(T::Reserves), net.reserves.len(), steps);
        rows.generator_room = l.rows("generator_room", holder_names(T::Generators, &generator_holders), generator_holders.len(), steps);
        rows.storage_room = l.rows("storage_room", holder_names(T::StorageUnits, &storage_holders), storage_holders.len(), steps);
        rows.storage_energy = l.rows("storage_energy", holder_names(T::StorageUnits, &storage_holders), storage_holders.len(), steps);
        rows.interface = l.rows("interface_limit", all(T::Interfaces), net.interfaces.len(), steps);
        rows.global_limit = l.rows("global_limit", all(T::GlobalLimits), net.global_limits.len(), 1);
        rows.side = l.rows("side_constraint", all(T::SideConstraints), net.side_constraints.len(), 1);
        let mut block = |name, id, of: &[Picked]| l.rows(name, some(id, of), of.len(), steps);
        rows.generator_upper = block("generation_limits_up", T::Generators, &c.generators.rows);
        rows.discharge_upper = block("discharge_limit", T::StorageUnits, &c.storage_units.rows);
        rows.charge_upper = block("charge_limit", T::StorageUnits, &c.storage_units.rows);
        rows.energy_upper = block("soc_limit", T::StorageUnits, &c.storage_units.rows);
        rows.store_upper = block("store_limit_up", T::Stores, &c.stores.rows);
        rows.link_upper = block("link_limits_up", T::Links, &c.links.rows);
        rows.link_ramp = block("link_ramp", T::Links, &link_ramped);
        rows.flow_upper = block("flow_limits_up", T::Branches, &c.branches.rows);
        rows.flow_lower = block("flow_limits_down", T::Branches, &c.branches.rows);
        rows.set_point = block("set_point", T::StorageUnits, &set_points);
        rows.charge_mode = block("charge_mode", T::StorageUnits, &moded);
        rows.charge_least = block("charge_least", T::StorageUnits, &moded);
        rows.discharge_mode = block("discharge_mode", T::StorageUnits, &moded);
        rows.discharge_least = block("discharge_least", T::StorageUnits, &moded);
        rows.one_way = block("one_way", T::StorageUnits, &moded);
        let mut block = |name, id, c: &super::capacities::Chosen, at: &[Picked]| l.rows(name, chosen(id, &c.rows, at), at.len(), steps);
        rows.generator_lower = block("generation_limits_down", T::Generators, &c.generators, &c.generators.low);
        rows.ramp_up = block("ramp_up", T::Generators, &c.generators, &c.generators.ramped);
        rows.ramp_down = block("ramp_down", T::Generators, &c.generators, &c.generators.ramped);
        rows.store_lower = block("store_limit_down", T::Stores, &c.stores, &c.stores.low);
        rows.link_lower = block("link_limits_down", T::Links, &c.links, &c.links.low);
        rows.link_ramp_up = block("link_ramp_up", T::Links, &c.links, &c.links.ramped);
        rows.link_ramp_down = block("link_ramp_down", T::Links, &c.links, &c.links.ramped);
        let rated = || chosen(T::Branches, &soft_branches, &soft_rated);
        rows.soft_upper = l.rows("soft_limit_up", rated(), soft_rated.len(), steps);
        rows.soft_lower = l.rows("soft_limit_down", rated(), soft_rated.len(), steps);
        rows.energy_sum = l.rows("energy_sum", some(T::Generators, &energy_limited), energy_limited.len(), 1);
        let commitment = if formulation.commitment {
            CommitmentPlan::declare(net, (&cost_steps, &cost_curves), &generator_holders, &mut l)
        } else {
            CommitmentPlan::default()
        };
        let mut virtual_map = Vec::new();
        if !angle_form {
            rows.power_balance = l.virtual_rows(net.buses.len(), steps);
            for &pool in &pool_of_bus {
                let row = |t| if pool == u32::MAX { u32::MAX } else { rows.energy_balance.at(Id::new(pool as usize), t).0 };
                virtual_map.extend((0..steps).map(row));
            }
        }
        Plan {
            formulation,
            layout: l,
            vars,
            rows,
            shifters,
            angle_limited,
            loose_islands,
            cost_steps,
            cost_curves,
            ramped,
            link_ramped,
            energy_limited,
            set_points,
            moded,
            capacities,
            commitment,
            sheddable,
            elastic,
            cycle_limited,
            end_value,
            end_valued,
            shortage,
            soft_branches,
            soft_after_outage,
            soft_rated,
            generator_holders,
            storage_holders,
            soft_interfaces,
            soft_sides,
            side_targets,
            dc,
            pool_of_bus,
            virtual_map,
        }
    }
}

/// What rooms read: the network's data and the plan's numbers.
#[derive(Clone, Copy)]
pub struct DispatchModel<'a> {
    /// Data.
    pub net: &'a Network,
    /// Numbers.
    pub plan: &'a Plan,
}

/// The state that a step starts from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Before {
    /// The state the horizon starts from.
    Start,
    /// The end of an earlier step.
    Step(usize),
}

impl<'a> DispatchModel<'a> {
    /// Number of steps.
    #[inline(always)]
    pub fn steps(&self) -> usize {
        self.net.steps()
    }
    /// The step before `t`, or what the horizon starts from. Rooms never compute t − 1.
    #[inline(always)]
    pub fn before(&self, t: usize, cyclic: bool) -> Before {
        match t {
            0 if cyclic => Before::Step(self.steps() - 1),
            0 => Before::Start,
            _ => Before::Step(t - 1),
        }
    }
    /// What was stored before step `t`: a column, or the value the horizon starts from.
    #[inline(always)]
    pub fn stored_before<T>(&self, block: Block<T, Col>, element: Id<T>, t: usize, cyclic: bool, start: f64) -> Known {
        match self.before(t, cyclic) {
            Before::Start => Known::Value(start),
            Before::Step(t0) => Known::from(block.at(element, t0)),
        }
    }
    /// Whether anything at this bus counts.
    #[inline(always)]
    pub fn live(&self, bus: BusId) -> bool {
        self.net.buses[bus].in_service()
    }
    /// Storage units that take part.
    pub fn storage_units(&self) -> impl Iterator<Item = (StorageUnitId, &'a StorageUnit)> + '_ {
        self.net.storage_units.iter().filter(|(_, s)| s.in_service && self.live(s.bus))
    }
    /// Stores that take part.
    pub fn stores(&self) -> impl Iterator<Item = (StoreId, &'a Store)> + '_ {
        self.net.stores.iter().filter(|(_, s)| s.in_service && self.live(s.bus))
    }
    /// What the flow of a branch may exceed its ratings by at a price.
    pub fn flow_over(&self, branch: usize, t: usize) -> Option<Col> {
        let k = self.plan.soft_branches.binary_search_by_key(&branch, |p| p.0).ok()?;
        Some(self.plan.vars.flow_over.at(Id::new(k), t))
    }
    /// What it may exceed its emergency rating by beside that.
    pub fn emergency_over(&self, branch: usize, t: usize) -> Option<Col> {
        let k = self.plan.soft_after_outage.binary_search_by_key(&branch, |p| p.0).ok()?;
        Some(self.plan.vars.emergency_over.at(Id::new(k), t))
    }
    /// Generators that take part.
    pub fn generators(&self) -> impl Iterator<Item = (GeneratorId, &'a Generator)> + '_ {
        self.net.generators.iter().filter(|(_, g)| g.in_service && self.live(g.bus))
    }
    /// Links that take part.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, &'a Link)> + '_ {
        self.net.links.iter().filter(|(_, l)| l.in_service && self.live(l.bus_from) && self.live(l.bus_to))
    }
    /// Loads that take part.
    pub fn loads(&self) -> impl Iterator<Item = (LoadId, &'a Load)> + '_ {
        self.net.loads.iter().filter(|(_, l)| l.in_service && self.live(l.bus))
    }
}

impl super::frame::Rooms for DispatchModel<'_> {
    fn write(&self, out: &mut impl Sink) {
        formulations::constraints(self, out)
    }
}
