//! RTS-GMLC's tables: the network read costs, loads and balances as an independent model's answers say. Skipped, and said so,
//! where `../shared` is not there.
#![allow(clippy::print_stdout)]

mod common;

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use common::{difference, shared};
use fenggu_io::rts_gmlc::{self, Initial, Series, Study};
use fenggu_io::{native, Format};
use fenggu_net::{Network, Profile, Severity, TableId};

const DAYS: [&str; 2] = ["2020-01-27", "2020-07-15"];

fn folder() -> Option<PathBuf> {
    shared("rts-gmlc")
}

fn study(folder: &Path, date: &str) -> Study {
    let initial = Initial::File(folder.join(format!("reference/initial_state_{date}.csv")));
    Study { date: Some(date.into()), hours: Some(48), initial, ..Study::default() }
}

fn network(folder: &Path, study: &Study) -> Network {
    let read = rts_gmlc::read(folder, study);
    let said: String = read.diagnostics.iter().map(|d| d.render(Default::default())).collect();
    let net = read.network.unwrap_or_else(|| panic!("{said}"));
    let errors: Vec<_> = fenggu_net::check(&net, Some(&read.sources)).into_iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}", errors[0].render(Default::default()));
    net
}

/// A file of the answers: name, then a number an hour.
fn answers(folder: &Path, name: &str) -> HashMap<String, Vec<f64>> {
    let file = std::fs::File::open(folder.join("reference").join(name)).expect("readable");
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    let row = |line: &str| {
        let mut cells = line.split(',');
        let name = cells.next().expect("name").to_owned();
        (name, cells.map(|c| c.parse().expect("number")).collect())
    };
    text.lines().skip(1).map(row).collect()
}

/// Cost per hour on a curve of points.
fn cost(points: &[[f64; 2]], p: f64) -> f64 {
    let k = points.windows(2).position(|w| p <= w[1][0] + 1e-9).unwrap_or(points.len().saturating_sub(2));
    let (a, b) = (points[k], points[k + 1]);
    a[1] + (p - a[0]) * (b[1] - a[1]) / (b[0] - a[0])
}

#[test]
fn units_cost_what_an_independent_model_paid() {
    let Some(folder) = folder() else { return };
    let summary: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("reference/summary.json")).expect("readable")).expect("JSON");
    for date in DAYS {
        let net = network(&folder, &study(&folder, date));
        let told = &summary["cases"][format!("{date}_net")];
        let number = |key: &str| told[key].as_f64().expect("number");
        let (on, output) =
            (answers(&folder, &format!("commitment_{date}_net.csv.gz")), answers(&folder, &format!("dispatch_{date}_net.csv.gz")));
        let units: Vec<_> = net.generators.rows().iter().filter(|g| g.committable).collect();
        assert_eq!((units.len(), net.generators.len(), net.buses.len(), net.branches.len()), (73, 73 + 80, 73, 120));
        let (mut production, mut starts, mut held) = (0.0, 0.0, 0.0f64);
        for g in &units {
            let (on, p) = (&on[&g.name], &output[&g.name]);
            let mut since = g.initial_status_h.expect("told");
            let mut before = g.p_initial_mw.expect("told");
            let (low, high) = (g.lower_mw(0), g.upper_mw(0));
            for t in 0..48 {
                let run = on[t] == 1.0;
                if run {
                    production += cost(&g.cost_points, p[t]);
                    assert!(p[t] >= low - 1e-6 && p[t] <= high + 1e-6, "{} hour {t}: {}", g.name, p[t]);
                    if since < 0.0 {
                        assert!(-since >= g.down_time_min_h, "{} hour {t}", g.name);
                        assert!(p[t] <= g.start_up_limit_mw.expect("told") + 1e-6, "{} hour {t}", g.name);
                        starts += g.start_up_cost.iter().rev().find(|s| s[0] <= -since).expect("a tier")[1];
                    } else {
                        held = held.max((p[t] - before - g.ramp_up_mw.expect("told")).max(before - p[t] - g.ramp_down_mw.expect("told")));
                    }
                } else {
                    assert!(!g.must_run, "{}", g.name);
                    assert!(since < 0.0 || since >= g.up_time_min_h, "{} hour {t}", g.name);
                    assert!(since < 0.0 || before <= g.shut_down_limit_mw.expect("told") + 1e-6, "{} hour {t}", g.name);
                }
                since = if run == (since > 0.0) { since + since.signum() } else { 1f64.copysign(if run { 1.0 } else { -1.0 }) };
                before = p[t];
            }
        }
        assert!(held < 1e-5, "ramps are passed by {held}");
        println!("{date}: production {production:.3}, starts {starts:.3}");
        assert!((production - number("production_cost")).abs() < 1e-2, "{production}");
        assert!((starts - number("startup_cost")).abs() < 1e-4, "{starts}");
        // Series: load, what must be taken, what may be.
        let sum = |p: &Profile| p.values().iter().sum::<f64>();
        let load: f64 = net.loads.rows().iter().map(|l| sum(&l.p_mw)).sum();
        assert!((load - number("load_mwh")).abs() < 1e-5, "{load}");
        let (mut must, mut may) = (0.0, 0.0);
        for g in net.generators.rows().iter().filter(|g| !g.committable) {
            let high = sum(g.p_max_mw.as_ref().expect("told"));
            *if g.p_min_mw.is_some() { &mut must } else { &mut may } += high;
        }
        assert!((must - number("must_take_mwh")).abs() < 1e-6 && (may - number("renewable_available_mwh")).abs() < 1e-6, "{must} {may}");
    }
}

#[test]
fn flows_and_balances_are_those_of_an_independent_model() {
    let Some(folder) = folder() else { return };
    for date in DAYS {
        let net = network(&folder, &study(&folder, date));
        let (flow, output) =
            (answers(&folder, &format!("flow_{date}_net.csv.gz")), answers(&folder, &format!("dispatch_{date}_net.csv.gz")));
        let (mut worst, mut loop_, mut over) = (0.0f64, 0.0f64, 0.0f64);
        for t in 0..48 {
            let mut left = vec![0.0; net.buses.len()];
            net.loads.rows().iter().for_each(|l| left[l.bus.index()] -= l.p_mw.at(t));
            for g in net.generators.rows() {
                left[g.bus.index()] += match output.get(&g.name) {
                    Some(p) => p[t],
                    None => g.lower_mw(t), // must be taken, and not among the answers
                };
            }
            for s in net.storage_units.rows() {
                let of = |what: &str| output[&format!("{}_{what}", s.name)][t];
                left[s.bus.index()] += of("discharge") - of("charge");
            }
            for l in net.links.rows() {
                let p = output[&l.name][t];
                left[l.bus_from.index()] -= p;
                left[l.bus_to.index()] += p;
            }
            for b in net.branches.rows() {
                let p = flow[&b.name][t];
                left[b.bus_from.index()] -= p;
                left[b.bus_to.index()] += p;
                over = over.max(p.abs() - b.rating_a_mva);
            }
            worst = left.iter().fold(worst, |w, v| w.max(v.abs()));
            // Angles along a tree; every other branch must agree with them.
            let mut angle = vec![f64::NAN; net.buses.len()];
            angle[0] = 0.0;
            let drop = |b: &fenggu_net::Branch| flow[&b.name][t] * b.x_pu * b.tap_ratio / net.base_mva;
            for _ in 0..net.buses.len() {
                for b in net.branches.rows() {
                    let (i, j) = (b.bus_from.index(), b.bus_to.index());
                    match (angle[i].is_nan(), angle[j].is_nan()) {
                        (false, true) => angle[j] = angle[i] - drop(b),
                        (true, false) => angle[i] = angle[j] + drop(b),
                        _ => {}
                    }
                }
            }
            for b in net.branches.rows() {
                let gap = angle[b.bus_from.index()] - angle[b.bus_to.index()] - drop(b);
                loop_ = loop_.max((gap * net.base_mva / (b.x_pu * b.tap_ratio)).abs());
            }
        }
        println!("{date}: balance within {worst:.1e} MW, loops within {loop_:.1e} MW, limits within {over:.1e} MW");
        assert!(worst < 1e-4 && loop_ < 1e-3 && over < 1e-5);
    }
}

#[test]
fn reserve_and_storage_are_as_described() {
    let Some(folder) = folder() else { return };
    let net = network(&folder, &study(&folder, "2020-07-15"));
    assert_eq!(net.reserves.len(), 3);
    assert_eq!(net.reserve_offers.len(), 72); // every thermal unit but the nuclear one
    let offer = &net.reserve_offers[net.reserve_offers.find("Spin_Up_R1 101_CT_1").expect("offer")];
    assert_eq!(offer.max_mw, Profile::Const(30.0)); // ten minutes of 3 MW/min
    let s = &net.storage_units.rows()[0];
    assert_eq!((s.soc_initial_mwh, s.soc_target_mwh, s.energy_upper_mwh(0)), (75.0, 75.0, 150.0));
    assert_eq!((s.charge_upper_mw(0), s.discharge_upper_mw(0), s.efficiency_charge.at(0)), (50.0, 50.0, 0.85));
    assert_eq!(net.time.start_label(0), "2020-07-15T00:00:00Z");
    let nuclear = &net.generators[net.generators.find("121_NUCLEAR_1").expect("unit")];
    assert!(nuclear.must_run);
    // The rule for the start is the one of this day's file.
    let ruled = network(&folder, &Study { initial: Initial::LongUnitsOn, ..study(&folder, "2020-07-15") });
    assert_eq!(net, ruled, "{}", difference(&net, &ruled));
    let secured = network(&folder, &Study { contingencies: true, ..study(&folder, "2020-07-15") });
    assert_eq!(secured.contingencies.len(), 120);
}

#[test]
fn the_real_time_series_are_means_and_lines_between_hours() {
    let Some(folder) = folder() else { return };
    let ahead = network(&folder, &study(&folder, "2020-07-15"));
    let read = rts_gmlc::read(&folder, &Study { series: Series::RealTime { step_min: 15 }, ..study(&folder, "2020-07-15") });
    assert!(read.diagnostics.iter().any(|d| d.code() == "F0743"));
    let net = read.network.expect("a network");
    assert_eq!((net.steps(), net.time.duration_h[0]), (192, 0.25));
    // Wind: 5-minute values of the file, three to a step.
    let text = std::fs::read_to_string(folder.join("timeseries_data_files/WIND/REAL_TIME_wind.csv")).expect("readable");
    let column = text.lines().next().expect("header").split(',').position(|c| c == "303_WIND_1").expect("column");
    let rows: Vec<f64> = text
        .lines()
        .filter(|l| l.starts_with("2020,7,15,"))
        .map(|l| l.split(',').nth(column).expect("cell").parse().expect("number"))
        .collect();
    let wind = net.generators[net.generators.find("303_WIND_1").expect("unit")].p_max_mw.as_ref().expect("series").clone();
    for t in 0..96 {
        let mean = rows[3 * t..3 * t + 3].iter().sum::<f64>() / 3.0;
        assert!((wind.at(t) - mean).abs() < 1e-9, "step {t}");
    }
    // Load: the step whose middle is 7.5 minutes before an hour's middle has an eighth of the hour before.
    let (now, before) = (&net.loads.rows()[0].p_mw, &ahead.loads.rows()[0].p_mw);
    let between = |h: usize, share: f64| before.at(h - 1) * share + before.at(h) * (1.0 - share);
    assert!((now.at(4 * 5 + 1) - between(5, 0.125)).abs() < 1e-9);
    assert!((now.at(4 * 5) - between(5, 0.375)).abs() < 1e-9);
    let a_day: f64 = (0..96).map(|t| now.at(t) * 0.25).sum();
    assert!((a_day / (0..24).map(|t| before.at(t)).sum::<f64>() - 1.0).abs() < 0.01);
}

#[test]
fn a_year_is_read_by_content_and_kept_by_the_native_folder() {
    let Some(folder) = folder() else { return };
    assert_eq!(Format::detect(&folder), Some(Format::RtsGmlc));
    let read = fenggu_io::read(&folder, None);
    let net = read.network.expect("a network");
    assert_eq!((net.steps(), net.time.date_label(8783).as_str()), (8784, "2020-12-31"));
    let place = read.sources.place(TableId::Generators, 2, "p_min_mw").expect("place");
    assert_eq!((place.line, place.excerpt.starts_with("101_STEAM_3"), place.length), (4, false, 2)); // the line is long: no excerpt
    let two_days = network(&folder, &study(&folder, "2020-01-27"));
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rts_gmlc_{}", std::process::id()));
    native::write(&out, &two_days, native::SeriesFormat::Auto).expect("written");
    let again = fenggu_io::read(&out, None).network.expect("a network");
    std::fs::remove_dir_all(&out).ok();
    assert_eq!(two_days, again, "{}", difference(&two_days, &again));
}

/// A copy of the tables with one text replaced; the codes of what is said.
fn spoiled(folder: &Path, file: &str, from: &str, to: &str) -> Vec<String> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rts_spoiled_{}", std::process::id()));
    std::fs::remove_dir_all(&out).ok();
    for sub in [
        "SourceData",
        "timeseries_data_files/Load",
        "timeseries_data_files/Hydro",
        "timeseries_data_files/PV",
        "timeseries_data_files/RTPV",
    ]
    .into_iter()
    .chain(["timeseries_data_files/WIND", "timeseries_data_files/Reserves"])
    {
        std::fs::create_dir_all(out.join(sub)).expect("scratch");
        for entry in std::fs::read_dir(folder.join(sub)).expect("folder").flatten() {
            let name = entry.file_name();
            if name.to_str().is_some_and(|n| n.starts_with("REAL_TIME")) {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).expect("text");
            let text = if name.to_str() == Some(file) {
                assert!(text.contains(from), "{file} has {from}");
                text.replacen(from, to, 1)
            } else {
                text
            };
            std::fs::write(out.join(sub).join(name), text).expect("written");
        }
    }
    let read = rts_gmlc::read(&out, &Study { date: Some("2020-02-01".into()), hours: Some(24), ..Study::default() });
    std::fs::remove_dir_all(&out).ok();
    let at = |d: &fenggu_net::Diagnostic| d.place.as_ref().map_or(String::new(), |p| format!(" {}:{}", p.line, p.column));
    read.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| format!("{}{}", d.code(), at(d))).collect()
}

#[test]
fn faults_are_named() {
    let Some(folder) = folder() else { return };
    assert_eq!(spoiled(&folder, "branch.csv", "A1,101,102", "A1,101,999"), ["F0717 2:8"]);
    assert_eq!(spoiled(&folder, "branch.csv", "0.003,0.014", "0.003,x"), ["F0713 2:18"]);
    assert_eq!(spoiled(&folder, "bus.csv", ",MW Load,", ",Load,").first().map(String::as_str), Some("F0712"));
    assert_eq!(spoiled(&folder, "storage.csv", "0.15,0.075,NA,0.1,50,head", "-1,0.075,NA,0.1,50,head"), ["F0713 3:32"]);
    assert_eq!(spoiled(&folder, "gen.csv", "0.4,0.6,0.8,1,NA", "0.4,0.3,0.8,1,NA").first().map(|c| &c[..5]), Some("F0719"));
    assert!(!spoiled(&folder, "DAY_AHEAD_wind.csv", "2020,2,1,2,", "2020,2,1,2,x").is_empty());
    let late = Study { date: Some("2020-12-31".into()), hours: Some(48), ..Study::default() };
    assert!(rts_gmlc::read(&folder, &late).diagnostics.iter().any(|d| d.code() == "F0714"));
    let odd = Study { date: Some("31.12.2020".into()), ..Study::default() };
    assert_eq!(rts_gmlc::read(&folder, &odd).diagnostics.iter().map(|d| d.code()).collect::<Vec<_>>(), ["F0417"]);
    assert!(rts_gmlc::read(&folder.join("nowhere"), &Study::default()).network.is_none());
}
