//! Certificates: is a claimed proof of infeasibility or unboundedness one?
//!
//! Infeasible (Farkas): row multipliers `y` such that over the whole column box `yᵀA x` stays below what the rows demand,
//!
//! ```text
//! Σ_j max { (Aᵀy)_j x_j : col_lower_j ≤ x_j ≤ col_upper_j }  <  Σ_i (y_i·row_lower_i if y_i > 0, y_i·row_upper_i if y_i < 0)
//! ```

use crate::bound::Sum;
use crate::check::{has_lower, has_upper};
use crate::Problem;

/// What the check of a Farkas ray found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RayCheck {
    /// Demand of the rows minus the most the box allows: must be above the rounding error of its terms.
    pub margin: f64,
    /// The proof excludes every point whose columns *without the finite bound the ray leans on* stay within this radius:
    /// infinite when `Aᵀy` is exactly zero there, else margin over what rounding left of it.
    pub radius: f64,
    /// Whether it is accepted: margin above rounding, radius at least [`LEAST_RADIUS`].
    pub valid: bool,
}

/// Least radius for which a ray is accepted as proof, in the units of the columns without bounds.
pub const LEAST_RADIUS: f64 = 1e6;

/// Checks a Farkas ray (length rows). Multipliers whose sign meets an infinite row bound are counted as zero.
pub fn check_ray(problem: &Problem, ray: &[f64]) -> RayCheck {
    let failed = RayCheck { margin: f64::NEG_INFINITY, radius: 0.0, valid: false };
    if ray.len() != problem.rows() || ray.iter().any(|y| !y.is_finite()) {
        return failed;
    }
    if matches!(problem.conflict(), Some(crate::check::Conflict::Column(_))) {
        // The box is empty: any multipliers, zero included, are a proof.
        return RayCheck { margin: f64::INFINITY, radius: f64::INFINITY, valid: true };
    }
    let y = |i: usize| match ray[i] {
        y if y > 0.0 && has_lower(problem.row_lower[i]) => y,
        y if y < 0.0 && has_upper(problem.row_upper[i]) => y,
        _ => 0.0,
    };
    let mut margin = Sum::default();
    let mut size = 0.0f64;
    for i in 0..ray.len() {
        let y = y(i);
        if y != 0.0 {
            let demand = y * if y > 0.0 { problem.row_lower[i] } else { problem.row_upper[i] };
            margin.add(demand);
            size += demand.abs();
        }
    }
    let mut loose = 0.0;
    for j in 0..problem.cols() {
        let (mut g, mut terms) = (Sum::default(), 0.0f64);
        for (i, v) in problem.matrix.column(j) {
            let term = v * y(i);
            g.add(term);
            terms += term.abs();
        }
        let g = g.value();
        if g == 0.0 {
            continue;
        }
        let (there, bound) = if g > 0.0 {
            (has_upper(problem.col_upper[j]), problem.col_upper[j])
        } else {
            (has_lower(problem.col_lower[j]), problem.col_lower[j])
        };
        if there {
            margin.add(-g * bound);
            size += (g * bound).abs() + terms * bound.abs() * f64::EPSILON;
        } else {
            loose += g.abs();
        }
    }
    let margin = margin.value();
    let radius = if loose == 0.0 { f64::INFINITY } else { margin / loose };
    // 1e-11: the products were rounded once each, the sums are compensated; the rest is a safety factor.
    let valid = margin > 1e-11 * size && margin > 0.0 && radius >= LEAST_RADIUS;
    RayCheck { margin, radius, valid }
}

/// Checks a primal ray (length columns): a direction along which no bound is ever met, no quadratic cost grows, and the
/// linear cost falls. It proves unboundedness *if* a feasible point exists.
pub fn check_primal_ray(problem: &Problem, ray: &[f64]) -> bool {
    let largest = ray.iter().fold(0.0f64, |m, r| m.max(r.abs()));
    if ray.len() != problem.cols() || !(largest > 0.0 && largest.is_finite()) {
        return false;
    }
    const TOLERANCE: f64 = 1e-7;
    let outside = |r: f64, size: f64, lower: f64, upper: f64| {
        (r < -TOLERANCE * size && has_lower(lower)) || (r > TOLERANCE * size && has_upper(upper))
    };
    let mut activity = vec![0.0; problem.rows()];
    let mut terms = vec![0.0f64; problem.rows()];
    let (mut slope, mut cost_terms) = (Sum::default(), 0.0f64);
    for (j, &r) in ray.iter().enumerate() {
        if !r.is_finite() || outside(r, largest, problem.col_lower[j], problem.col_upper[j]) {
            return false;
        }
        if problem.quad.get(j).is_some_and(|&q| q > 0.0 && r.abs() > TOLERANCE * largest) {
            return false;
        }
        slope.add(problem.cost[j] * r);
        cost_terms += (problem.cost[j] * r).abs();
        for (i, v) in problem.matrix.column(j) {
            activity[i] += v * r;
            // Noise of the largest share times the coefficient is what a solver leaves: smaller terms do not judge it.
            terms[i] = terms[i].max(v.abs() * largest);
        }
    }
    let rows_hold = (0..problem.rows()).all(|i| !outside(activity[i], terms[i].max(1e-30), problem.row_lower[i], problem.row_upper[i]));
    rows_hold && slope.value() < -1e-9 * cost_terms
}

/// Scales a ray to largest entry 1; `None` if it is zero or not finite.
pub(crate) fn normalised(mut ray: Vec<f64>) -> Option<Vec<f64>> {
    let largest = ray.iter().fold(0.0f64, |m, r| m.max(r.abs()));
    if !(largest > 0.0 && largest.is_finite()) || ray.iter().any(|r| r.is_nan()) {
        return None;
    }
    ray.iter_mut().for_each(|r| *r /= largest);
    Some(ray)
}

/// The first of the ray, its negative, and both with small entries cleaned, that passes [`check_ray`]. Solvers differ in
/// the sign of their rays.
pub(crate) fn proven(problem: &Problem, ray: Vec<f64>) -> Option<Vec<f64>> {
    let ray = normalised(ray)?;
    for sign in [1.0, -1.0] {
        for small in [0.0, 1e-9, 1e-6] {
            let mut candidate: Vec<f64> = ray.iter().map(|&r| if r.abs() > small { sign * r } else { 0.0 }).collect();
            if check_ray(problem, &candidate).valid {
                // What the check counted as zero is handed out as zero.
                for (i, y) in candidate.iter_mut().enumerate() {
                    if (*y > 0.0 && !has_lower(problem.row_lower[i])) || (*y < 0.0 && !has_upper(problem.row_upper[i])) {
                        *y = 0.0;
                    }
                }
                return Some(candidate);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// x + y ≥ 5 with x ≤ 1, y ≤ 2, and a free column tied by z − x = 0.
    fn short() -> Problem {
        Problem::from_rows(
            &[(1.0, 0.0, 1.0), (1.0, 0.0, 2.0), (0.0, -INF, INF)],
            &[(&[(0, 1.0), (1, 1.0)], 5.0, INF), (&[(2, 1.0), (0, -1.0)], 0.0, 0.0)],
        )
    }

    #[test]
    fn a_ray_is_measured() {
        let found = check_ray(&short(), &[1.0, 0.0]);
        assert!(found.valid);
        assert_eq!(found.margin, 2.0);
        assert_eq!(found.radius, INF);
    }

    #[test]
    fn false_rays_are_refused() {
        for ray in [vec![-1.0, 0.0], vec![0.0, 0.0], vec![1.0, 1.0], vec![1.0], vec![f64::NAN, 0.0]] {
            assert!(!check_ray(&short(), &ray).valid, "{ray:?}");
        }
        let mut feasible = short();
        feasible.row_lower[0] = 3.0;
        assert!(!check_ray(&feasible, &[1.0, 0.0]).valid);
    }

    #[test]
    fn the_radius_says_how_far_rounding_reaches() {
        let found = check_ray(&short(), &[1.0, 1e-9]);
        assert!(found.valid && found.radius > 1e8 && found.radius < 1e10);
        assert!(!check_ray(&short(), &[1.0, 1e-3]).valid);
    }

    #[test]
    fn primal_rays_are_checked() {
        let p = Problem::from_rows(&[(-1.0, 0.0, INF), (1.0, 0.0, INF)], &[(&[(0, 1.0), (1, -1.0)], -INF, 1.0)]);
        assert!(!check_primal_ray(&p, &[1.0, 0.0])); // the row stops it
        assert!(!check_primal_ray(&p, &[1.0, 1.0])); // cost does not fall
        let cheap = Problem { cost: vec![-1.0, 0.5], ..p.clone() };
        assert!(check_primal_ray(&cheap, &[1.0, 1.0]));
        let curved = Problem { quad: vec![0.1, 0.0], ..cheap };
        assert!(!check_primal_ray(&curved, &[1.0, 1.0]));
    }
}
