//! Chinese messages of the engine are Chinese: explanations, options and errors, searched as those of the readers are.

#[path = "../../fenggu-io/tests/common/chinese.rs"]
mod chinese;

use fenggu::net::diagnostic::Lang;
use std::collections::HashSet;

/// Words that stand for files, fields of files and values of options.
const OWN: &str = "why json fixes prices set auto angle ptdf none all free rule load reference flow room solves";

#[test]
fn explanations_options_and_errors() {
    let known = chinese::known();
    let options = fenggu::DispatchOptions::SPECS.iter().map(|s| s.name);
    let own: HashSet<String> = chinese::words(OWN).chain(options).map(str::to_owned).collect();
    let mut wrong = Vec::new();
    let mut look = |what: &str, text: &str| {
        // Names of values in braces are no words of the message.
        let bare: String =
            text.split('{').enumerate().map(|(k, p)| if k == 0 { p } else { p.split_once('}').map_or("", |q| q.1) }).collect();
        let found = chinese::strangers(&bare, &known, &own);
        wrong.extend((!found.is_empty()).then(|| format!("{what}: {found:?} in {text}")));
    };
    for e in fenggu::analyses::explain::CATALOGUE {
        [e.zh.title, e.zh.why, e.zh.fix].into_iter().for_each(|t| look(e.code, t));
    }
    for spec in fenggu::DispatchOptions::SPECS {
        spec.zh.into_iter().for_each(|t| look(spec.name, t));
        let refused = fenggu::DispatchOptions::default().set(spec.name, "\u{1}").err();
        if let Some(e) = refused {
            look(spec.name, &e.message(Lang::Zh));
        }
    }
    let unknown = fenggu::DispatchOptions::default().set("speed", "1").expect_err("unknown");
    assert_ne!(unknown.message(Lang::Zh), unknown.message(Lang::En));
    look("speed", &unknown.message(Lang::Zh).replace("speed", "").replace("set", ""));
    look("ptdf", &fenggu::Error::SingularNetwork.message(Lang::Zh));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
