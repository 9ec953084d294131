//! Bytes of a file as text, unpacked where they are gzip, within a limit.

use std::io::Read as _;

use fenggu_net::Diagnostic;
use flate2::read::MultiGzDecoder;

use crate::catalogue as code;
use crate::place::text_of;
use crate::report::Findings;

/// Gzip makes at most this many bytes of one in an instance that people write (0.0, 0.0, … comes to about 100); what
/// makes more is a bomb. Small files may always make [`SMALL`] bytes.
const RATIO: u64 = 300;
/// See [`RATIO`].
const SMALL: u64 = 16 << 20;

/// Whether bytes are packed with gzip.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// The beginning of what packed bytes make, as far as they reach.
pub(crate) fn head(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    // A head cut off in the middle ends in an error; what came before counts.
    let _ = MultiGzDecoder::new(bytes).take(most as u64).read_to_end(&mut out);
    out
}

/// The text of a file of at most `limit` bytes when unpacked; reports what is none.
pub(crate) fn text(bytes: Vec<u8>, shown: &str, limit: u64, found: &mut Findings) -> Option<String> {
    let bytes = if is_gzip(&bytes) {
        let most = limit.min((bytes.len() as u64).saturating_mul(RATIO).max(SMALL));
        let mut out = Vec::new();
        if let Err(e) = MultiGzDecoder::new(&bytes[..]).take(most.saturating_add(1)).read_to_end(&mut out) {
            found.add(Diagnostic::new(&code::GZIP_BROKEN).with("item", shown).with("value", e));
            return None;
        }
        if out.len() as u64 > most {
            let d = Diagnostic::new(&code::OVER_LIMIT).with("item", shown).with("found", format!("> {most}")).with("limit", most);
            found.add(d);
            return None;
        }
        out
    } else if bytes.len() as u64 > limit {
        found.add(Diagnostic::new(&code::OVER_LIMIT).with("item", shown).with("found", bytes.len()).with("limit", limit));
        return None;
    } else {
        bytes
    };
    text_of(bytes, shown, found)
}
