//! Text to tree. Depth and memory are bounded; after a fault it goes on where the next value can be told.

use std::collections::HashMap;

use fenggu_net::diagnostic::Entry;
use fenggu_net::Diagnostic;

use super::{Member, Node, Value};
use crate::catalogue as code;
use crate::place::Source;
use crate::report::Findings;
use crate::text::{shorten, Span, BOM};

/// Lists and objects in each other; instances need five.
pub(crate) const DEEPEST: usize = 64;

/// Parses the first value of a text, holding at most `limit` bytes. The place behind it, where more than blanks follows.
pub(crate) fn parse(source: Source<'_>, limit: u64, found: &mut Findings) -> (Option<Node>, Option<Span>) {
    let bytes = source.text.as_bytes();
    let start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let mut p = Parser { source, bytes, at: start, budget: limit, stopped: false, opened: Vec::new(), found };
    p.blanks();
    if p.at == bytes.len() {
        p.say(&code::JSON_EXPECTED, Span::new(p.at, p.at), &[("rule", "{".into()), ("value", "end".into())]);
        return (None, None);
    }
    let node = p.value();
    p.blanks();
    let behind = (!p.stopped && p.at < bytes.len()).then(|| Span::new(p.at, p.token_end(p.at).max(p.at + 1)));
    (Some(node), behind)
}

/// Keys of the outermost object, as far as a beginning of a text shows them; nothing where it is no object.
pub(crate) fn outer_keys(head: &str) -> Option<Vec<&str>> {
    let text = head.trim_start_matches('\u{FEFF}').trim_start();
    text.starts_with('{').then(|| {
        let (mut keys, mut depth, mut k) = (Vec::new(), 0usize, 0);
        let bytes = text.as_bytes();
        while k < bytes.len() {
            match bytes[k] {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    let start = k + 1;
                    k = start;
                    while k < bytes.len() && bytes[k] != b'"' {
                        k += 1 + usize::from(bytes[k] == b'\\');
                    }
                    let is_key = k < bytes.len() && text[k + 1..].trim_start().starts_with(':');
                    if depth == 1 && is_key {
                        keys.push(&text[start..k]);
                    }
                }
                _ => {}
            }
            k += 1;
        }
        keys
    })
}

struct Parser<'a, 'f> {
    source: Source<'a>,
    bytes: &'a [u8],
    at: usize,
    /// Bytes that the tree may still take.
    budget: u64,
    /// A fault after which nothing can be told any more.
    stopped: bool,
    /// Where the open lists and objects start.
    opened: Vec<usize>,
    found: &'f mut Findings,
}

impl Parser<'_, '_> {
    fn say(&mut self, entry: &'static Entry, at: Span, with: &[(&'static str, String)]) {
        let mut d = Diagnostic::new(entry);
        d.args.extend_from_slice(with);
        let place = (!self.found.is_full(entry)).then(|| self.source.place(at));
        self.found.add(d.at(place));
    }

    fn blanks(&mut self) {
        while self.at < self.bytes.len() && matches!(self.bytes[self.at], b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// End of a run of bytes that no separator of JSON interrupts.
    fn token_end(&self, from: usize) -> usize {
        let ends = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"');
        from + self.bytes[from..].iter().position(ends).unwrap_or(self.bytes.len() - from)
    }

    /// What stands at the cursor, for a message.
    fn shown(&self, from: usize) -> String {
        let end = self.token_end(from).max(from + 1).min(self.bytes.len());
        shorten(self.bytes.get(from..end).unwrap_or(b""))
    }

    /// Takes memory for one more value; stops where none is left.
    fn afford(&mut self, bytes: usize) {
        match self.budget.checked_sub(bytes as u64) {
            Some(rest) => self.budget = rest,
            None if self.stopped => {}
            None => {
                self.stopped = true;
                let limit = self.budget.to_string();
                let item = self.source.file.to_owned();
                let at = Span::new(self.at, self.at + 1);
                self.say(&code::OVER_LIMIT, at, &[("item", item), ("found", "> limit".into()), ("limit", limit)]);
            }
        }
    }

    fn value(&mut self) -> Node {
        let start = self.at;
        self.afford(size_of::<Node>());
        let value = match self.peek() {
            Some(b'{') => self.nested(start, true),
            Some(b'[') => self.nested(start, false),
            Some(b'"') => match self.text() {
                Some(text) => Value::Text(text),
                None => Value::Broken,
            },
            _ => self.word(),
        };
        Node { at: Span::new(start, self.at), value }
    }

    fn nested(&mut self, start: usize, object: bool) -> Value {
        if self.opened.len() >= DEEPEST {
            self.stopped = true;
            self.say(&code::JSON_DEPTH, Span::new(start, start + 1), &[("limit", DEEPEST.to_string())]);
            return Value::Broken;
        }
        self.opened.push(start);
        self.at += 1;
        let value = if object { Value::Object(self.members()) } else { Value::List(self.items()) };
        self.opened.pop();
        value
    }

    fn items(&mut self) -> Vec<Node> {
        let mut out = Vec::new();
        while self.goes_on(b']', out.is_empty()) {
            out.push(self.value());
        }
        out
    }

    fn members(&mut self) -> Vec<Member> {
        let mut out: Vec<Member> = Vec::new();
        let mut first = true;
        while self.goes_on(b'}', first) {
            first = false;
            let start = self.at;
            self.afford(size_of::<Member>() - size_of::<Node>());
            if self.peek() != Some(b'"') {
                let value = self.shown(start);
                self.at = self.token_end(start).max(start + 1);
                let at = Span::new(start, self.at);
                self.say(&code::JSON_EXPECTED, at, &[("rule", "\"…\":".into()), ("value", value)]);
                self.blanks();
                if self.peek() != Some(b':') {
                    // No key and no value: nothing in this object can be told apart any more.
                    self.stopped = true;
                    break;
                }
            }
            let key = if self.bytes[start] == b'"' { self.text() } else { None };
            let key_at = Span::new(start, self.at);
            if self.stopped {
                break;
            }
            self.blanks();
            if self.peek() == Some(b':') {
                self.at += 1;
            } else {
                let value = self.shown(self.at);
                self.expected(self.at, "\":\"", value);
            }
            self.blanks();
            if self.at == self.bytes.len() {
                self.truncated();
                break;
            }
            let node = self.value();
            if let Some(key) = key {
                out.push(Member { key, key_at, node });
            }
        }
        self.twice(&out);
        out
    }

    /// Whether another entry follows, the `first` or a later one; takes the comma before it, or the closing bracket.
    fn goes_on(&mut self, close: u8, first: bool) -> bool {
        let entry = if close == b']' { "1 / \"…\" / [ / {" } else { "\"…\":" };
        loop {
            self.blanks();
            if self.stopped {
                return false;
            }
            let Some(c) = self.peek() else {
                self.truncated();
                return false;
            };
            if c == close {
                self.at += 1;
                return false;
            }
            let comma = self.at;
            if c == b',' && !first {
                self.at += 1;
                self.blanks();
                match self.peek() {
                    Some(c @ (b']' | b'}' | b',')) => self.expected(comma, entry, (c as char).to_string()),
                    _ => return self.peek().is_some() || self.goes_on_at_end(),
                }
                continue;
            }
            if first && !matches!(c, b',' | b':' | b']' | b'}') {
                return true;
            }
            let rule = if first { entry.to_owned() } else { format!("\",\" / \"{}\"", close as char) };
            let value = self.shown(self.at);
            self.expected(self.at, &rule, value);
            match c {
                b']' | b'}' => self.stopped = true,
                b',' | b':' => self.at += 1,
                _ => return true,
            }
        }
    }

    fn goes_on_at_end(&mut self) -> bool {
        self.truncated();
        false
    }

    fn expected(&mut self, at: usize, rule: &str, value: String) {
        self.say(&code::JSON_EXPECTED, Span::new(at, at + 1), &[("rule", rule.to_owned()), ("value", value)]);
    }

    fn truncated(&mut self) {
        if self.stopped {
            return;
        }
        self.stopped = true;
        let end = self.bytes.trim_ascii_end().len();
        let Some(&open) = self.opened.last() else { return };
        let line = |at: usize| self.source.lines.line(at).to_string();
        let with = [("last", line(end)), ("opened", line(open)), ("value", (self.bytes[open] as char).to_string())];
        self.say(&code::JSON_TRUNCATED, Span::new(end.saturating_sub(1), end), &with);
    }

    fn twice(&mut self, members: &[Member]) {
        let mut first: HashMap<&str, Span> = HashMap::with_capacity(members.len());
        for m in members {
            if let Some(before) = first.get(m.key.as_str()) {
                let line = self.source.lines.line(before.start as usize).to_string();
                self.say(&code::JSON_KEY_TWICE, m.key_at, &[("value", m.key.clone()), ("first", line)]);
            } else {
                first.insert(&m.key, m.key_at);
            }
        }
    }

    /// A number, `true`, `false`, `null`, or something that is none of them.
    fn word(&mut self) -> Value {
        let start = self.at;
        let end = self.token_end(start);
        self.at = end.max(start + 1);
        let token = &self.source.text.as_bytes()[start..end];
        match token {
            b"null" => return Value::Null,
            b"true" => return Value::Flag(true),
            b"false" => return Value::Flag(false),
            _ => {}
        }
        if is_number(token) {
            let number = std::str::from_utf8(token).ok().and_then(|t| t.parse::<f64>().ok());
            return match number {
                Some(v) if v.is_finite() => Value::Number(v),
                _ => {
                    let value = shorten(token);
                    self.say(&code::JSON_OVERFLOW, Span::new(start, end), &[("value", value)]);
                    Value::Broken
                }
            };
        }
        if token.is_empty() {
            // A separator where a value belongs: leave it to the list or object around.
            self.at = start + usize::from(self.opened.is_empty() || !matches!(self.bytes.get(start), Some(b',' | b']' | b'}')));
        }
        let value = self.shown(start);
        self.say(&code::JSON_TOKEN, Span::new(start, end.max(start + 1)), &[("value", value)]);
        Value::Broken
    }

    /// A quoted text; nothing where it is wrong, which is reported.
    fn text(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        let mut out: Vec<u8> = Vec::new();
        let mut good = true;
        loop {
            let Some(c) = self.peek() else {
                self.say(&code::JSON_TEXT, Span::new(start, self.at), &[("value", "\" …".into())]);
                self.stopped = true;
                return None;
            };
            self.at += 1;
            match c {
                b'"' => break,
                b'\n' | b'\r' => {
                    self.say(&code::JSON_TEXT, Span::new(start, self.at - 1), &[("value", "\" …".into())]);
                    return None;
                }
                b'\\' => {
                    let at = self.at - 1;
                    match self.escape() {
                        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                        None => {
                            good = false;
                            let end = (at + 2).min(self.bytes.len());
                            let value = shorten(&self.bytes[at..end]);
                            self.say(&code::JSON_TEXT, Span::new(at, end), &[("value", value)]);
                        }
                    }
                }
                c => out.push(c),
            }
        }
        self.afford(out.len());
        // Bytes of a text taken whole are UTF-8 as the text is; escapes are encoded above.
        good.then(|| String::from_utf8_lossy(&out).into_owned())
    }

    fn escape(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += usize::from(c.is_ascii() && !matches!(c, b'\n' | b'\r'));
        Some(match c {
            b'"' | b'\\' | b'/' => c as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex()?;
                if !(0xD800..0xDC00).contains(&high) {
                    return char::from_u32(high);
                }
                if self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
                    return None;
                }
                self.at += 2;
                let low = self.hex()?;
                let low = low.checked_sub(0xDC00).filter(|l| *l < 0x400)?;
                return char::from_u32(0x10000 + ((high - 0xD800) << 10) + low);
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

/// JSON's grammar of numbers: no plus sign, no leading zeros, digits on both sides of the point.
fn is_number(token: &[u8]) -> bool {
    let digits = |b: &[u8]| b.iter().take_while(|c| c.is_ascii_digit()).count();
    let rest = token.strip_prefix(b"-").unwrap_or(token);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(behind) = rest.strip_prefix(b".") {
        let n = digits(behind);
        if n == 0 {
            return false;
        }
        rest = &behind[n..];
    }
    if let [b'e' | b'E', behind @ ..] = rest {
        let behind = behind.strip_prefix(b"-").or_else(|| behind.strip_prefix(b"+")).unwrap_or(behind);
        let n = digits(behind);
        return n > 0 && n == behind.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::LineIndex;

    fn codes(text: &str) -> (Option<Node>, Vec<(&'static str, usize, usize)>) {
        let mut found = Findings::default();
        let lines = LineIndex::new(text.as_bytes());
        let (node, _) = parse(Source { file: "x", text, lines: &lines }, 1 << 20, &mut found);
        let of = |d: &Diagnostic| d.place.as_ref().map_or((d.code(), 0, 0), |p| (d.code(), p.line, p.column));
        (node, found.finish().iter().map(of).collect())
    }

    #[test]
    fn agrees_with_another_parser() {
        let texts = [
            r#"{"a": [1, -2.5e-3, 0, 10.25E+2], "b": {"c": null, "d": true}, "e": "x\u00e9\n\ud83d\ude00\"/"}"#,
            "[]",
            "{}",
            " [ [ ] , { } , \"\" ] ",
            "3",
        ];
        fn same(a: &Value, b: &serde_json::Value) -> bool {
            match (a, b) {
                (Value::Null, b) => b.is_null(),
                (Value::Flag(x), b) => b.as_bool() == Some(*x),
                (Value::Number(x), b) => b.as_f64() == Some(*x),
                (Value::Text(x), b) => b.as_str() == Some(x),
                (Value::List(x), serde_json::Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(&x.value, y)),
                (Value::Object(x), serde_json::Value::Object(y)) => {
                    x.len() == y.len() && x.iter().all(|m| y.get(&m.key).is_some_and(|v| same(&m.node.value, v)))
                }
                _ => false,
            }
        }
        for text in texts {
            let (node, found) = codes(text);
            assert!(found.is_empty(), "{text}: {found:?}");
            let other: serde_json::Value = serde_json::from_str(text).expect("sound");
            assert!(same(&node.expect("a value").value, &other), "{text}");
        }
    }

    #[test]
    fn faults_are_told_at_their_place_and_reading_goes_on() {
        let (_, found) = codes("{\"a\": NaN,\n \"b\": [1, 01, 2.],\n \"c\": 1e400, \"a\": 5 \"d\": 'x', \"e\": [1,,2], \"f\": +1}");
        let wanted = [
            ("F0702", 1, 7),
            ("F0702", 2, 11),
            ("F0702", 2, 15),
            ("F0705", 3, 7),
            ("F0703", 3, 21),
            ("F0708", 3, 14),
            ("F0702", 3, 26),
            ("F0703", 3, 38),
            ("F0702", 3, 49),
        ];
        let mut wanted = wanted.to_vec();
        wanted.sort_by_key(|w| (w.1, w.2));
        assert_eq!(found, wanted);
        assert_eq!(codes("{\"a\": [1, 2").1, [("F0704", 1, 11)]);
        assert_eq!(codes("{\"a\": [1, 2}").1, [("F0703", 1, 12)]);
        assert_eq!(codes("{a: 1}").1, [("F0703", 1, 2)]);
        assert_eq!(codes("{\"a\" 1}").1, [("F0703", 1, 6)]);
        assert_eq!(codes("").1, [("F0703", 1, 1)]);
        assert_eq!(codes("{\"a\": \"x\n\"}").1[0], ("F0706", 1, 7));
        assert_eq!(codes(&"[".repeat(1000)).1, [("F0707", 1, 65)]);
    }

    #[test]
    fn memory_is_bounded() {
        let text = format!("[{}1]", "1,".repeat(100_000));
        assert_eq!(codes(&text).1.iter().map(|f| f.0).collect::<Vec<_>>(), ["F0007"]);
    }

    #[test]
    fn every_number_of_the_grammar_and_no_other() {
        for good in ["0", "-0", "1", "10", "1.5", "-1.5e3", "1E+2", "0.1e-9"] {
            assert!(is_number(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1.5.2", "１", "--1", "1-", "Inf"] {
            assert!(!is_number(bad.as_bytes()), "{bad}");
        }
    }
}
