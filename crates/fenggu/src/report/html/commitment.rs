//! The commitment picture: units × periods, coloured by the share of the highest output, with the reasons of every run on hover.

use super::palette;
use super::svg::{c, Panel, Size, Svg};
use super::timeline::Timeline;
use super::write::{esc, fill, name, num, say, say_with, short, TableHtml};
use crate::report::commitment::CommitmentView;
use crate::report::run::Run;
use crate::report::text::{self, Text};
use fenggu_net::diagnostic::Lang;
use fenggu_net::{Generator, Network, Quantity as Q, Results};
use std::fmt::Write;

/// Units drawn at most.
const DRAWN: usize = 90;
/// Shades of output.
const SHADES: usize = 8;
/// Height of a unit's row.
const ROW: f64 = 12.0;

/// A unit that commitment switches.
struct Unit {
    row: usize,
    /// Runs of one status: first step, step after the last, whether on.
    runs: Vec<(usize, usize, bool)>,
    on_h: f64,
}

fn units(net: &Network, r: &Results) -> Vec<Unit> {
    let mut out = Vec::new();
    for (id, _) in net.generators.iter().filter(|(_, g)| g.committable && g.in_service && net.buses[g.bus].in_service()) {
        let status = r.series(Q::GeneratorStatus, id.index());
        if status.is_empty() {
            continue;
        }
        let mut runs: Vec<(usize, usize, bool)> = Vec::new();
        for (t, s) in status.iter().enumerate() {
            match runs.last_mut() {
                Some(run) if run.2 == (*s > 0.5) => run.1 = t + 1,
                _ => runs.push((t, t + 1, *s > 0.5)),
            }
        }
        let on_h = runs.iter().filter(|r| r.2).flat_map(|r| r.0..r.1).map(|t| net.time.duration_h[t]).sum();
        out.push(Unit { row: id.index(), runs, on_h });
    }
    out
}

/// The section; none without a commitment.
pub(super) fn section(run: &Run) -> Option<String> {
    let (net, r, view) = (run.network, run.results, run.commitment.as_ref()?);
    let mut all = units(net, r);
    if all.is_empty() {
        return None;
    }
    let (always, never) = (all.iter().filter(|u| u.runs.len() == 1 && u.runs[0].2).count(), all.iter().filter(|u| u.on_h == 0.0).count());
    let total = all.len();
    if never < total {
        all.retain(|u| u.on_h > 0.0); // rows without a single hour say nothing that the count does not
    }
    // Those that switch come first; of the others some that are on.
    all.sort_by_key(|u| u.runs.len() == 1);
    all.truncate(DRAWN);
    all.sort_by(|a, b| b.on_h.total_cmp(&a.on_h).then(a.runs[0].1.cmp(&b.runs[0].1)).then(a.row.cmp(&b.row)));
    let mut html = format!(
        "<p>{}</p>",
        say_with(
            text::COMMITMENT_COUNTS,
            &[&total.to_string(), &always.to_string(), &never.to_string(), &(total - always - never).to_string()]
        )
    );
    let mut legend = String::new();
    for (k, share) in [0.0, 0.5, 1.0].into_iter().enumerate() {
        let label = [text::AT_MINIMUM, text::HALF_WAY, text::AT_MAXIMUM][k];
        legend += &super::write::legend_item(&format!("<rect width=\"16\" height=\"12\" fill=\"{}\"/>", palette::ramp(share)), &say(label));
    }
    legend += &super::write::legend_item("<rect width=\"16\" height=\"12\" fill=\"#eef1f4\"/>", &say(text::IS_OFF));
    let note = if all.len() + never < total {
        say_with(text::COMMITMENT_PART, &[&all.len().to_string(), &(total - never).to_string()])
    } else {
        say(text::COMMITMENT_ALL)
    };
    html += &format!(
        "<figure id=\"fig-commitment\"><figcaption><h3>{}</h3><p class=\"note\">{note}</p></figcaption><ul class=\"legend\">{legend}</ul>\
         <div class=\"scroll\"><div lang=\"en\">{}</div><div lang=\"zh\">{}</div></div>{}</figure>",
        say(text::COMMITMENT_PICTURE),
        picture(net, r, view, &all, Lang::En),
        picture(net, r, view, &all, Lang::Zh),
        super::write::details(&table(net, r, &all), &[]),
    );
    Some(html)
}

/// Share of output between minimum and maximum, 0 … 1.
fn share(g: &Generator, r: &Results, row: usize, t: usize) -> f64 {
    let (low, high) = (g.lower_mw(t), g.upper_mw(t));
    if high - low < 1e-9 {
        return 1.0;
    }
    ((r.at(Q::GeneratorP, row, t) - low) / (high - low)).clamp(0.0, 1.0)
}

fn picture(net: &Network, r: &Results, view: &CommitmentView, units: &[Unit], lang: Lang) -> String {
    let line = Timeline::new(&net.time);
    let size = Size { w: 1040.0, h: 30.0 + ROW * units.len() as f64 + 46.0, narrow: false };
    let panel = Panel { left: 150.0, right: size.w - 8.0, top: 8.0, bottom: size.h - 46.0 };
    let mut svg = Svg::new(size, text::COMMITMENT_PICTURE.get(lang), "");
    let x = line.scale(panel);
    let mut edges = vec![0.0];
    net.time.duration_h.iter().for_each(|h| edges.push(edges[edges.len() - 1] + h));
    for (k, u) in units.iter().enumerate() {
        let g = &net.generators.rows()[u.row];
        let y = panel.top + ROW * k as f64;
        svg.text(panel.left - 6.0, y + ROW - 2.5, "class=\"t e\" style=\"font-size:9.5px\"", &super::write::cut(&g.name, 24));
        for (k, &(a, b, on)) in u.runs.iter().enumerate() {
            let title = esc(&reason(net, r, view, u, k, &edges, lang));
            let mut body = format!("<g><title>{title}</title>");
            if !on {
                let _ = write!(body, "<path d=\"{}\" fill=\"#eef1f4\"/>", cells(&[(a, b)], y, |t| x.at(edges[t])));
            } else {
                let mut of_shade: Vec<Vec<(usize, usize)>> = vec![Vec::new(); SHADES];
                for t in a..b {
                    let shade = ((share(g, r, u.row, t) * SHADES as f64) as usize).min(SHADES - 1);
                    match of_shade[shade].last_mut() {
                        Some(last) if last.1 == t => last.1 = t + 1,
                        _ => of_shade[shade].push((t, t + 1)),
                    }
                }
                for (shade, list) in of_shade.iter().enumerate().filter(|(_, l)| !l.is_empty()) {
                    let colour = palette::ramp(shade as f64 / (SHADES - 1) as f64);
                    let _ = write!(body, "<path d=\"{}\" fill=\"{colour}\"/>", cells(list, y, |t| x.at(edges[t])));
                }
            }
            body += "</g>";
            svg.raw(&body);
        }
    }
    line.x_axis(&mut svg, panel, x, true);
    svg.finish()
}

/// Boxes from edge to edge of runs of steps in one row.
fn cells(runs: &[(usize, usize)], y: f64, x: impl Fn(usize) -> f64) -> String {
    let mut d = String::new();
    for &(a, b) in runs {
        let _ = write!(d, "M{} {}H{}v{}H{}z", c(x(a)), c(y + 0.5), c(x(b)), c(ROW - 1.0), c(x(a)));
    }
    d
}

/// Why a unit is on or off in its k-th run, in words.
fn reason(net: &Network, r: &Results, view: &CommitmentView, u: &Unit, k: usize, edges: &[f64], lang: Lang) -> String {
    let g = &net.generators.rows()[u.row];
    let (a, b, on) = u.runs[k];
    let say = |t: Text, args: &[&str]| fill(t.get(lang), args);
    let hours = |v: f64| num(v, if v.fract() == 0.0 { 0 } else { 2 });
    let (from, to, long) = (hours(edges[a]), hours(edges[b]), edges[b] - edges[a]);
    let mut parts = vec![say(if on { text::RUN_ON } else { text::RUN_OFF }, &[&g.name, &from, &to, &hours(long)])];
    let before = g.initial_status_h.unwrap_or(0.0);
    let carried = if a == 0 && (before > 0.0) == on { before.abs() } else { 0.0 };
    let last = b == net.steps();
    if on {
        let mean = (a..b).map(|t| share(g, r, u.row, t)).sum::<f64>() / (b - a) as f64;
        parts.push(say(text::RUN_SHARE, &[&num(100.0 * mean, 0)]));
        if a > 0 {
            let off = edges[a] - edges[u.runs[k - 1].0] + if k == 1 { (-before).max(0.0) } else { 0.0 };
            parts.push(say(text::RUN_STARTED, &[&hours(off)]));
        } else if before > 0.0 {
            parts.push(say(text::RUN_CARRIED, &[&hours(before)]));
        }
    }
    if g.must_run && on {
        parts.push(say(text::RUN_MUST, &[]));
    }
    if g.status_set.as_ref().is_some_and(|s| (a..b).any(|t| s.at(t).is_finite())) {
        parts.push(say(text::RUN_GIVEN, &[]));
    }
    let least = if on { g.up_time_min_h } else { g.down_time_min_h };
    if !last && least > 0.0 && carried + long <= least + 1e-9 {
        parts.push(say(if on { text::RUN_LEAST_ON } else { text::RUN_LEAST_OFF }, &[&hours(least)]));
    } else if carried > 0.0 && carried < least {
        parts.push(say(if on { text::RUN_HELD_ON } else { text::RUN_HELD_OFF }, &[&hours(least - carried)]));
    }
    let prices: Vec<f64> = (a..b).map(|t| r.at(Q::BusPrice, g.bus.index(), t)).filter(|p| p.is_finite()).collect();
    let full = view.full_cost_per_mwh.get(u.row).copied().unwrap_or(f64::NAN);
    if !prices.is_empty() && full.is_finite() {
        let mean = prices.iter().sum::<f64>() / prices.len() as f64;
        let high = prices.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        parts.push(say(text::RUN_PRICE, &[&num(mean, 2), &num(high, 2), &num(full, 2)]));
    }
    parts.join(if lang == Lang::Zh { "" } else { " " })
}

/// Units with hours on, starts and energy.
fn table(net: &Network, r: &Results, units: &[Unit]) -> String {
    let head = [say(text::NAME), say(text::HOURS_ON), say(text::STARTS), super::write::with_unit(text::ENERGY_OUT, "MWh")];
    let mut out = TableHtml::new(&head, 1);
    for u in units {
        let g = &net.generators.rows()[u.row];
        let starts = r.series(Q::GeneratorStartUp, u.row).iter().filter(|v| **v > 0.5).count();
        let energy: f64 = (0..net.steps()).map(|t| r.at(Q::GeneratorP, u.row, t) * net.time.energy_h(t)).sum();
        out.row(&[name(&g.name), num(u.on_h, 0), starts.to_string(), short(energy)]);
    }
    out.finish()
}
