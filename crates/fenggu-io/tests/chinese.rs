//! Chinese messages are Chinese: every template of the catalogues, and every refusal of PyPSA features, is searched for English
//! words. What values bring into the messages is searched where the malformed files are read.
#![allow(clippy::print_stdout)]

#[path = "common/chinese.rs"]
mod chinese;

use std::collections::HashSet;

use fenggu_net::diagnostic::{Entry, Lang};
use fenggu_net::Diagnostic;

fn entries() -> impl Iterator<Item = &'static Entry> {
    fenggu_net::diagnostic::CATALOGUE.iter().chain(fenggu_io::catalogue::CATALOGUE).copied()
}

/// Names in braces, each once.
fn places(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|p| p.split('}').next()).collect()
}

#[test]
fn no_template_speaks_english() {
    let (known, none) = (chinese::known(), HashSet::new());
    let mut wrong = Vec::new();
    for e in entries() {
        // Every value is a sample that is no word.
        let mut d = Diagnostic::new(e);
        d.component = "样例".to_owned();
        let zh = e.wording(Lang::Zh);
        for template in [zh.title, zh.why, zh.fix] {
            for name in places(template) {
                d.args.push((Box::leak(name.to_owned().into_boxed_str()), "7".to_owned()));
            }
            assert!(template.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) || template.contains('{'), "{}: {template}", e.code);
        }
        wrong.extend(chinese::english_in(&d, &known, &none));
    }
    for r in fenggu_io::pypsa::refused::REFUSED {
        for text in [r.name_zh, r.why[1], r.fix[1]] {
            let found = chinese::strangers(text, &known, &none);
            wrong.extend((!found.is_empty()).then(|| format!("{found:?} in {text}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The search itself finds what it should.
#[test]
fn english_is_found() {
    let (known, none) = (chinese::known(), HashSet::new());
    assert_eq!(chinese::strangers("不在 buses 之中; did you mean \"x\"?", &known, &none), ["did", "you", "mean"]);
    assert!(chinese::strangers("不在 buses 之中;是否指“north of it”?", &known, &none).is_empty());
}

/// Values in a message have the same names in both languages, so that none says less than the other.
#[test]
fn both_languages_say_the_same_values() {
    for e in entries() {
        let sorted = |t: [&'static str; 3]| {
            let mut all: Vec<&str> = t.iter().flat_map(|t| places(t)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (en, zh) = (e.wording(Lang::En), e.wording(Lang::Zh));
        assert_eq!(sorted([en.title, en.why, en.fix]), sorted([zh.title, zh.why, zh.fix]), "{}", e.code);
    }
}
