//! The small arithmetic that 26 of MATPOWER's own case files append to their tables, and nothing
//! more: unit conversions of whole columns.
//!
//! ```text
//! statement  = name '=' sum | table '(' index ',' index ')' '=' sum | '[' names ']' '=' idx_list
//! sum        = product (('+' | '-') product)*
//! product    = signed (('*' | '/' | '.*' | './') signed)*
//! signed     = ('+' | '-') signed | power
//! power      = value (('^' | '.^') ('+' | '-')* value)*
//! value      = number | '(' sum ')' | name | table | table '(' index ',' index ')' | function '(' sum ')'
//! index      = ':' | sum | sum ':' sum | '[' list ']'
//! function   = sin | cos | acos | sqrt
//! ```
//!
//! Elementwise operations only; no loops, no logical indexing, no products of matrices, no other
//! functions. The work is limited to a few hundred times the size of the tables.

use std::collections::HashMap;

use super::consts;
use super::number;
use super::problem::Refusal;
use super::raw::{RawCase, Table};

/// A value of the arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number.
    Scalar(f64),
    /// A block of numbers, row after row.
    Matrix {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
        /// rows × columns numbers.
        data: Vec<f64>,
    },
}

/// What earlier statements of the file left behind.
#[derive(Debug, Default)]
pub struct Session {
    /// Variables of the file.
    pub locals: HashMap<String, Value>,
    /// Cells touched so far.
    pub spent: usize,
    all_constants: bool,
}

impl Session {
    /// `define_constants`: every named column number is known from here on.
    pub fn define_constants(&mut self) {
        self.all_constants = true;
    }
}

/// Reads one statement's arithmetic from the text.
pub struct Evaluator<'a> {
    /// The file.
    pub text: &'a [u8],
    /// Where we stand.
    pub i: usize,
    /// What was read so far.
    pub case: &'a RawCase,
    /// The struct's name.
    pub prefix: &'a str,
    /// Variables.
    pub session: &'a Session,
    /// Cells touched, this statement included.
    pub spent: usize,
    /// Nesting.
    pub depth: usize,
}

type Outcome<T> = Result<T, (usize, Refusal)>;

const DEEPEST: usize = 40;

/// An assignment to some cells of a table, ready to be stored.
pub struct Part {
    rows: Index,
    columns: Index,
    value: Value,
}

#[derive(Clone, Debug)]
enum Index {
    All(usize),
    Some(Vec<usize>),
}

impl Index {
    fn len(&self) -> usize {
        match self {
            Index::All(n) => *n,
            Index::Some(list) => list.len(),
        }
    }

    fn get(&self, k: usize) -> usize {
        match self {
            Index::All(_) => k,
            Index::Some(list) => list[k],
        }
    }
}

impl Part {
    /// Writes the cells. The sizes were checked when the part was read.
    pub fn store(self, table: &mut Table) {
        let n = self.columns.len();
        for r in 0..self.rows.len() {
            for c in 0..n {
                let at = self.rows.get(r) * table.width + self.columns.get(c);
                let value = match &self.value {
                    Value::Scalar(x) => *x,
                    Value::Matrix { data, .. } => data[r * n + c],
                };
                if let Some(cell) = table.data.get_mut(at) {
                    *cell = value;
                }
            }
        }
        for c in 0..n {
            if let Some(flag) = table.computed.get_mut(self.columns.get(c)) {
                *flag = true;
            }
        }
    }
}

/// The value of a text that is arithmetic of plain numbers and nothing else.
pub fn constant(text: &[u8], case: &RawCase) -> Option<f64> {
    let session = Session::default();
    // A name no text can have, so that no field is looked up.
    let mut e = Evaluator { text, i: 0, case, prefix: "\0", session: &session, spent: 0, depth: 0 };
    match (e.sum(), e.i == text.len()) {
        (Ok(Value::Scalar(x)), true) => Some(x),
        _ => None,
    }
}

impl Evaluator<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.i).copied()
    }

    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.i += 1,
                Some(b'.') if self.text[self.i..].starts_with(b"...") => {
                    while !matches!(self.peek(), None | Some(b'\n')) {
                        self.i += 1;
                    }
                    self.i = (self.i + 1).min(self.text.len());
                }
                _ => return,
            }
        }
    }

    fn word(&mut self) -> String {
        let start = self.i;
        while matches!(self.peek(), Some(b) if b == b'_' || b.is_ascii_alphanumeric()) {
            self.i += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.i]).into_owned()
    }

    /// The sign at this place, for a message.
    fn unexpected<T>(&self) -> Outcome<T> {
        let rest = &self.text[self.i.min(self.text.len())..];
        let head = String::from_utf8_lossy(&rest[..rest.len().min(4)]);
        let sign = match head.chars().next() {
            None | Some('\n' | '\r') => "end of line".to_owned(),
            Some(c) if head.starts_with("==") || head.starts_with("&&") => format!("{c}{c}"),
            Some(c) => c.to_string(),
        };
        Err((self.i, Refusal::Sign(sign)))
    }

    fn expect(&mut self, byte: u8) -> Outcome<()> {
        self.blanks();
        if self.peek() != Some(byte) {
            return self.unexpected();
        }
        self.i += 1;
        Ok(())
    }

    /// Counts cells; a unit conversion touches each a few times, never hundreds of times.
    fn spend(&mut self, cells: usize) -> Outcome<()> {
        self.spent = self.spent.saturating_add(cells);
        let held = self.case.cells_read();
        if self.spent > 200 * held + 100_000 {
            return Err((self.i, Refusal::TooMuch));
        }
        Ok(())
    }

    /// A sum, and then the end of the statement.
    pub fn expression_to_end(&mut self) -> Outcome<Value> {
        let value = self.sum()?;
        self.blanks();
        match self.peek() {
            None | Some(b'\n' | b';' | b',' | b'%') => Ok(value),
            _ => self.unexpected(),
        }
    }

    fn sum(&mut self) -> Outcome<Value> {
        let mut left = self.product()?;
        loop {
            self.blanks();
            let op = match self.peek() {
                Some(b @ (b'+' | b'-')) => b,
                _ => return Ok(left),
            };
            let at = self.i;
            self.i += 1;
            let right = self.product()?;
            left = self.combine(at, left, right, op)?;
        }
    }

    fn product(&mut self) -> Outcome<Value> {
        let mut left = self.signed()?;
        loop {
            self.blanks();
            let at = self.i;
            let (op, dotted) = match (self.peek(), self.text.get(self.i + 1)) {
                (Some(b @ (b'*' | b'/')), _) => (b, false),
                (Some(b'.'), Some(b @ (b'*' | b'/'))) => (*b, true),
                _ => return Ok(left),
            };
            self.i += 1 + usize::from(dotted);
            let right = self.signed()?;
            let plain = match op {
                b'*' => is_scalar(&left) || is_scalar(&right),
                _ => is_scalar(&right),
            };
            if !dotted && !plain {
                return Err((at, Refusal::MatrixAlgebra((op as char).to_string())));
            }
            left = self.combine(at, left, right, op)?;
        }
    }

    fn signed(&mut self) -> Outcome<Value> {
        self.blanks();
        let mut negative = false;
        while let Some(b @ (b'+' | b'-')) = self.peek() {
            negative ^= b == b'-';
            self.i += 1;
            self.blanks();
        }
        let value = self.power()?;
        if negative {
            self.map(value, |x| -x)
        } else {
            Ok(value)
        }
    }

    fn power(&mut self) -> Outcome<Value> {
        let mut base = self.value()?;
        loop {
            self.blanks();
            let at = self.i;
            let dotted = self.text[self.i..].starts_with(b".^");
            if !dotted && self.peek() != Some(b'^') {
                return Ok(base);
            }
            self.i += 1 + usize::from(dotted);
            self.blanks();
            let mut negative = false;
            while let Some(b @ (b'+' | b'-')) = self.peek() {
                negative ^= b == b'-';
                self.i += 1;
            }
            let exponent = match self.value()? {
                Value::Scalar(x) if negative => -x,
                Value::Scalar(x) => x,
                Value::Matrix { .. } => return Err((at, Refusal::MatrixAlgebra("^".to_owned()))),
            };
            if !dotted && !is_scalar(&base) {
                return Err((at, Refusal::MatrixAlgebra("^".to_owned())));
            }
            // A square is the product, as MATLAB computes it: powf may differ in the last bit.
            base = if exponent == 2.0 { self.map(base, |x| x * x)? } else { self.map(base, |x| x.powf(exponent))? };
        }
    }

    fn value(&mut self) -> Outcome<Value> {
        self.blanks();
        let at = self.i;
        match self.peek() {
            Some(b'0'..=b'9' | b'.') => match number::unsigned(self.text, self.i) {
                Some((x, end)) => {
                    self.i = end;
                    Ok(Value::Scalar(x))
                }
                None => self.unexpected(),
            },
            Some(b'(') => {
                self.deeper()?;
                self.i += 1;
                let inner = self.sum()?;
                self.expect(b')')?;
                self.depth -= 1;
                Ok(inner)
            }
            Some(b) if b.is_ascii_alphabetic() || b == b'_' => {
                let word = self.word();
                if word == self.prefix {
                    return self.field(at);
                }
                self.name(at, &word)
            }
            _ => self.unexpected(),
        }
    }

    fn deeper(&mut self) -> Outcome<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((self.i, Refusal::TooDeep));
        }
        Ok(())
    }

    fn name(&mut self, at: usize, word: &str) -> Outcome<Value> {
        if let Some(value) = self.session.locals.get(word) {
            if let Value::Matrix { data, .. } = value {
                self.spend(data.len())?;
            }
            return Ok(value.clone());
        }
        if self.case.header_is_list && self.case.has(word) {
            return self.field_value(at, word);
        }
        if self.session.all_constants {
            if let Some(x) = consts::value_of(word) {
                return Ok(Value::Scalar(x));
            }
        }
        match word {
            "pi" => return Ok(Value::Scalar(std::f64::consts::PI)),
            "Inf" | "inf" => return Ok(Value::Scalar(f64::INFINITY)),
            _ => {}
        }
        let called = self.peek() == Some(b'(');
        let function: fn(f64) -> f64 = match word {
            "sin" => f64::sin,
            "cos" => f64::cos,
            "acos" => f64::acos,
            "sqrt" => f64::sqrt,
            _ if called => return Err((at, Refusal::Function(word.to_owned()))),
            _ => return Err((at, Refusal::UnknownName(word.to_owned()))),
        };
        self.expect(b'(')?;
        self.deeper()?;
        let argument = self.sum()?;
        self.expect(b')')?;
        self.depth -= 1;
        self.map(argument, function)
    }

    /// `mpc.bus`, `mpc.bus(…)`, `mpc.baseMVA`; we stand behind the struct's name.
    fn field(&mut self, at: usize) -> Outcome<Value> {
        let mut name = String::new();
        while self.peek() == Some(b'.') {
            self.i += 1;
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&self.word());
        }
        self.field_value(at, &name)
    }

    fn field_value(&mut self, at: usize, name: &str) -> Outcome<Value> {
        if let Some(table) = self.case.table(name) {
            let (rows, columns) = if self.peek() == Some(b'(') {
                self.indices(table.rows(), table.width)?
            } else {
                (Index::All(table.rows()), Index::All(table.width))
            };
            self.spend(rows.len().saturating_mul(columns.len()))?;
            let mut data = Vec::with_capacity(rows.len() * columns.len());
            for r in 0..rows.len() {
                let row = table.row(rows.get(r));
                data.extend((0..columns.len()).map(|c| row[columns.get(c)]));
            }
            return Ok(match data.as_slice() {
                [one] => Value::Scalar(*one),
                _ => Value::Matrix { rows: rows.len(), columns: columns.len(), data },
            });
        }
        match self.case.number(name) {
            Some(x) => Ok(Value::Scalar(x)),
            None => Err((at, Refusal::UnknownName(format!("{}.{name}", self.prefix)))),
        }
    }

    /// `(rows, columns)`, both checked against the table's size.
    fn indices(&mut self, rows: usize, columns: usize) -> Outcome<(Index, Index)> {
        self.expect(b'(')?;
        self.deeper()?;
        let r = self.index(rows)?;
        self.expect(b',')?;
        let c = self.index(columns)?;
        self.expect(b')')?;
        self.depth -= 1;
        Ok((r, c))
    }

    fn index(&mut self, limit: usize) -> Outcome<Index> {
        self.blanks();
        match self.peek() {
            Some(b':') => {
                self.i += 1;
                Ok(Index::All(limit))
            }
            Some(b'[') => {
                self.i += 1;
                let mut list = Vec::new();
                loop {
                    self.blanks();
                    match self.peek() {
                        Some(b',') => self.i += 1,
                        Some(b']') => break,
                        _ => {
                            let at = self.i;
                            let first = self.value()?;
                            self.range(at, first, limit, &mut list)?;
                        }
                    }
                }
                self.i += 1;
                Ok(Index::Some(list))
            }
            _ => {
                let at = self.i;
                let first = self.sum()?;
                let mut list = Vec::new();
                self.range(at, first, limit, &mut list)?;
                Ok(Index::Some(list))
            }
        }
    }

    /// One index, or `first:last`.
    fn range(&mut self, at: usize, first: Value, limit: usize, out: &mut Vec<usize>) -> Outcome<()> {
        let first = whole(at, &first, limit)?;
        let mut last = first;
        if self.peek() == Some(b':') {
            self.i += 1;
            let at = self.i;
            let value = self.value()?;
            last = whole(at, &value, limit)?;
        }
        self.spend((last + 1).saturating_sub(first))?;
        out.extend(first - 1..last);
        Ok(())
    }

    /// `(rows, columns) = sum`, the end of the statement included.
    pub fn part_assignment(&mut self, rows: usize, columns: usize) -> Outcome<Part> {
        let (rows, columns) = self.indices(rows, columns)?;
        self.expect(b'=')?;
        if self.peek() == Some(b'=') {
            return self.unexpected();
        }
        let at = self.i;
        let value = self.expression_to_end()?;
        if let Value::Matrix { rows: r, columns: c, .. } = &value {
            if (*r, *c) != (rows.len(), columns.len()) {
                let left = (rows.len(), columns.len());
                return Err((at, Refusal::Sizes { left, right: (*r, *c) }));
            }
        }
        self.spend(rows.len().saturating_mul(columns.len()))?;
        Ok(Part { rows, columns, value })
    }

    /// `[A, B, ...] = idx_bus`: names by position, as MATLAB assigns them.
    pub fn index_constants(&mut self) -> Outcome<Vec<(String, Value)>> {
        let start = self.i;
        let mut names = Vec::new();
        self.i += 1;
        loop {
            self.blanks();
            match self.peek() {
                Some(b',') => self.i += 1,
                Some(b']') => break,
                Some(b'~') => {
                    self.i += 1;
                    names.push(String::new());
                }
                Some(b) if b.is_ascii_alphabetic() => names.push(self.word()),
                _ => return self.unexpected(),
            }
        }
        self.i += 1;
        self.expect(b'=')?;
        self.blanks();
        let at = self.i;
        let function = self.word();
        let Some(list) = consts::list_of(&function) else {
            return Err((at, Refusal::Function(function)));
        };
        if names.len() > list.len() {
            return Err((start, Refusal::Index { index: names.len().to_string(), limit: list.len() }));
        }
        self.blanks();
        if !matches!(self.peek(), None | Some(b'\n' | b';' | b',' | b'%')) {
            return self.unexpected();
        }
        let pairs = names.into_iter().zip(list);
        Ok(pairs.filter(|(name, _)| !name.is_empty()).map(|(name, (_, x))| (name, Value::Scalar(f64::from(*x)))).collect())
    }

    fn map(&mut self, value: Value, f: impl Fn(f64) -> f64) -> Outcome<Value> {
        Ok(match value {
            Value::Scalar(x) => Value::Scalar(f(x)),
            Value::Matrix { rows, columns, mut data } => {
                self.spend(data.len())?;
                data.iter_mut().for_each(|x| *x = f(*x));
                Value::Matrix { rows, columns, data }
            }
        })
    }

    fn combine(&mut self, at: usize, left: Value, right: Value, op: u8) -> Outcome<Value> {
        let f = match op {
            b'+' => |a: f64, b: f64| a + b,
            b'-' => |a: f64, b: f64| a - b,
            b'*' => |a: f64, b: f64| a * b,
            _ => |a: f64, b: f64| a / b,
        };
        match (left, right) {
            (Value::Scalar(a), Value::Scalar(b)) => Ok(Value::Scalar(f(a, b))),
            (m, Value::Scalar(b)) => self.map(m, |a| f(a, b)),
            (Value::Scalar(a), m) => self.map(m, |b| f(a, b)),
            (Value::Matrix { rows, columns, mut data }, Value::Matrix { rows: r, columns: c, data: other }) => {
                if (rows, columns) != (r, c) {
                    let sizes = Refusal::Sizes { left: (rows, columns), right: (r, c) };
                    return Err((at, sizes));
                }
                self.spend(data.len())?;
                data.iter_mut().zip(&other).for_each(|(a, b)| *a = f(*a, *b));
                Ok(Value::Matrix { rows, columns, data })
            }
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Scalar(_))
}

/// A whole number from 1 to `limit`.
fn whole(at: usize, value: &Value, limit: usize) -> Outcome<usize> {
    let Value::Scalar(x) = value else {
        return Err((at, Refusal::NotANumber));
    };
    if x.fract() == 0.0 && *x >= 1.0 && *x <= limit as f64 {
        Ok(*x as usize)
    } else {
        Err((at, Refusal::Index { index: x.to_string(), limit }))
    }
}
