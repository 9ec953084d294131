//! The dispatch: a stack over time, or bars for a single step; and the energy balance.

use super::energy::{Energy, Series};
use super::palette;
use super::svg::{y_axis, Panel, Size, Svg};
use super::timeline::Timeline;
use super::write::{both, cut, decimals, labelled, legend_item, num, say, say_with, with_unit, Figure, TableHtml};
use crate::report::text;
use fenggu_net::{Network, Quantity, Results};

fn sum(series: &[Series], n: usize) -> Vec<f64> {
    (0..n).map(|t| series.iter().map(|s| s.mw[t]).sum()).collect()
}

fn legend(e: &Energy) -> String {
    let rect = |paint: &str, extra: &str| format!("<rect width=\"16\" height=\"12\" fill=\"{paint}\"{extra}/>");
    let mut items = String::new();
    // As read from the top of the stack down.
    if e.shed_mw.iter().any(|v| *v > 1e-6) {
        items += &legend_item(&rect("url(#h-shed)", ""), &say(text::SHED));
    }
    if e.curtailed_mw.iter().any(|v| *v > 1e-6) {
        items += &legend_item(&rect("url(#h-curtailed)", " stroke=\"#8b949e\""), &say(text::CURTAILED));
    }
    // Discharge above and charge below are drawn alike: one entry serves both.
    let storage = |s: &&Series| s.style.colour == palette::STORAGE;
    let twice = e.into.iter().any(|s| storage(&s)) && e.out_of.iter().any(|s| storage(&s));
    for s in e.into.iter().rev().chain(e.out_of.iter().filter(|s| !(twice && storage(s)))) {
        let label = if twice && storage(&s) { say(text::STORAGE_BOTH) } else { s.style.label.clone() };
        items += &legend_item(&rect(&s.style.paint, ""), &label);
    }
    items += &legend_item("<path d=\"M0 6H16\" class=\"load\"/>", &say(text::LOAD));
    format!("<ul class=\"legend\">{items}</ul>")
}

/// The stack over time.
pub(super) fn over_time(net: &Network, e: &Energy, csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> String {
    let line = Timeline::new(&net.time);
    let n = net.steps();
    let top: Vec<f64> = (0..n).map(|t| e.into.iter().map(|s| s.mw[t]).sum::<f64>() + e.curtailed_mw[t] + e.shed_mw[t]).collect();
    let bottom = sum(&e.out_of, n);
    let hi = top.iter().chain(&e.load_mw).copied().fold(0.0, f64::max);
    let lo = bottom.iter().copied().fold(0.0, f64::min);
    let dec = decimals(hi);

    let draw = |size: Size| {
        let panel = Panel { left: if size.narrow { 52.0 } else { 64.0 }, right: size.w - 18.0, top: 30.0, bottom: size.h - 46.0 };
        let mut svg = Svg::new(size, text::DISPATCH.en, &line.hover(panel));
        let y = y_axis(&mut svg, panel, lo, hi, if size.narrow { 5 } else { 6 }, ("MW", "MW"));
        let x = line.scale(panel);
        let mut base = vec![0.0; n];
        for s in &e.into {
            let next: Vec<f64> = base.iter().zip(&s.mw).map(|(a, b)| a + b).collect();
            svg.path(&line.area(&base, &next, x, y), &format!("fill=\"{}\"", s.style.paint));
            base = next;
        }
        for (extra, paint, class) in
            [(&e.curtailed_mw, "url(#h-curtailed)", "class=\"hatch\""), (&e.shed_mw, "url(#h-shed)", "class=\"hatch alarm\"")]
        {
            let next: Vec<f64> = base.iter().zip(extra).map(|(a, b)| a + b).collect();
            svg.path(&line.area(&base, &next, x, y), &format!("fill=\"{paint}\" {class}"));
            base = next;
        }
        let mut base = vec![0.0; n];
        for s in &e.out_of {
            let next: Vec<f64> = base.iter().zip(&s.mw).map(|(a, b)| a + b).collect();
            svg.path(&line.area(&next, &base, x, y), &format!("fill=\"{}\"", s.style.paint));
            base = next;
        }
        if lo < 0.0 {
            svg.line(panel.left, y.at(0.0), panel.right, y.at(0.0), "class=\"axis\"");
        }
        let load = line.line(&e.load_mw, x, y);
        svg.path(&load, "class=\"load-halo\"");
        svg.path(&load, "class=\"load\"");
        line.x_axis(&mut svg, panel, x, true);
        svg.finish()
    };
    let mut columns: Vec<(String, &[f64], usize)> = e.into.iter().map(|s| (labelled(&s.style.label, "MW"), s.mw.as_slice(), dec)).collect();
    if e.curtailed_mw.iter().any(|v| *v > 1e-6) {
        columns.push((with_unit(text::CURTAILED, "MW"), &e.curtailed_mw, dec));
    }
    if e.shed_mw.iter().any(|v| *v > 1e-6) {
        columns.push((with_unit(text::SHED, "MW"), &e.shed_mw, dec));
    }
    columns.extend(e.out_of.iter().map(|s| (labelled(&s.style.label, "MW"), s.mw.as_slice(), dec)));
    columns.push((with_unit(text::LOAD, "MW"), &e.load_mw, dec));
    let mut note = say(text::DISPATCH_NOTE);
    if let Some(k) = line.thinned() {
        note += &format!(" {}", say_with(text::AREA_MEANS, &[&k.to_string()]));
    }
    Figure {
        id: "fig-dispatch",
        title: say(text::DISPATCH),
        note,
        legend: legend(e),
        table: line.table(&columns),
        csv: csv(&[
            Quantity::GeneratorP,
            Quantity::GeneratorCurtailed,
            Quantity::StorageCharge,
            Quantity::StorageDischarge,
            Quantity::LoadP,
        ]),
    }
    .html((1040.0, 440.0), (380.0, 320.0), draw)
}

/// Bars of a single step: one per generator, the largest first.
pub(super) fn one_step(net: &Network, r: &Results, csv: &dyn Fn(&[Quantity]) -> Vec<String>) -> String {
    let mut spare = 0;
    let mut rows: Vec<(String, f64, f64, String)> = net
        .generators
        .iter()
        .filter(|(_, g)| g.in_service)
        .map(|(id, g)| {
            (
                g.name.clone(),
                r.at(Quantity::GeneratorP, id.index(), 0),
                g.upper_mw(0),
                palette::of_carrier(net, g.carrier, &mut spare).paint,
            )
        })
        .filter(|(_, p, ..)| p.is_finite())
        .collect();
    rows.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
    let all = rows.len();
    rows.truncate(24);
    let hi = rows.iter().map(|r| if r.2.is_finite() { r.1.max(r.2) } else { r.1 }).fold(0.0, f64::max);
    let lo = rows.iter().map(|r| r.1).fold(0.0, f64::min);
    let dec = decimals(hi);

    let mut table = TableHtml::new(&[say(text::NAME), with_unit(text::OUTPUT, "MW"), with_unit(text::AVAILABLE, "MW")], 1);
    for (name, p, up, _) in &rows {
        table.row(&[super::write::name(name), num(*p, dec), num(*up, dec)]);
    }
    let note =
        if all > rows.len() { say_with(text::LARGEST_OF, &[&rows.len().to_string(), &all.to_string()]) } else { say(text::OUTPUT_NOTE) };
    let draw = |size: Size| {
        let label_w = if size.narrow { 110.0 } else { 210.0 };
        let mut svg = Svg::new(size, text::OUTPUT.en, "");
        let x = super::svg::Scale::new(lo, hi.max(1e-9), label_w, size.w - 76.0);
        for (k, (name, p, up, paint)) in rows.iter().enumerate() {
            let y = 6.0 + k as f64 * 24.0;
            svg.text(label_w - 10.0, y + 14.0, "class=\"t e ink\"", &cut(name, if size.narrow { 14 } else { 28 }));
            let (x0, x1) = (x.at(0.0f64.min(*p)), x.at(0.0f64.max(*p)));
            if up.is_finite() && *up > 0.0 {
                svg.rect(x.at(0.0), y, x.at(*up) - x.at(0.0), 18.0, "class=\"capacity\"");
            }
            svg.rect(x0, y + 2.0, x1 - x0, 14.0, &format!("fill=\"{paint}\""));
            let end = if up.is_finite() { x.at(up.max(*p)) } else { x1 };
            svg.text(end + 6.0, y + 14.0, "class=\"t\"", &format!("{} MW", num(*p, dec)));
        }
        svg.finish()
    };
    let h = 12.0 + 24.0 * rows.len().max(1) as f64;
    Figure {
        id: "fig-dispatch",
        title: say(text::OUTPUT),
        note,
        legend: String::new(),
        table: table.finish(),
        csv: csv(&[Quantity::GeneratorP]),
    }
    .html((1040.0, h), (380.0, h), draw)
}

/// The energy balance by carrier: energy, share, value at its buses' prices.
pub(super) fn balance(net: &Network, r: &Results, e: &Energy) -> String {
    let currency = super::currency(net);
    let total_in: f64 = e.into.iter().map(|s| Energy::mwh(net, &s.mw)).sum();
    let dec = decimals(total_in / 10.0);
    let priced = r.column(Quantity::BusPrice).is_some();
    let head = [
        String::new(),
        with_unit(text::ENERGY, "MWh"),
        with_unit(text::SHARE, "%"),
        with_unit(text::VALUE, &both(&currency.0, &currency.1)),
        with_unit(text::MEAN_PRICE, &both(&format!("{}/MWh", currency.0), &format!("{}/MWh", currency.1))),
    ];
    let mut table = TableHtml::new(&head, 1);
    let line = |label: String, mwh: f64, value: Option<f64>, class: &str, table: &mut TableHtml| {
        let value = value.filter(|_| priced);
        let mean = value.filter(|_| mwh.abs() > 1e-9).map_or(f64::NAN, |v| v / mwh);
        let share = if total_in.abs() > 1e-9 { 100.0 * mwh / total_in } else { f64::NAN };
        table.row_with(class, &[label, num(mwh, dec), num(share, 1), num(value.unwrap_or(f64::NAN), 0), num(mean, 2)]);
    };
    for s in &e.into {
        line(s.style.label.clone(), Energy::mwh(net, &s.mw), Some(Energy::value(net, &s.value_per_h)), "", &mut table);
    }
    line(say(text::TOTAL_IN), total_in, None, " class=\"total\"", &mut table);
    for s in &e.out_of {
        line(s.style.label.clone(), Energy::mwh(net, &s.mw), Some(Energy::value(net, &s.value_per_h)), "", &mut table);
    }
    let load = Energy::mwh(net, &e.load_mw);
    line(say(text::LOAD), -load, Some(-Energy::value(net, &e.load_value_per_h)), "", &mut table);
    let shunts = Energy::mwh(net, &vec![e.shunt_mw; net.steps()]);
    if shunts.abs() > 1e-6 {
        line(say(text::SHUNTS), -shunts, None, "", &mut table);
    }
    let loss = Energy::mwh(net, &e.link_loss_mw);
    if loss.abs() > 1e-6 {
        line(say(text::LINK_LOSSES), -loss, None, "", &mut table);
    }
    let rest = total_in + e.out_of.iter().map(|s| Energy::mwh(net, &s.mw)).sum::<f64>() - load - shunts - loss;
    line(say(text::IMBALANCE), rest, None, " class=\"total\"", &mut table);
    let mut beside = String::new();
    let unserved = Energy::mwh(net, &e.shed_mw);
    let curtailed = Energy::mwh(net, &e.curtailed_mw);
    if unserved > 1e-6 {
        beside += &format!("<p>{}</p>", say_with(text::SHED_TOTAL, &[&num(unserved, dec)]));
    }
    if curtailed > 1e-6 {
        let by: Vec<String> = e.curtailed_by.iter().map(|(s, mw)| format!("{} {} MWh", s.label, num(Energy::mwh(net, mw), dec))).collect();
        beside += &format!("<p>{} {}</p>", say_with(text::CURTAILED_TOTAL, &[&num(curtailed, dec)]), by.join(", "));
    }
    format!("{}{beside}<p class=\"note\">{}</p>", table.finish(), say(text::BALANCE_NOTE))
}
