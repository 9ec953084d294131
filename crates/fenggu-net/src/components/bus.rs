//! A node of the network.
use crate::components::Carrier;
use crate::id::Id;
use crate::schema::{choice, component};

choice! {
    /// What a power flow holds fixed at a bus.
    BusKind {
        /// Active and reactive power.
        Pq = "pq",
        /// Active power and voltage magnitude.
        Pv = "pv",
        /// Voltage magnitude and angle.
        Reference = "reference",
        /// Out of service: nothing at it counts.
        Isolated = "isolated",
    }
}

component! {
    /// A node where power balances in every step. On a bus of another carrier than electricity `_mw` and `_mwh`
    /// mean that carrier's unit per hour and that unit.
    Bus in Buses {
        /// Number in the source file, where it has one.
        number: i64 = 0, "", Free;
        /// What a power flow holds fixed.
        kind: BusKind = BusKind::Pq, "", Free;
        /// Carrier that balances here; none means electricity.
        carrier: Option<Id<Carrier>> = None, "", Free;
        /// Nominal voltage.
        v_nom_kv: f64 = 0.0, "kV", NonNegative;
        /// Area, as in MATPOWER.
        area: i64 = 1, "", Free;
        /// Loss zone, as in MATPOWER.
        zone: i64 = 1, "", Free;
        /// Voltage magnitude: set point or start value.
        vm_pu: f64 = 1.0, "p.u.", NonNegative;
        /// Voltage angle: start value, or the value held at the reference.
        va_deg: f64 = 0.0, "deg", Finite;
        /// Lowest voltage magnitude.
        vm_min_pu: f64 = 0.0, "p.u.", NonNegative;
        /// Highest voltage magnitude.
        vm_max_pu: f64 = f64::INFINITY, "p.u.", NonNegativeLimit;
        /// Geographical longitude; none when unknown.
        longitude: Option<f64> = None, "deg", Within(-180.0, 180.0);
        /// Geographical latitude; none when unknown.
        latitude: Option<f64> = None, "deg", Within(-90.0, 90.0);
    }
}

impl Bus {
    /// Whether anything at the bus counts.
    pub fn in_service(&self) -> bool {
        self.kind != BusKind::Isolated
    }
}
