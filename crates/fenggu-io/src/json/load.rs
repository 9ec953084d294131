//! From the bytes of a file to what reading it gave, with a translator for the format in the middle.

use std::path::Path;
use std::sync::Arc;

use fenggu_net::diagnostic::Entry;
use fenggu_net::{Diagnostic, Network, SourceMap};

use super::doc::Doc;
use super::places::Places;
use super::{parse, unpack, Node};
use crate::place::Source;
use crate::report::{Findings, Read};
use crate::text::{shorten, LineIndex};

/// What a translator made of the tree.
pub(crate) struct Translated {
    /// The network; whole only when no error was found.
    pub net: Network,
    /// Where its fields stand.
    pub places: Places,
    /// Whether the time axis is known, so that checks of a network with errors say something.
    pub comparable: bool,
}

/// Reads a file of at most `limit` bytes. What stands behind the first value is told as `behind`. The translator gets the tree.
pub(crate) fn read(
    bytes: Vec<u8>,
    shown: &str,
    limit: u64,
    behind: &'static Entry,
    translate: impl FnOnce(Doc<'_>, &Node) -> Translated,
) -> Read {
    let mut found = Findings::default();
    let Some(text) = unpack::text(bytes, shown, limit, &mut found) else {
        return Read { network: None, sources: SourceMap::default(), diagnostics: found.finish() };
    };
    let text: Arc<str> = text.into();
    let lines = LineIndex::new(text.as_bytes());
    let source = Source { file: shown, text: &text, lines: &lines };
    let (node, rest) = parse::parse(source, limit, &mut found);
    let broken = found.has_errors();
    let mut doc = Doc { source, found: &mut found, broken };
    if let Some(at) = rest {
        let value = shorten(text.as_bytes().get(at.start as usize..at.end()).unwrap_or(b""));
        doc.say(Diagnostic::new(behind).with("value", value), at);
    }
    let Some(node) = node else {
        return Read { network: None, sources: SourceMap::default(), diagnostics: found.finish() };
    };
    let Translated { net, places, comparable } = translate(doc, &node);
    let sources = places.finish(shown, Arc::clone(&text));
    let network = if found.has_errors() {
        if comparable && !broken {
            found.add_checks(&net, &sources);
        }
        None
    } else {
        Some(net)
    };
    Read { network, sources, diagnostics: found.finish() }
}

/// Name of a file without folder and endings.
pub(crate) fn stem(shown: &str) -> String {
    let name = Path::new(shown).file_name().and_then(|n| n.to_str()).unwrap_or("");
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name).to_owned()
}
