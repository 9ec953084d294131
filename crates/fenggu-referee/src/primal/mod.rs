//! Feasibility of everything, from the raw network: the first half of the judgement.
//!
//! Every test's tolerance is `feasibility_relative` times the size of what it limits or balances, at least 1.
mod capacity;
mod grid;
mod horizon;
mod reserve;
mod security;
mod storage;
mod units;

use crate::case::Case;
use crate::tally::Book;

/// All tests, in the order of the certificate.
pub(crate) fn run(case: &Case<'_>, book: &mut Book) {
    grid::balance(case, book);
    grid::flow(case, book);
    security::run(case, book);
    grid::interfaces(case, book);
    units::generators(case, book);
    units::loads(case, book);
    units::links(case, book);
    storage::units(case, book);
    storage::stores(case, book);
    capacity::ranges(case, book);
    reserve::run(case, book);
    horizon::global_limits(case, book);
    horizon::side_constraints(case, book);
}

pub(crate) use grid::{interface_sums, shortfall};
pub(crate) use horizon::{breach, counted, side_activity, Counts};
pub(crate) use reserve::GeneratorHeld;
pub(crate) use storage::{cycle_room_mwh, cycles_of_horizon, taken_out_mwh, Held};
pub(crate) use units::{energy_sum, output_before, ramps};
