//! Numbers as MATLAB writes them: exact, and fast where that is possible.

/// Powers of ten that a double holds exactly.
const POW10: [f64; 23] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

/// Reads an unsigned decimal number (`12`, `.5`, `1.`, `1e-3`, `1D+3`) at `at`; returns its value
/// and the offset behind it, or nothing when no number starts there.
///
/// The value is the nearest double. Mantissas below 2^53 with a power of ten up to 22 need one
/// exact multiplication or division (Clinger 1990); all others go to the standard library.
pub fn unsigned(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    let mut i = at;
    let mut mantissa: u64 = 0;
    let mut digits = 0u32; // significant digits seen
    let mut any = false;
    let mut scale: i64 = 0;
    let mut take = |b: u8, digits: &mut u32| {
        if *digits < 19 {
            mantissa = mantissa * 10 + u64::from(b - b'0');
        }
        if mantissa != 0 {
            *digits += 1;
        }
    };
    while let Some(b @ b'0'..=b'9') = bytes.get(i) {
        take(*b, &mut digits);
        any = true;
        i += 1;
    }
    if bytes.get(i) == Some(&b'.') && !bytes[i..].starts_with(b"...") {
        i += 1;
        while let Some(b @ b'0'..=b'9') = bytes.get(i) {
            take(*b, &mut digits);
            any = true;
            scale -= 1;
            i += 1;
        }
    }
    if !any {
        return None;
    }
    let mantissa_end = i;
    let mut exponent: i64 = 0;
    if matches!(bytes.get(i), Some(b'e' | b'E' | b'd' | b'D')) {
        let mut j = i + 1;
        let negative = bytes.get(j) == Some(&b'-');
        if matches!(bytes.get(j), Some(b'+' | b'-')) {
            j += 1;
        }
        let first = j;
        while let Some(b @ b'0'..=b'9') = bytes.get(j) {
            exponent = (exponent * 10 + i64::from(b - b'0')).min(100_000);
            j += 1;
        }
        if j > first {
            i = j;
            if negative {
                exponent = -exponent;
            }
        } else {
            exponent = 0;
        }
    }
    let power = scale + exponent;
    if digits <= 19 && mantissa < 1 << 53 && power.abs() <= 22 {
        let m = mantissa as f64;
        let p = POW10[power.unsigned_abs() as usize];
        return Some((if power < 0 { m / p } else { m * p }, i));
    }
    let text = std::str::from_utf8(&bytes[at..mantissa_end]).ok()?;
    Some((format!("{text}e{exponent}").parse().ok()?, i))
}

/// Reads a whole cell, sign included: a number, `Inf` or `NaN` in any case.
pub fn cell(text: &[u8]) -> Option<f64> {
    let (sign, rest) = match text.first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if rest.eq_ignore_ascii_case(b"inf") {
        return Some(sign * f64::INFINITY);
    }
    if rest.eq_ignore_ascii_case(b"nan") {
        return Some(f64::NAN);
    }
    match unsigned(rest, 0) {
        Some((value, end)) if end == rest.len() => Some(sign * value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_nearest_doubles() {
        // The standard library is the foreign truth here.
        let mut seed = 1u64;
        for n in 0..200_000u64 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            let text = match n % 5 {
                0 => format!("{}", f64::from_bits(seed & 0x7FEF_FFFF_FFFF_FFFF)),
                1 => format!("{:e}", f64::from_bits(seed & 0x7FEF_FFFF_FFFF_FFFF)),
                2 => format!("{}.{:06}", seed >> 50, (seed >> 20) % 1_000_000),
                3 => format!("0.{:019}e{}", seed >> 2, (seed % 40) as i64 - 20),
                _ => format!("{}", (seed >> 40) as f64 / 1000.0),
            };
            let (value, end) = unsigned(text.as_bytes(), 0).expect("a number");
            assert_eq!(end, text.len(), "{text}");
            let truth: f64 = text.parse().expect("std reads it");
            assert_eq!(value.to_bits(), truth.to_bits(), "{text}");
        }
    }

    #[test]
    fn the_odd_spellings() {
        assert_eq!(cell(b"1d3"), Some(1000.0));
        assert_eq!(cell(b"-1.D-2"), Some(-0.01));
        assert_eq!(cell(b"+.5"), Some(0.5));
        assert_eq!(cell(b"-Inf"), Some(f64::NEG_INFINITY));
        assert!(cell(b"NaN").is_some_and(f64::is_nan));
        for bad in ["", "-", ".", "e5", "1.2.3", "1e", "--1", "0x10", "1,2", "12kV", "..."] {
            assert_eq!(cell(bad.as_bytes()), None, "{bad}");
        }
    }
}
