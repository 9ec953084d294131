//! Loads.
use crate::components::Bus;
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::component;

component! {
    /// A load; withdrawal is positive. Served power is between `p_mw` less what may be shed, and `p_mw` plus what
    /// the elastic bid takes.
    Load in Loads {
        /// Bus it draws from.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Firm demand.
        p_mw: Profile = Profile::Const(0.0), "MW", Finite;
        /// Reactive demand.
        q_mvar: Profile = Profile::Const(0.0), "Mvar", Finite;
        /// Value of lost load: firm demand may be shed at this price; none means it must be served.
        shed_cost_per_mwh: Option<f64> = None, "1/MWh", NonNegative;
        /// Elastic bid above the firm demand: width (MW) and price (per MWh) of each step, by falling price.
        bid: Vec<[f64; 2]> = Vec::new(), "MW: 1/MWh", Finite;
        /// Whether it draws anything.
        in_service: bool = true, "", Free;
    }
}
