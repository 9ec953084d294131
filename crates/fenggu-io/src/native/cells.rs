//! A field's content as the text of a cell, and back.
//!
//! | kind | text |
//! |---|---|
//! | number | shortest decimal that reads back the same; `Inf`, `-Inf`, `NaN` |
//! | flag | `true`, `false` |
//! | text, choice | itself |
//! | pairs | `x:y x:y ...`; `""` for none where the default is not none |
//! | reference | the name of the component |
//! | series | `@column` of `series/<table>.<field>.csv` or `.parquet` |
//! | the default | an empty cell; a missing value whose default is not missing is `none` |

use fenggu_net::schema::{Field, Kind, Value};

/// The shortest text that reads back as the same double.
pub fn number(v: f64) -> String {
    let size = v.abs();
    if v.is_nan() {
        "NaN".to_owned()
    } else if v.is_infinite() {
        if v > 0.0 { "Inf" } else { "-Inf" }.to_owned()
    } else if size != 0.0 && !(1e-5..1e15).contains(&size) {
        format!("{v:e}")
    } else {
        format!("{v}")
    }
}

/// A number, as people write it; not the standard library's other spellings (`infinity`, `+nan`).
pub fn parse_number(text: &str) -> Option<f64> {
    match text {
        "Inf" | "inf" | "+Inf" | "+inf" => Some(f64::INFINITY),
        "-Inf" | "-inf" => Some(f64::NEG_INFINITY),
        "NaN" | "nan" => Some(f64::NAN),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) => {
            let v: f64 = text.parse().ok()?;
            v.is_finite().then_some(v)
        }
        _ => None,
    }
}

/// What a cell holds that stands for something in another file.
#[derive(Debug, PartialEq)]
pub enum Content {
    /// The value itself.
    Value(Value),
    /// The name of a component.
    Name(String),
    /// The column of a series.
    Series(String),
    /// The text fits no value of the field.
    Wrong,
}

/// The content of a cell that is not empty.
pub fn parse(kind: Kind, text: &str) -> Content {
    let wrap = |v: Option<Value>| v.map_or(Content::Wrong, Content::Value);
    // A reference without a target is an empty cell: a component may be called none.
    let optional = matches!(kind, Kind::OptionalNumber | Kind::OptionalProfile);
    if optional && text == "none" {
        return Content::Value(Value::Missing);
    }
    match kind {
        Kind::Number | Kind::OptionalNumber => wrap(parse_number(text).map(Value::Number)),
        Kind::Integer => wrap(text.parse().ok().map(Value::Integer)),
        Kind::Flag => wrap(match text {
            "true" | "TRUE" | "True" | "1" => Some(Value::Flag(true)),
            "false" | "FALSE" | "False" | "0" => Some(Value::Flag(false)),
            _ => None,
        }),
        Kind::Text => Content::Value(Value::Text(text.to_owned())),
        Kind::Choice(words) => wrap(words.contains(&text).then(|| Value::Text(text.to_owned()))),
        Kind::Profile | Kind::OptionalProfile => match text.strip_prefix('@') {
            Some(column) => Content::Series(column.to_owned()),
            None => wrap(parse_number(text).map(Value::Number)),
        },
        Kind::Pairs => wrap(text.split_whitespace().map(pair).collect::<Option<_>>().map(Value::Pairs)),
        Kind::Reference(_) | Kind::OptionalReference(_) => Content::Name(text.to_owned()),
    }
}

fn pair(text: &str) -> Option<[f64; 2]> {
    let (x, y) = text.split_once(':')?;
    Some([parse_number(x)?, parse_number(y)?])
}

/// The text of a value that is not the default and neither a reference nor a series.
pub fn text(value: &Value) -> String {
    match value {
        Value::Missing => "none".to_owned(),
        Value::Number(v) => number(*v),
        Value::Integer(n) => n.to_string(),
        Value::Flag(b) => b.to_string(),
        Value::Text(t) => t.clone(),
        Value::Pairs(pairs) => {
            let pair = |p: &[f64; 2]| format!("{}:{}", number(p[0]), number(p[1]));
            pairs.iter().map(pair).collect::<Vec<_>>().join(" ")
        }
        Value::Profile(p) => number(p.constant().unwrap_or(f64::NAN)),
        Value::Reference(row) => row.to_string(),
    }
}

/// What a cell of a field may hold, for messages in English and Chinese.
pub fn rule(field: &Field) -> [String; 2] {
    let same = |text: String| [text.clone(), text];
    match field.kind {
        Kind::Number | Kind::OptionalNumber => ["a number", "数字"].map(str::to_owned),
        Kind::Integer => ["a whole number", "整数"].map(str::to_owned),
        Kind::Flag => same("true / false".to_owned()),
        Kind::Text => ["text", "文字"].map(str::to_owned),
        Kind::Choice(words) => same(words.join(" / ")),
        Kind::Profile | Kind::OptionalProfile => ["a number or @ and a series' name", "数字，或 @ 加序列名"].map(str::to_owned),
        Kind::Pairs => same("x:y x:y ...".to_owned()),
        Kind::Reference(t) | Kind::OptionalReference(t) => [format!("a name in {}.csv", t.word()), format!("{}.csv 中的名称", t.word())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_bit_for_bit() {
        let mut seed = 7u64;
        for _ in 0..100_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            let v = f64::from_bits(seed);
            if !v.is_nan() {
                assert_eq!(parse_number(&number(v)).map(f64::to_bits), Some(v.to_bits()), "{v}");
            }
        }
        assert_eq!(parse_number("１２"), None);
        assert_eq!(parse_number("infinity"), None);
        assert_eq!(parse_number("1e999"), None);
    }

    #[test]
    fn pairs_come_back() {
        let v = Value::Pairs(vec![[0.0, -1.5], [f64::INFINITY, 1e-9]]);
        assert_eq!(parse(Kind::Pairs, &text(&v)), Content::Value(v));
        assert_eq!(parse(Kind::Pairs, "1:2 3"), Content::Wrong);
    }
}
