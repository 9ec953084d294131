//! A finding in tables: a verdict and sections of plain cells, for a terminal and for a page from one text.

use super::run::Bilingual;
use fenggu_net::diagnostic::Lang;

/// What a verb found, ready to be shown. Every text is plain; the page escapes it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Sheet {
    /// What kind of page this is, e.g. "comparison".
    pub kind: Bilingual,
    /// Title.
    pub title: String,
    /// Lines under the title.
    pub lead: Vec<Bilingual>,
    /// Whether there is nothing to look at.
    pub good: bool,
    /// The verdict in one sentence.
    pub verdict: Bilingual,
    /// Sentences under the verdict.
    pub notes: Vec<Bilingual>,
    /// Tables.
    pub sections: Vec<Section>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Section {
    /// Anchor, unique in the page.
    pub id: &'static str,
    /// Title.
    pub title: Bilingual,
    /// A sentence above the table; may be empty.
    pub note: Bilingual,
    /// Column headings.
    pub head: Vec<Bilingual>,
    /// So many of the first columns hold words; the others hold numbers.
    pub words: usize,
    /// Cells, row by row.
    pub rows: Vec<Vec<Bilingual>>,
    /// Rows that there are in all.
    pub total: usize,
}

impl Sheet {
    /// The sheet for a terminal: at most `rows` rows of every table.
    pub fn text(&self, lang: Lang, rows: usize) -> String {
        let mut out = format!("{}\n", self.title);
        let mut line = |text: &str| {
            if !text.is_empty() {
                out.push_str(text);
                out.push('\n');
            }
        };
        self.lead.iter().for_each(|l| line(l.get(lang)));
        line(self.verdict.get(lang));
        self.notes.iter().for_each(|n| line(n.get(lang)));
        for s in &self.sections {
            out.push('\n');
            out.push_str(&s.text(lang, rows));
        }
        out
    }
}

impl Section {
    fn text(&self, lang: Lang, rows: usize) -> String {
        let mut out = format!("{}\n", self.title.get(lang));
        if !self.note.get(lang).is_empty() {
            out += &format!("  {}\n", self.note.get(lang));
        }
        let shown: Vec<Vec<&str>> =
            std::iter::once(&self.head).chain(self.rows.iter().take(rows)).map(|row| row.iter().map(|c| c.get(lang)).collect()).collect();
        let widths: Vec<usize> =
            (0..self.head.len()).map(|k| shown.iter().map(|r| r.get(k).map_or(0, |c| width(c))).max().unwrap_or(0)).collect();
        for row in &shown {
            let mut text = String::from(" ");
            for (k, cell) in row.iter().enumerate() {
                let pad = " ".repeat(widths.get(k).map_or(0, |w| w.saturating_sub(width(cell))));
                text += &if k < self.words { format!(" {cell}{pad} ") } else { format!(" {pad}{cell} ") };
            }
            out += text.trim_end();
            out.push('\n');
        }
        let more = self.total.saturating_sub(self.rows.len().min(rows));
        if more > 0 {
            out += &match lang {
                Lang::En => format!("  … {more} more\n"),
                Lang::Zh => format!("  ……另有 {more} 项\n"),
            };
        }
        out
    }
}

/// Columns that a text takes on a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_both_languages() {
        let cell = |en: &str, zh: &str| Bilingual::new(en, zh);
        let section = Section {
            title: cell("costs", "费用"),
            head: vec![cell("what", "项目"), cell("value", "数值")],
            words: 1,
            rows: vec![vec![cell("coal", "煤电"), cell("1,000", "1,000")], vec![cell("wind power", "风电"), cell("5", "5")]],
            total: 5,
            ..Section::default()
        };
        let lines = |lang| section.text(lang, 9).lines().map(width).collect::<Vec<_>>();
        assert_eq!(lines(Lang::En)[1..4], [19, 19, 19]);
        assert_eq!(lines(Lang::Zh)[1..4], [13, 13, 13]);
        assert!(section.text(Lang::En, 1).ends_with("… 4 more\n"));
    }
}
