//! PyPSA networks mean what PyPSA's `optimize` means, from the CSV folder and from the netCDF file: the same objective, the same
//! prices and capacities where they are unique. Truth: PyPSA 1.4.0 with HiGHS.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use fenggu::net::{Network, Quantity as Q, TableId};
use fenggu::report::RunStatus;
use fenggu::{dispatch, DispatchOptions, DispatchSolution};
use std::path::{Path, PathBuf};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `../shared` beside the repository, wherever it was checked out.
fn shared(name: &str) -> Option<PathBuf> {
    let found = here().ancestors().map(|a| a.join("shared/pypsa-cases").join(name)).find(|p| p.exists());
    if found.is_none() {
        println!("skipped: no ../shared");
    }
    found
}

fn solved(path: &Path, options: &DispatchOptions) -> (Network, DispatchSolution) {
    let read = fenggu::io::read(path, None);
    let net = read.network.unwrap_or_else(|| panic!("{}: {:?}", path.display(), read.diagnostics));
    let solution = dispatch(&net, options).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let failed: Vec<_> = solution.certificate.tests.iter().filter(|t| !t.passed).collect();
    assert_eq!(solution.status, RunStatus::Ok, "{}: {failed:?}", path.display());
    (net, solution)
}

fn near(what: &str, got: f64, want: f64, relative: f64) {
    assert!((got - want).abs() <= relative * want.abs().max(1.0), "{what}: {got} for {want}");
}

/// Chosen capacities and mean prices against what PyPSA found.
fn compare(name: &str, net: &Network, solution: &DispatchSolution, expected: &serde_json::Value) {
    let unique = |what: &str| expected["unique"][what].as_bool().unwrap_or(false);
    let results = solution.results();
    let kinds = [
        ("Generator", TableId::Generators, Q::GeneratorPNomOpt),
        ("StorageUnit", TableId::StorageUnits, Q::StoragePNomOpt),
        ("Store", TableId::Stores, Q::StoreENomOpt),
        ("Link", TableId::Links, Q::LinkPNomOpt),
        ("Line", TableId::Branches, Q::BranchSNomOpt),
    ];
    for (kind, table, quantity) in kinds.into_iter().filter(|(kind, ..)| unique(&format!("capacities/{kind}"))) {
        for (element, want) in expected["expected"]["capacities"][kind].as_object().into_iter().flatten() {
            let row = net.table(table).row_of(element).unwrap_or_else(|| panic!("{name}: no {element}"));
            // PyPSA lists the given ones as well.
            if let Some(built) = results.built(net).iter().find(|b| b.quantity == quantity && b.row == row) {
                near(&format!("{name}, capacity of {element}"), built.chosen, want.as_f64().unwrap(), 1e-5);
            }
        }
    }
    if unique("marginal_price_mean") {
        for (bus, want) in expected["expected"]["marginal_price_mean"].as_object().into_iter().flatten() {
            let row = net.buses.find(bus).unwrap_or_else(|| panic!("{name}: no bus {bus}")).index();
            let series = results.series(Q::BusPrice, row);
            let mean = series.iter().sum::<f64>() / series.len() as f64;
            near(&format!("{name}, mean price at {bus}"), mean, want.as_f64().unwrap(), 1e-5);
        }
    }
}

#[test]
fn the_shared_cases_have_pypsas_answers_from_both_kinds_of_file() {
    let rolling = DispatchOptions { horizon_steps: Some(24), overlap_steps: 6, ..DispatchOptions::default() };
    let plain = DispatchOptions::default();
    for (name, options) in [
        ("c02_storage_hvdc", &plain),
        ("c03_scigrid24", &plain),
        ("c15_setpoints_budgets", &plain),
        ("c23_pst", &plain),
        ("c27_rolling", &rolling),
        ("c29_qp", &plain),
        ("c33_pf", &plain),
    ] {
        let Some(folder) = shared(name) else { return };
        let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        for file in ["csv", "net.nc"] {
            let (net, solution) = solved(&folder.join(file), options);
            let objective = solution.results().objective;
            near(&format!("{name}/{file}, objective"), objective, expected["objective"].as_f64().unwrap(), 1e-6);
            compare(name, &net, &solution, &expected);
        }
    }
}

/// Commitment as PyPSA means it; a dispatch of such a network, which would leave every unit on, is refused by name.
#[test]
fn commitment_has_pypsas_answers() {
    for (name, gap) in [("c07_uc_minpu", 1e-9), ("c08_uc_updown", 1e-9), ("c10_uc20x48", 1e-5)] {
        let Some(folder) = shared(name) else { return };
        let expected: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
        for file in ["csv", "net.nc"] {
            let read = fenggu::io::read(&folder.join(file), None);
            let net = read.network.unwrap_or_else(|| panic!("{name}/{file}: {:?}", read.diagnostics));
            let solution = fenggu::commit(&net, &fenggu::CommitOptions { gap_relative: gap, ..Default::default() }).unwrap();
            println!(
                "{name}/{file}: {} gap {:.1e} in {:.1} s",
                solution.answer.objective, solution.answer.gap_claimed, solution.answer.seconds.solve
            );
            near(
                &format!("{name}/{file}, objective"),
                solution.answer.objective,
                expected["objective"].as_f64().unwrap(),
                gap.max(1e-9) * 2.0,
            );
            let refused = fenggu::dispatch(&net, &DispatchOptions::default()).map(|_| ()).unwrap_err();
            assert!(refused.to_string().contains("commit"), "{refused}");
        }
    }
}

/// The case of the project itself: it needs no shared data.
#[test]
fn two_regions_are_built_as_pypsa_builds_them() {
    let case = here().join("../../cases/two_regions");
    let (net, solution) = solved(&case.join("network"), &DispatchOptions::default());
    let expected: toml::Table = std::fs::read_to_string(case.join("expected.toml")).unwrap().parse().unwrap();
    let number = |v: &toml::Value| v.as_float().unwrap();
    near("objective", solution.results().objective, number(&expected["objective"]["value"]), 1e-6);
    let built = solution.results().built(&net);
    assert_eq!(built.len(), 4);
    for b in built {
        let name = net.table(b.quantity.spec().table).name_of(b.row);
        near(name, b.chosen, number(&expected["p_nom_opt_mw"][name]), 1e-6);
    }
    for bus in ["north", "south"] {
        let got = solution.results().series(Q::BusPrice, net.buses.find(bus).unwrap().index());
        let want: Vec<f64> = expected["price_per_mwh"][bus].as_array().unwrap().iter().map(number).collect();
        assert!(got.len() == want.len() && got.iter().zip(&want).all(|(g, w)| (g - w).abs() < 1e-3), "{bus}: {got:?} for {want:?}");
    }
}

/// Files that older versions of PyPSA wrote, and files by xarray's other engine, plain and compressed.
#[test]
fn files_of_older_versions_have_the_same_answer() {
    let folder = here().join("../fenggu-io/tests/data/pypsa_versions");
    for (name, want) in [
        ("0.20.1_csv", 14_737.201_753_197),
        ("0.27.1_csv", 14_737.201_753_197),
        ("0.20.1_netcdf4.nc", 19_989.4),
        ("0.27.1_netcdf4.nc", 19_989.4),
        ("0.27.1_h5netcdf.nc", 19_989.4),
        ("0.27.1_h5netcdf_zlib.nc", 19_989.4),
    ] {
        let (_, solution) = solved(&folder.join(name), &DispatchOptions::default());
        near(name, solution.results().objective, want, 1e-7);
    }
}
