//! Which limits bind, how long, and at what price.

use crate::report::Binding;
use fenggu_net::results::Shape;
use fenggu_net::{Network, Quantity as Q, Results, TableId};

/// A shadow price below this share of the largest price in the run is rounding.
const ROUNDING: f64 = 1e-7;

/// Shadow prices that say which limit binds, in words.
const LIMITS: &[(Q, &str, &str)] = &[
    (Q::BranchLimitPrice, "flow limit", "潮流限额"),
    (Q::BranchAnglePrice, "angle limit", "相角差限额"),
    (Q::InterfacePrice, "interface limit", "断面限额"),
    (Q::GeneratorRampPrice, "ramp limit", "爬坡限额"),
    (Q::LinkRampPrice, "ramp limit", "爬坡限额"),
    (Q::GeneratorEnergySumPrice, "energy over the horizon", "全时段电量限额"),
    (Q::GeneratorHeadroomPrice, "output plus upward reserve", "出力与上备用之和"),
    (Q::GeneratorFootroomPrice, "output less downward reserve", "出力与下备用之差"),
    (Q::StorageCyclePrice, "cycle limit", "循环次数限额"),
    (Q::StorageHeadroomPrice, "discharge plus upward reserve", "放电与上备用之和"),
    (Q::StorageFootroomPrice, "charge plus downward reserve", "充电与下备用之和"),
    (Q::ReservePrice, "reserve requirement", "备用需求"),
    (Q::GlobalLimitPrice, "limit over the horizon", "全时段限额"),
    (Q::SidePrice, "side constraint", "附加约束"),
];

/// Every limit with a price, the dearest first.
pub fn binding(net: &Network, results: &Results) -> Vec<Binding> {
    // Limits are those of the capacities that were chosen.
    let built = results.as_built(net);
    let net = built.as_ref().unwrap_or(net);
    let prices = results.column(Q::BusPrice).unwrap_or(&[]);
    let scale = prices.iter().filter(|p| p.is_finite()).fold(1.0f64, |m, p| m.max(p.abs()));
    let mut list = Vec::new();
    for &(q, what, what_zh) in LIMITS {
        let spec = q.spec();
        let Some(column) = results.column(q) else { continue };
        let width = if spec.shape == Shape::PerStep { net.steps() } else { 1 };
        for (element, series) in column.chunks(width.max(1)).enumerate() {
            let binds = |t: &usize| series[*t].abs() > ROUNDING * scale;
            let steps: Vec<usize> = (0..series.len()).filter(binds).collect();
            let Some(&worst) = steps.iter().max_by(|a, b| series[**a].abs().total_cmp(&series[**b].abs())) else { continue };
            let per_step = spec.shape == Shape::PerStep;
            let hours = if per_step { steps.iter().map(|&t| net.time.duration_h[t]).sum() } else { net.time.total_h() };
            let weight = |t: usize| if per_step { net.time.objective_h(t) } else { 1.0 };
            let value = steps.iter().map(|&t| series[t].abs() * weight(t) * limit_of(net, q, element, t, series[t]).abs()).sum();
            list.push(Binding {
                table: spec.table.word().to_string(),
                name: net.table(spec.table).name_of(element).to_string(),
                what: what.to_string(),
                what_zh: what_zh.to_string(),
                hours,
                mean_price: steps.iter().map(|&t| series[t].abs()).sum::<f64>() / steps.len() as f64,
                worst_step: per_step.then_some(worst),
                worst_price: series[worst].abs(),
                price_unit: spec.unit.to_string(),
                limit: limit_of(net, q, element, worst, series[worst]),
                limit_unit: "MW".to_string(),
                value,
            });
        }
    }
    outages(net, results, scale, &mut list);
    list.sort_by(|a, b| b.value.total_cmp(&a.value).then(b.mean_price.total_cmp(&a.mean_price)));
    list
}

/// Limits after outages with a price.
fn outages(net: &Network, results: &Results, scale: f64, list: &mut Vec<Binding>) {
    let mut prices: Vec<_> = results.outage_prices.iter().filter(|p| p.price_per_mwh.abs() > ROUNDING * scale).collect();
    prices.sort_by_key(|p| (p.contingency, p.branch, p.step));
    for of in prices.chunk_by(|a, b| (a.contingency, a.branch) == (b.contingency, b.branch)) {
        let (Some(contingency), Some(branch)) = (net.contingencies.rows().get(of[0].contingency), net.branches.rows().get(of[0].branch))
        else {
            continue;
        };
        let Some(worst) = of.iter().max_by(|a, b| a.price_per_mwh.abs().total_cmp(&b.price_per_mwh.abs())) else { continue };
        let limit = |t: usize| branch.emergency_rating_mw(t);
        list.push(Binding {
            table: TableId::Contingencies.word().to_string(),
            name: contingency.name.clone(),
            what: format!("flow limit of {} after the outage", branch.name),
            what_zh: format!("故障后“{}”的潮流限额", branch.name),
            hours: of.iter().map(|p| net.time.duration_h[p.step]).sum(),
            mean_price: of.iter().map(|p| p.price_per_mwh.abs()).sum::<f64>() / of.len() as f64,
            worst_step: Some(worst.step),
            worst_price: worst.price_per_mwh.abs(),
            price_unit: "currency/MWh".to_string(),
            limit: limit(worst.step) * worst.price_per_mwh.signum(),
            limit_unit: "MW".to_string(),
            value: of.iter().map(|p| p.price_per_mwh.abs() * net.time.objective_h(p.step) * limit(p.step)).sum(),
        });
    }
}

/// The limit that a shadow price belongs to, where there is a single one.
fn limit_of(net: &Network, q: Q, element: usize, t: usize, price: f64) -> f64 {
    match q {
        Q::BranchLimitPrice => {
            let b = &net.branches.rows()[element];
            b.rating_a_mva * b.s_max_pu.at(t) * price.signum()
        }
        Q::InterfacePrice => {
            let i = &net.interfaces.rows()[element];
            if price > 0.0 {
                i.p_max_mw.at(t)
            } else {
                i.p_min_mw.at(t)
            }
        }
        Q::ReservePrice => net.reserves.rows()[element].requirement_mw.at(t),
        Q::GlobalLimitPrice => net.global_limits.rows()[element].limit,
        Q::SidePrice => net.side_constraints.rows()[element].rhs,
        _ => f64::NAN,
    }
}
