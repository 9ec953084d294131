//! What PyPSA (pandas) takes for missing, for a number, for yes and no.

/// Words that pandas reads as a missing value.
const MISSING: &[&str] = &[
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None",
    "n/a", "nan", "null",
];

/// Whether a cell says nothing.
pub fn is_missing(text: &str) -> bool {
    MISSING.contains(&text)
}

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// It is none.
    Text,
    /// It is one that no double can hold.
    Overflow,
}

/// A number; a missing one is NaN.
pub fn number(text: &str) -> Result<f64, NotANumber> {
    let text = text.trim();
    if is_missing(text) {
        return Ok(f64::NAN);
    }
    match text {
        "inf" | "+inf" | "Inf" | "+Inf" | "INF" | "Infinity" | "infinity" | "+Infinity" | "+infinity" => return Ok(f64::INFINITY),
        "-inf" | "-Inf" | "-INF" | "-Infinity" | "-infinity" => return Ok(f64::NEG_INFINITY),
        "True" | "TRUE" | "true" => return Ok(1.0),
        "False" | "FALSE" | "false" => return Ok(0.0),
        _ => {}
    }
    let first = text.trim_start_matches(['+', '-']);
    if !first.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Err(NotANumber::Text);
    }
    match text.parse::<f64>() {
        Ok(v) if v.is_finite() => Ok(v),
        Ok(_) => Err(NotANumber::Overflow),
        Err(_) => Err(NotANumber::Text),
    }
}

/// Yes or no; none for a missing cell.
pub fn flag(text: &str) -> Result<Option<bool>, NotANumber> {
    let text = text.trim();
    if is_missing(text) {
        return Ok(None);
    }
    match text {
        "True" | "TRUE" | "true" | "1" | "1.0" | "t" | "T" | "yes" | "Yes" => Ok(Some(true)),
        "False" | "FALSE" | "false" | "0" | "0.0" | "no" | "No" => Ok(Some(false)),
        // PyPSA takes any other text, "f" included, for True: too easily the opposite of what was meant.
        _ => Err(NotANumber::Text),
    }
}

/// The shortest text that reads back as the same double, as Python writes it.
pub fn python(v: f64) -> String {
    let size = v.abs();
    if v.is_nan() {
        String::new()
    } else if v.is_infinite() {
        if v > 0.0 { "inf" } else { "-inf" }.to_owned()
    } else if size != 0.0 && !(1e-4..1e16).contains(&size) {
        format!("{v:e}")
    } else {
        format!("{v:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_pandas_reads_them() {
        assert_eq!(number(" 1.5e3 "), Ok(1500.0));
        assert!(number("<NA>").is_ok_and(f64::is_nan));
        assert_eq!(number("-inf"), Ok(f64::NEG_INFINITY));
        assert_eq!(number("1,5"), Err(NotANumber::Text));
        assert_eq!(number("1e400"), Err(NotANumber::Overflow));
        assert_eq!(number("１２"), Err(NotANumber::Text));
        assert_eq!(flag("t"), Ok(Some(true)));
        assert_eq!(flag(""), Ok(None));
        assert_eq!(flag("f"), Err(NotANumber::Text));
    }

    #[test]
    fn numbers_come_back_bit_for_bit() {
        let mut seed = 7u64;
        for _ in 0..100_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            let v = f64::from_bits(seed);
            if !v.is_nan() {
                assert_eq!(number(&python(v)).map(f64::to_bits), Ok(v.to_bits()), "{v}");
            }
        }
    }
}
