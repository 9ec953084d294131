//! `fenggu compare A B`.

use super::Failure;
use crate::inputs;
use fenggu::compare::{compare, missing, sheet, Columns, CompareOptions, RunFolder, Side};
use fenggu::net::diagnostic::Lang;
use fenggu::net::Network;
use fenggu::report::Bilingual;
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Run folder (`dispatch -o DIR`), or network file or folder of any format.
    a: String,
    /// What it is compared with.
    b: String,
    /// Largest difference of a result that counts as none, relative to the largest size of the quantity (never less than one unit).
    #[arg(long, default_value_t = 1e-6)]
    tolerance: f64,
    /// Rows of every table on the terminal.
    #[arg(long, default_value_t = 12)]
    rows: usize,
    /// Folder for compare.html and compare.json.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    memory: inputs::Memory,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    if !(0.0..=1.0).contains(&args.tolerance) {
        return Err(Failure::option_both("--tolerance", &args.tolerance.to_string(), ["a number from 0 to 1", "0 到 1 之间的数"]));
    }
    let (a, b) = (side(&args.a, &args.memory, lang)?, side(&args.b, &args.memory, lang)?);
    let options = CompareOptions { tolerance: args.tolerance, ..CompareOptions::default() };
    let Some(found) = compare(&a, &b, &options) else {
        let Bilingual { en, zh } = missing::nothing_common();
        return Err(Failure::Message(format!("{}, {}: {en}", args.a, args.b), format!("{}，{}：{zh}", args.a, args.b)));
    };
    let json = serde_json::to_string_pretty(&found).unwrap_or_default();
    let shown = sheet(&found);
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir).map_err(|e| Failure::system(&dir.display().to_string(), &e))?;
        for (name, text) in [("compare.html", fenggu::report::html::sheet_page(&shown, lang)), ("compare.json", json.clone() + "\n")] {
            let path = dir.join(name);
            std::fs::write(&path, text).map_err(|e| Failure::system(&path.display().to_string(), &e))?;
        }
    }
    if args.json {
        out!("{json}");
    } else {
        out!("{}", shown.text(lang, args.rows).trim_end());
        if let Some(dir) = &args.out {
            out!("\n{}", dir.join("compare.html").display());
        }
    }
    Ok(u8::from(!found.same))
}

/// A run folder with its network where that is still at hand, or a network.
fn side(path: &str, memory: &inputs::Memory, lang: Lang) -> Result<Side, Failure> {
    let dir = Path::new(path);
    if !RunFolder::is_one(dir) {
        // A network with errors cannot be compared: that is "could not run", not "different".
        let network = match inputs::read(path, None, memory)?.sound() {
            Ok(sound) => sound.network,
            Err(Failure::Findings(found)) => {
                super::print_findings(&found, lang, false);
                return Err(Failure::Message(format!("{path}: has errors; mend them first"), format!("{path}：存在错误，请先修正")));
            }
            Err(other) => return Err(other),
        };
        return Ok(Side { path: path.to_string(), network: Some(network), ..Side::default() });
    }
    let mut run = RunFolder::open(dir).map_err(|b| Failure::Message(b.en, b.zh))?;
    let results = dir.join("results.parquet");
    let mut out = Side { path: path.to_string(), ..Side::default() };
    match network_of(path, &run, memory) {
        Ok(net) => {
            out.results =
                Some(fenggu::report::read_results_parquet_within(&results, &net, memory.decoded()?).map_err(super::told)?.results);
            out.network = Some(net);
        }
        Err(why) => {
            run.columns = Columns::read_within(&results, memory.decoded()?).map_err(super::told)?;
            out.notes.push(why);
        }
    }
    out.run = Some(run);
    Ok(out)
}

/// The network a run was made from, when its files still have the digests that the manifest says; else why not.
fn network_of(path: &str, run: &RunFolder, memory: &inputs::Memory) -> Result<Network, Bilingual> {
    let files: Vec<&Path> = run.inputs.iter().map(|(p, _)| Path::new(p)).collect();
    let Some(input) = common(&files) else { return Err(missing::no_input(path)) };
    let name = input.display().to_string();
    if !input.exists() {
        return Err(missing::gone(path, &name));
    }
    let now: Vec<(String, String)> = inputs::digests(&input).into_iter().map(|f| (f.path, f.sha256)).collect();
    let mut then = run.inputs.clone();
    then.sort();
    if now != then {
        return Err(missing::changed(path, &name));
    }
    inputs::read(&name, None, memory).ok().and_then(|i| i.sound().ok()).map(|s| s.network).ok_or_else(|| missing::unreadable(path, &name))
}

/// The file itself when there is one; the folder that holds all of them when there are several.
fn common(files: &[&Path]) -> Option<PathBuf> {
    let (first, rest) = files.split_first()?;
    if rest.is_empty() {
        return Some(first.to_path_buf());
    }
    first.ancestors().skip(1).find(|dir| rest.iter().all(|f| f.starts_with(dir))).map(Path::to_path_buf)
}
