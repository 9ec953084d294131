//! Files that are wrong: every one is a finding, none a panic, a hang or a silent network.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may say that it was skipped

#[path = "common/chinese.rs"]
mod chinese;
mod common;
#[path = "common/pypsa.rs"]
mod truth;

use std::path::{Path, PathBuf};

use fenggu_io::pypsa::refused::REFUSED;
use fenggu_io::{pypsa, read, Read};
use fenggu_net::diagnostic::Lang;

/// The codes of what was found, in order, without repeats.
fn codes(read: &Read) -> Vec<&'static str> {
    let mut codes: Vec<_> = read.diagnostics.iter().filter(|d| d.severity == fenggu_net::Severity::Error).map(|d| d.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A folder with these files beside a small sound network; a name with an empty text takes the file away.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = truth::scratch(&format!("pypsa_hostile_{name}"));
    let base = [
        ("network.csv", "name,pypsa_version\ntoy,1.4.0\n"),
        ("snapshots.csv", ",snapshot,objective,stores,generators\n0,2030-01-01 00:00:00,1,1,1\n1,2030-01-01 01:00:00,1,1,1\n"),
        ("buses.csv", "name,v_nom\na,380\nb,380\n"),
        ("carriers.csv", "name,co2_emissions,ch4\ngas,0.2,1\ncoal,0.34,2\n"),
        ("generators.csv", "name,bus,p_nom,carrier,marginal_cost\ng,a,100,gas,20\nh,b,100,coal,30\n"),
        ("loads.csv", "name,bus,p_set\nl,b,50\n"),
        ("lines.csv", "name,bus0,bus1,x,s_nom,carrier\nab,a,b,10,80,AC\n"),
        ("transformers.csv", "name,bus0,bus1,x,s_nom\nt,a,b,0.1,80\n"),
        ("links.csv", "name,bus0,bus1,p_nom,carrier\nk,a,b,10,DC\n"),
        ("stores.csv", "name,bus,e_nom\ns,b,10\n"),
        ("storage_units.csv", "name,bus,p_nom\nu,b,10\n"),
        ("processes.csv", "name,bus0,bus1,p_nom\np,a,b,10\n"),
    ];
    for (file, text) in base.iter().filter(|(f, _)| files.iter().all(|(g, _)| g != f)).chain(files) {
        if !text.is_empty() {
            std::fs::write(path.join(file), text).expect("written");
        }
    }
    path
}

#[test]
fn the_small_network_is_sound() {
    let read = read(&folder("sound", &[]), None);
    let told: Vec<String> = read.diagnostics.iter().map(|d| d.render(Lang::En)).collect();
    assert!(read.network.is_some(), "{}", told.join("\n"));
}

#[test]
fn wrong_folders_are_told_with_their_place() {
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        ("no_buses", "buses.csv", "name\n", "F0501", ""),
        ("word", "generators.csv", "name,bus,p_nom\ng,a,ten\n", "F0502", "generators.csv:2:5"),
        ("comma", "loads.csv", "name,bus,p_set\nl,b,\"1,5\"\n", "F0502", "loads.csv:2:5"),
        ("flag", "generators.csv", "name,bus,p_nom,p_nom_extendable\ng,a,1,f\n", "F0502", "generators.csv:2:7"),
        ("full_width", "generators.csv", "name,bus,p_nom\ng,a,１０\n", "F0106", "generators.csv:2:5"),
        ("overflow", "generators.csv", "name,bus,p_nom\ng,a,1e400\n", "F0105", "generators.csv:2:5"),
        ("bus", "generators.csv", "name,bus,p_nom\ng,aa,1\n", "F0504", "generators.csv:2:3"),
        ("type", "lines.csv", "name,bus0,bus1,type,length,s_nom\nab,a,b,Al/St 240/40,10,1\n", "F0504", "lines.csv:2:8"),
        ("cells", "generators.csv", "name,bus,p_nom\ng,a\n", "F0410", "generators.csv:2:1"),
        ("twice", "generators.csv", "name,bus,p_nom,p_nom\ng,a,1,2\n", "F0406", "generators.csv:1:16"),
        ("open_quote", "generators.csv", "name,bus,p_nom\n\"g,a,1\n", "F0108", "generators.csv:2:1"),
        ("no_name", "generators.csv", "name,bus,p_nom\n,a,1\n", "F0409", "generators.csv:2:1"),
        ("rows", "loads-p_set.csv", ",l\n0,1\n", "F0505", "loads-p_set.csv:2:1"),
        ("gap", "loads-p_set.csv", ",l\n0,1\n1,\n", "F0516", "loads-p_set.csv:3:3"),
        ("series_word", "loads-p_set.csv", ",l\n0,1\n1,x\n", "F0502", "loads-p_set.csv:3:3"),
        ("weight", "snapshots.csv", ",snapshot,objective\n0,a,-1\n1,b,1\n", "F0510", ""),
        ("no_snapshots", "snapshots.csv", ",snapshot\n", "F0510", "snapshots.csv:1:1"),
        ("nothing_said", "generators.csv", "name,bus,p_nom\ng,a,5\nh,a,\n", "F0519", "generators.csv:3:5"),
        ("ideal", "lines.csv", "name,bus0,bus1,x,s_nom\nab,a,b,0,5\n", "N0411", "lines.csv:2:8"),
        (
            "counts_nothing",
            "global_constraints.csv",
            "name,type,carrier_attribute,constant\nc,tech_capacity_expansion_limit,gas,5\n",
            "F0513",
            "",
        ),
        ("voltage", "buses.csv", "name,v_nom\na,0\nb,380\n", "F0512", "lines.csv:2:4"),
        ("rating", "transformers.csv", "name,bus0,bus1,x,s_nom\nt,a,b,0.1,0\n", "F0512", "transformers.csv:2:11"),
        ("cost", "generators.csv", "name,bus,p_nom_extendable,overnight_cost\ng,a,True,1000\n", "F0515", "generators.csv:2:10"),
        ("sense", "global_constraints.csv", "name,sense,constant\nc,about,1\n", "F0502", "global_constraints.csv:2:3"),
        ("set_outside", "generators.csv", "name,bus,p_nom_extendable,p_nom_max,p_nom_set\ng,a,True,5,9\n", "F0502", "generators.csv:2:12"),
        ("negative", "generators.csv", "name,bus,p_nom\ng,a,-5\n", "N0101", ""),
        ("same_name", "generators.csv", "name,bus,p_nom\ng,a,5\ng,b,5\n", "N0104", ""),
    ];
    for (name, file, text, code, place) in cases {
        let read = read(&folder(name, &[(file, text)]), None);
        // What only the checks find is found when the network is checked.
        let mut found = read.diagnostics.clone();
        found.extend(read.network.iter().flat_map(|n| fenggu_net::check(n, Some(&read.sources))));
        let hit = found.iter().find(|d| d.code() == *code);
        let told: Vec<String> = found.iter().map(|d| d.render(Lang::En)).collect();
        let Some(hit) = hit else { panic!("{name}: no {code} in\n{}", told.join("\n")) };
        for lang in [Lang::En, Lang::Zh] {
            assert!(!hit.render(lang).contains(['{', '}']), "{name}: {}", hit.render(lang));
        }
        if !place.is_empty() {
            let p = hit.place.as_ref().unwrap_or_else(|| panic!("{name}: no place"));
            assert!(format!("{}:{}:{}", p.file, p.line, p.column).ends_with(place), "{name}: {}:{}:{}", p.file, p.line, p.column);
        }
    }
}

#[test]
fn encodings_are_named() {
    let path = folder("gbk", &[]);
    std::fs::write(path.join("buses.csv"), b"name\n\xC4\xB8\xCF\xDF\n").expect("written");
    assert!(codes(&read(&path, None)).contains(&"F0003"));
    std::fs::write(path.join("buses.csv"), b"\xFF\xFEn\0a\0m\0e\0\n\0a\0\n\0").expect("written");
    assert!(codes(&read(&path, None)).contains(&"F0002"));
    // A byte-order mark and CRLF are no fault.
    let path = folder("bom", &[("buses.csv", "\u{FEFF}name,v_nom\r\na,380\r\nb,380\r\n")]);
    assert!(read(&path, None).network.is_some());
}

/// Every entry of the list of refused features, by a network that asks for it.
#[test]
fn every_refused_feature_is_refused_by_its_name() {
    let flag = |list: &str, attribute: &str| (format!("{list}.csv"), toy(list, &format!(",{attribute}"), ",True"));
    let number = |list: &str, attribute: &str| (format!("{list}.csv"), toy(list, &format!(",{attribute}"), ",7"));
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let periods = ",period,timestep,objective\n0,2030,2030-01-01,1\n1,2040,2040-01-01,1\n";
    let cost = "name,type,carrier_attribute,sense,constant\nc,transmission_expansion_cost_limit,AC,<=,5\n";
    let other = "name,carrier_attribute,sense,constant\nc,ch4,<=,5\n";
    let known = chinese::known();
    for refusal in REFUSED {
        let lists: &[&str] = if refusal.lists.is_empty() { &[""] } else { refusal.lists };
        for list in lists {
            let files: Vec<(String, String)> = match (refusal.name, *list) {
                ("unit commitment" | "maintenance", _) => vec![flag(list, refusal.attribute)],
                ("unit commitment of what is extendable", _) => {
                    vec![file("generators.csv", &toy(list, ",committable,p_nom_extendable", ",True,True"))]
                }
                ("commitment costs that vary", _) => {
                    vec![flag(list, "committable"), file("generators-start_up_cost.csv", ",g\n0,1\n1,2\n")]
                }
                ("modules" | "delayed delivery", _) => {
                    let attribute = if *list == "processes" && refusal.attribute == "delay" { "delay1" } else { refusal.attribute };
                    vec![number(list, attribute)]
                }
                ("limit of one investment period", _) => {
                    vec![file("global_constraints.csv", "name,sense,constant,investment_period\nc,<=,5,2030\n")]
                }
                ("several investment periods", _) => vec![file("snapshots.csv", periods)],
                ("stochastic scenarios", _) => vec![file("scenarios.csv", "name,weight\na,1\n")],
                ("piecewise costs and efficiencies", _) => vec![file("generators-marginal_cost-pw.csv", ",g\n,x\n0,1\n")],
                ("phase shift that varies", _) => vec![file("transformers-phase_shift.csv", ",t\n0,1\n1,2\n")],
                ("limit that weighs carriers differently by an own attribute", _) => vec![file("global_constraints.csv", other)],
                ("first ramp of a link", _) => vec![(format!("{list}.csv"), toy(list, ",p_init,ramp_limit_up", ",7,0.5"))],
                ("capacity limit on transformers by a carrier", _) => {
                    let limit = "name,type,carrier_attribute,sense,constant\nc,tech_capacity_expansion_limit,steel,<=,5\n";
                    let table = toy("transformers", ",carrier,s_nom_extendable", ",steel,True");
                    vec![("transformers.csv".to_owned(), table), file("global_constraints.csv", limit)]
                }
                ("capacity limits in columns of buses", _) => vec![file("buses.csv", "name,nom_max_gas\na,5\nb,\n")],
                ("fixed size of what is not extendable", _) => {
                    let stem = if list.starts_with("stores") {
                        "e"
                    } else if ["lines", "transformers"].contains(list) {
                        "s"
                    } else {
                        "p"
                    };
                    vec![number(list, &format!("{stem}_nom_set"))]
                }
                ("yearly operation cost in a limit on transmission cost", _) => {
                    let stem = if *list == "lines" { "s" } else { "p" };
                    let carrier = if *list == "lines" { cost.to_owned() } else { cost.replace("AC", "DC") };
                    let table = toy(list, &format!(",fom_cost,{stem}_nom_extendable"), ",7,True");
                    vec![(format!("{list}.csv"), table), ("global_constraints.csv".to_owned(), carrier)]
                }
                (name, _) => panic!("no network for {name}"),
            };
            let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
            let path = folder("refused", &files);
            let read = read(&path, None);
            let hit =
                read.diagnostics.iter().find(|d| d.code() == "F0503" && d.args.iter().any(|(k, v)| *k == "feature" && v == refusal.name));
            let told: Vec<String> = read.diagnostics.iter().map(|d| d.render(Lang::En)).collect();
            let hit = hit.unwrap_or_else(|| panic!("{} of {list}:\n{}", refusal.name, told.join("\n")));
            assert!(read.network.is_none());
            for lang in [Lang::En, Lang::Zh] {
                assert!(!hit.render(lang).contains(['{', '}']), "{}", hit.render(lang));
            }
            let own = chinese::own_words(&path);
            assert_eq!(chinese::english_in(hit, &known, &own), None);
        }
    }
}

/// A table of one component with further columns.
fn toy(list: &str, columns: &str, cells: &str) -> String {
    match list {
        "generators" => format!("name,bus,p_nom,carrier{columns}\ng,a,100,gas{cells}\n"),
        "stores" => format!("name,bus,e_nom{columns}\ns,a,100{cells}\n"),
        "storage_units" => format!("name,bus,p_nom{columns}\nu,a,100{cells}\n"),
        "lines" => format!("name,bus0,bus1,x,s_nom,carrier{columns}\nab,a,b,10,80,AC{cells}\n"),
        "transformers" => format!("name,bus0,bus1,x,s_nom{columns}\nt,a,b,0.1,80{cells}\n"),
        "links" => format!("name,bus0,bus1,p_nom,carrier{columns}\nk,a,b,10,DC{cells}\n"),
        _ => format!("name,bus0,bus1,p_nom{columns}\np,a,b,10{cells}\n"),
    }
}

fn written_netcdf() -> Vec<u8> {
    let net = read(&folder("netcdf", &[("loads-p_set.csv", ",l\n0,1\n1,2\n")]), None).network.expect("sound");
    let path = truth::scratch("pypsa_hostile_nc").join("net.nc");
    pypsa::write_netcdf(&path, &net, None).expect("written");
    std::fs::read(path).expect("read")
}

#[test]
fn a_netcdf_of_13_bytes_is_a_finding() {
    for bytes in [&b"CDF\x01\0\0\0\0\0\0\0\x0a\0"[..], b"\x89HDF\r\n\x1a\n\0\0\0\0\0", b"\x89HDF", b"CDF\x05", b""] {
        let read = pypsa::read_netcdf(bytes.to_vec(), "net.nc");
        assert!(read.network.is_none() && !codes(&read).is_empty(), "{bytes:?}");
    }
}

#[test]
fn cut_and_damaged_netcdf_never_panics() {
    let whole = written_netcdf();
    assert!(pypsa::read_netcdf(whole.clone(), "net.nc").network.is_some());
    for k in 0..60 {
        let cut = whole[..whole.len() * k / 60].to_vec();
        let read = pypsa::read_netcdf(cut, "net.nc");
        assert!(read.network.is_none() && !codes(&read).is_empty(), "{k}");
    }
    // Bytes turned at random: whatever comes out, it is a network or findings.
    let mut seed = 11u64;
    for _ in 0..400 {
        let mut bytes = whole.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            let at = (seed >> 20) as usize % bytes.len();
            bytes[at] = (seed >> 50) as u8;
        }
        let read = pypsa::read_netcdf(bytes, "net.nc");
        assert!(read.network.is_some() || read.has_errors());
    }
}

#[test]
fn what_claims_more_than_the_limit_is_not_decoded() {
    let read = pypsa::read_netcdf_within(written_netcdf(), "net.nc", 200);
    assert!(codes(&read).iter().any(|c| ["F0520", "F0521"].contains(c)), "{:?}", codes(&read));
}

/// The docs page is made from the same list: `FENGGU_BLESS=1` writes it.
#[test]
fn the_docs_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pypsa.md");
    let page = pypsa::docs_page();
    if std::env::var_os("FENGGU_BLESS").is_some() {
        std::fs::write(&path, &page).expect("written");
    }
    let on_disk = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(on_disk == page, "docs/pypsa.md is out of date: FENGGU_BLESS=1 cargo test -p fenggu-io --test pypsa_hostile docs_page");
}
