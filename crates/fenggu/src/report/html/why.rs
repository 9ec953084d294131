//! Why a run has no answer: verdict, conflicts, fixes, what runs away.

use super::write::{both, cut, esc, name, num, say, say_with, short, with_unit, TableHtml};
use crate::report::run::Run;
use crate::report::text;
use crate::report::why::{Said, Why};

/// Rows of a table at most.
const ROWS: usize = 40;

fn sentence(s: &Said) -> String {
    let one = |title: &str, end: &str, why: &str, remedy: &str| {
        format!("<b>{}</b> {}{end}{} {}", s.code, cut(title, 1200), cut(why, 600), cut(remedy, 600))
    };
    both(&one(&s.title, ": ", &s.why, &s.remedy), &one(&s.title_zh, "。", &s.why_zh, &s.remedy_zh))
}

fn list(said: &[&Said]) -> String {
    let items: Vec<String> = said.iter().take(ROWS).map(|s| format!("<li>{}</li>", sentence(s))).collect();
    format!("<ul>{}</ul>", items.concat())
}

/// The section; none where nothing was explained.
pub(super) fn section(run: &Run) -> Option<String> {
    let why = run.why.as_ref().filter(|w| !w.said.is_empty())?;
    let of = |keep: &dyn Fn(&str) -> bool| why.said.iter().filter(|s| keep(s.code)).collect::<Vec<_>>();
    let mut out = list(&of(&|c| !c.starts_with("X02") && !c.starts_with("X03") || c == "X0390"));
    let conflicts = of(&|c| c.starts_with("X02"));
    if !conflicts.is_empty() {
        out += &format!("<h3>{}</h3>{}", say(text::CONFLICTS), list(&conflicts));
    }
    if !why.fixes.is_empty() {
        out += &fixes(run, why);
    }
    out += &runaway(why);
    Some(out)
}

fn fixes(run: &Run, why: &Why) -> String {
    let (en, zh) = super::currency(run.network);
    let unit = both(&esc(&en), &esc(&zh));
    let head = [say(text::FIX_NUMBER), say(text::CHANGE), say(text::VERIFIED), with_unit(text::FIX_COST, &unit)];
    let mut table = TableHtml::new(&head, 3);
    for f in why.fixes.iter().take(ROWS) {
        let mut changes: Vec<String> = f.changes.iter().take(12).map(|c| cut(&c.text, 300)).collect();
        if f.changes.len() > changes.len() {
            changes.push(say_with(text::MORE_IN, &[&(f.changes.len() - changes.len()).to_string(), "why.json"]));
        }
        let verified = match f.verified {
            Some(true) => text::VERIFIED_YES,
            Some(false) => text::VERIFIED_NO,
            None => text::VERIFIED_NOT,
        };
        table.row(&[f.rank.to_string(), changes.join("<br>"), say(verified), num(f.cost, 2)]);
    }
    let price = |p: &crate::report::why::WhyPrice| {
        format!("{} {}/{}{}", esc(p.kind), short(p.price), esc(p.unit), if p.from_network { "*" } else { "" })
    };
    let prices = why.prices.iter().map(price).collect::<Vec<_>>().join(", ");
    let note = format!("<p class=\"note\">{}</p>", say_with(text::GIVING_WAY, &[&prices]));
    format!("<h3>{}</h3>{}{note}", say(text::FIXES), table.finish())
}

fn runaway(why: &Why) -> String {
    let Some(r) = &why.runaway else { return String::new() };
    let head = [say(text::ELEMENT), say(text::QUANTITY), say(text::STOPPED_BY), say(text::RATE), say(text::FIX_COST)];
    let mut table = TableHtml::new(&head, 3);
    for x in r.runners.iter().take(ROWS) {
        table.row(&[name(&x.element), esc(x.quantity), esc(x.stopped_by), short(x.rate), short(x.cost)]);
    }
    format!("<h3>{}</h3>{}", say(text::RUNNERS), table.finish())
}
