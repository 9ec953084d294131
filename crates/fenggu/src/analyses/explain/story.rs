//! What was found, said by codes: the verdict, the conflicts, the fixes.

use super::change::Change;
use super::conflict::{Conflict, Held};
use super::fixes::Fix;
use super::{wording, Explanation, Shortfall};
use crate::analyses::dispatch::DispatchAnswer;
use fenggu_net::diagnostic::Diagnostic;
use fenggu_net::{Network, TableId};
use fenggu_opt::Status;

/// A number as people write it: at most four decimals, and fewer the larger it is.
pub(crate) fn number(v: f64) -> String {
    if !v.is_finite() {
        return if v > 0.0 { "Inf" } else { "-Inf" }.to_string();
    }
    let decimals = match v.abs() {
        a if a >= 1e5 => 0,
        a if a >= 1e3 => 2,
        a if a >= 1e-3 || a == 0.0 => 4,
        _ => 7,
    };
    let text = format!("{v:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0" } else { text }.to_string()
}

/// A step on the user's clock, or by its number from 0.
pub(crate) fn step_label(net: &Network, t: usize) -> String {
    let date = net.time.date_label(t);
    if date.is_empty() {
        return format!("t={t}");
    }
    let minutes = (net.time.hour_of_day(t) * 60.0).round() as u32;
    format!("{date} {:02}:{:02}", minutes / 60, minutes % 60)
}

/// A range of steps, from the start of the first to the start of the last.
pub(crate) fn steps_label(net: &Network, steps: (usize, usize)) -> String {
    let (a, b) = (step_label(net, steps.0), step_label(net, steps.1));
    // The day is said once.
    let short = match (a.split_once(' '), b.split_once(' ')) {
        (Some((day, _)), Some((other, time))) if day == other => time.to_string(),
        _ => b.clone(),
    };
    if steps.0 == steps.1 {
        a
    } else {
        format!("{a} … {short}")
    }
}

/// One member: `storage/limits[battery_7 soc, 2030-01-01 18:00] ≤ 40`.
pub(crate) fn held(net: &Network, h: &Held) -> String {
    let quantity = if h.quantity.is_empty() { String::new() } else { format!(" {}", h.quantity) };
    let steps = h.steps.map_or(String::new(), |s| format!(", {}", steps_label(net, s)));
    let limit = match h.side {
        "upper" => format!(" ≤ {}", number(h.limit)),
        "lower" => format!(" ≥ {}", number(h.limit)),
        "set point" => format!(" = {}", number(h.limit)),
        _ => String::new(),
    };
    format!("{}[{}{quantity}{steps}]{limit}", h.room, h.element)
}

/// Members of a conflict: a few of each room and side by name, then how many more.
fn members(net: &Network, c: &Conflict) -> String {
    const EACH: usize = 3;
    let mut groups: Vec<((&str, &str), Vec<&Held>)> = Vec::new();
    for h in &c.members {
        match groups.iter_mut().find(|g| g.0 == (h.room, h.side)) {
            Some(g) => g.1.push(h),
            None => groups.push(((h.room, h.side), vec![h])),
        }
    }
    let mut out = Vec::new();
    const GROUPS: usize = 8;
    let rest: usize = groups.iter().skip(GROUPS).map(|g| g.1.len()).sum();
    for (key, list) in groups.into_iter().take(GROUPS) {
        out.extend(list.iter().take(EACH).map(|h| held(net, h)));
        if list.len() > EACH {
            out.push(format!("+{} {}", list.len() - EACH, key.0));
        }
    }
    if rest > 0 {
        out.push(format!("+{rest}"));
    }
    out.join(", ")
}

/// One change: `generators "G7" p_max_mw 300 → 412 MW, 2030-01-01 18:00 … 21:00`.
pub(crate) fn change(net: &Network, c: &Change) -> String {
    let table = c.table.word();
    // A study of one step has nothing to tell apart.
    let steps = c.steps.filter(|_| net.steps() > 1).map_or(String::new(), |s| format!(", {}", steps_label(net, s)));
    if c.field == "in_service" {
        return format!("{table} \"{}\" in_service false → true", c.name);
    }
    let unit = if c.table == TableId::SideConstraints || c.unit.is_empty() { String::new() } else { format!(" {}", c.unit) };
    format!("{table} \"{}\" {} {} → {}{unit}{steps}", c.name, c.field, number(c.from), number(c.to))
}

fn fix(net: &Network, number_: usize, f: &Fix) -> Diagnostic {
    const SHOWN: usize = 4;
    let kinds: std::collections::BTreeSet<_> = f.changes.iter().map(|c| wording::of_kind(c.kind).code).collect();
    let entry = match (kinds.len(), f.changes.first()) {
        (1, Some(first)) => wording::of_kind(first.kind),
        _ => &wording::FIX,
    };
    let mut list: Vec<String> = f.changes.iter().take(SHOWN).map(|c| change(net, c)).collect();
    if f.changes.len() > SHOWN {
        list.push(format!("+{}", f.changes.len() - SHOWN));
    }
    let (verified, verified_zh) = match f.verified {
        Some(true) => ("verified: a dispatch of the changed network was found and checked", "已验证：已求得修改后网络的可行调度并经核对"),
        Some(false) => ("not enough by itself", "单独不足以恢复可行"),
        None => ("not verified: the budget ended", "未验证:预算已用尽"),
    };
    let currency = if net.currency == "1" { String::new() } else { format!(" {}", net.currency) };
    let d = Diagnostic::new(entry).with("number", number_).with("changes", list.join("; "));
    let d = d.with("cost", format!("{}{currency}", number(f.cost))).with_both("verified", verified, verified_zh);
    match f.changes.first() {
        Some(c) => d.on(c.table, &c.name).field(c.field),
        None => d,
    }
}

fn short(net: &Network, entry: &'static fenggu_net::diagnostic::Entry, s: &Shortfall) -> Diagnostic {
    let bus = &net.buses.rows()[s.bus].name;
    Diagnostic::new(entry)
        .on(TableId::Buses, bus)
        .with("mw", number(s.mw))
        .with("mwh", number(s.mwh))
        .with("steps", steps_label(net, s.steps))
        .with("bus", bus)
        .with("count", s.buses)
}

/// Fills `said`.
pub(super) fn tell(net: &Network, answer: &DispatchAnswer, e: &mut Explanation) {
    let mut said = Vec::new();
    if answer.status == Status::Infeasible {
        said.extend(e.missing.iter().map(|s| short(net, &wording::MISSING, s)));
        said.extend(e.surplus.iter().map(|s| short(net, &wording::SURPLUS, s)));
        if said.is_empty() {
            said.push(Diagnostic::new(&wording::EXCLUDE));
        }
        for c in &e.conflicts {
            let told = c.members.iter().any(|m| m.side == "set point");
            let entry = match (told, c.irreducible) {
                (true, _) => &wording::TOLD_OUTSIDE,
                (_, true) => &wording::CONFLICT,
                _ => &wording::CONFLICT_LOOSE,
            };
            let room = c.members.first().map_or("", |m| m.room);
            said.push(Diagnostic::new(entry).with("members", members(net, c)).with("room", room));
        }
        said.extend(e.fixes.iter().enumerate().map(|(k, f)| fix(net, k + 1, f)));
        if e.fixes.is_empty() {
            said.push(Diagnostic::new(&wording::NO_FIX));
        }
        said.extend(e.part.iter().map(|p| {
            let steps = |before: &str| p.steps.map_or(String::new(), |s| format!("{before}{}", steps_label(net, s)));
            let d = Diagnostic::new(&wording::LOCAL).with("columns", p.columns[0]).with("all", p.columns[1]);
            d.with_both("steps", steps(", "), steps("，"))
        }));
    }
    if let Some(r) = &e.runaway {
        let one = |x: &super::Runner, island: &'static str| {
            let table = x.table.map_or(island, TableId::word);
            let way = if x.rate > 0.0 { "+∞" } else { "−∞" };
            let steps = steps_label(net, x.steps);
            format!("{table} \"{}\" {} → {way}, {steps}", x.element, x.quantity)
        };
        let runners = |island: &'static str| {
            let mut list: Vec<String> = r.runners.iter().take(4).map(|x| one(x, island)).collect();
            if r.runners.len() > 4 {
                list.push(format!("+{}", r.runners.len() - 4));
            }
            list.join("; ")
        };
        let stop = |x: &&super::Runner| !x.stopped_by.is_empty();
        let stops: Vec<String> = r.runners.iter().filter(stop).take(2).map(|x| format!("{} \"{}\"", x.stopped_by, x.element)).collect();
        let currency = if net.currency == "1" { String::new() } else { format!(" {}", net.currency) };
        let d = Diagnostic::new(&wording::UNBOUNDED)
            .with_both("runners", runners("island"), runners("孤岛"))
            .with("cost", number(r.cost) + &currency);
        said.push(d.with("stops", stops.join(", ")));
    }
    if e.cut {
        said.push(Diagnostic::new(&wording::CUT).with("solves", e.solves));
    }
    e.said = said;
}
