//! What is wrong with a problem or a request, before any solver is asked.

use std::fmt;

/// A malformed problem, an option out of range, or a backend that cannot take the problem.
///
/// An infeasible or unbounded problem is *not* an error: it is a [`Status`](crate::Status).
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// An array has the wrong length.
    Dimension {
        /// Which array.
        what: &'static str,
        /// Length it must have.
        expected: usize,
        /// Length it has.
        found: usize,
    },
    /// A number that must be finite and below the limit of the solvers is not.
    Number {
        /// Which array.
        what: &'static str,
        /// Position in it.
        index: usize,
        /// The offending value.
        value: f64,
        /// What it must satisfy.
        rule: &'static str,
    },
    /// The matrix names a row that does not exist, or its column starts do not rise.
    Pattern {
        /// Column at fault.
        column: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// Two entries in one cell of the matrix.
    Duplicate {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        column: usize,
    },
    /// More rows, columns or nonzeros than 32-bit indices hold.
    TooLarge {
        /// What is too many.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// An option out of its range.
    Option {
        /// Name of the field.
        name: &'static str,
        /// Its value, printed.
        value: String,
        /// The range it must lie in.
        range: &'static str,
    },
    /// The backend cannot take this kind of problem, or is not part of this build.
    Unsupported {
        /// Name of the backend.
        backend: &'static str,
        /// What it cannot do.
        problem: &'static str,
    },
    /// The solver behind refused a call it should have taken.
    Solver {
        /// Name of the backend.
        backend: &'static str,
        /// The call that failed.
        call: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Dimension { what, expected, found } => {
                write!(f, "`{what}` has {found} entries, {expected} are needed")
            }
            Error::Number { what, index, value, rule } => {
                write!(f, "`{what}[{index}]` is {value}: it must be {rule}")
            }
            Error::Pattern { column, problem } => write!(f, "matrix column {column}: {problem}"),
            Error::Duplicate { row, column } => {
                write!(f, "the matrix has two entries in row {row}, column {column}")
            }
            Error::TooLarge { what, count } => {
                write!(f, "{count} {what} are more than 32-bit indices hold")
            }
            Error::Option { name, value, range } => {
                write!(f, "option `{name}` is {value}: it must be {range}")
            }
            Error::Unsupported { backend, problem } => write!(f, "{backend}: {problem}"),
            Error::Solver { backend, call } => write!(f, "{backend} refused the call {call}"),
        }
    }
}

impl std::error::Error for Error {}
