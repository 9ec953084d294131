//! Sections that are tables: binding limits, shortfalls, findings, options, timings, provenance, glossary.

use super::svg::{Scale, Size, Svg};
use super::timeline::Timeline;
use super::write::{both, cut, esc, name, num, say, say_with, seconds, short, with_unit, Figure, TableHtml};
use crate::report::json::shortfalls;
use crate::report::results_file::unit_of;
use crate::report::run::{Origin, Run};
use crate::report::{labels, text};
use fenggu_net::diagnostic::{Lang, Severity};
use fenggu_net::TableId;

/// Rows of a table in the page at most.
const ROWS: usize = 60;
/// Rows of binding limits that stand open.
const FIRST: usize = 12;

fn unit_both(unit: &str, run: &Run) -> String {
    let (en, zh) = super::currency(run.network);
    both(&esc(&unit.replace("currency", &en)), &esc(&unit.replace("currency", &zh)))
}

/// Limits that bind, dearest first.
pub(super) fn binding(run: &Run) -> String {
    if run.binding.is_empty() {
        return format!("<p>{}</p>", say(text::NOTHING_BINDS));
    }
    let mut rows: Vec<_> = run.binding.iter().collect();
    let key = |b: &crate::report::Binding| if b.value.is_finite() { b.value } else { b.mean_price * b.hours };
    // Those whose stake is known come first: the others' price and hours have other units.
    rows.sort_by(|a, b| b.value.is_finite().cmp(&a.value.is_finite()).then(key(b).total_cmp(&key(a))));
    let currency = super::currency(run.network);
    let head = [
        say(text::ELEMENT),
        say(text::WHAT_BINDS),
        say(text::WORST_AT),
        say(text::LIMIT),
        with_unit(text::HOURS, "h"),
        say(text::MEAN_PRICE_SHORT),
        say(text::WORST_PRICE),
        with_unit(text::AT_STAKE, &both(&currency.0, &currency.1)),
    ];
    let (mut table, mut rest) = (TableHtml::new(&head, 3), TableHtml::new(&head, 3));
    let line = Timeline::new(&run.network.time);
    for (k, b) in rows.iter().take(ROWS).enumerate() {
        let (en, zh) = labels::table_word(&b.table);
        let what_zh = if b.what_zh.is_empty() { &b.what } else { &b.what_zh };
        let when = b.worst_step.filter(|&t| t < run.network.steps()).map_or_else(|| "–".to_string(), |t| line.label(t));
        let unit = unit_both(&b.price_unit, run);
        let limit = if b.limit.is_finite() { format!("{} {}", short(b.limit), unit_both(&b.limit_unit, run)) } else { "–".to_string() };
        let part = if k < FIRST { &mut table } else { &mut rest };
        part.row(&[
            format!("{} <span class=\"kind\">{}</span>", name(&b.name), both(&esc(&en), &esc(&zh))),
            both(&esc(&b.what), &esc(what_zh)),
            when,
            limit,
            num(b.hours, 2),
            format!("{} {unit}", short(b.mean_price)),
            format!("{} {unit}", short(b.worst_price)),
            num(b.value, 0),
        ]);
    }
    let more = if rows.len() > ROWS {
        format!("<p class=\"note\">{}</p>", say_with(text::MORE_IN, &[&(rows.len() - ROWS).to_string(), "why.json"]))
    } else {
        String::new()
    };
    let rest = if rows.len() > FIRST {
        let count = (rows.len().min(ROWS) - FIRST).to_string();
        format!("<details><summary>{}</summary>{}{more}</details>", say_with(text::MORE_ROWS, &[&count]), rest.finish())
    } else {
        String::new()
    };
    format!("<p class=\"note\">{}</p>{}{rest}", say(text::BINDING_NOTE), table.finish())
}

/// Where an infeasible run falls short; none when it does not.
pub(super) fn missing(run: &Run) -> Option<String> {
    let all = shortfalls(run);
    if all.is_empty() {
        return None;
    }
    let sum = |kind: &str| all.iter().filter(|s| s.kind == kind).map(|s| s.mwh).sum::<f64>();
    let mut table = TableHtml::new(&[say(text::BUS), say(text::PERIOD_END), say(text::SHORT_KIND), "MW".into(), "MWh".into()], 3);
    let line = Timeline::new(&run.network.time);
    for s in all.iter().take(ROWS) {
        let kind = if s.kind == "missing" { text::MISSING } else { text::SURPLUS };
        table.row(&[name(&s.bus), line.label(s.step), say(kind), num(s.mw, 2), num(s.mwh, 2)]);
    }
    let more = if all.len() > ROWS {
        format!("<p class=\"note\">{}</p>", say_with(text::MORE_IN, &[&(all.len() - ROWS).to_string(), "why.json"]))
    } else {
        String::new()
    };
    Some(format!("<p>{}</p>{}{more}", say_with(text::MISSING_TOTAL, &[&num(sum("missing"), 2), &num(sum("surplus"), 2)]), table.finish()))
}

/// Findings, worst first.
pub(super) fn findings(run: &Run) -> String {
    if run.findings.is_empty() {
        return format!("<p>{}</p>", say(text::NO_FINDINGS));
    }
    let mut all: Vec<_> = run.findings.iter().collect();
    all.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.code().cmp(b.code())));
    let mut out = String::from("<ul class=\"findings\">");
    for d in all.iter().take(ROWS) {
        let class = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "remark",
        };
        let said = |lang: Lang| {
            let w = d.entry.wording(lang);
            let mut out = format!("<b>{}</b>", cut(&d.fill(w.title, lang), 400));
            for (label, body) in [(text::WHY, w.why), (text::FIX, w.fix)].iter().filter(|(_, b)| !b.is_empty()) {
                out += &format!("<br><span class=\"kind\">{}</span> {}", label.get(lang), cut(&d.fill(body, lang), 600));
            }
            out
        };
        let place =
            d.place.as_ref().map_or_else(String::new, |p| format!("<br><code>{}:{}:{}</code>", cut(&p.file, 120), p.line, p.column));
        let severity = both(d.severity.word(Lang::En), d.severity.word(Lang::Zh));
        out += &format!(
            "<li class=\"{class}\"><span class=\"code\">{severity} {}</span><div>{}{place}</div></li>",
            d.code(),
            both(&said(Lang::En), &said(Lang::Zh))
        );
    }
    out += "</ul>";
    if all.len() > ROWS {
        out += &format!("<p class=\"note\">{}</p>", say_with(text::MORE_IN, &[&(all.len() - ROWS).to_string(), "check.json"]));
    }
    out
}

/// One line: what was set by hand, and how many findings there are.
pub(super) fn at_a_glance(run: &Run) -> String {
    let set: Vec<String> = run
        .options
        .iter()
        .filter(|o| o.origin != Origin::Default)
        .map(|o| format!("{} = {}", cut(&o.name, 40), cut(&o.value, 40)))
        .collect();
    let mut shown = if set.is_empty() { say(text::NONE) } else { set[..set.len().min(6)].join(", ") };
    if set.len() > 6 {
        shown += ", …";
    }
    let counted = |lang: Lang| {
        let of = |s: Severity| {
            let n = run.findings.iter().filter(|d| d.severity == s).count();
            let plural = if lang == Lang::En && n > 1 { "s" } else { "" };
            (n > 0).then(|| if lang == Lang::En { format!("{n} {}{plural}", s.word(lang)) } else { format!("{n} 项{}", s.word(lang)) })
        };
        let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(of).collect();
        parts.join(if lang == Lang::En { ", " } else { "、" })
    };
    let found = if run.findings.is_empty() { say(text::NONE) } else { both(&counted(Lang::En), &counted(Lang::Zh)) };
    let link = |id: &str, html: &str| format!("<a href=\"#{id}\">{html}</a>");
    say_with(text::SETTINGS_AND_FINDINGS, &[&link("defaults", &shown), &link("findings", &found)])
}

/// Options that somebody set, and how many were left alone.
pub(super) fn options(run: &Run) -> String {
    let mut table = TableHtml::new(&[say(text::OPTION), say(text::OPTION_VALUE), say(text::SET_BY)], 3);
    let set: Vec<_> = run.options.iter().filter(|o| o.origin != Origin::Default).collect();
    for o in &set {
        let by = if o.origin == Origin::File { text::BY_FILE } else { text::BY_FLAG };
        table.row(&[format!("<code>{}</code>", cut(&o.name, 80)), cut(&o.value, 160), say(by)]);
    }
    let mut out = if set.is_empty() { format!("<p>{}</p>", say(text::ALL_DEFAULT)) } else { table.finish() };
    let rest: Vec<_> = run.options.iter().filter(|o| o.origin == Origin::Default).collect();
    if !rest.is_empty() {
        let mut table = TableHtml::new(&[say(text::OPTION), say(text::OPTION_VALUE)], 2);
        for o in &rest {
            table.row(&[format!("<code>{}</code>", cut(&o.name, 80)), cut(&o.value, 160)]);
        }
        out += &format!(
            "<details><summary>{}</summary>{}</details>",
            say_with(text::DEFAULTS_LEFT, &[&rest.len().to_string()]),
            table.finish()
        );
    }
    out
}

/// What the referee tested.
pub(super) fn referee(run: &Run) -> String {
    let Some(v) = &run.verdict else { return format!("<p>{}</p>", say(text::NOT_CHECKED)) };
    let head = [say(text::TEST), String::new(), say(text::WORST_WHERE), say(text::WORST), say(text::TOLERANCE), say(text::COUNT)];
    let mut table = TableHtml::new(&head, 3);
    for t in &v.tests {
        let (class, word) = match (&t.skipped, t.passed) {
            (Some(_), _) => ("", say(text::SKIPPED)),
            (None, true) => ("", say(text::PASSED)),
            (None, false) => (" class=\"bad\"", say(text::REFUSED)),
        };
        let place = t.skipped.as_deref().unwrap_or(&t.place);
        let unit = esc(&unit_of(&t.unit, run.network));
        let amount = |v: f64| if t.skipped.is_some() { "–".to_string() } else { format!("{} {unit}", short(v)) };
        table.row_with(class, &[cut(&t.name, 80), word, cut(place, 120), amount(t.worst), amount(t.tolerance), num(t.count as f64, 0)]);
    }
    let currency = super::currency(run.network);
    let money = both(&currency.0, &currency.1);
    format!(
        "<p class=\"note\">{}</p>{}<p>{}</p>",
        say(text::REFEREE_NOTE),
        table.finish(),
        say_with(
            text::REFEREE_OBJECTIVE,
            &[&num(run.results.objective, 2), &num(v.objective_recomputed, 2), &num(v.dual_bound, 2), &short(v.gap_relative), &money]
        )
    )
}

/// Time by phase, and memory.
pub(super) fn timings(run: &Run) -> String {
    let total: f64 = run.phases.iter().map(|p| p.1).sum();
    let memory = if run.peak_rss_mb.is_finite() { say_with(text::PEAK_MEMORY, &[&num(run.peak_rss_mb, 0)]) } else { String::new() };
    if run.phases.is_empty() {
        return format!("<p>{memory}</p>");
    }
    let label = |n: &str| {
        let t = text::phase(n);
        t.map_or_else(|| both(&cut(n, 30), &cut(n, 30)), say)
    };
    let mut table = TableHtml::new(&[say(text::PHASE), with_unit(text::TIME, "s"), with_unit(text::SHARE, "%")], 1);
    for (n, s) in &run.phases {
        table.row(&[label(n), seconds(*s), num(100.0 * s / total.max(1e-12), 1)]);
    }
    table.row_with(" class=\"total\"", &[say(text::TOTAL), seconds(total), num(100.0, 1)]);
    let longest = run.phases.iter().map(|p| p.1).fold(1e-12, f64::max);
    let draw = |size: Size| {
        let mut svg = Svg::new(size, text::TIMINGS.en, "");
        let left = if size.narrow { 90.0 } else { 140.0 };
        let x = Scale::new(0.0, longest, left, size.w - 70.0);
        for (k, (n, s)) in run.phases.iter().enumerate() {
            let y = 4.0 + k as f64 * 24.0;
            let t = text::phase(n);
            svg.text_both(left - 10.0, y + 14.0, "class=\"t e ink\"", t.map_or(n, |t| t.en), t.map_or(n, |t| t.zh));
            svg.rect(x.at(0.0), y + 2.0, (x.at(*s) - x.at(0.0)).max(1.0), 15.0, "fill=\"#5d7f9c\"");
            svg.text(x.at(*s) + 7.0, y + 14.0, "class=\"t\"", &format!("{} s", seconds(*s)));
        }
        svg.finish()
    };
    let h = 8.0 + 24.0 * run.phases.len() as f64;
    Figure { id: "fig-timings", title: say(text::TIMINGS), note: memory, legend: String::new(), table: table.finish(), csv: Vec::new() }
        .html((1040.0, h), (380.0, h), draw)
}

/// Where everything came from.
pub(super) fn provenance(run: &Run) -> String {
    let net = run.network;
    let mut out = String::from("<dl class=\"facts\">");
    let mut fact = |label: text::Text, value: String| {
        if !value.is_empty() {
            out += &format!("<dt>{}</dt><dd>{value}</dd>", say(label));
        }
    };
    let counts = [
        TableId::Buses,
        TableId::Branches,
        TableId::Generators,
        TableId::Loads,
        TableId::StorageUnits,
        TableId::Stores,
        TableId::Links,
        TableId::Interfaces,
    ];
    let counted = |lang: Lang| {
        let parts = counts
            .iter()
            .filter(|t| net.table(**t).count() > 0)
            .map(|t| format!("{} {}", num(net.table(*t).count() as f64, 0), labels::table(*t).get(lang)));
        parts.collect::<Vec<_>>().join(", ")
    };
    fact(text::NETWORK_NAME, cut(&net.name, 120));
    fact(text::SIZE, both(&counted(Lang::En), &counted(Lang::Zh)));
    fact(text::FLOW_CONVENTION, esc(net.flow_convention.word()));
    fact(text::COMMAND, if run.command_line.is_empty() { String::new() } else { format!("<code>{}</code>", cut(&run.command_line, 1000)) });
    fact(text::VERSIONS, run.versions.iter().map(|(n, v)| format!("{} {}", cut(n, 40), cut(v, 60))).collect::<Vec<_>>().join(", "));
    fact(text::MACHINE, cut(&run.machine, 200));
    fact(text::THREADS, run.threads.to_string());
    fact(text::SEED, run.seed.map_or_else(String::new, |s| s.to_string()));
    fact(text::ITERATIONS, run.iterations.map_or_else(String::new, |s| num(s as f64, 0)));
    fact(text::STARTED, esc(&run.started_utc));
    fact(text::ENDED, esc(&run.ended_utc));
    out += "</dl>";
    if !run.inputs.is_empty() {
        let mut table = TableHtml::new(&[say(text::FILE), "SHA-256".into(), say(text::BYTES)], 2);
        for f in run.inputs.iter().take(ROWS) {
            table.row(&[
                format!("<code>{}</code>", cut(&f.path, 160)),
                format!("<code class=\"hash\">{}</code>", cut(&f.sha256, 64)),
                num(f.bytes as f64, 0),
            ]);
        }
        out += &table.finish();
    }
    out
}

/// Signs and units.
pub(super) fn glossary(run: &Run) -> String {
    let (en, zh) = super::currency(run.network);
    let mut out = String::from("<dl class=\"facts\">");
    for (term, meaning) in text::GLOSSARY {
        let fill = |s: &str, c: &str| esc(s).replace("{0}", &esc(c));
        out += &format!("<dt>{}</dt><dd>{}</dd>", say(*term), both(&fill(meaning.en, &en), &fill(meaning.zh, &zh)));
    }
    out + "</dl>"
}
