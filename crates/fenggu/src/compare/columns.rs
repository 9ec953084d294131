//! Results of a run as plain columns, with or without the network they belong to.

use crate::report::results_file::{each_cell, time_key, within, RUN};
use crate::report::{Bilingual, ReportError, ReportErrorKind};
use fenggu_net::results::Shape;
use fenggu_net::{Network, Quantity, Results, TableId};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// One quantity of a run.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Column {
    /// Elements.
    pub names: Vec<String>,
    /// Whether there is one value per step, or one in all.
    pub per_step: bool,
    /// `[element × step]` or `[element]`.
    pub values: Vec<f64>,
}

/// All quantities of a run.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Columns {
    /// Labels of the steps: start in UTC, or number from 1.
    pub labels: Vec<String>,
    /// How the run ended.
    pub outcome: String,
    /// Objective; NaN for none.
    pub objective: f64,
    /// Bound; NaN for none.
    pub bound: f64,
    /// By table word and field.
    pub by_field: BTreeMap<(String, String), Column>,
}

impl Columns {
    /// Of results on a network.
    pub fn of(net: &Network, results: &Results) -> Columns {
        let mut out = Columns {
            labels: (0..net.steps()).map(|t| time_key(net, t)).collect(),
            outcome: results.outcome.word().into(),
            objective: results.objective,
            bound: results.bound,
            by_field: BTreeMap::new(),
        };
        for (q, values) in results.columns() {
            let spec = q.spec();
            let table = net.table(spec.table);
            let column = Column {
                names: (0..table.count()).map(|i| table.name_of(i).to_string()).collect(),
                per_step: spec.shape == Shape::PerStep,
                values: values.to_vec(),
            };
            out.by_field.insert((spec.table.word().into(), spec.field.into()), column);
        }
        out
    }

    /// Of a result file, without its network: elements and steps in the order of the file.
    ///
    /// # Errors
    /// [`ReportError`] for a file that is not Parquet or lacks a column.
    pub fn read(path: &Path) -> Result<Columns, ReportError> {
        Columns::read_within(path, u64::MAX)
    }

    /// The same, refusing a file that is larger than `most` bytes or whose quantities would take more of them: elements times
    /// steps may be far more than the rows of a file.
    ///
    /// # Errors
    /// As [`Columns::read`].
    pub fn read_within(path: &Path, most: u64) -> Result<Columns, ReportError> {
        within(path, most)?;
        let mut left = most;
        #[derive(Default)]
        struct Gathered {
            names: Vec<String>,
            place: HashMap<String, usize>,
            cells: Vec<(usize, usize, f64)>,
            last: Option<usize>,
            timed: bool,
        }
        let mut out = Columns { objective: f64::NAN, bound: f64::NAN, ..Columns::default() };
        let mut times: HashMap<String, usize> = HashMap::new();
        let mut fields: BTreeMap<(String, String), Gathered> = BTreeMap::new();
        let outcome = each_cell(path, most, 32, &mut |cell| {
            if cell.component == RUN {
                match cell.field {
                    "objective" => out.objective = cell.value,
                    "bound" => out.bound = cell.value,
                    _ => {}
                }
                return Ok(());
            }
            let g = fields.entry((cell.component.to_string(), cell.field.to_string())).or_default();
            let element = match g.last.filter(|&i| g.names[i] == cell.name) {
                Some(i) => i,
                None => *g.place.entry(cell.name.to_string()).or_insert_with(|| {
                    g.names.push(cell.name.to_string());
                    g.names.len() - 1
                }),
            };
            g.last = Some(element);
            let step = if cell.time.is_empty() {
                0
            } else {
                g.timed = true;
                match times.get(cell.time) {
                    Some(&t) => t,
                    None => {
                        out.labels.push(cell.time.to_string());
                        times.insert(cell.time.to_string(), out.labels.len() - 1);
                        out.labels.len() - 1
                    }
                }
            };
            g.cells.push((element, step, cell.value));
            Ok(())
        })?;
        out.outcome = outcome.word().into();
        for (key, g) in fields {
            let width = if g.timed { out.labels.len() } else { 1 };
            let cells = g.names.len().saturating_mul(width);
            let found = (cells as u64).saturating_mul(8);
            let too_large = || ReportError::new(path, ReportErrorKind::TooLarge { found, most: left });
            left = left.checked_sub(found).ok_or_else(too_large)?;
            let mut values = vec![f64::NAN; cells];
            g.cells.iter().for_each(|&(e, t, v)| values[e * width + t] = v);
            out.by_field.insert(key, Column { names: g.names, per_step: g.timed, values });
        }
        Ok(out)
    }
}

/// The quantity of a table word and a field, where fenggu knows it.
pub(super) fn quantity_of(key: &(String, String)) -> Option<Quantity> {
    Quantity::find(TableId::from_word(&key.0)?, &key.1)
}

/// What a run folder says of its run.
#[derive(Clone, Debug, Default)]
pub struct RunFolder {
    /// Status word.
    pub status: String,
    /// Name of the network.
    pub network: String,
    /// Currency.
    pub currency: String,
    /// Input files with their digests.
    pub inputs: Vec<(String, String)>,
    /// Options: name and value.
    pub options: Vec<(String, String)>,
    /// Versions: name and number.
    pub versions: Vec<(String, String)>,
    /// Results, read without the network; empty when the caller has results on the network.
    pub columns: Columns,
}

impl RunFolder {
    /// Whether a folder is a finished run.
    pub fn is_one(dir: &Path) -> bool {
        dir.join("manifest.json").is_file() && dir.join("results.parquet").is_file()
    }

    /// Reads `manifest.json`; results are left to the caller.
    ///
    /// # Errors
    /// What is wrong, in both languages.
    pub fn open(dir: &Path) -> Result<RunFolder, Bilingual> {
        let path = dir.join("manifest.json");
        let place = path.display();
        let text = std::fs::read_to_string(&path).map_err(|e| Bilingual::new(format!("{place}: {e}"), format!("{place}：{e}")))?;
        let broken = |e: String| super::texts::BAD_MANIFEST.say(&[&place.to_string(), &e]);
        let m: serde_json::Value = serde_json::from_str(&text).map_err(|e| broken(e.to_string()))?;
        if m["format"] != "fenggu-run-1" {
            return Err(broken(format!("format {}", m["format"])));
        }
        let word = |v: &serde_json::Value| v.as_str().map_or_else(|| v.to_string(), str::to_string);
        let list = |v: &serde_json::Value, keys: [&str; 2]| -> Vec<(String, String)> {
            v.as_array().into_iter().flatten().map(|i| (word(&i[keys[0]]), word(&i[keys[1]]))).collect()
        };
        let versions = m["versions"].as_object().into_iter().flatten().map(|(n, v)| (n.clone(), word(v))).collect();
        Ok(RunFolder {
            status: word(&m["status"]),
            network: word(&m["network"]),
            currency: word(&m["currency"]),
            inputs: list(&m["inputs"], ["path", "sha256"]),
            options: list(&m["options"], ["name", "value"]),
            versions,
            columns: Columns::default(),
        })
    }
}
