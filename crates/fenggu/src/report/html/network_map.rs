//! A picture of the network at one step: flows as widths and arrows, loading as colour, prices as the colour of buses.

use super::layout::{bounds, positions};
use super::palette;
use super::svg::{c, Size, Svg};
use super::write::{both, cut, decimals, legend_item, name, num, say, say_with, with_unit, Figure, TableHtml};
use crate::report::text;
use fenggu_net::{Network, Quantity, Results};
use std::collections::{BTreeMap, BTreeSet};

/// Above this, names and arrows are left out.
const NAMED: usize = 300;
/// Above this, only buses and loaded lines are drawn.
const LINES: usize = 5000;

/// Branches and links between two buses, taken together.
struct Edge {
    from: usize,
    to: usize,
    flow_mw: f64,
    /// Largest loading of its branches, 1 = at the limit; 0 without limits.
    loading: f64,
    binds: bool,
    /// Whether it belongs to an interface that binds.
    section: bool,
    dc: bool,
}

/// The step shown: the one with the highest congestion rent, else the one with the most load. `true` when congested.
pub(super) fn step_shown(net: &Network, r: &Results, load_mw: &[f64]) -> (usize, bool) {
    let mut rent = vec![0.0; net.steps()];
    for (flow, price, count) in [
        (Quantity::BranchFlow, Quantity::BranchLimitPrice, net.branches.len()),
        (Quantity::InterfaceFlow, Quantity::InterfacePrice, net.interfaces.len()),
    ] {
        for e in 0..count {
            for (t, (f, p)) in r.series(flow, e).iter().zip(r.series(price, e)).enumerate() {
                rent[t] += if f.is_finite() && p.is_finite() { (f * p).abs() * net.time.duration_h[t] } else { 0.0 };
            }
        }
    }
    let most = |v: &[f64]| (0..v.len()).fold(0, |best, t| if v[t] > v[best] { t } else { best });
    let t = most(&rent);
    if rent.get(t).copied().unwrap_or(0.0) > 1e-6 {
        (t, true)
    } else {
        (most(load_mw), false)
    }
}

fn edges(net: &Network, r: &Results, t: usize) -> Vec<Edge> {
    let mut map: BTreeMap<(usize, usize, bool), Edge> = BTreeMap::new();
    let binding_interface = |i: usize| r.at(Quantity::InterfacePrice, i, t).abs() > 1e-6;
    let terms = || net.interface_terms.iter().filter(|(_, x)| binding_interface(x.interface.index()));
    let branches: BTreeSet<usize> = terms().filter_map(|(_, x)| x.branch).map(|b| b.index()).collect();
    let links: BTreeSet<usize> = terms().filter_map(|(_, x)| x.link).map(|l| l.index()).collect();
    let mut put = |f: usize, to: usize, flow: f64, loading: f64, [binds, section, dc]: [bool; 3]| {
        let (a, b, sign) = if f <= to { (f, to, 1.0) } else { (to, f, -1.0) };
        let e = map.entry((a, b, dc)).or_insert(Edge { from: a, to: b, flow_mw: 0.0, loading: 0.0, binds: false, section: false, dc });
        e.flow_mw += if flow.is_finite() { sign * flow } else { 0.0 };
        e.loading = e.loading.max(loading);
        e.binds |= binds;
        e.section |= section;
    };
    for (id, b) in net.branches.iter().filter(|(_, b)| net.branch_in_service(b)) {
        let flow = r.at(Quantity::BranchFlow, id.index(), t);
        let limit = b.rating_a_mva * b.s_max_pu.at(t);
        let loading = if limit.is_finite() && limit > 0.0 && flow.is_finite() { flow.abs() / limit } else { 0.0 };
        let price = r.at(Quantity::BranchLimitPrice, id.index(), t);
        put(b.bus_from.index(), b.bus_to.index(), flow, loading, [price.abs() > 1e-6, branches.contains(&id.index()), false]);
    }
    for (id, l) in net.links.iter().filter(|(_, l)| l.in_service) {
        let flow = r.at(Quantity::LinkP, id.index(), t);
        let limit = if flow < 0.0 { -l.lower_mw(t) } else { l.upper_mw(t) };
        let loading = if limit.is_finite() && limit > 0.0 && flow.is_finite() { flow.abs() / limit } else { 0.0 };
        put(l.bus_from.index(), l.bus_to.index(), flow, loading, [false, links.contains(&id.index()), true]);
    }
    map.into_values().filter(|e| e.from != e.to).collect()
}

/// Class of a loading: calm, busy, at the limit.
fn class(e: &Edge) -> usize {
    if e.binds || e.loading > 0.995 {
        2
    } else if e.loading >= 0.7 {
        1
    } else {
        0
    }
}

const CLASS: [&str; 3] = ["calm", "busy", "full"];

/// The figure.
pub(super) fn figure(net: &Network, r: &Results, load_mw: &[f64], csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> String {
    if net.buses.is_empty() {
        return String::new();
    }
    let (t, congested) = step_shown(net, r, load_mw);
    let (at, geographic) = positions(net);
    let edges = edges(net, r, t);
    let price: Vec<f64> =
        net.buses.ids().map(|b| if net.is_electric(b) { r.at(Quantity::BusPrice, b.index(), t) } else { f64::NAN }).collect();
    let (lo, hi) =
        price.iter().copied().filter(|v| v.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let priced = lo <= hi;
    let currency = super::currency(net);

    let (elo, ehi) = bounds(&at);
    let aspect = (ehi[1] - elo[1]) / (ehi[0] - elo[0]).max(1e-9);
    let height = (920.0 * aspect.clamp(0.35, 0.72)).round();
    let draw = |size: Size| {
        let mut svg = Svg::new(size, text::NETWORK.en, "");
        let picture = Picture { net, at: &at, edges: &edges, price: &price, lo, hi, size, priced };
        picture.draw(&mut svg);
        svg.finish()
    };

    let unit = both(&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1));
    let mut items = String::new();
    for (k, label) in [text::LOADING_CALM, text::LOADING_BUSY, text::LOADING_FULL].into_iter().enumerate() {
        items += &legend_item(&format!("<path d=\"M0 6H16\" class=\"edge {}\" stroke-width=\"{}\"/>", CLASS[k], 2 + k), &say(label));
    }
    if edges.iter().any(|e| e.section) {
        items += &legend_item(
            "<path d=\"M0 6H16\" class=\"section\" stroke-width=\"7\"/><path d=\"M0 6H16\" class=\"edge calm\" stroke-width=\"2\"/>",
            &say(text::IN_SECTION),
        );
    }
    if net.buses.len() <= 100 && !net.storage_units.is_empty() {
        items += &legend_item("<circle cx=\"8\" cy=\"6\" r=\"4.8\" class=\"ring\"/>", &say(text::WITH_STORAGE));
    }
    let widest = edges.iter().map(|e| e.flow_mw.abs()).fold(0.0, f64::max);
    if net.buses.len() <= NAMED && widest > 0.0 {
        items += &format!("<li>{}</li>", say_with(text::WIDTH_IS_FLOW, &[&num(widest, 0)]));
    }
    if priced {
        let stops: String = (0..=8)
            .map(|k| format!("<stop offset=\"{}\" stop-color=\"{}\"/>", f64::from(k) / 8.0, palette::ramp(f64::from(k) / 8.0)))
            .collect();
        items += &format!(
            "<li class=\"ramp\">{} {} <svg class=\"rampbar\" viewBox=\"0 0 120 12\" aria-hidden=\"true\"><defs><linearGradient id=\"price-ramp\">{stops}</linearGradient></defs><rect width=\"120\" height=\"12\" fill=\"url(#price-ramp)\"/></svg> {} {unit}</li>",
            say(text::PRICE),
            num(lo, 2),
            num(hi, 2)
        );
    }
    if shows_prices(net.buses.len(), lo, hi) {
        items += &format!("<li class=\"only-wide\"><b class=\"price\">{}</b> {}</li>", num(hi, 0), say(text::PRICE_AT_BUS));
    }
    let when = if net.steps() == 1 {
        String::new()
    } else {
        let label = super::timeline::Timeline::new(&net.time).label(t);
        say_with(if congested { text::MAP_CONGESTED } else { text::MAP_PEAK }, &[&label])
    };
    let mut note = format!("{when} {}", say(if geographic { text::MAP_GEO } else { text::MAP_LAYOUT }));
    if net.buses.len() > LINES {
        note += &format!(" {}", say_with(text::MAP_POINTS, &[&net.buses.len().to_string()]));
    } else if net.buses.len() > NAMED {
        note += &format!(" {}", say_with(text::MAP_NO_NAMES, &[&net.buses.len().to_string()]));
    }
    Figure {
        id: "fig-network",
        title: say(text::NETWORK),
        note,
        legend: format!("<ul class=\"legend\">{items}</ul>"),
        table: table(net, &edges, &price, &unit),
        csv: csv(&[Quantity::BranchFlow, Quantity::BusPrice, Quantity::LinkP]),
    }
    .html((1040.0, height + 60.0), (380.0, (340.0 * aspect.clamp(0.5, 1.1)).round() + 50.0), draw)
}

fn table(net: &Network, edges: &[Edge], price: &[f64], unit: &str) -> String {
    let mut order: Vec<&Edge> = edges.iter().collect();
    order.sort_by(|a, b| b.loading.total_cmp(&a.loading));
    let largest = edges.iter().map(|e| e.flow_mw.abs()).fold(0.0, f64::max);
    let head = [
        say(text::FROM),
        say(text::TO),
        with_unit(text::FLOW, "MW"),
        with_unit(text::LOADING, "%"),
        with_unit(text::PRICE_FROM, unit),
        with_unit(text::PRICE_TO, unit),
    ];
    let mut out = TableHtml::new(&head, 2);
    for e in order.iter().take(200) {
        let bus = |i: usize| net.buses.rows().get(i).map_or_else(String::new, |b| name(&b.name));
        let loading = if e.loading > 0.0 { 100.0 * e.loading } else { f64::NAN };
        out.row(&[
            bus(e.from),
            bus(e.to),
            num(e.flow_mw, decimals(largest)),
            num(loading, 1),
            num(price.get(e.from).copied().unwrap_or(f64::NAN), 2),
            num(price.get(e.to).copied().unwrap_or(f64::NAN), 2),
        ]);
    }
    let note = if order.len() > 200 {
        format!("<p class=\"note\">{}</p>", say_with(text::LARGEST_OF, &["200", &order.len().to_string()]))
    } else {
        String::new()
    };
    note + &out.finish()
}

/// Pushes buses apart that would lie on one another: a station and its converter share a place on earth, not on paper.
fn spread(at: &mut [[f64; 2]], least: f64) {
    for _ in 0..20 {
        let mut moved = false;
        for i in 0..at.len() {
            for j in 0..i {
                let (dx, dy) = (at[i][0] - at[j][0], at[i][1] - at[j][1]);
                let d = (dx * dx + dy * dy).sqrt();
                if d < least {
                    let (ux, uy) = if d > 1e-6 { (dx / d, dy / d) } else { (1.0, 0.0) };
                    let half = (least - d) / 2.0 + 0.01;
                    at[i] = [at[i][0] + ux * half, at[i][1] + uy * half];
                    at[j] = [at[j][0] - ux * half, at[j][1] - uy * half];
                    moved = true;
                }
            }
        }
        if !moved {
            break;
        }
    }
}

/// Prices stand beside names where there is room and they differ.
fn shows_prices(buses: usize, lo: f64, hi: f64) -> bool {
    buses <= 40 && hi - lo > 1e-3 * hi.abs().max(1e-6)
}

struct Picture<'a> {
    net: &'a Network,
    at: &'a [[f64; 2]],
    edges: &'a [Edge],
    price: &'a [f64],
    lo: f64,
    hi: f64,
    size: Size,
    priced: bool,
}

impl Picture<'_> {
    fn draw(&self, svg: &mut Svg) {
        let n = self.at.len();
        let (lo, hi) = bounds(self.at);
        let (mx, my) = if n <= NAMED {
            if self.size.narrow {
                (34.0, 26.0)
            } else {
                (90.0, 36.0)
            }
        } else {
            (12.0, 12.0)
        };
        let scale = ((self.size.w - 2.0 * mx) / (hi[0] - lo[0]).max(1e-9)).min((self.size.h - 2.0 * my) / (hi[1] - lo[1]).max(1e-9));
        let left = (self.size.w - scale * (hi[0] - lo[0])) / 2.0;
        let top = (self.size.h - scale * (hi[1] - lo[1])) / 2.0;
        let mut at: Vec<[f64; 2]> = self.at.iter().map(|p| [left + (p[0] - lo[0]) * scale, top + (p[1] - lo[1]) * scale]).collect();
        if n <= NAMED {
            let radius = self.radius();
            spread(&mut at, 2.3 * radius);
            self.detailed(svg, &at, radius);
        } else {
            self.aggregate(svg, &at);
        }
    }
    fn colour(&self, bus: usize) -> String {
        let v = self.price[bus];
        if !self.priced || !v.is_finite() {
            return "#dfe3e7".to_string();
        }
        let span = self.hi - self.lo;
        // Differences below a thousandth of the price are no difference worth a colour.
        palette::ramp(if span > 1e-3 * self.hi.abs().max(1e-6) { (v - self.lo) / span } else { 0.35 })
    }
    fn radius(&self) -> f64 {
        (if self.size.narrow { 90.0 } else { 150.0 } / (self.at.len() as f64).sqrt() / 3.2).clamp(2.5, 9.0)
    }
    fn detailed(&self, svg: &mut Svg, at: &[[f64; 2]], radius: f64) {
        let n = at.len();
        let largest = self.edges.iter().map(|e| e.flow_mw.abs()).fold(1e-9, f64::max);
        let widest = (radius * 0.9).clamp(2.0, 7.0);
        // Calm lines first, so that full ones lie on top.
        let mut order: Vec<&Edge> = self.edges.iter().collect();
        order.sort_by_key(|e| class(e));
        for e in &order {
            let (p, q) = (at[e.from], at[e.to]);
            let width = 1.0 + widest * (e.flow_mw.abs() / largest).sqrt();
            if e.section {
                svg.line(p[0], p[1], q[0], q[1], &format!("class=\"section\" stroke-width=\"{}\"", c(width + 7.0)));
            }
            let dash = if e.dc { " stroke-dasharray=\"7 3\"" } else { "" };
            svg.line(p[0], p[1], q[0], q[1], &format!("class=\"edge {}\" stroke-width=\"{}\"{dash}", CLASS[class(e)], c(width)));
            let length = ((q[0] - p[0]).powi(2) + (q[1] - p[1]).powi(2)).sqrt();
            if e.flow_mw.abs() > 1e-3 * largest && length > 4.0 * radius {
                let s = e.flow_mw.signum();
                let (ux, uy) = (s * (q[0] - p[0]) / length, s * (q[1] - p[1]) / length);
                let (x, y) = ((p[0] + q[0]) / 2.0, (p[1] + q[1]) / 2.0);
                let a = 3.2 + width * 0.9;
                let d = format!(
                    "M{} {}L{} {}L{} {}Z",
                    c(x + ux * a),
                    c(y + uy * a),
                    c(x - ux * a - uy * a * 0.8),
                    c(y - uy * a + ux * a * 0.8),
                    c(x - ux * a + uy * a * 0.8),
                    c(y - uy * a - ux * a * 0.8)
                );
                svg.path(&d, &format!("class=\"arrow {}\"", CLASS[class(e)]));
            }
        }
        let storage: std::collections::BTreeSet<usize> = self.net.storage_units.iter().map(|(_, s)| s.bus.index()).collect();
        for (i, p) in at.iter().enumerate() {
            if storage.contains(&i) && n <= 100 {
                svg.raw(&format!("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" class=\"ring\"/>", c(p[0]), c(p[1]), c(radius + 3.5)));
            }
            let tip = match self.price[i].is_finite() {
                true => format!(
                    "{}: {} {}/MWh",
                    cut(&self.net.buses.rows()[i].name, 60),
                    num(self.price[i], 2),
                    super::write::esc(&super::currency_code(self.net))
                ),
                false => cut(&self.net.buses.rows()[i].name, 60),
            };
            svg.raw(&format!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\" class=\"bus\"><title>{tip}</title></circle>",
                c(p[0]),
                c(p[1]),
                c(radius),
                self.colour(i)
            ));
        }
        self.labels(svg, at, radius, &order);
    }
    /// Names where they fit: full lines' loading first, then buses by price and place, each tried on four sides.
    fn labels(&self, svg: &mut Svg, at: &[[f64; 2]], radius: f64, order: &[&Edge]) {
        let mut taken: Vec<[f64; 4]> = at.iter().map(|p| [p[0] - radius, p[1] - radius, p[0] + radius, p[1] + radius]).collect();
        let free = |taken: &[[f64; 4]], b: [f64; 4], size: Size| {
            b[0] > 1.0
                && b[1] > 1.0
                && b[2] < size.w - 1.0
                && b[3] < size.h - 1.0
                && taken.iter().all(|t| b[2] < t[0] || b[0] > t[2] || b[3] < t[1] || b[1] > t[3])
        };
        let crowded = at.len() > 60;
        for e in order.iter().rev().filter(|e| e.loading >= 0.7 && (!crowded || class(e) == 2)).take(24) {
            let label = format!("{}%", num(100.0 * e.loading, 0));
            let (x, y) = ((at[e.from][0] + at[e.to][0]) / 2.0, (at[e.from][1] + at[e.to][1]) / 2.0);
            let w = 7.0 * label.len() as f64;
            for (dx, dy) in [(12.0, -8.0), (12.0, 18.0), (-12.0 - w, -8.0), (-12.0 - w, 18.0)] {
                let b = [x + dx, y + dy - 10.0, x + dx + w, y + dy + 3.0];
                if free(&taken, b, self.size) {
                    svg.text(b[0], y + dy, &format!("class=\"t halo {}\"", CLASS[class(e)]), &label);
                    taken.push(b);
                    break;
                }
            }
        }
        let mut buses: Vec<usize> = (0..at.len()).collect();
        let mean = self.price.iter().copied().filter(|v| v.is_finite()).sum::<f64>() / self.price.len() as f64;
        let odd = |i: usize| if self.price[i].is_finite() { (self.price[i] - mean).abs() } else { 0.0 };
        if crowded {
            buses.sort_by(|&a, &b| odd(b).total_cmp(&odd(a)).then(a.cmp(&b)));
        }
        let most = match (crowded, self.size.narrow) {
            (true, true) => 6,
            (true, false) => 24,
            (false, true) => 24,
            (false, false) => 60,
        };
        for i in buses.into_iter().take(most) {
            let full = &self.net.buses.rows()[i].name;
            let label = cut(full, if self.size.narrow { 12 } else { 20 });
            // Wide characters take a full em.
            let w: f64 =
                full.chars().take(if self.size.narrow { 12 } else { 20 }).map(|ch| if (ch as u32) > 0x2e7f { 12.5 } else { 6.8 }).sum();
            let price = if shows_prices(at.len(), self.lo, self.hi) && !self.size.narrow && self.price[i].is_finite() {
                num(self.price[i], if self.hi - self.lo < 10.0 { 2 } else { 0 })
            } else {
                String::new()
            };
            let w = w + if price.is_empty() { 0.0 } else { 7.0 * (price.chars().count() + 1) as f64 };
            let label = if price.is_empty() { label } else { format!("{label} <tspan class=\"price\">{price}</tspan>") };
            let p = at[i];
            let gap = radius + 5.0;
            for (x, y, anchor) in [
                (p[0] + gap, p[1] + 4.0, ""),
                (p[0] - gap, p[1] + 4.0, " e"),
                (p[0], p[1] - gap - 1.0, " m"),
                (p[0], p[1] + gap + 10.0, " m"),
            ] {
                let x0 = if anchor == " e" {
                    x - w
                } else if anchor == " m" {
                    x - w / 2.0
                } else {
                    x
                };
                let b = [x0, y - 10.0, x0 + w, y + 3.0];
                if free(&taken, b, self.size) {
                    svg.text(x, y, &format!("class=\"t halo ink{anchor}\""), &label);
                    taken.push(b);
                    break;
                }
            }
        }
    }
    /// Thousands of buses: one path per class and per colour.
    fn aggregate(&self, svg: &mut Svg, at: &[[f64; 2]]) {
        let n = at.len();
        for k in 0..3 {
            if k == 0 && n > LINES {
                continue;
            }
            let mut d = String::new();
            for e in self.edges.iter().filter(|e| class(e) == k) {
                let (p, q) = (at[e.from], at[e.to]);
                d += &format!("M{} {}L{} {}", c(p[0]), c(p[1]), c(q[0]), c(q[1]));
            }
            svg.path(&d, &format!("class=\"edge {}\" stroke-width=\"{}\"", CLASS[k], [0.7, 1.4, 2.6][k]));
        }
        const BINS: usize = 12;
        let cell = if n > LINES { 3.0 } else { 0.5 };
        let mut bins = vec![String::new(); BINS + 1];
        let mut seen = std::collections::HashSet::new();
        for (i, p) in at.iter().enumerate() {
            let span = self.hi - self.lo;
            let bin = if !self.priced || !self.price[i].is_finite() {
                BINS
            } else if span > 1e-3 * self.hi.abs().max(1e-6) {
                (((self.price[i] - self.lo) / span * BINS as f64) as usize).min(BINS - 1)
            } else {
                BINS / 3
            };
            if seen.insert(((p[0] / cell) as i32, (p[1] / cell) as i32, bin)) {
                bins[bin] += &format!("M{} {}h0", c(p[0]), c(p[1]));
            }
        }
        let width = (if self.size.narrow { 110.0 } else { 230.0 } / (n as f64).sqrt()).clamp(2.2, 6.0);
        for (k, d) in bins.iter().enumerate() {
            let colour = if k == BINS { "#c9ced4".to_string() } else { palette::ramp((k as f64 + 0.5) / BINS as f64) };
            svg.path(d, &format!("class=\"dots\" stroke=\"{colour}\" stroke-width=\"{}\"", c(width)));
        }
    }
}
