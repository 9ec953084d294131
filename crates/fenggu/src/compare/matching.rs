//! Which element of one network is which of the other: by name; where names are row numbers (MATPOWER's `L1`, `L2`, ...) and a row is
//! missing, every later name means another element, and elements are found again by what they connect.

use super::texts;
use crate::report::Bilingual;
use fenggu_net::schema::{Kind, Value};
use fenggu_net::{AnyTable, Network, TableId};
use std::collections::{BTreeMap, HashMap};

/// How elements are matched.
#[derive(Clone, Debug, Default)]
pub(super) struct Matching {
    /// Of tables that are not matched by name: name in the first, by name in the second. A name that is not found again is marked.
    renamed: BTreeMap<TableId, HashMap<String, String>>,
}

impl Matching {
    /// Of two networks; says where names do not count.
    pub fn of(a: &Network, b: &Network, notes: &mut Vec<Bilingual>) -> Matching {
        let mut renamed = BTreeMap::new();
        for &id in TableId::ALL {
            let (x, y) = (a.table(id), b.table(id));
            if x.count() == y.count() || !numbered(x) || !numbered(y) || !x.fields().iter().any(|f| matches!(f.kind, Kind::Reference(_))) {
                continue;
            }
            let mut waiting: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
            for row in (0..x.count()).rev() {
                waiting.entry(ends(a, id, row)).or_default().push(row);
            }
            let mut found = 0;
            let names = (0..y.count()).map(|row| {
                let to = match waiting.get_mut(&ends(b, id, row)).and_then(Vec::pop) {
                    Some(first) => {
                        found += 1;
                        x.name_of(first).to_string()
                    }
                    None => format!("{} (B)", y.name_of(row)),
                };
                (y.name_of(row).to_string(), to)
            });
            let names: HashMap<String, String> = names.collect();
            notes.push(texts::NUMBERED.say(&[id.word(), &found.to_string(), &x.count().to_string(), &y.count().to_string()]));
            renamed.insert(id, names);
        }
        Matching { renamed }
    }

    /// Whether names count everywhere.
    pub fn is_empty(&self) -> bool {
        self.renamed.is_empty()
    }

    /// Name in the first network of an element of the second.
    pub fn name<'n>(&'n self, table: TableId, name: &'n str) -> &'n str {
        self.renamed.get(&table).and_then(|names| names.get(name)).map_or(name, String::as_str)
    }
}

/// Whether every name is the same word and the number of the row from 1.
fn numbered(table: &dyn AnyTable) -> bool {
    let word = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_string();
    let Some(first) = (table.count() > 0).then(|| word(table.name_of(0))) else { return false };
    (0..table.count()).all(|row| table.name_of(row) == format!("{first}{}", row + 1))
}

/// Names of what an element refers to.
fn ends(net: &Network, id: TableId, row: usize) -> Vec<String> {
    let table = net.table(id);
    let of = |(f, field): (usize, &fenggu_net::schema::Field)| match (field.kind, table.value(row, f)) {
        (Kind::Reference(to), Value::Reference(r)) if (r as usize) < net.table(to).count() => {
            Some(net.table(to).name_of(r as usize).to_string())
        }
        _ => None,
    };
    table.fields().iter().enumerate().filter_map(of).collect()
}
