//! What ships is permissively licensed: every licence expression must be satisfiable from a short list.

use crate::metadata::{self, Package};
use crate::shell::Fail;

/// Permissive licences, each known to be compatible with shipping under MIT OR Apache-2.0.
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "CC0-1.0",
    "BSL-1.0",
];

/// Packages whose manifest does not name a licence, or names a wrong one; each with what its source says.
const BY_HAND: &[(&str, &str)] = &[];

/// Checks every package that ships.
pub fn run() -> Result<(), Fail> {
    let packages = metadata::shipped()?;
    let refused = refused(&packages);
    if !refused.is_empty() {
        return Err(Fail(format!("licences: not on the permissive list:\n  {}", refused.join("\n  "))));
    }
    println!("--- licences: {} packages, all permissive", packages.len());
    Ok(())
}

fn refused(packages: &[Package]) -> Vec<String> {
    let mut out = Vec::new();
    for p in packages {
        let by_hand = BY_HAND.iter().find(|(n, _)| *n == p.name).map(|(_, l)| (*l).to_string());
        let why = match by_hand.or_else(|| p.licence.clone()) {
            None => Some("no licence declared".to_string()),
            Some(expression) => match permitted(&expression) {
                Ok(true) => None,
                Ok(false) => Some(expression),
                Err(why) => Some(format!("{expression} ({why})")),
            },
        };
        if let Some(why) = why {
            out.push(format!("{} {}: {why}", p.name, p.version));
        }
    }
    out
}

/// Whether an SPDX expression can be satisfied from the list. `AND` binds more tightly than `OR`, as SPDX has it; the
/// old `MIT/Apache-2.0` means OR.
///
/// # Errors
/// When the expression does not parse; an unknown licence is not an error but false.
fn permitted(expression: &str) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let ok = any(&tokens, &mut at)?;
    if at < tokens.len() {
        return Err(format!("unexpected `{}`", tokens[at]));
    }
    Ok(ok)
}

fn any(tokens: &[&str], at: &mut usize) -> Result<bool, String> {
    let mut ok = all(tokens, at)?;
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        ok |= all(tokens, at)?;
    }
    Ok(ok)
}

fn all(tokens: &[&str], at: &mut usize) -> Result<bool, String> {
    let mut ok = one(tokens, at)?;
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        ok &= one(tokens, at)?;
    }
    Ok(ok)
}

fn one(tokens: &[&str], at: &mut usize) -> Result<bool, String> {
    let token = *tokens.get(*at).ok_or("ends too early")?;
    *at += 1;
    match token {
        "(" => {
            let ok = any(tokens, at)?;
            if tokens.get(*at) != Some(&")") {
                return Err("a bracket is not closed".into());
            }
            *at += 1;
            Ok(ok)
        }
        ")" | "OR" | "AND" | "WITH" => Err(format!("unexpected `{token}`")),
        id => {
            if tokens.get(*at) == Some(&"WITH") {
                let exception = tokens.get(*at + 1).ok_or("ends after WITH")?;
                *at += 2;
                return Ok(ALLOWED.contains(&format!("{id} WITH {exception}").as_str()));
            }
            Ok(ALLOWED.contains(&id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissive_expressions_pass() {
        for e in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only",
            "Unlicense OR MIT",
            "GPL-2.0-only OR (BSD-3-Clause AND ISC)",
        ] {
            assert_eq!(permitted(e), Ok(true), "{e}");
        }
    }

    #[test]
    fn copyleft_is_refused() {
        for e in [
            "GPL-3.0-only",
            "MPL-2.0",
            "EPL-2.0",
            "LGPL-2.1-or-later",
            "MIT AND GPL-2.0-only",
            "MIT AND (LGPL-3.0-only OR MPL-2.0)",
            // AND binds more tightly: this is (MIT AND GPL) OR MPL.
            "MIT AND GPL-2.0-only OR MPL-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ] {
            assert_eq!(permitted(e), Ok(false), "{e}");
        }
    }

    #[test]
    fn nonsense_is_told() {
        for e in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "OR MIT", "MIT)"] {
            assert!(permitted(e).is_err(), "{e}");
        }
    }

    #[test]
    fn a_package_is_named_with_its_licence() {
        let p =
            |name: &str, licence: Option<&str>| Package { name: name.into(), version: "1.0.0".into(), licence: licence.map(Into::into) };
        let found = refused(&[p("good", Some("MIT")), p("bad", Some("AGPL-3.0-only")), p("silent", None)]);
        assert_eq!(found, ["bad 1.0.0: AGPL-3.0-only", "silent 1.0.0: no licence declared"]);
    }
}
