//! NETWORK: what a power and energy system is. No files, no solver, no threads, no clock.
