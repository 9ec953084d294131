//! What windows cannot decide, and what they decide otherwise than a study in one piece.

use crate::error::Error;
use fenggu_net::{EndRule, LimitSubject, Network, TableId};

/// Refuses by name what has no meaning window by window.
pub(super) fn refuse(net: &Network) -> Result<(), Error> {
    // Chosen capacities, table by table.
    let mut chosen: Vec<(TableId, &str)> = Vec::new();
    let mut add = |table, name, extendable: bool| {
        if extendable {
            chosen.push((table, name));
        }
    };
    net.generators.rows().iter().for_each(|r| add(TableId::Generators, r.name.as_str(), r.p_nom_extendable));
    net.links.rows().iter().for_each(|r| add(TableId::Links, r.name.as_str(), r.p_nom_extendable));
    net.storage_units.rows().iter().for_each(|r| add(TableId::StorageUnits, r.name.as_str(), r.p_nom_extendable));
    net.stores.rows().iter().for_each(|r| add(TableId::Stores, r.name.as_str(), r.e_nom_extendable));
    net.branches.rows().iter().for_each(|r| add(TableId::Branches, r.name.as_str(), r.s_nom_extendable));
    if let Some((table, name)) = chosen.first() {
        return Err(Error::Option {
            name: "horizon_steps",
            value: format!("… with the chosen capacity of {} \"{name}\"", table.word()),
            rule: "none where capacities are decisions: choose them over the whole horizon first, then roll with them given".to_string(),
            rule_zh: "none（容量由优化选择时）：请先在整个时间范围内选定容量，再以给定容量滚动求解".to_string(),
        });
    }
    if let Some(term) = net.side_terms.rows().iter().find(|t| t.step >= 0) {
        return Err(Error::Option {
            name: "horizon_steps",
            value: format!("… with side constraint \"{}\"", net.side_constraints[term.constraint].name),
            rule: "none where a side constraint names single steps, which may lie in different windows: sums over all steps are shared"
                .to_string(),
            rule_zh: "none（附加约束指明单个时段时）：这些时段可能落在不同窗口；对全部时段求和的约束可以分摊".to_string(),
        });
    }
    Ok(())
}

/// What the reader of a rolling run must know about this network, English and Chinese.
pub fn remarks(net: &Network, horizon: usize, overlap: usize) -> Vec<(String, String)> {
    let mut out = vec![(
        format!(
            "Rolling horizon: windows of {horizon} steps, of which the last {overlap} are decided again by the next window. Each window is \
             optimal by itself, proven by its own prices; the sum is a feasible plan, not a proven optimum of the whole."
        ),
        format!("滚动优化：每个窗口 {horizon} 个时段，其中最后 {overlap} 个由下一窗口重新决策。每个窗口自身最优并由其电价证明；合起来是可行方案，但未证明为全时段最优。"),
    )];
    let cyclic = net.storage_units.rows().iter().any(|u| u.in_service && u.end_rule == EndRule::Cyclic)
        || net.stores.rows().iter().any(|s| s.in_service && s.end_rule == EndRule::Cyclic);
    if cyclic {
        out.push((
            "Cyclic storage starts and ends the study with its initial energy; decided at once, that level would itself be chosen.".into(),
            "循环型储能在研究期首末均为其初始电量；若一次求解，该电量本身也是决策。".into(),
        ));
    }
    let mut shared = Vec::new();
    if net.generators.rows().iter().any(|g| g.energy_sum_min_mwh.is_finite() || g.energy_sum_max_mwh.is_finite()) {
        shared.push(("energy of generators", "机组电量"));
    }
    if net.storage_units.rows().iter().any(|u| u.cycles_max_per_day.is_some()) {
        shared.push(("cycles of storage", "储能循环次数"));
    }
    let counted = |s: LimitSubject| matches!(s, LimitSubject::Co2 | LimitSubject::PrimaryEnergy | LimitSubject::Operation);
    if net.global_limits.rows().iter().any(|l| counted(l.subject)) {
        shared.push(("emissions and energy (global limits)", "排放与能源总量限额"));
    }
    if !net.side_constraints.is_empty() {
        shared.push(("side constraints", "附加约束"));
    }
    if !shared.is_empty() {
        let (en, zh): (Vec<_>, Vec<_>) = shared.into_iter().unzip();
        out.push((
            format!(
                "Limits over the whole horizon ({}) are shared: each window gets of what is left the share of its hours. The total keeps to \
                 the limit; it is not spent where it is worth most, and its price differs from window to window.",
                en.join(", ")
            ),
            format!("全时段限额（{}）按剩余量与时长比例分配给各窗口：总量不超限，但未必用在最有价值之处，其价格随窗口而异。", zh.join("、")),
        ));
    }
    out
}
