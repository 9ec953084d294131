//! Links: DC lines and converters between carriers.
use crate::components::{Bus, Carrier};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::component;

component! {
    /// A controllable link. It draws p from `bus_from` and delivers `efficiency·p − loss_constant_mw` at `bus_to`;
    /// further ends are rows of [`LinkEnd`]. p may be negative where `p_min_mw` allows it.
    Link in Links {
        /// Bus it draws from.
        bus_from: Id<Bus> = Id::UNSET, "", Free;
        /// Bus it delivers to.
        bus_to: Id<Bus> = Id::UNSET, "", Free;
        /// Carrier; none when not told.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Power delivered per power drawn.
        efficiency: Profile = Profile::Const(1.0), "", Finite;
        /// Loss that does not depend on the flow (MATPOWER's LOSS0), borne at `bus_to` while in service.
        loss_constant_mw: f64 = 0.0, "MW", Finite;
        /// Least power drawn.
        p_min_mw: Profile = Profile::Const(0.0), "MW", Limit;
        /// Most power drawn.
        p_max_mw: Profile = Profile::Const(f64::INFINITY), "MW", Limit;
        /// Power drawn in the file, where it has one.
        p_initial_mw: Option<f64> = None, "MW", Finite;
        /// Cost per MWh drawn.
        cost_linear_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// Cost: multiplies p².
        cost_quadratic_per_mw2h: Profile = Profile::Const(0.0), "1/MW²h", Finite;
        /// MATPOWER's remaining DC-line columns (voltages, reactive limits), carried for round trips.
        matpower_rest: Vec<[f64; 2]> = Vec::new(), "", Limit;
        /// Whether it takes part.
        in_service: bool = true, "", Free;
    }
}

component! {
    /// A further end of a link: delivers `efficiency·p` at `bus` (draws when negative).
    LinkEnd in LinkEnds {
        /// The link.
        link: Id<Link> = Id::UNSET, "", Free;
        /// Bus of this end.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Power delivered per power drawn at `bus_from`.
        efficiency: Profile = Profile::Const(1.0), "", Finite;
    }
}
