//! Energy carriers.
use crate::schema::component;

component! {
    /// What flows or is burned: coal, wind, hydrogen. Names a unit and an emission factor.
    Carrier in Carriers {
        /// The carrier's unit of energy or matter; `_mwh` fields on its buses mean this unit.
        unit: String = "MWh".to_string(), "", Free;
        /// CO2 per MWh of primary energy.
        co2_t_per_mwh: f64 = 0.0, "t/MWh", Finite;
        /// Whether output below what is available is curtailment worth reporting (wind, sun).
        renewable: bool = false, "", Free;
        /// Colour in reports, `#rrggbb`; empty for the palette's.
        colour: String = String::new(), "", Free;
    }
}
