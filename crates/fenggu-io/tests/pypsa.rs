//! PyPSA networks: what is read, what is refused, what comes back.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may say that it was skipped

mod common;
#[path = "common/pypsa.rs"]
mod truth;

use std::path::{Path, PathBuf};

use fenggu_io::{read, Format};
use fenggu_net::diagnostic::Lang;
use fenggu_net::{Current, EndRule, LimitSubject, Network, Profile};

/// The folder of the shared PyPSA cases.
fn cases() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|p| p.join("../shared/pypsa-cases")).find(|p| p.is_dir());
    let root = root.or_else(|| std::env::var_os("FENGGU_SHARED").map(|p| PathBuf::from(p).join("pypsa-cases")).filter(|p| p.is_dir()));
    if root.is_none() {
        println!("skipped: no ../shared");
    }
    root
}

/// The cases that need nothing that is refused.
const CASES: [&str; 6] = ["c02_storage_hvdc", "c03_scigrid24", "c15_setpoints_budgets", "c23_pst", "c27_rolling", "c29_qp"];

fn sound(path: &Path) -> Network {
    let read = read(path, None);
    let told: Vec<String> = read.diagnostics.iter().map(|d| d.render(Lang::En)).collect();
    let net = read.network.unwrap_or_else(|| panic!("{}: {}", path.display(), told.join("\n")));
    let found: Vec<String> = fenggu_net::check(&net, Some(&read.sources)).iter().map(|d| d.render(Lang::En)).collect();
    assert!(!fenggu_net::check::has_errors(&fenggu_net::check(&net, None)), "{}: {}", path.display(), found.join("\n"));
    net
}

#[test]
fn the_cases_are_read_from_csv() {
    let Some(root) = cases() else { return };
    for case in CASES {
        let path = root.join(case).join("csv");
        assert_eq!(Format::detect(&path), Some(Format::PypsaCsv), "{case}");
        let net = sound(&path);
        assert!(!net.buses.is_empty() && !net.generators.is_empty(), "{case}");
    }
}

#[test]
fn the_netcdf_files_are_the_same_networks() {
    let Some(root) = cases() else { return };
    for case in CASES {
        let path = root.join(case).join("net.nc");
        assert_eq!(Format::detect(&path), Some(Format::PypsaNetcdf), "{case}");
        let (csv, nc) = (sound(&root.join(case).join("csv")), sound(&path));
        same(&sorted(csv), &sorted(nc), case);
    }
}

/// Fails with the first difference, not with two networks in full.
fn same(a: &Network, b: &Network, what: &str) {
    assert!(a == b, "{what}: {}", common::difference(a, b));
}

/// Carried columns by name: their order is the file's.
fn sorted(mut net: Network) -> Network {
    net.carried.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    net
}

#[test]
fn fields_of_the_first_case_mean_what_they_say() {
    let Some(root) = cases() else { return };
    let net = sound(&root.join("c02_storage_hvdc/csv"));
    assert_eq!((net.steps(), net.time.duration_h[0], net.time.weight_storage[11]), (12, 1.0, 3.0));
    assert_eq!(net.time.start_label(1), "2015-01-01T01:00:00Z");
    let wind = &net.generators[net.generators.find("Wind 0").unwrap()];
    assert_eq!((wind.p_nom_mw, wind.p_nom_extendable, wind.p_nom_min_mw), (Some(100.0), true, 100.0));
    assert!(matches!(&wind.p_max_pu, Profile::Series(s) if s.len() == 12 && s[0] == 0.124_173_315_12));
    assert_eq!(wind.capital_cost_per_mw, 2_558.689_828_45);
    let line = &net.branches[net.branches.find("0").unwrap()];
    assert_eq!(line.current, Current::Ac);
    assert!((line.x_pu - 0.417_022_004_703 / (380.0 * 380.0) * 100.0).abs() < 1e-18);
    let unit = &net.storage_units[net.storage_units.find("Storage 2").unwrap()];
    assert_eq!((unit.end_rule, unit.energy_hours_h, unit.standing_loss_per_h.constant()), (EndRule::Cyclic, 6.0, Some(0.01)));
    let held = net.storage_units[net.storage_units.find("Storage 3").unwrap()].soc_set_mwh.clone();
    assert!(matches!(held, Some(Profile::Series(s)) if s[3] == 50.0 && s[0].is_nan()));
    let limit = &net.global_limits.rows()[0];
    assert_eq!((limit.subject, limit.limit), (LimitSubject::Co2, 1000.0));
}

/// Writes a network in a format and reads it again.
fn again(net: &Network, path: &Path, format: Format) -> Network {
    fenggu_io::write(path, net, format).expect("written");
    sound(path)
}

#[test]
fn every_case_comes_back_from_each_format() {
    let Some(root) = cases() else { return };
    let folder = truth::scratch("pypsa_round_trips");
    for case in CASES {
        let net = sorted(sound(&root.join(case).join("net.nc")));
        for (format, name) in [(Format::PypsaCsv, "csv"), (Format::PypsaNetcdf, "out.nc"), (Format::Native, "native")] {
            let path = folder.join(format!("{case}_{name}"));
            let back = sorted(again(&net, &path, format));
            same(&net, &back, &format!("{case} by {name}"));
        }
    }
}

#[test]
fn pypsa_reads_what_is_written_as_the_same_network() {
    let (Some(root), Some(python)) = (cases(), truth::python()) else { return };
    let folder = truth::scratch("pypsa_foreign");
    let mut asked = Vec::new();
    let mut commands = Vec::new();
    let shown = |p: &Path| p.display().to_string();
    for case in CASES {
        let original = root.join(case).join("net.nc");
        let net = sound(&original);
        for (format, name) in [(Format::PypsaCsv, "csv"), (Format::PypsaNetcdf, "out.nc")] {
            let path = folder.join(format!("{case}_{name}"));
            fenggu_io::write(&path, &net, format).expect("written");
            commands.push(truth::command(&["same", &shown(&original), &shown(&path)]));
            asked.push(format!("{case} by {name}"));
        }
    }
    for (answer, what) in truth::ask(&python, &commands).iter().zip(&asked) {
        assert_eq!(answer["different"], serde_json::json!([]), "{what}");
    }
}

/// Random networks with every feature, made by PyPSA itself.
#[test]
fn random_networks_of_pypsa_come_back() {
    let Some(python) = truth::python() else { return };
    let folder = truth::scratch("pypsa_random");
    let seeds: Vec<u64> = (1..=6).collect();
    let path = |seed: u64| folder.join(format!("n{seed}"));
    let shown = |p: &Path| p.display().to_string();
    let made: Vec<_> = seeds.iter().map(|s| truth::command(&["random", &s.to_string(), &shown(&path(*s))])).collect();
    let first = truth::ask(&python, &made);
    let mut commands = Vec::new();
    for seed in &seeds {
        let csv = path(*seed);
        let nc = PathBuf::from(format!("{}.nc", csv.display()));
        let (a, b) = (sorted(sound(&csv)), sorted(sound(&nc)));
        same(&a, &b, &format!("{seed}"));
        for (format, name) in [(Format::PypsaCsv, "out"), (Format::PypsaNetcdf, "out.nc")] {
            let out = folder.join(format!("{seed}_{name}"));
            let back = sorted(again(&a, &out, format));
            same(&a, &back, &format!("{seed} by {name}"));
            commands.push(truth::command(&["same", &shown(&csv), &shown(&out)]));
            commands.push(truth::command(&["optimize", &shown(&out)]));
        }
        let native = folder.join(format!("{seed}_native"));
        let back = sorted(again(&a, &native, Format::Native));
        same(&a, &back, &format!("{seed} by native"));
    }
    let answers = truth::ask(&python, &commands);
    for (k, pair) in answers.chunks(2).enumerate() {
        let (seed, objective) = (seeds[k / 2], first[k / 2]["objective"].as_f64());
        assert_eq!(pair[0]["different"], serde_json::json!([]), "{seed}");
        let (a, b) = (objective.expect("solved"), pair[1]["objective"].as_f64().expect("solved"));
        assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{seed}: {a} and {b}");
    }
}

/// PyPSA's own x_pu_eff and r_pu_eff against the branches read: types, voltages, taps, parallel circuits.
#[test]
fn impedances_are_pypsas() {
    let Some(python) = truth::python() else { return };
    let folder = truth::scratch("pypsa_impedances");
    let shown = |p: &Path| p.display().to_string();
    let mut paths: Vec<PathBuf> = (21..=22).map(|s| folder.join(format!("n{s}"))).collect();
    let made: Vec<_> = (21..=22).zip(&paths).map(|(s, p)| truth::command(&["random", &format!("{s}"), &shown(p)])).collect();
    truth::ask(&python, &made);
    paths.extend(cases().into_iter().flat_map(|r| [r.join("c03_scigrid24/net.nc"), r.join("c23_pst/csv")]));
    let commands: Vec<_> = paths.iter().map(|p| truth::command(&["impedances", &shown(p)])).collect();
    for (answer, path) in truth::ask(&python, &commands).iter().zip(&paths) {
        let net = sound(path);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
        for (list, kind) in [("lines", fenggu_net::BranchKind::Line), ("transformers", fenggu_net::BranchKind::Transformer)] {
            let told = answer[list].as_object().expect("object");
            let own: Vec<_> = net.branches.rows().iter().filter(|b| b.kind == kind).collect();
            assert_eq!(told.len(), own.len());
            // JSON objects lose their order; names of transformers may have been changed.
            for b in own {
                let name = net.carried("pypsa", list, "name").and_then(|c| c.cells.iter().find(|(n, _)| *n == b.name));
                let name = match name {
                    Some((_, fenggu_net::CarriedCell::Text(t))) => t.clone(),
                    _ => b.name.clone(),
                };
                let row = &told[&name];
                let of = |k: usize| row[k].as_f64().expect("number");
                let tap = b.tap_ratio;
                assert!(near(b.x_pu * tap / net.base_mva, of(0)), "{} {name}: {} {}", path.display(), b.x_pu, of(0));
                assert!(near(b.r_pu * tap / net.base_mva, of(1)), "{} {name}", path.display());
            }
        }
    }
}
