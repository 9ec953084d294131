//! The formats, recognised by content.

use std::io;
use std::path::Path;

use fenggu_net::{Diagnostic, Network};

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

/// Bytes that may be decoded from one network when nobody says otherwise.
pub const MAX_DECODED_BYTES: u64 = 8 << 30;

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
/// allocated. What a reader holds while it works is at most four times what it decodes.
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
        return Read::failed(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", e));
    }
    let size = if rts_gmlc::is_folder(path) { rts_gmlc::bytes(path) } else { bytes_at(path) };
    if size > max_decoded_bytes {
        let d = Diagnostic::new(&code::OVER_LIMIT).with("item", shown).with("found", size).with("limit", max_decoded_bytes);
        return Read::failed(d);
    }
    match format.or_else(|| Format::detect(path)) {
        Some(Format::Matpower) => match std::fs::read(path) {
            Ok(bytes) => matpower::read(bytes, &shown),
            Err(e) => Read::failed(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", e)),
        },
        Some(Format::Native) => native::read_within(path, max_decoded_bytes),
        Some(Format::PypsaCsv) => pypsa::read_folder(path),
        Some(Format::PypsaNetcdf) => match std::fs::read(path) {
            Ok(bytes) => pypsa::read_netcdf_within(bytes, &shown, max_decoded_bytes),
            Err(e) => Read::failed(Diagnostic::new(&code::CANNOT_OPEN).with("item", shown).with("value", e)),
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

/// Bytes of a file, or of the files that readers take from a folder and its `series`.
fn bytes_at(path: &Path) -> u64 {
    let of = |p: &Path| std::fs::metadata(p).map_or(0, |m| m.len());
    if !path.is_dir() {
        return of(path);
    }
    let inside = |folder: &Path| -> u64 {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_file());
        let read = |p: &Path| matches!(p.extension().and_then(|e| e.to_str()), Some("csv" | "parquet" | "toml" | "json"));
        files.filter(|p| read(p)).map(|p| of(&p)).sum()
    };
    inside(path) + inside(&path.join("series"))
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
