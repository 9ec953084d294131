//! The page of a [`Sheet`]: verdict and tables, in the dress of the report.

use super::opening;
use super::write::{both, cut, esc, say_with, TableHtml};
use crate::report::{text, Bilingual, Sheet};
use fenggu_net::diagnostic::Lang;

/// Rows of a table in the page at most.
const ROWS: usize = 200;
/// Rows that stand open.
const FIRST: usize = 15;

fn html(b: &Bilingual) -> String {
    both(&cut(&b.en, 400), &cut(&b.zh, 400))
}

/// The page: one file without outside requests, in English and Chinese; it opens in `lang`.
pub fn page(sheet: &Sheet, lang: Lang) -> String {
    let mut out = opening(&format!("{} – fenggu", cut(&sheet.title, 80)), lang == Lang::Zh);
    out += &format!(
        "<div class=\"bar\"><span>fenggu · {}</span><span><label for=\"en\">English</label> <label for=\"zh\">中文</label></span></div><h1>{}</h1>",
        html(&sheet.kind),
        cut(&sheet.title, 160),
    );
    let lead: Vec<String> = sheet.lead.iter().map(html).collect();
    out += &format!("<p class=\"lead\">{}</p>", lead.join("<br>"));
    let notes: String = sheet.notes.iter().map(|n| format!("<p class=\"note\">{}</p>", html(n))).collect();
    let class = if sheet.good { "" } else { " warn" };
    out += &format!("<div class=\"verdict{class}\"><div><strong>{}</strong>{notes}</div></div><nav>", html(&sheet.verdict));
    for s in &sheet.sections {
        out += &format!("<a href=\"#{}\">{}</a>", esc(s.id), html(&s.title));
    }
    out += "</nav><main>";
    for s in &sheet.sections {
        let head: Vec<String> = s.head.iter().map(html).collect();
        let (mut table, mut rest) = (TableHtml::new(&head, s.words), TableHtml::new(&head, s.words));
        for (k, row) in s.rows.iter().take(ROWS).enumerate() {
            let cells: Vec<String> = row.iter().map(html).collect();
            if k < FIRST { &mut table } else { &mut rest }.row(&cells);
        }
        let shown = s.rows.len().min(ROWS);
        let more = match s.total.saturating_sub(shown) {
            0 => String::new(),
            n => format!("<p class=\"note\">{}</p>", say_with(text::MORE_IN, &[&n.to_string(), "compare.json"])),
        };
        let rest = match shown.saturating_sub(FIRST) {
            0 => String::new(),
            n => format!("<details><summary>{}</summary>{}{more}</details>", say_with(text::MORE_ROWS, &[&n.to_string()]), rest.finish()),
        };
        let note = if s.note.en.is_empty() { String::new() } else { format!("<p class=\"note\">{}</p>", html(&s.note)) };
        out += &format!("<section id=\"{}\"><h2>{}</h2>{note}{}{rest}</section>\n", esc(s.id), html(&s.title), table.finish());
    }
    out += &format!("</main><footer>{}</footer></div></body></html>\n", say_with(text::MADE_BY, &[env!("CARGO_PKG_VERSION")]));
    out
}
