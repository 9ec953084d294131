//! What a run leaves behind and is read again, mutated: `manifest.json` and `results.parquet` by `fenggu compare` and the
//! referee, finished windows by `fenggu resume`. No panic, no hang, memory within a bound. The mutations are those of the readers.
#![allow(clippy::print_stdout)] // tests tell their figures

#[path = "../../fenggu-io/tests/fuzz/bytes.rs"]
mod bytes;
#[path = "../../fenggu-io/tests/fuzz/containers.rs"]
#[allow(dead_code)] // Parquet only
mod containers;
#[path = "../../fenggu-io/tests/fuzz/counting.rs"]
mod counting;
#[path = "../../fenggu-io/tests/fuzz/random.rs"]
mod random;
#[path = "../../fenggu-io/tests/fuzz/text.rs"]
mod text;

use fenggu::compare::{Columns, RunFolder};
use fenggu::net::diagnostic::Lang;
use fenggu::net::{Network, TimeAxis};
use fenggu::report::{read_results_parquet_within, write_run_folder, ReportOptions, Run, WindowStore};
use random::Random;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes that may be decoded; four times as many may be held.
const MOST: u64 = 16 << 20;

fn network() -> Network {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut net = fenggu::io::read(&root.join("cases/three_bus/network.m"), None).network.expect("sound");
    net.time = TimeAxis::from_start(1_704_067_200, 6, 1.0, "UTC");
    net
}

/// Seconds of processor time, where the system tells them.
fn processor_s(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = told.as_deref().and_then(|t| t.split_whitespace().next()?.parse::<f64>().ok());
    ns.map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

fn scratch() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz_runs_{}", std::process::id()));
    std::fs::remove_dir_all(&dir).ok();
    std::fs::create_dir_all(&dir).expect("scratch");
    dir
}

fn fuzz(seed: u64, time: Duration) {
    let (net, dir) = (network(), scratch());
    let solution = fenggu::dispatch(&net, &fenggu::DispatchOptions::default()).expect("solved");
    let run = Run::new("dispatch", &net, solution.results());
    write_run_folder(&run, &dir.join("run"), &ReportOptions::default()).expect("written");
    let store = WindowStore::create(&dir.join("rolling"), "{}").expect("created");
    store.put(0, "{\"window\": 0}", solution.results()).expect("put");
    let window = dir.join("rolling/rolling/00000.bin");
    let read = |p: &Path| std::fs::read(p).expect("readable");
    let (manifest, results, bin) = (dir.join("run/manifest.json"), dir.join("run/results.parquet"), window);
    let sound = [read(&manifest), read(&results), read(&bin)];
    let mut pools: [Vec<Vec<u8>>; 3] = sound.clone().map(|s| vec![s]);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut r = Random(0xF11E_5EED ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let start = Instant::now();
    let (before_s, mut rounds, mut most, mut worst, mut accepted, mut faults) =
        (processor_s(start), 0u64, 0usize, 0.0f64, 0u64, Vec::new());
    while processor_s(start) - before_s < time.as_secs_f64() && faults.len() < 5 {
        let k = r.below(3);
        let mut bytes = pools[k][r.below(pools[k].len())].clone();
        let other = sound[r.below(3)].clone();
        match (k, r.below(2)) {
            (0, 0) => text::mutate(&mut bytes, &other, &mut r),
            (1, 0) => containers::parquet(&mut bytes, &mut r),
            _ => bytes::mutate(&mut bytes, &other, &mut r),
        }
        if bytes.len() > 200_000 {
            continue;
        }
        rounds += 1;
        std::fs::write([&manifest, &results, &bin][k], &bytes).expect("written");
        let (held, clock) = (counting::begin(), processor_s(start));
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match k {
            0 => RunFolder::open(&dir.join("run")).map_err(|b| assert!(!b.en.is_empty() && !b.zh.is_empty())).is_ok(),
            1 => {
                let (a, b) = (Columns::read_within(&results, MOST), read_results_parquet_within(&results, &net, MOST));
                for e in [a.as_ref().err(), b.as_ref().err()].into_iter().flatten() {
                    assert!(!e.message(Lang::En).is_empty() && !e.message(Lang::Zh).is_empty());
                }
                a.is_ok() || b.is_ok()
            }
            _ => store.results(0).is_ok(),
        }));
        let (held, took) = (counting::most_since(held), processor_s(start) - clock);
        (most, worst) = (most.max(held), worst.max(took));
        match ended {
            Ok(ok) => {
                accepted += u64::from(ok);
                if ok && pools[k].len() < 100 && r.below(20) == 0 {
                    pools[k].push(bytes);
                }
                if held > 4 * MOST as usize + 1200 * 200_000 || took > 10.0 {
                    faults.push((k, held, took));
                }
            }
            Err(_) => faults.push((k, held, took)),
        }
        if faults.last().is_some_and(|f| f.0 == k) && faults.len() <= 5 {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz_failures/runs_{k}_{rounds}"));
            std::fs::create_dir_all(kept.parent().expect("inside")).ok();
            std::fs::copy([&manifest, &results, &bin][k], kept).ok();
        }
        std::fs::write([&manifest, &results, &bin][k], &sound[k]).expect("written");
    }
    std::panic::set_hook(hook);
    std::fs::remove_dir_all(&dir).ok();
    let told = format!(
        "runs: seed {seed}, {rounds} inputs in {:.2} min of processor time, {accepted} accepted, slowest {worst:.2} s, most held {:.1} MiB, {} faults {faults:?}",
        (processor_s(start) - before_s) / 60.0,
        most as f64 / f64::from(1 << 20),
        faults.len()
    );
    println!("{told}");
    if let Some(path) = std::env::var_os("FENGGU_FUZZ_LOG") {
        use std::io::Write;
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("log");
        writeln!(log, "{told}").expect("log");
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn short_fuzz_of_runs() {
    fuzz(0, Duration::from_secs(3));
}

#[test]
#[ignore = "long: minutes by FENGGU_FUZZ_MINUTES"]
fn long_fuzz_runs() {
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse::<f64>().ok());
    let minutes = number("FENGGU_FUZZ_MINUTES").unwrap_or(1.0).clamp(0.01, 600.0);
    fuzz(number("FENGGU_FUZZ_SEED").unwrap_or(0.0) as u64, Duration::from_secs_f64(minutes * 60.0));
}
