//! Prices: curves over time with the spread between buses, and the duration curve; sorted prices for a single step.

use super::energy::Energy;
use super::palette;
use super::svg::{y_axis, Panel, Scale, Size, Svg};
use super::timeline::{blocks, Timeline};
use super::write::{both, cut, labelled, legend_item, name, num, say, say_with, short, with_unit, Figure, TableHtml};
use crate::report::text;
use fenggu_net::{BusId, Network, Quantity, Results};

/// Colours of chosen buses.
const CHOSEN: [&str; 3] = ["#c9683c", "#3d9373", "#8a6fa8"];

/// Prices over time, read once for all figures.
pub(super) struct Prices {
    /// Load-weighted mean. `[step]`
    pub mean: Vec<f64>,
    /// Lowest over buses. `[step]`
    pub low: Vec<f64>,
    /// Highest over buses. `[step]`
    pub high: Vec<f64>,
    /// Buses worth a line of their own: dearest, cheapest, and the one with the most load, where they differ from the mean.
    pub chosen: Vec<BusId>,
}

impl Prices {
    /// Prices of a run; none when it has none.
    pub fn of(net: &Network, r: &Results, e: &Energy) -> Option<Prices> {
        r.column(Quantity::BusPrice)?;
        let n = net.steps();
        let (mut low, mut high) = (vec![f64::NAN; n], vec![f64::NAN; n]);
        let mut of_bus: Vec<(BusId, f64)> = Vec::new();
        for b in net.buses.ids().filter(|&b| net.is_electric(b)) {
            let series = r.series(Quantity::BusPrice, b.index());
            let mut total = 0.0;
            for (t, &v) in series.iter().enumerate().take(n).filter(|(_, v)| v.is_finite()) {
                low[t] = if low[t] <= v { low[t] } else { v };
                high[t] = if high[t] >= v { high[t] } else { v };
                total += v * net.time.objective_h(t);
            }
            if !series.is_empty() {
                of_bus.push((b, total));
            }
        }
        let mean = e.mean_price(net, r);
        let spread = (0..n).map(|t| high[t] - low[t]).fold(0.0, f64::max);
        let mut chosen: Vec<BusId> = Vec::new();
        let scale = high.iter().copied().fold(0.0, f64::max).abs().max(1.0);
        if spread > 1e-4 * scale {
            of_bus.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let mut load: Vec<(BusId, f64)> = of_bus.iter().map(|(b, _)| (*b, 0.0)).collect();
            load.sort_by_key(|l| l.0);
            for (id, l) in net.loads.iter() {
                if let Ok(k) = load.binary_search_by_key(&l.bus, |x| x.0) {
                    load[k].1 += r.series(Quantity::LoadP, id.index()).iter().sum::<f64>();
                }
            }
            let largest = load.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|l| l.0);
            for b in [of_bus.first().map(|x| x.0), of_bus.last().map(|x| x.0), largest].into_iter().flatten() {
                if !chosen.contains(&b) {
                    chosen.push(b);
                }
            }
        }
        Some(Prices { mean, low, high, chosen })
    }
    /// Horizon's load-weighted mean price; NaN without load.
    pub fn overall(&self, net: &Network, e: &Energy) -> f64 {
        let hours: f64 = (0..net.steps()).map(|t| e.load_mw[t] * net.time.objective_h(t)).sum();
        let value = Energy::value(net, &e.load_value_per_h);
        if hours.abs() > 1e-9 {
            value / hours
        } else {
            let h: f64 = (0..net.steps()).map(|t| net.time.objective_h(t)).sum();
            self.mean.iter().enumerate().map(|(t, p)| p * net.time.objective_h(t)).sum::<f64>() / h
        }
    }
}

fn legend(net: &Network, p: &Prices) -> String {
    let mut items = legend_item("<path d=\"M0 6H16\" class=\"mean\"/>", &say(text::MEAN_LOAD_WEIGHTED));
    items += &legend_item("<rect width=\"16\" height=\"12\" class=\"band\"/>", &say(text::SPREAD));
    for (k, b) in p.chosen.iter().enumerate() {
        let dash = ["", " stroke-dasharray=\"5 2\"", " stroke-dasharray=\"2 2\""][k % 3];
        items += &legend_item(
            &format!("<path d=\"M0 6H16\" stroke=\"{}\" stroke-width=\"1.5\"{dash}/>", CHOSEN[k % 3]),
            &cut(&net.buses[*b].name, 28),
        );
    }
    format!("<ul class=\"legend\">{items}</ul>")
}

fn range(p: &Prices) -> (f64, f64) {
    let lo = p.low.iter().chain(&p.mean).copied().filter(|v| v.is_finite()).fold(f64::INFINITY, f64::min);
    let hi = p.high.iter().chain(&p.mean).copied().filter(|v| v.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    // Prices start at zero unless that would flatten them.
    (if lo > 0.0 && hi < 3.0 * lo && lo > 0.75 * hi { lo } else { lo.min(0.0) }, hi)
}

/// Prices over time.
pub(super) fn over_time(net: &Network, r: &Results, p: &Prices, csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> String {
    let line = Timeline::new(&net.time);
    let (lo, hi) = range(p);
    let currency = super::currency(net);
    let unit = (format!("{}/MWh", currency.0), format!("{}/MWh", currency.1));
    let draw = |size: Size| {
        let panel = Panel { left: if size.narrow { 52.0 } else { 64.0 }, right: size.w - 18.0, top: 30.0, bottom: size.h - 46.0 };
        let mut svg = Svg::new(size, text::PRICES.en, &line.hover(panel));
        let y = y_axis(&mut svg, panel, lo, hi, 5, (&unit.0, &unit.1));
        let x = line.scale(panel);
        svg.path(&line.range(&p.low, &p.high, x, y), "class=\"band\"");
        for (k, b) in p.chosen.iter().enumerate() {
            let dash = ["", " stroke-dasharray=\"5 2\"", " stroke-dasharray=\"2 2\""][k % 3];
            svg.path(
                &line.line(r.series(Quantity::BusPrice, b.index()), x, y),
                &format!("class=\"thin\" stroke=\"{}\"{dash}", CHOSEN[k % 3]),
            );
        }
        svg.path(&line.line(&p.mean, x, y), "class=\"mean\"");
        line.x_axis(&mut svg, panel, x, true);
        svg.finish()
    };
    let heading = |t: text::Text| with_unit(t, &both(&unit.0, &unit.1));
    let mut columns: Vec<(String, &[f64], usize)> =
        vec![(heading(text::MEAN_SHORT), &p.mean, 2), (heading(text::LOWEST), &p.low, 2), (heading(text::HIGHEST), &p.high, 2)];
    for b in &p.chosen {
        columns.push((labelled(&name(&net.buses[*b].name), &both(&unit.0, &unit.1)), r.series(Quantity::BusPrice, b.index()), 2));
    }
    Figure {
        id: "fig-prices",
        title: say(text::PRICES),
        note: if line.daily() { say(text::PRICES_DAILY) } else { say(text::PRICES_NOTE) },
        legend: legend(net, p),
        table: line.table(&columns),
        csv: csv(&[Quantity::BusPrice, Quantity::BusPriceCongestion]),
    }
    .html((1040.0, 320.0), (380.0, 270.0), draw)
}

/// The price duration curve: hours in which the mean price is at least so high.
pub(super) fn duration(net: &Network, p: &Prices) -> String {
    let currency = super::currency(net);
    let mut sorted: Vec<(f64, f64)> =
        p.mean.iter().enumerate().filter(|(_, v)| v.is_finite()).map(|(t, &v)| (v, net.time.objective_h(t))).collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = sorted.iter().map(|s| s.1).sum();
    let (lo, hi) = range(p);
    let draw = |size: Size| {
        let panel = Panel { left: if size.narrow { 52.0 } else { 64.0 }, right: size.w - 18.0, top: 30.0, bottom: size.h - 46.0 };
        let mut svg = Svg::new(size, text::DURATION.en, "");
        let y = y_axis(&mut svg, panel, lo, hi, 5, (&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1)));
        let x = Scale::new(0.0, total, panel.left, panel.right);
        let mut d = String::new();
        let mut h = 0.0;
        for (a, b) in blocks(sorted.len(), 1000) {
            let hours: f64 = sorted[a..b].iter().map(|s| s.1).sum();
            let mean = sorted[a..b].iter().map(|s| s.0).sum::<f64>() / (b - a) as f64;
            d += &if d.is_empty() {
                format!("M{} {}", super::svg::c(x.at(h)), super::svg::c(y.at(mean)))
            } else {
                format!("V{}", super::svg::c(y.at(mean)))
            };
            h += hours;
            d += &format!("H{}", super::svg::c(x.at(h)));
        }
        svg.path(&d, "class=\"mean\"");
        // Hours of a day or two read best in fours.
        let ticks = if (12.0..=48.0).contains(&total) {
            (0..=12).map(|k| 4.0 * f64::from(k)).collect()
        } else {
            super::svg::nice_ticks(0.0, total, if size.narrow { 4 } else { 8 })
        };
        let dec = super::svg::tick_decimals(&ticks);
        for &t in ticks.iter().filter(|t| **t <= total * (1.0 + 1e-9)) {
            svg.line(x.at(t), panel.bottom, x.at(t), panel.bottom + 5.0, "class=\"tick\"");
            svg.text(x.at(t), panel.bottom + 19.0, "class=\"t m\"", &num(t, dec));
        }
        svg.line(panel.left, panel.bottom, panel.right, panel.bottom, "class=\"axis\"");
        svg.text_both(panel.right, panel.bottom + 37.0, "class=\"t e u\"", "hours", "小时");
        svg.finish()
    };
    let head = [
        with_unit(text::HOURS_FROM_TOP, "h"),
        with_unit(text::MEAN_SHORT, &both(&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1))),
    ];
    let mut table = TableHtml::new(&head, 0);
    let mut h = 0.0;
    let mut next = 0.0;
    for (v, hours) in &sorted {
        h += hours;
        // About fifty rows tell the curve; the first and last are among them.
        if h >= next || h >= total - 1e-9 {
            table.row(&[short(h), num(*v, 2)]);
            next = h + total / 50.0;
        }
    }
    Figure {
        id: "fig-duration",
        title: say(text::DURATION),
        note: say(text::DURATION_NOTE),
        legend: String::new(),
        table: table.finish(),
        csv: Vec::new(),
    }
    .html((1040.0, 260.0), (380.0, 240.0), draw)
}

/// Prices of a single step, from the dearest bus to the cheapest.
pub(super) fn one_step(net: &Network, r: &Results, csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> String {
    let currency = super::currency(net);
    let unit = (format!("{}/MWh", currency.0), format!("{}/MWh", currency.1));
    let mut rows: Vec<(BusId, f64)> = net
        .buses
        .ids()
        .filter(|&b| net.is_electric(b))
        .map(|b| (b, r.at(Quantity::BusPrice, b.index(), 0)))
        .filter(|(_, v)| v.is_finite())
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (lo, hi) = (rows.last().map_or(0.0, |r| r.1), rows.first().map_or(1.0, |r| r.1));
    let draw = |size: Size| {
        let panel = Panel { left: if size.narrow { 52.0 } else { 64.0 }, right: size.w - 18.0, top: 30.0, bottom: size.h - 46.0 };
        let mut svg = Svg::new(size, text::PRICES_SORTED.en, "");
        let y = y_axis(&mut svg, panel, lo.min(0.0), hi, 5, (&unit.0, &unit.1));
        let x = Scale::new(0.0, rows.len().max(1) as f64, panel.left, panel.right);
        if rows.len() <= 120 {
            let w = (panel.right - panel.left) / rows.len().max(1) as f64;
            for (k, (_, v)) in rows.iter().enumerate() {
                let u = if hi > lo { (v - lo) / (hi - lo) } else { 0.5 };
                svg.rect(
                    x.at(k as f64) + w * 0.08,
                    y.at(0.0),
                    w * 0.84,
                    y.at(*v) - y.at(0.0),
                    &format!("fill=\"{}\" class=\"outlined\"", palette::ramp(u)),
                );
            }
        } else {
            let mut d = format!("M{} {}", panel.left, super::svg::c(y.at(hi)));
            for (a, b) in blocks(rows.len(), 1000) {
                d += &format!("L{} {}", super::svg::c(x.at((a + b) as f64 / 2.0)), super::svg::c(y.at(rows[(a + b) / 2].1)));
            }
            svg.path(&d, "class=\"mean\"");
        }
        svg.line(panel.left, y.at(0.0), panel.right, y.at(0.0), "class=\"axis\"");
        let n = rows.len();
        svg.text_both(
            panel.right,
            panel.bottom + 22.0,
            "class=\"t e u\"",
            &format!("{n} buses, dearest first"),
            &format!("{n} 个节点，由高到低"),
        );
        svg.finish()
    };
    let mut table = TableHtml::new(
        &[say(text::BUS), with_unit(text::PRICE, &both(&unit.0, &unit.1)), with_unit(text::CONGESTION_PART, &both(&unit.0, &unit.1))],
        1,
    );
    let k = 100;
    for (i, (b, v)) in rows.iter().enumerate() {
        if i < k || i + k >= rows.len() {
            table.row(&[name(&net.buses[*b].name), num(*v, 4), num(r.at(Quantity::BusPriceCongestion, b.index(), 0), 4)]);
        }
    }
    let note = if rows.len() > 2 * k {
        say_with(text::ENDS_OF, &[&k.to_string(), &rows.len().to_string()])
    } else {
        say(text::PRICES_SORTED_NOTE)
    };
    Figure {
        id: "fig-prices",
        title: say(text::PRICES_SORTED),
        note,
        legend: String::new(),
        table: table.finish(),
        csv: csv(&[Quantity::BusPrice]),
    }
    .html((1040.0, 300.0), (380.0, 260.0), draw)
}
