//! Small linear problems with answers worked by hand, one per trait that solvers stumble over.

use super::{optimal, Case};
use crate::Problem;

const INF: f64 = f64::INFINITY;

pub(super) fn cases() -> Vec<Case> {
    let mut all = signs();
    all.extend(shapes());
    all.extend(numbers());
    all
}

/// The signs of duals, for each kind of row.
fn signs() -> Vec<Case> {
    vec![
        optimal(
            "row at its lower bound: dual ≥ 0",
            Problem::from_rows(&[(2.0, 0.0, 3.0), (3.0, 0.0, INF)], &[(&[(0, 1.0), (1, 1.0)], 4.0, INF)]),
            9.0,
            Some(&[3.0, 1.0]),
            Some(&[3.0]),
        ),
        optimal(
            "row at its upper bound: dual ≤ 0",
            Problem::from_rows(&[(-1.0, 0.0, 3.0), (-2.0, 0.0, 2.0)], &[(&[(0, 1.0), (1, 1.0)], -INF, 4.0)]),
            -6.0,
            Some(&[2.0, 2.0]),
            Some(&[-1.0]),
        ),
        optimal(
            "equality with a negative dual",
            // y must be used up although it costs: more of the right-hand side makes room for x at −4.
            Problem::from_rows(&[(-4.0, 0.0, 10.0), (1.0, 0.0, 10.0)], &[(&[(0, 1.0), (1, -1.0)], -6.0, -6.0)]),
            // x = y − 6, cost −4y + 24 + y = 24 − 3y, y ≤ 10: −6 at y = 10, x = 4; one unit of rhs: x + 1, −4.
            -6.0,
            Some(&[4.0, 10.0]),
            Some(&[-4.0]),
        ),
        optimal(
            "row with both bounds, at the lower",
            Problem::from_rows(&[(1.0, 0.0, 9.0), (5.0, 0.0, 9.0)], &[(&[(0, 1.0), (1, 2.0)], 3.0, 8.0)]),
            3.0,
            Some(&[3.0, 0.0]),
            Some(&[1.0]),
        ),
        optimal(
            "row with both bounds, at the upper",
            Problem::from_rows(&[(-1.0, 0.0, 9.0), (-1.0, 0.0, 9.0)], &[(&[(0, 1.0), (1, 2.0)], 3.0, 8.0)]),
            -8.0,
            Some(&[8.0, 0.0]),
            Some(&[-1.0]),
        ),
        optimal(
            "row with both bounds, inside",
            Problem::from_rows(&[(1.0, 2.0, 9.0), (1.0, 1.0, 9.0)], &[(&[(0, 1.0), (1, 2.0)], 3.0, 8.0)]),
            3.0,
            Some(&[2.0, 1.0]),
            Some(&[0.0]),
        ),
        optimal(
            "congested line between two places: two prices",
            // Cheap at A (10, 100), dear at B (50, 100); 20 load at A, 60 at B, flow A→B ≤ 40 as a column.
            Problem::from_rows(
                &[(10.0, 0.0, 100.0), (50.0, 0.0, 100.0), (0.0, -40.0, 40.0)],
                &[(&[(0, 1.0), (2, -1.0)], 20.0, 20.0), (&[(1, 1.0), (2, 1.0)], 60.0, 60.0)],
            ),
            1600.0,
            Some(&[60.0, 20.0, 40.0]),
            Some(&[10.0, 50.0]),
        ),
    ]
}

/// Free, fixed, empty, degenerate.
fn shapes() -> Vec<Case> {
    let mut constant = Problem::from_rows(&[(1.0, 2.0, INF)], &[(&[(0, 1.0)], 3.0, INF)]);
    constant.offset = 100.0;
    let mut zeros =
        Problem::from_rows(&[(1.0, 0.0, INF), (1.0, 0.0, INF)], &[(&[(0, 1.0), (1, 0.0)], 1.0, INF), (&[(0, 0.0), (1, 1.0)], 2.0, INF)]);
    zeros.quad = vec![0.0, 0.0];
    vec![
        optimal("constant of the objective", constant, 103.0, Some(&[3.0]), Some(&[1.0])),
        optimal("explicit zeros in the matrix and in quad", zeros, 3.0, Some(&[1.0, 2.0]), Some(&[1.0, 1.0])),
        optimal(
            "free column tied to a boxed one",
            Problem::from_rows(&[(1.0, -INF, INF), (0.0, -3.0, 5.0)], &[(&[(0, 1.0), (1, -1.0)], 0.0, 0.0)]),
            -3.0,
            Some(&[-3.0, -3.0]),
            Some(&[1.0]),
        ),
        optimal(
            "only an upper bound on a column",
            Problem::from_rows(&[(-2.0, -INF, 4.0), (1.0, -INF, INF)], &[(&[(0, 1.0), (1, 1.0)], 1.0, INF)]),
            // y ≥ 1 − x, cost −2x + 1 − x = 1 − 3x at x = 4.
            -11.0,
            Some(&[4.0, -3.0]),
            Some(&[1.0]),
        ),
        optimal(
            "three angles, one held: a loop of flows",
            // Angles free, reference fixed at 0; equal susceptances 10; load 3 at node 2, generation at 0 (cost 1), 1 (cost 2).
            // Line 0→2 limited to 1.5: f02 = 10(θ0−θ2). Injections p0, p1: f02 = (2 p0 + p1)/3, p0 + p1 = 3 → p0 = 1.5.
            Problem::from_rows(
                &[(0.0, 0.0, 0.0), (0.0, -INF, INF), (0.0, -INF, INF), (1.0, 0.0, 10.0), (2.0, 0.0, 10.0)],
                &[
                    (&[(3, 1.0), (0, -20.0), (1, 10.0), (2, 10.0)], 0.0, 0.0),
                    (&[(4, 1.0), (0, 10.0), (1, -20.0), (2, 10.0)], 0.0, 0.0),
                    (&[(0, 10.0), (1, 10.0), (2, -20.0)], 3.0, 3.0),
                    (&[(0, 10.0), (2, -10.0)], -1.5, 1.5),
                ],
            ),
            4.5,
            Some(&[0.0, 0.0, -0.15, 1.5, 1.5]),
            // Prices 1, 2, 3: one more at node 2 costs −1 of p0 and +2 of p1. The limit: one more saves 3.
            Some(&[1.0, 2.0, 3.0, -3.0]),
        ),
        optimal(
            "fixed column",
            Problem::from_rows(&[(7.0, 2.0, 2.0), (1.0, 0.0, INF)], &[(&[(0, 1.0), (1, 1.0)], 5.0, INF)]),
            17.0,
            Some(&[2.0, 3.0]),
            Some(&[1.0]),
        ),
        optimal(
            "all columns fixed",
            Problem::from_rows(&[(7.0, 2.0, 2.0), (1.0, 3.0, 3.0)], &[(&[(0, 1.0), (1, 1.0)], 5.0, INF)]),
            17.0,
            Some(&[2.0, 3.0]),
            None,
        ),
        optimal(
            "empty row and empty columns",
            Problem::from_rows(
                &[(1.0, 0.0, INF), (3.0, -2.0, 5.0), (-1.0, 0.0, 6.0), (0.0, -INF, INF)],
                &[(&[(0, 1.0)], 1.0, INF), (&[], -1.0, 2.0)],
            ),
            1.0 - 6.0 - 6.0,
            None,
            Some(&[1.0, 0.0]),
        ),
        optimal("no rows", Problem::from_rows(&[(2.0, 1.0, 4.0), (-1.0, 0.0, 3.0)], &[]), -1.0, Some(&[1.0, 3.0]), None),
        optimal("no columns", Problem::from_rows(&[], &[(&[], -1.0, 1.0)]), 0.0, None, Some(&[0.0])),
        optimal("nothing at all", Problem::from_rows(&[], &[]), 0.0, None, None),
        optimal(
            "row without bounds",
            Problem::from_rows(&[(1.0, 1.0, 4.0), (1.0, 0.0, 4.0)], &[(&[(0, 1.0), (1, 5.0)], -INF, INF), (&[(1, 2.0)], 2.0, INF)]),
            2.0,
            Some(&[1.0, 1.0]),
            Some(&[0.0, 0.5]),
        ),
        optimal(
            "degenerate vertex: four rows meet",
            Problem::from_rows(
                &[(-1.0, 0.0, INF), (-1.0, 0.0, INF)],
                &[
                    (&[(0, 1.0)], -INF, 1.0),
                    (&[(1, 1.0)], -INF, 1.0),
                    (&[(0, 1.0), (1, 1.0)], -INF, 2.0),
                    (&[(0, 1.0), (1, 2.0)], -INF, 3.0),
                ],
            ),
            -2.0,
            Some(&[1.0, 1.0]),
            None,
        ),
        optimal(
            "the same equality twice, and its multiple",
            Problem::from_rows(
                &[(1.0, 0.0, INF), (2.0, 0.0, INF)],
                &[(&[(0, 1.0), (1, 1.0)], 4.0, 4.0), (&[(0, 1.0), (1, 1.0)], 4.0, 4.0), (&[(0, 3.0), (1, 3.0)], 12.0, 12.0)],
            ),
            4.0,
            Some(&[4.0, 0.0]),
            None,
        ),
        optimal(
            "many optimal points",
            Problem::from_rows(&[(1.0, 0.0, 3.0), (1.0, 0.0, 3.0)], &[(&[(0, 1.0), (1, 1.0)], 4.0, INF)]),
            4.0,
            None,
            Some(&[1.0]),
        ),
        optimal(
            "Beale's cycling problem",
            // Beale 1955: cycles under the textbook pivot rule; optimum −1/20.
            Problem::from_rows(
                &[(-0.75, 0.0, INF), (150.0, 0.0, INF), (-0.02, 0.0, INF), (6.0, 0.0, INF)],
                &[
                    (&[(0, 0.25), (1, -60.0), (2, -0.04), (3, 9.0)], -INF, 0.0),
                    (&[(0, 0.5), (1, -90.0), (2, -0.02), (3, 3.0)], -INF, 0.0),
                    (&[(2, 1.0)], -INF, 1.0),
                ],
            ),
            -0.05,
            Some(&[0.04, 0.0, 1.0, 0.0]),
            None,
        ),
    ]
}

/// Large, small and infinite numbers.
fn numbers() -> Vec<Case> {
    vec![
        optimal(
            "bounds of 1e20 and 1e30 are infinite",
            Problem::from_rows(&[(1.0, -1e20, 1e30), (1.0, 0.0, 1e20)], &[(&[(0, 1.0), (1, 1.0)], 2.0, 1e25), (&[(0, 1.0)], -1e30, 1e20)]),
            2.0,
            None,
            Some(&[1.0, 0.0]),
        ),
        optimal(
            "a large finite bound that does not bind",
            Problem::from_rows(&[(1.0, 0.0, 1e9), (3.0, 0.0, 1e9)], &[(&[(0, 1.0), (1, 1.0)], 5.0, INF)]),
            5.0,
            Some(&[5.0, 0.0]),
            Some(&[1.0]),
        ),
        optimal(
            "scales nine decades apart",
            Problem::from_rows(&[(2e-3, 0.0, 5e4), (4e4, 0.0, 1.0)], &[(&[(0, 1e-4), (1, 1e5)], 25.0, INF), (&[(0, 1.0)], -INF, 2e5)]),
            // One unit of the row costs 20 by the first column, 0.4 by the second: the second alone, 25/1e5.
            10.0,
            None, // a ten-thousandth of the first column is nothing on its scale of 5e4
            Some(&[0.4, 0.0]),
        ),
        optimal(
            "costs of millions beside costs of cents",
            Problem::from_rows(&[(0.01, 0.0, 100.0), (3e6, 0.0, 100.0)], &[(&[(0, 1.0), (1, 1.0)], 101.0, INF)]),
            3e6 + 1.0,
            Some(&[100.0, 1.0]),
            Some(&[3e6]),
        ),
    ]
}
