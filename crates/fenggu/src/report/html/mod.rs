//! `report.html`: one file without outside requests, complete without JavaScript, in English and Chinese.
//!
//! Figures are inline SVG in two widths (a stylesheet shows one); the language switch is a pair of radio buttons and a
//! stylesheet. Every figure has its table behind it. All names and messages are escaped; see [`page`].

mod capacity;
mod commitment;
mod dispatch;
mod energy;
mod layout;
mod network_map;
mod palette;
mod prices;
mod sheet;
mod storage;
mod svg;
mod tables;
mod tiles;
mod timeline;
mod uplift;
mod why;
mod write;

pub use sheet::page as sheet_page;

use super::run::{ReportOptions, Run, RunStatus};
use super::text::{self, Text};
use super::wide;
use energy::Energy;
use fenggu_net::diagnostic::Lang;
use fenggu_net::{Network, Quantity};
use write::{both, cut, esc, num, say, say_each, say_with};

/// The currency for people, English and Chinese, as HTML-free text cut to a sensible length.
fn currency(net: &Network) -> (String, String) {
    match net.currency.as_str() {
        "1" | "" => (text::CURRENCY_NONE.en.to_string(), text::CURRENCY_NONE.zh.to_string()),
        "CNY" => ("CNY".to_string(), "元".to_string()),
        "USD" => ("USD".to_string(), "美元".to_string()),
        "EUR" => ("EUR".to_string(), "欧元".to_string()),
        other => (cut(other, 12), cut(other, 12)),
    }
}

/// The currency's code alone.
fn currency_code(net: &Network) -> String {
    if net.currency == "1" || net.currency.is_empty() {
        String::new()
    } else {
        cut(&net.currency, 12)
    }
}

/// Everything up to the first visible line of a page. `title` is HTML.
fn opening(title: &str, zh: bool) -> String {
    let (en_checked, zh_checked) = if zh { ("", " checked") } else { (" checked", "") };
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\
         <meta name=\"generator\" content=\"fenggu {}\"><title>{title}</title><style>{}</style></head>\n\
         <body><input class=\"switch\" type=\"radio\" name=\"language\" id=\"en\"{en_checked}><input class=\"switch\" type=\"radio\" name=\"language\" id=\"zh\"{zh_checked}>\
         {}<div class=\"page\">",
        if zh { "zh-CN" } else { "en" },
        env!("CARGO_PKG_VERSION"),
        include_str!("style.css"),
        palette::patterns(),
    )
}

/// The page. `tables` names the CSV files that stand beside it, without folder and ending: only those are referred to.
pub fn page(run: &Run, options: &ReportOptions, tables: &[String]) -> String {
    let chosen = capacity::section(run.network, run.results);
    // Below, limits are those of the capacities that were chosen.
    let built = run.results.as_built(run.network);
    let run = &Run { network: built.as_ref().unwrap_or(run.network), ..run.clone() };
    let net = run.network;
    let zh = options.lang == Lang::Zh;
    let status = run.status();
    let title = format!("{} – fenggu", cut(if net.name.is_empty() { &run.verb } else { &net.name }, 80));
    let mut out = opening(&title, zh);
    let verb = cut(&run.verb, 30);
    let report_of = say_each(text::REPORT_OF, &[&verb], &[text::verb(&run.verb).map_or(verb.as_str(), |t| t.zh)]);
    out += &format!("<div class=\"bar\"><span>fenggu · {report_of}</span><span><label for=\"en\">English</label> <label for=\"zh\">中文</label></span></div>");
    out += &format!("<h1>{}</h1>", if net.name.is_empty() { esc(&run.verb) } else { cut(&net.name, 120) });
    out += &format!("<p class=\"lead\">{}</p>", lead(run));

    let energy = Energy::of(net, run.results);
    let prices = prices::Prices::of(net, run.results, &energy);
    out += &tiles::verdict(run, status);
    let answered = !energy.is_empty && !matches!(status, RunStatus::Infeasible | RunStatus::Unbounded | RunStatus::Failed);
    if answered {
        out += &tiles::tiles(run, &energy, prices.as_ref());
    }
    if !run.story.is_empty() {
        out += "<div class=\"story\">";
        for s in &run.story {
            out += &format!("<p>{}</p>", both(&cut(&s.en, 1000), &cut(&s.zh, 1000)));
        }
        out += "</div>";
    }
    out += &format!("<p class=\"note glance\">{}</p>", tables::at_a_glance(run));
    let mut parts = sections(run, &energy, prices.as_ref(), tables, answered);
    if let (Some(html), true) = (chosen, answered) {
        parts.insert(0, ("capacity", text::S_CAPACITY, html));
    }
    out += "<nav>";
    for (id, title, _) in &parts {
        out += &format!("<a href=\"#{id}\">{}</a>", say(*title));
    }
    out += "</nav><main>";
    for (id, title, html) in &parts {
        out += &format!("<section id=\"{id}\"><h2>{}</h2>{html}</section>\n", say(*title));
    }
    let version = run.versions.iter().find(|(n, _)| n == "fenggu").map_or(env!("CARGO_PKG_VERSION"), |(_, v)| v);
    out += &format!(
        "</main><footer>{}</footer></div><script>{}</script></body></html>\n",
        say_with(text::MADE_BY, &[&cut(version, 40)]),
        include_str!("hover.js")
    );
    out
}

/// Date, steps and caption under the title.
fn lead(run: &Run) -> String {
    let net = run.network;
    let mut parts: Vec<String> = Vec::new();
    let n = net.steps();
    if n > 0 && !net.time.start_utc_s.is_empty() {
        let (first, last) = (net.time.date_label(0), net.time.date_label(n - 1));
        parts.push(if first == last { first } else { format!("{first} – {last}") });
        parts.push(cut(&net.time.zone, 40));
    }
    parts.push(if n == 1 {
        say(text::ONE_STEP)
    } else {
        say_with(text::STEPS_OF, &[&num(n as f64, 0), &num(net.time.total_h(), if net.time.total_h().fract() == 0.0 { 0 } else { 2 })])
    });
    let mut out = parts.join(" · ");
    if let Some(c) = &run.caption {
        out += &format!("<br>{}", both(&cut(&c.en, 400), &cut(&c.zh, 400)));
    }
    out
}

fn sections(
    run: &Run,
    energy: &Energy,
    prices: Option<&prices::Prices>,
    files: &[String],
    answered: bool,
) -> Vec<(&'static str, Text, String)> {
    let (net, r) = (run.network, run.results);
    let many = net.steps() > 1;
    let csv = |quantities: &[Quantity]| -> Vec<String> {
        let mut names: Vec<String> = quantities
            .iter()
            .map(|&q| {
                if q.spec().shape == fenggu_net::results::Shape::Static && many {
                    format!("{}_static", q.spec().table.word())
                } else if many {
                    wide::file_of(q)
                } else {
                    q.spec().table.word().to_string()
                }
            })
            .filter(|n| files.contains(n))
            .collect();
        names.dedup();
        names
    };
    let mut out = Vec::new();
    if let Some(html) = why::section(run) {
        out.push(("why", text::S_WHY, html));
    }
    if let Some(html) = tables::missing(run) {
        out.push(("missing", text::S_MISSING, html));
    }
    if answered {
        out.push((
            "dispatch",
            text::S_DISPATCH,
            if many { dispatch::over_time(net, energy, &csv) } else { dispatch::one_step(net, r, &csv) },
        ));
        if let Some(html) = commitment::section(run) {
            out.push(("commitment", text::S_COMMITMENT, html));
        }
        if let Some(p) = prices {
            let html = if many { prices::over_time(net, r, p, &csv) + &prices::duration(net, p) } else { prices::one_step(net, r, &csv) };
            out.push(("prices", text::S_PRICES, html));
        }
        if let Some(html) = uplift::section(run, &csv) {
            out.push(("uplift", text::S_UPLIFT, html));
        }
        if let Some(html) = uplift::gap(run) {
            out.push(("gap", text::S_GAP, html));
        }
        if !net.buses.is_empty() {
            out.push(("network", text::S_NETWORK, network_map::figure(net, r, &energy.load_mw, &csv)));
        }
        if let Some(html) = storage::section(net, r, &csv) {
            out.push(("storage", text::S_STORAGE, html));
        }
        out.push(("binding", text::S_BINDING, tables::binding(run)));
        out.push(("balance", text::S_BALANCE, dispatch::balance(net, r, energy)));
    } else if out.is_empty() {
        out.push(("answer", text::S_DISPATCH, format!("<p>{}</p>", say(text::NO_ANSWER))));
    }
    out.push(("findings", text::S_FINDINGS, tables::findings(run)));
    out.push(("defaults", text::S_DEFAULTS, tables::options(run)));
    out.push(("referee", text::S_REFEREE, tables::referee(run)));
    out.push(("timings", text::S_TIMINGS, tables::timings(run)));
    out.push(("provenance", text::S_PROVENANCE, tables::provenance(run)));
    out.push(("glossary", text::S_GLOSSARY, tables::glossary(run)));
    out
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
