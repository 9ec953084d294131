//! What differs between two runs: status, cost, energy, prices, and every quantity.

use super::columns::{quantity_of, Column, Columns};
use super::matching::Matching;
use super::steps::Steps;
use super::{relative, texts, CompareOptions, Side};
use crate::report::Bilingual;
use fenggu_net::schema::Value;
use fenggu_net::{Network, Quantity, TableId};
use fenggu_referee::{cost_parts, RefereeOptions};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// What differs in the results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResultsDiff {
    /// Whether status, objective and every quantity are the same within the tolerance.
    pub same: bool,
    /// Whether both cost the same within the tolerance.
    pub same_cost: bool,
    /// Status words.
    pub status: [String; 2],
    /// Objective, in the currency.
    pub objective: Pair,
    /// Proven bound, in the currency.
    pub bound: Pair,
    /// Options that were set differently: name and the two values. They do not make runs different; what they do to results does.
    pub options: Vec<(String, String, String)>,
    /// Versions that differ: name and the two numbers.
    pub versions: Vec<(String, String, String)>,
    /// Steps of the two.
    pub steps: Steps,
    /// Parts of the objective by table and carrier, largest difference first; empty without the networks.
    pub cost: Vec<CostLine>,
    /// Energy by quantity and carrier over the steps that were compared, largest difference first.
    pub energy: Vec<EnergyLine>,
    /// Prices at buses.
    pub prices: Option<PriceDiff>,
    /// Every quantity that differs, largest relative difference first.
    pub quantities: Vec<QuantityDiff>,
    /// Quantities that only one run reports: table, field, and which run (`a` or `b`).
    pub only_in_one: Vec<(String, String, &'static str)>,
    /// Quantities that were compared.
    pub compared: usize,
}

impl ResultsDiff {
    /// Whether both ended with an answer of the same cost, and something else differs.
    pub(super) fn equally_cheap(&self) -> bool {
        !self.same && self.same_cost && self.status[0] == self.status[1] && self.objective.a.is_some() && self.steps.all()
    }
}

/// Two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// Of the first.
    pub a: Option<f64>,
    /// Of the second.
    pub b: Option<f64>,
    /// Second less first.
    pub difference: Option<f64>,
    /// Difference over the larger of the two.
    pub relative: Option<f64>,
}

impl Pair {
    fn of(a: f64, b: f64) -> Pair {
        let finite = |v: f64| v.is_finite().then_some(v);
        let difference = finite(b - a);
        Pair { a: finite(a), b: finite(b), difference, relative: difference.map(|_| relative(a, b)) }
    }
    /// Size of the difference.
    pub(super) fn size(&self) -> f64 {
        self.difference.map_or(0.0, f64::abs)
    }
}

/// A part of the objective.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostLine {
    /// Table word.
    pub table: &'static str,
    /// Carrier; empty for elements without one.
    pub carrier: String,
    /// Cost over the horizon, in the currency.
    pub cost: Pair,
}

/// Energy of a quantity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnergyLine {
    /// Table word.
    pub table: String,
    /// Field of the quantity.
    pub field: String,
    /// Carrier; empty for elements without one, or where the network is not known.
    pub carrier: String,
    /// Energy, MWh.
    pub mwh: Pair,
}

/// Prices at the buses and steps that both runs have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PriceDiff {
    /// Mean over buses and steps, per MWh.
    pub mean: Pair,
    /// Mean size of the difference, per MWh.
    pub mean_difference: f64,
    /// Where it is largest.
    pub largest: Option<CellDiff>,
}

/// A quantity that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuantityDiff {
    /// Table word.
    pub table: String,
    /// Field name.
    pub field: String,
    /// Unit; "currency" stands for the network's. Empty when fenggu does not know the quantity.
    pub unit: &'static str,
    /// Values that were compared.
    pub compared: usize,
    /// Values that differ by more than the tolerance.
    pub differ: usize,
    /// What the tolerance is relative to: largest size in either run, never below 1.
    pub scale: f64,
    /// Largest difference over the scale.
    pub relative: f64,
    /// Means of what was compared.
    pub mean: Pair,
    /// Elements that only the first or only the second run reports.
    pub elements_only: [usize; 2],
    /// The largest differences.
    pub largest: Vec<CellDiff>,
}

/// One value that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellDiff {
    /// Element.
    pub name: String,
    /// Start of the step, or its number from 1; none where the quantity has no steps.
    pub at: Option<String>,
    /// Value of the first; none where it has none.
    pub a: Option<f64>,
    /// Value of the second.
    pub b: Option<f64>,
    /// Second less first; none where one of them is missing.
    pub difference: Option<f64>,
}

fn columns(side: &Side) -> Cow<'_, Columns> {
    match (&side.network, &side.results, &side.run) {
        (Some(net), Some(r), _) => Cow::Owned(Columns::of(net, r)),
        (_, _, Some(run)) => Cow::Borrowed(&run.columns),
        _ => Cow::Owned(Columns::default()),
    }
}

/// Compares the results of two runs.
pub(super) fn compare(a: &Side, b: &Side, matching: &Matching, options: &CompareOptions, notes: &mut Vec<Bilingual>) -> ResultsDiff {
    let (x, mut y) = (columns(a), columns(b));
    let renamed = !matching.is_empty();
    for (key, column) in renamed.then(|| &mut y.to_mut().by_field).into_iter().flatten() {
        if let Some(table) = TableId::from_word(&key.0) {
            column
                .names
                .iter_mut()
                .filter(|n| matching.name(table, n) != n.as_str())
                .for_each(|n| *n = matching.name(table, n).to_string());
        }
    }
    let steps = Steps::of(&x.labels, &y.labels);
    let told = |side: &Side| side.run.clone().unwrap_or_default();
    let (run_a, run_b) = (told(a), told(b));
    if a.network.is_none() || b.network.is_none() {
        notes.push(texts::NO_CARRIERS.say(&[]));
        if !steps.all() {
            let counts = [steps.a, steps.b, steps.compared].map(|n| n.to_string());
            let text = if steps.by == "start" { texts::STEPS_BY_START } else { texts::STEPS_BY_ORDER };
            notes.push(text.say(&counts.each_ref().map(String::as_str)));
        }
    }
    let mut quantities = Vec::new();
    let mut only_in_one = Vec::new();
    let mut compared = 0;
    let mut prices = None;
    for (key, column) in &x.by_field {
        let Some(other) = y.by_field.get(key) else {
            only_in_one.push((key.0.clone(), key.1.clone(), "a"));
            continue;
        };
        compared += 1;
        let (diff, means) = quantity(key, column, other, &steps, options);
        if quantity_of(key) == Some(Quantity::BusPrice) {
            prices = Some(PriceDiff { mean: diff.mean, mean_difference: means, largest: diff.largest.first().cloned() });
        }
        if diff.differ > 0 || diff.elements_only != [0, 0] {
            quantities.push(diff);
        }
    }
    only_in_one.extend(y.by_field.keys().filter(|k| !x.by_field.contains_key(*k)).map(|k| (k.0.clone(), k.1.clone(), "b")));
    quantities.sort_by(|p, q| q.relative.total_cmp(&p.relative));
    let objective = Pair::of(x.objective, y.objective);
    let same_cost = match (objective.a, objective.b) {
        (Some(p), Some(q)) => (p - q).abs() <= options.tolerance * p.abs().max(q.abs()).max(1.0),
        (p, q) => p == q,
    };
    let same = run_a.status == run_b.status
        && x.outcome == y.outcome
        && same_cost
        && quantities.is_empty()
        && only_in_one.is_empty()
        && steps.all();
    ResultsDiff {
        same,
        same_cost,
        status: [run_a.status.clone(), run_b.status.clone()],
        objective,
        bound: Pair::of(x.bound, y.bound),
        options: unlike(&run_a.options, &run_b.options),
        versions: unlike(&run_a.versions, &run_b.versions),
        cost: cost(a, b),
        energy: energy([(a, &x), (b, &y)], &steps, matching),
        steps,
        prices,
        quantities,
        only_in_one,
        compared,
    }
}

/// Names whose values differ; `–` for one that is not there.
fn unlike(a: &[(String, String)], b: &[(String, String)]) -> Vec<(String, String, String)> {
    let find = |list: &[(String, String)], name: &str| list.iter().find(|(n, _)| n == name).map_or("–".to_string(), |(_, v)| v.clone());
    let mut names: Vec<&String> = a.iter().chain(b).map(|(n, _)| n).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|n| (n.clone(), find(a, n), find(b, n))).filter(|(_, x, y)| x != y).collect()
}

/// One quantity, and the mean size of its differences.
fn quantity(key: &(String, String), x: &Column, y: &Column, steps: &Steps, options: &CompareOptions) -> (QuantityDiff, f64) {
    let size = |c: &Column| c.values.iter().filter(|v| v.is_finite()).fold(0.0f64, |m, v| m.max(v.abs()));
    let scale = size(x).max(size(y)).max(1.0);
    let one = [(0, 0)];
    let per_step = x.per_step || y.per_step;
    let pairs: &[(usize, usize)] = if per_step { &steps.pairs } else { &one };
    let width = |c: &Column, n: usize| if c.per_step { n } else { 1 };
    let (wx, wy) = (width(x, steps.a), width(y, steps.b));
    let place: HashMap<&str, usize> = y.names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
    let (mut compared, mut differ, mut met, mut sums) = (0usize, 0usize, 0usize, [0.0f64; 3]);
    let mut largest: Vec<(f64, CellDiff)> = Vec::new();
    // What a difference must exceed to be listed, once the list is full.
    let mut least = 0.0;
    for (i, name) in x.names.iter().enumerate() {
        let Some(&j) = place.get(name.as_str()) else { continue };
        met += 1;
        for (k, &(t, u)) in pairs.iter().enumerate() {
            let at = |c: &Column, row: usize, w: usize, t: usize| c.values.get(row * w + t.min(w - 1)).copied().unwrap_or(f64::NAN);
            let (v, w) = (at(x, i, wx, t), at(y, j, wy, u));
            if v.is_nan() && w.is_nan() {
                continue;
            }
            compared += 1;
            let d = w - v;
            if d.is_finite() {
                sums[0] += v;
                sums[1] += w;
                sums[2] += d.abs();
            }
            if v == w || d.abs() <= options.tolerance * scale {
                continue;
            }
            differ += 1;
            let rank = if d.is_finite() { d.abs() } else { f64::MAX };
            if rank <= least {
                continue;
            }
            let finite = |v: f64| v.is_finite().then_some(v);
            let label = per_step.then(|| steps.labels[k].clone());
            largest.push((rank, CellDiff { name: name.clone(), at: label, a: finite(v), b: finite(w), difference: finite(d) }));
            if largest.len() >= 2 * options.listed.max(1) {
                largest.sort_by(|p, q| q.0.total_cmp(&p.0));
                largest.truncate(options.listed.max(1));
                least = largest.last().map_or(0.0, |l| l.0);
            }
        }
    }
    largest.sort_by(|p, q| q.0.total_cmp(&p.0));
    largest.truncate(options.listed);
    let n = compared.max(1) as f64;
    let diff = QuantityDiff {
        table: key.0.clone(),
        field: key.1.clone(),
        unit: quantity_of(key).map_or("", |q| q.spec().unit),
        compared,
        differ,
        scale,
        relative: largest.first().map_or(0.0, |l| (l.0 / scale).min(1e9)),
        mean: Pair::of(sums[0] / n, sums[1] / n),
        elements_only: [x.names.len() - met, y.names.len() - met],
        largest: largest.into_iter().map(|l| l.1).collect(),
    };
    (diff, sums[2] / n)
}

/// Carrier of every element of a table, by name; empty for tables without carriers.
fn carriers(net: Option<&Network>, table: TableId, matching: &Matching) -> HashMap<String, String> {
    let Some(net) = net else { return HashMap::new() };
    let rows = net.table(table);
    let Some(f) = rows.fields().iter().position(|f| f.name == "carrier") else { return HashMap::new() };
    let of = |i| match rows.value(i, f) {
        Value::Reference(c) if (c as usize) < net.carriers.len() => Some(net.carriers.rows()[c as usize].name.clone()),
        _ => None,
    };
    (0..rows.count()).filter_map(|i| Some((matching.name(table, rows.name_of(i)).to_string(), of(i)?))).collect()
}

/// Parts of the objective, where both networks are there.
fn cost(a: &Side, b: &Side) -> Vec<CostLine> {
    let mut sums: BTreeMap<(TableId, String), [f64; 2]> = BTreeMap::new();
    for (k, side) in [a, b].into_iter().enumerate() {
        let (Some(net), Some(results)) = (&side.network, &side.results) else { return Vec::new() };
        let Some(parts) = cost_parts(net, results, &RefereeOptions::default()) else { return Vec::new() };
        let mut known: BTreeMap<TableId, HashMap<String, String>> = BTreeMap::new();
        for (table, row, part) in parts {
            let own = Matching::default();
            let carrier = known.entry(table).or_insert_with(|| carriers(Some(net), table, &own)).get(net.table(table).name_of(row));
            sums.entry((table, carrier.cloned().unwrap_or_default())).or_default()[k] += part;
        }
    }
    let line = |((table, carrier), [x, y]): ((TableId, String), [f64; 2])| CostLine { table: table.word(), carrier, cost: Pair::of(x, y) };
    let mut out: Vec<CostLine> = sums.into_iter().map(line).collect();
    out.sort_by(|p, q| q.cost.size().total_cmp(&p.cost.size()));
    out
}

/// Energy per quantity and carrier, of everything in MW that adds up: not of flows.
fn energy(sides: [(&Side, &Columns); 2], steps: &Steps, matching: &Matching) -> Vec<EnergyLine> {
    let own = Matching::default();
    let mut sums: BTreeMap<(String, String, String), [f64; 2]> = BTreeMap::new();
    for (k, (side, columns)) in sides.into_iter().enumerate() {
        let hours = hours(side, columns);
        let mine: Vec<usize> = steps.pairs.iter().map(|p| if k == 0 { p.0 } else { p.1 }).collect();
        for (key, column) in &columns.by_field {
            let Some(spec) = quantity_of(key).map(Quantity::spec) else { continue };
            if spec.unit != "MW" || !column.per_step || matches!(spec.table, TableId::Branches | TableId::Interfaces) {
                continue;
            }
            let carrier = carriers(side.network.as_ref(), spec.table, if k == 0 { &own } else { matching });
            for (i, name) in column.names.iter().enumerate() {
                let at = |t: usize| column.values.get(i * columns.labels.len() + t).copied().filter(|v| v.is_finite()).unwrap_or(0.0);
                let sum: f64 = mine.iter().map(|&t| at(t) * hours.get(t).copied().unwrap_or(1.0)).sum();
                let group = carrier.get(name).cloned().unwrap_or_default();
                sums.entry((key.0.clone(), key.1.clone(), group)).or_default()[k] += sum;
            }
        }
    }
    let line =
        |((table, field, carrier), [p, q]): ((String, String, String), [f64; 2])| EnergyLine { table, field, carrier, mwh: Pair::of(p, q) };
    let mut out: Vec<EnergyLine> = sums.into_iter().map(line).collect();
    out.sort_by(|p, q| q.mwh.size().total_cmp(&p.mwh.size()));
    out
}

/// Hours that every step counts: of the network; without it, from one start to the next; without a calendar, 1.
fn hours(side: &Side, columns: &Columns) -> Vec<f64> {
    if let Some(net) = &side.network {
        return (0..net.steps()).map(|t| net.time.objective_h(t)).collect();
    }
    let starts: Vec<Option<i64>> = columns.labels.iter().map(|l| l.parse::<jiff::Timestamp>().ok().map(|t| t.as_second())).collect();
    let mut out: Vec<f64> = starts.windows(2).map(|w| w[0].zip(w[1]).map_or(1.0, |(s, e)| (e - s) as f64 / 3600.0)).collect();
    out.push(out.last().copied().unwrap_or(1.0));
    out
}
