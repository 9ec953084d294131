//! Unit commitment: which units are on when.
//!
//! [`commit`] chooses the route; the exact one is a [`CommitSession`]: the tight three-binary formulation given to a solver of
//! mixed-integer problems. Prices are those of the dispatch with the commitment held: a dual of a mixed-integer run is no price.

pub mod decomposition;
mod exact;
mod options;
mod read;

pub use exact::{CommitAnswer, CommitSession};
pub use options::{CommitOptionSpec, CommitOptions, Route};

use crate::error::Error;
use fenggu_net::Network;
use fenggu_opt::Control;

/// Commits a network at least cost.
///
/// # Errors
/// Data with errors, options out of range, a feature that no route takes, a model too large. Infeasible and limits are statuses.
pub fn commit(net: &Network, options: &CommitOptions, control: &Control) -> Result<CommitAnswer, Error> {
    CommitSession::new(net.clone(), options)?.solve_mip(control, None)
}
