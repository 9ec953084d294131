//! Malformed netCDF files, made of a sound one: cut off, with sizes of terabytes, with names, types and values that do not
//! fit. Each is told by its code in both languages; none is accepted in silence, none allocates what it merely claims.
#![allow(clippy::print_stdout, unsafe_code)] // the counting allocator of a test

#[path = "common/chinese.rs"]
mod chinese;

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fenggu_io::{pypsa, Format};
use fenggu_net::diagnostic::Lang;
use fenggu_net::{Network, Severity};

/// Counts what is held, and the most that was.
struct Counting;
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes allocated at most while `work` runs.
fn most_held<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let out = work();
    (out, MOST.load(Ordering::Relaxed).saturating_sub(before))
}

fn network() -> Network {
    let mut net = Network { name: "small".into(), ..Network::default() };
    net.flow_convention = fenggu_net::FlowConvention::Pypsa;
    net.time = fenggu_net::TimeAxis::from_start(1_704_067_200, 3, 1.0, "UTC");
    for name in ["North", "South"] {
        net.buses.push(fenggu_net::Bus { name: name.into(), v_nom_kv: 380.0, ..Default::default() });
    }
    let bus = fenggu_net::BusId::new;
    net.generators.push(fenggu_net::Generator {
        name: "Wind".into(),
        bus: bus(1),
        p_nom_mw: Some(100.0),
        p_max_pu: vec![0.3, 0.5, 0.4].into(),
        ..Default::default()
    });
    net.loads.push(fenggu_net::Load { name: "City".into(), bus: bus(0), p_mw: vec![20.0, 30.0, 25.0].into(), ..Default::default() });
    net.branches.push(fenggu_net::Branch {
        name: "L1".into(),
        bus_from: bus(0),
        bus_to: bus(1),
        x_pu: 0.01,
        rating_a_mva: 150.0,
        ..Default::default()
    });
    net
}

fn base() -> Vec<u8> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("malformed_base_{}.nc", std::process::id()));
    let lost = fenggu_io::write(&path, &network(), Format::PypsaNetcdf).expect("written");
    assert!(lost.iter().all(|d| d.severity < Severity::Warning), "{lost:?}");
    let bytes = std::fs::read(&path).expect("readable");
    std::fs::remove_file(&path).ok();
    bytes
}

/// A classic netCDF file (version 1) of the same shape, made here by the format's own grammar.
fn classic() -> Vec<u8> {
    let dims: [(&str, u32); 6] =
        [("snapshots", 3), ("buses_i", 2), ("generators_i", 1), ("loads_i", 1), ("generators_t_p_max_pu_i", 1), ("string5", 5)];
    let doubles = |v: &[f64]| v.iter().flat_map(|x| x.to_be_bytes()).collect::<Vec<u8>>();
    let ints = |v: &[i32]| v.iter().flat_map(|x| x.to_be_bytes()).collect::<Vec<u8>>();
    // Name, dimensions, type (2 text, 4 integer, 6 double), data.
    let vars: Vec<(&str, Vec<u32>, u32, Vec<u8>)> = vec![
        ("snapshots", vec![0], 4, ints(&[0, 1, 2])),
        ("buses_i", vec![1, 5], 2, b"NorthSouth".to_vec()),
        ("buses_v_nom", vec![1], 6, doubles(&[380.0, 380.0])),
        ("generators_i", vec![2, 5], 2, b"Wind\0".to_vec()),
        ("generators_bus", vec![2, 5], 2, b"South".to_vec()),
        ("generators_p_nom", vec![2], 6, doubles(&[100.0])),
        ("generators_t_p_max_pu_i", vec![4, 5], 2, b"Wind\0".to_vec()),
        ("generators_t_p_max_pu", vec![0, 4], 6, doubles(&[0.3, 0.5, 0.4])),
        ("loads_i", vec![3, 5], 2, b"City\0".to_vec()),
        ("loads_bus", vec![3, 5], 2, b"North".to_vec()),
        ("loads_p_set", vec![3], 6, doubles(&[30.0])),
    ];
    let name = |out: &mut Vec<u8>, text: &str| {
        out.extend((text.len() as u32).to_be_bytes());
        out.extend(text.as_bytes());
        out.resize(out.len().div_ceil(4) * 4, 0);
    };
    let word = |out: &mut Vec<u8>, v: u32| out.extend(v.to_be_bytes());
    let header = |begins: &[u32]| {
        let mut out = b"CDF\x01\0\0\0\0".to_vec();
        word(&mut out, 0x0A);
        word(&mut out, dims.len() as u32);
        for (dim, size) in dims {
            name(&mut out, dim);
            word(&mut out, size);
        }
        [0, 0, 0x0B, vars.len() as u32].into_iter().for_each(|v| word(&mut out, v));
        for ((variable, over, kind, data), begin) in vars.iter().zip(begins) {
            name(&mut out, variable);
            word(&mut out, over.len() as u32);
            over.iter().for_each(|d| word(&mut out, *d));
            if *variable == "snapshots" {
                [0x0C, 1].into_iter().for_each(|v| word(&mut out, v));
                name(&mut out, "units");
                word(&mut out, 2);
                name(&mut out, "hours since 2024-01-01 00:00:00");
            } else {
                [0, 0].into_iter().for_each(|v| word(&mut out, v));
            }
            [*kind, data.len().div_ceil(4) as u32 * 4, *begin].into_iter().for_each(|v| word(&mut out, v));
        }
        out
    };
    let mut at = header(&vec![0; vars.len()]).len() as u32;
    let mut begins = Vec::new();
    for v in &vars {
        begins.push(at);
        at += v.3.len().div_ceil(4) as u32 * 4;
    }
    let mut out = header(&begins);
    for v in &vars {
        out.extend(&v.3);
        out.resize(out.len().div_ceil(4) * 4, 0);
    }
    out
}

/// Codes of a file, each finding worded in both languages; the memory held at most.
fn codes(bytes: Vec<u8>) -> (Vec<&'static str>, usize) {
    let own = chinese::words(&String::from_utf8_lossy(&bytes)).map(str::to_owned).chain(["nc".to_owned()]).collect();
    let (read, held) = most_held(|| pypsa::read_netcdf(bytes, "x.nc"));
    assert_eq!(read.network.is_none(), read.has_errors());
    let mut out: Vec<&'static str> = read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning).map(|d| d.code()).collect();
    if let Some(net) = &read.network {
        out.extend(fenggu_net::check(net, None).iter().filter(|d| d.severity == Severity::Error).map(|d| d.code()));
    }
    for d in &read.diagnostics {
        assert_eq!(chinese::english_in(d, &chinese::known(), &own), None);
        assert!(!d.render(Lang::En).is_empty() && !d.render(Lang::Zh).is_empty());
    }
    out.dedup();
    (out, held)
}

fn find(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|w| w == needle).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(needle)))
}

/// Offset of the size of a dimension in a classic header: behind its padded name.
fn size_of(bytes: &[u8], name: &str) -> usize {
    let mut key = (name.len() as u32).to_be_bytes().to_vec();
    key.extend_from_slice(name.as_bytes());
    find(bytes, &key) + 4 + name.len().div_ceil(4) * 4
}

/// The counter is one for the process: tests that read it take turns.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn each_is_told() {
    let _turn = TURN.lock().expect("turn");
    let modern = base();
    assert!(codes(modern.clone()).0.is_empty(), "{:?}", codes(modern));
    let good = classic();
    assert!(codes(good.clone()).0.is_empty(), "{:?}", pypsa::read_netcdf(good, "x.nc").diagnostics);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        bytes
    };
    let dim = |name: &'static str, to: u32| {
        with(&move |b| {
            let at = size_of(b, name);
            b[at..at + 4].copy_from_slice(&to.to_be_bytes());
        })
    };
    let rename = |from: &'static str, to: &'static str| {
        with(&move |b| {
            let at = find(b, from.as_bytes());
            b[at..at + to.len()].copy_from_slice(to.as_bytes());
        })
    };
    let double = |from: f64, to: f64| {
        with(&move |b| {
            let at = find(b, &from.to_be_bytes());
            b[at..at + 8].copy_from_slice(&to.to_be_bytes());
        })
    };
    let cut = |n: usize| good[..n].to_vec();
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("13 bytes", b"CDF\x01\0\0\0\0\0\0\0\0\0".to_vec(), &["F0520"]),
        ("the magic alone", b"CDF\x01".to_vec(), &["F0520"]),
        ("nothing", Vec::new(), &["F0520"]),
        ("HDF5 magic alone", b"\x89HDF\r\n\x1a\n".to_vec(), &["F0520"]),
        ("HDF5 of 13 bytes", b"\x89HDF\r\n\x1a\n\0\0\0\0\0".to_vec(), &["F0520"]),
        ("HDF5 of zeros", [b"\x89HDF\r\n\x1a\n".to_vec(), vec![0; 4000]].concat(), &["F0520"]),
        ("HDF5 of ones", [b"\x89HDF\r\n\x1a\n".to_vec(), vec![255; 4000]].concat(), &["F0520"]),
        ("unknown version", with(&|b| b[3] = 9), &["F0520"]),
        ("cut in the header", cut(200), &["F0520"]),
        ("cut at half", cut(good.len() / 2), &["F0520"]),
        ("cut by some bytes", cut(good.len() - 9), &["F0520"]),
        ("HDF5 cut at half", modern[..modern.len() / 2].to_vec(), &["F0520"]),
        ("HDF5 cut by one byte", modern[..modern.len() - 1].to_vec(), &["F0520"]),
        ("HDF5 with a hole", [&modern[..2000], &vec![0; 2000][..], &modern[4000..]].concat(), &["F0520"]),
        ("text", b"name,bus\nCity,South\n".to_vec(), &["F0520"]),
        ("terabytes of snapshots", dim("snapshots", 0x7FFF_FFFF), &["F0510"]),
        ("terabytes of buses", dim("buses_i", 0x7FFF_FFFF), &["F0521"]),
        ("terabytes of generators", dim("generators_i", 0x7FFF_FFF0), &["F0521"]),
        ("negative size", dim("buses_i", 0xFFFF_FFFF), &["F0521"]),
        ("no buses", rename("buses_i", "busss_i"), &["F0522"]),
        ("negative power", double(100.0, -100.0), &["N0101"]),
        ("infinite load", double(30.0, f64::INFINITY), &["N0101"]),
        ("share of nan", double(0.5, f64::NAN), &["F0516"]),
        (
            "unknown bus",
            with(&|b| {
                let at = b.windows(5).rposition(|w| w == b"South").expect("bus");
                b[at..at + 5].copy_from_slice(b"Sooth");
            }),
            &["F0504"],
        ),
        (
            "names not UTF-8",
            with(&|b| {
                let at = find(b, b"City");
                b[at..at + 4].copy_from_slice(b"\xC4\xB8\xCF\xDF");
            }),
            &["F0520"],
        ),
    ];
    let mut wrong = Vec::new();
    let n = cases.len();
    for (name, bytes, expected) in cases {
        let size = bytes.len();
        let (found, held) = codes(bytes);
        // Four times what may be decoded of a small file at most: 1 MiB, and the file itself.
        let most = 4 * ((1 << 20) + 40 * size);
        if found != expected || held > most {
            wrong.push(format!("{name}: {found:?}, wanted {expected:?}; {held} bytes held, {most} allowed"));
        }
    }
    assert!(wrong.is_empty(), "{} of {n}\n{}", wrong.len(), wrong.join("\n"));
}

/// What a file merely declares is not allocated: steps, rows and values by the terabyte, within a limit and without one.
#[test]
fn declared_sizes_are_not_allocated() {
    let _turn = TURN.lock().expect("turn");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("declared_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("scratch");
    let manifest = |steps: &str| {
        format!("format = 1\nname = \"x\"\nbase_mva = 100.0\ncurrency = \"1\"\nflow_convention = \"matpower\"\n[time]\nsteps = {steps}\nstep_h = 1.0\n")
    };
    std::fs::write(folder.join("buses.csv"), "name\na\n").expect("written");
    let limit = 1 << 20;
    for (steps, code) in [("9000000", "F0418"), ("999999999999", "F0418"), ("1e300", "F0418"), ("-1", "F0418")] {
        std::fs::write(folder.join("network.toml"), manifest(steps)).expect("written");
        let (read, held) = most_held(|| fenggu_io::read_within(&folder, None, limit));
        assert!(read.diagnostics.iter().any(|d| d.code() == code), "{steps}: {:?}", read.diagnostics);
        assert!(held as u64 <= 4 * limit, "{steps}: {held} bytes");
    }
    // As many steps as the limit allows stay within four times of it.
    std::fs::write(folder.join("network.toml"), manifest("13000")).expect("written");
    let (read, held) = most_held(|| fenggu_io::read_within(&folder, None, limit));
    assert!(read.network.is_some() && held as u64 <= 4 * limit, "{held} bytes: {:?}", read.diagnostics);
    // A file larger than the limit is not opened.
    std::fs::write(folder.join("buses.csv"), "name\n".repeat(400_000)).expect("written");
    let (read, held) = most_held(|| fenggu_io::read_within(&folder, None, limit));
    assert_eq!(read.diagnostics[0].code(), "F0007");
    assert!(held < 1 << 16, "{held} bytes");
    std::fs::remove_dir_all(&folder).ok();
    // netCDF: the limit counts below the file's own bound as well.
    let (read, held) = most_held(|| pypsa::read_netcdf_within(base(), "x.nc", 300));
    assert!(read.network.is_none() && held < 4 << 20, "{held} bytes");
    let mut bytes = classic();
    for name in ["buses_i", "generators_i", "loads_i", "string5"] {
        let at = size_of(&bytes, name);
        bytes[at..at + 4].copy_from_slice(&0x4000_0000u32.to_be_bytes());
    }
    let (read, held) = most_held(|| pypsa::read_netcdf_within(bytes, "x.nc", u64::MAX));
    assert!(read.network.is_none() && held < 4 << 20, "{held} bytes");
}
