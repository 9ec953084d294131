//! Models of the shapes that releases of HiGHS answered wrongly (1.14.0: issues 2957, 2975, 3002, 3043, 3073, 3094), with the answers
//! worked by hand: relaxations here, the forms with whole numbers in `integer`. Run before any upgrade. The relaxations walk through
//! the same presolve reductions (dual fixing, doubleton aggregation) on columns of the same shape.

use super::{optimal, Case};
use crate::Problem;

const INF: f64 = f64::INFINITY;

pub(super) fn cases() -> Vec<Case> {
    vec![
        optimal(
            // After issue 2957: x ≥ 20.1 − y with y a count up to 10, costs 1 and 0.9, y ≤ 9.
            "relaxation of a rounded threshold (HiGHS 2957)",
            Problem::from_rows(&[(1.0, 0.0, INF), (0.9, 0.0, 9.0)], &[(&[(0, 1.0), (1, 1.0)], 20.1, INF)]),
            11.1 + 8.1,
            Some(&[11.1, 9.0]),
            Some(&[1.0]),
        ),
        optimal(
            // After issue 3043: on/off by a big M: p ≤ M u, p ≥ 20, cost of u 99999·…; relaxed u = 20/M.
            "relaxation of an on/off by big M (HiGHS 2975, 3043)",
            Problem::from_rows(&[(1.0, 0.0, INF), (99_999.0, 0.0, 1.0)], &[(&[(0, 1.0), (1, -1e6)], -INF, 0.0), (&[(0, 1.0)], 20.0, INF)]),
            20.0 + 99_999.0 * 20.0 / 1e6,
            Some(&[20.0, 2e-5]),
            Some(&[-0.099_999, 1.099_999]),
        ),
        optimal(
            // A doubleton equation whose substitution makes a column implied free, then dominated.
            "doubleton equation, then a dominated column",
            Problem::from_rows(
                &[(3.0, 0.0, INF), (-1.0, 0.0, INF), (0.0, 0.0, 10.0)],
                &[(&[(0, 1.0), (1, -0.5)], 2.0, 2.0), (&[(1, 1.0), (2, 1.0)], -INF, 6.0)],
            ),
            // x = 2 + y/2, cost 6 + 0.5 y: y = 0.
            6.0,
            None,
            Some(&[3.0, 0.0]),
        ),
    ]
}
