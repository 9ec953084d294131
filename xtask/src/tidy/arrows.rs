//! Which crate may use which.

use super::Finding;
use crate::metadata::{Arrow, Kind};
use std::collections::BTreeSet;

/// Left may use right, in what ships. Nothing else is allowed.
const ALLOWED: &[(&str, &[&str])] = &[
    ("fenggu-net", &[]),
    ("fenggu-io", &["fenggu-net"]),
    ("fenggu-opt", &[]),
    ("fenggu-referee", &["fenggu-net"]),
    ("fenggu", &["fenggu-net", "fenggu-io", "fenggu-opt", "fenggu-referee"]),
    ("fenggu-shanxi", &["fenggu-net"]),
    ("fenggu-cli", &["fenggu", "fenggu-io", "fenggu-referee", "fenggu-shanxi"]),
    ("fenggu-serve", &["fenggu", "fenggu-io", "fenggu-referee"]),
    ("fenggu-py", &["fenggu", "fenggu-io", "fenggu-referee"]),
    ("xtask", &["fenggu-net"]),
];

/// Tests may use more: readers, to have cases; the engine, to have answers. The referee's own tests never see the engine,
/// or it would be tested by what it judges.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] =
    &[("fenggu-referee", &["fenggu-io", "fenggu-opt"]), ("fenggu-shanxi", &["fenggu", "fenggu-io"]), ("fenggu", &["fenggu-shanxi"])];

/// Findings on the arrows of the workspace.
pub fn check(crates: &BTreeSet<String>, arrows: &[Arrow]) -> Vec<Finding> {
    let may = |table: &[(&str, &[&str])], from: &str, to: &str| table.iter().any(|(f, ts)| *f == from && ts.contains(&to));
    let mut out: Vec<Finding> = arrows
        .iter()
        .filter(|a| !may(ALLOWED, &a.from, &a.to))
        .filter(|a| a.kind != Kind::Dev || !may(ALLOWED_IN_TESTS, &a.from, &a.to))
        .map(|a| format!("{} may not use {} ({:?} dependency); see the arrows in ARCHITECTURE.md", a.from, a.to, a.kind))
        .collect();
    // A crate that the table does not know would have no arrow to break.
    out.extend(
        crates.iter().filter(|c| !ALLOWED.iter().any(|(f, _)| f == c)).map(|c| format!("crate {c} has no line in xtask's list of arrows")),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(from: &str, to: &str, kind: Kind) -> Arrow {
        Arrow { from: from.into(), to: to.into(), kind }
    }

    #[test]
    fn a_new_arrow_is_found() {
        let crates = ["fenggu-net", "fenggu-opt", "fenggu-referee", "fenggu", "fenggu-new"].map(String::from).into();
        let arrows = [
            arrow("fenggu", "fenggu-net", Kind::Normal),
            arrow("fenggu-opt", "fenggu-net", Kind::Normal),
            arrow("fenggu-referee", "fenggu-io", Kind::Dev),
            arrow("fenggu-referee", "fenggu", Kind::Dev),
            arrow("fenggu-net", "fenggu-io", Kind::Build),
        ];
        let found = check(&crates, &arrows);
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(found[0].starts_with("fenggu-opt may not use fenggu-net"));
        assert!(found[1].starts_with("fenggu-referee may not use fenggu "));
        assert!(found[2].starts_with("fenggu-net may not use fenggu-io"));
        assert!(found[3].starts_with("crate fenggu-new"));
    }
}
