//! Generator of a synthetic Shanxi.
