//! A smallest conflict: rows and bounds that cannot all hold, none of which can be spared.
//!
//! A Farkas ray `y` names a conflict: the rows where `y` is not zero and the column bounds that `Aᵀy` leans on have no common
//! point (see [`crate::ray`]). Written as inequalities `a_m·x ≥ b_m` over free columns, its members are tested one by one in
//!
//! ```text
//! minimise Σ c_m s_m   subject to   a_m·x + s_m ≥ b_m,  s ≥ 0,  x free
//! ```
//!
//! where a member is left out by `c_m = 0` (deletion filter; Chinneck and Dravnieks, ORSA Journal on Computing 3 (1991) 157). The
//! optimum stays above zero exactly when the rest still conflicts; its duals are then a ray of the rest, and members that it does
//! not need are dropped with it. The problem always has a solution, so no answer depends on how a solver words infeasibility.

use crate::check::{has_lower, has_upper};
use crate::{Backend, Control, Error, Problem, Status};

/// A row or a column bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A row.
    Row(u32),
    /// A column.
    Column(u32),
}

/// One member of a conflict: one side of a row, or one bound of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Which.
    pub place: Place,
    /// Whether its upper side is the one that conflicts.
    pub upper: bool,
    /// Its multiplier in the proof, > 0, in the units of the problem, in any scale.
    pub weight: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallConflict {
    /// The members, rows first.
    pub members: Vec<Member>,
    /// Whether every member was tested: without any one of them the others can hold.
    pub irreducible: bool,
    /// Solves that it took.
    pub solves: usize,
    /// Rows of the part of the proof that it was found in; what the ray proves beside it does not touch them.
    pub part: Vec<u32>,
}

/// Inequalities of a conflict over its columns.
struct System {
    members: Vec<Member>,
    /// Least value of every member's left side, scaled.
    floor: Vec<f64>,
    /// Terms `(local column, value)` of every member, scaled to a largest coefficient of 1.
    terms: Vec<Vec<(u32, f64)>>,
    /// Scale that every member was divided by.
    scale: Vec<f64>,
    cols: usize,
}

/// The part of `y` that its signs and bounds support, small entries taken as zero.
fn cleaned(problem: &Problem, ray: &[f64], small: f64) -> Vec<f64> {
    let largest = ray.iter().fold(0.0f64, |m, y| m.max(y.abs()));
    let keep = |i: usize, y: f64| {
        let supported = if y > 0.0 { has_lower(problem.row_lower[i]) } else { has_upper(problem.row_upper[i]) };
        y.abs() > small * largest && supported
    };
    ray.iter().enumerate().map(|(i, &y)| if keep(i, y) { y } else { 0.0 }).collect()
}

/// Rows that hang together by columns, as a representative of each row; rows outside the support stand alone.
fn components(problem: &Problem, y: &[f64]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..y.len() as u32).collect();
    fn find(parent: &mut [u32], mut i: u32) -> u32 {
        while parent[i as usize] != i {
            parent[i as usize] = parent[parent[i as usize] as usize];
            i = parent[i as usize];
        }
        i
    }
    for j in 0..problem.cols() {
        let mut first = u32::MAX;
        for (i, v) in problem.matrix.column(j) {
            if y[i] == 0.0 || v == 0.0 {
                continue;
            }
            let root = find(&mut parent, i as u32);
            if first == u32::MAX {
                first = root;
            } else {
                let (a, b) = (first.min(root), first.max(root));
                parent[b as usize] = a;
                first = a;
            }
        }
    }
    (0..y.len() as u32).map(|i| find(&mut parent, i)).collect()
}

/// The column's share `(Aᵀy)_j`, zero where rounding is all that is left of it.
fn share(problem: &Problem, y: &[f64], j: usize, noise: f64) -> f64 {
    let (mut sum, mut size) = (0.0, 0.0f64);
    for (i, v) in problem.matrix.column(j) {
        sum += v * y[i];
        size += (v * y[i]).abs();
    }
    if sum.abs() > noise * size {
        sum
    } else {
        0.0
    }
}

/// The smallest part of the proof that is a proof by itself: the multipliers outside it are zero.
fn smallest_part(problem: &Problem, mut y: Vec<f64>, noise: f64) -> Vec<f64> {
    let root = components(problem, &y);
    // Margin and size of every part.
    let mut margin = vec![0.0; y.len()];
    let mut size = vec![0usize; y.len()];
    for (i, &v) in y.iter().enumerate().filter(|(_, v)| **v != 0.0) {
        margin[root[i] as usize] += v * if v > 0.0 { problem.row_lower[i] } else { problem.row_upper[i] };
        size[root[i] as usize] += 1;
    }
    for j in 0..problem.cols() {
        let Some((i, _)) = problem.matrix.column(j).find(|&(i, _)| y[i] != 0.0) else { continue };
        let d = share(problem, &y, j, noise);
        let bound = if d > 0.0 { problem.col_upper[j] } else { problem.col_lower[j] };
        if d != 0.0 && bound.abs() < crate::check::INFINITE_BOUND {
            margin[root[i] as usize] -= d * bound;
        }
    }
    let largest = margin.iter().fold(0.0f64, |m, v| m.max(*v));
    let best = (0..y.len()).filter(|&k| size[k] > 0 && margin[k] > 1e-3 * largest).min_by_key(|&k| (size[k], k));
    if let Some(best) = best {
        y.iter_mut().zip(&root).filter(|(_, r)| **r as usize != best).for_each(|(y, _)| *y = 0.0);
    }
    y
}

impl System {
    fn new(problem: &Problem, y: &[f64], noise: f64) -> System {
        let mut local = vec![u32::MAX; problem.cols()];
        let mut row_terms: Vec<Vec<(u32, f64)>> = vec![Vec::new(); y.len()];
        let mut bounds = Vec::new();
        let mut cols = 0u32;
        for (j, local) in local.iter_mut().enumerate() {
            let mut touched = false;
            for (i, v) in problem.matrix.column(j) {
                if y[i] != 0.0 && v != 0.0 {
                    touched = true;
                    row_terms[i].push((cols, v));
                }
            }
            if !touched {
                continue;
            }
            *local = cols;
            let d = share(problem, y, j, noise);
            let bound = if d > 0.0 { problem.col_upper[j] } else { problem.col_lower[j] };
            if d != 0.0 && bound.abs() < crate::check::INFINITE_BOUND {
                bounds.push((j as u32, cols, d, bound));
            }
            cols += 1;
        }
        let mut out = System { members: Vec::new(), floor: Vec::new(), terms: Vec::new(), scale: Vec::new(), cols: cols as usize };
        for (i, &v) in y.iter().enumerate().filter(|(_, v)| **v != 0.0) {
            let side = if v > 0.0 { problem.row_lower[i] } else { problem.row_upper[i] };
            out.push(Member { place: Place::Row(i as u32), upper: v < 0.0, weight: v.abs() }, &row_terms[i], side);
        }
        for (j, col, d, bound) in bounds {
            out.push(Member { place: Place::Column(j), upper: d > 0.0, weight: d.abs() }, &[(col, 1.0)], bound);
        }
        out
    }
    fn push(&mut self, member: Member, terms: &[(u32, f64)], side: f64) {
        let largest = terms.iter().fold(0.0f64, |m, t| m.max(t.1.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let sign = if member.upper { -1.0 } else { 1.0 } / scale;
        self.members.push(member);
        self.floor.push(sign * side);
        self.terms.push(terms.iter().map(|&(c, v)| (c, sign * v)).collect());
        self.scale.push(scale);
    }
    /// Columns x, then one slack a member.
    fn problem(&self) -> Problem {
        const INF: f64 = f64::INFINITY;
        let free = std::iter::repeat_n((0.0, -INF, INF), self.cols);
        let columns: Vec<_> = free.chain(std::iter::repeat_n((1.0, 0.0, INF), self.members.len())).collect();
        let with_slack: Vec<Vec<(u32, f64)>> =
            self.terms.iter().enumerate().map(|(m, t)| t.iter().copied().chain([((self.cols + m) as u32, 1.0)]).collect()).collect();
        let rows: Vec<_> = with_slack.iter().zip(&self.floor).map(|(t, &b)| (t.as_slice(), b, INF)).collect();
        Problem::from_rows(&columns, &rows)
    }
}

/// Beyond this many members no member is tested: the proof is handed out as it is, if it is one.
const MOST_MEMBERS: usize = 5_000;

/// Reduces the conflict that a ray proves, by at most `solves` solves. None where the ray proves nothing. Deterministic: the count
/// of solves limits it, and the clock of `control` only cuts it short (then `irreducible` is false).
///
/// # Errors
/// What a solver refuses.
pub fn small_conflict(problem: &Problem, ray: &[f64], solves: usize, control: &Control) -> Result<Option<SmallConflict>, Error> {
    if ray.len() != problem.rows() || ray.iter().any(|y| !y.is_finite()) {
        return Ok(None);
    }
    // Coarse first: an interior point leaves noise of its tolerance everywhere. Nothing is claimed that is not solved or checked again:
    // what is left out here, of members or of shares, only makes a conflict harder to have.
    for (small, noise) in [(1e-2, 1e-2), (1e-3, 1e-3), (1e-4, 1e-4), (1e-5, 1e-5), (1e-7, 1e-7), (0.0, 1e-9)] {
        let y = smallest_part(problem, cleaned(problem, ray, small), noise);
        let system = System::new(problem, &y, noise);
        if system.members.is_empty() {
            continue;
        }
        let part = (0..y.len() as u32).filter(|&i| y[i as usize] != 0.0).collect();
        if system.members.len() > MOST_MEMBERS || solves == 0 {
            if !crate::check_ray(problem, &y).valid {
                continue;
            }
            return Ok(Some(SmallConflict { members: system.members, irreducible: false, solves: 0, part }));
        }
        if let Some(found) = reduce(system, solves, control)? {
            return Ok(Some(SmallConflict { part, ..found }));
        }
    }
    Ok(None)
}

fn reduce(system: System, most: usize, control: &Control) -> Result<Option<SmallConflict>, Error> {
    let (n, cols) = (system.members.len(), system.cols);
    let size = system.floor.iter().fold(1.0f64, |m, b| m.max(b.abs()));
    let least = 1e-7 * size;
    let mut session = Backend::Auto.session(&system.problem())?;
    let mut solution = session.solve(control)?;
    if solution.status != Status::Optimal || solution.objective <= least {
        return Ok(None);
    }
    let mut used = 1;
    // In the conflict still; tested and needed.
    let mut inside: Vec<bool> = vec![true; n];
    let mut needed = vec![false; n];
    let shrink = |inside: &mut Vec<bool>, dual: &[f64]| {
        for m in 0..n {
            inside[m] = inside[m] && dual[m].abs() > 1e-9;
        }
    };
    shrink(&mut inside, &solution.row_dual);
    let mut weights = solution.row_dual.clone();
    let costs = |inside: &[bool], without: usize| -> Vec<f64> {
        let slack = (0..n).map(|m| f64::from(inside[m] && m != without));
        std::iter::repeat_n(0.0, cols).chain(slack).collect()
    };
    let mut whole = true;
    for m in 0..n {
        if !inside[m] || needed[m] {
            continue;
        }
        if used >= most {
            whole = false;
            break;
        }
        session.change_costs(&costs(&inside, m), 0.0)?;
        solution = session.solve(control)?;
        used += 1;
        if solution.status != Status::Optimal {
            whole = false;
            break;
        }
        if solution.objective > least {
            inside[m] = false;
            shrink(&mut inside, &solution.row_dual);
            weights = solution.row_dual.clone();
        } else {
            needed[m] = true;
        }
    }
    let members = (0..n).filter(|&m| inside[m]).map(|m| Member { weight: weights[m].abs() / system.scale[m], ..system.members[m] });
    Ok(Some(SmallConflict { members: members.collect(), irreducible: whole, solves: used, part: Vec::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// Two conflicts: x + y ≥ 5 with x ≤ 1, y ≤ 2; and u − v = 4 with u ≤ 1, v ≥ 0. A row that is in neither.
    fn two() -> Problem {
        Problem::from_rows(
            &[(0.0, 0.0, 1.0), (0.0, 0.0, 2.0), (0.0, -INF, 1.0), (0.0, 0.0, INF)],
            &[(&[(0, 1.0), (1, 1.0)], 5.0, INF), (&[(2, 1.0), (3, -1.0)], 4.0, 4.0), (&[(0, 1.0), (2, 1.0)], -9.0, 9.0)],
        )
    }

    #[test]
    fn one_conflict_is_left_and_nothing_in_it_can_be_spared() {
        let found = small_conflict(&two(), &[1.0, 1.0, 0.0], 100, &Control::default()).unwrap().unwrap();
        assert!(found.irreducible);
        let places: Vec<_> = found.members.iter().map(|m| (m.place, m.upper)).collect();
        let first = vec![(Place::Row(0), false), (Place::Column(0), true), (Place::Column(1), true)];
        let second = vec![(Place::Row(1), false), (Place::Column(2), true), (Place::Column(3), false)];
        assert!(places == first || places == second, "{places:?}");
    }

    #[test]
    fn members_that_a_sloppy_proof_carries_along_are_dropped() {
        // The same row twice, one of them weaker: both are in the ray, only the stronger is needed.
        let p = Problem::from_rows(&[(0.0, 0.0, 1.0)], &[(&[(0, 1.0)], 3.0, INF), (&[(0, 2.0)], 4.0, INF)]);
        let found = small_conflict(&p, &[1.0, 1.0], 100, &Control::default()).unwrap().unwrap();
        assert_eq!((found.members.len(), found.irreducible), (2, true), "{found:?}");
    }

    #[test]
    fn no_conflict_is_found_in_what_can_hold_and_the_budget_is_kept() {
        let mut p = two();
        (p.row_lower[0], p.row_lower[1], p.row_upper[1]) = (2.0, 0.5, 0.5);
        assert_eq!(small_conflict(&p, &[1.0, 1.0, 0.0], 100, &Control::default()).unwrap(), None);
        let cut = small_conflict(&two(), &[1.0, 1.0, 0.0], 1, &Control::default()).unwrap().unwrap();
        assert!(!cut.irreducible && cut.solves == 1);
    }
}
