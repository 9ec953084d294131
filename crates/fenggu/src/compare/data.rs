//! What differs between two networks, through their field tables.

use super::matching::Matching;
use super::steps::Steps;
use super::{relative, texts, CompareOptions};
use crate::report::results_file::time_key;
use crate::report::Bilingual;
use fenggu_net::schema::{Kind, Value};
use fenggu_net::{Network, Profile, TableId};
use serde::Serialize;
use std::collections::HashMap;

/// Relative differences of data up to this are rounding of a conversion.
const ROUNDING: f64 = 1e-12;

/// What differs in the data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataDiff {
    /// Steps of the two.
    pub steps: Steps,
    /// What belongs to the network as a whole: base, currency, flow convention, lengths and weights of steps.
    pub settings: Vec<Setting>,
    /// Tables with elements that only one of the two has.
    pub elements: Vec<TableDiff>,
    /// Fields that changed in elements that both have, the largest relative change first.
    pub fields: Vec<FieldDiff>,
}

impl DataDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.steps.all() && self.settings.is_empty() && self.elements.is_empty() && self.fields.is_empty()
    }
}

/// A setting of the whole network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Name, unit included.
    pub name: &'static str,
    /// The two values; of a series, the values in the step of the largest change.
    pub a: Shown,
    /// Value of the second.
    pub b: Shown,
    /// Of a series: steps that differ.
    pub steps_changed: Option<usize>,
}

/// Elements of one table that only one side has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableDiff {
    /// Table word.
    pub table: &'static str,
    /// Elements of the first and the second.
    pub count: [usize; 2],
    /// Names that only the first has.
    pub removed: Vec<String>,
    /// Names that only the second has.
    pub added: Vec<String>,
}

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldDiff {
    /// Table word.
    pub table: &'static str,
    /// Field name, unit included.
    pub field: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Elements in which it changed.
    pub elements: usize,
    /// Largest relative change.
    pub relative: f64,
    /// The changes, largest first.
    pub changes: Vec<Change>,
}

/// A value that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Element.
    pub name: String,
    /// Value of the first; of a series, in the step of the largest change.
    pub a: Shown,
    /// Value of the second.
    pub b: Shown,
    /// Difference, second less first, where both are numbers.
    pub difference: Option<f64>,
    /// Relative change: difference over the larger of the two.
    pub relative: f64,
    /// Of a series: steps that differ.
    pub steps_changed: Option<usize>,
    /// Of a series: start of the step of the largest change (its number from 1 without a calendar).
    pub at: Option<String>,
}

/// A value as shown and written.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// A finite number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Text, a name, `inf`, `-inf`, pairs of numbers.
    Text(String),
    /// Nothing.
    Missing,
}

impl Shown {
    pub(super) fn number(v: f64) -> Shown {
        match v {
            v if v.is_finite() => Shown::Number(v),
            v if v.is_nan() => Shown::Missing,
            v if v > 0.0 => Shown::Text("inf".into()),
            _ => Shown::Text("-inf".into()),
        }
    }
    fn of(value: &Value, net: &Network, table: Option<TableId>) -> Shown {
        match value {
            Value::Missing => Shown::Missing,
            Value::Number(v) => Shown::number(*v),
            Value::Integer(v) => Shown::Number(*v as f64),
            Value::Flag(v) => Shown::Flag(*v),
            Value::Text(v) => Shown::Text(v.clone()),
            Value::Profile(p) => match p.constant() {
                Some(v) => Shown::number(v),
                None => Shown::Text(format!("{} … {}", p.min(), p.max())),
            },
            Value::Pairs(p) => Shown::Text(p.iter().map(|[x, y]| format!("{x}: {y}")).collect::<Vec<_>>().join(", ")),
            Value::Reference(row) => match table {
                Some(t) if (*row as usize) < net.table(t).count() => Shown::Text(net.table(t).name_of(*row as usize).to_string()),
                _ => Shown::Missing,
            },
        }
    }
}

/// Whether two numbers of the data say the same.
fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || relative(a, b) <= ROUNDING
}

/// Compares two networks.
pub(super) fn compare(a: &Network, b: &Network, matching: &Matching, options: &CompareOptions, notes: &mut Vec<Bilingual>) -> DataDiff {
    let labels = |n: &Network| (0..n.steps()).map(|t| time_key(n, t)).collect::<Vec<_>>();
    let steps = Steps::of(&labels(a), &labels(b));
    if !steps.all() {
        let counts = [steps.a, steps.b, steps.compared].map(|n| n.to_string());
        let text = if steps.by == "start" { texts::STEPS_BY_START } else { texts::STEPS_BY_ORDER };
        notes.push(text.say(&counts.each_ref().map(String::as_str)));
    }
    if a.name != b.name {
        notes.push(texts::OTHER_NAME.say(&[&a.name, &b.name]));
    }
    if a.carried != b.carried {
        notes.push(texts::CARRIED.say(&[]));
    }
    let mut out = DataDiff { settings: settings(a, b, &steps), steps, elements: Vec::new(), fields: Vec::new() };
    for &id in TableId::ALL {
        let (x, y) = (a.table(id), b.table(id));
        // Row of the second by the name it has in the first.
        let mut place: HashMap<&str, usize> = HashMap::new();
        for row in 0..y.count() {
            place.entry(matching.name(id, y.name_of(row))).or_insert(row);
        }
        let partner: Vec<Option<usize>> = (0..x.count()).map(|row| place.get(x.name_of(row)).copied()).collect();
        let mut met = vec![false; y.count()];
        partner.iter().flatten().for_each(|&row| met[row] = true);
        let removed: Vec<String> = (0..x.count()).filter(|&i| partner[i].is_none()).map(|i| x.name_of(i).to_string()).collect();
        let added: Vec<String> = (0..y.count()).filter(|&i| !met[i]).map(|i| matching.name(id, y.name_of(i)).to_string()).collect();
        if removed.len() == x.count() && added.len() == y.count() && !removed.is_empty() && !added.is_empty() {
            notes.push(texts::NO_COMMON_NAME.say(&[id.word(), &x.count().to_string(), &y.count().to_string()]));
        }
        if !removed.is_empty() || !added.is_empty() {
            out.elements.push(TableDiff { table: id.word(), count: [x.count(), y.count()], removed, added });
        }
        out.fields.extend((0..x.fields().len()).filter_map(|f| field((a, b), (id, f), &partner, &out.steps, options)));
    }
    out.fields.sort_by(|p, q| q.relative.total_cmp(&p.relative).then(q.elements.cmp(&p.elements)));
    out
}

fn settings(a: &Network, b: &Network, steps: &Steps) -> Vec<Setting> {
    let mut out = Vec::new();
    let mut word = |name, x: &str, y: &str| {
        if x != y {
            out.push(Setting { name, a: Shown::Text(x.into()), b: Shown::Text(y.into()), steps_changed: None });
        }
    };
    word("currency", &a.currency, &b.currency);
    word("flow_convention", a.flow_convention.word(), b.flow_convention.word());
    word("commitment_semantics", a.commitment_semantics.word(), b.commitment_semantics.word());
    word("zone", &a.time.zone, &b.time.zone);
    let series = |name, x: &[f64], y: &[f64]| {
        let (changed, (t, u)) = worst_step(steps, |t| x[t], |u| y[u])?;
        Some(Setting { name, a: Shown::number(x[t]), b: Shown::number(y[u]), steps_changed: Some(changed) })
    };
    out.extend((!same(a.base_mva, b.base_mva)).then(|| Setting {
        name: "base_mva",
        a: Shown::number(a.base_mva),
        b: Shown::number(b.base_mva),
        steps_changed: None,
    }));
    out.extend(series("duration_h", &a.time.duration_h, &b.time.duration_h));
    out.extend(series("weight_objective", &a.time.weight_objective, &b.time.weight_objective));
    out.extend(series("weight_storage", &a.time.weight_storage, &b.time.weight_storage));
    out.extend(series("weight_energy", &a.time.weight_energy, &b.time.weight_energy));
    out
}

/// How many steps differ, and the pair of steps that differs most; none when none does.
fn worst_step(steps: &Steps, x: impl Fn(usize) -> f64, y: impl Fn(usize) -> f64) -> Option<(usize, (usize, usize))> {
    let (mut changed, mut worst, mut at) = (0, f64::NEG_INFINITY, (0, 0));
    for &(t, u) in &steps.pairs {
        let (v, w) = (x(t), y(u));
        if same(v, w) {
            continue;
        }
        changed += 1;
        // A gap or an infinite value on one side is more than any difference of numbers.
        let size = if (w - v).is_finite() { (w - v).abs() } else { f64::MAX };
        if size > worst {
            (worst, at) = (size, (t, u));
        }
    }
    (changed > 0).then_some((changed, at))
}

/// One field of one table, over the elements that both networks have.
fn field(
    (a, b): (&Network, &Network),
    (id, f): (TableId, usize),
    partner: &[Option<usize>],
    steps: &Steps,
    options: &CompareOptions,
) -> Option<FieldDiff> {
    let (x, y) = (a.table(id), b.table(id));
    let spec = x.fields()[f];
    let target = match spec.kind {
        Kind::Reference(t) | Kind::OptionalReference(t) => Some(t),
        _ => None,
    };
    let mut changes: Vec<Change> = Vec::new();
    for (row, other) in partner.iter().enumerate().filter_map(|(row, other)| Some((row, (*other)?))) {
        let (v, w) = (x.value(row, f), y.value(other, f));
        // Rows refer to each other by number; what a reference says is the name.
        let plain = target.is_none() && v == w;
        if plain && (steps.all() || !matches!(v, Value::Profile(Profile::Series(_)))) {
            continue;
        }
        changes.extend(change(x.name_of(row), &v, &w, (a, b), target, steps));
    }
    if changes.is_empty() {
        return None;
    }
    let size = |c: &Change| c.difference.map_or(f64::MAX, f64::abs);
    changes.sort_by(|p, q| size(q).total_cmp(&size(p)).then(q.steps_changed.cmp(&p.steps_changed)));
    let (elements, relative) = (changes.len(), changes.iter().map(|c| c.relative).fold(0.0, f64::max));
    changes.truncate(options.listed);
    Some(FieldDiff { table: id.word(), field: spec.name, unit: spec.unit, elements, relative, changes })
}

fn change(name: &str, v: &Value, w: &Value, nets: (&Network, &Network), target: Option<TableId>, steps: &Steps) -> Option<Change> {
    let numbers = |x: f64, y: f64, steps_changed, at| Change {
        name: name.to_string(),
        a: Shown::number(x),
        b: Shown::number(y),
        difference: (y - x).is_finite().then_some(y - x),
        relative: relative(x, y),
        steps_changed,
        at,
    };
    match (v, w) {
        (Value::Number(x), Value::Number(y)) => (!same(*x, *y)).then(|| numbers(*x, *y, None, None)),
        (Value::Profile(Profile::Const(x)), Value::Profile(Profile::Const(y))) => (!same(*x, *y)).then(|| numbers(*x, *y, None, None)),
        (Value::Profile(p), Value::Profile(q)) => {
            let (changed, (t, u)) = worst_step(steps, |t| p.at(t), |u| q.at(u))?;
            let at = steps.pairs.iter().position(|&pair| pair == (t, u)).map(|k| steps.labels[k].clone());
            Some(numbers(p.at(t), q.at(u), Some(changed), at))
        }
        (Value::Pairs(p), Value::Pairs(q)) => {
            let flat = |p: &[[f64; 2]]| p.iter().flatten().copied().collect::<Vec<_>>();
            let (p, q) = (flat(p), flat(q));
            let equal = p.len() == q.len() && p.iter().zip(&q).all(|(x, y)| same(*x, *y));
            let size = if p.len() == q.len() { p.iter().zip(&q).map(|(x, y)| relative(*x, *y)).fold(0.0, f64::max) } else { 1.0 };
            (!equal).then(|| words(name, v, w, nets, target, size))
        }
        _ => {
            let made = words(name, v, w, nets, target, 1.0);
            (made.a != made.b).then_some(made)
        }
    }
}

fn words(name: &str, v: &Value, w: &Value, nets: (&Network, &Network), target: Option<TableId>, relative: f64) -> Change {
    let (a, b) = (Shown::of(v, nets.0, target), Shown::of(w, nets.1, target));
    Change { name: name.to_string(), a, b, difference: None, relative, steps_changed: None, at: None }
}
