//! Stores: energy on a bus, without power limits of its own.
use crate::components::storage_unit::EndRule;
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::component;

component! {
    /// A store: a tank or cavern on its bus; power is free in both directions and lossless, links in front of it carry
    /// limits and losses. Injection into the bus is positive.
    Store in Stores {
        /// Bus it stands at.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Carrier; none when not told.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Most stored energy.
        energy_max_mwh: Profile = Profile::Const(0.0), "MWh", Limit;
        /// Least stored energy.
        energy_min_mwh: Profile = Profile::Const(0.0), "MWh", Limit;
        /// Share of the stored energy lost per hour.
        standing_loss_per_h: f64 = 0.0, "1/h", Within(0.0, 1.0);
        /// Energy before the first step (not used when cyclic).
        energy_initial_mwh: f64 = 0.0, "MWh", Finite;
        /// Rule for the end of the horizon.
        end_rule: EndRule = EndRule::Free, "", Free;
        /// Target of the end rule.
        energy_target_mwh: f64 = 0.0, "MWh", Finite;
        /// Cost per MWh injected into the bus (income when taken from it).
        cost_linear_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
    }
}
