//! Mutations of binary containers that keep the container one: sizes and offsets become other plausible ones, and the
//! checksum that closes an HDF5 block is made right again, so that a reader cannot stop at it.

use super::random::Random;

/// A size or offset near one that was there: off by one, doubled, the file's own length, one of another place, or a limit of
/// its type.
fn plausible(v: u64, len: usize, elsewhere: u64, r: &mut Random) -> u64 {
    let len = len as u64;
    match r.below(14) {
        0 => v.wrapping_add(1),
        1 => v.wrapping_sub(1),
        2 => v.wrapping_mul(2),
        3 => v / 2,
        4 => 0,
        5 => len,
        6 => len.wrapping_sub(v),
        7 => len.saturating_sub(1 + r.below(16) as u64),
        8 | 9 => elsewhere,
        10 => v ^ (1 << r.below(64)),
        11 => r.of(&[0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, u64::MAX, 1 << 40]),
        12 => v.wrapping_add(8 * r.below(64) as u64),
        _ => r.below(64) as u64,
    }
}

/// netCDF classic: big-endian words of four (or eight) bytes from the start, up to where the data begin.
pub fn classic(bytes: &mut [u8], r: &mut Random) {
    if bytes.len() < 32 {
        return;
    }
    for _ in 0..=r.below(3) {
        let head = bytes.len().min(6000);
        let word = |b: &[u8], at: usize| u64::from(u32::from_be_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]]));
        // Names are words too; words that are sizes, tags, ids or offsets are small.
        let mut at = 4 + 4 * r.below(head / 4 - 2);
        for _ in 0..20 {
            if word(bytes, at) <= 2 * bytes.len() as u64 || word(bytes, at) >= 0xFFFF_0000 {
                break;
            }
            at = 4 + 4 * r.below(head / 4 - 2);
        }
        let elsewhere = word(bytes, 4 + 4 * r.below(head / 4 - 2));
        let new = plausible(word(bytes, at), bytes.len(), elsewhere, r) as u32;
        bytes[at..at + 4].copy_from_slice(&new.to_be_bytes());
    }
}

const SIGNATURES: [&[u8; 4]; 18] = [
    b"OHDR", b"OCHK", b"FRHP", b"FHDB", b"FHIB", b"BTHD", b"BTLF", b"BTIN", b"TREE", b"SNOD", b"HEAP", b"GCOL", b"FAHD", b"FADB", b"EAHD",
    b"EAIB", b"EADB", b"SMTB",
];

/// HDF5: a number in the superblock or behind a block's signature.
pub fn hdf5(bytes: &mut [u8], r: &mut Random) {
    let mut blocks: Vec<usize> = vec![0];
    blocks.extend((8..bytes.len().saturating_sub(4)).filter(|k| SIGNATURES.iter().any(|s| bytes[*k..].starts_with(*s))));
    for _ in 0..=r.below(3) {
        let start = r.of(&blocks);
        let closed = closing(bytes, start);
        let end = closed.unwrap_or((start + 200).min(bytes.len()));
        let width = r.of(&[1, 1, 2, 4, 8]);
        if end < start + 5 + width {
            continue;
        }
        let at = start + 4 + r.below(end - start - 4 - width + 1);
        let mut word = [0u8; 8];
        word[..width].copy_from_slice(&bytes[at..at + width]);
        let elsewhere = r.of(&blocks) as u64;
        let new = plausible(u64::from_le_bytes(word), bytes.len(), elsewhere, r).to_le_bytes();
        bytes[at..at + width].copy_from_slice(&new[..width]);
        if let Some(end) = closed {
            let sum = lookup3(&bytes[start..end]).to_le_bytes();
            bytes[end..end + 4].copy_from_slice(&sum);
        }
    }
}

/// Where the checksum of a block stands, found by its value: block kinds need not be known.
fn closing(bytes: &[u8], start: usize) -> Option<usize> {
    let last = (start + 1200).min(bytes.len().checked_sub(4)?);
    (start + 8..=last).find(|e| bytes[*e..*e + 4] == lookup3(&bytes[start..*e]).to_le_bytes())
}

/// Bob Jenkins' hash of 2006 (lookup3.c, `hashlittle` with 0): HDF5's checksum of metadata.
pub fn lookup3(key: &[u8]) -> u32 {
    let mut s = [0xDEAD_BEEFu32.wrapping_add(key.len() as u32); 3];
    let word = |k: &[u8], at: usize| (0..4).fold(0u32, |v, b| v | u32::from(k.get(at + b).copied().unwrap_or(0)) << (8 * b));
    let mut rest = key;
    while rest.len() > 12 {
        (0..3).for_each(|k| s[k] = s[k].wrapping_add(word(rest, 4 * k)));
        for (x, y, z, by) in [(0, 2, 1, 4), (1, 0, 2, 6), (2, 1, 0, 8), (0, 2, 1, 16), (1, 0, 2, 19), (2, 1, 0, 4)] {
            s[x] = s[x].wrapping_sub(s[y]) ^ s[y].rotate_left(by);
            s[y] = s[y].wrapping_add(s[z]);
        }
        rest = &rest[12..];
    }
    if rest.is_empty() {
        return s[2];
    }
    (0..3).for_each(|k| s[k] = s[k].wrapping_add(word(rest, 4 * k)));
    for (x, y, by) in [(2, 1, 14), (0, 2, 11), (1, 0, 25), (2, 1, 16), (0, 2, 4), (1, 0, 14), (2, 1, 24)] {
        s[x] = (s[x] ^ s[y]).wrapping_sub(s[y].rotate_left(by));
    }
    s[2]
}

/// Parquet: the footer, which holds every size and offset; its own length stands before the closing mark.
pub fn parquet(bytes: &mut [u8], r: &mut Random) {
    let n = bytes.len();
    if n < 16 {
        return;
    }
    let told = u32::from_le_bytes([bytes[n - 8], bytes[n - 7], bytes[n - 6], bytes[n - 5]]) as usize;
    let footer = n.saturating_sub(8 + told).max(4);
    for _ in 0..=r.below(3) {
        match r.below(8) {
            0 => {
                let new = plausible(told as u64, n, footer as u64, r) as u32;
                bytes[n - 8..n - 4].copy_from_slice(&new.to_le_bytes());
            }
            // Numbers of the footer are varints: seven bits a byte, the eighth says whether more follow.
            1 | 2 => {
                let at = footer + r.below(n - 8 - footer);
                bytes[at] |= 0x80;
            }
            3 | 4 => {
                let at = footer + r.below(n - 8 - footer);
                bytes[at] = r.of(&[0, 1, 2, 3, 0x7E, 0x7F, 0x80, 0xFE, 0xFF]);
            }
            5 => {
                let at = footer + r.below(n - 8 - footer);
                bytes[at] = bytes[at].wrapping_add(r.of(&[1, 2, 255, 254]));
            }
            // A page's header stands before its data.
            _ => {
                let at = 4 + r.below(footer.min(80));
                if at < n {
                    bytes[at] = bytes[at].wrapping_add(r.of(&[1, 2, 16, 128, 255, 254]));
                }
            }
        }
    }
}
