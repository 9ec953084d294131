//! Checks that follow from the field tables alone: ranges, references, names, series, time axis.
use super::{number, Findings};
use crate::diagnostic as code;
use crate::schema::{Kind, Range, Value};
use crate::{Diagnostic, TableId, TimeAxis};
use std::collections::HashMap;

pub(super) fn run(found: &mut Findings) {
    let net = found.net;
    if !(net.base_mva.is_finite() && net.base_mva > 0.0) {
        found.list.push(Diagnostic::new(&code::BASE_MVA).with("value", net.base_mva));
    }
    time(found);
    if net.buses.is_empty() {
        found.list.push(Diagnostic::new(&code::NOTHING).with_both("value", "buses", "母线"));
    }
    for &table in TableId::ALL {
        names(found, table);
        for field in 0..net.table(table).fields().len() {
            column(found, table, field);
        }
    }
}

fn time(found: &mut Findings) {
    let axis = &found.net.time;
    let steps = axis.steps();
    let mut say = |en: String, zh: String| found.list.push(Diagnostic::new(&code::TIME_AXIS).with_both("value", en, zh));
    if steps == 0 {
        say("there is no step".into(), "没有时段".into());
    }
    for (name, values) in
        [("weight_objective", &axis.weight_objective), ("weight_storage", &axis.weight_storage), ("weight_energy", &axis.weight_energy)]
    {
        if values.len() != steps {
            let n = values.len();
            say(format!("{name} has {n} values for {steps} steps"), format!("{name} 有 {n} 个值，而时段有 {steps} 个"));
        } else if let Some(t) = values.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            let (k, w) = (t + 1, values[t]);
            say(format!("{name} of step {k} is {w}"), format!("第 {k} 时段的 {name} 为 {w}"));
        }
    }
    if let Some(t) = axis.duration_h.iter().position(|h| !(h.is_finite() && *h > 0.0)) {
        let (k, h) = (t + 1, axis.duration_h[t]);
        say(format!("the length of step {k} is {h} h"), format!("第 {k} 时段的时长为 {h} h"));
    }
    if !axis.start_utc_s.is_empty() {
        if axis.start_utc_s.len() != steps {
            let n = axis.start_utc_s.len();
            say(format!("{n} start times for {steps} steps"), format!("起始时间有 {n} 个，而时段有 {steps} 个"));
        } else if let Some(t) = axis.start_utc_s.windows(2).position(|w| w[1] <= w[0]) {
            let (k, before) = (t + 2, t + 1);
            say(format!("step {k} does not start after step {before}"), format!("第 {k} 时段不晚于第 {before} 时段开始"));
        }
    }
    let unweighted = axis.weight_objective.iter().filter(|w| **w == 0.0).count();
    if let Some(t) = axis.weight_objective.iter().position(|w| *w == 0.0) {
        found.list.push(Diagnostic::new(&code::NO_WEIGHT).with("count", unweighted).with("value", t + 1));
    }
    if !TimeAxis::zone_is_known(&axis.zone) {
        found.list.push(Diagnostic::new(&code::TIME_ZONE).with("value", &axis.zone));
    }
}

fn names(found: &mut Findings, table: TableId) {
    let t = found.net.table(table);
    let mut first = HashMap::with_capacity(t.count());
    let mut twice = Vec::new();
    for row in 0..t.count() {
        if let Some(&before) = first.get(t.name_of(row)) {
            twice.push((before, row));
        } else {
            first.insert(t.name_of(row), row);
        }
    }
    for (before, row) in twice {
        let d = Diagnostic::new(&code::DUPLICATE_NAME).with("first", before + 1).with("second", row + 1);
        found.add(d, table, row, "");
    }
}

fn column(found: &mut Findings, table: TableId, field: usize) {
    let net = found.net;
    let t = net.table(table);
    let spec = t.fields()[field];
    let numeric = matches!(spec.kind, Kind::Number | Kind::OptionalNumber | Kind::Profile | Kind::OptionalProfile | Kind::Pairs);
    let reference = matches!(spec.kind, Kind::Reference(_) | Kind::OptionalReference(_));
    if !(numeric && spec.range != Range::Free || reference) {
        return;
    }
    for row in 0..t.count() {
        let value = t.value(row, field);
        if let Kind::Reference(target) | Kind::OptionalReference(target) = spec.kind {
            let count = net.table(target).count();
            match value {
                Value::Missing if matches!(spec.kind, Kind::Reference(_)) => {
                    found.add(Diagnostic::new(&code::NOT_SET), table, row, spec.name);
                }
                Value::Reference(i) if i as usize >= count => {
                    let d = Diagnostic::new(&code::DANGLING).with("value", i).with("target", target.word()).with("count", count);
                    found.add(d, table, row, spec.name);
                }
                _ => {}
            }
            continue;
        }
        let bad = match &value {
            Value::Number(v) if !spec.range.holds(*v) => Some(*v),
            Value::Profile(p) => {
                let steps = net.steps();
                if p.constant().is_none() && p.values().len() != steps {
                    let d = Diagnostic::new(&code::SERIES_LENGTH).with("value", p.values().len()).with("steps", steps);
                    found.add(d, table, row, spec.name);
                }
                p.values().iter().copied().find(|v| !spec.range.holds(*v))
            }
            Value::Pairs(p) => p.iter().flatten().copied().find(|v| !spec.range.holds(*v)),
            _ => None,
        };
        if let Some(v) = bad {
            let d = Diagnostic::new(&code::OUT_OF_RANGE).with("value", number(v)).with_unit(spec.unit);
            let d = d.with_both("rule", spec.range.rule(), spec.range.rule_zh());
            found.add(d, table, row, spec.name);
        }
    }
}
