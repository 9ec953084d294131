//! The banner with the verdict, and the few figures under it.

use super::energy::Energy;
use super::prices::Prices;
use super::timeline::Timeline;
use super::write::{both, num, say, say_each, say_with, short};
use super::{currency, esc};
use crate::report::run::{Run, RunStatus};
use crate::report::text;
use fenggu_net::Quantity;

/// The banner.
pub(super) fn verdict(run: &Run, status: RunStatus) -> String {
    let (class, sentence) = match status {
        RunStatus::Ok if run.verdict.is_some() => ("", text::SOLVED_CHECKED),
        RunStatus::Ok => ("warn", text::SOLVED_UNCHECKED),
        RunStatus::Refused => ("bad", text::STATUS_REFUSED),
        RunStatus::Infeasible => ("bad", text::STATUS_INFEASIBLE),
        RunStatus::Unbounded => ("bad", text::STATUS_UNBOUNDED),
        RunStatus::TimeLimit => ("warn", text::STATUS_LIMIT),
        RunStatus::Interrupted => ("warn", text::STATUS_INTERRUPTED),
        RunStatus::Failed => ("bad", text::STATUS_FAILED),
    };
    let stamp = match &run.verdict {
        Some(v) => {
            let (passed, ran) = v.count();
            let word = if v.passed { text::STAMP_PASSED } else { text::STAMP_FAILED };
            format!("<div class=\"stamp\"><span>{}</span><b>{passed}/{ran}</b><span>{}</span></div>", say(text::STAMP), say(word))
        }
        None => format!("<div class=\"stamp none\"><span>{}</span><b>–</b><span>{}</span></div>", say(text::STAMP), say(text::STAMP_NONE)),
    };
    let gap = run.gap();
    let mut below = if gap.is_finite() && matches!(status, RunStatus::Ok | RunStatus::TimeLimit | RunStatus::Interrupted) {
        format!("<p class=\"note\">{}</p>", say_with(text::GAP, &[&if gap < 1e-12 { "0".to_string() } else { short(gap) }]))
    } else {
        String::new()
    };
    if let Some(v) = run.verdict.as_ref().filter(|v| !v.passed) {
        if let Some(t) = v.tests.iter().find(|t| t.skipped.is_none() && !t.passed) {
            below = format!(
                "<p class=\"note\">{}: {} {} &gt; {} {} – {}</p>",
                super::cut(&t.name, 80),
                short(t.worst),
                esc(&t.unit),
                short(t.tolerance),
                esc(&t.unit),
                super::cut(&t.place, 120)
            );
        }
    }
    format!(
        "<div class=\"verdict {class}\" data-status=\"{}\"><div><strong>{}</strong>{below}</div>{stamp}</div>",
        status.word(),
        say(sentence)
    )
}

/// Money, in millions or 万.
fn money(v: f64, currency: &(String, String)) -> (String, String) {
    let en = if v.abs() >= 1e7 {
        format!("{} <small>million {}</small>", num(v / 1e6, if v.abs() >= 1e8 { 1 } else { 2 }), currency.0)
    } else {
        format!("{} <small>{}</small>", num(v, if v.abs() >= 1e5 { 0 } else { 2 }), currency.0)
    };
    let zh = if v.abs() >= 1e9 {
        format!("{} <small>亿{}</small>", num(v / 1e8, 2), currency.1)
    } else if v.abs() >= 1e5 {
        format!("{} <small>万{}</small>", num(v / 1e4, if v.abs() >= 1e7 { 0 } else { 2 }), currency.1)
    } else {
        format!("{} <small>{}</small>", num(v, 2), currency.1)
    };
    (en, zh)
}

/// Energy: MWh or GWh, and in Chinese 万kWh or 亿kWh as the trade speaks.
fn energy_of(mwh: f64) -> (String, String) {
    let en = if mwh.abs() >= 1e4 {
        format!("{} <small>GWh</small>", num(mwh / 1e3, if mwh.abs() >= 1e6 { 0 } else { 1 }))
    } else {
        format!("{} <small>MWh</small>", num(mwh, 1))
    };
    let zh = if mwh.abs() >= 1e5 {
        format!("{} <small>亿kWh</small>", num(mwh / 1e5, 3))
    } else {
        format!("{} <small>万kWh</small>", num(mwh / 10.0, 1))
    };
    (en, zh)
}

fn tile(label: String, big: String, small: String) -> String {
    format!("<div class=\"tile\"><dt>{label}</dt><dd><div class=\"big\">{big}</div><div class=\"small\">{small}</div></dd></div>")
}

/// The figures under the banner.
pub(super) fn tiles(run: &Run, e: &Energy, prices: Option<&Prices>) -> String {
    let net = run.network;
    let currency = currency(net);
    let served = Energy::mwh(net, &e.load_mw);
    let mut out = String::from("<dl class=\"tiles\">");

    let (en, zh) = money(run.results.objective, &currency);
    // Cost and energy carry different weights when steps stand for more than themselves; a mean needs one kind.
    let served_objective: f64 = e.load_mw.iter().enumerate().map(|(t, v)| v * net.time.objective_h(t)).sum();
    let per = if served_objective > 1e-9 { run.results.objective / served_objective } else { f64::NAN };
    let per = say_with(text::COST_PER_MWH, &[&num(per, 2), &both(&currency.0, &currency.1)]);
    out += &tile(say(text::COST), both(&en, &zh), per);

    if let Some(p) = prices {
        let unit = both(&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1));
        let finite = |v: &&f64| v.is_finite();
        let small = if net.steps() == 1 {
            say_with(text::ONE_PRICE_RANGE, &[&num(p.low[0], 2), &num(p.high[0], 2)])
        } else {
            let line = Timeline::new(&net.time);
            let find = |better: fn(f64, f64) -> bool| {
                p.mean.iter().enumerate().filter(|(_, v)| finite(v)).fold(None, |best: Option<(usize, f64)>, (t, &v)| {
                    if best.is_none_or(|b| better(v, b.1)) {
                        Some((t, v))
                    } else {
                        best
                    }
                })
            };
            match (find(|a, b| a < b), find(|a, b| a > b)) {
                (Some((tl, lo)), Some((th, hi))) => {
                    say_with(text::VALLEY_PEAK, &[&num(lo, 0), &line.label(tl), &num(hi, 0), &line.label(th)])
                }
                _ => String::new(),
            }
        };
        out += &tile(say(text::PRICE_RANGE), format!("{} <small>{unit}</small>", num(p.overall(net, e), 2)), small);
    }

    let peak = e.load_mw.iter().copied().fold(0.0, f64::max);
    let (en, zh) = energy_of(served);
    out += &tile(
        say(text::ENERGY_SERVED),
        both(&en, &zh),
        say_each(text::PEAK_LOAD, &[&format!("{} MW", num(peak, 0))], &[&format!("{} 万kW", num(peak / 10.0, 1))]),
    );

    let renewable: f64 = net
        .generators
        .iter()
        .filter(|(_, g)| g.carrier.and_then(|c| net.carriers.get(c)).is_some_and(|c| c.renewable))
        .map(|(id, _)| Energy::mwh(net, run.results.series(Quantity::GeneratorP, id.index())))
        .sum();
    if renewable > 1e-9 {
        let total: f64 = e.into.iter().map(|s| Energy::mwh(net, &s.mw)).sum();
        let curtailed = Energy::mwh(net, &e.curtailed_mw);
        let lost = say_with(text::CURTAILED_SHARE, &[&num(100.0 * curtailed / (curtailed + renewable), 1)]);
        out += &tile(say(text::RENEWABLE), format!("{} <small>%</small>", num(100.0 * renewable / total.max(1e-9), 1)), lost);
    }
    out + "</dl>"
}
