//! Storage units: price at the bus, charge and discharge, and energy, one above the other; a table of all units.

use super::palette;
use super::svg::{y_axis, Panel, Size, Svg};
use super::timeline::Timeline;
use super::write::{both, decimals, name, num, say, say_with, with_unit, Figure, TableHtml};
use crate::report::text;
use fenggu_net::{Network, Quantity, Results, StorageUnitId};

/// Units drawn; the table has all.
const DRAWN: usize = 4;

/// Ids of the drawn figures, one each.
const IDS: [&str; DRAWN] = ["fig-storage-1", "fig-storage-2", "fig-storage-3", "fig-storage-4"];

struct Unit {
    id: StorageUnitId,
    charged_mwh: f64,
    discharged_mwh: f64,
    earned: f64,
    cycles: f64,
}

fn units(net: &Network, r: &Results) -> Vec<Unit> {
    let mut out = Vec::new();
    for (id, s) in net.storage_units.iter() {
        let (charge, discharge) = (r.series(Quantity::StorageCharge, id.index()), r.series(Quantity::StorageDischarge, id.index()));
        if charge.is_empty() && discharge.is_empty() {
            continue;
        }
        let mut u = Unit { id, charged_mwh: 0.0, discharged_mwh: 0.0, earned: 0.0, cycles: 0.0 };
        let mut taken = 0.0;
        for t in 0..net.steps() {
            let (c, d) = (charge.get(t).copied().unwrap_or(0.0), discharge.get(t).copied().unwrap_or(0.0));
            let price = r.at(Quantity::BusPrice, s.bus.index(), t);
            u.charged_mwh += c * net.time.energy_h(t);
            u.discharged_mwh += d * net.time.energy_h(t);
            u.earned += (d - c) * price * net.time.objective_h(t);
            taken += d / s.efficiency_discharge.at(t) * net.time.storage_h(t);
        }
        u.cycles = taken / s.energy_capacity_mwh().max(1e-9);
        out.push(u);
    }
    out
}

/// The section, or nothing without storage.
pub(super) fn section(net: &Network, r: &Results, csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> Option<String> {
    let all = units(net, r);
    if all.is_empty() {
        return None;
    }
    let currency = super::currency(net);
    let mut html = String::new();
    if net.steps() > 1 {
        let mut by_size: Vec<&Unit> = all.iter().filter(|u| u.charged_mwh + u.discharged_mwh > 1e-6).collect();
        by_size.sort_by(|a, b| b.discharged_mwh.total_cmp(&a.discharged_mwh).then(a.id.cmp(&b.id)));
        for (u, id) in by_size.iter().take(DRAWN).zip(IDS) {
            html += &figure(net, r, u.id, id, csv);
        }
        if by_size.len() > DRAWN {
            html += &format!("<p class=\"note\">{}</p>", say_with(text::LARGEST_OF, &[&DRAWN.to_string(), &by_size.len().to_string()]));
        }
    }
    let head = [
        say(text::NAME),
        say(text::BUS),
        with_unit(text::POWER, "MW"),
        with_unit(text::CAPACITY, "MWh"),
        with_unit(text::CHARGED, "MWh"),
        with_unit(text::DISCHARGED, "MWh"),
        say(text::CYCLES),
        with_unit(text::EARNED, &both(&currency.0, &currency.1)),
    ];
    let mut table = TableHtml::new(&head, 2);
    let largest = all.iter().map(|u| u.charged_mwh).fold(0.0, f64::max);
    let dec = decimals(largest);
    for u in all.iter().take(500) {
        let s = &net.storage_units[u.id];
        table.row(&[
            name(&s.name),
            net.buses.get(s.bus).map_or_else(String::new, |b| name(&b.name)),
            num((0..net.steps()).map(|t| s.discharge_upper_mw(t)).fold(0.0, f64::max), 1),
            num(s.energy_capacity_mwh(), 1),
            num(u.charged_mwh, dec),
            num(u.discharged_mwh, dec),
            num(u.cycles, 2),
            num(u.earned, 0),
        ]);
    }
    html += &table.finish();
    html += &format!("<p class=\"note\">{}</p>", say(text::STORAGE_NOTE));
    Some(html)
}

fn figure(net: &Network, r: &Results, id: StorageUnitId, anchor: &'static str, csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> String {
    let s = &net.storage_units[id];
    let line = Timeline::new(&net.time);
    let n = net.steps();
    let zero = vec![0.0; n];
    let get = |q| {
        let v = r.series(q, id.index());
        if v.is_empty() {
            zero.clone()
        } else {
            v.to_vec()
        }
    };
    let (charge, discharge, soc) = (get(Quantity::StorageCharge), get(Quantity::StorageDischarge), get(Quantity::StorageSoc));
    let minus: Vec<f64> = charge.iter().map(|v| -v).collect();
    let price = r.series(Quantity::BusPrice, s.bus.index());
    let currency = super::currency(net);
    let cap = s.energy_capacity_mwh();

    let draw = |size: Size| {
        let (left, right) = (if size.narrow { 52.0 } else { 64.0 }, size.w - 18.0);
        // Panels from above: price, power, energy.
        let gap = 44.0;
        let share = if price.is_empty() { [0.0, 0.5, 0.5] } else { [0.28, 0.36, 0.36] };
        let room = size.h - 30.0 - 46.0 - gap * if price.is_empty() { 1.0 } else { 2.0 };
        let mut top = 30.0;
        let mut panels = [Panel { left, right, top, bottom: top }; 3];
        for (p, share) in panels.iter_mut().zip(share).filter(|(_, s)| *s > 0.0) {
            *p = Panel { left, right, top, bottom: top + room * share };
            top += room * share + gap;
        }
        let mut svg = Svg::new(size, text::STORAGE.en, &line.hover(panels[2]));
        let x = line.scale(panels[2]);
        if !price.is_empty() {
            let finite = || price.iter().copied().filter(|v| v.is_finite());
            let y = y_axis(
                &mut svg,
                panels[0],
                finite().fold(0.0, f64::min),
                finite().fold(1e-9, f64::max),
                3,
                (&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1)),
            );
            svg.path(&line.line(price, x, y), "class=\"mean\"");
            line.x_axis(&mut svg, panels[0], x, false);
        }
        let hi = discharge.iter().copied().fold(1e-9, f64::max);
        let lo = minus.iter().copied().fold(0.0, f64::min);
        let y = y_axis(&mut svg, panels[1], lo, hi, 4, ("MW: discharge above, charge below zero", "MW：放电为正，充电为负"));
        svg.path(&line.area(&zero, &discharge, x, y), &format!("fill=\"{}\"", palette::STORAGE));
        svg.path(&line.area(&minus, &zero, x, y), "fill=\"#3f7fae\"");
        svg.line(left, y.at(0.0), right, y.at(0.0), "class=\"axis\"");
        let y = y_axis(
            &mut svg,
            panels[2],
            0.0,
            if cap.is_finite() { cap } else { soc.iter().copied().fold(1.0, f64::max) },
            3,
            ("MWh stored at the end of the period", "MWh：时段末储存电量"),
        );
        if line.daily() {
            svg.path(&line.range(&soc, &soc, x, y), "class=\"band\"");
            svg.path(&line.line(&soc, x, y), "class=\"mean\"");
        } else {
            svg.path(&soc_path(&line, &soc, s.soc_initial_mwh, x, y, true), "class=\"soc-area\"");
            svg.path(&soc_path(&line, &soc, s.soc_initial_mwh, x, y, false), "class=\"mean\"");
        }
        if cap.is_finite() {
            svg.line(left, y.at(cap), right, y.at(cap), "class=\"limit\"");
        }
        line.x_axis(&mut svg, panels[2], x, true);
        svg.finish()
    };
    let dec = decimals(cap.min(1e9));
    let mut columns: Vec<(String, &[f64], usize)> = vec![
        (with_unit(text::CHARGE, "MW"), &charge, dec),
        (with_unit(text::DISCHARGE, "MW"), &discharge, dec),
        (with_unit(text::STORED, "MWh"), &soc, dec),
    ];
    if !price.is_empty() {
        columns.push((with_unit(text::PRICE, &both(&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1))), price, 2));
    }
    Figure {
        id: anchor,
        title: name(&s.name),
        note: if line.daily() { say(text::STORAGE_DAILY) } else { String::new() },
        legend: String::new(),
        table: line.table(&columns),
        csv: csv(&[Quantity::StorageCharge, Quantity::StorageDischarge, Quantity::StorageSoc]),
    }
    .html((1040.0, 470.0), (380.0, 430.0), draw)
}

/// Energy is known at the ends of steps and moves evenly between them, since power is constant in a step.
fn soc_path(line: &Timeline, soc: &[f64], initial: f64, x: super::svg::Scale, y: super::svg::Scale, area: bool) -> String {
    use super::svg::c;
    // A cyclic unit starts where it ends; its initial value is not used, so the line starts at the first step's end.
    let start = if initial > 0.0 { initial } else { soc.first().copied().unwrap_or(0.0) };
    let mut d = format!("M{} {}", c(x.at(0.0)), c(y.at(start)));
    for (_, b) in super::timeline::blocks(soc.len(), 2000) {
        d += &format!("L{} {}", c(x.at(line.edges_h[b])), c(y.at(soc[b - 1])));
    }
    if area {
        d += &format!("L{} {}L{} {}Z", c(x.at(line.edges_h[soc.len()])), c(y.at(0.0)), c(x.at(0.0)), c(y.at(0.0)));
    }
    d
}
