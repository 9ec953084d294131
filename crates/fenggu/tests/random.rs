//! Random networks with every feature: both flow forms and every solver agree, and the referee accepts every answer.
//!
//! The truth here is agreement of things that share little: the simplex and two interior points, angles and transfer
//! factors, and a referee that knows neither the formulation nor the solver. `FENGGU_SEEDS=from..to` runs others.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
#[path = "random_net/mod.rs"]
mod random_net;
#[path = "random_shrink/mod.rs"]
mod random_shrink;

use fenggu::analyses::dispatch::DispatchOptions;
use fenggu::formulate::FlowForm;
use fenggu::net::*;
use fenggu::report::RunStatus;
use fenggu::{dispatch, Backend, DispatchSolution, Error};

/// Relative difference of objectives that is allowed, and of the referee's bound.
const SAME: f64 = 1e-6;

fn solve(net: &Network, flow: FlowForm, backend: Backend) -> Result<DispatchSolution, Error> {
    dispatch(net, &DispatchOptions { flow: Some(flow), backend, ..DispatchOptions::default() })
}

/// Money in play: what an error of the objective is relative to. At least 1.
fn scale(net: &Network, s: &DispatchSolution) -> f64 {
    let price = |b: BusId, t: usize| s.results().at(Quantity::BusPrice, b.index(), t).abs();
    let mut sum = s.answer.results.objective.abs();
    for t in 0..net.steps() {
        let h = net.time.objective_h(t);
        let sold = |(g, x): (GeneratorId, &Generator)| h * price(x.bus, t) * s.results().at(Quantity::GeneratorP, g.index(), t).abs();
        sum += net.generators.iter().map(sold).filter(|v| v.is_finite()).sum::<f64>();
    }
    sum.max(1.0)
}

/// What a seed's network turned out to be.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Optimal,
    Infeasible,
}

/// Everything a network must satisfy; the first thing that does not hold is the error.
fn examine(net: &Network) -> Result<Kind, String> {
    let mut first: Option<(String, DispatchSolution)> = None;
    for &backend in Backend::all() {
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let name = format!("{} {}", backend.name(), flow.word());
            let s = match solve(net, flow, backend) {
                Ok(s) => s,
                Err(Error::Solver(_)) if !backend.is_quadratic() => continue, // quadratic costs
                Err(e) => return Err(format!("{name}: {e}")),
            };
            match s.status {
                RunStatus::Ok => {
                    let gap = s.certificate.gap_relative;
                    if gap.is_nan() || gap.abs() > SAME {
                        return Err(format!("{name}: gap {gap:e}"));
                    }
                }
                RunStatus::Infeasible => {
                    if !s.answer.ray_checked || !s.certificate.proves_infeasible() {
                        return Err(format!("{name}: infeasible, but the proof does not hold: {}", s.certificate.summary()));
                    }
                    // Where other limits are in the way, power alone does not mend it, and the referee must not say it does.
                    let mends = s.certificate.passed && s.certificate.test("infeasible/shortfall").is_some();
                    if mends != s.answer.broken.is_empty() {
                        return Err(format!(
                            "{name}: infeasible, shortfall ({} other limits broken): {}",
                            s.answer.broken.len(),
                            s.certificate.summary()
                        ));
                    }
                }
                RunStatus::Refused => return Err(format!("{name}: {}", s.certificate.summary())),
                other => return Err(format!("{name}: status {}", other.word())),
            }
            let Some((named, base)) = &first else {
                first = Some((name, s));
                continue;
            };
            if s.status != base.status {
                return Err(format!("{name}: {}, {named}: {}", s.status.word(), base.status.word()));
            }
            let (a, b) = (s.answer.results.objective, base.answer.results.objective);
            if s.status == RunStatus::Ok && ((a - b).is_nan() || (a - b).abs() > SAME * scale(net, base)) {
                return Err(format!("{name}: {a}, {named}: {b}"));
            }
        }
    }
    let Some((_, base)) = first else { return Err("nothing solved it".into()) };
    if base.status == RunStatus::Infeasible {
        shortfall_mends(net, &base).map_err(|e| format!("shortfall: {e}"))?;
        return Ok(Kind::Infeasible);
    }
    Ok(Kind::Optimal)
}

/// With the stated shortfall the network can be dispatched; with 99 % of it, it cannot.
fn shortfall_mends(net: &Network, s: &DispatchSolution) -> Result<(), String> {
    if !s.answer.broken.is_empty() {
        return Ok(()); // other limits are in the way: power alone does not mend it
    }
    let total: f64 = [Quantity::BusMissing, Quantity::BusSurplus].iter().flat_map(|q| s.results().column(*q).unwrap_or(&[])).sum();
    for (share, slack, status) in [(1.0, 1e-5, RunStatus::Ok), (0.99, 0.0, RunStatus::Infeasible)] {
        if share < 1.0 && total < 1e-2 {
            continue;
        }
        let mut mended = net.clone();
        for (bus, _) in net.buses.iter() {
            let series = |q: Quantity, sign: f64| -> Profile {
                (0..net.steps()).map(|t| sign * (share * s.results().at(q, bus.index(), t) + slack)).collect::<Vec<_>>().into()
            };
            let (p_min, p_max) = (series(Quantity::BusSurplus, -1.0), series(Quantity::BusMissing, 1.0));
            let name = format!("mend {}", bus.index());
            mended.generators.push(Generator { name, bus, p_min_mw: Some(p_min), p_max_mw: Some(p_max), ..Generator::default() });
        }
        let again = solve(&mended, FlowForm::Angle, Backend::Auto).map_err(|e| e.to_string())?;
        if again.status != status {
            return Err(format!("with {share} of {total} MW it is {}: {}", again.status.word(), again.certificate.summary()));
        }
    }
    Ok(())
}

fn run(seeds: std::ops::Range<u64>, network: fn(u64) -> Network) {
    let seeds = match std::env::var("FENGGU_SEEDS").ok().and_then(|v| v.split_once("..").map(|(a, b)| (a.to_string(), b.to_string()))) {
        Some((a, b)) => a.parse().expect("from")..b.parse().expect("to"),
        None => seeds,
    };
    let count = seeds.end - seeds.start;
    let (mut optimal, mut infeasible, mut wrong) = (0u64, 0u64, Vec::new());
    for seed in seeds {
        let net = network(seed);
        match examine(&net) {
            Ok(Kind::Optimal) => optimal += 1,
            Ok(Kind::Infeasible) => infeasible += 1,
            Err(e) => wrong.push((seed, e)),
        }
    }
    println!("{count} networks: {optimal} optimal, {infeasible} infeasible, {} wrong", wrong.len());
    if let Some((seed, _)) = wrong.first() {
        let (small, error) = random_shrink::shrink(&network(*seed), |n| examine(n).err());
        let list: Vec<String> = wrong.iter().map(|(s, e)| format!("  seed {s}: {e}")).collect();
        panic!("{} of {count}:\n{}\nseed {seed} shrunk: {error}\n{}", wrong.len(), list.join("\n"), random_shrink::print(&small));
    }
    // A generator whose networks are all alike tests nothing.
    assert!(optimal > count / 2 && infeasible > count / 100, "{optimal} optimal and {infeasible} infeasible of {count}");
}

#[test]
fn forms_solvers_and_referee_agree() {
    run(0..300, random_net::network);
}

/// Limits after outages besides: found by distribution factors, judged on the network without the branch.
#[test]
fn forms_solvers_and_referee_agree_on_outages() {
    run(20_000..20_300, random_net::network_with_outages);
}

#[test]
#[ignore = "long: minutes"]
fn forms_solvers_and_referee_agree_on_thousands() {
    run(1_000_000..1_004_000, random_net::network);
}
