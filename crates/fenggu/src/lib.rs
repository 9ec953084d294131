//! fenggu (峰谷, "peak and valley"): an engine for a region's power and energy system.
pub mod analyses;
mod error;
pub mod formulate;
pub mod physics;

pub use analyses::dispatch::{DispatchAnswer, DispatchOptions, DispatchSession, PriceRange};
pub use error::Error;
