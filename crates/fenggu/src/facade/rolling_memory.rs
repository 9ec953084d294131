//! A rolling run in memory, stitched together and judged as a whole.

use super::rolling::{is_price, roll, RollingSink, WindowRecord};
use super::{explained, DispatchSolution, FailedWindow};
use crate::analyses::dispatch::{DispatchAnswer, DispatchOptions, Seconds};
use crate::error::Error;
use crate::report::RunStatus;
use fenggu_net::results::{OutagePrice, Outcome, Shape};
use fenggu_net::{Network, Quantity, Results};
use fenggu_opt::{Control, Status};
use fenggu_referee::{judge, Certificate, RefereeOptions, TestOutcome, Verdict};
use std::time::Instant;

/// Collects everything in memory.
struct Stitch<'a> {
    net: &'a Network,
    results: Results,
}

impl RollingSink for Stitch<'_> {
    fn finished(&mut self, record: &WindowRecord, kept: &Results) -> Result<(), Error> {
        put_part(self.net, &mut self.results, kept, record.steps[0]);
        Ok(())
    }
}

/// Puts the results of some steps, from `start` on, into those of all.
pub(crate) fn put_part(net: &Network, all: &mut Results, part: &Results, start: usize) {
    all.outage_prices.extend(part.outage_prices.iter().map(|p| OutagePrice { step: p.step + start, ..*p }));
    let (steps, width) = (all.steps, part.steps);
    for (q, column) in part.columns().filter(|(q, _)| q.spec().shape == Shape::PerStep) {
        if all.column(q).is_none() {
            all.set(q, vec![f64::NAN; net.table(q.spec().table).count() * steps]);
        }
        let Some(to) = all.column_mut(q) else { continue };
        for (e, values) in column.chunks(width).enumerate() {
            to[e * steps + start..e * steps + start + width].copy_from_slice(values);
        }
    }
}

/// A rolling run in memory. Besides every window, the referee judges the stitched dispatch on the network itself.
pub(super) fn in_memory(net: &Network, options: &DispatchOptions, control: &Control) -> Result<DispatchSolution, Error> {
    let mut stitch = Stitch { net, results: Results::new(Outcome::Optimal, net.steps()) };
    let end = roll(net, options, control, Vec::new(), &mut stitch)?;
    if let Some((_, error)) = end.unset {
        return Err(error);
    }
    let mut results = stitch.results;
    (results.outcome, results.objective) = (end.total.outcome, end.total.cost);
    end.total.whole.iter().for_each(|(q, v)| results.set(*q, v.clone()));
    let clock = Instant::now();
    let mut status = end.status;
    let mut tests: Vec<TestOutcome> = Vec::new();
    if end.status == RunStatus::Ok && end.windows > 1 {
        let mut plain = results.clone();
        let prices: Vec<Quantity> = results.columns().map(|(q, _)| q).filter(|q| is_price(*q)).collect();
        prices.into_iter().for_each(|q| plain.set(q, Vec::new()));
        let mut bare = Results::new(results.outcome, results.steps);
        bare.objective = results.objective;
        plain.columns().filter(|(_, c)| !c.is_empty()).for_each(|(q, c)| bare.set(q, c.to_vec()));
        tests = judge(net, &bare, &RefereeOptions::default()).tests;
    }
    let failing = end.failing.map(|f| *f);
    // Names of tests are the referee's own; those of windows come back as its outcomes.
    let known: Vec<TestOutcome> = std::mem::take(&mut tests);
    let passed = end.total.passed && known.iter().all(|t| t.passed || t.skipped.is_some());
    if status == RunStatus::Ok && !passed {
        status = RunStatus::Refused;
    }
    let judged = Certificate {
        passed,
        verdict: if passed { Verdict::Passed } else { Verdict::Refused },
        tests: known,
        objective_recomputed: end.total.cost,
        dual_bound: f64::NAN,
        ray_excess: f64::NAN,
        gap_relative: end.total.gap_relative,
    };
    let certificate = failing.as_ref().map_or(judged, |f| f.2.certificate.clone());
    let sum = |k: usize| end.records.iter().map(|r| r.seconds[k]).sum::<f64>();
    let answer = DispatchAnswer {
        status: match &failing {
            Some((_, _, s)) => s.answer.status,
            None if status == RunStatus::TimeLimit => Status::TimeLimit,
            None if status == RunStatus::Interrupted => Status::Interrupted,
            None if status == RunStatus::Failed => Status::Failed,
            None => Status::Optimal,
        },
        solver: end.records.first().map(|r| r.solver.clone()).or(failing.as_ref().map(|f| f.2.answer.solver.clone())).unwrap_or_default(),
        iterations: end.total.iterations,
        size: end.records.iter().map(|r| r.size).max_by_key(|s| s[2]).unwrap_or_default(),
        flow: failing.as_ref().map_or(crate::formulate::FlowForm::Ptdf, |f| f.2.answer.flow),
        lazy: end.records.iter().fold([0, 0], |a, r| [a[0] + r.lazy[0], a[1] + r.lazy[1]]),
        seconds: Seconds { assemble: sum(0), solve: sum(1) },
        price_reference: options.price_reference.clone(),
        price_solves: 0,
        proof: None,
        shortfall_dual: None,
        shortfall_point: None,
        broken: failing.as_ref().map(|f| f.2.answer.broken.clone()).unwrap_or_default(),
        ray_checked: failing.as_ref().is_some_and(|f| f.2.answer.ray_checked),
        results: {
            if let Some((window, _, s)) = &failing {
                put_part(net, &mut results, &s.answer.results, window.start);
            }
            results
        },
    };
    let referee_s = sum(2) + clock.elapsed().as_secs_f64();
    let failed = match failing {
        Some((window, net, solution)) => {
            let explanation = explained(&net, &solution, control)?;
            Some(Box::new(FailedWindow { window, net, explanation }))
        }
        None => None,
    };
    Ok(DispatchSolution { status, answer, certificate, referee_s, failed })
}
