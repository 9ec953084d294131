//! Global limits, and users' own constraints as data.
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::schema::{choice, component};

choice! {
    /// What a global limit counts.
    LimitSubject {
        /// CO2 of primary energy, t.
        Co2 = "co2",
        /// Primary energy of one carrier, MWh.
        PrimaryEnergy = "primary_energy",
        /// Chosen capacity of one carrier (generators, storage units, links: MW; lines: MVA; stores: MWh), at one bus (the first of a link or line) or everywhere.
        Capacity = "capacity",
        /// Energy delivered by one carrier (generators, storage units and stores, what was in store at the start included), MWh.
        Operation = "operation",
        /// Length times chosen capacity of branches and links of the limit's carriers, MW·km.
        TransmissionVolume = "transmission_volume",
        /// Capital cost of the chosen capacity of branches and links of the limit's carriers.
        TransmissionCost = "transmission_cost",
    }
}
choice! {
    /// Which way a limit or constraint holds.
    LimitSense {
        /// At most.
        AtMost = "<=",
        /// At least.
        AtLeast = ">=",
        /// Equal.
        Equal = "==",
    }
}

component! {
    /// A limit over the whole horizon, weighted by the energy weights of the steps.
    GlobalLimit in GlobalLimits {
        /// What it counts.
        subject: LimitSubject = LimitSubject::Co2, "", Free;
        /// Carrier counted; a CO2 limit counts all. Further carriers are rows of [`LimitCarrier`].
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Bus at which a capacity limit counts; none for everywhere.
        bus: Option<Id<Bus>> = None, "", Free;
        /// Which way it holds.
        sense: LimitSense = LimitSense::AtMost, "", Free;
        /// The limit, in what its subject counts.
        limit: f64 = 0.0, "t, MWh, MW or MW·km", Limit;
    }
}

component! {
    /// A further carrier that a global limit counts.
    LimitCarrier in LimitCarriers {
        /// The limit.
        limit: Id<GlobalLimit> = Id::UNSET, "", Free;
        /// The carrier.
        carrier: Id<Carrier> = Id::UNSET, "", Free;
    }
}

component! {
    /// A user's own linear constraint, as data: Σ of its terms, sense, right-hand side.
    SideConstraint in SideConstraints {
        /// Which way it holds.
        sense: LimitSense = LimitSense::AtMost, "", Free;
        /// Right-hand side.
        rhs: f64 = 0.0, "", Finite;
        /// Price per unit at which it may be broken; none means it holds.
        penalty: Option<f64> = None, "", NonNegative;
    }
}

component! {
    /// One term: `coefficient` times a result of one component in one step, or in every step.
    SideTerm in SideTerms {
        /// The constraint.
        constraint: Id<SideConstraint> = Id::UNSET, "", Free;
        /// Table of the component, e.g. `generators`.
        table: String = String::new(), "", Free;
        /// Name of the component.
        component: String = String::new(), "", Free;
        /// Result field: `p_mw`, `charge_mw`, `discharge_mw`, `soc_mwh`, ...
        field: String = "p_mw".to_string(), "", Free;
        /// Step, from 0; −1 means the sum over all steps.
        step: i64 = -1, "", Free;
        /// Coefficient.
        coefficient: f64 = 1.0, "", Finite;
    }
}
