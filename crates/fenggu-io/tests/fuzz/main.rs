//! Every reader on mutated files: no panic, no hang, memory within a bound, and a network exactly when no error stands.
//!
//! Half of the mutations know the format ([`text`]: lines, cells and columns of a table swapped, doubled, left out, numbers at
//! the edges, encodings, things opened and never closed; [`containers`]: plausible sizes and offsets in netCDF's and Parquet's
//! headers, and in HDF5 blocks whose checksum is made right again), half do not ([`bytes`]). Starting points are the corpus of
//! earlier failures, what our writers make, and real files where they are at hand: PGLib, MATPOWER, PyPSA networks.
//!
//! A few seconds each in CI; `FENGGU_FUZZ_MINUTES=30 cargo xtask long fuzz_netcdf_hdf5` for as long as one likes, in minutes of
//! processor time where the system tells it. `FENGGU_FUZZ_SEED` chooses other inputs; round k of a seed is the same everywhere
//! as long as the starting points are. `FENGGU_FUZZ_LOG` names a file to which each run adds its line. An input whose findings
//! are of a kind not seen before is kept as a further starting point while it runs; what failed once stands in `tests/corpus`
//! and is read first. What has been run is told in `docs/hostile.md`.
#![allow(clippy::print_stdout)] // tests tell their figures

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod containers;
mod counting;
mod random;
mod seeds;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fenggu_io::{matpower, native, pglib_uc, pypsa, rts_gmlc, ucjl, Read};
use fenggu_net::diagnostic::Lang;
use random::Random;

/// Files of one input by name; a reader of one file has one of them.
pub type Files = Vec<(String, Vec<u8>)>;

/// A reader of files of one kind.
pub struct Target {
    /// Name, also of its folder in the corpus.
    pub name: &'static str,
    /// Files of one kind have one mutation that knows them; in a folder the file's ending says which.
    structured: fn(&mut Vec<u8>, &[u8], &mut Random),
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

/// Bytes that a reader may decode; it may hold four times as many.
const MOST_DECODED: u64 = 32 << 20;

const MATPOWER: Target = Target { name: "matpower", structured: text::mutate, read: |f, _| matpower::read(f[0].1.clone(), "fuzz.m") };
const CLASSIC: Target = Target {
    name: "netcdf_classic",
    structured: |b, _, r| containers::classic(b, r),
    read: |f, _| pypsa::read_netcdf_within(f[0].1.clone(), "fuzz.nc", MOST_DECODED),
};
const HDF5: Target = Target {
    name: "netcdf_hdf5",
    structured: |b, _, r| containers::hdf5(b, r),
    read: |f, _| pypsa::read_netcdf_within(f[0].1.clone(), "fuzz.nc", MOST_DECODED),
};
const NATIVE: Target = Target {
    name: "native",
    structured: text::mutate,
    read: |f, folder| {
        put(f, folder);
        native::read_within(folder, MOST_DECODED)
    },
};
const PYPSA: Target = Target {
    name: "pypsa",
    structured: text::mutate,
    read: |f, folder| {
        put(f, folder);
        pypsa::read_folder(folder)
    },
};
/// Instances of unit commitment, packed or not.
const PGLIB_UC: Target =
    Target { name: "pglib_uc", structured: text::mutate, read: |f, _| pglib_uc::read_within(f[0].1.clone(), "fuzz.json", MOST_DECODED) };
const UCJL: Target =
    Target { name: "ucjl", structured: text::mutate, read: |f, _| ucjl::read_within(f[0].1.clone(), "fuzz.json.gz", MOST_DECODED) };
const RTS_GMLC: Target = Target {
    name: "rts_gmlc",
    structured: text::mutate,
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
const ALL: [&Target; 8] = [&MATPOWER, &NATIVE, &PYPSA, &CLASSIC, &HDF5, &PGLIB_UC, &UCJL, &RTS_GMLC];

/// Changes a file or two of an input, and now and then takes one away.
fn mutate(target: &Target, files: &mut Files, pool: &[Files], r: &mut Random) {
    for _ in 0..=r.below(2) {
        let other = &pool[r.below(pool.len())];
        let other = &other[r.below(other.len())].1;
        let k = r.below(files.len());
        let (name, content) = &mut files[k];
        match (r.below(2), name.ends_with("parquet")) {
            (0, true) => containers::parquet(content, r),
            (0, false) => (target.structured)(content, other, r),
            _ => bytes::mutate(content, other, r),
        }
    }
    if files.len() > 2 && r.below(50) == 0 {
        let k = r.below(files.len());
        files.remove(k);
    }
}

/// A folder of this process alone.
pub fn scratch(target: &str, what: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz_{target}_{what}_{}", std::process::id()))
}

/// What is said of an input, as a set of codes: inputs that say something new are kept.
fn told(read: &Read) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = read.diagnostics.iter().map(|d| d.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Seconds of processor time of this thread, where the system tells them; else those of the clock.
fn processor_s(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = told.as_deref().and_then(|t| t.split_whitespace().next()?.parse::<f64>().ok());
    ns.map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

fn fuzz(target: &'static Target, seed: u64, time: Duration) {
    let pool = seeds::of(target.name);
    assert!(!pool.is_empty());
    let folder = scratch(target.name, "run");
    // The watchdog: the input in work and since when; a hang (a run at the lowest priority may wait
    // for its turn) ends the process with the input kept.
    type Work = Arc<Mutex<Option<(Instant, Files)>>>;
    let now: Work = Arc::new(Mutex::new(None));
    let done = Arc::new(AtomicUsize::new(0));
    let (watched, over) = (now.clone(), done.clone());
    let watchdog = std::thread::spawn(move || {
        while over.load(Ordering::Relaxed) == 0 {
            std::thread::sleep(Duration::from_millis(300));
            let held = watched.lock().expect("lock");
            if let Some((_, files)) = held.as_ref().filter(|(since, _)| since.elapsed() > Duration::from_secs(120)) {
                let at = keep(target, files, "hang");
                println!("{}: hangs on {}", target.name, at.display());
                std::process::exit(101);
            }
        }
    });
    // Panics inside the format crates are caught by the readers; their messages would drown the rest.
    std::panic::set_hook(Box::new(|_| {}));
    let mut random = Random(0x5EED_F00D ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let (mut pool, mut kinds, mut faults) = (pool, HashSet::new(), Vec::new());
    let start = Instant::now();
    let (before_s, mut rounds, mut worst, mut most) = (processor_s(start), 0u64, 0.0f64, 0usize);
    let first = pool.clone();
    while processor_s(start) - before_s < time.as_secs_f64() && faults.len() < 5 {
        let mut files = match first.get(rounds as usize) {
            Some(seed) => seed.clone(),
            None => pool[random.below(pool.len())].clone(),
        };
        if rounds as usize >= first.len() {
            mutate(target, &mut files, &pool, &mut random);
        }
        rounds += 1;
        let size: usize = files.iter().map(|f| f.1.len()).sum();
        if size > 400_000 {
            continue;
        }
        *now.lock().expect("lock") = Some((Instant::now(), files.clone()));
        let before = counting::begin();
        let clock = processor_s(start);
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
        let (held, took) = (counting::most_since(before), processor_s(start) - clock);
        *now.lock().expect("lock") = None;
        (worst, most) = (worst.max(took), most.max(held));
        // Compression and run lengths: what a file declares may be far larger than it, up to what was allowed to be decoded.
        let bound = 4 * MOST_DECODED as usize + 1200 * size;
        match read {
            Err(_) => faults.push(("panics", keep(target, &files, "panic"))),
            Ok(_) if held > bound => faults.push(("holds too much", keep(target, &files, "memory"))),
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
    let told = format!(
        "{}: seed {seed}, {} starting points, {rounds} inputs in {:.2} min of processor time, {} kinds of findings, slowest {worst:.2} s, most held {:.1} MiB, {} faults",
        target.name,
        first.len(),
        (processor_s(start) - before_s) / 60.0,
        kinds.len(),
        most as f64 / f64::from(1 << 20),
        faults.len()
    );
    println!("{told}");
    if let Some(path) = std::env::var_os("FENGGU_FUZZ_LOG") {
        use std::io::Write;
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("log");
        writeln!(log, "{told}").expect("log");
    }
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

/// The minutes asked for, or one.
fn minutes() -> Duration {
    let asked = std::env::var("FENGGU_FUZZ_MINUTES").ok().and_then(|m| m.parse::<f64>().ok());
    Duration::from_secs_f64(asked.unwrap_or(1.0).clamp(0.01, 600.0) * 60.0)
}

/// The seed asked for, or 0.
fn seed() -> u64 {
    std::env::var("FENGGU_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(0)
}

/// The checksum that closes a block is found in real files, and known for a text: otherwise no mutation would come far.
#[test]
fn hdf5_blocks_are_closed_again() {
    assert_eq!(containers::lookup3(b"Four score and seven years ago"), 0x1777_0551);
    let seed = seeds::of("netcdf_hdf5").swap_remove(0).swap_remove(0).1;
    let mut random = Random(1);
    let mut deep = 0;
    for _ in 0..200 {
        let mut bytes = seed.clone();
        containers::hdf5(&mut bytes, &mut random);
        let read = pypsa::read_netcdf(bytes, "x.nc");
        deep += usize::from(!read.diagnostics.iter().any(|d| d.render(Lang::En).to_lowercase().contains("checksum")));
    }
    assert!(deep > 150, "{deep} of 200 came past the checksums");
}

#[test]
fn short_fuzz_of_every_reader() {
    for target in ALL {
        fuzz(target, 0, Duration::from_secs(4));
    }
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_matpower() {
    fuzz(&MATPOWER, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_native() {
    fuzz(&NATIVE, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_pypsa() {
    fuzz(&PYPSA, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_netcdf_classic() {
    fuzz(&CLASSIC, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_netcdf_hdf5() {
    fuzz(&HDF5, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_pglib_uc() {
    fuzz(&PGLIB_UC, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_ucjl() {
    fuzz(&UCJL, seed(), minutes());
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_rts_gmlc() {
    fuzz(&RTS_GMLC, seed(), minutes());
}
