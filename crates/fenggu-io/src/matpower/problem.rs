//! What can be wrong with a `.m` file as text, before anything is known of power systems.

pub use crate::text::shorten;
use crate::text::{Encoding, Span};

/// One thing wrong, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where.
    pub at: Span,
    /// What.
    pub kind: ProblemKind,
}

/// What is wrong, with the values a message needs.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// The file is UTF-16.
    Utf16 {
        /// Its name: UTF-16 or UTF-32.
        name: &'static str,
    },
    /// The file is larger than this reader takes (4 GiB).
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
    },
    /// Bytes that are not UTF-8 in a name or a number.
    NotUtf8 {
        /// What they seem to be.
        looks_like: Encoding,
    },
    /// Bytes that are not UTF-8, but only in comments (a warning).
    NotUtf8Comment {
        /// What they seem to be.
        looks_like: Encoding,
    },
    /// The file ends inside a table or list.
    Truncated {
        /// The table.
        name: String,
        /// The line on which it was opened.
        opened_line: u32,
        /// Complete rows read before the end.
        rows: usize,
        /// The file's last line.
        last_line: u32,
    },
    /// A new assignment starts inside a table or list that was not closed.
    Unclosed {
        /// The table.
        name: String,
        /// The line on which it was opened.
        opened_line: u32,
    },
    /// A row has another number of cells than the table's first row.
    RaggedRow {
        /// The table.
        name: String,
        /// The row, from 1.
        row: usize,
        /// Cells in the first row.
        expected: usize,
        /// Cells in this row.
        found: usize,
    },
    /// A cell is not a number.
    NotANumber {
        /// The table.
        name: String,
        /// The row, from 1.
        row: usize,
        /// The column, from 1.
        column: usize,
        /// The cell's text, shortened.
        text: String,
    },
    /// A number too large for a double, such as 1e400.
    Overflow {
        /// Its text, shortened.
        text: String,
    },
    /// Full-width or typographic characters where ASCII belongs.
    FullWidth {
        /// The text as written, shortened.
        text: String,
        /// The same in ASCII.
        ascii: String,
    },
    /// Two commas in a row.
    EmptyCell {
        /// The table.
        name: String,
        /// The row, from 1.
        row: usize,
    },
    /// A quote that is not closed on its line.
    UnterminatedString,
    /// A closing bracket nobody opened.
    StrayBracket {
        /// The bracket.
        bracket: char,
    },
    /// Rows of numbers outside any table.
    StrayNumbers,
    /// A statement this reader does not evaluate.
    Refused {
        /// The statement's text, shortened.
        statement: String,
        /// Why.
        reason: Refusal,
    },
    /// A name is given twice; the later value counts, as in MATPOWER (a warning).
    AssignedTwice {
        /// The name.
        name: String,
    },
    /// A block comment `%{` is not closed.
    UnclosedComment,
    /// More problems of the same kind, not listed.
    More {
        /// How many.
        count: usize,
    },
}

impl ProblemKind {
    /// Whether the file can still be used.
    pub fn is_warning(&self) -> bool {
        matches!(self, ProblemKind::NotUtf8Comment { .. } | ProblemKind::AssignedTwice { .. })
    }
}

/// Why a statement is not evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A loop, branch or other keyword.
    Keyword(String),
    /// A function that is not on the list.
    Function(String),
    /// A name that has no value here.
    UnknownName(String),
    /// An operator or sign that is not on the list.
    Sign(String),
    /// The statement is not of the form `name = expression`.
    NotAssignment,
    /// Matrix product, division or power (only elementwise ones are read).
    MatrixAlgebra(String),
    /// Operands of different size.
    Sizes {
        /// Rows and columns on the left.
        left: (usize, usize),
        /// Rows and columns on the right.
        right: (usize, usize),
    },
    /// A single number is needed.
    NotANumber,
    /// An index that the table does not have, or that is not a whole number.
    Index {
        /// The index as a number.
        index: String,
        /// The largest that would do.
        limit: usize,
    },
    /// Replaces or creates a table otherwise than by writing it out.
    WholeTable(String),
    /// The arithmetic would touch more cells than a unit conversion ever needs.
    TooMuch,
    /// Brackets nested too deeply.
    TooDeep,
}

/// Collects problems; lists at most [`Problems::LISTED`] of one kind and counts the rest, so that
/// a file of rubbish cannot fill the memory with messages.
#[derive(Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
    seen: Vec<(std::mem::Discriminant<ProblemKind>, usize, Span)>,
}

impl Problems {
    /// How many problems of one kind are listed.
    pub const LISTED: usize = 50;

    /// Adds a problem.
    pub fn add(&mut self, at: Span, kind: ProblemKind) {
        let which = std::mem::discriminant(&kind);
        match self.seen.iter_mut().find(|(k, _, _)| *k == which) {
            Some((_, count, last)) => {
                *count += 1;
                *last = at;
                if *count <= Self::LISTED {
                    self.list.push(Problem { at, kind });
                }
            }
            None => {
                self.seen.push((which, 1, at));
                self.list.push(Problem { at, kind });
            }
        }
    }

    /// All problems in the order of the text.
    pub fn finish(mut self) -> Vec<Problem> {
        for (_, count, last) in &self.seen {
            if *count > Self::LISTED {
                let kind = ProblemKind::More { count: count - Self::LISTED };
                self.list.push(Problem { at: *last, kind });
            }
        }
        self.list.sort_by_key(|p| p.at.start);
        self.list
    }
}
