//! The formats, recognised by content.

use std::io;
use std::path::{Path, PathBuf};

use fenggu_net::{Diagnostic, Network, Results};

use crate::catalogue as code;
use crate::json::{parse, unpack};
use crate::{matpower, native, pglib_uc, pypsa, rts_gmlc, ucjl, Read};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// MATPOWER case, a `.m` file.
    Matpower,
    /// This program's own: a folder with `network.toml`.
    Native,
    /// PyPSA, a folder of CSV files.
    PypsaCsv,
    /// PyPSA, a netCDF file.
    PypsaNetcdf,
    /// Unit commitment instance of PGLib-UC, JSON, also packed with gzip; read only.
    PglibUc,
    /// Unit commitment instance of UnitCommitment.jl, JSON, also packed with gzip; read only.
    UnitCommitmentJl,
    /// RTS-GMLC's folder of source tables and series; read only.
    RtsGmlc,
}

/// Memory that reading a network may take when nobody says otherwise: 16 GiB.
pub const MAX_MEMORY_BYTES: u64 = 16 << 30;

/// Bytes that may be decoded from one network then. A reader may hold four times what it decodes.
pub const MAX_DECODED_BYTES: u64 = decoded_within(MAX_MEMORY_BYTES);

/// Bytes that may be decoded within a memory of so many bytes.
pub const fn decoded_within(memory_bytes: u64) -> u64 {
    if memory_bytes < 4 {
        1
    } else {
        memory_bytes / 4
    }
}

/// Bytes of a word such as `500MB`, `2 GB` or `1000000`: units of 1024. None for anything else, and for 0.
pub fn bytes_of_word(word: &str) -> Option<u64> {
    let text = word.trim().to_ascii_uppercase();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit.trim_start() {
        "" | "B" => 1u64,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        "T" | "TB" | "TIB" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit).filter(|b| *b > 0)
}

/// What a text decodes to: itself, and 16 bytes for each cell, which becomes a number and the place where it stands.
pub(crate) fn decoded_bytes(text: &[u8]) -> u64 {
    let cells = text.iter().filter(|b| matches!(b, b',' | b'\n' | b'\t' | b' ' | b';')).count();
    (text.len() as u64).saturating_add(16 * cells as u64)
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Format] = &[
        Format::Matpower,
        Format::Native,
        Format::PypsaCsv,
        Format::PypsaNetcdf,
        Format::PglibUc,
        Format::UnitCommitmentJl,
        Format::RtsGmlc,
    ];

    /// The word that stands for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Matpower => "matpower",
            Format::Native => "native",
            Format::PypsaCsv => "pypsa-csv",
            Format::PypsaNetcdf => "pypsa-netcdf",
            Format::PglibUc => "pglib-uc",
            Format::UnitCommitmentJl => "ucjl",
            Format::RtsGmlc => "rts-gmlc",
        }
    }

    /// The format of a word.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| f.word() == word)
    }

    /// The format of what a path leads to, by its content. A path that leads to nothing has none.
    pub fn detect(path: &Path) -> Option<Format> {
        if path.is_dir() {
            let native = path.join("network.toml").is_file().then_some(Format::Native);
            let native = native.or_else(|| rts_gmlc::is_folder(path).then_some(Format::RtsGmlc));
            return native.or_else(|| pypsa::is_folder(path).then_some(Format::PypsaCsv));
        }
        let mut head = Vec::new();
        let file = std::fs::File::open(path).ok()?;
        io::Read::read_to_end(&mut io::Read::take(file, 64 * 1024), &mut head).ok()?;
        Format::detect_bytes(&head)
    }

    /// The format of a file that starts with these bytes.
    pub fn detect_bytes(head: &[u8]) -> Option<Format> {
        if pypsa::is_netcdf(head) {
            return Some(Format::PypsaNetcdf);
        }
        let unpacked = unpack::is_gzip(head).then(|| unpack::head(head, 64 * 1024));
        let head = unpacked.as_deref().unwrap_or(head);
        // UTF-16 keeps every second byte of an ASCII text; reading it names the encoding.
        let text: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        let text = String::from_utf8_lossy(&text);
        if let Some(format) = json_format(&text) {
            return Some(format);
        }
        let is_statement = |line: &str| {
            let line = line.trim_start_matches(|c: char| !c.is_ascii()).trim_start();
            line.starts_with("function ") || line.starts_with("mpc.") || line.starts_with("mpc =")
        };
        text.lines().any(is_statement).then_some(Format::Matpower)
    }

    /// The format that a path to be written asks for: `.m` is MATPOWER, `.nc` PyPSA's netCDF, no ending a native folder.
    pub fn for_output(path: &Path) -> Option<Format> {
        match path.extension().and_then(|e| e.to_str()) {
            Some("m") => Some(Format::Matpower),
            Some("nc") => Some(Format::PypsaNetcdf),
            None => Some(Format::Native),
            Some(_) => None,
        }
    }
}

/// The format of a JSON text, by the keys of its outermost object that its beginning shows.
fn json_format(head: &str) -> Option<Format> {
    let keys = parse::outer_keys(head)?;
    let has = |known: &[(&str, &str)]| keys.iter().any(|k| known.iter().any(|(name, _)| name == k));
    let ucjl = has(ucjl::fields::FILE).then_some(Format::UnitCommitmentJl);
    has(pglib_uc::fields::FILE).then_some(Format::PglibUc).or(ucjl)
}

/// Reads a network from a file or folder. Without a format the content decides; a path to
/// `network.toml` means its folder. A path that cannot be read is a finding too.
pub fn read(path: &Path, format: Option<Format>) -> Read {
    read_within(path, format, MAX_DECODED_BYTES)
}

/// The same, refusing files that are larger or declare more than `max_decoded_bytes`: before anything of that size is
/// allocated. What a reader holds while it works is at most four times what it decodes ([`decoded_within`]).
pub fn read_within(path: &Path, format: Option<Format>, max_decoded_bytes: u64) -> Read {
    let path = match (path.file_name().and_then(|n| n.to_str()), path.parent()) {
        (Some("network.toml"), Some(folder)) if path.is_file() => {
            if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            }
        }
        _ => path,
    };
    let shown = path.display().to_string();
    if let Err(e) = std::fs::metadata(path) {
        return cannot_open(&shown, &e);
    }
    // A pipe or a device has no size: it may never end.
    if !path.is_file() && !path.is_dir() {
        let d = Diagnostic::new(&code::CANNOT_OPEN).with("item", shown);
        return Read::failed(d.with_both("value", "it is neither a file nor a folder", "它既不是文件也不是文件夹"));
    }
    let over = |found: u64| {
        let d = Diagnostic::new(&code::OVER_LIMIT).with("item", &shown).with("found", found).with("limit", max_decoded_bytes);
        Read::failed(d)
    };
    let size = if rts_gmlc::is_folder(path) {
        rts_gmlc::bytes(path)
    } else {
        files_read(path).iter().map(|p| std::fs::metadata(p).map_or(0, |m| m.len())).fold(0, u64::saturating_add)
    };
    if size > max_decoded_bytes {
        return over(size);
    }
    let format = format.or_else(|| Format::detect(path));
    if path.is_file() {
        let mut head = [0; 16];
        let n = std::fs::File::open(path).and_then(|mut f| io::Read::read(&mut f, &mut head)).unwrap_or(0);
        if size == 0 {
            return Read::failed(Diagnostic::new(&code::EMPTY_FILE).with("item", shown));
        }
        // Instances of unit commitment are handed round packed; their readers unpack within the limit, and no other opens archives.
        let unpacks = matches!(format, Some(Format::PglibUc | Format::UnitCommitmentJl));
        if let (Some(name), false) = (crate::place::compression(&head[..n]), unpacks) {
            return Read::failed(Diagnostic::new(&code::ARCHIVE).with("item", shown).with("value", name));
        }
    }
    match format {
        Some(Format::Matpower) => match std::fs::read(path) {
            Ok(bytes) if decoded_bytes(&bytes) > max_decoded_bytes => over(decoded_bytes(&bytes)),
            Ok(bytes) if bytes.contains(&b'\r') && !bytes.contains(&b'\n') => {
                Read::failed(Diagnostic::new(&code::OLD_LINES).with("item", shown))
            }
            Ok(bytes) => matpower::read(bytes, &shown),
            Err(e) => cannot_open(&shown, &e),
        },
        Some(Format::Native) => native::read_within(path, max_decoded_bytes),
        Some(Format::PypsaCsv) => pypsa::read_folder_within(path, max_decoded_bytes),
        Some(Format::PypsaNetcdf) => match std::fs::read(path) {
            Ok(bytes) => pypsa::read_netcdf_within(bytes, &shown, max_decoded_bytes),
            Err(e) => cannot_open(&shown, &e),
        },
        Some(Format::PglibUc) => match std::fs::read(path) {
            Ok(bytes) => pglib_uc::read_within(bytes, &shown, max_decoded_bytes),
            Err(e) => Read::failed(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", e)),
        },
        Some(Format::UnitCommitmentJl) => match std::fs::read(path) {
            Ok(bytes) => ucjl::read_within(bytes, &shown, max_decoded_bytes),
            Err(e) => Read::failed(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", e)),
        },
        Some(Format::RtsGmlc) => rts_gmlc::read(path, &rts_gmlc::Study::default()),
        None => {
            let words: Vec<&str> = Format::ALL.iter().map(|f| f.word()).collect();
            let d = Diagnostic::new(&code::UNKNOWN_FORMAT).with("item", shown).with("value", words.join(", "));
            Read::failed(d)
        }
    }
}

fn cannot_open(shown: &str, e: &io::Error) -> Read {
    let [en, zh] = crate::words::system(e);
    Read::failed(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with_both("value", en, zh))
}

/// The files that reading a path takes in, sorted: itself, or those of a folder and of its `series` that a reader knows. What
/// else lies in the folder (runs, links in a circle, pipes) is not touched.
pub fn files_read(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let inside = |folder: PathBuf| {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_file());
        files.filter(|p| matches!(p.extension().and_then(|e| e.to_str()), Some("csv" | "parquet" | "toml" | "json")))
    };
    let mut files: Vec<PathBuf> = inside(path.to_path_buf()).chain(inside(path.join("series"))).collect();
    files.sort();
    files
}

/// Writes a network; returns what the format could not hold. MATPOWER gets the first step.
///
/// # Errors
/// When a file cannot be written, or the format is one that is only read.
pub fn write(path: &Path, net: &Network, format: Format) -> io::Result<Vec<Diagnostic>> {
    match format {
        Format::Matpower => {
            let written = matpower::write(net, 0);
            std::fs::write(path, written.text)?;
            Ok(written.diagnostics)
        }
        Format::Native => native::write(path, net, native::SeriesFormat::Auto),
        Format::PypsaCsv => pypsa::write_folder(path, net, None),
        Format::PypsaNetcdf => pypsa::write_netcdf(path, net, None),
        Format::PglibUc | Format::UnitCommitmentJl | Format::RtsGmlc => {
            Err(io::Error::new(io::ErrorKind::Unsupported, format!("{} is read, not written", format.word())))
        }
    }
}

/// Writes a network with the results of a run, where the format has places for them: MATPOWER (the first step) and PyPSA. Returns
/// what the format could not hold.
///
/// # Errors
/// When a file cannot be written, or the format has no places for results (the native one).
pub fn write_solved(path: &Path, net: &Network, results: &Results, format: Format) -> io::Result<Vec<Diagnostic>> {
    match format {
        Format::Matpower => {
            let written = matpower::write_solved(net, results, 0);
            std::fs::write(path, written.text)?;
            Ok(written.diagnostics)
        }
        Format::PypsaCsv => pypsa::write_folder(path, net, Some(results)),
        Format::PypsaNetcdf => pypsa::write_netcdf(path, net, Some(results)),
        Format::PglibUc | Format::UnitCommitmentJl | Format::RtsGmlc => {
            Err(io::Error::new(io::ErrorKind::Unsupported, format!("{} is read, not written", format.word())))
        }
        Format::Native => {
            let why = "the native format holds no results: write the run folder, or matpower, pypsa-csv or pypsa-netcdf";
            Err(io::Error::new(io::ErrorKind::Unsupported, why))
        }
    }
}
