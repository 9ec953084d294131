//! The frame every room is written in: numbered blocks, expressions on the stack, and the sinks that read a room.
//!
//! A room's text is written once and read many ways: [`Count`] and [`Fill`] assemble the matrix in two passes without a term
//! list, [`Rhs`] refills right-hand sides alone, [`Print`] writes rows for people, [`Activity`] evaluates them, and
//! [`Project`] replays injections onto other rows. This is the only clever code of the house.
mod assemble;
mod block;
mod linear;
mod project;
mod read;
mod sink;
#[cfg(test)]
mod tests;

pub use assemble::{assemble, refill, AssembleError, Assembled};
pub use block::{Block, Col, Layout, Names, Row};
pub use linear::{Known, Linear};
pub use project::{collect, Injections, Project, Rooms};
pub use read::{label, Activity, Print};
pub use sink::{BoundSink, Bounds, Constraint, Cost, CostSink, Count, Fill, Rhs, Sink};
