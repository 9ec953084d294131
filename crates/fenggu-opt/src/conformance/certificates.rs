//! Infeasible and unbounded problems: the proof must come with the claim.

use super::{Case, Expect};
use crate::Problem;

const INF: f64 = f64::INFINITY;

fn infeasible(name: &str, problem: Problem) -> Case {
    Case { name: name.to_string(), problem, expect: Expect::Infeasible }
}
fn unbounded(name: &str, problem: Problem) -> Case {
    Case { name: name.to_string(), problem, expect: Expect::Unbounded }
}

pub(super) fn cases() -> Vec<Case> {
    let mut crossing = Problem::from_rows(&[(1.0, 3.0, 2.0)], &[(&[(0, 1.0)], 0.0, INF)]);
    let crossing_column = crossing.clone();
    crossing.col_upper[0] = 5.0;
    crossing.row_upper[0] = -1.0;
    let mut with_quad = Problem::from_rows(&[(1.0, 0.0, 1.0), (1.0, 0.0, 2.0)], &[(&[(0, 1.0), (1, 1.0)], 5.0, INF)]);
    with_quad.quad = vec![1.0, 1.0];
    let mut flat_direction = Problem::from_rows(&[(-1.0, 0.0, INF), (1.0, -INF, INF)], &[(&[(0, 1.0), (1, -1.0)], -4.0, INF)]);
    flat_direction.quad = vec![0.0, 2.0];
    vec![
        infeasible(
            "demand above all capacity",
            Problem::from_rows(&[(1.0, 0.0, 1.0), (1.0, 0.0, 2.0)], &[(&[(0, 1.0), (1, 1.0)], 5.0, INF)]),
        ),
        infeasible("the same with quadratic costs", with_quad),
        infeasible("a column's bounds cross", crossing_column),
        infeasible("a row's bounds cross", crossing),
        infeasible(
            "two equalities contradict, columns free",
            Problem::from_rows(
                &[(0.0, -INF, INF), (0.0, -INF, INF)],
                &[(&[(0, 1.0), (1, 1.0)], 1.0, 1.0), (&[(0, 2.0), (1, 2.0)], 3.0, 3.0)],
            ),
        ),
        infeasible("empty row that must be 1", Problem::from_rows(&[(1.0, 0.0, 1.0)], &[(&[], 1.0, INF)])),
        infeasible("no columns, row must be −1", Problem::from_rows(&[], &[(&[], -INF, -1.0)])),
        infeasible(
            "all columns fixed, row missed",
            Problem::from_rows(&[(1.0, 1.0, 1.0), (1.0, 2.0, 2.0)], &[(&[(0, 1.0), (1, 1.0)], 5.0, 5.0)]),
        ),
        infeasible(
            "short by a thousandth",
            Problem::from_rows(&[(1.0, 0.0, 50.0), (2.0, 0.0, 50.0)], &[(&[(0, 1.0), (1, 1.0)], 100.001, 100.001)]),
        ),
        infeasible(
            "both it and its dual are infeasible",
            Problem::from_rows(
                &[(-1.0, 0.0, INF), (-1.0, 0.0, INF)],
                &[(&[(0, 1.0), (1, -1.0)], 1.0, INF), (&[(0, -1.0), (1, 1.0)], 1.0, INF)],
            ),
        ),
        infeasible(
            "angles free, the line too small for the load",
            Problem::from_rows(
                &[(0.0, 0.0, 0.0), (0.0, -INF, INF), (1.0, 0.0, 10.0), (0.0, -2.0, 2.0)],
                &[(&[(2, 1.0), (3, -1.0)], 0.0, 0.0), (&[(3, 1.0)], 3.0, 3.0), (&[(3, 1.0), (0, -10.0), (1, 10.0)], 0.0, 0.0)],
            ),
        ),
        infeasible(
            "ring of inequalities x > y > z > x",
            Problem::from_rows(
                &[(0.0, -INF, INF), (0.0, -INF, INF), (0.0, -INF, INF)],
                &[(&[(0, 1.0), (1, -1.0)], 1.0, INF), (&[(1, 1.0), (2, -1.0)], 1.0, INF), (&[(2, 1.0), (0, -1.0)], 1.0, INF)],
            ),
        ),
        unbounded("a ray of two columns", {
            Problem::from_rows(&[(-1.0, 0.0, INF), (0.5, 0.0, INF)], &[(&[(0, 1.0), (1, -1.0)], -INF, 1.0)])
        }),
        unbounded("free column", Problem::from_rows(&[(1.0, -INF, INF), (1.0, 0.0, 1.0)], &[(&[(0, 1.0), (1, 1.0)], -INF, 3.0)])),
        unbounded("no rows", Problem::from_rows(&[(0.0, 0.0, 1.0), (-1.0, 0.0, INF)], &[])),
        unbounded(
            "column of zeros with a falling cost",
            Problem::from_rows(&[(1.0, 0.0, INF), (-1.0, 0.0, INF)], &[(&[(0, 1.0), (1, 0.0)], 2.0, INF)]),
        ),
        unbounded("quadratic, along a flat direction", {
            // min −x + y + y², x − y ≥ −4: x alone grows.
            flat_direction
        }),
    ]
}
