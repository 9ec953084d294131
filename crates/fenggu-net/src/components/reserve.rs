//! Reserves.
use crate::components::{Generator, StorageUnit};
use crate::id::Id;
use crate::profile::Profile;
use crate::schema::{choice, component};

choice! {
    /// Which way a reserve acts.
    ReserveDirection {
        /// More injection.
        Up = "up",
        /// Less injection.
        Down = "down",
    }
}

component! {
    /// A reserve requirement: the sum of what its offers hold back, plus shortage, is at least `requirement_mw`.
    /// A zone is who offers: rows of [`ReserveOffer`].
    Reserve in Reserves {
        /// Up or down.
        direction: ReserveDirection = ReserveDirection::Up, "", Free;
        /// Power to hold back.
        requirement_mw: Profile = Profile::Const(0.0), "MW", NonNegative;
        /// Shortage: width (MW) and price (per MW and hour) of each step, by rising price; empty means none is allowed.
        shortage: Vec<[f64; 2]> = Vec::new(), "MW: 1/MWh", NonNegativeLimit;
    }
}

component! {
    /// What one generator or storage unit offers to one reserve. Exactly one of the two is set.
    ReserveOffer in ReserveOffers {
        /// The reserve.
        reserve: Id<Reserve> = Id::UNSET, "", Free;
        /// Generator that holds back; none when a storage unit does.
        generator: Option<Id<Generator>> = None, "", Free;
        /// Storage unit that holds back; none when a generator does.
        storage_unit: Option<Id<StorageUnit>> = None, "", Free;
        /// Most it holds back.
        max_mw: Profile = Profile::Const(f64::INFINITY), "MW", NonNegativeLimit;
        /// Price per MW held back for an hour.
        cost_per_mwh: Profile = Profile::Const(0.0), "1/MWh", Finite;
        /// How long a storage unit must be able to sustain it.
        duration_h: f64 = 0.0, "h", NonNegative;
    }
}
