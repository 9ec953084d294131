//! Outages, and ratings that may be exceeded at a price.

use super::*;
use fenggu_net::results::OutagePrice;

/// Two equal lines from a cheap plant to 150 MW of demand beside a dear one; half an hour.
fn two_lines(rating: f64, emergency: f64, outages: bool) -> Network {
    let mut n = hours(1, 0.5);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 200.0, 50.0);
    load(&mut n, "town", b, 150.0);
    for name in ["L1", "L2"] {
        line(&mut n, name, a, b, 0.1, rating);
    }
    n.branches.rows_mut().iter_mut().for_each(|b| b.rating_c_mva = emergency);
    for l in 0..if outages { 2 } else { 0 } {
        let branch = Some(Id::new(l));
        n.contingencies.push(Contingency { name: format!("no L{}", l + 1), branch, ..Contingency::default() });
    }
    n
}

fn price(contingency: usize, branch: usize, price_per_mwh: f64) -> OutagePrice {
    OutagePrice { contingency, branch, step: 0, price_per_mwh }
}

/// The line that is left carries all: 120 MW at 10, 30 MW at 50. A MW more of its limit saves 40; the other outage's limit binds too, at 0.
pub fn outage() -> Case {
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[120.0, 30.0]),
        (Q::BranchFlow, &[60.0, 60.0]),
        (Q::BusAngle, &[0.0, -0.06 * DEG]),
        (Q::BusPrice, &[10.0, 50.0]),
    ];
    let mut case = Case::new("outage of one of two lines", two_lines(100.0, 120.0, true), 0.5 * 2700.0, columns);
    case.results.outage_prices = vec![price(0, 1, 40.0)];
    case
}

/// Exceeding 120 MW costs 15 on either line: 30 MW on both is cheaper than the dear plant. A MW more of demand costs 10 + 2·15.
pub fn soft_outage() -> Case {
    let mut n = two_lines(100.0, 120.0, true);
    n.branches.rows_mut().iter_mut().for_each(|b| b.emergency_violation_cost_per_mwh = Some(15.0.into()));
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[150.0, 0.0]),
        (Q::BranchFlow, &[75.0, 75.0]),
        (Q::BusAngle, &[0.0, -0.075 * DEG]),
        (Q::BusPrice, &[10.0, 40.0]),
        (Q::BranchViolation, &[0.0, 0.0]),
        (Q::BranchEmergencyViolation, &[30.0, 30.0]),
    ];
    let mut case = Case::new("emergency ratings exceeded at a price", n, 0.5 * (1500.0 + 2.0 * 30.0 * 15.0), columns);
    case.results.outage_prices = vec![price(0, 1, 15.0), price(1, 0, 15.0)];
    case
}

/// Rated 60 MW each, exceeded at 15 per MWh: 75 MW each. A MW more of demand costs 10 + 15, half of it on either line.
pub fn soft_rating() -> Case {
    let mut n = two_lines(60.0, f64::INFINITY, false);
    n.branches.rows_mut().iter_mut().for_each(|b| b.violation_cost_per_mwh = Some(15.0.into()));
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[150.0, 0.0]),
        (Q::BranchFlow, &[75.0, 75.0]),
        (Q::BusAngle, &[0.0, -0.075 * DEG]),
        (Q::BusPrice, &[10.0, 25.0]),
        (Q::BranchLimitPrice, &[15.0, 15.0]),
        (Q::BranchViolation, &[15.0, 15.0]),
        (Q::BranchEmergencyViolation, &[0.0, 0.0]),
    ];
    Case::new("ratings exceeded at a price", n, 0.5 * (1500.0 + 2.0 * 15.0 * 15.0), columns)
}

/// Triangle of equal lines, cheap at 1, dear at 2, 90 MW at 3; after the outage of 13 all that 1 gives goes by 12 and 23. 12 may then carry 40 MW: 1 gives
/// 40, 2 gives 50. The flows before: f13 = (2·40 + 50)/3 = 130/3, f12 = −10/3, f23 = 140/3. Demand at 1 and 2 costs what the plants do there, at 3 what
/// plant 2 does; a MW more of the limit moves one MW from 2 to 1: 20.
pub fn triangle_outage() -> Case {
    let mut n = hours(1, 1.0);
    let (b1, b2, b3) = (bus(&mut n, "1"), bus(&mut n, "2"), bus(&mut n, "3"));
    plant(&mut n, "g1", b1, 300.0, 10.0);
    plant(&mut n, "g2", b2, 300.0, 30.0);
    load(&mut n, "d3", b3, 90.0);
    line(&mut n, "12", b1, b2, 0.1, 100.0);
    line(&mut n, "13", b1, b3, 0.1, 100.0);
    line(&mut n, "23", b2, b3, 0.1, 100.0);
    n.branches.rows_mut().iter_mut().for_each(|b| b.rating_c_mva = 120.0);
    n.branches.rows_mut()[0].rating_c_mva = 40.0;
    n.contingencies.push(Contingency { name: "no 13".into(), branch: Some(Id::new(1)), ..Contingency::default() });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[40.0, 50.0]),
        (Q::BranchFlow, &[-10.0 / 3.0, 130.0 / 3.0, 140.0 / 3.0]),
        (Q::BusAngle, &[0.0, 0.01 / 3.0 * DEG, -0.13 / 3.0 * DEG]),
        (Q::BusPrice, &[10.0, 30.0, 30.0]),
    ];
    let mut case = Case::new("outage in a triangle", n, 1900.0, columns);
    case.results.outage_prices = vec![price(0, 0, 20.0)];
    case
}
