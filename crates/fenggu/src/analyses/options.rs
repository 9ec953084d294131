//! The table of an analysis' options: one line an option, from which the command line, Python, the manifest and the docs derive.

use crate::error::Error;

/// One line of the table of options of `O`.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec<O: 'static> {
    /// Field name.
    pub name: &'static str,
    /// What is allowed.
    pub rule: &'static str,
    /// Help.
    pub help: &'static str,
    /// Rule and help in Chinese.
    pub zh: [&'static str; 2],
    /// Value as text.
    pub get: fn(&O) -> String,
    /// Sets it from text; false when the text is against the rule.
    pub(super) set: fn(&mut O, &str) -> bool,
}

/// A number between `lo` and `hi`.
pub(super) fn number_in(text: &str, lo: f64, hi: f64) -> Option<f64> {
    text.parse::<f64>().ok().filter(|v| *v >= lo && *v <= hi)
}

/// Sets one option from text, as `--set name=value` does.
pub(super) fn set<O>(options: &mut O, specs: &[OptionSpec<O>], name: &str, value: &str) -> Result<(), Error> {
    let Some(spec) = specs.iter().find(|s| s.name == name) else {
        let known: Vec<_> = specs.iter().map(|s| s.name).collect();
        return Err(Error::Option {
            name: "--set",
            value: name.to_string(),
            rule: format!("one of {}", known.join(", ")),
            rule_zh: format!("其中之一：{}", known.join("、")),
        });
    };
    if (spec.set)(options, value) {
        Ok(())
    } else {
        Err(Error::Option { name: spec.name, value: value.to_string(), rule: spec.rule.to_string(), rule_zh: spec.zh[0].to_string() })
    }
}

/// Checks every value again, for options filled in by code.
pub(super) fn check<O: Clone>(options: &O, specs: &[OptionSpec<O>]) -> Result<(), Error> {
    let mut copy = options.clone();
    specs.iter().try_for_each(|s| set(&mut copy, specs, s.name, &(s.get)(options)))
}
