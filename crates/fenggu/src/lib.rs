//! fenggu (峰谷, "peak and valley"): an engine for a region's power and energy system.
pub mod formulate;
pub mod physics;
