//! The range in which a price is not unique.
//!
//! The cost of a dispatch is convex and piecewise linear (or quadratic) in the demand at a bus; at a kink its slope, the
//! price, jumps. The slopes on both sides are the prices of the problem with a little less and a little more demand.

use super::session::rest;
use super::DispatchSession;
use crate::error::Error;
use fenggu_net::{Quantity, Results};
use fenggu_opt::Control;
use std::time::Instant;

/// Change of demand, MW: small against any step of an offer, large against the solver's tolerance.
const DELTA_MW: f64 = 1e-3;

/// Fills [`Quantity::BusPriceMin`] and [`Quantity::BusPriceMax`]. Where more demand cannot be met the right end is infinite; what a
/// limit or the caller left undone is not a number.
pub(super) fn fill(session: &mut DispatchSession, control: &Control, started: Instant, results: &mut Results) -> Result<(), Error> {
    let steps = session.network().steps();
    let buses = session.network().buses.len();
    let (mut low, mut high) = (vec![f64::NAN; buses * steps], vec![f64::NAN; buses * steps]);
    'all: for bus in (0..buses).map(fenggu_net::Id::new) {
        if !session.network().buses[bus].in_service() {
            continue;
        }
        for t in 0..steps {
            let price = results.at(Quantity::BusPrice, bus.index(), t);
            // A price at the solved point is itself one of the slopes' subgradients: the range always holds it.
            let below = session.price_with(bus, t, -DELTA_MW, &rest(control, started))?.unwrap_or(f64::NEG_INFINITY);
            let above = session.price_with(bus, t, DELTA_MW, &rest(control, started))?.unwrap_or(f64::INFINITY);
            if below.is_nan() || above.is_nan() {
                break 'all;
            }
            low[bus.index() * steps + t] = below.min(price);
            high[bus.index() * steps + t] = above.max(price);
        }
    }
    results.set(Quantity::BusPriceMin, low);
    results.set(Quantity::BusPriceMax, high);
    Ok(())
}
