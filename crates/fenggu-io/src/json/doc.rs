//! Asking the tree for what a format has in it. Every answer that is none is reported where it stands.

use fenggu_net::diagnostic::Entry;
use fenggu_net::schema::Range;
use fenggu_net::{Diagnostic, Profile};

use super::{Member, Node, Value};
use crate::catalogue as code;
use crate::place::Source;
use crate::pypsa::guess;
use crate::report::{shown, Findings};
use crate::text::{shorten, Span};

/// What is asked for, in both languages.
#[derive(Clone, Copy)]
pub(crate) struct Rule(pub &'static str, pub &'static str);

pub(crate) const NUMBER: Rule = Rule("a number", "数字");
pub(crate) const SERIES: Rule = Rule("a number or a list of numbers", "数字或数字列表");
pub(crate) const LIST: Rule = Rule("a list", "列表");
pub(crate) const OBJECT: Rule = Rule("an object {…}", "对象 {…}");
pub(crate) const TEXT: Rule = Rule("a text in quotes", "带引号的文字");
pub(crate) const FLAG: Rule = Rule("true or false", "true 或 false");

/// The text with its findings.
pub(crate) struct Doc<'a> {
    /// The text.
    pub source: Source<'a>,
    /// What was found.
    pub found: &'a mut Findings,
    /// Whether the text is broken: keys may be missing for that, and are not asked for.
    pub broken: bool,
}

/// One object of the file, e.g. a unit: its list, its name, its entries.
#[derive(Clone, Copy)]
pub(crate) struct Item<'n> {
    /// The list it stands in, as the format calls it.
    pub list: &'static str,
    /// Its key in that list; empty for an object that is no entry of a list.
    pub name: &'n str,
    /// Where its key stands.
    pub at: Span,
    /// Its entries.
    pub members: &'n [Member],
}

impl<'n> Item<'n> {
    /// Where the value of a key stands; the item itself where it is absent.
    pub fn place(&self, key: &str) -> Span {
        self.get(key).map_or(self.at, |n| n.at)
    }

    /// How messages call it.
    pub fn shown(&self) -> String {
        if self.name.is_empty() {
            self.list.to_owned()
        } else {
            format!("{} \"{}\"", self.list, self.name)
        }
    }

    /// The value of a key; nothing where it is absent or `null`.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        let node = &self.members.iter().find(|m| m.key == key)?.node;
        (!matches!(node.value, Value::Null)).then_some(node)
    }
}

impl<'a> Doc<'a> {
    /// Adds a finding with its place.
    pub fn say(&mut self, d: Diagnostic, at: Span) {
        let place = (!self.found.is_full(d.entry)).then(|| self.source.place(at));
        self.found.add(d.at(place));
    }

    /// A finding about one value of an item.
    pub fn about(entry: &'static Entry, item: &Item<'_>, attribute: impl ToString) -> Diagnostic {
        Diagnostic::new(entry).with("item", item.shown()).with("attribute", attribute)
    }

    /// Reports a value that is not what is asked for; one that is broken was told when the text was parsed.
    pub fn wrong_kind(&mut self, item: &Item<'_>, attribute: &str, node: &Node, rule: Rule) {
        if matches!(node.value, Value::Broken) {
            return; // told when the text was parsed
        }
        let bytes = self.source.text.as_bytes();
        let end = node.at.end().min(bytes.len());
        let value = match node.value {
            Value::List(_) | Value::Object(_) => node.kind().to_owned(),
            _ => shorten(bytes.get(node.at.start as usize..end).unwrap_or(b"")),
        };
        let d = Self::about(&code::UC_KIND, item, attribute).with("value", value).with_both("rule", rule.0, rule.1);
        self.say(d, node.at);
    }

    /// The outermost object; reported where the file is something else.
    pub fn whole<'n>(&mut self, list: &'static str, node: &'n Node) -> Option<Item<'n>> {
        let at = Span::new(node.at.start as usize, node.at.start as usize + 1);
        match &node.value {
            Value::Object(members) => Some(Item { list, name: "", at, members }),
            _ => {
                self.wrong_kind(&Item { list, name: "", at, members: &[] }, "{…}", node, OBJECT);
                None
            }
        }
    }

    /// An object inside the outermost one that is no list, e.g. parameters.
    pub fn part<'n>(&mut self, top: &Item<'n>, key: &'static str) -> Option<Item<'n>> {
        let node = top.get(key)?;
        match &node.value {
            Value::Object(members) => Some(Item { list: key, name: "", at: node.at, members }),
            _ => {
                self.wrong_kind(top, key, node, OBJECT);
                None
            }
        }
    }

    /// Reports a key that has no default.
    pub fn missing(&mut self, item: &Item<'_>, attribute: &str) {
        if self.broken {
            return;
        }
        self.say(Self::about(&code::UC_MISSING, item, attribute), item.at);
    }

    /// Reports keys that are neither `known` nor `ignored`, with the nearest known one.
    pub fn unknown_keys(&mut self, item: &Item<'_>, known: &[&str], ignored: &[&str]) {
        for m in item.members.iter().filter(|m| !known.contains(&m.key.as_str()) && !ignored.contains(&m.key.as_str())) {
            let [en, zh] = guess(&m.key, known.iter().copied());
            let d = Diagnostic::new(&code::UC_UNKNOWN_KEY).with("item", item.shown()).with("value", &m.key).with_both("guess", en, zh);
            self.say(d, m.key_at);
        }
    }

    /// The entries of an object that lists components, each an object itself. Others are reported and left out.
    pub fn items<'n>(&mut self, list: &'static str, node: Option<&'n Node>) -> Vec<Item<'n>> {
        let Some(node) = node else { return Vec::new() };
        let whole = Item { list, name: "", at: node.at, members: &[] };
        let Value::Object(members) = &node.value else {
            self.wrong_kind(&whole, "{…}", node, OBJECT);
            return Vec::new();
        };
        let mut out = Vec::with_capacity(members.len());
        for m in members {
            match &m.node.value {
                Value::Object(inner) => out.push(Item { list, name: &m.key, at: m.key_at, members: inner }),
                _ => self.wrong_kind(&whole, &m.key, &m.node, OBJECT),
            }
        }
        out
    }

    /// A node as a number within a range.
    pub fn as_number(&mut self, item: &Item<'_>, attribute: &str, node: &Node, range: Range) -> Option<f64> {
        let Value::Number(v) = node.value else {
            self.wrong_kind(item, attribute, node, NUMBER);
            return None;
        };
        self.in_range(item, attribute, v, node.at, range).then_some(v)
    }

    fn in_range(&mut self, item: &Item<'_>, attribute: &str, v: f64, at: Span, range: Range) -> bool {
        let holds = range.holds(v);
        if !holds {
            let d = Self::about(&code::UC_RANGE, item, attribute).with("value", shown(v)).with("rule", range.rule());
            self.say(d, at);
        }
        holds
    }

    /// The number of a key; nothing where absent or wrong.
    pub fn number(&mut self, item: &Item<'_>, key: &str, range: Range) -> Option<f64> {
        let node = item.get(key)?;
        self.as_number(item, key, node, range)
    }

    /// The number of a key that must be there.
    pub fn needed_number(&mut self, item: &Item<'_>, key: &str, range: Range) -> Option<f64> {
        if item.get(key).is_none() {
            self.missing(item, key);
        }
        self.number(item, key, range)
    }

    /// The flag of a key; 0 and 1 count as well.
    pub fn flag(&mut self, item: &Item<'_>, key: &str) -> Option<bool> {
        let node = item.get(key)?;
        match node.value {
            Value::Flag(f) => Some(f),
            Value::Number(v) if v == 0.0 || v == 1.0 => Some(v == 1.0),
            _ => {
                self.wrong_kind(item, key, node, FLAG);
                None
            }
        }
    }

    /// The text of a key.
    pub fn text<'n>(&mut self, item: &Item<'n>, key: &str) -> Option<&'n str> {
        let node = item.get(key)?;
        match &node.value {
            Value::Text(t) => Some(t),
            _ => {
                self.wrong_kind(item, key, node, TEXT);
                None
            }
        }
    }

    /// The list of a key.
    pub fn list<'n>(&mut self, item: &Item<'n>, key: &str) -> Option<&'n [Node]> {
        let node = item.get(key)?;
        match &node.value {
            Value::List(l) => Some(l),
            _ => {
                self.wrong_kind(item, key, node, LIST);
                None
            }
        }
    }

    /// The series of a key: a number, or one for each of `steps`.
    pub fn series(&mut self, item: &Item<'_>, key: &str, steps: usize, range: Range) -> Option<Profile> {
        let node = item.get(key)?;
        self.as_series(item, key, node, steps, range)
    }

    /// The series of a key that must be there.
    pub fn needed_series(&mut self, item: &Item<'_>, key: &str, steps: usize, range: Range) -> Option<Profile> {
        if item.get(key).is_none() {
            self.missing(item, key);
        }
        self.series(item, key, steps, range)
    }

    /// A node as a series.
    pub fn as_series(&mut self, item: &Item<'_>, key: &str, node: &Node, steps: usize, range: Range) -> Option<Profile> {
        match &node.value {
            Value::Number(v) => self.in_range(item, key, *v, node.at, range).then_some(Profile::Const(*v)),
            Value::List(list) => {
                self.count(item, key, list, node.at, steps);
                let mut out = Vec::with_capacity(list.len());
                for (t, n) in list.iter().enumerate() {
                    match n.value {
                        Value::Number(v) if range.holds(v) => out.push(v),
                        _ => {
                            self.as_number(item, &format!("{key}[{}]", t + 1), n, range);
                        }
                    }
                }
                (out.len() == steps && list.len() == steps).then(|| out.into())
            }
            _ => {
                self.wrong_kind(item, key, node, SERIES);
                None
            }
        }
    }

    /// Reports a list that has not one value for each of `steps`.
    pub fn count(&mut self, item: &Item<'_>, key: &str, list: &[Node], at: Span, steps: usize) {
        if list.len() != steps {
            let d = Self::about(&code::UC_LENGTH, item, key).with("found", list.len()).with("expected", steps);
            self.say(d, at);
        }
    }

    /// Reports a reference that leads nowhere.
    pub fn unknown_name<'x>(
        &mut self,
        item: &Item<'_>,
        attribute: &str,
        value: &str,
        at: Span,
        target: &str,
        names: impl Iterator<Item = &'x str>,
    ) {
        let [en, zh] = guess(value, names);
        let d = Self::about(&code::UC_UNKNOWN_NAME, item, attribute);
        let d = d.with("value", value).with("target", target).with_both("guess", en, zh);
        self.say(d, at);
    }
}
