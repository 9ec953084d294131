//! fenggu (峰谷, "peak and valley"): an engine for a region's power and energy system.
//!
//! It takes a network, dispatches every step at least cost, prices every bus, and has every answer judged by a referee that
//! knows nothing of how it was found.
//!
//! ```
//! use fenggu::net::{Branch, Bus, Generator, Load, Network, Quantity};
//!
//! let mut net = Network::default(); // one step of one hour
//! let north = net.buses.push(Bus { name: "north".into(), ..Bus::default() });
//! let south = net.buses.push(Bus { name: "south".into(), ..Bus::default() });
//! let line = Branch { name: "line".into(), bus_from: north, bus_to: south, x_pu: 0.1, rating_a_mva: 80.0, ..Branch::default() };
//! net.branches.push(line);
//! for (name, bus, cost) in [("wind", north, 0.0), ("coal", south, 300.0)] {
//!     let p_max_mw = Some(200.0.into());
//!     net.generators.push(Generator { name: name.into(), bus, p_max_mw, cost_linear_per_mwh: cost.into(), ..Generator::default() });
//! }
//! net.loads.push(Load { name: "city".into(), bus: south, p_mw: 100.0.into(), ..Load::default() });
//!
//! let solution = fenggu::dispatch(&net, &fenggu::DispatchOptions::default())?;
//! assert!(solution.certificate.passed); // the referee's word
//! assert!((solution.results().at(Quantity::BusPrice, south.index(), 0) - 300.0).abs() < 1e-6); // the line is full
//! assert!((solution.results().at(Quantity::BusPrice, north.index(), 0) - 0.0).abs() < 1e-6);
//! # Ok::<(), fenggu::Error>(())
//! ```
pub mod analyses;
mod binding;
pub mod compare;
mod error;
mod facade;
pub mod formulate;
pub mod physics;
pub mod report;
mod slice;
mod why;
pub mod wire;

pub use analyses::commitment::{
    price, Absent, CommitAnswer, CommitOptions, CommitSession, Extended, PriceRules, Pricing, Route, Rule, RuleSums,
};
pub use analyses::dispatch::{DispatchAnswer, DispatchOptions, DispatchSession, PriceRange, PriceReference, Tie, WindowEnd};
pub use analyses::explain::{explain, ExplainOptions, Explanation};
pub use analyses::OptionSpec;
pub use binding::binding;
pub use error::Error;
pub use facade::commit::{commit, commit_with, CommitSolution};
pub use facade::rolling::{self, roll, RollingEnd, RollingProgress, RollingSink, WindowRecord};
pub use facade::rolling_folder::{roll_into, write_rolling};
pub use facade::{dispatch, dispatch_with, explained, judged, option_lines, verdict, DispatchSolution, FailedWindow};
pub use fenggu_io as io;
pub use fenggu_net as net;
pub use fenggu_opt::{Backend, CancelToken, Control, Progress, ProgressSink};
pub use fenggu_referee as referee;
pub use slice::Slicer;
pub use why::why;
