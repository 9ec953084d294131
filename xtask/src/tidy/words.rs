//! The solver crate has never heard of electricity: its problems are rows, columns and numbers, so that it can be used, and
//! reviewed, by people of any field.

use super::text::words;
use super::{File, Finding};

/// Words that give it away. `branch`, `node`, `load`, `flow` and `power` mean other things in optimisation too; names of
/// collections of cases may say where a figure was measured.
const FORBIDDEN: &str = "bus buses busbar generator generators megawatt megawatts mw mwh gwh kwh mvar \
    mva kv voltage voltages electric electrical electricity susceptance reactance impedance transformer transformers \
    substation ptdf lodf battery batteries curtailment opf";

/// Sentences that may say such a word.
const SAYINGS: &[&str] =
    &["has never heard of a bus", "random number generator", "random generator", "deterministic generator (SplitMix64"];

/// Findings in the solver crate, comments and tests included.
pub fn check(files: &[File]) -> Vec<Finding> {
    let forbidden: Vec<&str> = FORBIDDEN.split_whitespace().collect();
    let mut out = Vec::new();
    for f in files.iter().filter(|f| f.path.starts_with("crates/fenggu-opt/src/") && f.is_rust()) {
        for (i, line) in f.text.lines().enumerate() {
            let line = SAYINGS.iter().fold(line.to_string(), |l, s| l.replace(s, ""));
            for word in words(&line).iter().filter(|w| forbidden.contains(&w.as_str())) {
                out.push(format!("{}:{}: `{word}`; the solver knows rows and columns only", f.path, i + 1));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_in_the_solver_is_found() {
        let text = "//! It has never heard of a bus.\nlet business = 1; // a business\nlet n_buses = 3;\n/// The GeneratorId.\n";
        let found = check(&[File::new("crates/fenggu-opt/src/x.rs", text), File::new("crates/fenggu/src/x.rs", "bus")]);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("x.rs:3: `buses`") && found[1].contains("x.rs:4: `generator`"));
    }
}
