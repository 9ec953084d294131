//! Shunts.
use crate::components::Bus;
use crate::id::Id;
use crate::schema::component;

component! {
    /// A fixed shunt at a bus.
    Shunt in Shunts {
        /// Bus it stands at.
        bus: Id<Bus> = Id::UNSET, "", Free;
        /// Active power drawn at 1 p.u. voltage; the DC network counts it as load.
        g_mw: f64 = 0.0, "MW", Finite;
        /// Reactive power injected at 1 p.u. voltage.
        b_mvar: f64 = 0.0, "Mvar", Finite;
        /// Whether it counts.
        in_service: bool = true, "", Free;
    }
}
