//! What `cargo metadata` says, as far as the chores need it.

use crate::shell::{cargo_path, output, Fail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How a crate uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// In what ships.
    Normal,
    /// In a build script.
    Build,
    /// In tests and examples only.
    Dev,
}

/// One arrow between two crates of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Who uses.
    pub from: String,
    /// Who is used.
    pub to: String,
    /// How.
    pub kind: Kind,
}

/// A package with its licence, as its manifest declares it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// SPDX expression; none when only a file, or nothing, says.
    pub licence: Option<String>,
}

fn metadata(args: &[&str]) -> Result<Value, Fail> {
    let mut all = vec!["metadata", "--format-version", "1"];
    all.extend(args);
    let text = output(&cargo_path(), &all)?;
    serde_json::from_str(&text).map_err(|e| Fail(format!("cargo metadata: {e}")))
}

fn text(v: &Value, key: &str) -> String {
    v[key].as_str().unwrap_or_default().to_string()
}

fn items<'a>(v: &'a Value, key: &str) -> &'a [Value] {
    v[key].as_array().map_or(&[], Vec::as_slice)
}

/// Arrows between the workspace's own crates, and the names of those crates.
pub fn arrows() -> Result<(BTreeSet<String>, Vec<Arrow>), Fail> {
    let m = metadata(&["--no-deps"])?;
    let names: BTreeSet<String> = items(&m, "packages").iter().map(|p| text(p, "name")).collect();
    let mut arrows = Vec::new();
    for p in items(&m, "packages") {
        for d in items(p, "dependencies") {
            let to = text(d, "name");
            if names.contains(&to) {
                let kind = match d["kind"].as_str() {
                    Some("build") => Kind::Build,
                    Some("dev") => Kind::Dev,
                    _ => Kind::Normal,
                };
                arrows.push(Arrow { from: text(p, "name"), to, kind });
            }
        }
    }
    Ok((names, arrows))
}

/// Every package that ends up in, or builds, what ships: the closure of the workspace's publishable crates over normal
/// and build dependencies, all features and all platforms (so rather too many than too few).
pub fn shipped() -> Result<Vec<Package>, Fail> {
    let m = metadata(&["--all-features", "--locked"])?;
    let packages: BTreeMap<String, &Value> = items(&m, "packages").iter().map(|p| (text(p, "id"), p)).collect();
    let nodes: BTreeMap<String, &Value> = items(&m["resolve"], "nodes").iter().map(|n| (text(n, "id"), n)).collect();
    let mut todo: Vec<String> = items(&m, "workspace_members")
        .iter()
        .filter_map(Value::as_str)
        .filter(|id| packages.get(*id).is_some_and(|p| p["publish"].as_array().is_none_or(|a| !a.is_empty())))
        .map(str::to_string)
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let Some(node) = nodes.get(&id) else { continue };
        for d in items(node, "deps") {
            if items(d, "dep_kinds").iter().any(|k| k["kind"].as_str() != Some("dev")) {
                todo.push(text(d, "pkg"));
            }
        }
    }
    Ok(seen
        .iter()
        .filter_map(|id| packages.get(id))
        .map(|p| Package { name: text(p, "name"), version: text(p, "version"), licence: p["license"].as_str().map(str::to_string) })
        .collect())
}
