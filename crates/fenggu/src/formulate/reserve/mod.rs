//! Reserves: requirements, and the room that units must keep for them.
mod cost;
mod generator_room;
mod limits;
mod requirement;
mod storage_energy;
mod storage_room;

pub use cost::Cost;
pub use generator_room::GeneratorRoom;
pub use limits::Limits;
pub use requirement::Requirement;
pub use storage_energy::StorageEnergy;
pub use storage_room::StorageRoom;
