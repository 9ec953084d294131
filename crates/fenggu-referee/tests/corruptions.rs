//! The referee refuses what is wrong, for the right reason: every way of spoiling a good result, thousands of times each.
//!
//! `CORRUPTIONS.md` is what it said; the test compares it, and rewrites it when `FENGGU_BLESS` is set.
mod common;

use common::corrupt::{commitment_ways, ways, Way};
use common::random::Rng;
use common::{hand, planted, Case};
use fenggu_net::Quantity;
use fenggu_referee::{judge, judge_commitment, Certificate, RefereeOptions};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Good results to spoil.
fn good(grown: u64) -> Vec<Case> {
    let mut all = hand::all();
    all.extend((10_000..10_000 + grown).map(planted::grow));
    all.extend((20_000..20_000 + grown / 2).map(planted::grow_wide));
    all
}

/// Good commitments to spoil.
fn good_commitments(grown: u64) -> Vec<Case> {
    let by_hand = hand::commitment::all().into_iter().map(|(case, _)| case);
    by_hand.chain((30_000..30_000 + grown).map(planted::commitment::grow)).collect()
}

fn judged(c: &Case, commitment: bool) -> Certificate {
    let judge = if commitment { judge_commitment } else { judge };
    judge(&c.net, &c.results, &RefereeOptions::default())
}

struct Said {
    instances: usize,
    /// How often each test refused, in the certificate's order of names.
    refused: BTreeMap<&'static str, usize>,
    example: String,
}

/// Spoils `count` good results in one way. Panics when one is not refused by the test that must notice.
fn spoil(way: &Way, good: &[Case], count: usize) -> Said {
    let seed = way.what.bytes().fold(7u64, |a, b| a.wrapping_mul(131).wrapping_add(u64::from(b)));
    let mut r = Rng(seed);
    let mut said = Said { instances: 0, refused: BTreeMap::new(), example: String::new() };
    // Only results that can be spoilt so. Hand-made ones come first, so that the example is one that a reader can follow.
    let fits: Vec<&Case> = good.iter().filter(|c| (0..4).any(|_| (way.spoil)(&mut (*c).clone(), &mut r))).collect();
    assert!(!fits.is_empty(), "\"{}\" fits nothing", way.what);
    let mut tries = 0;
    while said.instances < count && tries < 20 * count {
        let k = if tries < fits.len() { tries } else { r.below(fits.len()) };
        tries += 1;
        let mut spoilt = fits[k].clone();
        if !(way.spoil)(&mut spoilt, &mut r) {
            continue;
        }
        // What it is judged as, though its status may be gone.
        let c = judged(&spoilt, fits[k].results.column(Quantity::GeneratorStatus).is_some());
        let names: Vec<&str> = c.failed().map(|t| t.name).collect();
        assert!(!c.passed && names.contains(&way.caught_by), "\"{}\" on \"{}\" (try {tries}): refused by {names:?}", way.what, spoilt.name);
        if said.instances == 0 {
            let sentence = c.test(way.caught_by).map(|t| t.sentence()).unwrap_or_default();
            said.example = format!("{}: {}", spoilt.name, sentence.split_once(": ").map_or("", |s| s.1));
        }
        said.instances += 1;
        names.into_iter().for_each(|n| *said.refused.entry(n).or_default() += 1);
    }
    said
}

fn run(grown: u64, count: usize) -> Vec<(Way, Said)> {
    let good = good(grown);
    assert!(good.iter().all(|c| judged(c, false).passed), "only good results may be spoilt");
    let mut all = spoil_all(ways(), &good, count);
    let good = good_commitments(grown / 4);
    for c in &good {
        let said = judged(c, true);
        assert!(said.passed, "only good results may be spoilt: {}: {}", c.name, said.summary());
    }
    all.extend(spoil_all(commitment_ways(), &good, count));
    all
}

fn spoil_all(ways: Vec<Way>, good: &[Case], count: usize) -> Vec<(Way, Said)> {
    ways.into_iter().map(|w| (spoil(&w, good, count), w)).map(|(s, w)| (w, s)).collect()
}

#[test]
fn every_corruption_is_refused_for_the_right_reason() {
    let all = run(400, 2000);
    assert!(all.len() >= 35);
    for (way, said) in &all {
        assert!(said.instances >= 2000, "\"{}\": only {} instances", way.what, said.instances);
    }
    let table = table(&all);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/CORRUPTIONS.md");
    if std::env::var_os("FENGGU_BLESS").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let told = std::fs::read_to_string(path).unwrap_or_default();
    assert!(told == table, "CORRUPTIONS.md is not what the referee says now; rerun with FENGGU_BLESS=1 and read the difference");
}

/// The long form: `cargo test -p fenggu-referee --test corruptions -- --ignored`.
#[test]
#[ignore = "minutes; by name"]
fn every_corruption_ten_thousand_times() {
    run(5000, 10_000);
}

fn table(all: &[(Way, Said)]) -> String {
    let mut s = format!(
        "# What the referee said of spoilt results\n\n\
        Written by `tests/corruptions.rs` (2000 random instances of each way, on {} hand-computed and 600 grown optima, and on {} hand-computed\n\
        and 100 grown commitments); do not edit.\n\
        Every instance is refused, and in every one by the test in the second column; \"also\" names tests that refused at least a\n\
        tenth of the instances besides.\n\n\
        | what was done | refused by | also | for example |\n|---|---|---|---|\n",
        hand::all().len(),
        hand::commitment::all().len()
    );
    for (way, said) in all {
        let often = |n: &&str| **n != *way.caught_by && said.refused[*n] * 10 >= said.instances;
        let also: Vec<String> = said.refused.keys().filter(|n| often(n)).map(|n| format!("`{n}`")).collect();
        let _ = writeln!(s, "| {} | `{}` | {} | {} |", way.what, way.caught_by, also.join(", "), said.example.replace('|', "\\|"));
    }
    s
}
