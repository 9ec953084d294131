//! One suite for every backend: status, primal, dual, certificate, limits.
//!
//! The truths are worked by hand, or planted (a random problem built around a known optimal pair), so no solver is asked
//! what the answer is. [`run`] is a plain function and not a test, so that a self-test at start-up can use it too.

mod certificates;
mod integer;
mod known_wrong;
mod limits;
mod planted;
mod quadratic;
mod sessions;
mod small;

use crate::bound::residuals;
use crate::ray::{check_primal_ray, check_ray};
use crate::{Backend, Control, Problem, Solution, Status};

pub use planted::{planted, Random};

/// What the answer to a case must be.
#[derive(Clone, Debug)]
pub enum Expect {
    /// Optimal with this objective; where given, with these values and row duals (unique ones only are given).
    Optimal {
        /// The optimum.
        objective: f64,
        /// Primal values, where unique.
        x: Option<Vec<f64>>,
        /// Row duals, where unique.
        row_dual: Option<Vec<f64>>,
    },
    /// Infeasible, with a ray that passes [`check_ray`] or the crossing bounds named.
    Infeasible,
    /// Unbounded, with a ray that passes [`check_primal_ray`].
    Unbounded,
}

/// One problem with its known answer.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name, printed when it fails.
    pub name: String,
    /// The problem.
    pub problem: Problem,
    /// The truth.
    pub expect: Expect,
}

/// A case that a backend got wrong.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Name of the case.
    pub case: String,
    /// What was wrong.
    pub what: String,
}

/// Relative accuracy demanded of objectives, values and duals.
const CLOSE: f64 = 2e-6;

/// All cases of fixed size: a fraction of a second.
pub fn cases() -> Vec<Case> {
    let mut all = small::cases();
    all.extend(certificates::cases());
    all.extend(quadratic::cases());
    all.extend(known_wrong::cases());
    all.extend(planted::cases());
    all
}

/// Runs the suite on a backend; empty means that it conforms. Quadratic cases are skipped where it takes none.
pub fn run(backend: Backend) -> Vec<Failure> {
    let mut failures = Vec::new();
    for case in cases() {
        if case.problem.is_quadratic() && !backend.is_quadratic() {
            continue;
        }
        if let Err(what) = judge(backend, &case) {
            failures.push(Failure { case: case.name, what });
        }
    }
    failures.extend(integer::run(backend));
    failures.extend(limits::run(backend));
    failures.extend(sessions::run(backend));
    failures
}

/// Solves a case and says what is wrong with the answer.
pub fn judge(backend: Backend, case: &Case) -> Result<(), String> {
    let control = Control::default();
    let solution = backend.solve(&case.problem, &control).map_err(|e| e.to_string())?;
    compare(&case.problem, &case.expect, &solution)
}

fn compare(problem: &Problem, expect: &Expect, solution: &Solution) -> Result<(), String> {
    match expect {
        Expect::Optimal { objective, x, row_dual } => {
            status_is(solution, Status::Optimal)?;
            close("objective", *objective, solution.objective)?;
            let worst = residuals(problem, solution).worst();
            if worst > 1e-6 {
                return Err(format!("residuals {:?}", residuals(problem, solution)));
            }
            // A finite bound must be a bound; with free columns an interior point's duals may leave it at −∞.
            if solution.bound > objective + CLOSE * (1.0 + objective.abs()) {
                return Err(format!("bound {} above the optimum {objective}", solution.bound));
            }
            if let Some(x) = x {
                all_close("x", x, &solution.x)?;
            }
            if let Some(y) = row_dual {
                all_close("row_dual", y, &solution.row_dual)?;
            }
            signs_hold(problem, solution)
        }
        Expect::Infeasible => {
            status_is(solution, Status::Infeasible)?;
            match (solution.conflict, problem.conflict()) {
                (Some(found), Some(real)) if found == real => Ok(()),
                (None, None) if check_ray(problem, &solution.ray).valid => Ok(()),
                _ => Err(format!("no proof: ray {:?}, conflict {:?}", solution.ray, solution.conflict)),
            }
        }
        Expect::Unbounded => {
            status_is(solution, Status::Unbounded)?;
            if check_primal_ray(problem, &solution.ray) {
                Ok(())
            } else {
                Err(format!("no primal ray: {:?}", solution.ray))
            }
        }
    }
}

/// Row duals have the sign of the bound they lean on, and are zero well inside the bounds.
fn signs_hold(problem: &Problem, solution: &Solution) -> Result<(), String> {
    let activity = problem.matrix.times(&solution.x, problem.rows());
    let dearest = solution.row_dual.iter().fold(1.0f64, |m, y| m.max(y.abs()));
    for (i, &y) in solution.row_dual.iter().enumerate() {
        let (lower, upper) = (problem.row_lower[i], problem.row_upper[i]);
        let near = |bound: f64| (activity[i] - bound).abs() <= 1e-4 * (1.0 + bound.abs());
        let fine = y.abs() <= 1e-4 * dearest || (y > 0.0 && near(lower)) || (y < 0.0 && near(upper));
        if !fine {
            return Err(format!("row {i}: dual {y} at activity {} in [{lower}, {upper}]", activity[i]));
        }
    }
    Ok(())
}

fn status_is(solution: &Solution, status: Status) -> Result<(), String> {
    if solution.status == status {
        Ok(())
    } else {
        Err(format!("status {:?}, must be {status:?}", solution.status))
    }
}

fn close(what: &str, truth: f64, found: f64) -> Result<(), String> {
    // Written so that NaN fails.
    if (truth - found).abs() <= CLOSE * (1.0 + truth.abs()) {
        Ok(())
    } else {
        Err(format!("{what} {found}, must be {truth}"))
    }
}

fn all_close(what: &str, truth: &[f64], found: &[f64]) -> Result<(), String> {
    // Values of a vertex are less exact than the objective: an interior point stops a little inside.
    let near = |a: f64, b: f64| (a - b).abs() <= 50.0 * CLOSE * (1.0 + a.abs());
    if truth.len() == found.len() && truth.iter().zip(found).all(|(a, b)| near(*a, *b)) {
        Ok(())
    } else {
        Err(format!("{what} {found:?}, must be {truth:?}"))
    }
}

fn optimal(name: &str, problem: Problem, objective: f64, x: Option<&[f64]>, row_dual: Option<&[f64]>) -> Case {
    let expect = Expect::Optimal { objective, x: x.map(<[f64]>::to_vec), row_dual: row_dual.map(<[f64]>::to_vec) };
    Case { name: name.to_string(), problem, expect }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backend_conforms() {
        for &backend in Backend::all() {
            let failures = run(backend);
            assert!(failures.is_empty(), "{}: {failures:#?}", backend.name());
        }
    }

    /// The suite itself must be able to fail: a wrong truth is refused.
    #[test]
    fn a_wrong_answer_is_refused() {
        for case in cases() {
            let backend = Backend::Clarabel;
            let Ok(solution) = backend.solve(&case.problem, &Control::default()) else {
                continue;
            };
            let wrong = match &case.expect {
                Expect::Optimal { objective, .. } => {
                    Expect::Optimal { objective: objective + 1.0 + objective.abs(), x: None, row_dual: None }
                }
                Expect::Infeasible => Expect::Optimal { objective: 0.0, x: None, row_dual: None },
                Expect::Unbounded => Expect::Infeasible,
            };
            assert!(compare(&case.problem, &wrong, &solution).is_err(), "{}", case.name);
        }
    }

    /// Small random problems with small whole numbers: about a third optimal, a third infeasible, a third unbounded, many
    /// degenerate. Nobody knows the truth beforehand, but all backends must say the same.
    #[test]
    fn backends_agree_on_problems_of_unknown_status() {
        let mut random = Random::new(2024);
        let (mut seen, mut rounds) = ([0usize; 3], 0);
        while rounds < 300 {
            rounds += 1;
            let problem = unknown(&mut random);
            let mut first: Option<(Backend, Solution)> = None;
            for &backend in Backend::all() {
                let solution = backend.solve(&problem, &Control::default()).unwrap();
                let proof = match solution.status {
                    Status::Optimal => residuals(&problem, &solution).worst() < 1e-6,
                    Status::Infeasible => check_ray(&problem, &solution.ray).valid,
                    Status::Unbounded => check_primal_ray(&problem, &solution.ray),
                    _ => false,
                };
                assert!(proof, "round {rounds}, {}: {:?}\n{problem:?}", backend.name(), solution.status);
                let Some((other, reference)) = &first else {
                    seen[match solution.status {
                        Status::Optimal => 0,
                        Status::Infeasible => 1,
                        _ => 2,
                    }] += 1;
                    first = Some((backend, solution));
                    continue;
                };
                let names = (other.name(), backend.name());
                assert_eq!(reference.status, solution.status, "round {rounds}, {names:?}\n{problem:?}");
                if solution.status == Status::Optimal {
                    let result = close("objective", reference.objective, solution.objective);
                    assert_eq!(result, Ok(()), "round {rounds}, {names:?}");
                }
            }
        }
        assert!(seen.iter().all(|&n| n > 15), "{seen:?}");
    }

    fn unknown(random: &mut Random) -> Problem {
        const INF: f64 = f64::INFINITY;
        let (rows, cols) = (1 + random.below(6), 1 + random.below(7));
        let whole = |random: &mut Random, most: f64| random.between(-most, most).round();
        let columns: Vec<(f64, f64, f64)> = (0..cols)
            .map(|_| {
                let (c, a) = (whole(random, 5.0), whole(random, 3.0));
                match random.below(5) {
                    0 => (c, -INF, INF),
                    1 => (c, a, a),
                    2 => (c, a, INF),
                    3 => (c, -INF, a),
                    _ => (c, a, a + random.between(0.0, 5.0).round()),
                }
            })
            .collect();
        let mut problem = Problem::from_rows(&columns, &[]);
        let mut block = crate::RowBlock::default();
        for _ in 0..rows {
            let chosen: Vec<u32> = (0..cols as u32).filter(|_| random.unit() < 0.6).collect();
            let terms: Vec<(u32, f64)> = chosen.into_iter().map(|j| (j, whole(random, 3.0))).collect();
            let a = whole(random, 6.0);
            let (lower, upper) = match random.below(4) {
                0 => (a, a),
                1 => (a, INF),
                2 => (-INF, a),
                _ => (a, a + random.between(0.0, 4.0).round()),
            };
            block.push(terms, lower, upper);
        }
        problem.append_rows(&block);
        problem
    }
}
