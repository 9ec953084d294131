//! A table of components of one kind, and the object-safe view that generic code uses.

use crate::id::Id;
use crate::schema::{Component, Field, Value, WrongKind};
use std::collections::HashMap;
use std::ops::{Index, IndexMut};

macro_rules! tables {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )+) => {
        /// The tables of a network.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TableId { $( $(#[doc = $doc])+ $variant, )+ }
        impl TableId {
            /// Every table, in the order files and reports use; a table refers only to tables before it.
            pub const ALL: &'static [TableId] = &[$(TableId::$variant),+];
            /// The word that stands for it in files and results, e.g. `generators`.
            pub fn word(self) -> &'static str { match self { $( TableId::$variant => $word, )+ } }
            /// The table of a word.
            pub fn from_word(word: &str) -> Option<Self> { match word { $( $word => Some(TableId::$variant), )+ _ => None } }
        }
    };
}
tables! {
    /// Energy carriers.
    Carriers = "carriers",
    /// Buses.
    Buses = "buses",
    /// Lines and transformers.
    Branches = "branches",
    /// Generators.
    Generators = "generators",
    /// Loads.
    Loads = "loads",
    /// Shunts.
    Shunts = "shunts",
    /// Storage units.
    StorageUnits = "storage_units",
    /// Stores.
    Stores = "stores",
    /// Links.
    Links = "links",
    /// Further ends of links.
    LinkEnds = "link_ends",
    /// Reserve requirements.
    Reserves = "reserves",
    /// Who offers which reserve.
    ReserveOffers = "reserve_offers",
    /// Interfaces (flowgates).
    Interfaces = "interfaces",
    /// Branches of interfaces.
    InterfaceTerms = "interface_terms",
    /// Outages that the network must survive.
    Contingencies = "contingencies",
    /// Global limits.
    GlobalLimits = "global_limits",
    /// Further carriers of global limits.
    LimitCarriers = "limit_carriers",
    /// Users' own constraints.
    SideConstraints = "side_constraints",
    /// Terms of users' own constraints.
    SideTerms = "side_terms",
}

/// Rows of one kind, found by id or by name.
#[derive(Clone, Debug, Default)]
pub struct Table<T: Component> {
    rows: Vec<T>,
    by_name: HashMap<String, u32>,
}

impl<T: Component> PartialEq for Table<T>
where
    T: PartialEq,
{
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<T: Component> Table<T> {
    /// Appends a row. A name that is already taken keeps pointing at the first row; `check` reports the second.
    pub fn push(&mut self, row: T) -> Id<T> {
        let id = self.rows.len();
        self.by_name.entry(row.name().to_string()).or_insert(id as u32);
        self.rows.push(row);
        Id::new(id)
    }
    /// The row with this name.
    pub fn find(&self, name: &str) -> Option<Id<T>> {
        self.by_name.get(name).map(|&i| Id::new(i as usize))
    }
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// Rows with their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Id<T>, &T)> + Clone {
        self.rows.iter().enumerate().map(|(i, r)| (Id::new(i), r))
    }
    /// Ids of all rows.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = Id<T>> {
        (0..self.rows.len()).map(Id::new)
    }
    /// The rows.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }
    /// The rows, to be changed; names must stay as they are.
    pub fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }
    /// The row, if the id points at one.
    pub fn get(&self, id: Id<T>) -> Option<&T> {
        self.rows.get(id.index())
    }
}

impl<T: Component> Index<Id<T>> for Table<T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, id: Id<T>) -> &T {
        &self.rows[id.index()]
    }
}
impl<T: Component> IndexMut<Id<T>> for Table<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.rows[id.index()]
    }
}

/// Object-safe view of any table: check, convert, compare, schema and Parquet are written once against it.
pub trait AnyTable {
    /// Which table.
    fn table(&self) -> TableId;
    /// Its fields.
    fn fields(&self) -> &'static [Field];
    /// Number of rows.
    fn count(&self) -> usize;
    /// Name of row `row`.
    fn name_of(&self, row: usize) -> &str;
    /// Row of a name.
    fn row_of(&self, name: &str) -> Option<usize>;
    /// Content of a field.
    fn value(&self, row: usize, field: usize) -> Value;
    /// Content a field has when nobody sets it.
    fn default_value(&self, field: usize) -> Value;
    /// Sets a field.
    ///
    /// # Errors
    /// [`WrongKind`] when the value does not fit.
    fn set_value(&mut self, row: usize, field: usize, value: Value) -> Result<(), WrongKind>;
    /// Appends a row of defaults.
    fn push_named(&mut self, name: String) -> usize;
}

impl<T: Component> AnyTable for Table<T> {
    fn table(&self) -> TableId {
        T::TABLE
    }
    fn fields(&self) -> &'static [Field] {
        T::FIELDS
    }
    fn count(&self) -> usize {
        self.rows.len()
    }
    fn name_of(&self, row: usize) -> &str {
        self.rows[row].name()
    }
    fn row_of(&self, name: &str) -> Option<usize> {
        self.find(name).map(Id::index)
    }
    fn value(&self, row: usize, field: usize) -> Value {
        self.rows[row].get(field)
    }
    fn default_value(&self, field: usize) -> Value {
        T::default().get(field)
    }
    fn set_value(&mut self, row: usize, field: usize, value: Value) -> Result<(), WrongKind> {
        self.rows[row].set(field, value)
    }
    fn push_named(&mut self, name: String) -> usize {
        let mut row = T::default();
        row.set_name(name);
        self.push(row).index()
    }
}
