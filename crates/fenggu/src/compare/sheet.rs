//! A comparison as tables, for the terminal and for the page.

use super::data::{DataDiff, Shown};
use super::results::{Pair, ResultsDiff};
use super::{texts, Comparison};
use crate::report::labels;
use crate::report::text::Text;
use crate::report::{Bilingual, Section, Sheet};
use fenggu_net::{Quantity, TableId};

/// Lines of one field or quantity that are shown.
const EACH: usize = 3;

/// The comparison as a verdict and tables.
pub fn sheet(c: &Comparison) -> Sheet {
    let mut sections = Vec::new();
    if let Some(r) = &c.results {
        sections.extend([cost(r, &c.currency), prices(r, &c.currency), energy(r)]);
    }
    if let Some(d) = &c.data {
        sections.extend([elements(d), settings(d), fields(d)]);
    }
    if let Some(r) = &c.results {
        sections.extend([quantities(r, &c.currency), options(r)]);
    }
    sections.retain(|s| !s.rows.is_empty());
    Sheet {
        kind: texts::KIND.say(&[]),
        title: format!("{} ↔ {}", short_name(&c.paths[0]), short_name(&c.paths[1])),
        lead: vec![texts::FIRST.say(&[&c.paths[0]]), texts::SECOND.say(&[&c.paths[1]])],
        good: c.same,
        verdict: if c.same { texts::SAME.say(&[&c.tolerance.to_string()]) } else { texts::DIFFERENT.say(&[]) },
        notes: c.notes.clone(),
        sections,
    }
}

/// The last part of a path, for the title.
fn short_name(path: &str) -> &str {
    path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().filter(|s| !s.is_empty()).unwrap_or(path)
}

fn plain(text: impl Into<String>) -> Bilingual {
    let text = text.into();
    Bilingual::new(text.clone(), text)
}

fn head(texts: &[Text]) -> Vec<Bilingual> {
    texts.iter().map(|t| t.say(&[])).collect()
}

fn table_name(word: &str) -> Bilingual {
    let (en, zh) = labels::table_word(word);
    Bilingual::new(en, zh)
}

/// Name of a quantity with its unit.
fn quantity_name(table: &str, field: &str, currency: &[String; 2]) -> Bilingual {
    let Some(q) = TableId::from_word(table).and_then(|t| Quantity::find(t, field)) else { return plain(field) };
    let (name, unit) = (labels::quantity(q), money(q.spec().unit, currency));
    let with = |n: &str| if unit.is_empty() { n.to_string() } else { format!("{n} ({unit})") };
    Bilingual::new(with(name.en), with(name.zh))
}

/// A unit with the currency of the two networks, where they agree.
fn money(unit: &str, currency: &[String; 2]) -> String {
    if currency[0] == currency[1] && !matches!(currency[0].as_str(), "" | "1") {
        unit.replace("currency", &currency[0])
    } else {
        unit.to_string()
    }
}

/// A number of about six significant digits.
fn number(v: f64) -> String {
    let a = v.abs();
    if v == 0.0 {
        "0".into()
    } else if !(1e-4..1e12).contains(&a) {
        format!("{v:.3e}")
    } else {
        let decimals = (5 - a.log10().floor() as i32).clamp(0, 6) as usize;
        let text = format!("{v:.decimals$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        } else {
            text
        }
    }
}

fn optional(v: Option<f64>) -> Bilingual {
    plain(v.map_or_else(|| "–".to_string(), number))
}

fn percent(v: f64) -> Bilingual {
    plain(format!("{:.3}", 100.0 * v))
}

fn shown(v: &Shown) -> Bilingual {
    match v {
        Shown::Number(v) => plain(number(*v)),
        Shown::Flag(true) => Bilingual::new("yes", "是"),
        Shown::Flag(false) => Bilingual::new("no", "否"),
        Shown::Text(t) if t.chars().count() > 60 => plain(t.chars().take(59).collect::<String>() + "…"),
        Shown::Text(t) => plain(t.clone()),
        Shown::Missing => plain("–"),
    }
}

fn pair(p: &Pair) -> [Bilingual; 4] {
    // Noise of the last digits is no difference to look at.
    let difference = if p.relative.is_some_and(|r| r < 1e-12) { Some(0.0) } else { p.difference };
    [optional(p.a), optional(p.b), optional(difference), p.relative.map_or(plain("–"), percent)]
}

fn section(id: &'static str, title: Text, note: Option<Text>, headings: &[Text], words: usize, rows: Vec<Vec<Bilingual>>) -> Section {
    let (note, total) = (note.map(|n| n.say(&[])).unwrap_or_default(), rows.len());
    Section { id, title: title.say(&[]), note, head: head(headings), words, rows, total }
}

const A: Text = Text { en: "A", zh: "A" };
const B: Text = Text { en: "B", zh: "B" };

fn cost(r: &ResultsDiff, currency: &[String; 2]) -> Section {
    let mut rows = Vec::new();
    let mut add = |what: Bilingual, cells: [Bilingual; 4]| rows.push(std::iter::once(what).chain(cells).collect::<Vec<_>>());
    if r.status[0] != r.status[1] || r.objective.a.is_none() {
        add(texts::STATUS.say(&[]), [plain(&*r.status[0]), plain(&*r.status[1]), plain(""), plain("")]);
    }
    let unit = money("currency", currency);
    let with = |t: Text| Bilingual::new(format!("{} ({unit})", t.en), format!("{} ({unit})", t.zh));
    add(with(texts::OBJECTIVE), pair(&r.objective));
    if r.bound.a.is_some() || r.bound.b.is_some() {
        add(with(texts::BOUND), pair(&r.bound));
    }
    for line in &r.cost {
        let name = table_name(line.table);
        let dash = if line.carrier.is_empty() { String::new() } else { format!(": {}", line.carrier) };
        add(Bilingual::new(format!("  {}{dash}", name.en), format!("  {}{dash}", name.zh)), pair(&line.cost));
    }
    let note = (!r.cost.is_empty()).then_some(texts::N_COST);
    section("cost", texts::S_COST, note, &[texts::WHAT, A, B, texts::DIFFERENCE, texts::PERCENT], 1, rows)
}

fn prices(r: &ResultsDiff, currency: &[String; 2]) -> Section {
    let mut rows = Vec::new();
    if let Some(p) = &r.prices {
        let unit = money("currency/MWh", currency);
        let with = |b: Bilingual| Bilingual::new(format!("{} ({unit})", b.en), format!("{} ({unit})", b.zh));
        rows.push(std::iter::once(with(texts::MEAN_PRICE.say(&[]))).chain(pair(&p.mean)).collect());
        rows.push(vec![with(texts::MEAN_DIFFERENCE.say(&[])), plain(""), plain(""), plain(number(p.mean_difference)), plain("")]);
        if let Some(c) = &p.largest {
            let place = place(&c.name, c.at.as_deref());
            rows.push(vec![with(texts::LARGEST_AT.say(&[&place])), optional(c.a), optional(c.b), optional(c.difference), plain("")]);
        }
    }
    section("prices", texts::S_PRICES, None, &[texts::WHAT, A, B, texts::DIFFERENCE, texts::PERCENT], 1, rows)
}

fn place(name: &str, at: Option<&str>) -> String {
    at.map_or_else(|| name.to_string(), |at| format!("{name}, {at}"))
}

fn energy(r: &ResultsDiff) -> Section {
    let changed = r.energy.iter().filter(|e| e.mwh.size() > 0.0 && e.mwh.relative.is_some_and(|v| v > 1e-9));
    let row = |e: &super::EnergyLine| {
        let name = quantity_name(&e.table, &e.field, &Default::default());
        let strip = |s: &str| s.trim_end_matches(" (MW)").to_string();
        let what = Bilingual::new(strip(&name.en), strip(&name.zh));
        [table_name(&e.table), what, plain(if e.carrier.is_empty() { "–" } else { &e.carrier })].into_iter().chain(pair(&e.mwh)).collect()
    };
    let mwh = |t: Text| Bilingual::new(format!("{} (MWh)", t.en), format!("{} (MWh)", t.zh));
    let mut s = section(
        "energy",
        texts::S_ENERGY,
        Some(texts::N_ENERGY),
        &[texts::TABLE, texts::QUANTITY, texts::CARRIER, A, B, texts::DIFFERENCE, texts::PERCENT],
        3,
        changed.map(row).collect(),
    );
    s.head[3..6].clone_from_slice(&[mwh(A), mwh(B), mwh(texts::DIFFERENCE)]);
    s
}

fn elements(d: &DataDiff) -> Section {
    let mut rows = Vec::new();
    for t in &d.elements {
        let side = |names: &[String]| {
            let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            match names.len() {
                0 => plain("–"),
                n if n > 5 => plain(format!("{n}: {shown}, …")),
                _ => plain(shown),
            }
        };
        let [a, b] = t.count;
        rows.push(vec![table_name(t.table), side(&t.removed), side(&t.added), plain(a.to_string()), plain(b.to_string())]);
    }
    section("elements", texts::S_ELEMENTS, None, &[texts::TABLE, texts::REMOVED, texts::ADDED, A, B], 3, rows)
}

fn settings(d: &DataDiff) -> Section {
    let row =
        |s: &super::Setting| vec![plain(s.name), shown(&s.a), shown(&s.b), plain(s.steps_changed.map_or(String::new(), |n| n.to_string()))];
    section("settings", texts::S_SETTINGS, None, &[texts::WHAT, A, B, texts::STEPS], 1, d.settings.iter().map(row).collect())
}

fn fields(d: &DataDiff) -> Section {
    let mut rows = Vec::new();
    for f in &d.fields {
        for (k, c) in f.changes.iter().take(EACH).enumerate() {
            let unit = if f.unit.is_empty() { String::new() } else { format!(" ({})", f.unit) };
            rows.push(vec![
                if k == 0 { table_name(f.table) } else { plain("") },
                plain(if k == 0 { format!("{}{unit}", f.field) } else { String::new() }),
                plain(c.name.clone()),
                plain(c.at.clone().unwrap_or_default()),
                shown(&c.a),
                shown(&c.b),
                optional(c.difference),
                percent(c.relative),
                plain(c.steps_changed.map_or(String::new(), |n| n.to_string())),
                plain(if k == 0 { f.elements.to_string() } else { String::new() }),
            ]);
        }
    }
    let headings =
        [texts::TABLE, texts::FIELD, texts::ELEMENT, texts::WHEN, A, B, texts::DIFFERENCE, texts::PERCENT, texts::STEPS, texts::CHANGED];
    section("data", texts::S_FIELDS, Some(texts::N_FIELDS), &headings, 4, rows)
}

fn quantities(r: &ResultsDiff, currency: &[String; 2]) -> Section {
    let mut rows = Vec::new();
    for q in &r.quantities {
        let name = quantity_name(&q.table, &q.field, currency);
        let count = texts::IN_ALL.say(&[&q.differ.to_string(), &q.compared.to_string()]);
        for (k, c) in q.largest.iter().take(EACH).enumerate() {
            rows.push(vec![
                if k == 0 { table_name(&q.table) } else { plain("") },
                if k == 0 { name.clone() } else { plain("") },
                plain(c.name.clone()),
                plain(c.at.clone().unwrap_or_default()),
                optional(c.a),
                optional(c.b),
                optional(c.difference),
                if k == 0 { count.clone() } else { plain("") },
            ]);
        }
        if q.elements_only != [0, 0] {
            let text = texts::MISSING.say(&q.elements_only.map(|n| n.to_string()).each_ref().map(String::as_str));
            rows.push(vec![table_name(&q.table), name, text, plain(""), plain(""), plain(""), plain(""), plain("")]);
        }
    }
    for (table, field, side) in &r.only_in_one {
        let text = if *side == "a" { texts::ONLY_A } else { texts::ONLY_B }.say(&[]);
        let name = quantity_name(table, field, currency);
        rows.push(vec![table_name(table), name, text, plain(""), plain(""), plain(""), plain(""), plain("")]);
    }
    let headings = [texts::TABLE, texts::QUANTITY, texts::ELEMENT, texts::WHEN, A, B, texts::DIFFERENCE, texts::DIFFER];
    section("results", texts::S_QUANTITIES, Some(texts::N_QUANTITIES), &headings, 4, rows)
}

fn options(r: &ResultsDiff) -> Section {
    let rows = r.options.iter().chain(&r.versions).map(|(n, a, b)| vec![plain(&**n), plain(&**a), plain(&**b)]).collect();
    section("options", texts::S_OPTIONS, Some(texts::N_OPTIONS), &[texts::WHAT, A, B], 1, rows)
}
