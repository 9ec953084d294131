//! Convex quadratic problems with closed-form answers.

use super::{optimal, Case};
use crate::Problem;

const INF: f64 = f64::INFINITY;

fn with_quad(mut problem: Problem, quad: &[f64]) -> Problem {
    problem.quad = quad.to_vec();
    problem
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        optimal(
            "parabola, no rows",
            with_quad(Problem::from_rows(&[(-8.0, -INF, INF), (-8.0, 0.0, 3.0)], &[]), &[2.0, 2.0]),
            -16.0 - 15.0,
            Some(&[4.0, 3.0]),
            None,
        ),
        optimal(
            // min ½(x² + y²), x + y = 2.
            "nearest point of a line",
            with_quad(Problem::from_rows(&[(0.0, -INF, INF), (0.0, -INF, INF)], &[(&[(0, 1.0), (1, 1.0)], 2.0, 2.0)]), &[1.0, 1.0]),
            1.0,
            Some(&[1.0, 1.0]),
            Some(&[1.0]),
        ),
        optimal(
            // Costs 10 p + 0.1 p², 12 p + 0.05 p², load 100: 10 + 0.2 p1 = 12 + 0.1 p2 → p1 = 40, p2 = 60, λ = 18.
            "two units share by equal increment",
            with_quad(Problem::from_rows(&[(10.0, 0.0, 200.0), (12.0, 0.0, 200.0)], &[(&[(0, 1.0), (1, 1.0)], 100.0, 100.0)]), &[0.2, 0.1]),
            400.0 + 160.0 + 720.0 + 180.0,
            Some(&[40.0, 60.0]),
            Some(&[18.0]),
        ),
        optimal(
            // The same with p1 ≤ 30: p2 = 70, λ = 19; and a linear unit at 30 that stays off.
            "a unit at its limit, and a linear one",
            with_quad(
                Problem::from_rows(
                    &[(10.0, 0.0, 30.0), (12.0, 0.0, 200.0), (30.0, 0.0, 50.0)],
                    &[(&[(0, 1.0), (1, 1.0), (2, 1.0)], 100.0, 100.0)],
                ),
                &[0.2, 0.1, 0.0],
            ),
            300.0 + 90.0 + 840.0 + 245.0,
            Some(&[30.0, 70.0, 0.0]),
            Some(&[19.0]),
        ),
        optimal(
            // The linear unit at 15 sets the price: p1 = 25, p2 = 30, it gives 45.
            "the linear unit sets the price",
            with_quad(
                Problem::from_rows(
                    &[(10.0, 0.0, 200.0), (12.0, 0.0, 200.0), (15.0, 0.0, 50.0)],
                    &[(&[(0, 1.0), (1, 1.0), (2, 1.0)], 100.0, 100.0)],
                ),
                &[0.2, 0.1, 0.0],
            ),
            250.0 + 62.5 + 360.0 + 45.0 + 675.0,
            Some(&[25.0, 30.0, 45.0]),
            Some(&[15.0]),
        ),
        optimal(
            // Projection of (3, 1) on x + y ≤ 2, x, y ≥ 0: (2, 0); ½|·|² − 3x − y.
            "projection on a simplex",
            with_quad(Problem::from_rows(&[(-3.0, 0.0, INF), (-1.0, 0.0, INF)], &[(&[(0, 1.0), (1, 1.0)], -INF, 2.0)]), &[1.0, 1.0]),
            -4.0,
            Some(&[2.0, 0.0]),
            Some(&[-1.0]),
        ),
        optimal(
            "fixed quadratic column",
            with_quad(Problem::from_rows(&[(1.0, 3.0, 3.0), (0.0, -INF, INF)], &[(&[(0, 1.0), (1, 1.0)], 5.0, INF)]), &[2.0, 2.0]),
            3.0 + 9.0 + 4.0,
            Some(&[3.0, 2.0]),
            Some(&[4.0]),
        ),
        optimal(
            // Curvatures six decades apart: q1 x1 = q2 x2 = λ, x1 + x2 = 1000.
            "very different curvatures",
            with_quad(Problem::from_rows(&[(0.0, 0.0, INF), (0.0, 0.0, INF)], &[(&[(0, 1.0), (1, 1.0)], 1000.0, INF)]), &[1e-4, 1e2]),
            0.5 * 1e6 / (1e4 + 1e-2),
            Some(&[1000.0 * 1e4 / (1e4 + 1e-2), 10.0 / (1e4 + 1e-2)]),
            Some(&[1000.0 / (1e4 + 1e-2)]),
        ),
    ]
}
