//! NETWORK: what a power and energy system is. No files, no solver, no threads, no clock.
//!
//! A [`Network`] holds one [`Table`] per component over a [`TimeAxis`]; every component has one field table
//! (see [`schema`]) from which readers, writers, checks and docs are derived. [`check()`] says what is wrong with it,
//! as [`Diagnostic`]s in English and Chinese. [`results`] are plain columns that any solver may fill.
mod carried;
pub mod check;
mod components;
pub mod diagnostic;
mod id;
mod network;
pub mod per_unit;
mod profile;
pub mod results;
pub mod schema;
mod table;
mod time;
pub mod topology;

pub use carried::{Carried, CarriedCell, CarriedKind};
pub use check::check;
pub use components::*;
pub use diagnostic::{Diagnostic, Severity, SourceMap};
pub use id::Id;
pub use network::{CommitmentSemantics, FlowConvention, Network};
pub use profile::Profile;
pub use results::{Quantity, Results};
pub use table::{AnyTable, Table, TableId};
pub use time::TimeAxis;

/// Typed index of a bus.
pub type BusId = Id<Bus>;
/// Typed index of a branch.
pub type BranchId = Id<Branch>;
/// Typed index of a generator.
pub type GeneratorId = Id<Generator>;
/// Typed index of a load.
pub type LoadId = Id<Load>;
/// Typed index of a storage unit.
pub type StorageUnitId = Id<StorageUnit>;
/// Typed index of a store.
pub type StoreId = Id<Store>;
/// Typed index of a link.
pub type LinkId = Id<Link>;
