//! What a system is made of. One file per component, each with its field table.
mod branch;
mod bus;
mod carrier;
mod contingency;
mod generator;
mod interface;
mod limit;
mod link;
mod load;
mod reserve;
mod shunt;
pub(crate) mod storage_unit;
mod store;

pub use branch::{Branch, BranchKind, Current};
pub use bus::{Bus, BusKind};
pub use carrier::Carrier;
pub use contingency::Contingency;
pub use generator::{Generator, RampUnit};
pub use interface::{Interface, InterfaceTerm};
pub use limit::{GlobalLimit, LimitCarrier, LimitSense, LimitSubject, SideConstraint, SideTerm};
pub use link::{Link, LinkEnd};
pub use load::Load;
pub use reserve::{Reserve, ReserveDirection, ReserveOffer};
pub use shunt::Shunt;
pub use storage_unit::{EndRule, StorageUnit};
pub use store::Store;
