//! Codes of explanations, X: what is said of a dispatch without an answer, in both languages.

use super::prices::Kind;
use fenggu_net::diagnostic::{Entry, Wording};
use fenggu_net::Severity;

macro_rules! entries {
    ($( $name:ident = $code:literal $severity:ident
        en: $et:literal, $ew:literal, $ef:literal;
        zh: $zt:literal, $zw:literal, $zf:literal; )+) => {
        $( pub(super) static $name: Entry = Entry {
            code: $code, severity: Severity::$severity,
            en: Wording { title: $et, why: $ew, fix: $ef },
            zh: Wording { title: $zt, why: $zw, fix: $zf },
        }; )+
        /// All codes of explanations.
        pub static CATALOGUE: &[&Entry] = &[$(&$name),+];
    };
}

entries! {
    MISSING = "X0101" Error
        en: "no dispatch satisfies all limits: {mwh} MWh are missing in {steps}, up to {mw} MW at once, most at bus \"{bus}\" ({count} buses in all)",
            "supply that can reach these buses ends below their demand, so no dispatch serves it.",
            "make one of the changes below (fixes in why.json), or give the loads there shed_cost_per_mwh.";
        zh: "不存在满足全部限额的调度：{steps} 共缺 {mwh} MWh，最大缺额 {mw} MW，主要在节点“{bus}”（共 {count} 个节点）",
            "可送达这些节点的电力低于其需求，任何调度都无法满足。",
            "请采用下列任一修改（见 why.json 的 fixes），或为该处负荷设置 shed_cost_per_mwh。";
    SURPLUS = "X0102" Error
        en: "no dispatch satisfies all limits: {mwh} MWh cannot be placed in {steps}, up to {mw} MW at once, most at bus \"{bus}\" ({count} buses in all)",
            "what must run exceeds what can be used, stored or carried away.",
            "make one of the changes below (fixes in why.json).";
        zh: "不存在满足全部限额的调度：{steps} 共有 {mwh} MWh 无法消纳，最大 {mw} MW，主要在节点“{bus}”（共 {count} 个节点）",
            "必须发出的电力超过可用、可储或可外送的电力。",
            "请采用下列任一修改（见 why.json 的 fixes）。";
    EXCLUDE = "X0103" Error
        en: "no dispatch satisfies all limits: limits exclude each other whatever the balances do",
            "no power added or taken away at any bus would mend it.",
            "make one of the changes below (fixes in why.json).";
        zh: "不存在满足全部限额的调度：限额之间相互矛盾，与功率平衡无关",
            "在任何节点增减电力都无法解决。",
            "请采用下列任一修改（见 why.json 的 fixes）。";
    LOCAL = "X0104" Note
        en: "looked for in a part of the problem: {columns} of {all} columns{steps}",
            "the rest is held at the dispatch that falls short least; conflicts and verified fixes hold in the whole, but a cheaper fix that changes the rest may exist.",
            "nothing needs to be done about it.";
        zh: "仅在问题的一部分中查找：{all} 列中的 {columns} 列{steps}",
            "其余部分保持在缺额最小的调度上；所列冲突与已验证的方案对整个问题成立，但可能存在需改动其余部分的更便宜方案。",
            "无需处理。";
    CONFLICT = "X0201" Error
        en: "these cannot all hold: {members}",
            "proven irreducible: without any one of them the others can hold.",
            "change one of them; read a room with: fenggu explain {room}";
        zh: "以下条件不能同时成立：{members}",
            "已证明不可再缩减：去掉其中任何一个，其余即可成立。",
            "请修改其中之一；查阅约束说明：fenggu explain {room}";
    CONFLICT_LOOSE = "X0202" Error
        en: "these cannot all hold: {members}",
            "not proven irreducible: some of them may not be needed for the conflict.",
            "change one of them; read a room with: fenggu explain {room}";
        zh: "以下条件不能同时成立：{members}",
            "未证明不可再缩减：其中个别条件可能与冲突无关。",
            "请修改其中之一；查阅约束说明：fenggu explain {room}";
    TOLD_OUTSIDE = "X0203" Error
        en: "{members}: the value that is told lies outside its own limit",
            "no dispatch can hold the value and keep the limit.",
            "correct the told value, or the limit.";
        zh: "{members}：给定值超出其自身限额",
            "任何调度都无法既保持该值又满足限额。",
            "请更正给定值或限额。";
    FIX = "X0300" Note
        en: "fix {number}: {changes}; {cost}",
            "the cheapest set of its kind at the prices of giving way (prices in why.json); {verified}.",
            "change these fields in the input and run again.";
        zh: "方案 {number}：{changes}；{cost}",
            "按让步价格（见 why.json 的 prices）计，同类中费用最低；{verified}。",
            "请在输入中修改这些字段后重新运行。";
    FIX_LOAD = "X0301" Note
        en: "fix {number}: serve less at {changes}; {cost}",
            "the demand that is not served is lost, at the value of lost load; {verified}.",
            "lower p_mw there, or give the load shed_cost_per_mwh so that the dispatch may decide.";
        zh: "方案 {number}：削减负荷 {changes}；{cost}",
            "未供电量按失负荷价值计；{verified}。",
            "请降低该处 p_mw，或设置 shed_cost_per_mwh 由调度决定。";
    FIX_CAPACITY = "X0302" Note
        en: "fix {number}: more output from {changes}; {cost}",
            "its upper limit is what supply ends at; {verified}.",
            "check the limit (a profile of 0, MW given as kW, an outage), or add capacity.";
        zh: "方案 {number}：提高出力 {changes}；{cost}",
            "其上限决定了供电能力；{verified}。",
            "请核对该上限（曲线为 0、kW 误作 MW、检修），或增加容量。";
    FIX_MUST_RUN = "X0303" Note
        en: "fix {number}: let {changes} run lower; {cost}",
            "its lower limit forces in more than can be placed; {verified}.",
            "lower the limit, or take the unit out of service in these steps.";
        zh: "方案 {number}：降低最小出力 {changes}；{cost}",
            "其下限迫使过多电力注入；{verified}。",
            "请降低下限，或在这些时段停运该机组。";
    FIX_SET_POINT = "X0304" Note
        en: "fix {number}: tell another value for {changes}; {cost}",
            "a value that is told leaves the dispatch no choice; {verified}.",
            "correct the value, or leave it empty (NaN) so that the dispatch may decide.";
        zh: "方案 {number}：更改给定值 {changes}；{cost}",
            "给定值使调度没有选择余地；{verified}。",
            "请更正该值，或留空（NaN）由调度决定。";
    FIX_RATING = "X0305" Note
        en: "fix {number}: carry more over {changes}; {cost}",
            "power is there but does not reach where it is needed; {verified}.",
            "check the rating or angle limit (0 or MVA slips), or reinforce the line.";
        zh: "方案 {number}：提高输送能力 {changes}；{cost}",
            "电力存在但送不到需要之处；{verified}。",
            "请核对额定容量或相角限额（0 或单位错误），或加强线路。";
    FIX_RAMP = "X0306" Note
        en: "fix {number}: a faster ramp of {changes}; {cost}",
            "the unit cannot follow from one step to the next; {verified}.",
            "check ramp_unit (per hour or per step) and the rate.";
        zh: "方案 {number}：加快爬坡 {changes}；{cost}",
            "机组在相邻时段之间跟不上变化；{verified}。",
            "请核对 ramp_unit（每小时或每时段）与爬坡率。";
    FIX_STORAGE = "X0307" Note
        en: "fix {number}: storage limits {changes}; {cost}",
            "stored energy cannot get from where it starts to where it must be; {verified}.",
            "correct start, target, power or capacity of the storage.";
        zh: "方案 {number}：储能限额 {changes}；{cost}",
            "储存能量无法由初值到达所要求的值；{verified}。",
            "请更正储能的初值、目标、功率或容量。";
    FIX_RESERVE = "X0308" Note
        en: "fix {number}: hold back less reserve or offer more, {changes}; {cost}",
            "what is offered to the reserve ends below its requirement; {verified}.",
            "lower the requirement, add offers, or give the reserve shortage steps.";
        zh: "方案 {number}：降低备用需求或增加备用报价 {changes}；{cost}",
            "备用报价之和低于备用需求；{verified}。",
            "请降低需求、增加报价，或为备用设置 shortage。";
    FIX_LIMIT = "X0309" Note
        en: "fix {number}: loosen {changes}; {cost}",
            "the limit over elements or time forbids what the balances need; {verified}.",
            "correct the limit, or give it a price at which it may be broken where the table has one.";
        zh: "方案 {number}：放宽 {changes}；{cost}",
            "该限额（跨元件或跨时段）禁止了平衡所需；{verified}。",
            "请更正限额；若该表支持，可为其设置违约价格。";
    FIX_EXPANSION = "X0310" Note
        en: "fix {number}: a wider range of the chosen capacity, {changes}; {cost}",
            "even the largest capacity allowed is too small, or the least too large; {verified}.",
            "widen the range.";
        zh: "方案 {number}：放宽选定容量范围 {changes}；{cost}",
            "允许的最大容量仍不足，或最小容量过大；{verified}。",
            "请放宽范围。";
    FIX_RECONNECT = "X0311" Note
        en: "fix {number}: back in service: {changes}; {cost}",
            "it is out of service in the data; {verified}.",
            "set in_service to true, if it is.";
        zh: "方案 {number}：恢复投运：{changes}；{cost}",
            "数据中该元件处于停运状态；{verified}。",
            "如确已投运，请将 in_service 设为 true。";
    NO_FIX = "X0390" Warning
        en: "no set of changes was found",
            "what is in the way cannot be moved by one field (an impedance, an efficiency, a fixed loss), or the budget ended first.",
            "look at the conflict; allow more time with --set time_limit_s=…";
        zh: "未找到修改方案",
            "阻碍不可行的因素无法由单一字段调整（阻抗、效率、固定损耗），或预算先行用尽。",
            "请查看冲突条件；可用 --set time_limit_s=… 放宽时间。";
    UNBOUNDED = "X0401" Error
        en: "the cost falls without end: {runners}",
            "every further unit along it changes the cost by {cost}, and no limit is met.",
            "set {stops}, or correct the cost that pays for it.";
        zh: "费用可无限下降：{runners}",
            "沿此方向每增加一个单位，费用变化 {cost}，且不受任何限额约束。",
            "请设置 {stops}，或更正相应的费用。";
    CUT = "X0901" Warning
        en: "the explanation was cut short after {solves} solves",
            "time or the budget of solves ended; what stands here was found before, and fixes may be missing or unverified.",
            "allow more time with --set time_limit_s=…";
        zh: "说明在 {solves} 次求解后提前结束",
            "时间或求解次数已用尽；此处为已得到的内容，可能缺少方案或未经验证。",
            "可用 --set time_limit_s=… 放宽时间。";
}

/// The code of a fix that changes one kind of limit.
pub(super) fn of_kind(kind: Kind) -> &'static Entry {
    match kind {
        Kind::Load | Kind::Surplus => &FIX_LOAD,
        Kind::Capacity => &FIX_CAPACITY,
        Kind::MustRun => &FIX_MUST_RUN,
        Kind::SetPoint => &FIX_SET_POINT,
        Kind::Rating | Kind::Angle | Kind::Link => &FIX_RATING,
        Kind::Ramp => &FIX_RAMP,
        Kind::Power | Kind::Energy | Kind::Start | Kind::Target => &FIX_STORAGE,
        Kind::Reserve | Kind::ReserveOffer => &FIX_RESERVE,
        Kind::EnergyBudget | Kind::Interface | Kind::GlobalLimit | Kind::Side => &FIX_LIMIT,
        Kind::Expansion => &FIX_EXPANSION,
        Kind::Reconnect => &FIX_RECONNECT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_the_same_in_both_languages() {
        let places = |s: &str| {
            let mut found: Vec<String> = s.split('{').skip(1).filter_map(|p| p.split('}').next()).map(str::to_string).collect();
            found.sort();
            found
        };
        for e in CATALOGUE {
            for (en, zh) in [(e.en.title, e.zh.title), (e.en.why, e.zh.why), (e.en.fix, e.zh.fix)] {
                assert_eq!(places(en), places(zh), "{}", e.code);
                assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}: {zh}", e.code);
            }
        }
        let mut codes: Vec<_> = CATALOGUE.iter().map(|e| e.code).collect();
        codes.dedup();
        assert_eq!(codes.len(), CATALOGUE.len());
        assert!(Kind::ALL.iter().all(|k| CATALOGUE.iter().any(|e| e.code == of_kind(*k).code)));
    }
}
