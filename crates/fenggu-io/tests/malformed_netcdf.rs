//! Malformed netCDF files, made of a sound one: cut off, with sizes of terabytes, with names, types and values that do not
//! fit. Each is told by its code in both languages; none is accepted in silence, none allocates what it merely claims.
#![allow(clippy::print_stdout, unsafe_code)] // the counting allocator of a test

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

/// Codes of a file, each finding worded in both languages; the memory held at most.
fn codes(bytes: Vec<u8>) -> (Vec<&'static str>, usize) {
    let (read, held) = most_held(|| pypsa::read_netcdf(bytes, "x.nc"));
    assert_eq!(read.network.is_none(), read.has_errors());
    let mut out: Vec<&'static str> = read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning).map(|d| d.code()).collect();
    for d in &read.diagnostics {
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

#[test]
fn each_is_told() {
    let good = base();
    assert!(codes(good.clone()).0.is_empty(), "{:?}", codes(good));
    println!("base file: {} bytes, begins with {:?}", good.len(), &good[..4]);
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
        ("cut by one byte", cut(good.len() - 9), &["F0520"]),
        ("text", b"name,bus\nCity,South\n".to_vec(), &["F0520"]),
        ("terabytes of snapshots", dim("snapshots", 0x7FFF_FFFF), &["F0510"]),
        ("terabytes of buses", dim("buses_i", 0x7FFF_FFFF), &["F0521"]),
        ("terabytes of generators", dim("generators_i", 0x7FFF_FFF0), &["F0521"]),
        ("negative size", dim("buses_i", 0xFFFF_FFFF), &["F0520"]),
        ("no buses", rename("buses_i", "busss_i"), &["F0501"]),
        ("price of nan", double(100.0, f64::NAN), &[]),
        ("negative power", double(100.0, -100.0), &["N0101"]),
        ("load of nan", double(30.0, f64::NAN), &["F0516"]),
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
            &[],
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
