//! Reading a network for a verb: file, format, findings, digest.

use crate::verbs::Failure;
use fenggu::net::{Diagnostic, Network, Severity};
use fenggu::report::InputFile;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::Instant;

/// A network with everything found on the way.
pub struct Input {
    /// The network; none while an error stands.
    pub network: Option<Network>,
    /// Findings of the reader and of `check`.
    pub findings: Vec<Diagnostic>,
    /// Where the values stand in the files.
    pub sources: fenggu::net::SourceMap,
    /// Files with digests.
    pub files: Vec<InputFile>,
    /// Wall seconds of reading and checking.
    pub seconds: [f64; 2],
}

/// The format of a word on the command line.
pub fn format_of(option: &str, word: &str) -> Result<fenggu::io::Format, Failure> {
    let known: Vec<&str> = fenggu::io::Format::ALL.iter().map(|f| f.word()).collect();
    fenggu::io::Format::from_word(word).ok_or_else(|| Failure::option(option, word, &known.join(", ")))
}

/// Reads and checks.
pub fn read(path: &str, format: Option<&str>) -> Result<Input, Failure> {
    read_within(path, format, fenggu::io::MAX_DECODED_BYTES)
}

/// The same, decoding at most so many bytes.
pub fn read_within(path: &str, format: Option<&str>, max_decoded_bytes: u64) -> Result<Input, Failure> {
    let format = match format {
        None => None,
        Some(word) => Some(format_of("--format", word)?),
    };
    let clock = Instant::now();
    if let Err(e) = std::fs::metadata(path) {
        return Err(Failure::file(path, &e));
    }
    let read = fenggu::io::read_within(Path::new(path), format, max_decoded_bytes);
    let read_s = clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    let mut findings = read.diagnostics;
    if let Some(net) = &read.network {
        findings.extend(fenggu::net::check(net, Some(&read.sources)));
    }
    let (network, sources) = (read.network, read.sources);
    Ok(Input { network, findings, sources, files: digests(Path::new(path)), seconds: [read_s, clock.elapsed().as_secs_f64()] })
}

/// An input without errors.
pub struct Sound {
    /// The network.
    pub network: Network,
    /// Warnings and notes.
    pub findings: Vec<Diagnostic>,
    /// Files with digests.
    pub files: Vec<InputFile>,
    /// Wall seconds of reading and checking.
    pub seconds: [f64; 2],
}

impl Input {
    /// The network, or the findings as a failure when an error stands.
    pub fn sound(self) -> Result<Sound, Failure> {
        let bad = self.findings.iter().any(|d| d.severity == Severity::Error);
        match self.network {
            Some(network) if !bad => Ok(Sound { network, findings: self.findings, files: self.files, seconds: self.seconds }),
            _ => Err(Failure::Findings(self.findings)),
        }
    }
}

/// Digests of a file, or of every file in a folder.
pub fn digests(path: &Path) -> Vec<InputFile> {
    let mut files = Vec::new();
    let mut todo = vec![path.to_path_buf()];
    while let Some(p) = todo.pop() {
        if p.is_dir() {
            todo.extend(std::fs::read_dir(&p).into_iter().flatten().flatten().map(|e| e.path()));
        } else if let Ok(bytes) = std::fs::read(&p) {
            let sha256 = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
            files.push(InputFile { path: p.display().to_string(), bytes: bytes.len() as u64, sha256 });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
