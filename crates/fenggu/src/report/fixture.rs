//! A made-up network with made-up results that look like a real run: 14 buses, 96 points, coal, gas, hydro, wind, sun, a
//! battery. Merit order by step, flows by a DC power flow on unit reactances, prices with a made-up congestion part.
//! Deterministic; not an optimum of anything, so only the report is tested with it.

use super::run::*;
use fenggu_net::diagnostic::{Entry, Severity, Wording};
use fenggu_net::results::Outcome;
use fenggu_net::*;

pub(super) const STEPS: usize = 96;

const BUSES: [(&str, f64, f64, f64); 14] = [
    ("Datong", 113.30, 40.08, 0.13),
    ("Shuozhou", 112.43, 39.33, 0.07),
    ("Xinzhou", 112.73, 38.42, 0.06),
    ("Taiyuan", 112.55, 37.87, 0.18),
    ("Yangquan", 113.58, 37.86, 0.06),
    ("Jinzhong", 112.75, 37.69, 0.08),
    ("Lvliang", 111.14, 37.52, 0.10),
    ("Linfen", 111.52, 36.09, 0.09),
    ("Changzhi", 113.12, 36.20, 0.08),
    ("Jincheng", 112.85, 35.49, 0.06),
    ("Yuncheng", 111.00, 35.03, 0.09),
    ("Jinbei UHV", 112.60, 39.60, 0.0),
    ("Yanhuai 雁淮", 112.95, 39.15, 0.0),
    ("Mengxi <hub>", 112.10, 40.20, 0.0),
];
const BRANCHES: [(usize, usize, f64); 19] = [
    (0, 1, 2600.0),
    (1, 2, 2900.0),
    (2, 3, 3400.0),
    (3, 5, 3000.0),
    (3, 4, 2400.0),
    (4, 5, 1800.0),
    (3, 6, 2600.0),
    (6, 7, 2200.0),
    (5, 8, 2400.0),
    (7, 8, 1700.0),
    (8, 9, 2300.0),
    (9, 10, 1500.0),
    (7, 10, 2200.0),
    (0, 13, 3200.0),
    (1, 11, 3600.0),
    (2, 12, 2400.0),
    (11, 12, 1800.0),
    (13, 11, 1800.0),
    (2, 6, 1900.0),
];

/// Scales all ratings, so that only a few limits bind.
const RATING: f64 = 1.75;

fn wave(t: usize, hour: f64, width: f64) -> f64 {
    let h = t as f64 / 4.0 + 0.125;
    (-((h - hour) / width).powi(2)).exp()
}

/// The network.
pub(super) fn network() -> Network {
    let mut net = Network {
        name: "Synthetic Shanxi, a December day (test fixture)".into(),
        currency: "CNY".into(),
        time: TimeAxis::from_start(1_733_760_000, STEPS, 0.25, "Asia/Shanghai"),
        ..Network::default()
    };
    let carrier =
        |net: &mut Network, name: &str, renewable: bool| net.carriers.push(Carrier { name: name.into(), renewable, ..Carrier::default() });
    let [coal, gas, hydro, wind, solar] =
        [("coal", false), ("gas", false), ("hydro", false), ("wind", true), ("solar", true)].map(|(n, r)| carrier(&mut net, n, r));
    let battery = carrier(&mut net, "battery", false);
    for (name, x, y, _) in BUSES {
        net.buses.push(Bus { name: name.into(), longitude: Some(x), latitude: Some(y), ..Bus::default() });
    }
    for (k, (f, t, limit)) in BRANCHES.into_iter().enumerate() {
        net.branches.push(Branch {
            name: format!("L{}", k + 1),
            bus_from: Id::new(f),
            bus_to: Id::new(t),
            x_pu: 0.01,
            rating_a_mva: limit * RATING,
            ..Branch::default()
        });
    }
    for (k, (name, .., share)) in BUSES.into_iter().enumerate().filter(|(_, b)| b.3 > 0.0) {
        let demand: Vec<f64> = (0..STEPS)
            .map(|t| share * (23_000.0 + 5_200.0 * wave(t, 10.5, 3.0) + 7_400.0 * wave(t, 18.6, 2.6) - 2_600.0 * wave(t, 3.5, 2.5)))
            .collect();
        net.loads.push(Load { name: format!("Load {name}"), bus: Id::new(k), p_mw: demand.into(), ..Load::default() });
    }
    let mut push = |name: &str, bus: usize, carrier, p: f64, price: f64, shape: Profile| {
        net.generators.push(Generator {
            name: name.into(),
            bus: Id::new(bus),
            carrier: Some(carrier),
            p_nom_mw: Some(p),
            p_max_pu: shape,
            cost_linear_per_mwh: price.into(),
            ..Generator::default()
        });
    };
    let windy = |phase: f64| {
        Profile::from(
            (0..STEPS)
                .map(|t| (0.34 + 0.16 * (t as f64 / 15.0 + phase).sin() + 0.05 * (t as f64 / 4.0 + 3.0 * phase).sin()).max(0.02))
                .collect::<Vec<_>>(),
        )
    };
    let sunny = |scale: f64| Profile::from((0..STEPS).map(|t| (scale * wave(t, 12.6, 2.9) - 0.02).max(0.0)).collect::<Vec<_>>());
    push("Wind Datong", 0, wind, 9_000.0, 0.0, windy(0.0));
    push("Wind Shuozhou", 1, wind, 8_000.0, 0.0, windy(0.6));
    push("Wind Xinzhou", 2, wind, 6_000.0, 0.0, windy(1.4));
    push("Solar Datong", 13, solar, 9_500.0, 0.0, sunny(0.85));
    push("Solar Lvliang", 6, solar, 9_500.0, 0.0, sunny(0.8));
    push("Solar Yuncheng", 10, solar, 11_000.0, 0.0, sunny(0.82));
    push("Wanjiazhai", 1, hydro, 1_080.0, 40.0, Profile::Const(0.35));
    for (k, (name, bus, p)) in [
        ("Shentou", 1, 2_400.0),
        ("Datong No. 2", 0, 2_200.0),
        ("Hequ", 2, 2_400.0),
        ("Taiyuan", 3, 2_600.0),
        ("Yangcheng", 9, 3_300.0),
        ("Zhangze", 8, 2_000.0),
        ("Wuxiang", 8, 2_200.0),
        ("Hejin", 10, 2_000.0),
        ("Huozhou", 7, 2_400.0),
        ("Liulin", 6, 2_800.0),
        ("Yangquan", 4, 1_900.0),
    ]
    .into_iter()
    .enumerate()
    {
        push(name, bus, coal, p, 235.0 + 17.0 * k as f64 + if k > 7 { 60.0 * (k as f64 - 7.0) } else { 0.0 }, Profile::Const(1.0));
    }
    push("Jiajie gas", 3, gas, 900.0, 640.0, Profile::Const(1.0));
    push("Taiyuan gas", 5, gas, 900.0, 820.0, Profile::Const(1.0));
    let section = net.interfaces.push(Interface { name: "North-south".into(), p_max_mw: 9_000.0.into(), ..Interface::default() });
    for k in [2, 18] {
        net.interface_terms.push(InterfaceTerm {
            name: format!("t{k}"),
            interface: section,
            branch: Some(Id::new(k)),
            ..InterfaceTerm::default()
        });
    }
    net.storage_units.push(StorageUnit {
        name: "Changzhi battery".into(),
        bus: Id::new(8),
        carrier: Some(battery),
        discharge_max_mw: Some(300.0.into()),
        charge_max_mw: Some(300.0.into()),
        energy_max_mwh: Some(600.0.into()),
        efficiency_charge: 0.93.into(),
        efficiency_discharge: 0.93.into(),
        soc_initial_mwh: 60.0,
        ..StorageUnit::default()
    });
    net.storage_units.push(StorageUnit {
        name: "Xilongchi pumped hydro".into(),
        bus: Id::new(2),
        carrier: Some(hydro),
        discharge_max_mw: Some(1200.0.into()),
        charge_max_mw: Some(1200.0.into()),
        energy_max_mwh: Some(6000.0.into()),
        efficiency_charge: 0.88.into(),
        efficiency_discharge: 0.88.into(),
        soc_initial_mwh: 1500.0,
        ..StorageUnit::default()
    });
    net
}

/// Results of the network, filled by hand.
pub(super) fn results(net: &Network) -> Results {
    let n = STEPS;
    let mut r = Results::new(Outcome::Optimal, n);
    let (ng, nb, nl) = (net.generators.len(), net.buses.len(), net.branches.len());
    let plan = |t: usize, k: usize| -> f64 {
        let h = t as f64 / 4.0;
        let on = |a: f64, b: f64| h >= a && h < b;
        match k {
            0 => {
                if on(11.5, 13.75) {
                    -270.0
                } else if on(17.25, 19.0) {
                    280.0
                } else {
                    0.0
                }
            }
            _ => {
                if on(11.0, 15.0) {
                    -1100.0
                } else if on(1.5, 4.0) {
                    -700.0
                } else if on(17.0, 21.0) {
                    1050.0
                } else {
                    0.0
                }
            }
        }
    };
    let (mut charge, mut discharge, mut soc) = (vec![0.0; 2 * n], vec![0.0; 2 * n], vec![0.0; 2 * n]);
    for (id, s) in net.storage_units.iter() {
        let mut e = s.soc_initial_mwh;
        for t in 0..n {
            let k = id.index();
            let mut p = plan(t, k);
            if p < 0.0 {
                p = -(-p).min((s.energy_upper_mwh(0) - e) / 0.25 / s.efficiency_charge.at(0));
            } else {
                p = p.min(e / 0.25 * s.efficiency_discharge.at(0));
            }
            charge[k * n + t] = (-p).max(0.0);
            discharge[k * n + t] = p.max(0.0);
            e += 0.25 * (s.efficiency_charge.at(0) * charge[k * n + t] - discharge[k * n + t] / s.efficiency_discharge.at(0));
            soc[k * n + t] = e;
        }
    }
    let (mut p, mut cut) = (vec![0.0; ng * n], vec![0.0; ng * n]);
    let (mut price, mut congestion, mut flow, mut mu) = (vec![0.0; nb * n], vec![0.0; nb * n], vec![0.0; nl * n], vec![0.0; nl * n]);
    let mut load = vec![0.0; net.loads.len() * n];
    let mut order: Vec<usize> = (0..ng).collect();
    order.sort_by(|&a, &b| {
        net.generators.rows()[a].cost_linear_per_mwh.at(0).total_cmp(&net.generators.rows()[b].cost_linear_per_mwh.at(0))
    });
    let mut objective = 0.0;
    for t in 0..n {
        let mut need = 0.0;
        let mut inject = vec![0.0; nb];
        for (id, l) in net.loads.iter() {
            load[id.index() * n + t] = l.p_mw.at(t);
            inject[l.bus.index()] -= l.p_mw.at(t);
            need += l.p_mw.at(t);
        }
        for (id, s) in net.storage_units.iter() {
            let d = discharge[id.index() * n + t] - charge[id.index() * n + t];
            need -= d;
            inject[s.bus.index()] += d;
        }
        let mut marginal = 0.0;
        for &g in &order {
            let gen = &net.generators.rows()[g];
            let up = gen.upper_mw(t);
            let out = up.min(need.max(0.0));
            need -= out;
            p[g * n + t] = out;
            objective += out * gen.cost_linear_per_mwh.at(t) * 0.25;
            inject[gen.bus.index()] += out;
            if gen.carrier.is_some_and(|c| net.carriers[c].renewable) {
                cut[g * n + t] = up - out;
            }
            if out > 1e-9 {
                marginal = gen.cost_linear_per_mwh.at(t);
            }
        }
        let spare = cut.iter().skip(t).step_by(n).sum::<f64>() > 1.0;
        if spare {
            marginal = 0.0;
        }
        let angle = dc_flow(net, &inject);
        for (id, b) in net.branches.iter() {
            let f = (angle[b.bus_from.index()] - angle[b.bus_to.index()]).clamp(-b.rating_a_mva, b.rating_a_mva);
            flow[id.index() * n + t] = f;
            if f.abs() >= b.rating_a_mva {
                mu[id.index() * n + t] = f.signum() * (12.0 + 0.05 * marginal);
            }
        }
        let tight: f64 = (0..nl).map(|k| mu[k * n + t].abs()).sum();
        for (id, bus) in net.buses.iter() {
            let north = (bus.latitude.unwrap_or(0.0) - 37.0) / 3.0;
            congestion[id.index() * n + t] = -tight * north;
            price[id.index() * n + t] = (marginal - tight * north).max(0.0);
        }
    }
    r.objective = objective;
    r.bound = objective * (1.0 - 3e-9);
    let through = (0..n).map(|t| flow[2 * n + t] + flow[18 * n + t]);
    r.set(Quantity::InterfaceFlow, through.clone().collect());
    r.set(Quantity::InterfacePrice, through.map(|f| if f >= 9_000.0 { 8.0 } else { 0.0 }).collect());
    for (q, v) in [
        (Quantity::GeneratorP, p),
        (Quantity::GeneratorCurtailed, cut),
        (Quantity::LoadP, load),
        (Quantity::StorageCharge, charge),
        (Quantity::StorageDischarge, discharge),
        (Quantity::StorageSoc, soc),
        (Quantity::BusPrice, price),
        (Quantity::BusPriceCongestion, congestion),
        (Quantity::BranchFlow, flow),
        (Quantity::BranchLimitPrice, mu),
        (Quantity::StorageCyclePrice, vec![0.0, 1.5]),
    ] {
        r.set(q, v);
    }
    r
}

/// Angles with unit susceptances, bus 0 held at 0: Gaussian elimination on the reduced Laplacian.
#[allow(clippy::needless_range_loop)] // rows and columns of a matrix
fn dc_flow(net: &Network, inject: &[f64]) -> Vec<f64> {
    let n = inject.len() - 1;
    let mut a = vec![vec![0.0; n + 1]; n];
    for (_, b) in net.branches.iter() {
        let (f, t) = (b.bus_from.index(), b.bus_to.index());
        for (i, j) in [(f, t), (t, f)] {
            if i > 0 {
                a[i - 1][i - 1] += 1.0;
                if j > 0 {
                    a[i - 1][j - 1] -= 1.0;
                }
            }
        }
    }
    for i in 0..n {
        a[i][n] = inject[i + 1];
    }
    for k in 0..n {
        for i in k + 1..n {
            let f = a[i][k] / a[k][k];
            for j in k..=n {
                a[i][j] -= f * a[k][j];
            }
        }
    }
    let mut x = vec![0.0; n + 1];
    for k in (0..n).rev() {
        let s: f64 = (k + 1..n).map(|j| a[k][j] * x[j + 1]).sum();
        x[k + 1] = (a[k][n] - s) / a[k][k];
    }
    x
}

pub(super) static FINDING: Entry = Entry {
    code: "N9001",
    severity: Severity::Warning,
    en: Wording {
        title: "load \"{component}\" is above {value} MW",
        why: "one bus carries an unusual share of the demand.",
        fix: "check whether kW were given for MW.",
    },
    zh: Wording {
        title: "负荷“{component}”超过 {value} MW", why: "单个节点的负荷占比异常。", fix: "请检查是否将 kW 误作 MW。"
    },
};

pub(super) fn findings() -> Vec<Diagnostic> {
    vec![Diagnostic::new(&FINDING).on(TableId::Loads, "Load Taiyuan").field("p_mw").with("value", 5000)]
}

/// A whole run.
pub(super) fn run<'a>(net: &'a Network, results: &'a Results, findings: &'a [Diagnostic]) -> Run<'a> {
    let test = |name: &str, worst: f64, unit: &str, place: &str, count: usize| TestLine {
        name: name.into(),
        passed: true,
        skipped: None,
        worst,
        tolerance: 1e-4,
        unit: unit.into(),
        place: place.into(),
        count,
    };
    let option = |name: &str, value: &str, origin| OptionLine { name: name.into(), value: value.into(), origin };
    let n = net.steps();
    let mut binding = Vec::new();
    for (id, b) in net.branches.iter() {
        let mu = results.series(Quantity::BranchLimitPrice, id.index());
        let on: Vec<usize> = (0..mu.len()).filter(|&t| mu[t].abs() > 1e-6).collect();
        if let Some(&worst) = on.iter().max_by(|a, b| mu[**a].abs().total_cmp(&mu[**b].abs())) {
            let mean = on.iter().map(|&t| mu[t].abs()).sum::<f64>() / on.len() as f64;
            binding.push(Binding {
                table: "branches".into(),
                name: format!("{}: {} – {}", b.name, net.buses[b.bus_from].name, net.buses[b.bus_to].name),
                what: "flow limit".into(),
                what_zh: "潮流限额".into(),
                hours: 0.25 * on.len() as f64,
                mean_price: mean,
                worst_step: Some(worst),
                worst_price: mu[worst].abs(),
                price_unit: "currency/MWh".into(),
                limit: b.rating_a_mva,
                limit_unit: "MW".into(),
                value: mean * b.rating_a_mva * 0.25 * on.len() as f64,
            });
        }
    }
    Run {
        verdict: Some(Verdict {
            passed: true,
            tests: vec![test("balance", 3.2e-9, "MW", "Taiyuan, 18:15", 14 * n), test("flow limits", 0.0, "MW", "", 19 * n), test("storage continuity", 1.1e-10, "MWh", "Changzhi battery, 13:00", 2 * n), test("objective", 2e-6, "currency", "", 1), TestLine { skipped: Some("no reserves in the network".into()), ..test("reserves", 0.0, "MW", "", 0) }],
            objective_recomputed: results.objective, dual_bound: results.bound, gap_relative: 3e-9,
        }),
        findings,
        phases: [("read", 0.041), ("check", 0.012), ("assemble", 0.035), ("solve", 1.42), ("price", 0.08), ("referee", 0.021), ("report", 0.15)].map(|(a, b)| (a.to_string(), b)).to_vec(),
        peak_rss_mb: 187.0,
        options: vec![option("formulation", "ptdf", Origin::Flag), option("time_limit_s", "3600", Origin::Default), option("gap_relative", "1e-6", Origin::Default)],
        inputs: vec![InputFile { path: "cases/shanxi/2024-12-10".into(), bytes: 184_320, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into() }],
        command_line: "fenggu dispatch cases/shanxi/2024-12-10 --set formulation=ptdf -o runs/demo".into(),
        versions: vec![("fenggu".into(), "0.1.0".into()), ("HiGHS".into(), "1.15.1".into())],
        machine: "2 cores".into(), threads: 2, seed: Some(0), started_utc: "2025-11-25T01:02:03Z".into(), ended_utc: "2025-11-25T01:02:05Z".into(), iterations: Some(48_211),
        binding,
        story: vec![Bilingual::new("The price falls to its valley at midday, when the sun is high, and peaks in the evening. The Changzhi battery fills in the valley and empties at the peak.", "电价在正午光伏大发时跌至谷底，傍晚达到峰值。长治储能谷充峰放。")],
        caption: Some(Bilingual::new("Synthetic network for testing; not the real grid.", "测试用合成网络，非真实电网。")),
        ..Run::new("dispatch", net, results)
    }
}
