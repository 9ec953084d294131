//! What a file said that no field of the network holds: kept for the way back, without meaning here.

use std::sync::Arc;

/// What the cells of a carried column are, so that a writer gives them their type again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarriedKind {
    /// Real numbers.
    Number,
    /// Whole numbers.
    Integer,
    /// `true` or `false`.
    Flag,
    /// Text.
    Text,
    /// One number per step.
    Series,
}

impl CarriedKind {
    /// Every kind.
    pub const ALL: &'static [CarriedKind] =
        &[CarriedKind::Number, CarriedKind::Integer, CarriedKind::Flag, CarriedKind::Text, CarriedKind::Series];
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            CarriedKind::Number => "number",
            CarriedKind::Integer => "integer",
            CarriedKind::Flag => "flag",
            CarriedKind::Text => "text",
            CarriedKind::Series => "series",
        }
    }
    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        CarriedKind::ALL.iter().copied().find(|k| k.word() == word)
    }
}

/// One cell of a carried column.
#[derive(Clone, Debug)]
pub enum CarriedCell {
    /// A number, a flag, a text, as it stood.
    Text(String),
    /// One number per step.
    Series(Arc<[f64]>),
}

impl PartialEq for CarriedCell {
    /// A gap (NaN) equals a gap: what is carried is what stood there.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (CarriedCell::Text(a), CarriedCell::Text(b)) => a == b,
            (CarriedCell::Series(a), CarriedCell::Series(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x == y || (x.is_nan() && y.is_nan()))
            }
            _ => false,
        }
    }
}

/// A column that a reader found and no analysis uses. Cells name the component they belong to by the name it has in
/// this network; a cell whose component is gone is not written again.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// Format that understands it, e.g. `pypsa`.
    pub format: String,
    /// Table of that format, e.g. `lines`.
    pub table: String,
    /// Column of that table.
    pub column: String,
    /// What the cells are.
    pub kind: CarriedKind,
    /// Component and cell, in the order of the file.
    pub cells: Vec<(String, CarriedCell)>,
}
