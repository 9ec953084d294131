//! One field table per component: the single source of name, type, unit, range, default and meaning.
//! Readers, writers, checks, the schema, the docs and the command line are derived from it.

use crate::id::Id;
use crate::profile::Profile;
use crate::table::TableId;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A real number.
    Number,
    /// A real number or nothing; nothing means what the field's doc says.
    OptionalNumber,
    /// A whole number.
    Integer,
    /// Yes or no.
    Flag,
    /// Free text.
    Text,
    /// One word of a fixed list.
    Choice(&'static [&'static str]),
    /// A number, or a series over the steps.
    Profile,
    /// A profile or nothing.
    OptionalProfile,
    /// Pairs of numbers, such as the points of a cost curve.
    Pairs,
    /// The name of a component in another table.
    Reference(TableId),
    /// The name of a component in another table, or nothing.
    OptionalReference(TableId),
}

/// Values a number may take; infinite values are allowed only where an end says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Any finite number.
    Finite,
    /// Any number, infinite ones included (a limit that may be absent).
    Limit,
    /// Zero or more.
    NonNegative,
    /// Zero or more, infinity included (a limit that may be absent).
    NonNegativeLimit,
    /// More than zero.
    Positive,
    /// From the first to the second, both included.
    Within(f64, f64),
    /// Any finite number, or NaN where nothing is said.
    FiniteOrFree,
    /// Zero or more, or NaN where nothing is said.
    NonNegativeOrFree,
    /// Not a number: nothing to check.
    Free,
}

impl Range {
    /// Whether `v` is inside. NaN is only where the range says so.
    pub fn holds(self, v: f64) -> bool {
        match self {
            Range::Finite => v.is_finite(),
            Range::Limit => !v.is_nan(),
            Range::NonNegative => v.is_finite() && v >= 0.0,
            Range::NonNegativeLimit => v >= 0.0,
            Range::Positive => v.is_finite() && v > 0.0,
            Range::Within(a, b) => v >= a && v <= b,
            Range::FiniteOrFree => !v.is_infinite(),
            Range::NonNegativeOrFree => v.is_nan() || v.is_finite() && v >= 0.0,
            Range::Free => true,
        }
    }
    /// The rule in words of mathematics, e.g. `≥ 0`.
    pub fn rule(self) -> String {
        match self {
            Range::Finite => "a finite number".into(),
            Range::Limit => "a number or ±Inf".into(),
            Range::NonNegative => "≥ 0".into(),
            Range::NonNegativeLimit => "≥ 0 or Inf".into(),
            Range::Positive => "> 0".into(),
            Range::Within(a, b) => format!("{a} … {b}"),
            Range::FiniteOrFree => "a finite number, or NaN where free".into(),
            Range::NonNegativeOrFree => "≥ 0, or NaN where free".into(),
            Range::Free => String::new(),
        }
    }
    /// [`Self::rule`] in Chinese.
    pub fn rule_zh(self) -> String {
        match self {
            Range::Finite => "有限的数".into(),
            Range::Limit => "数或 ±Inf".into(),
            Range::NonNegativeLimit => "≥ 0 或 Inf".into(),
            Range::FiniteOrFree => "有限的数；不作规定时为 NaN".into(),
            Range::NonNegativeOrFree => "≥ 0；不作规定时为 NaN".into(),
            Range::NonNegative | Range::Positive | Range::Within(..) | Range::Free => self.rule(),
        }
    }
}

/// One entry of a field table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Field name, unit included, as in files and messages.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Unit shown to people; empty for none.
    pub unit: &'static str,
    /// Values allowed.
    pub range: Range,
    /// Meaning, one or more sentences.
    pub doc: &'static str,
}

/// A field's content, for code that works on any component.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Missing,
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// Text, or the word of a choice.
    Text(String),
    /// A number or a series.
    Profile(Profile),
    /// Pairs of numbers.
    Pairs(Vec<[f64; 2]>),
    /// A row of the referenced table.
    Reference(u32),
}

/// A value did not fit its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongKind;

/// What a field's Rust type tells the table. Implemented for the few types that fields have.
pub trait FieldType: Sized {
    /// What the field holds.
    const KIND: Kind;
    /// Content as a value.
    fn get(&self) -> Value;
    /// Sets the content.
    ///
    /// # Errors
    /// [`WrongKind`] when the value is of another kind or not a word of the choice.
    fn set(&mut self, value: Value) -> Result<(), WrongKind>;
}

macro_rules! plain_field {
    ($t:ty, $kind:expr, $variant:ident) => {
        impl FieldType for $t {
            const KIND: Kind = $kind;
            fn get(&self) -> Value {
                Value::$variant(self.clone())
            }
            fn set(&mut self, value: Value) -> Result<(), WrongKind> {
                match value {
                    Value::$variant(v) => *self = v,
                    _ => return Err(WrongKind),
                }
                Ok(())
            }
        }
    };
}
plain_field!(f64, Kind::Number, Number);
plain_field!(i64, Kind::Integer, Integer);
plain_field!(bool, Kind::Flag, Flag);
plain_field!(String, Kind::Text, Text);
plain_field!(Vec<[f64; 2]>, Kind::Pairs, Pairs);

impl FieldType for Profile {
    const KIND: Kind = Kind::Profile;
    fn get(&self) -> Value {
        Value::Profile(self.clone())
    }
    fn set(&mut self, value: Value) -> Result<(), WrongKind> {
        *self = match value {
            Value::Profile(p) => p,
            Value::Number(v) => Profile::Const(v),
            _ => return Err(WrongKind),
        };
        Ok(())
    }
}

impl FieldType for Option<f64> {
    const KIND: Kind = Kind::OptionalNumber;
    fn get(&self) -> Value {
        self.map_or(Value::Missing, Value::Number)
    }
    fn set(&mut self, value: Value) -> Result<(), WrongKind> {
        *self = match value {
            Value::Missing => None,
            Value::Number(v) => Some(v),
            _ => return Err(WrongKind),
        };
        Ok(())
    }
}

impl FieldType for Option<Profile> {
    const KIND: Kind = Kind::OptionalProfile;
    fn get(&self) -> Value {
        self.clone().map_or(Value::Missing, Value::Profile)
    }
    fn set(&mut self, value: Value) -> Result<(), WrongKind> {
        *self = match value {
            Value::Missing => None,
            Value::Profile(p) => Some(p),
            Value::Number(v) => Some(Profile::Const(v)),
            _ => return Err(WrongKind),
        };
        Ok(())
    }
}

impl<T: Component> FieldType for Id<T> {
    const KIND: Kind = Kind::Reference(T::TABLE);
    fn get(&self) -> Value {
        if self.is_unset() {
            Value::Missing
        } else {
            Value::Reference(self.index() as u32)
        }
    }
    fn set(&mut self, value: Value) -> Result<(), WrongKind> {
        *self = match value {
            Value::Reference(i) => Id::new(i as usize),
            _ => return Err(WrongKind),
        };
        Ok(())
    }
}

impl<T: Component> FieldType for Option<Id<T>> {
    const KIND: Kind = Kind::OptionalReference(T::TABLE);
    fn get(&self) -> Value {
        self.map_or(Value::Missing, |i| Value::Reference(i.index() as u32))
    }
    fn set(&mut self, value: Value) -> Result<(), WrongKind> {
        *self = match value {
            Value::Missing => None,
            Value::Reference(i) => Some(Id::new(i as usize)),
            _ => return Err(WrongKind),
        };
        Ok(())
    }
}

/// A row type with its field table.
pub trait Component: Clone + Default + 'static {
    /// The table it lives in.
    const TABLE: TableId;
    /// Its fields, the name excepted.
    const FIELDS: &'static [Field];
    /// The user's own name.
    fn name(&self) -> &str;
    /// Names it.
    fn set_name(&mut self, name: String);
    /// Content of field `i` of [`Component::FIELDS`].
    fn get(&self, i: usize) -> Value;
    /// Sets field `i` of [`Component::FIELDS`].
    ///
    /// # Errors
    /// [`WrongKind`] when the value does not fit the field.
    fn set(&mut self, i: usize, value: Value) -> Result<(), WrongKind>;
}

/// Writes a component's struct and its field table from one text, so that they cannot differ.
macro_rules! component {
    ($(#[doc = $about:literal])+ $name:ident in $table:ident {
        $( $(#[doc = $doc:literal])+ $field:ident : $ty:ty = $default:expr, $unit:literal, $range:expr; )*
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// The user's own name, unique in its table.
            pub name: String,
            $( $(#[doc = $doc])+ #[doc = concat!("\n\nUnit: ", $unit)] pub $field: $ty, )*
        }
        impl Default for $name {
            fn default() -> Self {
                $name { name: String::new(), $( $field: $default, )* }
            }
        }
        impl $crate::schema::Component for $name {
            const TABLE: $crate::table::TableId = $crate::table::TableId::$table;
            const FIELDS: &'static [$crate::schema::Field] = &[ $( $crate::schema::Field {
                name: stringify!($field),
                kind: <$ty as $crate::schema::FieldType>::KIND,
                unit: $unit,
                range: { #[allow(unused_imports)] use $crate::schema::Range::*; $range },
                doc: concat!($($doc),+),
            }, )* ];
            fn name(&self) -> &str { &self.name }
            fn set_name(&mut self, name: String) { self.name = name }
            #[allow(unused_assignments, unused_mut)]
            fn get(&self, i: usize) -> $crate::schema::Value {
                let mut k = 0;
                $( if k == i { return $crate::schema::FieldType::get(&self.$field); } k += 1; )*
                $crate::schema::Value::Missing
            }
            #[allow(unused_assignments, unused_mut)]
            fn set(&mut self, i: usize, value: $crate::schema::Value) -> Result<(), $crate::schema::WrongKind> {
                let mut k = 0;
                $( if k == i { return $crate::schema::FieldType::set(&mut self.$field, value); } k += 1; )*
                Err($crate::schema::WrongKind)
            }
        }
    };
}
pub(crate) use component;

/// An enum whose variants are the words of a [`Kind::Choice`] field.
macro_rules! choice {
    ($(#[doc = $about:literal])+ $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $( $(#[doc = $doc])+ $variant, )+ }
        impl $name {
            /// All words, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
            /// The word that stands for it in files.
            pub fn word(self) -> &'static str { match self { $( $name::$variant => $word, )+ } }
            /// The variant of a word.
            pub fn from_word(word: &str) -> Option<Self> { match word { $( $word => Some($name::$variant), )+ _ => None } }
        }
        impl $crate::schema::FieldType for $name {
            const KIND: $crate::schema::Kind = $crate::schema::Kind::Choice(Self::WORDS);
            fn get(&self) -> $crate::schema::Value { $crate::schema::Value::Text(self.word().to_string()) }
            fn set(&mut self, value: $crate::schema::Value) -> Result<(), $crate::schema::WrongKind> {
                match value {
                    $crate::schema::Value::Text(w) => { *self = Self::from_word(&w).ok_or($crate::schema::WrongKind)?; Ok(()) }
                    _ => Err($crate::schema::WrongKind),
                }
            }
        }
    };
}
pub(crate) use choice;
