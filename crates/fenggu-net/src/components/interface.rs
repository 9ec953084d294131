//! Interfaces (flowgates): sums of branch flows with limits.
use crate::components::{Branch, Link};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::component;

component! {
    /// An interface: `p_min_mw ≤ Σ weight·flow ≤ p_max_mw` over its terms.
    Interface in Interfaces {
        /// Number in the source file, where it has one.
        number: i64 = 0, "", Free;
        /// Least flow.
        p_min_mw: Profile = Profile::Const(f64::NEG_INFINITY), "MW", Limit;
        /// Most flow.
        p_max_mw: Profile = Profile::Const(f64::INFINITY), "MW", Limit;
        /// Price at which the limits may be exceeded; none means they hold.
        violation_cost_per_mwh: Option<f64> = None, "1/MWh", NonNegative;
        /// Whether it limits.
        in_service: bool = true, "", Free;
    }
}

component! {
    /// One branch or link of an interface. Exactly one of the two is set.
    InterfaceTerm in InterfaceTerms {
        /// The interface.
        interface: Id<Interface> = Id::UNSET, "", Free;
        /// Branch whose flow counts (positive from→to).
        branch: Option<Id<Branch>> = None, "", Free;
        /// Link whose drawn power counts.
        link: Option<Id<Link>> = None, "", Free;
        /// Weight; −1 counts the flow the other way.
        weight: f64 = 1.0, "", Finite;
    }
}
