//! Unit commitment: which units are on when.
//!
//! [`commit`] chooses the route; the exact one is a [`CommitSession`]: the tight three-binary formulation given to a solver of
//! mixed-integer problems. Prices are those of the dispatch with the commitment held: a dual of a mixed-integer run is no price.

mod closing;
mod decomposed;
pub mod decomposition;
mod exact;
mod improve;
mod networked;
mod options;
mod read;

pub use exact::{CommitAnswer, CommitSession};
pub use options::{CommitOptions, Route};

use crate::error::Error;
use fenggu_net::{check, Network};
use fenggu_opt::Control;

/// Commits a network at least cost. `auto` goes unit by unit where the network allows it, and hands the whole to a solver elsewhere.
///
/// # Errors
/// Data with errors, options out of range, a feature that no route takes, a model too large. Infeasible and limits are statuses.
pub fn commit(net: &Network, options: &CommitOptions, control: &Control) -> Result<CommitAnswer, Error> {
    options.check()?;
    let found = check(net, None);
    if check::has_errors(&found) {
        return Err(Error::Data(found));
    }
    let mut net = net.clone();
    if let Some(meaning) = options.meaning {
        net.commitment_semantics = meaning;
    }
    if options.route != Route::Exact {
        match decomposed::commit(&net, options, control)? {
            Ok(answer) => return Ok(answer),
            Err(reason) if options.route == Route::Decomposition => {
                let [en, zh] = reason.words();
                return Err(Error::Option {
                    name: "route",
                    value: "decomposition".to_string(),
                    rule: format!("exact or auto for this network, which has {en}"),
                    rule_zh: format!("exact 或 auto：该网络含有{zh}"),
                });
            }
            Err(_) => {}
        }
    }
    CommitSession::sound(net, options.flow)?.solve_mip(control, None)
}
