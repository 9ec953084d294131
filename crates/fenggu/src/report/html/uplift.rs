//! Prices under every rule, uplift in all and of units, and the gap over time.

use super::svg::{c, y_axis, Panel, Size, Svg};
use super::timeline::Timeline;
use super::write::{both, cut, legend_item, name, num, say, say_with, seconds, with_unit, Figure, TableHtml};
use crate::report::commitment::{CommitmentView, Moment};
use crate::report::run::Run;
use crate::report::text::{self, Text};
use fenggu_net::{Network, Quantity as Q, Results};

/// Units listed at most.
const LISTED: usize = 50;
/// Moments listed at most.
const MOMENTS: usize = 60;

/// A rule on the page: its word, name, colour and dashes; quantities of price, income, make-whole payment and lost opportunity.
struct RuleStyle {
    word: &'static str,
    name: Text,
    colour: &'static str,
    dash: &'static str,
    price: Q,
    revenue: Q,
    whole: Q,
    lost: Q,
}

const RULES: [RuleStyle; 3] = [
    RuleStyle {
        word: "lmp",
        name: text::RULE_LMP,
        colour: "#1f4e79",
        dash: "",
        price: Q::BusPrice,
        revenue: Q::GeneratorRevenueLmp,
        whole: Q::GeneratorMakeWholeLmp,
        lost: Q::GeneratorLostLmp,
    },
    RuleStyle {
        word: "convex_hull",
        name: text::RULE_HULL,
        colour: "#c9683c",
        dash: " stroke-dasharray=\"6 2\"",
        price: Q::BusBoundPrice,
        revenue: Q::GeneratorRevenueHull,
        whole: Q::GeneratorMakeWholeHull,
        lost: Q::GeneratorLostHull,
    },
    RuleStyle {
        word: "extended_lmp",
        name: text::RULE_EXTENDED,
        colour: "#3d9373",
        dash: " stroke-dasharray=\"2 2\"",
        price: Q::BusExtendedPrice,
        revenue: Q::GeneratorRevenueExtended,
        whole: Q::GeneratorMakeWholeExtended,
        lost: Q::GeneratorLostExtended,
    },
];

/// The section; none where no rule was applied.
pub(super) fn section(run: &Run, csv: &dyn Fn(&[Q]) -> Vec<String>) -> Option<String> {
    let (net, r, view) = (run.network, run.results, run.commitment.as_ref()?);
    if view.rules.is_empty() && view.absent.is_empty() {
        return None;
    }
    let money = super::currency(net);
    let unit = both(&money.0, &money.1);
    let rules: Vec<&RuleStyle> = RULES.iter().filter(|s| view.rules.iter().any(|l| l.rule == s.word)).collect();
    let mut html = format!("<p>{}</p>", say(text::UPLIFT_LEAD));
    let head = [
        say(text::RULE),
        with_unit(text::PRICE_RANGE, &both(&format!("{}/MWh", money.0), &format!("{}/MWh", money.1))),
        with_unit(text::MAKE_WHOLE, &unit),
        with_unit(text::LOST, &unit),
        with_unit(text::LOST_OTHERS, &unit),
        with_unit(text::SHORTFALL, &unit),
        with_unit(text::LOST_AND_SHORTFALL, &unit),
    ];
    let mut table = TableHtml::new(&head, 1);
    for style in &rules {
        for l in view.rules.iter().filter(|l| l.rule == style.word) {
            let sums = [l.make_whole, l.lost_opportunity, l.lost_opportunity_others, l.shortfall, l.sum];
            let mut cells = vec![say(style.name), num(l.price_mean_per_mwh, 2)];
            cells.extend(sums.map(|v| num(v, 2)));
            table.row(&cells);
        }
    }
    html += &table.finish();
    for (word, why) in &view.absent {
        let label = RULES.iter().find(|s| s.word == word).map_or_else(|| cut(word, 40), |s| say(s.name));
        html += &format!("<p class=\"note\">{}</p>", say_with(text::RULE_ABSENT, &[&label, &both(&cut(&why.en, 300), &cut(&why.zh, 300))]));
    }
    if view.dual_value.is_finite() {
        html += &format!("<p class=\"note\">{}</p>", say_with(text::DUAL_VALUE, &[&num(view.dual_value, 2), &num(r.objective, 2)]));
    }
    if net.steps() > 1 && !rules.is_empty() {
        html += &curves(net, r, &rules, csv);
    }
    html += &of_units(net, r, &rules, &unit, csv);
    Some(html)
}

/// Mean price of every step, weighted by demand (plain where there is none).
fn means(net: &Network, r: &Results, q: Q) -> Vec<f64> {
    let live = |b: fenggu_net::BusId| net.buses[b].in_service();
    (0..net.steps())
        .map(|t| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for l in net.loads.rows().iter().filter(|l| l.in_service && live(l.bus)) {
                let (p, price) = (l.p_mw.at(t).max(0.0), r.at(q, l.bus.index(), t));
                if price.is_finite() {
                    (sum, weight) = (sum + p * price, weight + p);
                }
            }
            if weight > 0.0 {
                return sum / weight;
            }
            let all: Vec<f64> = net.buses.ids().map(|b| r.at(q, b.index(), t)).filter(|v| v.is_finite()).collect();
            all.iter().sum::<f64>() / all.len().max(1) as f64
        })
        .collect()
}

fn curves(net: &Network, r: &Results, rules: &[&RuleStyle], csv: &dyn Fn(&[Q]) -> Vec<String>) -> String {
    let line = Timeline::new(&net.time);
    let series: Vec<Vec<f64>> = rules.iter().map(|s| means(net, r, s.price)).collect();
    let all = || series.iter().flatten().copied().filter(|v| v.is_finite());
    let (lo, hi) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let money = super::currency(net);
    let unit = (format!("{}/MWh", money.0), format!("{}/MWh", money.1));
    let draw = |size: Size| {
        let panel = Panel { left: if size.narrow { 52.0 } else { 64.0 }, right: size.w - 18.0, top: 30.0, bottom: size.h - 46.0 };
        let mut svg = Svg::new(size, text::PRICES_BY_RULE.en, &line.hover(panel));
        let y = y_axis(&mut svg, panel, if lo > 0.0 && lo > 0.75 * hi { lo } else { lo.min(0.0) }, hi, 5, (&unit.0, &unit.1));
        let x = line.scale(panel);
        for (style, values) in rules.iter().zip(&series) {
            svg.path(&line.line(values, x, y), &format!("class=\"thin\" stroke=\"{}\"{}", style.colour, style.dash));
        }
        line.x_axis(&mut svg, panel, x, true);
        svg.finish()
    };
    let columns: Vec<(String, &[f64], usize)> = rules.iter().zip(&series).map(|(s, v)| (say(s.name), v.as_slice(), 2)).collect();
    let swatch = |s: &&RuleStyle| {
        legend_item(&format!("<path d=\"M0 6H16\" stroke=\"{}\" stroke-width=\"1.5\"{}/>", s.colour, s.dash), &say(s.name))
    };
    Figure {
        id: "fig-rules",
        title: say(text::PRICES_BY_RULE),
        note: say(text::PRICES_BY_RULE_NOTE),
        legend: format!("<ul class=\"legend\">{}</ul>", rules.iter().map(swatch).collect::<String>()),
        table: line.table(&columns),
        csv: csv(&rules.iter().map(|s| s.price).collect::<Vec<Q>>()),
    }
    .html((1040.0, 300.0), (380.0, 260.0), draw)
}

/// Uplift of units, the largest first.
fn of_units(net: &Network, r: &Results, rules: &[&RuleStyle], unit: &str, csv: &dyn Fn(&[Q]) -> Vec<String>) -> String {
    let at = |q: Q, row: usize| r.column(q).and_then(|c| c.get(row)).copied().unwrap_or(f64::NAN);
    let weight = |row: usize| rules.iter().map(|s| at(s.whole, row).abs().max(at(s.lost, row).abs())).fold(0.0, f64::max);
    let mut rows: Vec<(f64, usize)> = (0..net.generators.len()).map(|g| (weight(g), g)).filter(|(w, _)| *w >= 0.005).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    if rows.is_empty() {
        return format!("<p>{}</p>", say(text::NO_UPLIFT));
    }
    let mut head = vec![say(text::NAME), with_unit(text::COST_OF_UNIT, unit)];
    for s in rules {
        for t in [text::REVENUE, text::MAKE_WHOLE, text::LOST] {
            head.push(format!("{}<br>{}", say(s.name), say(t)));
        }
    }
    let mut table = TableHtml::new(&head, 1);
    for &(_, g) in rows.iter().take(LISTED) {
        let mut cells = vec![name(&net.generators.rows()[g].name), num(at(Q::GeneratorCost, g), 0)];
        for s in rules {
            cells.extend([num(at(s.revenue, g), 0), num(at(s.whole, g), 2), num(at(s.lost, g), 2)]);
        }
        table.row(&cells);
    }
    let more = if rows.len() > LISTED {
        format!("<p class=\"note\">{}</p>", say_with(text::LARGEST_OF, &[&LISTED.to_string(), &rows.len().to_string()]))
    } else {
        String::new()
    };
    let files: Vec<String> = csv(&[Q::GeneratorLostLmp]);
    let link = files.first().map_or(String::new(), |f| {
        format!("<p class=\"note\">{} <a href=\"tables/{f}.csv\">tables/{f}.csv</a></p>", say(text::FULL_NUMBERS))
    });
    format!("<h3>{}</h3>{}{more}{link}", say(text::UPLIFT_OF_UNITS), table.finish())
}

/// How the gap closed; none where nothing was told on the way.
pub(super) fn gap(run: &Run) -> Option<String> {
    let view: &CommitmentView = run.commitment.as_ref()?;
    let percent = |m: &Moment| 100.0 * (m.cost - m.bound) / m.cost.abs().max(1e-9);
    let known: Vec<&Moment> = view.history.iter().filter(|m| percent(m).is_finite()).collect();
    if known.len() < 2 {
        return None;
    }
    // Below a ten-thousandth of a per cent all gaps look alike.
    let values: Vec<f64> = known.iter().map(|m| percent(m).max(1e-4).log10()).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min).floor();
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max).ceil().max(low + 1.0);
    let end = known[known.len() - 1].seconds.max(1e-3);
    let draw = |size: Size| {
        let panel = Panel { left: 64.0, right: size.w - 18.0, top: 24.0, bottom: size.h - 40.0 };
        let mut svg = Svg::new(size, text::S_GAP.en, "");
        let y = |v: f64| panel.bottom - (v - low) / (high - low) * (panel.bottom - panel.top);
        let x = |s: f64| panel.left + s / end * (panel.right - panel.left);
        let mut decade = low;
        while decade <= high + 1e-9 {
            svg.line(panel.left, y(decade), panel.right, y(decade), "class=\"grid\"");
            let label = format!("{} %", num(10f64.powf(decade), (-decade).max(0.0) as usize));
            svg.text(panel.left - 8.0, y(decade) + 4.0, "class=\"t e\"", &label);
            decade += 1.0;
        }
        for tick in super::svg::nice_ticks(0.0, end, if size.narrow { 4 } else { 8 }).into_iter().filter(|t| *t <= end * (1.0 + 1e-9)) {
            svg.text(x(tick), panel.bottom + 16.0, "class=\"t m\"", &seconds(tick));
        }
        let mut d = String::new();
        for (k, (m, v)) in known.iter().zip(&values).enumerate() {
            let step = if k == 0 { format!("M{} {}", c(x(m.seconds)), c(y(*v))) } else { format!("H{}V{}", c(x(m.seconds)), c(y(*v))) };
            d += &step;
        }
        svg.path(&d, "class=\"mean\"");
        svg.text_both(panel.right, size.h - 6.0, "class=\"t e\"", text::SECONDS_AXIS.en, text::SECONDS_AXIS.zh);
        svg.finish()
    };
    let head = [say(text::SECONDS_AXIS), say(text::COST), say(text::LOWER_BOUND), with_unit(text::GAP_SHORT, "%")];
    let mut table = TableHtml::new(&head, 0);
    let stride = known.len().div_ceil(MOMENTS).max(1);
    for m in known.iter().step_by(stride).chain(known.last().filter(|_| !(known.len() - 1).is_multiple_of(stride))) {
        table.row(&[seconds(m.seconds), num(m.cost, 2), num(m.bound, 2), num(percent(m), 4)]);
    }
    Some(
        Figure {
            id: "fig-gap",
            title: say(text::GAP_CURVE),
            note: say(text::GAP_NOTE),
            legend: String::new(),
            table: table.finish(),
            csv: Vec::new(),
        }
        .html((1040.0, 240.0), (380.0, 220.0), draw),
    )
}
