//! Two passes over the same text: count the entries of every column, then write them.

use super::block::Row;
use super::project::{Project, Rooms};
use super::sink::{Count, Fill, Rhs, LOOK_BACK};
use fenggu_opt::Matrix;

/// The matrix and its row bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Assembled {
    /// Coefficients.
    pub matrix: Matrix,
    /// Lower bounds. `[row]`
    pub row_lower: Vec<f64>,
    /// Upper bounds. `[row]`
    pub row_upper: Vec<f64>,
}

/// What can go wrong in assembly.
#[derive(Clone, Debug, PartialEq)]
pub enum AssembleError {
    /// A coefficient or bound is not a number: row, value.
    NotANumber(Row, f64),
    /// More nonzeros than 32-bit indices count.
    TooLarge(u64),
    /// A refill found another pattern than the first fill.
    PatternChanged,
}

/// Where virtual rows go, when there are any: first virtual row, and the real row of each.
pub type Virtual<'a> = Option<(u32, &'a [u32])>;

fn pass<S: super::sink::Sink>(rooms: &impl Rooms, out: &mut S, map: Virtual<'_>) {
    match map {
        None => rooms.write(out),
        Some((first, map)) => rooms.write(&mut Project::new(out, first, map)),
    }
}

/// Assembles all rooms into `rows × cols`. Six allocations whatever the size, and one more where a column is long.
///
/// # Errors
/// A value that is not a number; more nonzeros than 32-bit indices count.
pub fn assemble(rooms: &impl Rooms, rows: usize, cols: usize, map: Virtual<'_>) -> Result<Assembled, AssembleError> {
    let mut count = Count { entries: vec![0; cols + 1], bad: None };
    pass(rooms, &mut count, map);
    if let Some((row, v)) = count.bad {
        return Err(AssembleError::NotANumber(row, v));
    }
    let mut start = count.entries;
    let mut acc = 0u64;
    for s in &mut start {
        let n = u64::from(*s);
        *s = acc as u32;
        acc += n;
    }
    if acc >= i32::MAX as u64 {
        return Err(AssembleError::TooLarge(acc));
    }
    let n = acc as usize;
    let mut fill =
        Fill { next: start.clone(), start, row: vec![0; n], value: vec![0.0; n], lo: vec![0.0; rows], hi: vec![0.0; rows], merged: 0 };
    pass(rooms, &mut fill, map);
    merge_far(&mut fill);
    if fill.merged > 0 {
        compact(&mut fill);
    }
    // Both passes emitted the same terms: each cursor stands at the next column's start.
    debug_assert!((0..cols).all(|c| fill.next[c] == fill.start[c + 1]));
    Ok(Assembled { matrix: Matrix { start: fill.start, row: fill.row, value: fill.value }, row_lower: fill.lo, row_upper: fill.hi })
}

/// Merges duplicates that [`Fill`] did not look back far enough to see. Only long columns can hold one: a column that many
/// limits or side constraints name, in an order that is the user's.
fn merge_far(fill: &mut Fill) {
    // Entry of every row in the column at hand; what other columns left behind is told by looking at the entry's row.
    let mut at = Vec::new();
    for c in 0..fill.start.len() - 1 {
        let (from, end) = (fill.start[c] as usize, fill.next[c] as usize);
        if end - from <= LOOK_BACK {
            continue;
        }
        if at.is_empty() {
            at = vec![0u32; fill.lo.len()];
        }
        let mut to = from;
        for k in from..end {
            let (r, v) = (fill.row[k], fill.value[k]);
            let seen = at[r as usize] as usize;
            if (from..to).contains(&seen) && fill.row[seen] == r {
                fill.value[seen] += v;
            } else {
                at[r as usize] = to as u32;
                (fill.row[to], fill.value[to]) = (r, v);
                to += 1;
            }
        }
        fill.merged += end - to;
        fill.next[c] = to as u32;
    }
}

/// Closes the holes that merged cells left at the ends of columns.
fn compact(fill: &mut Fill) {
    let cols = fill.start.len() - 1;
    let mut to = 0usize;
    for c in 0..cols {
        let (from, end) = (fill.start[c] as usize, fill.next[c] as usize);
        fill.row.copy_within(from..end, to);
        fill.value.copy_within(from..end, to);
        fill.start[c] = to as u32;
        to += end - from;
        fill.next[c] = to as u32;
    }
    fill.start[cols] = to as u32;
    fill.row.truncate(to);
    fill.value.truncate(to);
}

/// What a refill found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refilled {
    /// Whether any coefficient changed.
    pub coefficients: bool,
}

/// Writes the rooms again into the same pattern: right-hand sides always, coefficients when `values` says so.
///
/// # Errors
/// As [`assemble`], and [`AssembleError::PatternChanged`] when the rooms now write other cells.
pub fn refill(old: &mut Assembled, rooms: &impl Rooms, map: Virtual<'_>, values: bool) -> Result<Refilled, AssembleError> {
    let rows = old.row_lower.len();
    if !values {
        let mut rhs = Rhs::new(rows);
        pass(rooms, &mut rhs, map);
        if let Some((row, v)) = rhs.bad {
            return Err(AssembleError::NotANumber(row, v));
        }
        (old.row_lower, old.row_upper) = (rhs.lo, rhs.hi);
        return Ok(Refilled { coefficients: false });
    }
    let new = assemble(rooms, rows, old.matrix.start.len() - 1, map)?;
    if new.matrix.start != old.matrix.start || new.matrix.row != old.matrix.row {
        return Err(AssembleError::PatternChanged);
    }
    let coefficients = new.matrix.value != old.matrix.value;
    *old = new;
    Ok(Refilled { coefficients })
}
