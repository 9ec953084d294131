//! The verbs. Each translates its arguments, calls the engine, prints.
pub mod check;
pub mod commit;
pub mod compare;
pub mod convert;
pub mod demo;
pub mod dispatch;
pub mod explain;
pub mod generate;
pub mod referee;
pub mod resume;
pub mod rolling;

use fenggu::net::diagnostic::Lang;
use fenggu::net::{Diagnostic, Severity};

/// Why a verb could not do its work.
pub enum Failure {
    /// Errors in the data.
    Findings(Vec<Diagnostic>),
    /// An option, file or limit; English and Chinese.
    Message(String, String),
}

impl Failure {
    /// A value that an option does not take.
    pub fn option(name: &str, value: &str, rule: &str) -> Failure {
        Failure::Message(format!("{name} does not take \"{value}\". It takes: {rule}."), format!("{name} 不接受“{value}”。可取：{rule}。"))
    }
    /// The same, with a rule in words, English and Chinese.
    pub fn option_both(name: &str, value: &str, rule: [&str; 2]) -> Failure {
        let [en, zh] = rule;
        Failure::Message(format!("{name} does not take \"{value}\". It takes: {en}."), format!("{name} 不接受“{value}”。可取：{zh}。"))
    }
    /// What the system said of a file.
    pub fn system(path: &str, e: &std::io::Error) -> Failure {
        let [en, zh] = fenggu::io::words::system(e);
        Failure::Message(format!("{path}: {en}. Check the path and your rights."), format!("{path}：{zh}。请检查路径和权限。"))
    }
    /// 1 for findings, 2 for everything that kept the verb from running.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Findings(_) => 1,
            Failure::Message(..) => 2,
        }
    }
    /// Prints to standard error.
    pub fn print(&self, lang: Lang) {
        match (self, lang) {
            (Failure::Findings(found), _) => {
                print_findings(found, lang, true);
                eprintln!("{}", if lang == Lang::En { "Nothing was solved." } else { "未作任何求解。" });
            }
            (Failure::Message(en, _), Lang::En) => eprintln!("error: {en}"),
            (Failure::Message(_, zh), Lang::Zh) => eprintln!("错误：{zh}"),
        }
    }
}

/// An error of the report or of a result file.
pub fn told(e: fenggu::report::ReportError) -> Failure {
    Failure::Message(e.message(Lang::En), e.message(Lang::Zh))
}

impl From<fenggu::Error> for Failure {
    fn from(e: fenggu::Error) -> Failure {
        match e {
            fenggu::Error::Data(found) => Failure::Findings(found),
            other => Failure::Message(other.message(Lang::En), other.message(Lang::Zh)),
        }
    }
}

/// A line of a table for people: label, padded as wide as a terminal shows it (Chinese characters are two wide), and value.
pub fn say(lang: Lang, label: [&str; 2], value: [String; 2]) {
    let (label, [en, zh]) = (label[usize::from(lang == Lang::Zh)], value);
    let wide: usize = label.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    out!("{label}{:pad$} {}", "", if lang == Lang::Zh { zh } else { en }, pad = 14usize.saturating_sub(wide));
}

/// A value that is the same in both languages.
pub fn same(value: String) -> [String; 2] {
    [value.clone(), value]
}

/// The line about the network.
pub fn say_network(s: &fenggu::wire::DispatchSummary, lang: Lang) {
    let ([b, l, g, t], name, convention) = (s.counts, &s.network, &s.flow_convention);
    let en = format!("{name} ({b} buses, {l} branches, {g} generators, {t} steps; {convention})");
    let zh = format!("{name}（{b} 个母线，{l} 条支路，{g} 台机组，{t} 个时段；{convention}）");
    say(lang, ["network", "网络"], [en, zh]);
}

/// The lines about prices, shortfalls and limits in the way.
pub fn say_prices(s: &fenggu::wire::DispatchSummary, lang: Lang) {
    if let Some([lo, mean, hi]) = s.price_per_mwh {
        let numbers = format!("{lo:.2} … {mean:.2} … {hi:.2} {}/MWh", s.currency);
        let en = format!("{numbers} (min, mean, max over buses and steps)");
        say(lang, ["price", "电价"], [en, format!("{numbers}（各母线各时段的最低、平均、最高）")]);
    }
}

/// The lines about what keeps a dispatch from having an answer.
pub fn say_missing(s: &fenggu::wire::DispatchSummary, lang: Lang) {
    for f in s.shortfalls.iter().take(10) {
        let (mw, bus, time) = (f.missing_mw, &f.bus, &f.time);
        let en = format!("{mw:.3} MW at bus {bus} in step {time}");
        say(lang, ["missing", "缺口"], [en, format!("{mw:.3} MW，母线 {bus}，时段 {time}")]);
    }
    for (row, amount) in s.broken.iter().take(10) {
        say(lang, ["in the way", "冲突约束"], [format!("{row} by {amount:.3}"), format!("{row}，差 {amount:.3}")]);
    }
}

/// Findings on standard error: the first few of each code whole, a count at the end.
pub fn print_findings(found: &[Diagnostic], lang: Lang, notes: bool) {
    const SHOWN: usize = 5;
    let mut shown: std::collections::BTreeMap<&str, usize> = Default::default();
    for d in found.iter().filter(|d| notes || d.severity > Severity::Note) {
        let n = shown.entry(d.code()).or_default();
        *n += 1;
        if *n <= SHOWN {
            eprintln!("{}", d.render(lang));
        }
    }
    for (code, n) in shown.iter().filter(|(_, n)| **n > SHOWN) {
        match lang {
            Lang::En => eprintln!("{code}: {} more like these (check --json lists all).", n - SHOWN),
            Lang::Zh => eprintln!("{code}：另有 {} 处同类问题（check --json 可列出全部）。", n - SHOWN),
        }
    }
    let count = |s: Severity| found.iter().filter(|d| d.severity == s).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if let (true, Some(first)) = (errors + warnings > 0, found.first()) {
        match lang {
            Lang::En => eprintln!("{errors} errors, {warnings} warnings. Explain a code with: fenggu explain {}", first.code()),
            Lang::Zh => eprintln!("{errors} 个错误，{warnings} 个警告。查询代码含义：fenggu explain {}", first.code()),
        }
    }
}

/// Sets every NAME=VALUE of `--set`; returns the names.
pub fn set_each(items: &[String], mut set: impl FnMut(&str, &str) -> Result<(), fenggu::Error>) -> Result<Vec<String>, Failure> {
    let mut named = Vec::with_capacity(items.len());
    for item in items {
        let Some((name, value)) = item.split_once('=') else {
            return Err(Failure::option("--set", item, "NAME=VALUE"));
        };
        set(name, value)?;
        named.push(name.to_string());
    }
    Ok(named)
}
