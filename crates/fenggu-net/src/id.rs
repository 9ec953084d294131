//! Typed indices: a generator's number cannot be used to look up a store.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// Position of a component in its [`Table`](crate::Table). The user's own name stands beside it in the
/// component and is what every message shows.
pub struct Id<T> {
    index: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// An id that points nowhere: the default of a reference field before it is set.
    pub const UNSET: Id<T> = Id { index: u32::MAX, kind: PhantomData };

    /// The id of row `index`.
    #[inline(always)]
    pub const fn new(index: usize) -> Self {
        Id { index: index as u32, kind: PhantomData }
    }
    /// Row in the table.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.index as usize
    }
    /// Whether the id was never set.
    pub const fn is_unset(self) -> bool {
        self.index == u32::MAX
    }
}

impl<T> Clone for Id<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.cmp(&other.index)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state)
    }
}
impl<T> Default for Id<T> {
    fn default() -> Self {
        Self::UNSET
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unset() {
            write!(f, "unset")
        } else {
            write!(f, "#{}", self.index)
        }
    }
}
