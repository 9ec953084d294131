//! Malformed PyPSA folders, native folders and netCDF files: each with the code it must be told by, at the place of the
//! fault, in both languages; none accepted in silence, none a panic.
//!
//! A case is one change of a sound network. The mark `¦` in the new text says where the fault is; it is taken out before the
//! file is written, so places are not the reader's own.
#![allow(clippy::print_stdout)]

#[path = "common/chinese.rs"]
mod chinese;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fenggu_io::{read, Read};
use fenggu_net::diagnostic::Lang;
use fenggu_net::Severity;

/// A folder that is removed again.
struct Folder(PathBuf);

static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Folder {
    fn new() -> Folder {
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("malformed_{}_{n}", std::process::id()));
        std::fs::remove_dir_all(&path).ok();
        std::fs::create_dir_all(&path).expect("scratch");
        Folder(path)
    }
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("scratch");
        std::fs::write(path, bytes).expect("written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

const PYPSA: &[(&str, &str)] = &[
    ("network.csv", "name,pypsa_version\nsmall,1.0.0\n"),
    (
        "snapshots.csv",
        "snapshot,objective,stores,generators\n2024-01-01 00:00:00,1,1,1\n2024-01-01 01:00:00,1,1,1\n2024-01-01 02:00:00,1,1,1\n",
    ),
    ("buses.csv", "name,v_nom,carrier\nNorth,380,AC\nSouth,380,AC\n"),
    ("generators.csv", "name,bus,p_nom,marginal_cost,efficiency,p_nom_extendable\nCoal,North,200,20,0.4,False\nWind,South,100,0,1,False\n"),
    ("generators-p_max_pu.csv", "snapshot,Wind\n2024-01-01 00:00:00,0.3\n2024-01-01 01:00:00,0.5\n2024-01-01 02:00:00,0.4\n"),
    ("loads.csv", "name,bus,p_set\nCity,South,120\n"),
    ("lines.csv", "name,bus0,bus1,x,r,s_nom,length\nL1,North,South,10,1,150,50\n"),
    ("storage_units.csv", "name,bus,p_nom,max_hours,efficiency_store,cyclic_state_of_charge\nBattery,South,20,4,0.95,True\n"),
];

const NATIVE: &[(&str, &str)] = &[
    (
        "network.toml",
        "format = 1\nname = \"x\"\nbase_mva = 100.0\ncurrency = \"CNY\"\nflow_convention = \"matpower\"\n[time]\nzone = \"UTC\"\nsteps = 2\nstep_h = 1.0\n",
    ),
    ("buses.csv", "name,v_nom_kv,kind\nNorth,230,reference\nSouth,230,pq\n"),
    ("generators.csv", "name,bus,p_max_mw,cost_linear_per_mwh\nG1,North,200,20\nWind,South,@Wind,1\n"),
    ("series/generators.p_max_mw.csv", "step,Wind\n1,30\n2,35.5\n"),
    ("loads.csv", "name,bus,p_mw\nCity,South,120\n"),
    ("branches.csv", "name,bus_from,bus_to,x_pu,rating_a_mva\nL1,North,South,0.1,150\n"),
];

fn folder(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    files.iter().for_each(|(name, text)| folder.put(name, text));
    folder
}

/// Reads, checks the network where there is one, and makes sure that every finding can be told in both languages.
fn told(path: &Path) -> (Read, BTreeSet<(String, usize, usize, String)>) {
    let mut got = read(path, None);
    if let Some(net) = &got.network {
        got.diagnostics.extend(fenggu_net::check(net, Some(&got.sources)));
        got.diagnostics.extend(fenggu_net::check::suspicions(net, Some(&got.sources)));
    } else {
        assert!(got.has_errors(), "no network and no error: {}", path.display());
    }
    let mut found = BTreeSet::new();
    let (known, own) = (chinese::known(), chinese::own_words(path));
    for d in &got.diagnostics {
        assert_eq!(chinese::english_in(d, &known, &own), None);
        for lang in [Lang::En, Lang::Zh] {
            let w = d.entry.wording(lang);
            for text in [w.title, w.why, w.fix].map(|t| d.fill(t, lang)) {
                let open = text.find('{').filter(|at| text[*at..].contains('}') && !text.contains("%{"));
                assert!(open.is_none(), "{text}");
            }
            assert!(d.render(lang).len() < 4000, "{}", d.render(lang));
        }
        if d.severity >= Severity::Warning {
            let p = d.place.clone().unwrap_or_default();
            let file = Path::new(&p.file).strip_prefix(path).map_or(p.file.clone(), |f| f.display().to_string());
            found.insert((d.code().to_owned(), p.line, p.column, file));
        }
    }
    (got, found)
}

/// Name of the case, file, old text (empty: the whole file), new text with a mark at the fault, codes: the first at the mark.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

fn run(base: &[(&str, &str)], cases: &[Case]) -> usize {
    let (sound, found) = told(&folder(base).0);
    assert!(sound.network.is_some() && found.is_empty(), "{found:?}");
    let mut wrong = Vec::new();
    for (name, file, old, new, codes) in cases {
        let folder = folder(base);
        let text = base.iter().find(|f| f.0 == *file).map_or("", |f| f.1);
        assert!(text.contains(old), "{name}: {old}");
        let marked = if old.is_empty() { (*new).to_owned() } else { text.replacen(old, new, 1) };
        let place = marked.find('¦').map(|at| {
            let line = marked[..at].matches('\n').count() + 1;
            let start = marked[..at].rfind('\n').map_or(0, |i| i + 1);
            (line, marked[start..at].trim_start_matches('\u{FEFF}').chars().count() + 1)
        });
        folder.put(file, marked.replace('¦', ""));
        let (got, found) = told(&folder.0);
        let codes_found: BTreeSet<&str> = found.iter().map(|f| f.0.as_str()).collect();
        let wanted: BTreeSet<&str> = codes.iter().copied().collect();
        let at_place = place
            .is_none_or(|(line, column)| found.iter().any(|f| (f.0.as_str(), f.1, f.2, f.3.as_str()) == (codes[0], line, column, *file)));
        if codes_found != wanted || !at_place {
            let said: String = got.diagnostics.iter().map(|d| d.render(Lang::En)).collect();
            wrong.push(format!("{name}: {found:?}, wanted {codes:?} at {file} {place:?}\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    cases.len()
}

#[test]
fn pypsa_folders() {
    let cases: &[Case] = &[
        ("letters in a number", "generators.csv", "Coal,North,200", "Coal,North,¦2O0", &["F0502"]),
        ("a unit in the cell", "generators.csv", "Coal,North,200", "Coal,North,¦200 MW", &["F0502"]),
        ("decimal comma, quoted", "generators.csv", "Coal,North,200", "Coal,North,¦\"200,5\"", &["F0502"]),
        ("decimal comma, bare", "generators.csv", "Coal,North,200", "¦Coal,North,200,5", &["F0410", "F0502"]),
        ("full-width digits", "generators.csv", "Coal,North,200", "Coal,North,¦２００", &["F0106"]),
        ("1e400", "generators.csv", "Coal,North,200", "Coal,North,¦1e400", &["F0105"]),
        ("hexadecimal", "generators.csv", "Coal,North,200", "Coal,North,¦0xC8", &["F0502"]),
        ("a formula", "generators.csv", "Coal,North,200", "Coal,North,¦=1+1", &["F0502"]),
        ("negative power", "generators.csv", "Coal,North,200", "Coal,North,¦-200", &["N0101"]),
        ("voltages of a line differ", "buses.csv", "South,380", "South,110", &["N0410"]),
        ("flag in words", "generators.csv", "20,0.4,False", "20,0.4,¦maybe", &["F0502"]),
        ("efficiency of nothing", "generators.csv", "20,0.4", "20,¦0", &["N0101"]),
        ("unknown bus", "generators.csv", "Coal,North", "Coal,¦Nort", &["F0504"]),
        ("bus in other case", "generators.csv", "Coal,North", "Coal,¦north", &["F0504"]),
        ("two letters turned", "generators.csv", "Coal,North", "Coal,¦Nroth", &["F0504"]),
        ("no bus", "generators.csv", "Coal,North", "Coal,", &["F0504"]),
        ("no name", "generators.csv", "Coal,North", "¦,North", &["F0409"]),
        ("a name twice", "generators.csv", "Wind,South", "¦Coal,South", &["N0104", "F0506"]),
        ("a column twice", "generators.csv", "marginal_cost", "¦p_nom", &["F0406"]),
        ("a row short", "generators.csv", "Coal,North,200,20,0.4,False", "¦Coal,North,200", &["F0410", "F0519"]),
        ("a row long", "generators.csv", "Coal,North,200,20,0.4,False", "¦Coal,North,200,20,0.4,False,7", &["F0410"]),
        ("an open quote", "generators.csv", "Coal,North", "¦\"Coal,North", &["F0108", "F0410", "F0504", "F0506", "F0519"]),
        ("semicolons", "generators.csv", "", "¦name;bus;p_nom\nCoal;North;200\n", &["F0012", "F0504", "F0506"]),
        ("tabs", "loads.csv", "", "¦name\tbus\tp_set\nCity\tSouth\t120\n", &["F0012", "F0504"]),
        ("empty buses", "buses.csv", "", "", &["F0501", "F0504"]),
        ("header only", "buses.csv", "", "name,v_nom\n", &["F0501", "F0504"]),
        ("no voltage", "buses.csv", "North,380", "North,0", &["F0512", "N0101"]),
        ("negative voltage", "buses.csv", "South,380", "South,¦-380", &["N0101"]),
        ("voltage is text", "buses.csv", "South,380", "South,¦high", &["F0502"]),
        ("bus twice", "buses.csv", "South,380", "North,380", &["F0504"]),
        ("null byte", "buses.csv", "South,380", "South,¦3\u{0}80", &["F0502"]),
        ("zero-width blank", "generators.csv", "Coal,North", "Coal,¦\u{200B}North", &["F0504"]),
        ("line to itself", "lines.csv", "L1,North,South", "L1,North,¦North", &["N0402"]),
        ("line to nowhere", "lines.csv", "L1,North,South", "L1,North,¦East", &["F0504"]),
        ("no reactance", "lines.csv", "South,10,1", "South,¦0,1", &["N0411"]),
        ("no reactance given", "lines.csv", "South,10,1", "South,¦,1", &["F0519", "N0411"]),
        ("unknown line type", "lines.csv", "", "name,bus0,bus1,type,length,s_nom\nL1,North,South,¦Al/St 9999,50,150\n", &["F0504"]),
        ("negative rating", "lines.csv", "10,1,150", "10,1,¦-150", &["N0101"]),
        ("load is nan", "loads.csv", "South,120", "South,¦1..2", &["F0502"]),
        ("infinite load", "loads.csv", "South,120", "South,¦inf", &["N0101"]),
        ("series short", "generators-p_max_pu.csv", "2024-01-01 02:00:00,0.4\n", "", &["F0505"]),
        ("series long", "generators-p_max_pu.csv", "02:00:00,0.4\n", "02:00:00,0.4\n¦2024-01-01 03:00:00,0.4\n", &["F0505"]),
        ("series empty", "generators-p_max_pu.csv", "", "", &["F0505"]),
        ("series with a gap", "generators-p_max_pu.csv", "01:00:00,0.5", "01:00:00,¦", &["F0516"]),
        ("series with nan", "generators-p_max_pu.csv", "01:00:00,0.5", "01:00:00,¦NaN", &["F0516"]),
        ("series with text", "generators-p_max_pu.csv", "01:00:00,0.5", "01:00:00,¦half", &["F0502"]),
        ("series infinite", "generators-p_max_pu.csv", "01:00:00,0.5", "01:00:00,inf", &["N0101"]),
        ("series too large", "generators-p_max_pu.csv", "01:00:00,0.5", "01:00:00,¦1e999", &["F0105"]),
        ("series of a stranger", "generators-p_max_pu.csv", "snapshot,Wind", "snapshot,Wnd", &["F0506"]),
        ("series column twice", "generators-p_max_pu.csv", "", "snapshot,Wind,¦Wind\na,0.1,0.1\nb,0.1,0.1\nc,0.1,0.1\n", &["F0406"]),
        ("series row short", "generators-p_max_pu.csv", "2024-01-01 01:00:00,0.5", "¦2024-01-01 01:00:00", &["F0410"]),
        ("series crosses", "generators-p_min_pu.csv", "", "snapshot,Wind\na,0.1\nb,0.9\nc,0.1\n", &["N0312"]),
        ("no snapshots", "snapshots.csv", "", "snapshot,objective\n", &["F0510", "F0505"]),
        ("snapshot twice", "snapshots.csv", "2024-01-01 01:00:00", "¦2024-01-01 00:00:00", &["F0510"]),
        ("snapshots unsorted", "snapshots.csv", "2024-01-01 02:00:00", "¦2023-12-31 23:00:00", &["F0511"]),
        ("weighting is text", "snapshots.csv", "01:00:00,1,1,1", "01:00:00,¦one,1,1", &["F0502", "F0510"]),
        ("weighting negative", "snapshots.csv", "01:00:00,1,1,1", "01:00:00,-1,1,1", &["F0510"]),
        ("weighting infinite", "snapshots.csv", "01:00:00,1,1,1", "01:00:00,inf,1,1", &["F0510"]),
        ("misspelt file", "generater.csv", "", "name,bus\n", &["F0507"]),
        ("scenarios", "scenarios.csv", "", "name,weight\nlow,0.5\n", &["F0503"]),
        ("storage hours negative", "storage_units.csv", "20,4,0.95", "20,¦-4,0.95", &["N0101"]),
        ("storage efficiency zero", "storage_units.csv", "20,4,0.95", "20,4,¦0", &["N0101"]),
    ];
    let n = run(PYPSA, cases);
    println!("{n} PyPSA folders");
    assert!(n >= 60);
}

#[test]
fn native_folders() {
    let cases: &[Case] = &[
        ("1e400", "generators.csv", "North,200", "North,¦1e400", &["F0407"]),
        ("infinite load", "loads.csv", "South,120", "South,¦Inf", &["N0101"]),
        ("nan load", "loads.csv", "South,120", "South,¦NaN", &["N0101"]),
        ("decimal comma", "loads.csv", "South,120", "South,¦\"120,5\"", &["F0407"]),
        ("semicolons", "loads.csv", "", "¦name;bus;p_mw\nCity;South;120\n", &["F0012"]),
        ("wrong kind", "buses.csv", "reference", "¦swing", &["F0407"]),
        ("a name twice", "generators.csv", "Wind,South", "¦G1,South", &["N0104"]),
        ("negative voltage", "buses.csv", "South,230", "South,¦-230", &["N0101"]),
        (
            "crossed",
            "generators.csv",
            "p_max_mw,cost_linear_per_mwh\nG1,North,200,20\nWind,South,@Wind,1",
            "p_max_mw,p_min_mw\nG1,North,¦200,300\nWind,South,@Wind,1",
            &["N0312"],
        ),
        ("line to itself", "branches.csv", "L1,North,South", "L1,North,¦North", &["N0402"]),
        ("no reactance", "branches.csv", "South,0.1", "South,¦0", &["N0401"]),
        ("series leaves the folder", "generators.csv", "@Wind", "¦@../../secret", &["F0411"]),
        ("series is absolute", "generators.csv", "@Wind", "¦@/etc/passwd", &["F0411"]),
        ("series nan", "series/generators.p_max_mw.csv", "2,35.5", "2,NaN", &["N0101"]),
        ("series empty", "series/generators.p_max_mw.csv", "", "", &["F0412"]),
        ("no buses", "buses.csv", "", "name\n", &["F0408"]),
        ("empty manifest", "network.toml", "", "", &["F0404", "F0412"]),
        ("manifest is JSON", "network.toml", "", "¦{\"format\": 1}", &["F0401", "F0404", "F0412"]),
        ("deep nesting", "network.toml", "currency = \"CNY\"", "currency = [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]", &["F0403"]),
        ("key twice", "network.toml", "currency", "name", &["F0401"]),
        ("base is zero", "network.toml", "100.0", "0.0", &["N0201"]),
        ("base is infinite", "network.toml", "100.0", "inf", &["N0201"]),
        ("unknown zone", "network.toml", "UTC", "Mars/Olympus", &["N0203"]),
        ("no steps", "network.toml", "steps = 2", "steps = ¦0", &["F0418", "F0412"]),
        ("negative step", "network.toml", "step_h = 1.0", "step_h = -1.0", &["N0202"]),
        ("a table of a stranger", "plants.csv", "", "name\nx\n", &["F0416"]),
    ];
    let n = run(NATIVE, cases);
    println!("{n} native folders");
    assert!(n >= 26);
}

/// Whole files that are of the wrong kind or encoding, in either folder.
#[test]
fn files_of_the_wrong_kind() {
    let utf16: Vec<u8> = "name,bus\nCity,South\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_big: Vec<u8> = std::iter::once(0xFEFF).chain("name,bus\nCity,South\n".encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let endless = format!("name,bus\n{}\n", "City,South,".repeat(200_000));
    let wide = format!("{}\n", "x".repeat(3_000_000));
    let gbk = b"name,bus\n\xC4\xB8\xCF\xDF,South\n".to_vec();
    let latin = b"name,bus\nCit\xE9,South\n".to_vec();
    let cut = b"name,bus\n\xE6\xAF".to_vec();
    let utf32: Vec<u8> = "name,bus\nCity,South\n".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    let bytes: [(&str, Vec<u8>, &str, &str); 12] = [
        ("UTF-32", utf32, "F0002", "F0002"),
        ("gzip", b"\x1F\x8B\x08\0\0\0\0\0\0\x03".to_vec(), "F0008", "F0008"),
        ("zip", b"PK\x03\x04\x14\0\0\0".to_vec(), "F0008", "F0008"),
        ("lines of an old Macintosh", b"name,bus\rCity,South\r".to_vec(), "F0011", "F0011"),
        ("UTF-16", utf16, "F0002", "F0002"),
        ("UTF-16, big end first", utf16_big, "F0002", "F0002"),
        ("GBK", gbk, "F0003", "F0003"),
        ("Latin-1", latin, "F0003", "F0003"),
        ("cut inside a character", cut, "F0003", "F0003"),
        ("an endless row", endless.into_bytes(), "F0410", "F0410"),
        ("one huge cell", wide.into_bytes(), "F0405", "F0504"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xFF".to_vec(), "F0003", "F0003"),
    ];
    for (name, bytes, native, pypsa) in &bytes {
        for (base, code, native_one) in [(NATIVE, native, true), (PYPSA, pypsa, false)] {
            let folder = folder(base);
            folder.put("loads.csv", bytes);
            let start = std::time::Instant::now();
            let (got, found) = told(&folder.0);
            // An empty first column of a table without rows says nothing wrong in PyPSA: there are no loads.
            let silent = *name == "one huge cell" && !native_one;
            assert!(silent || found.iter().any(|f| f.0 == **code), "{name}: {found:?}");
            assert!(silent || got.network.is_none(), "{name}");
            assert!(start.elapsed().as_secs() < 5, "{name}");
        }
    }
    // Accepted, and read as meant: a mark, and line ends of another system.
    for (name, change) in [("BOM", "\u{FEFF}"), ("CRLF", "")] {
        for base in [NATIVE, PYPSA] {
            let folder = folder(base);
            for (file, text) in base.iter().filter(|f| f.0.ends_with(".csv")) {
                folder.put(file, if name == "BOM" { format!("{change}{text}") } else { text.replace('\n', "\r\n") });
            }
            let (got, found) = told(&folder.0);
            assert!(got.network.is_some() && found.is_empty(), "{name}: {found:?}");
        }
    }
    // A directory where a file is expected: the table is not there, and what refers to it says so.
    for (base, code) in [(NATIVE, "F0001"), (PYPSA, "F0006")] {
        let folder = folder(base);
        std::fs::remove_file(folder.0.join("buses.csv")).expect("removed");
        std::fs::create_dir(folder.0.join("buses.csv")).expect("made");
        let (got, found) = told(&folder.0);
        assert!(got.network.is_none() && found.iter().any(|f| f.0 == code), "{found:?}");
    }
    for base in [NATIVE, PYPSA] {
        let folder = folder(base);
        std::fs::remove_file(folder.0.join("loads.csv")).expect("removed");
        std::fs::create_dir(folder.0.join("loads.csv")).expect("made");
        let (got, found) = told(&folder.0);
        assert!(got.network.is_none() && found.iter().any(|f| f.0 == "F0001"), "{found:?}");
    }
    let folder = Folder::new();
    for (name, bytes, code) in
        [("a.m", b"".to_vec(), "F0009"), ("b.m", b"\x1F\x8B\x08".to_vec(), "F0008"), ("c.m", b"mpc.a = 1;\rmpc.b = 2;\r".to_vec(), "F0011")]
    {
        folder.put(name, bytes);
        let (got, _) = told(&folder.0.join(name));
        assert_eq!(got.diagnostics[0].code(), code, "{name}");
    }
    for name in ["", "no/such/place", "\0"] {
        let (got, _) = told(Path::new(name));
        assert_eq!(got.diagnostics[0].code(), "F0001", "{name:?}");
    }
}

/// Links and pipes in a folder: what is no file is an error, not an empty table; what leads out is told; a circle ends.
#[cfg(unix)]
#[test]
fn links_and_pipes() {
    use std::os::unix::fs::symlink;
    for base in [NATIVE, PYPSA] {
        let outside = Folder::new();
        let loads = base.iter().find(|f| f.0 == "loads.csv").map_or("", |f| f.1);
        outside.put("loads.csv", loads);
        let cases: [(&str, std::path::PathBuf, &str, bool); 4] = [
            ("a device", "/dev/zero".into(), "F0001", false),
            ("nowhere", "no/such/file".into(), "F0001", false),
            ("itself", "loads.csv".into(), "F0001", false),
            ("outside", outside.0.join("loads.csv"), "F0010", true),
        ];
        for (name, target, code, sound) in cases {
            let folder = folder(base);
            std::fs::remove_file(folder.0.join("loads.csv")).expect("removed");
            symlink(&target, folder.0.join("loads.csv")).expect("linked");
            let (got, found) = told(&folder.0);
            assert!(found.iter().any(|f| f.0 == code), "{name}: {found:?}");
            assert_eq!(got.network.is_some(), sound, "{name}");
        }
        let folder = folder(base);
        folder.put("kept/loads.csv", loads);
        std::fs::remove_file(folder.0.join("loads.csv")).expect("removed");
        symlink("kept/loads.csv", folder.0.join("loads.csv")).expect("linked");
        if base.iter().all(|f| !f.0.starts_with("series/")) {
            symlink(".", folder.0.join("series")).expect("linked");
        }
        symlink("..", folder.0.join("up")).expect("linked");
        let (got, found) = told(&folder.0);
        assert!(got.network.is_some() && found.is_empty(), "{found:?}");
    }
}
