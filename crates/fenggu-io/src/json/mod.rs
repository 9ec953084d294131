//! JSON with places: every value keeps where it stands, so that a finding can point at it. Shared by the readers of
//! unit commitment instances.
//!
//! [`Node`] is the tree, [`parse`](parse::parse) makes it, [`Doc`](doc::Doc) asks it for numbers, texts and series and
//! reports what is not one, [`Places`](places::Places) remembers where the fields of the network came from.

pub(crate) mod doc;
pub(crate) mod load;
pub(crate) mod parse;
pub(crate) mod places;
pub(crate) mod unpack;

use crate::text::Span;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Where it stands.
    pub at: Span,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, always finite.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, keys in the order of the file.
    Object(Vec<Member>),
    /// Something that was reported and has no value.
    Broken,
}

/// One entry of an object.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Key.
    pub key: String,
    /// Where the key stands.
    pub key_at: Span,
    /// Value.
    pub node: Node,
}

impl Node {
    /// What it is, in words for a message.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Flag(true) => "true",
            Value::Flag(false) => "false",
            Value::Number(_) => "number",
            Value::Text(_) => "text",
            Value::List(_) => "[…]",
            Value::Object(_) => "{…}",
            Value::Broken => "?",
        }
    }
}
