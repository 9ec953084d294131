//! The verbs. Each translates its arguments, calls the engine, prints.
pub mod check;
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
        Failure::Message(format!("{name} does not take \"{value}\". It takes: {rule}."), format!("{name} 不接受“{value}”。可取:{rule}。"))
    }
    /// A file that could not be read or written.
    pub fn file(path: &str, cause: &dyn std::fmt::Display) -> Failure {
        Failure::Message(format!("{path}: {cause}"), format!("{path}:{cause}"))
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
            (Failure::Message(_, zh), Lang::Zh) => eprintln!("错误:{zh}"),
        }
    }
}

impl From<fenggu::Error> for Failure {
    fn from(e: fenggu::Error) -> Failure {
        match e {
            fenggu::Error::Data(found) => Failure::Findings(found),
            other => Failure::Message(other.to_string(), other.to_string()),
        }
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
            Lang::Zh => eprintln!("{code}:另有 {} 处同类问题(check --json 可列出全部)。", n - SHOWN),
        }
    }
    let count = |s: Severity| found.iter().filter(|d| d.severity == s).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if let (true, Some(first)) = (errors + warnings > 0, found.first()) {
        match lang {
            Lang::En => eprintln!("{errors} errors, {warnings} warnings. Explain a code with: fenggu explain {}", first.code()),
            Lang::Zh => eprintln!("{errors} 个错误,{warnings} 个警告。查询代码含义:fenggu explain {}", first.code()),
        }
    }
}
