//! Problems of the text as diagnostics.

use fenggu_net::diagnostic::Entry;
use fenggu_net::Diagnostic;

use super::problem::{Problem, ProblemKind, Refusal};
use crate::catalogue as code;
use crate::place::Source;

impl Source<'_> {
    /// A problem of the text as a diagnostic.
    pub(super) fn explain(&self, problem: &Problem) -> Diagnostic {
        let place = self.place(problem.at);
        let item = |name: &str| format!("mpc.{name}");
        let d = |entry: &'static Entry| Diagnostic::new(entry).at(Some(place.clone()));
        match &problem.kind {
            ProblemKind::Utf16 { name } => d(&code::UTF16).with("value", name).with("item", self.file),
            ProblemKind::TooLarge { bytes } => d(&code::TOO_LARGE).with("value", bytes),
            ProblemKind::NotUtf8 { looks_like } => d(&code::NOT_UTF8).with("value", looks_like.iconv_name()).with("item", self.file),
            ProblemKind::NotUtf8Comment { looks_like } => d(&code::NOT_UTF8_COMMENT).with("value", looks_like.iconv_name()),
            ProblemKind::Truncated { name, opened_line, rows, last_line } => {
                d(&code::TRUNCATED).with("item", item(name)).with("opened", opened_line).with("rows", rows).with("last", last_line)
            }
            ProblemKind::Unclosed { name, opened_line } => d(&code::UNCLOSED).with("item", item(name)).with("opened", opened_line),
            ProblemKind::RaggedRow { name, row, expected, found } => {
                d(&code::RAGGED_ROW).with("item", item(name)).with("row", row).with("expected", expected).with("found", found)
            }
            ProblemKind::NotANumber { name, row, column, text } => {
                d(&code::NOT_A_NUMBER).with("item", item(name)).with("row", row).with("column", column).with("value", text)
            }
            ProblemKind::Overflow { text } => d(&code::OVERFLOW).with("value", text),
            ProblemKind::FullWidth { text, ascii } => d(&code::FULL_WIDTH).with("value", text).with("ascii", ascii),
            ProblemKind::EmptyCell { name, row } => d(&code::EMPTY_CELL).with("item", item(name)).with("row", row),
            ProblemKind::UnterminatedString => d(&code::UNTERMINATED_STRING),
            ProblemKind::StrayBracket { bracket } => d(&code::STRAY_BRACKET).with("value", bracket),
            ProblemKind::StrayNumbers => d(&code::STRAY_NUMBERS),
            ProblemKind::AssignedTwice { name } => d(&code::ASSIGNED_TWICE).with("item", item(name)),
            ProblemKind::UnclosedComment => d(&code::UNCLOSED_COMMENT).with("value", "%{").with("ascii", "%}"),
            ProblemKind::More { count } => d(&code::MORE).with("count", count),
            ProblemKind::Refused { statement, reason } => {
                let (entry, value) = refusal(reason);
                let mut found = d(entry).with("item", statement).with("value", value);
                match reason {
                    Refusal::Sizes { left, right } => {
                        found.args.push(("left", format!("{} × {}", left.0, left.1)));
                        found.args.push(("right", format!("{} × {}", right.0, right.1)));
                    }
                    Refusal::Index { limit, .. } => found.args.push(("limit", limit.to_string())),
                    _ => {}
                }
                found
            }
        }
    }
}

fn refusal(reason: &Refusal) -> (&'static Entry, String) {
    match reason {
        Refusal::Keyword(word) => (&code::KEYWORD, word.clone()),
        Refusal::Function(name) => (&code::FUNCTION, name.clone()),
        Refusal::UnknownName(name) => (&code::UNKNOWN_NAME, name.clone()),
        Refusal::Sign(sign) => (&code::SIGN, sign.clone()),
        Refusal::NotAssignment => (&code::NOT_ASSIGNMENT, String::new()),
        Refusal::MatrixAlgebra(op) => (&code::MATRIX_ALGEBRA, op.clone()),
        Refusal::Sizes { .. } => (&code::SIZES, String::new()),
        Refusal::NotANumber => (&code::NOT_ONE_NUMBER, String::new()),
        Refusal::Index { index, .. } => (&code::INDEX, index.clone()),
        Refusal::WholeTable(name) => (&code::WHOLE_TABLE, name.clone()),
        Refusal::TooMuch => (&code::TOO_MUCH, String::new()),
        Refusal::TooDeep => (&code::TOO_DEEP, String::new()),
    }
}
