//! The network: all tables, the time axis, and what its numbers mean.

use crate::components::*;
use crate::schema::choice;
use crate::table::{AnyTable, Table, TableId};
use crate::time::TimeAxis;

choice! {
    /// What a file format means by the DC flow on a branch. Set by the reader, printed in the report.
    FlowConvention {
        /// MATPOWER: susceptance 1/(x·tap), phase shifts as injections.
        Matpower = "matpower",
        /// PowerModels' DCP form, PGLib-OPF's baseline: susceptance x/(r²+x²) (0 where x = 0), taps and shifts ignored.
        PowerModels = "powermodels",
        /// PyPSA: susceptance 1/(x·tap), phase shifts as injections, x already in the per unit of this network.
        Pypsa = "pypsa",
    }
}

choice! {
    /// What a file format means by the words of commitment: which ramp counts reserve, what limits a start. Set by the reader,
    /// printed in the report; formulations have the same optimum within one meaning.
    CommitmentSemantics {
        /// PGLib-UC (Knueven, Ostrowski and Watson 2020): ramps act on output above the minimum, also at starts and stops, and the
        /// upward one counts reserve; start-up and shut-down limits count reserve; a start takes the tier of its time off.
        Pglib = "pglib",
        /// UnitCommitment.jl 0.4: as PGLib, but both ramps count reserve, the shut-down limit does not, and a time off
        /// shorter than every tier pays the last.
        UnitCommitmentJl = "ucjl",
        /// PyPSA: ramps act on output itself, start-up and shut-down ramps in place of them at starts and stops; minimum times in snapshots.
        Pypsa = "pypsa",
    }
}

/// A power and energy system over its time axis. Typed ids never dangle in a network that a reader handed on.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Name shown to people.
    pub name: String,
    /// Base of all per-unit values, MVA.
    pub base_mva: f64,
    /// Currency of all costs, e.g. `CNY`, `USD`; `1` when the file does not say.
    pub currency: String,
    /// What DC flow means here.
    pub flow_convention: FlowConvention,
    /// What ramps, limits and reserves mean to commitment here.
    pub commitment_semantics: CommitmentSemantics,
    /// Steps and weights.
    pub time: TimeAxis,
    /// Energy carriers.
    pub carriers: Table<Carrier>,
    /// Buses.
    pub buses: Table<Bus>,
    /// Lines and transformers.
    pub branches: Table<Branch>,
    /// Generators.
    pub generators: Table<Generator>,
    /// Loads.
    pub loads: Table<Load>,
    /// Shunts.
    pub shunts: Table<Shunt>,
    /// Storage units.
    pub storage_units: Table<StorageUnit>,
    /// Stores.
    pub stores: Table<Store>,
    /// Links.
    pub links: Table<Link>,
    /// Further ends of links.
    pub link_ends: Table<LinkEnd>,
    /// Reserve requirements.
    pub reserves: Table<Reserve>,
    /// Who offers which reserve.
    pub reserve_offers: Table<ReserveOffer>,
    /// Interfaces.
    pub interfaces: Table<Interface>,
    /// Branches of interfaces.
    pub interface_terms: Table<InterfaceTerm>,
    /// Outages that the network must survive.
    pub contingencies: Table<Contingency>,
    /// Global limits.
    pub global_limits: Table<GlobalLimit>,
    /// Their further carriers.
    pub limit_carriers: Table<LimitCarrier>,
    /// Users' own constraints.
    pub side_constraints: Table<SideConstraint>,
    /// Their terms.
    pub side_terms: Table<SideTerm>,
    /// What the file said beyond that, kept for the way back.
    pub carried: Vec<crate::Carried>,
}

impl Default for CommitmentSemantics {
    /// What a file that says nothing means.
    fn default() -> Self {
        CommitmentSemantics::Pglib
    }
}

impl Default for Network {
    fn default() -> Self {
        Network {
            name: String::new(),
            base_mva: 100.0,
            currency: "1".to_string(),
            flow_convention: FlowConvention::Matpower,
            commitment_semantics: CommitmentSemantics::default(),
            time: TimeAxis::default(),
            carriers: Table::default(),
            buses: Table::default(),
            branches: Table::default(),
            generators: Table::default(),
            loads: Table::default(),
            shunts: Table::default(),
            storage_units: Table::default(),
            stores: Table::default(),
            links: Table::default(),
            link_ends: Table::default(),
            reserves: Table::default(),
            reserve_offers: Table::default(),
            interfaces: Table::default(),
            interface_terms: Table::default(),
            contingencies: Table::default(),
            global_limits: Table::default(),
            limit_carriers: Table::default(),
            side_constraints: Table::default(),
            side_terms: Table::default(),
            carried: Vec::new(),
        }
    }
}

macro_rules! by_id {
    ($self:ident, $id:ident, $($m:tt)*) => {
        match $id {
            TableId::Carriers => $($m)* $self.carriers,
            TableId::Buses => $($m)* $self.buses,
            TableId::Branches => $($m)* $self.branches,
            TableId::Generators => $($m)* $self.generators,
            TableId::Loads => $($m)* $self.loads,
            TableId::Shunts => $($m)* $self.shunts,
            TableId::StorageUnits => $($m)* $self.storage_units,
            TableId::Stores => $($m)* $self.stores,
            TableId::Links => $($m)* $self.links,
            TableId::LinkEnds => $($m)* $self.link_ends,
            TableId::Reserves => $($m)* $self.reserves,
            TableId::ReserveOffers => $($m)* $self.reserve_offers,
            TableId::Interfaces => $($m)* $self.interfaces,
            TableId::InterfaceTerms => $($m)* $self.interface_terms,
            TableId::Contingencies => $($m)* $self.contingencies,
            TableId::GlobalLimits => $($m)* $self.global_limits,
            TableId::LimitCarriers => $($m)* $self.limit_carriers,
            TableId::SideConstraints => $($m)* $self.side_constraints,
            TableId::SideTerms => $($m)* $self.side_terms,
        }
    };
}

impl Network {
    /// Any table, for generic code.
    pub fn table(&self, id: TableId) -> &dyn AnyTable {
        by_id!(self, id, &)
    }
    /// Any table, to be changed.
    pub fn table_mut(&mut self, id: TableId) -> &mut dyn AnyTable {
        by_id!(self, id, &mut)
    }
    /// A carried column.
    pub fn carried(&self, format: &str, table: &str, column: &str) -> Option<&crate::Carried> {
        self.carried.iter().find(|c| c.format == format && c.table == table && c.column == column)
    }
    /// Number of steps.
    #[inline]
    pub fn steps(&self) -> usize {
        self.time.steps()
    }
    /// Whether the bus is an electrical one in service.
    pub fn is_electric(&self, bus: crate::Id<Bus>) -> bool {
        let b = &self.buses[bus];
        b.in_service() && b.carrier.is_none()
    }
    /// Whether a branch carries anything: itself and both buses in service.
    pub fn branch_in_service(&self, branch: &Branch) -> bool {
        branch.in_service && self.buses[branch.bus_from].in_service() && self.buses[branch.bus_to].in_service()
    }
}
