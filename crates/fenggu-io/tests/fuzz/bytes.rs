//! Mutations that know nothing of a format: bits, cuts, splices, numbers of a header.

use super::random::Random;

/// One to four changes; pieces may come from another file.
pub fn mutate(bytes: &mut Vec<u8>, other: &[u8], r: &mut Random) {
    for _ in 0..=r.below(4) {
        let at = r.below(bytes.len());
        match r.below(8) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << r.below(8),
            1 if !bytes.is_empty() => bytes[at] = r.of(&[0, 1, 0x7F, 0x80, 0xFF, b'0', b'9', b'\n']),
            2 => bytes.truncate(at.max(r.below(bytes.len()))),
            3 => {
                let end = (at + r.below(40)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            4 => {
                let from = r.below(other.len());
                let piece = other[from..(from + r.below(200)).min(other.len())].to_vec();
                bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece);
            }
            5 => {
                let end = (at + r.below(100)).min(bytes.len());
                let piece = bytes[at.min(end)..end].to_vec();
                let to = r.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            6 if bytes.len() >= 8 => {
                // A number of a header or a length: small, huge, or off by one.
                let width = r.of(&[1, 2, 4, 8]);
                let at = r.below(bytes.len() - width + 1);
                let v = r.of(&[0u64, 1, 2, 255, 65_535, 0x7FFF_FFFF, 0xFFFF_FFFF, u64::MAX, 1 << 40]);
                let v = if r.below(2) == 0 { v.to_be_bytes()[8 - width..].to_vec() } else { v.to_le_bytes()[..width].to_vec() };
                bytes[at..at + width].copy_from_slice(&v);
            }
            7 => {
                let end = (at + 1 + r.below(16)).min(bytes.len());
                bytes[at.min(end)..end].fill(if r.below(2) == 0 { 0 } else { 0xFF });
            }
            _ => {}
        }
    }
}
