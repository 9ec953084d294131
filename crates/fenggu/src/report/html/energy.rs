//! Sums over elements that several figures share: what was generated, stored, served and let go in every step.
//! Only buses of electricity count; links and stores appear with what they put in or take out there.

use super::palette::{self, Style};
use crate::report::text;
use fenggu_net::{BusId, LinkEnd, Network, Quantity, Results};
use std::collections::BTreeMap;

/// One band of the stack, or one line of the balance.
#[derive(Clone, Debug)]
pub(super) struct Series {
    /// How it is drawn and named.
    pub style: Style,
    /// Power, MW; ≥ 0 above, ≤ 0 below the axis. `[step]`
    pub mw: Vec<f64>,
    /// Power times the price at its bus, summed over elements, currency/h. `[step]`
    pub value_per_h: Vec<f64>,
}

/// Everything that the dispatch figure and the balance show.
#[derive(Clone, Debug)]
pub(super) struct Energy {
    /// What is put in, from the bottom of the stack up.
    pub into: Vec<Series>,
    /// What is taken out besides load: charge, exports, dispatchable demand; ≤ 0.
    pub out_of: Vec<Series>,
    /// Served load. `[step]`
    pub load_mw: Vec<f64>,
    /// Load times price at its bus, currency/h. `[step]`
    pub load_value_per_h: Vec<f64>,
    /// Curtailed renewable power. `[step]`
    pub curtailed_mw: Vec<f64>,
    /// Demand not served. `[step]`
    pub shed_mw: Vec<f64>,
    /// Losses of links between electric buses. `[step]`
    pub link_loss_mw: Vec<f64>,
    /// Curtailed renewable power by carrier label. `[step]` each
    pub curtailed_by: Vec<(Style, Vec<f64>)>,
    /// Power drawn by shunts at 1 p.u., the same in every step, MW.
    pub shunt_mw: f64,
    /// Whether there is an answer at all.
    pub is_empty: bool,
}

struct Adder<'a> {
    net: &'a Network,
    r: &'a Results,
    n: usize,
    /// By rank and label, so that the order never depends on the input's.
    up: BTreeMap<(usize, String), Series>,
    down: BTreeMap<(usize, String), Series>,
}

impl Adder<'_> {
    fn add(&mut self, style: &Style, bus: BusId, t: usize, mw: f64) {
        if mw == 0.0 || !mw.is_finite() {
            return;
        }
        let n = self.n;
        let map = if mw > 0.0 { &mut self.up } else { &mut self.down };
        let s = map.entry((style.rank, style.label.clone())).or_insert_with(|| Series {
            style: style.clone(),
            mw: vec![0.0; n],
            value_per_h: vec![0.0; n],
        });
        s.mw[t] += mw;
        let price = self.r.at(Quantity::BusPrice, bus.index(), t);
        if price.is_finite() {
            s.value_per_h[t] += mw * price;
        }
    }
    fn electric(&self, bus: BusId) -> bool {
        self.net.buses.get(bus).is_some() && self.net.is_electric(bus)
    }
}

impl Energy {
    /// Sums of a run.
    pub fn of(net: &Network, r: &Results) -> Energy {
        let n = net.steps();
        let mut a = Adder { net, r, n, up: BTreeMap::new(), down: BTreeMap::new() };
        let mut spare = 0;
        let mut styles: BTreeMap<Option<usize>, Style> = BTreeMap::new();
        let mut curtailed_mw = vec![0.0; n];
        let mut curtailed: BTreeMap<(usize, String), (Style, Vec<f64>)> = BTreeMap::new();
        for (id, g) in net.generators.iter() {
            let style =
                styles.entry(g.carrier.map(|c| c.index())).or_insert_with(|| palette::of_carrier(net, g.carrier, &mut spare)).clone();
            if !a.electric(g.bus) {
                continue;
            }
            let demand = palette::of_text(text::DISPATCHABLE_DEMAND, "#8fa3b5", "#8fa3b5", 3);
            for (t, &mw) in r.series(Quantity::GeneratorP, id.index()).iter().enumerate() {
                a.add(if mw < 0.0 { &demand } else { &style }, g.bus, t, mw);
            }
            for (t, &mw) in r.series(Quantity::GeneratorCurtailed, id.index()).iter().enumerate() {
                if mw > 0.0 {
                    curtailed_mw[t] += mw;
                    curtailed.entry((style.rank, style.label.clone())).or_insert_with(|| (style.clone(), vec![0.0; n])).1[t] += mw;
                }
            }
        }
        let discharge = palette::of_text(text::DISCHARGE, "url(#h-storage)", palette::STORAGE, 90);
        let charge = palette::of_text(text::CHARGE, "url(#h-storage)", palette::STORAGE, 1);
        for (id, s) in net.storage_units.iter().filter(|(_, s)| a.net.buses.get(s.bus).is_some_and(|_| a.net.is_electric(s.bus))) {
            for t in 0..n {
                a.add(&discharge, s.bus, t, r.at(Quantity::StorageDischarge, id.index(), t));
                a.add(&charge, s.bus, t, -r.at(Quantity::StorageCharge, id.index(), t));
            }
        }
        for (id, s) in net.stores.iter() {
            if a.electric(s.bus) {
                for t in 0..n {
                    let mw = r.at(Quantity::StoreP, id.index(), t);
                    a.add(if mw > 0.0 { &discharge } else { &charge }, s.bus, t, mw);
                }
            }
        }
        let link_loss_mw = links(&mut a);

        let (mut load_mw, mut load_value_per_h, mut shed_mw) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        for (id, l) in net.loads.iter() {
            if !a.electric(l.bus) {
                continue;
            }
            for t in 0..n {
                let mw = r.at(Quantity::LoadP, id.index(), t);
                let shed = r.at(Quantity::LoadShed, id.index(), t);
                if mw.is_finite() {
                    load_mw[t] += mw;
                    let price = r.at(Quantity::BusPrice, l.bus.index(), t);
                    load_value_per_h[t] += if price.is_finite() { mw * price } else { 0.0 };
                }
                shed_mw[t] += if shed.is_finite() { shed } else { 0.0 };
            }
        }
        let shunt_mw = net.shunts.iter().filter(|(_, s)| s.in_service && a.electric(s.bus)).map(|(_, s)| s.g_mw).sum();
        Energy {
            is_empty: r.column(Quantity::GeneratorP).is_none(),
            into: a.up.into_values().collect(),
            out_of: a.down.into_values().collect(),
            load_mw,
            load_value_per_h,
            curtailed_mw,
            shed_mw,
            link_loss_mw,
            shunt_mw,
            curtailed_by: curtailed.into_values().collect(),
        }
    }
    /// Energy of a series over the horizon, weighted as energy limits are, MWh.
    pub fn mwh(net: &Network, mw: &[f64]) -> f64 {
        mw.iter().enumerate().map(|(t, v)| v * net.time.energy_h(t)).sum()
    }
    /// Value over the horizon, in the network's currency.
    pub fn value(net: &Network, per_h: &[f64]) -> f64 {
        per_h.iter().enumerate().map(|(t, v)| v * net.time.objective_h(t)).sum()
    }
    /// Load-weighted mean price of every step; NaN without load or prices. `[step]`
    pub fn mean_price(&self, net: &Network, r: &Results) -> Vec<f64> {
        (0..net.steps())
            .map(|t| {
                let load: f64 = net
                    .loads
                    .iter()
                    .filter(|(_, l)| net.is_electric(l.bus))
                    .map(|(id, _)| r.at(Quantity::LoadP, id.index(), t))
                    .filter(|v| v.is_finite())
                    .sum();
                if r.column(Quantity::BusPrice).is_none() {
                    f64::NAN
                } else if load.abs() > 1e-9 {
                    self.load_value_per_h[t] / load
                } else {
                    let some: Vec<f64> = net
                        .buses
                        .ids()
                        .filter(|&b| net.is_electric(b))
                        .map(|b| r.at(Quantity::BusPrice, b.index(), t))
                        .filter(|v| v.is_finite())
                        .collect();
                    some.iter().sum::<f64>() / some.len() as f64
                }
            })
            .collect()
    }
}

/// A link between electric buses shows its loss; one with a single electric end shows what it puts in or takes out there.
fn links(a: &mut Adder) -> Vec<f64> {
    let mut loss = vec![0.0; a.n];
    let in_style = palette::of_text(text::FROM_OTHER_CARRIERS, palette::LINKS, palette::LINKS, 80);
    let out_style = palette::of_text(text::TO_OTHER_CARRIERS, palette::LINKS, palette::LINKS, 2);
    let mut further: BTreeMap<usize, Vec<&LinkEnd>> = BTreeMap::new();
    for (_, e) in a.net.link_ends.iter().filter(|(_, e)| a.electric(e.bus)) {
        further.entry(e.link.index()).or_default().push(e);
    }
    for (id, l) in a.net.links.iter().filter(|(_, l)| l.in_service) {
        let (from, to) = (a.electric(l.bus_from), a.electric(l.bus_to));
        let ends = further.get(&id.index()).map_or(&[][..], Vec::as_slice);
        for (t, lost) in loss.iter_mut().enumerate() {
            let p = a.r.at(Quantity::LinkP, id.index(), t);
            if !p.is_finite() {
                continue;
            }
            let reported = a.r.at(Quantity::LinkDelivered, id.index(), t);
            let delivered = if reported.is_finite() { reported } else { l.efficiency.at(t) * p - l.loss_constant_mw };
            let mut put = |bus, mw: f64| a.add(if mw > 0.0 { &in_style } else { &out_style }, bus, t, mw);
            if from && to {
                *lost += p - delivered - ends.iter().map(|e| e.efficiency.at(t) * p).sum::<f64>();
                continue;
            }
            if from {
                put(l.bus_from, -p);
            }
            if to {
                put(l.bus_to, delivered);
            }
            for e in ends {
                put(e.bus, e.efficiency.at(t) * p);
            }
        }
    }
    loss
}
