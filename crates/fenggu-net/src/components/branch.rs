//! Lines and two-winding transformers.
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::{choice, component};

choice! {
    /// Kinds of branch. The model is the same π; the word serves people and files.
    BranchKind {
        /// An overhead line or cable.
        Line = "line",
        /// A two-winding transformer or phase shifter.
        Transformer = "transformer",
    }
}

choice! {
    /// Current that a line carries, which decides what its flow follows in the DC network.
    Current {
        /// Alternating current: flow follows the reactance.
        Ac = "ac",
        /// Direct current: flow follows the resistance.
        Dc = "dc",
    }
}

component! {
    /// A branch: π-model between two buses, tap and phase shift at the from side. Flow is positive from→to.
    /// Impedances are per unit on the network's `base_mva` and the bus voltages, as MATPOWER has them,
    /// so that files without voltages keep their meaning and round trips are exact.
    Branch in Branches {
        /// Line or transformer.
        kind: BranchKind = BranchKind::Line, "", Free;
        /// Current: with direct current the resistance takes the reactance's place.
        current: Current = Current::Ac, "", Free;
        /// Technology, where told; limits on transmission count by it.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// From bus.
        bus_from: Id<Bus> = Id::UNSET, "", Free;
        /// To bus.
        bus_to: Id<Bus> = Id::UNSET, "", Free;
        /// Series resistance.
        r_pu: f64 = 0.0, "p.u.", Finite;
        /// Series reactance; negative for a series capacitor.
        x_pu: f64 = 0.0, "p.u.", Finite;
        /// Total charging susceptance.
        b_pu: f64 = 0.0, "p.u.", Finite;
        /// Total shunt conductance.
        g_pu: f64 = 0.0, "p.u.", Finite;
        /// Tap ratio, from side; 1 for none.
        tap_ratio: f64 = 1.0, "", Finite;
        /// Phase shift, from side; positive delays.
        phase_shift_deg: f64 = 0.0, "deg", Finite;
        /// Lowest phase shift of a controllable shifter; none when the shift is fixed.
        phase_shift_min_deg: Option<f64> = None, "deg", Finite;
        /// Highest phase shift of a controllable shifter; none when the shift is fixed.
        phase_shift_max_deg: Option<f64> = None, "deg", Finite;
        /// Long-term rating; Inf for none.
        rating_a_mva: f64 = f64::INFINITY, "MVA", NonNegativeLimit;
        /// Whether long-term rating is a decision between `s_nom_min_mva` and `s_nom_max_mva`; `rating_a_mva` is then what stands already, and is not counted.
        s_nom_extendable: bool = false, "", Free;
        /// Least long-term rating that may be chosen.
        s_nom_min_mva: f64 = 0.0, "MVA", NonNegative;
        /// Most long-term rating that may be chosen.
        s_nom_max_mva: f64 = f64::INFINITY, "MVA", NonNegativeLimit;
        /// Cost of a chosen MVA over the whole horizon of the study.
        capital_cost_per_mva: f64 = 0.0, "1/MVA", Finite;
        /// Short-term rating; Inf for none.
        rating_b_mva: f64 = f64::INFINITY, "MVA", NonNegativeLimit;
        /// Emergency rating; Inf for none.
        rating_c_mva: f64 = f64::INFINITY, "MVA", NonNegativeLimit;
        /// Share of the long-term rating that may be used.
        s_max_pu: Profile = Profile::Const(1.0), "p.u.", NonNegative;
        /// Share of the emergency rating that may be used after an outage.
        emergency_max_pu: Profile = Profile::Const(1.0), "p.u.", NonNegative;
        /// Price at which the flow may exceed its ratings; one excess a step serves the flow as it is and after every outage. None means the ratings hold.
        violation_cost_per_mwh: Option<Profile> = None, "1/MWh", NonNegative;
        /// Price at which the flow after an outage may exceed the emergency rating, beside `violation_cost_per_mwh`; one excess a step serves every outage. None: no more than that.
        emergency_violation_cost_per_mwh: Option<Profile> = None, "1/MWh", NonNegative;
        /// Smallest difference of angles, from less to; -Inf for none.
        angle_min_deg: f64 = f64::NEG_INFINITY, "deg", Limit;
        /// Largest difference of angles, from less to; Inf for none.
        angle_max_deg: f64 = f64::INFINITY, "deg", Limit;
        /// Length, where known.
        length_km: Option<f64> = None, "km", NonNegative;
        /// Whether it carries anything.
        in_service: bool = true, "", Free;
    }
}

impl Branch {
    /// Flow that it may carry as the network stands in step `t`, MW, with the rating as given; infinite for no limit.
    #[inline]
    pub fn rating_mw(&self, t: usize) -> f64 {
        share(self.rating_a_mva, self.s_max_pu.at(t))
    }
    /// Flow that it may carry after an outage in step `t`, MW; infinite for no limit.
    #[inline]
    pub fn emergency_rating_mw(&self, t: usize) -> f64 {
        share(self.rating_c_mva, self.emergency_max_pu.at(t))
    }
}

/// A share of a rating; of none there is none, whatever the share.
fn share(rating: f64, share: f64) -> f64 {
    if rating == f64::INFINITY {
        rating
    } else {
        rating * share
    }
}
