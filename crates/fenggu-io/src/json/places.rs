//! Where the fields of the network stand in the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use fenggu_net::diagnostic::RowStyle;
use fenggu_net::{SourceMap, TableId};

use crate::text::Span;

/// Collects places row by row; the empty field is the row itself.
#[derive(Default)]
pub(crate) struct Places {
    rows: BTreeMap<TableId, Vec<u32>>,
    fields: BTreeMap<(TableId, &'static str), Vec<(usize, u32)>>,
}

impl Places {
    /// The next row of a table stands here; its number.
    pub fn row(&mut self, table: TableId, at: Span) -> usize {
        let rows = self.rows.entry(table).or_default();
        rows.push(at.start);
        rows.len() - 1
    }

    /// A field of the row told last stands here.
    pub fn field(&mut self, table: TableId, field: &'static str, at: Span) {
        let row = self.rows.get(&table).map_or(0, |r| r.len().saturating_sub(1));
        self.fields.entry((table, field)).or_default().push((row, at.start));
    }

    /// The map. A field that a row does not tell stands where its row does.
    pub fn finish(self, file: &str, text: Arc<str>) -> SourceMap {
        let mut map = SourceMap::default();
        let file = map.add_file(file, text);
        for ((table, field), told) in self.fields {
            let mut starts = self.rows.get(&table).cloned().unwrap_or_default();
            for (row, start) in told {
                if let Some(s) = starts.get_mut(row) {
                    *s = start;
                }
            }
            let list = map.add_rows(file, RowStyle::Json, starts);
            map.map_field(table, field, list, 0);
        }
        for (table, starts) in self.rows {
            let list = map.add_rows(file, RowStyle::Json, starts);
            map.map_field(table, "", list, 0);
        }
        map
    }
}
