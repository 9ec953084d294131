//! The run folder: every file is written under another name, flushed to the disk and renamed, so that no half file ever
//! stands under a final name; `STATUS` comes last, so that a folder with a `STATUS` is complete.

use super::error::{ReportError, ReportErrorKind};
use super::run::{ReportOptions, Run, TableFiles};
use super::{html, json, results_file, wide};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub dir: PathBuf,
    /// Files in the order in which they were finished, relative to the folder, with their sizes in bytes.
    pub files: Vec<(String, u64)>,
}

impl Written {
    /// Path of the page.
    pub fn page(&self) -> PathBuf {
        self.dir.join("report.html")
    }
}

/// Writes the run folder. An older run in the same folder loses its `STATUS` first, so that a broken attempt is never
/// taken for a whole one.
///
/// # Errors
/// [`ReportError`] with the path that could not be written.
pub fn write_run_folder(run: &Run, dir: &Path, options: &ReportOptions) -> Result<Written, ReportError> {
    if run.results.steps != run.network.steps() {
        let kind = ReportErrorKind::WrongSize { steps: run.results.steps, network_steps: run.network.steps() };
        return Err(ReportError::new(dir, kind));
    }
    if dir.exists() && !dir.is_dir() {
        return Err(ReportError::new(dir, ReportErrorKind::NotAFolder));
    }
    fs::create_dir_all(dir).map_err(|e| ReportError::io(dir, &e))?;
    clear_older_run(dir)?;

    let mut folder = Folder { dir: dir.to_path_buf(), files: Vec::new() };
    let tables = if options.tables == TableFiles::None { Vec::new() } else { wide::tables(run.network, run.results) };
    for table in &tables {
        folder.stream(&format!("tables/{}.csv", table.name), |out, path| wide::write_csv(table, options.lang, out, path))?;
    }
    if options.tables == TableFiles::CsvAndXlsx {
        folder.stream("tables.xlsx", |out, path| wide::write_xlsx(&tables, options.lang, &run.started_utc, out, path))?;
    }
    folder.stream("results.parquet", |out, path| results_file::write_results_parquet(run.network, run.results, out, path).map(drop))?;
    folder.text("check.json", &json::findings_json(run.findings))?;
    folder.text("certificate.json", &json::certificate(run))?;
    folder.text("why.json", &json::why(run))?;
    let names: Vec<String> = tables.iter().map(|t| t.name.clone()).collect();
    folder.text("report.html", &html::page(run, options, &names))?;
    let manifest = json::manifest(run, &folder.files);
    folder.text("manifest.json", &manifest)?;
    folder.text("STATUS", &format!("{}\n", run.status().word()))?;
    Ok(Written { dir: folder.dir, files: folder.files })
}

/// Takes away what would lie about the new run: the old `STATUS`, and tables that the new run may not write again.
pub(super) fn clear_older_run(dir: &Path) -> Result<(), ReportError> {
    let status = dir.join("STATUS");
    if !status.exists() {
        return Ok(());
    }
    fs::remove_file(&status).map_err(|e| ReportError::io(&status, &e))?;
    clear_tables(dir)
}

/// Takes an older run's tables away.
pub(super) fn clear_tables(dir: &Path) -> Result<(), ReportError> {
    let tables = dir.join("tables");
    // Tables of a rolling run stand one folder deeper, by month.
    let files = |dir: &Path| fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()).collect::<Vec<_>>();
    let deeper: Vec<PathBuf> = files(&tables).into_iter().filter(|p| p.is_dir()).collect();
    for path in deeper.iter().chain([&tables]).flat_map(|d| files(d)).filter(|p| p.extension().is_some_and(|e| e == "csv")) {
        fs::remove_file(&path).map_err(|e| ReportError::io(&path, &e))?;
    }
    for dir in deeper {
        // Only an empty folder goes: whatever else somebody put there stays.
        let _ = fs::remove_dir(dir);
    }
    let xlsx = dir.join("tables.xlsx");
    if xlsx.exists() {
        fs::remove_file(&xlsx).map_err(|e| ReportError::io(&xlsx, &e))?;
    }
    Ok(())
}

/// Files of a run folder, written one by one.
pub(super) struct Folder {
    dir: PathBuf,
    files: Vec<(String, u64)>,
}

impl Folder {
    pub(super) fn new(dir: &Path) -> Folder {
        Folder { dir: dir.to_path_buf(), files: Vec::new() }
    }
    /// Files so far.
    pub(super) fn files(&self) -> &[(String, u64)] {
        &self.files
    }
    /// The files of another writer in the same folder.
    pub(super) fn take(&mut self, other: Folder) {
        self.files.extend(other.files);
    }
    pub(super) fn written(self) -> Written {
        Written { dir: self.dir, files: self.files }
    }
    pub(super) fn text(&mut self, name: &str, content: &str) -> Result<(), ReportError> {
        self.stream(name, |out, path| out.write_all(content.as_bytes()).map_err(|e| ReportError::io(path, &e)))
    }
    /// Writes one file: temporary name, content, flush to disk, rename.
    pub(super) fn stream(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut BufWriter<File>, &Path) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        let path = self.dir.join(name);
        let parent = path.parent().unwrap_or(&self.dir).to_path_buf();
        fs::create_dir_all(&parent).map_err(|e| ReportError::io(&parent, &e))?;
        let temporary = parent.join(format!(".{}.{}.part", name.replace('/', "_"), std::process::id()));
        let bytes = write_temporary(&temporary, &path, content).inspect_err(|_| {
            // Best effort: the error that matters is the one already at hand.
            let _ = fs::remove_file(&temporary);
        })?;
        fs::rename(&temporary, &path).map_err(|e| {
            let _ = fs::remove_file(&temporary);
            ReportError::io(&path, &e)
        })?;
        // The rename itself must reach the disk; systems that cannot open a folder skip this.
        if let Ok(d) = File::open(&parent) {
            let _ = d.sync_all();
        }
        self.files.push((name.to_string(), bytes));
        Ok(())
    }
}

fn write_temporary(
    temporary: &Path,
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>, &Path) -> Result<(), ReportError>,
) -> Result<u64, ReportError> {
    let io = |e: std::io::Error| ReportError::io(path, &e);
    let mut out = BufWriter::with_capacity(1 << 16, File::create(temporary).map_err(io)?);
    content(&mut out, path)?;
    out.flush().map_err(io)?;
    let file = out.into_inner().map_err(|e| ReportError::io(path, e.error()))?;
    file.sync_all().map_err(io)?;
    Ok(file.metadata().map_err(io)?.len())
}

/// Writes one file so that it is there whole or not at all: another name, flush to the disk, rename, flush of the folder.
pub(super) fn write_durable(path: &Path, content: &[u8]) -> Result<(), ReportError> {
    let (dir, name) = (path.parent().unwrap_or(Path::new(".")), path.file_name().map_or_else(Default::default, |n| n.to_string_lossy()));
    let mut folder = Folder { dir: dir.to_path_buf(), files: Vec::new() };
    folder.stream(&name, |out, path| out.write_all(content).map_err(|e| ReportError::io(path, &e)))
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
