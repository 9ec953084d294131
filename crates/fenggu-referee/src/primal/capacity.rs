//! Capacities that are decisions.

use crate::case::Case;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::Quantity;

/// `*/capacity_range`: every chosen capacity within what may be chosen. (That it suffices is in the tests of what it limits.)
pub(super) fn ranges(case: &Case<'_>, book: &mut Book) {
    for (q, rows) in &case.choices {
        let name = match q {
            Quantity::GeneratorPNomOpt => "generation/capacity_range",
            Quantity::StoragePNomOpt => "storage/capacity_range",
            Quantity::StoreENomOpt => "store/capacity_range",
            Quantity::LinkPNomOpt => "link/capacity_range",
            _ => "flow/capacity_range",
        };
        let mut range = Tally::new(name, q.spec().unit, q.spec().table);
        for c in rows {
            range.within(case.capacity(*q, c.row), c.least, c.most, case.options.feasibility_relative, c.row, WHOLE);
        }
        book.enter(range);
    }
}
