//! Reading a network for a verb: file, format, findings, digest.

use crate::verbs::Failure;
use fenggu::net::{Diagnostic, Network, Severity};
use fenggu::report::InputFile;
use sha2::{Digest, Sha256};
use std::io::Read;
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

/// How much memory reading may take: one option for every verb that reads.
#[derive(clap::Args, Clone, Debug)]
pub struct Memory {
    /// Most memory that reading may take, such as 500MB or 2GB; a quarter of it is what files may decode to. What is larger, or
    /// claims to be, is refused before it is read.
    #[arg(long, value_name = "BYTES", default_value = "16GB")]
    max_memory: String,
}

impl Memory {
    /// Bytes that may be decoded.
    pub fn decoded(&self) -> Result<u64, Failure> {
        let bytes = fenggu::io::bytes_of_word(&self.max_memory).map(fenggu::io::decoded_within);
        bytes.ok_or_else(|| {
            Failure::option_both("--max-memory", &self.max_memory, ["a whole number with KB, MB or GB", "整数，可带单位 KB、MB 或 GB"])
        })
    }
}

/// Reads and checks.
pub fn read(path: &str, format: Option<&str>, memory: &Memory) -> Result<Input, Failure> {
    let max_decoded_bytes = memory.decoded()?;
    let format = match format {
        None => None,
        Some(word) => Some(format_of("--format", word)?),
    };
    let clock = Instant::now();
    if let Err(e) = std::fs::metadata(path) {
        return Err(Failure::system(path, &e));
    }
    let read = fenggu::io::read_within(Path::new(path), format, max_decoded_bytes);
    let read_s = clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    let mut findings = read.diagnostics;
    if let Some(net) = &read.network {
        findings.extend(fenggu::net::check(net, Some(&read.sources)));
    }
    let (network, sources) = (read.network, read.sources);
    // What was refused for its size is not read for its digest either.
    let files = if network.is_some() { digests(Path::new(path)) } else { Vec::new() };
    Ok(Input { network, findings, sources, files, seconds: [read_s, clock.elapsed().as_secs_f64()] })
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

/// Digests of the files that reading a path takes in, piece by piece.
pub fn digests(path: &Path) -> Vec<InputFile> {
    fenggu::io::files_read(path).iter().filter_map(|p| digest(p).ok()).collect()
}

fn digest(path: &Path) -> std::io::Result<InputFile> {
    let mut file = std::fs::File::open(path)?;
    let (mut hash, mut piece, mut bytes) = (Sha256::new(), vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            n => {
                hash.update(&piece[..n]);
                bytes += n as u64;
            }
        }
    }
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(InputFile { path: path.display().to_string(), bytes, sha256 })
}
