//! Finished windows of a long run on the disk: what a run that was cut off goes on from.
//!
//! In the run folder, `rolling/run.json` says what the run is; `rolling/00012.bin` holds the results of window 12 for the steps that
//! stand, `rolling/00012.json` its record. Each is written under another name, flushed and renamed, the record last: a window whose
//! record stands is whole, whatever happened after.

use super::error::{ReportError, ReportErrorKind};
use super::folder::write_durable;
use fenggu_net::results::{OutagePrice, Outcome};
use fenggu_net::{Quantity, Results, TableId};
use std::fs;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"fgwindow";

/// The windows of one run folder.
pub struct WindowStore {
    folder: PathBuf,
    /// The run folder itself.
    dir: PathBuf,
}

impl WindowStore {
    /// Starts: an older run in the folder loses its `STATUS` and its windows.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(dir: &Path, run: &str) -> Result<WindowStore, ReportError> {
        if dir.exists() && !dir.is_dir() {
            return Err(ReportError::new(dir, ReportErrorKind::NotAFolder));
        }
        let store = WindowStore { folder: dir.join("rolling"), dir: dir.to_path_buf() };
        fs::create_dir_all(&store.dir).map_err(|e| ReportError::io(dir, &e))?;
        store.reopen()?;
        store.clear()?;
        fs::create_dir_all(&store.folder).map_err(|e| ReportError::io(&store.folder, &e))?;
        write_durable(&store.folder.join("run.json"), run.as_bytes())?;
        Ok(store)
    }

    /// Finds the windows of a run that ended before its time, and what the run is.
    ///
    /// # Errors
    /// The folder holds no such run.
    pub fn open(dir: &Path) -> Result<(WindowStore, String), ReportError> {
        let store = WindowStore { folder: dir.join("rolling"), dir: dir.to_path_buf() };
        let path = store.folder.join("run.json");
        let run = fs::read_to_string(&path).map_err(|e| ReportError::io(&path, &e))?;
        Ok((store, run))
    }

    /// A run that goes on is not finished: its `STATUS` is taken away.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn reopen(&self) -> Result<(), ReportError> {
        let status = self.dir.join("STATUS");
        match fs::remove_file(&status) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(ReportError::io(&status, &e)),
            _ => Ok(()),
        }
    }

    /// The run folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn path(&self, index: usize, ending: &str) -> PathBuf {
        self.folder.join(format!("{index:05}.{ending}"))
    }

    /// Makes a window durable.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn put(&self, index: usize, record: &str, kept: &Results) -> Result<(), ReportError> {
        write_durable(&self.path(index, "bin"), &encode(kept))?;
        write_durable(&self.path(index, "json"), record.as_bytes())
    }

    /// The record of a window; none where it is not finished.
    pub fn record(&self, index: usize) -> Option<String> {
        fs::read_to_string(self.path(index, "json")).ok()
    }

    /// The results of a finished window for the steps that stand.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub fn results(&self, index: usize) -> Result<Results, ReportError> {
        let path = self.path(index, "bin");
        let bytes = fs::read(&path).map_err(|e| ReportError::io(&path, &e))?;
        decode(&bytes).ok_or_else(|| ReportError::new(&path, ReportErrorKind::Io("the file is damaged".to_string())))
    }

    /// Takes the windows away: their results stand in the finished files.
    ///
    /// # Errors
    /// The folder cannot be removed.
    pub fn clear(&self) -> Result<(), ReportError> {
        match fs::remove_dir_all(&self.folder) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(ReportError::io(&self.folder, &e)),
            _ => Ok(()),
        }
    }
}

/// A 64-bit check sum over words (FNV-1a, word by word): finds what a torn write leaves, not what an enemy does.
pub(crate) fn check_sum(bytes: &[u8]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    sum
}

/// Name of the block of prices of limits after outages: contingency, branch, step and price of each.
const OUTAGES: &str = "outage prices";

/// Results bit for bit: steps, then each column with its name.
pub(crate) fn encode(results: &Results) -> Vec<u8> {
    let cells: usize = results.columns().map(|(_, c)| c.len() * 8 + 96).sum();
    let mut out = Vec::with_capacity(cells + 64);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&(results.steps as u64).to_le_bytes());
    for (q, column) in results.columns() {
        let spec = q.spec();
        let name = format!("{}.{}", spec.table.word(), spec.field);
        out.extend_from_slice(&(name.len() as u64).to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&(column.len() as u64).to_le_bytes());
        column.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
    }
    if !results.outage_prices.is_empty() {
        out.extend_from_slice(&(OUTAGES.len() as u64).to_le_bytes());
        out.extend_from_slice(OUTAGES.as_bytes());
        out.extend_from_slice(&(4 * results.outage_prices.len() as u64).to_le_bytes());
        for p in &results.outage_prices {
            [p.contingency, p.branch, p.step].iter().for_each(|v| out.extend_from_slice(&(*v as f64).to_le_bytes()));
            out.extend_from_slice(&p.price_per_mwh.to_le_bytes());
        }
    }
    let sum = check_sum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

/// The results again; none when the bytes are not what was written.
fn decode(bytes: &[u8]) -> Option<Results> {
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
    if u64::from_le_bytes(sum.try_into().ok()?) != check_sum(body) {
        return None;
    }
    let mut rest = body.strip_prefix(MAGIC)?;
    let mut take = |n: usize| -> Option<&[u8]> {
        let (head, tail) = rest.split_at_checked(n)?;
        rest = tail;
        Some(head)
    };
    let number = |b: &[u8]| b.try_into().ok().map(u64::from_le_bytes).and_then(|v| usize::try_from(v).ok());
    let mut results = Results::new(Outcome::Optimal, number(take(8)?)?);
    while let Some(length) = take(8) {
        let length = number(length)?;
        let name = std::str::from_utf8(take(length)?).ok()?.to_string();
        let count = number(take(8)?)?;
        let cells = take(count.checked_mul(8)?)?;
        let values: Vec<f64> = cells.chunks_exact(8).map(|c| c.try_into().map_or(f64::NAN, f64::from_le_bytes)).collect();
        if name == OUTAGES {
            let price =
                |p: &[f64]| OutagePrice { contingency: p[0] as usize, branch: p[1] as usize, step: p[2] as usize, price_per_mwh: p[3] };
            results.outage_prices = values.chunks_exact(4).map(price).collect();
            continue;
        }
        let (table, field) = name.split_once('.')?;
        let q = Quantity::find(TableId::from_word(table)?, field)?;
        results.set(q, values);
    }
    Some(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_bit_for_bit_and_damage_is_seen() {
        let mut r = Results::new(Outcome::Optimal, 3);
        r.set(Quantity::BusPrice, vec![1.0, f64::NAN, -0.0, 1e-310, f64::INFINITY, 0.1]);
        r.set(Quantity::GeneratorP, vec![]);
        r.outage_prices = vec![OutagePrice { contingency: 3, branch: 1, step: 2, price_per_mwh: -7.25 }];
        let bytes = encode(&r);
        let back = decode(&bytes).expect("whole");
        let bits = |r: &Results| r.column(Quantity::BusPrice).unwrap().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!((bits(&back), back.steps), (bits(&r), 3));
        assert_eq!(back.outage_prices, r.outage_prices);
        assert_eq!(back.column(Quantity::GeneratorP), Some([].as_slice()));
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut]).is_none());
        }
        for k in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[k] ^= 1;
            assert!(decode(&bad).is_none(), "{k}");
        }
    }
}
