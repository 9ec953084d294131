//! Numbered blocks of columns and rows.

use fenggu_net::{Id, TableId};
use std::marker::PhantomData;

/// A column of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Col(pub u32);
/// A row of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row(pub u32);

/// One column (or row) per element and step, stored element by element. `T` types the element, `K` is [`Col`] or [`Row`].
pub struct Block<T, K> {
    start: u32,
    steps: u32,
    len: u32,
    kind: PhantomData<fn() -> (T, K)>,
}
impl<T, K> Clone for Block<T, K> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, K> Copy for Block<T, K> {}
impl<T, K> Default for Block<T, K> {
    fn default() -> Self {
        Block { start: 0, steps: 0, len: 0, kind: PhantomData }
    }
}
impl<T, K> PartialEq for Block<T, K> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.steps, self.len) == (other.start, other.steps, other.len)
    }
}
impl<T, K> std::fmt::Debug for Block<T, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{}×{}", self.start, self.len, self.steps)
    }
}

impl<T, K> Block<T, K> {
    #[inline(always)]
    fn number(self, element: Id<T>, t: usize) -> u32 {
        debug_assert!(element.index() < self.len as usize && t < self.steps as usize);
        self.start + element.index() as u32 * self.steps + t as u32
    }
    /// Where the block's numbers lie.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len * self.steps) as usize
    }
    /// Elements of the block.
    pub fn ids(self) -> impl Iterator<Item = Id<T>> {
        (0..self.len as usize).map(Id::new)
    }
    /// Steps of the block: 1 for quantities without time.
    pub fn steps(self) -> usize {
        self.steps as usize
    }
}
impl<T> Block<T, Col> {
    /// Column of an element in step `t`.
    #[inline(always)]
    pub fn at(self, element: Id<T>, t: usize) -> Col {
        Col(self.number(element, t))
    }
}
impl<T> Block<T, Row> {
    /// Row of an element in step `t`.
    #[inline(always)]
    pub fn at(self, element: Id<T>, t: usize) -> Row {
        Row(self.number(element, t))
    }
}

/// Whose names the elements of a block carry.
#[derive(Clone, Debug, PartialEq)]
pub enum Names {
    /// Those of a table of the network.
    Table(TableId),
    /// Rows of a table, one per element of the block.
    Rows(TableId, Vec<u32>),
    /// The island numbers.
    Islands,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub name: &'static str,
    pub start: u32,
    pub len: u32,
    pub steps: u32,
    pub names: Names,
}

/// Hands out consecutive numbers to blocks and remembers what they are called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Columns handed out.
    pub cols: u64,
    /// Rows handed out; virtual rows not counted.
    pub rows: u64,
    pub(crate) col_blocks: Vec<Entry>,
    pub(crate) row_blocks: Vec<Entry>,
    /// Virtual rows start here when there are any.
    pub virtual_start: Option<u32>,
}

impl Layout {
    /// A block of columns.
    pub fn cols<T>(&mut self, name: &'static str, names: Names, len: usize, steps: usize) -> Block<T, Col> {
        let start = self.cols as u32;
        self.cols += len as u64 * steps as u64;
        self.col_blocks.push(Entry { name, start, len: len as u32, steps: steps as u32, names });
        Block { start, steps: steps as u32, len: len as u32, kind: PhantomData }
    }
    /// A block of rows.
    pub fn rows<T>(&mut self, name: &'static str, names: Names, len: usize, steps: usize) -> Block<T, Row> {
        let start = self.rows as u32;
        self.rows += len as u64 * steps as u64;
        self.row_blocks.push(Entry { name, start, len: len as u32, steps: steps as u32, names });
        Block { start, steps: steps as u32, len: len as u32, kind: PhantomData }
    }
    /// A block of rows that are not in the problem: a [`Project`](super::Project) replays what is written to them
    /// onto real rows. Must be the last block of rows.
    pub fn virtual_rows<T>(&mut self, len: usize, steps: usize) -> Block<T, Row> {
        let start = self.rows as u32;
        self.virtual_start = Some(start);
        Block { start, steps: steps as u32, len: len as u32, kind: PhantomData }
    }
    /// Whether all numbers fit the 32-bit indices that solvers count in.
    pub fn fits(&self) -> bool {
        self.cols < i32::MAX as u64 && self.rows < i32::MAX as u64
    }
    /// Block, element and step of a row.
    pub fn locate_row(&self, row: usize) -> Option<(&'static str, &Names, usize, usize)> {
        locate(&self.row_blocks, row)
    }
    /// Block, element and step of a column.
    pub fn locate_col(&self, col: usize) -> Option<(&'static str, &Names, usize, usize)> {
        locate(&self.col_blocks, col)
    }
}

fn locate(blocks: &[Entry], number: usize) -> Option<(&'static str, &Names, usize, usize)> {
    let k = blocks.partition_point(|b| (b.start as usize) <= number);
    // Empty blocks share their start with the next one; step back over them.
    let b = blocks[..k].iter().rev().find(|b| b.len * b.steps > 0)?;
    let within = number - b.start as usize;
    (within < (b.len * b.steps) as usize).then(|| (b.name, &b.names, within / b.steps as usize, within % b.steps as usize))
}
