//! Instances of UnitCommitment.jl: every fixture reads, says field by field what a plain reading of its JSON says, and starts
//! cost in its network what an independent model paid for them. Skipped, and said so, where `../shared` is not there.
#![allow(clippy::print_stdout)]

mod common;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use common::{difference, files_below, shared};
use fenggu_io::{native, Format};
use fenggu_net::{BusKind, CommitmentSemantics, Generator, Network, Profile, RampUnit, Severity, TableId};
use serde_json::Value;

fn fixtures() -> Vec<PathBuf> {
    shared("ucjl").map_or(Vec::new(), |f| files_below(&f, ".json.gz"))
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".json.gz")).unwrap_or("")
}

/// The first value of the file, as the package takes it.
fn plain(path: &Path) -> Value {
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("readable");
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    serde_json::Deserializer::from_str(&text).into_iter().next().expect("a value").expect("JSON")
}

fn network(path: &Path) -> Network {
    let read = fenggu_io::read(path, None);
    read.network.unwrap_or_else(|| panic!("{}: {}", path.display(), read.diagnostics[0].render(Default::default())))
}

#[test]
fn every_fixture_reads_and_says_what_it_means() {
    let files = fixtures();
    // Findings of at least a warning that each file deserves.
    let deserved = |file: &str| match file {
        "case14-flex" => vec!["F0731"],
        "case118-initcond" => vec!["F0721"],
        "ucjl-0.2" => vec!["F0728"],
        _ => Vec::new(),
    };
    for path in &files {
        assert_eq!(Format::detect(path), Some(Format::UnitCommitmentJl), "{}", path.display());
        let read = fenggu_io::read(path, None);
        let said: Vec<&str> = read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning).map(|d| d.code()).collect();
        assert_eq!(said, deserved(name(path)), "{}: {:?}", path.display(), read.diagnostics);
        let net = read.network.expect("a network");
        let errors: Vec<_> = fenggu_net::check(&net, Some(&read.sources)).into_iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {}", path.display(), errors[0].render(Default::default()));
        let units = net.generators.rows().iter().filter(|g| g.committable).count();
        println!(
            "{}: {units} units × {} steps, {} others, {} buses, {} lines, {} contingencies",
            name(path),
            net.steps(),
            net.generators.len() - units,
            net.buses.len(),
            net.branches.len(),
            net.contingencies.len()
        );
    }
    assert!(files.is_empty() || files.len() == 17, "{} files", files.len());
}

/// A number or a list, one value for each step.
fn steps(v: &Value, count: usize) -> Vec<f64> {
    match v {
        Value::Array(a) => a.iter().map(|x| x.as_f64().expect("number")).collect(),
        v => vec![v.as_f64().expect("number"); count],
    }
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// Compares the values of a profile with those of a key, or its default.
fn same(what: &str, profile: &Profile, v: &Value, default: f64, count: usize) {
    let wanted = if v.is_null() { vec![default; count] } else { steps(v, count) };
    for (t, w) in wanted.iter().enumerate() {
        assert!(close(profile.at(t), *w), "{what}, step {t}: {} and {w}", profile.at(t));
    }
}

fn number(what: &str, field: Option<f64>, v: &Value) {
    assert_eq!(field, v.as_f64(), "{what}");
}

fn names(v: &Value) -> Vec<String> {
    v.as_array().map_or(Vec::new(), |a| a.iter().map(|x| x.as_str().expect("text").to_owned()).collect())
}

fn thermal(net: &Network, g: &Generator, u: &Value, old: bool) {
    let (what, t) = (g.name.as_str(), net.steps());
    assert!(g.committable && g.ramp_unit == RampUnit::PerStep, "{what}");
    assert_eq!(net.buses[g.bus].name, u["Bus"].as_str().expect("text"));
    let (mw, cost) = (steps(&u["Production cost curve (MW)"], 1), steps(&u["Production cost curve ($)"], 1));
    assert_eq!(g.cost_points, mw.iter().zip(&cost).map(|(a, b)| [*a, *b]).collect::<Vec<_>>(), "{what}");
    assert_eq!((g.p_min_mw.clone(), g.p_max_mw.clone()), (Some(mw[0].into()), Some((*mw.last().expect("points")).into())), "{what}");
    let list = |key: &str, default: f64| if u[key].is_null() { vec![default] } else { steps(&u[key], 1) };
    let tiers: Vec<[f64; 2]> =
        list("Startup delays (h)", 1.0).into_iter().zip(list("Startup costs ($)", 0.0)).map(|(a, b)| [a, b]).collect();
    assert_eq!(g.start_up_cost, tiers, "{what}");
    number(what, g.ramp_up_mw, &u["Ramp up limit (MW)"]);
    number(what, g.ramp_down_mw, &u["Ramp down limit (MW)"]);
    number(what, g.start_up_limit_mw, &u["Startup limit (MW)"]);
    number(what, g.shut_down_limit_mw, &u["Shutdown limit (MW)"]);
    number(what, g.initial_status_h, &u["Initial status (h)"]);
    number(what, g.p_initial_mw, &u["Initial power (MW)"]);
    assert_eq!(g.up_time_min_h, u["Minimum uptime (h)"].as_f64().unwrap_or(1.0), "{what}");
    assert_eq!(g.down_time_min_h, u["Minimum downtime (h)"].as_f64().unwrap_or(1.0), "{what}");
    assert_eq!(g.must_run, u["Must run?"].as_bool().unwrap_or(false), "{what}");
    for s in 0..t {
        let held = u["Commitment status"].get(s).and_then(Value::as_bool).map(|f| f64::from(u8::from(f)));
        let told = g.status_set.as_ref().map(|p| p.at(s)).filter(|v| !v.is_nan());
        assert_eq!(told, held, "{what}, step {s}");
    }
    let offers = net.reserve_offers.rows().iter().filter(|o| o.generator.is_some_and(|x| net.generators[x].name == g.name));
    let offered: Vec<String> = offers.map(|o| net.reserves[o.reserve].name.clone()).collect();
    let mut wanted = if old {
        if u["Provides spinning reserves?"].as_bool() == Some(true) {
            vec!["r1".to_owned()]
        } else {
            Vec::new()
        }
    } else {
        names(&u["Reserve eligibility"])
    };
    wanted.retain(|r| net.reserves.find(r).is_some());
    assert_eq!(offered, wanted, "{what}");
}

fn compare(net: &Network, file: &Value) {
    let p = &file["Parameters"];
    let minutes = p["Time step (min)"].as_f64().unwrap_or(60.0);
    let horizon = p["Time horizon (min)"].as_f64().or(p["Time (h)"].as_f64().map(|h| 60.0 * h));
    let t = (horizon.unwrap_or_else(|| 60.0 * p["Time horizon (h)"].as_f64().expect("horizon")) / minutes) as usize;
    assert_eq!(net.steps(), t);
    assert_eq!(net.commitment_semantics, CommitmentSemantics::UnitCommitmentJl);
    for s in 0..t {
        // A step has its length and costs count once per step.
        assert_eq!((net.time.duration_h[s], net.time.objective_h(s)), (minutes / 60.0, 1.0));
    }
    let penalty = p["Power balance penalty ($/MW)"].as_f64().unwrap_or(1000.0);
    let object = |key: &str| file[key].as_object().cloned().unwrap_or_default();
    let (buses, units, lines, stores) = (object("Buses"), object("Generators"), object("Transmission lines"), object("Storage units"));
    assert_eq!((net.buses.len(), net.branches.len(), net.storage_units.len()), (buses.len(), lines.len(), stores.len()));
    assert_eq!(net.generators.len(), units.len());
    assert_eq!(net.contingencies.len(), object("Contingencies").len());
    for (name, b) in &buses {
        let load = &net.loads[net.loads.find(name).expect("load")];
        same(name, &load.p_mw, &b["Load (MW)"], f64::NAN, t);
        assert_eq!((net.buses[load.bus].name.as_str(), load.shed_cost_per_mwh), (name.as_str(), Some(penalty)));
    }
    let old = p["Version"].as_str().expect("text").starts_with("0.2");
    for (name, u) in &units {
        let g = &net.generators[net.generators.find(name).expect("unit")];
        if u["Type"].as_str().is_none_or(|k| k.eq_ignore_ascii_case("thermal")) {
            thermal(net, g, u, old);
        } else {
            assert!(!g.committable);
            same(name, g.p_min_mw.as_ref().expect("told"), &u["Minimum power (MW)"], 0.0, t);
            same(name, g.p_max_mw.as_ref().expect("told"), &u["Maximum power (MW)"], f64::NAN, t);
            same(name, &g.cost_linear_per_mwh, &u["Cost ($/MW)"], f64::NAN, t);
        }
    }
    if old {
        assert_eq!((net.reserves.len(), net.reserves.rows()[0].shortage.len()), (1, 0));
        same("r1", &net.reserves.rows()[0].requirement_mw, &file["Reserves"]["Spinning (MW)"], f64::NAN, t);
    } else {
        for (name, r) in object("Reserves") {
            let spinning = r["Type"].as_str().expect("text").eq_ignore_ascii_case("spinning");
            assert_eq!(net.reserves.find(&name).is_some(), spinning);
            if let Some(id) = net.reserves.find(&name) {
                same(&name, &net.reserves[id].requirement_mw, &r["Amount (MW)"], f64::NAN, t);
                let price = r["Shortfall penalty ($/MW)"].as_f64().filter(|v| *v >= 0.0);
                assert_eq!(net.reserves[id].shortage, price.map_or(Vec::new(), |v| vec![[f64::INFINITY, v]]), "{name}");
            }
        }
    }
    for (name, l) in object("Price-sensitive loads") {
        let load = &net.loads[net.loads.find(&name).expect("load")];
        assert_eq!(load.bid, [[l["Demand (MW)"].as_f64().expect("number"), l["Revenue ($/MW)"].as_f64().expect("number")]]);
        assert_eq!(net.buses[load.bus].name, l["Bus"].as_str().expect("text"));
    }
    let mut ratio = None;
    for (name, l) in &lines {
        let b = &net.branches[net.branches.find(name).expect("line")];
        assert_eq!(net.buses[b.bus_from].name, l["Source bus"].as_str().expect("text"));
        assert_eq!(net.buses[b.bus_to].name, l["Target bus"].as_str().expect("text"));
        // Only the ratios of susceptances matter.
        let product = b.x_pu * l["Susceptance (S)"].as_f64().expect("number");
        assert!(close(product, *ratio.get_or_insert(product)), "{name}");
        number(name, Some(b.rating_a_mva).filter(|v| v.is_finite()), &l["Normal flow limit (MW)"]);
        number(name, Some(b.rating_c_mva).filter(|v| v.is_finite()), &l["Emergency flow limit (MW)"]);
        let penalty = b.violation_cost_per_mwh.as_ref().and_then(Profile::constant);
        let limited = b.rating_a_mva.is_finite() || b.rating_c_mva.is_finite();
        assert_eq!(penalty, l["Flow limit penalty ($/MW)"].as_f64().or(limited.then_some(5000.0)), "{name}");
    }
    for (name, c) in object("Contingencies") {
        let row = &net.contingencies[net.contingencies.find(&name).expect("contingency")];
        let line = row.branch.map(|b| net.branches[b].name.clone());
        assert_eq!((line, row.generator), (names(&c["Affected lines"]).first().cloned(), None));
    }
    let hourly = minutes == 60.0;
    for (name, u) in &stores {
        let s = &net.storage_units[net.storage_units.find(name).expect("storage unit")];
        let least = u["Last period minimum level (MWh)"].as_f64();
        let most = u["Last period maximum level (MWh)"].as_f64();
        for k in 0..t {
            let at = |key: &str, default: f64| if u[key].is_null() { default } else { steps(&u[key], t)[k] };
            let last = |v: Option<f64>| v.filter(|_| k + 1 == t);
            assert_eq!(s.energy_min_mwh.at(k), at("Minimum level (MWh)", 0.0).max(last(least).unwrap_or(0.0)), "{name}");
            assert_eq!(s.energy_upper_mwh(k), at("Maximum level (MWh)", 0.0).min(last(most).unwrap_or(f64::INFINITY)), "{name}");
            assert_eq!(s.charge_upper_mw(k), at("Maximum charge rate (MW)", 0.0), "{name}");
            assert_eq!(s.discharge_upper_mw(k), at("Maximum discharge rate (MW)", 0.0), "{name}");
            assert!(!hourly || s.standing_loss_per_h.at(k) == at("Loss factor", 0.0), "{name}");
            let both = match &u["Allow simultaneous charging and discharging"] {
                Value::Array(a) => a[k].as_bool(),
                v => v.as_bool(),
            };
            assert_eq!(s.one_way.at(k), f64::from(u8::from(both == Some(false))), "{name}");
        }
        same(name, &s.charge_min_mw, &u["Minimum charge rate (MW)"], 0.0, t);
        same(name, &s.discharge_min_mw, &u["Minimum discharge rate (MW)"], 0.0, t);
        same(name, &s.charge_cost_per_mwh, &u["Charge cost ($/MW)"], f64::NAN, t);
        same(name, &s.discharge_cost_per_mwh, &u["Discharge cost ($/MW)"], f64::NAN, t);
        same(name, &s.efficiency_charge, &u["Charge efficiency"], 1.0, t);
        same(name, &s.efficiency_discharge, &u["Discharge efficiency"], 1.0, t);
        assert_eq!(s.soc_initial_mwh, u["Initial level (MWh)"].as_f64().unwrap_or(0.0), "{name}");
    }
}

#[test]
fn every_field_is_that_of_a_plain_reading() {
    for path in &fixtures() {
        println!("{}", name(path));
        compare(&network(path), &plain(path));
    }
}

/// What a commitment pays for its starts, from the network's tiers: the tier of the time off, the last where it is shorter than all.
fn starts(net: &Network, commitment: &Value) -> f64 {
    let per_hour = 1.0 / net.time.duration_h[0];
    let mut total = 0.0;
    for g in net.generators.rows().iter().filter(|g| g.committable) {
        let status = commitment[&g.name].as_array().unwrap_or_else(|| panic!("{}", g.name));
        let mut since = g.initial_status_h.map_or(1e9, |h| h * per_hour); // steps on (+) or off (−)
        for v in status.iter().map(|v| v.as_f64() == Some(1.0)) {
            if v && since < 0.0 {
                let tiers = g.start_up_cost.iter();
                let tier = tiers.rev().find(|[h, _]| h * per_hour <= -since).or(g.start_up_cost.last());
                total += tier.map_or(0.0, |t| t[1]);
            }
            since = match (v, since > 0.0) {
                (true, true) => since + 1.0,
                (true, false) => 1.0,
                (false, true) => -1.0,
                (false, false) => since - 1.0,
            };
        }
    }
    total
}

#[test]
fn the_networks_are_those_of_an_independent_model() {
    let Some(folder) = shared("ucjl") else { return };
    let text = std::fs::read_to_string(folder.join("reference.json")).expect("readable");
    let reference: Value = serde_json::from_str(&text).expect("JSON");
    let mut compared = 0;
    for path in &fixtures() {
        let (net, case) = (network(path), &reference["cases"][name(path)]);
        let whole = |key: &str| case[key].as_u64().unwrap_or_else(|| panic!("{key}")) as usize;
        let units = net.generators.rows().iter().filter(|g| g.committable).count();
        assert_eq!((units, net.generators.len() - units), (whole("units"), whole("profiled_units")), "{}", name(path));
        let bids = net.loads.rows().iter().filter(|l| !l.bid.is_empty()).count();
        assert_eq!((bids, net.storage_units.len()), (whole("price_sensitive_loads"), whole("storage_units")));
        assert_eq!((net.buses.len(), net.branches.len()), (whole("buses"), whole("lines")));
        assert_eq!((net.contingencies.len(), net.steps()), (whole("contingencies"), whole("periods")));
        assert_eq!(net.time.duration_h[0], case["step_minutes"].as_f64().expect("number") / 60.0);
        if net.generators.rows().iter().all(|g| !g.committable || g.initial_status_h.is_some()) {
            let paid = case["startup_cost"].as_f64().expect("number");
            assert!(close(starts(&net, &case["commitment"]), paid), "{}: {paid}", name(path));
            compared += 1;
        }
    }
    println!("{compared} start-up costs compared");
}

#[test]
fn the_native_folder_keeps_everything() {
    for path in &fixtures() {
        let net = network(path);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ucjl_{}_{}", std::process::id(), name(path)));
        native::write(&folder, &net, native::SeriesFormat::Auto).expect("written");
        let read = fenggu_io::read(&folder, None);
        std::fs::remove_dir_all(&folder).ok();
        let again = read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
        assert_eq!(net, again, "{}: {}", name(path), difference(&net, &again));
    }
}

fn read(text: &str) -> fenggu_io::Read {
    fenggu_io::ucjl::read(text.as_bytes().to_vec(), "x.json")
}

/// A file of one bus, three half hours, and these further entries; what is behind `unit` is added to its only generator.
fn small(unit: &str, more: &str) -> String {
    format!(
        r#"{{"Parameters": {{"Version": "0.4", "Time horizon (min)": 90, "Time step (min)": 30}}, "Buses": {{"a": {{"Load (MW)": [1, 2, 3]}}, "b": {{"Load (MW)": 0}}}},
        "Generators": {{"g": {{"Bus": "a", "Type": "thermal", "Initial status (h)": -4, "Initial power (MW)": 0{unit}}}}}{more}}}"#
    )
}

const CURVE: &str = r#", "Production cost curve (MW)": [1, 5], "Production cost curve ($)": [10, 20]"#;

#[test]
fn repairs_of_the_package_count_and_are_told() {
    let unit = r#", "Production cost curve (MW)": [10, 20, 30, 40], "Production cost curve ($)": [100, 200, 250, 400],
        "Startup delays (h)": [1, 1, 3], "Startup costs ($)": [50, 40, 60], "Startup limit (MW)": 5, "Shutdown limit (MW)": 5"#;
    let found = read(&small(unit, ""));
    let net = found.network.as_ref().expect("a network");
    let g = &net.generators.rows()[0];
    // Slope 5 after 10 counts as 10; what comes behind keeps its slope of 15.
    assert_eq!(g.cost_points, [[10.0, 100.0], [20.0, 200.0], [30.0, 300.0], [40.0, 450.0]]);
    assert_eq!(g.start_up_cost, [[1.0, 50.0], [1.5, 50.0], [3.0, 60.0]]);
    assert_eq!((g.start_up_limit_mw, g.shut_down_limit_mw), (Some(10.0), Some(5.0)));
    let told: Vec<_> =
        found.diagnostics.iter().filter(|d| d.code() == "F0722").map(|d| (d.args[2].1.clone(), d.args[3].1.clone())).collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(told, [pair("250", "300"), pair("1", "1.5"), pair("40", "50"), pair("5", "10")]);
}

#[test]
fn series_go_where_the_network_has_them() {
    let more = r#", "Price-sensitive loads": {"p": {"Bus": "a", "Demand (MW)": [1, 2, 0], "Revenue ($/MW)": 70}},
        "Transmission lines": {"l": {"Source bus": "a", "Target bus": "b", "Susceptance (S)": 2, "Normal flow limit (MW)": [10, 20, 40],
        "Emergency flow limit (MW)": [50, 25, 10], "Flow limit penalty ($/MW)": [1, 2, 3]}},
        "Storage units": {"s": {"Bus": "b", "Maximum level (MWh)": 9, "Charge cost ($/MW)": 0, "Discharge cost ($/MW)": 1, "Loss factor": 0.1,
        "Maximum charge rate (MW)": 2, "Maximum discharge rate (MW)": 3, "Last period minimum level (MWh)": 4}},
        "Interfaces": {"i": {"Outbound lines": ["l"], "Net flow upper limit (MW)": [5, 6, 7], "Flow limit penalty ($/MW)": 9}}"#;
    let found = read(&small(CURVE, more));
    let net = found.network.as_ref().unwrap_or_else(|| panic!("{:?}", found.diagnostics));
    let p = &net.generators[net.generators.find("p").expect("load as generator")];
    let (low, high): (Vec<f64>, Vec<f64>) = ((0..3).map(|t| p.lower_mw(t)).collect(), (0..3).map(|t| p.upper_mw(t)).collect());
    assert_eq!((low, high, p.committable), (vec![-1.0, -2.0, 0.0], vec![0.0; 3], false));
    let l = &net.branches.rows()[0];
    for t in 0..3 {
        assert!(close(l.rating_a_mva * l.s_max_pu.at(t), [10.0, 20.0, 40.0][t]));
        assert!(close(l.rating_c_mva * l.emergency_max_pu.at(t), [50.0, 25.0, 10.0][t]));
        assert_eq!(l.violation_cost_per_mwh.as_ref().expect("told").at(t), [1.0, 2.0, 3.0][t]);
    }
    let s = &net.storage_units.rows()[0];
    // A tenth is lost in half an hour: 0.9² is kept in an hour.
    assert!(close(1.0 - s.standing_loss_per_h.at(0), 0.81));
    assert_eq!(s.energy_min_mwh.values(), [0.0, 0.0, 4.0]);
    let i = &net.interfaces.rows()[0];
    assert_eq!((i.p_max_mw.values(), i.p_min_mw.at(0), i.violation_cost_per_mwh), (&[5.0, 6.0, 7.0][..], f64::NEG_INFINITY, Some(9.0)));
    assert_eq!((net.interface_terms.rows()[0].weight, net.buses.rows()[0].kind), (1.0, BusKind::Reference));
    // Checks made later find the place of a field.
    let place = found.sources.place(TableId::Generators, 0, "cost_points").expect("place");
    assert_eq!((place.line, place.length), (2, 1));
}

#[test]
fn buses_without_lines_balance_as_one() {
    let found = read(&small(CURVE, ""));
    let net = found.network.expect("a network");
    assert_eq!((net.branches.len(), net.branches.rows()[0].rating_a_mva), (1, f64::INFINITY));
    assert!(found.diagnostics.iter().any(|d| d.code() == "F0730"));
}

#[test]
fn a_packed_bomb_is_refused() {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b' '; 1 << 20];
    packer.write_all(b"{\"Parameters\": {").expect("memory");
    for _ in 0..64 {
        packer.write_all(&block).expect("memory");
    }
    let bomb = packer.finish().expect("memory");
    assert!(bomb.len() < 100_000);
    let read = fenggu_io::ucjl::read(bomb.clone(), "bomb.json.gz");
    assert_eq!(read.diagnostics.iter().map(|d| d.code()).collect::<Vec<_>>(), ["F0007"]);
    let read = fenggu_io::pglib_uc::read_within(bomb, "bomb.json.gz", 1000);
    assert_eq!(read.diagnostics.iter().map(|d| d.code()).collect::<Vec<_>>(), ["F0007"]);
}
