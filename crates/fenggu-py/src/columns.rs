//! Columns of a table, from and to Python: one function per direction for every kind of field.

use crate::findings;
use fenggu::net::schema::{Field, Kind, Range, Value};
use fenggu::net::{Diagnostic, Network, Profile, TableId};
use numpy::ndarray::{Array2, ArrayViewD, Ix1, Ix2};
use numpy::{IntoPyArray, PyReadonlyArrayDyn};
use pyo3::exceptions::{PyIndexError, PyKeyError};
use pyo3::prelude::*;

/// The word of a kind.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::OptionalNumber => "number or none",
        Kind::Integer => "integer",
        Kind::Flag => "flag",
        Kind::Text => "text",
        Kind::Choice(_) => "choice",
        Kind::Profile => "profile",
        Kind::OptionalProfile => "profile or none",
        Kind::Pairs => "pairs",
        Kind::Reference(_) => "reference",
        Kind::OptionalReference(_) => "reference or none",
    }
}

fn field_of(net: &Network, table: TableId, name: &str) -> PyResult<(usize, Field)> {
    let fields = net.table(table).fields();
    let found = fields.iter().position(|f| f.name == name);
    found.map(|k| (k, fields[k])).ok_or_else(|| {
        let known: Vec<_> = fields.iter().map(|f| f.name).collect();
        PyKeyError::new_err(format!("{} have no field \"{name}\"; fields: {}", table.word(), known.join(", ")))
    })
}

/// A column. Numbers `[row]` with NaN for none; profiles `[row]` when every row is one number, else `[row × step]`; text,
/// choices and references as lists of text (None for none); pairs as one `[point × 2]` array per row.
pub fn get<'py>(py: Python<'py>, net: &Network, table: TableId, field: &str) -> PyResult<Bound<'py, PyAny>> {
    let (k, spec) = field_of(net, table, field)?;
    let t = net.table(table);
    let values = (0..t.count()).map(|row| t.value(row, k));
    let column = match spec.kind {
        Kind::Number | Kind::OptionalNumber => values.map(number).collect::<Vec<_>>().into_pyarray(py).into_any(),
        Kind::Integer => {
            let whole = |v| if let Value::Integer(i) = v { i } else { 0 };
            values.map(whole).collect::<Vec<_>>().into_pyarray(py).into_any()
        }
        Kind::Flag => values.map(|v| v == Value::Flag(true)).collect::<Vec<_>>().into_pyarray(py).into_any(),
        Kind::Text | Kind::Choice(_) => {
            let text = |v| if let Value::Text(s) = v { s } else { String::new() };
            values.map(text).collect::<Vec<_>>().into_pyobject(py)?
        }
        Kind::Reference(target) | Kind::OptionalReference(target) => {
            let target = net.table(target);
            let name = |v| match v {
                Value::Reference(i) if (i as usize) < target.count() => Some(target.name_of(i as usize)),
                _ => None,
            };
            values.map(name).collect::<Vec<_>>().into_pyobject(py)?
        }
        Kind::Pairs => {
            let pairs = |v| {
                let points = if let Value::Pairs(p) = v { p } else { Vec::new() };
                Array2::from_shape_fn((points.len(), 2), |(i, j)| points[i][j]).into_pyarray(py)
            };
            values.map(pairs).collect::<Vec<_>>().into_pyobject(py)?
        }
        Kind::Profile | Kind::OptionalProfile => profiles(py, net.steps(), values.collect()),
    };
    Ok(column)
}

fn number(value: Value) -> f64 {
    match value {
        Value::Number(v) => v,
        _ => f64::NAN,
    }
}

fn profiles<'py>(py: Python<'py>, steps: usize, values: Vec<Value>) -> Bound<'py, PyAny> {
    let varies = values.iter().any(|v| matches!(v, Value::Profile(Profile::Series(_))));
    if !varies {
        let one = |v: &Value| if let Value::Profile(p) = v { p.constant().unwrap_or(f64::NAN) } else { f64::NAN };
        return values.iter().map(one).collect::<Vec<_>>().into_pyarray(py).into_any();
    }
    let mut all = Array2::from_elem((values.len(), steps), f64::NAN);
    for (mut row, value) in all.rows_mut().into_iter().zip(&values) {
        match value {
            Value::Profile(Profile::Const(v)) => row.fill(*v),
            Value::Profile(Profile::Series(s)) => row.iter_mut().zip(s.iter()).for_each(|(cell, v)| *cell = *v),
            _ => {}
        }
    }
    all.into_pyarray(py).into_any()
}

/// New values of some rows of a field.
pub struct New {
    field: usize,
    values: Vec<(usize, Value)>,
}

/// Puts values that [`parse`] made into the table they were made for.
pub fn put(net: &mut Network, table: TableId, new: New) {
    let t = net.table_mut(table);
    for (row, value) in new.values {
        // parse made values of the field's own kind only.
        let _ = t.set_value(row, new.field, value);
    }
}

/// Values for a column, or for the rows given. Checks kind, length, range and references before anything is changed; numbers
/// come as float arrays `[row]`, profiles also `[row × step]`, and `[step]` for a single row.
pub fn parse(net: &Network, table: TableId, field: &str, given: &Bound<'_, PyAny>, rows: Option<Vec<usize>>) -> PyResult<New> {
    let py = given.py();
    let (k, spec) = field_of(net, table, field)?;
    let t = net.table(table);
    let rows = rows.unwrap_or_else(|| (0..t.count()).collect());
    if let Some(&row) = rows.iter().find(|r| **r >= t.count()) {
        return Err(PyIndexError::new_err(format!("{} have {} rows; there is no row {row}", table.word(), t.count())));
    }
    let refuse = |why: String| findings::raise(py, &format!("{} {field}: {why}", table.word()), Vec::new());
    let fits = |n: usize| {
        if n == rows.len() {
            Ok(())
        } else {
            Err(refuse(format!("{n} values were given for {} rows", rows.len())))
        }
    };
    let texts = || -> PyResult<Vec<Option<String>>> {
        match given.extract::<String>() {
            Ok(one) => Ok(vec![Some(one); rows.len()]),
            Err(_) if given.is_none() => Ok(vec![None; rows.len()]),
            Err(_) => given.extract().map_err(|_| refuse("it takes text, or a list of text".into())),
        }
    };
    let values: Vec<Value> = match spec.kind {
        Kind::Number | Kind::OptionalNumber => {
            let array: PyReadonlyArrayDyn<f64> = given.extract().map_err(|_| refuse("it takes numbers".into()))?;
            let view = array.as_array();
            let value = |v: f64| if v.is_nan() && spec.kind == Kind::OptionalNumber { Value::Missing } else { Value::Number(v) };
            spread(&view, rows.len()).ok_or_else(|| refuse(shape_rule(&view, rows.len(), None)))?.into_iter().map(value).collect()
        }
        Kind::Profile | Kind::OptionalProfile => {
            let array: PyReadonlyArrayDyn<f64> = given.extract().map_err(|_| refuse("it takes numbers".into()))?;
            let view = array.as_array();
            let made = spread_profiles(&view, rows.len(), net.steps());
            let missing = |p: &Profile| spec.kind == Kind::OptionalProfile && p.values().iter().all(|v| v.is_nan());
            let value = |p: Profile| if missing(&p) { Value::Missing } else { Value::Profile(p) };
            made.ok_or_else(|| refuse(shape_rule(&view, rows.len(), Some(net.steps()))))?.into_iter().map(value).collect()
        }
        Kind::Integer => {
            let list: Vec<i64> = match given.extract::<i64>() {
                Ok(one) => vec![one; rows.len()],
                Err(_) => given.extract().map_err(|_| refuse("it takes whole numbers".into()))?,
            };
            fits(list.len())?;
            list.into_iter().map(Value::Integer).collect()
        }
        Kind::Flag => {
            let list: Vec<bool> = match given.extract::<bool>() {
                Ok(one) => vec![one; rows.len()],
                Err(_) => given.extract().map_err(|_| refuse("it takes True or False".into()))?,
            };
            fits(list.len())?;
            list.into_iter().map(Value::Flag).collect()
        }
        Kind::Text | Kind::Choice(_) => {
            let list = texts()?;
            fits(list.len())?;
            if let Kind::Choice(words) = spec.kind {
                if let Some(bad) = list.iter().find(|s| !words.contains(&s.as_deref().unwrap_or_default())) {
                    let bad = bad.as_deref().unwrap_or("None");
                    return Err(refuse(format!("\"{bad}\" is not one of {}", words.join(", "))));
                }
            }
            list.into_iter().map(|s| Value::Text(s.unwrap_or_default())).collect()
        }
        Kind::Reference(target) | Kind::OptionalReference(target) => {
            let list = texts()?;
            fits(list.len())?;
            let optional = matches!(spec.kind, Kind::OptionalReference(_));
            let value = |name: Option<String>| match name {
                None if optional => Ok(Value::Missing),
                None => Err(refuse(format!("it must name one of {}", target.word()))),
                Some(name) => match net.table(target).row_of(&name) {
                    Some(row) => Ok(Value::Reference(row as u32)),
                    None => Err(refuse(format!("there is no \"{name}\" among {}", target.word()))),
                },
            };
            list.into_iter().map(value).collect::<PyResult<_>>()?
        }
        Kind::Pairs => {
            let list: Vec<Vec<[f64; 2]>> = given.extract().map_err(|_| refuse("it takes a list of pairs for each row".into()))?;
            fits(list.len())?;
            list.into_iter().map(Value::Pairs).collect()
        }
    };
    let values: Vec<_> = rows.into_iter().zip(values).collect();
    let found: Vec<_> = values.iter().filter_map(|(row, v)| out_of_range(table, t.name_of(*row), &spec, v)).collect();
    if found.is_empty() {
        Ok(New { field: k, values })
    } else {
        Err(findings::unreadable(py, found))
    }
}

/// One number for every row, or one per row.
fn spread(view: &ArrayViewD<f64>, rows: usize) -> Option<Vec<f64>> {
    match view.ndim() {
        0 => Some(vec![*view.first()?; rows]),
        1 if view.len() == rows => Some(view.iter().copied().collect()),
        _ => None,
    }
}

/// One number for every row, one per row, one per row and step; and one per step for a single row.
fn spread_profiles(view: &ArrayViewD<f64>, rows: usize, steps: usize) -> Option<Vec<Profile>> {
    if let Some(numbers) = spread(view, rows) {
        return Some(numbers.into_iter().map(Profile::Const).collect());
    }
    if let Ok(one) = view.view().into_dimensionality::<Ix1>() {
        return (rows == 1 && one.len() == steps).then(|| vec![Profile::Series(one.iter().copied().collect())]);
    }
    let table = view.view().into_dimensionality::<Ix2>().ok()?;
    let series = |row: numpy::ndarray::ArrayView1<f64>| Profile::Series(row.iter().copied().collect());
    (table.dim() == (rows, steps)).then(|| table.rows().into_iter().map(series).collect())
}

fn shape_rule(view: &ArrayViewD<f64>, rows: usize, steps: Option<usize>) -> String {
    let more = steps.map_or(String::new(), |steps| format!(", or {rows} × {steps} (rows × steps)"));
    format!("it takes one number, or {rows} of them{more}; the shape given is {:?}", view.shape())
}

/// The finding about a value outside the field's range, as `check` would word it.
fn out_of_range(table: TableId, name: &str, spec: &Field, value: &Value) -> Option<Diagnostic> {
    if spec.range == Range::Free {
        return None;
    }
    let bad = match value {
        Value::Number(v) => (!spec.range.holds(*v)).then_some(*v),
        Value::Profile(p) => p.values().iter().copied().find(|v| !spec.range.holds(*v)),
        Value::Pairs(p) => p.iter().flatten().copied().find(|v| !spec.range.holds(*v)),
        _ => None,
    }?;
    let entry = findings::entry("N0101")?;
    let d = Diagnostic::new(entry).on(table, name).field(spec.name);
    Some(d.with("value", bad).with_unit(spec.unit).with_both("rule", spec.range.rule(), spec.range.rule_zh()))
}
