//! Structured mutation of every reader's files: flipped bytes, swapped tokens, cuts, splices of a file with itself and with
//! another one. No panic, no hang, memory within a bound, and a network exactly when no error stands.
//!
//! A few seconds each in CI; `FENGGU_FUZZ_MINUTES=30 cargo test --test fuzz -- --ignored long_fuzz_netcdf` for as long as one
//! likes. Seeds are fixed: round k of a reader is the same everywhere. An input whose findings are of a kind not seen before is
//! kept as a further starting point while it runs; what failed once stands in `tests/corpus` and is read first.
#![allow(clippy::print_stdout, unsafe_code)] // the counting allocator of a test

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fenggu_io::{matpower, native, pglib_uc, pypsa, rts_gmlc, ucjl, Read};
use fenggu_net::diagnostic::Lang;

struct Counting;
thread_local! {
    // Per thread, so that readers fuzzed side by side do not count for each other.
    static HELD: std::cell::Cell<(isize, isize)> = const { std::cell::Cell::new((0, 0)) };
}

fn count(by: isize) {
    let _ = HELD.try_with(|h| {
        let (held, most) = h.get();
        h.set((held + by, most.max(held + by)));
    });
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// Files of one input by name; a reader of one file has one of them.
type Files = Vec<(String, Vec<u8>)>;

const TOKENS: &[&str] = &[
    "",
    ",",
    ";",
    "\n",
    "\r\n",
    "\"",
    "'",
    "\u{FEFF}",
    "\0",
    "NaN",
    "Inf",
    "-inf",
    "1e400",
    "-1",
    "0",
    "1e-320",
    "9999999999999999999",
    "０",
    "，",
    "@",
    "@x",
    "../x",
    "True",
    "[",
    "]",
    "[[[[[[[[",
    "]]]]]]]]",
    "{",
    "}",
    "%{",
    "%}",
    "...",
    "mpc.",
    "=",
    "^",
    ":",
    "-",
    "null",
    "true",
    "\"Bus\": \"b2\",",
    "\"Time (h)\": 400000,",
    "\\u12",
    "2024-02-30",
    "steps = 10000000",
    "\t",
    "母线",
];

fn mutate(bytes: &mut Vec<u8>, other: &[u8], r: &mut Random, binary: bool) {
    let spans = |b: &[u8]| -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut start = 0;
        for (k, c) in b.iter().enumerate() {
            if matches!(c, b',' | b'\n' | b' ' | b'\t' | b';') {
                out.push((start, k));
                start = k + 1;
            }
        }
        out.push((start, b.len()));
        out
    };
    for _ in 0..=r.below(4) {
        let at = r.below(bytes.len());
        match r.below(if binary { 8 } else { 10 }) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << r.below(8),
            1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, b'0', b'9', b'\n'][r.below(8)],
            2 => bytes.truncate(at.max(r.below(bytes.len()))),
            3 => {
                let end = (at + r.below(40)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            4 => {
                let from = r.below(other.len());
                let piece = other[from..(from + r.below(200)).min(other.len())].to_vec();
                bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece);
            }
            5 => {
                let end = (at + r.below(100)).min(bytes.len());
                let piece = bytes[at.min(end)..end].to_vec();
                let to = r.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            6 if bytes.len() >= 8 => {
                // A number of a header or a length: small, huge, or off by one.
                let width = [1, 2, 4, 8][r.below(4)];
                let at = r.below(bytes.len() - width + 1);
                let v = [0u64, 1, 2, 255, 65_535, 0x7FFF_FFFF, 0xFFFF_FFFF, u64::MAX, 1 << 40][r.below(9)];
                let v = if r.below(2) == 0 { v.to_be_bytes()[8 - width..].to_vec() } else { v.to_le_bytes()[..width].to_vec() };
                bytes[at..at + width].copy_from_slice(&v);
            }
            7 => {
                let end = (at + 1 + r.below(16)).min(bytes.len());
                bytes[at.min(end)..end].fill(if r.below(2) == 0 { 0 } else { 0xFF });
            }
            8 => {
                let s = spans(bytes);
                let (a, b) = s[r.below(s.len())];
                bytes.splice(a..b, TOKENS[r.below(TOKENS.len())].bytes());
            }
            9 => {
                let s = spans(bytes);
                let (a, b) = (s[r.below(s.len())], s[r.below(s.len())]);
                let piece = bytes[a.0..a.1].to_vec();
                bytes.splice(b.0..b.1, piece);
            }
            _ => {}
        }
    }
}

struct Target {
    name: &'static str,
    binary: bool,
    /// Reads an input; folders are written to the given place first.
    read: fn(&Files, &Path) -> Read,
}

fn put(files: &Files, folder: &Path) {
    std::fs::remove_dir_all(folder).ok();
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("scratch");
        std::fs::write(path, bytes).expect("written");
    }
}

const MATPOWER: Target = Target { name: "matpower", binary: false, read: |f, _| matpower::read(f[0].1.clone(), "fuzz.m") };
const NETCDF: Target = Target { name: "netcdf", binary: true, read: |f, _| pypsa::read_netcdf(f[0].1.clone(), "fuzz.nc") };
/// What packed instances may unpack to here.
const UNPACKED: u64 = 16 << 20;
const PGLIB_UC: Target =
    Target { name: "pglib_uc", binary: false, read: |f, _| pglib_uc::read_within(f[0].1.clone(), "fuzz.json", UNPACKED) };
const UCJL: Target = Target { name: "ucjl", binary: false, read: |f, _| ucjl::read_within(f[0].1.clone(), "fuzz.json.gz", UNPACKED) };
const RTS_GMLC: Target = Target {
    name: "rts_gmlc",
    binary: false,
    read: |f, folder| {
        put(f, folder);
        let study = rts_gmlc::Study { series: rts_gmlc::Series::RealTime { step_min: 30 }, contingencies: true, ..Default::default() };
        let read = rts_gmlc::read(folder, &study);
        if read.has_errors() {
            return read;
        }
        rts_gmlc::read(folder, &rts_gmlc::Study::default())
    },
};

/// A folder of two buses, five units and two days of four series.
fn little_rts() -> Files {
    let hours = |name: &str, columns: &str, cells: &str| {
        let mut text = format!("Year,Month,Day,Period,{columns}\n");
        for k in 0..48 {
            text.push_str(&format!("2020,1,{},{},{cells}\n", k / 24 + 1, k % 24 + 1));
        }
        (format!("timeseries_data_files/{name}"), text.into_bytes())
    };
    let gen = "GEN UID,Bus ID,Category,Fuel,MVAR Inj,V Setpoint p.u.,PMax MW,PMin MW,QMax MVAR,QMin MVAR,Min Down Time Hr,Min Up Time Hr,\
        Ramp Rate MW/Min,Start Time Cold Hr,Start Time Warm Hr,Start Heat Cold MBTU,Start Heat Warm MBTU,Start Heat Hot MBTU,\
        Non Fuel Start Cost $,Non Fuel Shutdown Cost $,Fuel Price $/MMBTU,Output_pct_0,Output_pct_1,Output_pct_2,HR_avg_0,HR_incr_1,HR_incr_2,VOM,\
        Emissions CO2 Lbs/MMBTU,Base MVA,Pump Load MW,Storage Roundtrip Efficiency\n\
        c,1,Coal,Coal,0,1,76,30,30,-25,4,8,2,12,10,5284.8,4861.4,3379.4,0,0,2.1,0.39,0.6,1,13270,6713,8028,0,210,89,0,0\n\
        h,1,Hydro,Hydro,0,1,50,0,16,-10,0,0,50,0,0,0,0,0,0,0,0,0,1,NA,0,3412,NA,0,0,53,0,0\n\
        w,2,Wind,Wind,0,1,90,0,0,0,0,0,9,0,0,0,0,0,0,0,0,0,1,NA,0,0,NA,0,0,9,0,0\n\
        s,2,Storage,Storage,0,1,50,0,0,0,0,0,50,0,0,0,0,0,0,0,0,0,1,NA,0,0,NA,0,0,50,50,85\n\
        y,2,Sync_Cond,Sync_Cond,9,1,0,0,200,-50,0,0,0,0,0,0,0,0,0,0,0,0,1,NA,0,0,NA,0,0,0,0,0\n";
    let file = |name: &str, text: &str| (format!("SourceData/{name}"), text.as_bytes().to_vec());
    vec![
        file("bus.csv", "Bus ID,BaseKV,Bus Type,MW Load,V Mag,V Angle,MW Shunt G,MVAR Shunt B,Area,Zone,lat,lng\n1,138,Ref,10,1,0,0,-100,1,11,33.4,-113.8\n2,138,PQ,20,1,0,0,0,1,11,33.3,-113.9\n"),
        file("branch.csv", "UID,From Bus,To Bus,R,X,B,Cont Rating,LTE Rating,STE Rating,Tr Ratio\nA,1,2,0.003,0.014,0.461,175,193,200,0\nB,1,2,0.003,0.014,0.461,175,193,200,1.015\n"),
        file("gen.csv", gen),
        file("dc_branch.csv", "UID,From Bus,To Bus,MW Load\nD,1,2,100\n"),
        file("storage.csv", "GEN UID,Storage,Max Volume GWh,Initial Volume GWh,position\ns,s1,0.15,0.075,head\n"),
        file("reserves.csv", "Reserve Product,Timeframe (sec),Requirement (MW),Eligible Regions,Eligible Device SubCategories,Direction\nSpin_Up_R1,600,40,1,\"(Coal,Wind)\",Up\nReg_Up,300,72,\"(1,2)\",\"(Coal)\",Up\n"),
        file("timeseries_pointers.csv", "Simulation,Category,Object,Parameter,Scaling Factor,Data File\nDAY_AHEAD,Area,1,MW Load,1,../timeseries_data_files/l.csv\nDAY_AHEAD,Generator,h,PMax MW,1,../timeseries_data_files/H.csv\nDAY_AHEAD,Generator,h,PMin MW,1,../timeseries_data_files/H.csv\nDAY_AHEAD,Generator,w,PMax MW,1,../timeseries_data_files/w.csv\nREAL_TIME,Generator,w,PMax MW,1,../timeseries_data_files/rt.csv\nDAY_AHEAD,Reserve,Spin_Up_R1,Requirement,1,../timeseries_data_files/r.csv\n"),
        hours("l.csv", "1", "25.5"),
        hours("h.csv", "h", "4.2"),
        hours("w.csv", "w", "30"),
        hours("r.csv", "Spin_Up_R1", "7"),
    ]
}
const NATIVE: Target = Target {
    name: "native",
    binary: false,
    read: |f, folder| {
        put(f, folder);
        native::read(folder)
    },
};
const PYPSA: Target = Target {
    name: "pypsa",
    binary: false,
    read: |f, folder| {
        put(f, folder);
        pypsa::read_folder(folder)
    },
};

/// Files of a folder, small ones, with paths relative to it.
fn files_of(folder: &Path, most: u64) -> Files {
    let mut out = Files::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(at) = todo.pop() {
        for entry in std::fs::read_dir(at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if entry.metadata().is_ok_and(|m| m.len() < most) {
                let name = path.strip_prefix(folder).map(|p| p.display().to_string()).unwrap_or_default();
                out.push((name, std::fs::read(&path).unwrap_or_default()));
            }
        }
    }
    out.sort();
    out
}

/// Where to begin: the corpus of earlier failures, and files that writers make; real ones beside the repository where there are.
fn seeds(target: &Target) -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.ancestors().map(|p| p.join("shared/pypsa-cases")).find(|p| p.is_dir());
    let cases: Vec<PathBuf> =
        shared.map(|s| ["c02_storage_hvdc", "c23_pst", "c15_setpoints_budgets"].map(|c| s.join(c)).to_vec()).unwrap_or_default();
    let scratch = scratch(target.name, "seed");
    let net = sample();
    let mut out: Vec<Files> = Vec::new();
    for entry in std::fs::read_dir(root.join("tests/corpus").join(target.name)).into_iter().flatten().flatten() {
        let path = entry.path();
        out.push(if path.is_dir() { files_of(&path, 1 << 20) } else { vec![("x".into(), std::fs::read(&path).unwrap_or_default())] });
    }
    match target.name {
        "matpower" => {
            out.extend(files_of(&root.join("tests/malformed"), 20_000).into_iter().filter(|f| f.0.ends_with(".m")).map(|f| vec![f]))
        }
        "pglib_uc" | "ucjl" => {
            let texts = files_of(&root.join("tests/malformed_uc"), 20_000).into_iter().filter(|f| f.0.ends_with(".json"));
            for (_, text) in texts {
                // Every other one packed as well, so that the unpacking is met too.
                if out.len().is_multiple_of(2) {
                    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                    std::io::Write::write_all(&mut packer, &text).expect("memory");
                    out.push(vec![("x".into(), packer.finish().expect("memory"))]);
                }
                out.push(vec![("x".into(), text)]);
            }
        }
        "rts_gmlc" => out.push(little_rts()),
        "native" => {
            for format in [native::SeriesFormat::Csv, native::SeriesFormat::Parquet] {
                out.push(native::files(&net, format).expect("files"));
            }
        }
        "pypsa" => {
            pypsa::write_folder(&scratch, &net, None).expect("written");
            out.push(files_of(&scratch, 1 << 20));
            out.extend(cases.iter().map(|c| files_of(&c.join("csv"), 30_000)).filter(|f| !f.is_empty()));
        }
        _ => {
            let path = scratch.join("x.nc");
            std::fs::create_dir_all(&scratch).expect("scratch");
            pypsa::write_netcdf(&path, &net, None).expect("written");
            out.push(vec![("x".into(), std::fs::read(path).expect("readable"))]);
            let real = cases.iter().filter_map(|c| std::fs::read(c.join("net.nc")).ok()).filter(|b| b.len() < 300_000);
            out.extend(real.map(|b| vec![("x".into(), b)]));
        }
    }
    std::fs::remove_dir_all(&scratch).ok();
    out
}

fn scratch(target: &str, what: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz_{target}_{what}_{}", std::process::id()))
}

fn sample() -> fenggu_net::Network {
    let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed/00_good.m")).expect("readable");
    let mut net = matpower::read(text, "good.m").network.expect("sound");
    net.time = fenggu_net::TimeAxis::from_start(1_704_067_200, 4, 1.0, "Asia/Shanghai");
    net.flow_convention = fenggu_net::FlowConvention::Pypsa;
    net.loads.rows_mut()[0].p_mw = vec![40.0, 50.0, 45.5, 1e-3].into();
    net.generators.rows_mut()[1].cost_points.clear();
    net
}

/// What is said of an input, as a set of codes: inputs that say something new are kept.
fn told(read: &Read) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = read.diagnostics.iter().map(|d| d.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn fuzz(target: &'static Target, time: Duration) {
    let pool = seeds(target);
    assert!(!pool.is_empty());
    let folder = scratch(target.name, "run");
    // The watchdog: the input in work and since when; a hang ends the process with the input kept.
    type Work = Arc<Mutex<Option<(Instant, Files)>>>;
    let now: Work = Arc::new(Mutex::new(None));
    let done = Arc::new(AtomicUsize::new(0));
    let (watched, over) = (now.clone(), done.clone());
    let watchdog = std::thread::spawn(move || {
        while over.load(Ordering::Relaxed) == 0 {
            std::thread::sleep(Duration::from_millis(300));
            let held = watched.lock().expect("lock");
            if let Some((_, files)) = held.as_ref().filter(|(since, _)| since.elapsed() > Duration::from_secs(20)) {
                let at = keep(target, files, "hang");
                println!("{}: hangs on {}", target.name, at.display());
                std::process::exit(101);
            }
        }
    });
    // Panics inside the format crates are caught by the readers; their messages would drown the rest.
    std::panic::set_hook(Box::new(|_| {}));
    let mut random = Random(0x5EED_F00D);
    let (mut pool, mut kinds, mut faults) = (pool, HashSet::new(), Vec::new());
    let (start, mut rounds, mut worst) = (Instant::now(), 0u64, 0.0f64);
    let first = pool.clone();
    while start.elapsed() < time && faults.len() < 5 {
        let mut files = match first.get(rounds as usize) {
            Some(seed) => seed.clone(),
            None => pool[random.below(pool.len())].clone(),
        };
        if rounds as usize >= first.len() {
            for _ in 0..=random.below(2) {
                let other = &pool[random.below(pool.len())];
                let other = other[random.below(other.len())].1.clone();
                let k = random.below(files.len());
                let binary = target.binary || files[k].0.ends_with("parquet");
                mutate(&mut files[k].1, &other, &mut random, binary);
            }
            if files.len() > 2 && random.below(50) == 0 {
                let k = random.below(files.len());
                files.remove(k);
            }
        }
        rounds += 1;
        let size: usize = files.iter().map(|f| f.1.len()).sum();
        if size > 400_000 {
            continue;
        }
        *now.lock().expect("lock") = Some((Instant::now(), files.clone()));
        let before = HELD.with(|h| {
            let held = h.get().0;
            h.set((held, held));
            held
        });
        let clock = Instant::now();
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let read = (target.read)(&files, &folder);
            for d in read.diagnostics.iter().take(60) {
                assert!(!d.render(Lang::En).is_empty() && !d.render(Lang::Zh).is_empty());
            }
            assert_eq!(read.network.is_none(), read.has_errors(), "a network exactly when no error stands");
            if let Some(net) = &read.network {
                fenggu_net::check(net, Some(&read.sources));
                fenggu_net::check::suspicions(net, Some(&read.sources));
            }
            read
        }));
        let (held, took) = (HELD.with(|h| h.get().1 - before) as usize, clock.elapsed().as_secs_f64());
        *now.lock().expect("lock") = None;
        worst = worst.max(took);
        // Compression and run lengths: what a file declares may be far larger than it; a time axis is told by a number.
        let bound = (64 << 20) + 1200 * size;
        let steps = files.iter().find(|f| f.0 == "network.toml").map_or(0, |_| 10_000_000 * 8 * 16);
        match read {
            Err(_) => faults.push(("panics", keep(target, &files, "panic"))),
            Ok(_) if held > bound + steps => faults.push(("holds too much", keep(target, &files, "memory"))),
            Ok(_) if took > 10.0 => faults.push(("takes too long", keep(target, &files, "slow"))),
            Ok(read) => {
                if pool.len() < 400 && kinds.insert(told(&read)) {
                    pool.push(files);
                }
            }
        }
    }
    let _ = std::panic::take_hook();
    done.store(1, Ordering::Relaxed);
    watchdog.join().expect("watchdog");
    std::fs::remove_dir_all(&folder).ok();
    let minutes = start.elapsed().as_secs_f64() / 60.0;
    println!(
        "{}: {rounds} inputs in {minutes:.2} min, {} kinds of findings, slowest {worst:.2} s, {} faults",
        target.name,
        kinds.len(),
        faults.len()
    );
    faults.iter().for_each(|(what, at)| println!("  {what}: {}", at.display()));
    assert!(faults.is_empty(), "{} faults", faults.len());
}

/// Keeps an input that failed, for the corpus.
fn keep(target: &Target, files: &Files, what: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz_failures").join(target.name);
    let hash = files.iter().flat_map(|f| &f.1).fold(0xCBF2_9CE4_8422_2325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01B3));
    let at = folder.join(format!("{what}_{hash:016x}"));
    put(files, &at);
    at
}

/// CI seconds, or the minutes asked for.
fn minutes() -> Duration {
    let asked = std::env::var("FENGGU_FUZZ_MINUTES").ok().and_then(|m| m.parse::<f64>().ok());
    Duration::from_secs_f64(asked.unwrap_or(1.0).clamp(0.01, 600.0) * 60.0)
}

#[test]
fn short_fuzz_of_every_reader() {
    for target in [&MATPOWER, &NATIVE, &PYPSA, &NETCDF, &PGLIB_UC, &UCJL, &RTS_GMLC] {
        fuzz(target, Duration::from_secs(4));
    }
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_matpower() {
    fuzz(&MATPOWER, minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_native() {
    fuzz(&NATIVE, minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_pypsa() {
    fuzz(&PYPSA, minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_netcdf() {
    fuzz(&NETCDF, minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_pglib_uc() {
    fuzz(&PGLIB_UC, minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_ucjl() {
    fuzz(&UCJL, minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_rts_gmlc() {
    fuzz(&RTS_GMLC, minutes());
}

#[test]
fn the_little_folder_is_sound() {
    let read = (RTS_GMLC.read)(&little_rts(), &scratch("rts_gmlc", "sound"));
    let net = read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
    assert_eq!((net.steps(), net.generators.len(), net.storage_units.len(), net.links.len(), net.reserve_offers.len()), (48, 3, 1, 1, 1));
}
