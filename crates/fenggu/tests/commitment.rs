//! The exact route of commitment against a naive model with one binary a unit and step, written from the formats' own words, and
//! against trying every pattern of statuses.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use fenggu::net::*;
use fenggu::{Backend, CommitOptions, CommitSession, Control};
use fenggu_opt::{Problem, Status};

#[path = "commitment_naive/mod.rs"]
mod naive;

use naive::{draw, network, Instance};

fn by_exact() -> CommitOptions {
    CommitOptions { route: fenggu::Route::Exact, ..CommitOptions::default() }
}

fn control() -> Control {
    let mut control = CommitOptions { gap_relative: 0.0, ..CommitOptions::default() }.control();
    control.mip.gap_absolute = 1e-7;
    control
}

fn exact(instance: &Instance) -> fenggu::CommitAnswer {
    let mut session = CommitSession::new(network(instance), &CommitOptions::default()).unwrap();
    session.solve_mip(&control(), None).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 2e-6 * (1.0 + a.abs().max(b.abs()))
}

/// The naive model's optimum, none where it is infeasible.
fn truth(problem: &Problem) -> Option<f64> {
    let solution = Backend::Highs.solve(problem, &control()).unwrap();
    match solution.status {
        Status::Optimal => Some(solution.objective),
        Status::Infeasible => None,
        other => panic!("naive model: {other:?}"),
    }
}

/// Both models; returns 1 where there is an answer.
fn agree(seed: u64, meaning: CommitmentSemantics) -> usize {
    let instance = draw(seed, meaning);
    let truth = truth(&naive::model(&instance));
    let answer = exact(&instance);
    match truth {
        None => {
            assert_eq!(answer.status, Status::Infeasible, "seed {seed} {meaning:?}\n{instance:#?}");
            0
        }
        Some(cost) => {
            assert_eq!(answer.status, Status::Optimal, "seed {seed} {meaning:?} naive {cost}\n{instance:#?}");
            let (found, bound) = (answer.objective, answer.bound_claimed);
            assert!(close(found, cost), "seed {seed} {meaning:?}: {found}, naive {cost}\n{:?}\n{instance:#?}", answer.schedule);
            assert!(bound <= found && close(bound, found), "seed {seed}: bound {bound} of {found}");
            let certificate = fenggu::referee::judge_commitment(&network(&instance), &answer.results, &Default::default());
            let failed: Vec<_> = certificate.tests.iter().filter(|t| t.skipped.is_none() && !t.passed).collect();
            assert!(certificate.passed, "seed {seed} {meaning:?}: {failed:?}\n{:?}\n{instance:#?}", answer.schedule);
            1
        }
    }
}

fn many(rounds: u64, from: u64) {
    for (k, meaning) in
        [CommitmentSemantics::Pglib, CommitmentSemantics::UnitCommitmentJl, CommitmentSemantics::Pypsa].into_iter().enumerate()
    {
        let share = if k == 0 { rounds / 2 } else { rounds / 4 };
        let solved: usize = (from..from + share).map(|seed| agree(seed, meaning)).sum();
        println!("{meaning:?}: {solved} of {share} with an answer, all equal");
        assert!(solved as u64 > share / 3, "{solved} of {share} feasible: the sample is too hard");
    }
}

#[test]
fn two_thousand_instances_equal_the_naive_model() {
    many(2000, 1);
}

#[test]
#[ignore = "long: five thousand more"]
fn long_five_thousand_instances_equal_the_naive_model() {
    many(5000, 100_000);
}

/// Every pattern of statuses, each priced by the naive model with its binaries held; and the session's own dispatch of it.
#[test]
fn every_pattern_of_small_instances() {
    let (mut patterns, mut solved) = (0, 0);
    for seed in 500_000..500_040u64 {
        let mut instance = draw(seed, CommitmentSemantics::Pglib);
        instance.units.truncate(2);
        instance.cut(3);
        let model = naive::model(&instance);
        let mut session = CommitSession::new(network(&instance), &CommitOptions::default()).unwrap();
        let (n, steps) = (instance.units.len(), instance.steps);
        let mut best: Option<f64> = None;
        let mut relaxed = Backend::Highs.session(&model.relaxed()).unwrap();
        for mask in 0u32..1 << (n * steps) {
            let on = |g: usize, t: usize| mask >> (g * steps + t) & 1 == 1;
            let (mut lo, mut hi) = (model.col_lower.clone(), model.col_upper.clone());
            for g in 0..n {
                for t in 0..steps {
                    let (j, v) = (naive::status_column(&instance, g, t), f64::from(u8::from(on(g, t))));
                    (lo[j], hi[j]) = (lo[j].max(v), hi[j].min(v));
                }
            }
            relaxed.change_col_bounds(&lo, &hi).unwrap();
            let naive = relaxed.solve(&Control::default()).unwrap();
            let schedule: Vec<Vec<bool>> = (0..n).map(|g| (0..steps).map(|t| on(g, t)).collect()).collect();
            let own = session.solve_fixed(&schedule, &Control::default()).unwrap();
            assert_eq!(naive.status, own.status, "seed {seed}, {schedule:?}\n{instance:#?}");
            patterns += 1;
            if naive.status == Status::Optimal {
                solved += 1;
                assert!(close(naive.objective, own.objective), "seed {seed}, {schedule:?}: {} {}", naive.objective, own.objective);
                best = Some(best.map_or(naive.objective, |b: f64| b.min(naive.objective)));
            }
        }
        let answer = exact(&instance);
        match best {
            None => assert_eq!(answer.status, Status::Infeasible),
            Some(best) => assert!(close(best, answer.objective), "seed {seed}: {best} {}", answer.objective),
        }
    }
    println!("{patterns} patterns, {solved} of them feasible");
    assert!(solved > 100);
}

/// Held statuses, a start, a cutoff: what another route asks of the session.
#[test]
fn a_session_takes_fixings_a_start_and_a_commitment() {
    let instance = (1..)
        .map(|s| draw(s, CommitmentSemantics::Pglib))
        .find(|i| i.units.len() == 3 && i.steps == 5 && truth(&naive::model(i)).is_some());
    let instance = instance.unwrap();
    let net = network(&instance);
    let mut session = CommitSession::new(net.clone(), &CommitOptions::default()).unwrap();
    let free = session.solve_mip(&control(), None).unwrap();
    let schedule: Vec<Vec<bool>> = free.schedule.iter().map(|s| s.clone().unwrap_or_default()).collect();
    // Its own answer held costs the same, and has the same prices each time.
    let held = session.solve_fixed(&schedule, &Control::default()).unwrap();
    assert!(close(held.objective, free.objective) && held.results.column(Quantity::BusPrice).is_some());
    // Held by fixings: the same again, at once; the other way round it costs no less.
    let all: Vec<_> = net.generators.ids().flat_map(|g| (0..net.steps()).map(move |t| (g, t))).collect();
    let fixings: Vec<_> =
        all.iter().filter(|(g, _)| free.schedule[g.index()].is_some()).map(|&(g, t)| (g, t, Some(schedule[g.index()][t]))).collect();
    session.set_start(&schedule);
    session.fix_status(&fixings);
    assert!(close(session.solve_mip(&control(), None).unwrap().objective, free.objective));
    let (g, t, status) = fixings[0];
    session.fix_status(&fixings.iter().map(|&(g, t, _)| (g, t, None)).collect::<Vec<_>>());
    session.fix_status(&[(g, t, status.map(|s| !s))]);
    let other = session.solve_mip(&control(), None).unwrap();
    assert!(other.status == Status::Infeasible || other.objective >= free.objective - 1e-6 * free.objective.abs());
    session.fix_status(&[(g, t, None)]);
    assert!(close(session.solve_mip(&control(), None).unwrap().objective, free.objective));
}

/// Quantities of a commitment agree with each other.
#[test]
fn starts_and_stops_follow_the_status() {
    let instance = (1..).map(|s| draw(s, CommitmentSemantics::Pglib)).find(|i| truth(&naive::model(i)).is_some()).unwrap();
    let solution = fenggu::commit(&network(&instance), &by_exact()).unwrap();
    let results = solution.results();
    assert_eq!(solution.status, fenggu::report::RunStatus::Ok);
    for (g, unit) in instance.units.iter().enumerate() {
        let mut before = f64::from(u8::from(unit.before > 0));
        for t in 0..instance.steps {
            let at = |q| results.at(q, g, t);
            let now = at(Quantity::GeneratorStatus);
            assert!(now == 0.0 || now == 1.0);
            assert_eq!(now - before, at(Quantity::GeneratorStartUp) - at(Quantity::GeneratorShutDown));
            assert!(at(Quantity::GeneratorP) <= now * unit.p_max + 1e-6 && at(Quantity::GeneratorP) >= now * unit.p_min - 1e-6);
            before = now;
        }
    }
}

#[test]
fn what_the_route_does_not_take_is_refused_by_name() {
    let instance = draw(3, CommitmentSemantics::Pglib);
    let refuse = |change: &dyn Fn(&mut Generator), word: &str| {
        let mut net = network(&instance);
        change(&mut net.generators.rows_mut()[0]);
        let error = fenggu::commit(&net, &by_exact()).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("G0") && error.contains(word), "{error}");
    };
    refuse(&|g| g.cost_quadratic_per_mw2h = 0.1.into(), "quadratic");
    refuse(&|g| g.start_up_cost = vec![[1.0, 9.0], [3.0, 5.0]], "fall with time off");
}

/// Instances of PGLib-UC: within the bounds that `reference.csv` certifies, to a gap of 1 %.
#[test]
fn a_pglib_instance_lies_within_its_certified_bounds() {
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pglib-uc");
    let Ok(reference) = std::fs::read_to_string(shared.join("reference.csv")) else {
        println!("skipped: no ../shared");
        return;
    };
    let name = "rts_gmlc/2020-08-12";
    let line = reference.lines().find(|l| l.starts_with(&format!("{name},"))).unwrap();
    let field = |k: usize| line.split(',').nth(k).unwrap().parse::<f64>().unwrap();
    let (bound, best) = (field(5), field(6));
    let read = fenggu::io::read(&shared.join(format!("{name}.json.gz")), None);
    let net = read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
    let options = CommitOptions { gap_relative: 0.01, time_limit_s: Some(240.0), ..by_exact() };
    let solution = fenggu::commit(&net, &options).unwrap();
    let a = &solution.answer;
    println!("{name}: {:.2}, gap {:.2e}, {:.1} s, {:?} (best {best:.2})", a.objective, a.gap_claimed, a.seconds.solve, a.size);
    assert_eq!(solution.status, fenggu::report::RunStatus::Ok);
    assert!(a.objective >= bound * (1.0 - 1e-9) && a.objective <= best * 1.011, "{} not within {bound} … {best}", a.objective);
    assert!(a.bound_claimed <= best * (1.0 + 1e-9) && a.gap_claimed <= 0.01);
}
