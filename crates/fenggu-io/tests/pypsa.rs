//! PyPSA networks: what is read, what is refused, what comes back.

mod common;

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
        assert_eq!(sorted(csv.clone()), sorted(nc.clone()), "{case}: {}", common::difference(&sorted(csv), &sorted(nc)));
    }
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
    assert_eq!(wind.capital_cost_per_mw, 2558.689_828_45);
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
