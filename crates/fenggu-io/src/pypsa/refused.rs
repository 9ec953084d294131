//! Features of PyPSA that would change the answer and that this build cannot do: refused by name, never ignored.
//!
//! One list: the reader asks it, the docs page is made from it, a test makes a network for each entry.

use fenggu_net::Diagnostic;

use super::attributes::Holds;
use crate::catalogue as code;

/// When an attribute says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The flag is set.
    True,
    /// The number is greater than zero.
    Positive,
    /// The number is given at all.
    Given,
}

/// A refused feature.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// What people call it.
    pub name: &'static str,
    /// The same in Chinese.
    pub name_zh: &'static str,
    /// Components that may have it; empty for the network.
    pub lists: &'static [&'static str],
    /// The attribute that asks for it; a port's number is left out. Empty where no attribute does.
    pub attribute: &'static str,
    /// When it asks.
    pub when: When,
    /// Why, and what to do: English, then Chinese.
    pub why: [&'static str; 2],
    /// What to do.
    pub fix: [&'static str; 2],
}

const CAPACITY: &[&str] = &["generators", "links", "processes", "storage_units"];

/// All of them.
pub static REFUSED: &[Refusal] = &[
    Refusal {
        name: "unit commitment",
        name_zh: "机组组合",
        lists: &["links", "processes"],
        attribute: "committable",
        when: When::True,
        why: ["on and off are decisions of generators alone here.", "此处只有发电机的启停是决策。"],
        fix: [
            "set committable to False where minimum power, start-up cost and up and down times may be left out.",
            "若可以不计最小功率、启动费用和启停时间，请将 committable 设为 False。",
        ],
    },
    Refusal {
        name: "unit commitment of what is extendable",
        name_zh: "可扩建机组的启停",
        lists: &["generators"],
        attribute: "committable, p_nom_extendable",
        when: When::Given,
        why: [
            "on and off of a capacity that is itself a decision is a product of two decisions.",
            "容量本身也是决策时，启停与容量是两个决策的乘积。",
        ],
        fix: ["set committable or p_nom_extendable to False.", "请将 committable 或 p_nom_extendable 设为 False。"],
    },
    Refusal {
        name: "commitment costs that vary",
        name_zh: "随时间变化的启停费用",
        lists: &["generators"],
        attribute: "start_up_cost, shut_down_cost, stand_by_cost",
        when: When::Given,
        why: ["these costs are one number a generator here.", "此处每台发电机的这些费用各为一个数。"],
        fix: ["give one value instead of a series.", "请以单一数值代替时间序列。"],
    },
    Refusal {
        name: "maintenance",
        name_zh: "检修",
        lists: &["generators", "links", "processes"],
        attribute: "maintainable",
        when: When::True,
        why: ["when to maintain is a decision of its own.", "检修时间是另外的决策。"],
        fix: ["set maintainable to False and put the outage into p_max_pu.", "请将 maintainable 设为 False，并在 p_max_pu 中写入停运。"],
    },
    Refusal {
        name: "modules",
        name_zh: "按模块扩建",
        lists: CAPACITY,
        attribute: "p_nom_mod",
        when: When::Positive,
        why: ["capacity in whole modules is an integer decision.", "按整模块选择容量是整数决策。"],
        fix: ["set p_nom_mod to 0 and round the chosen capacity afterwards.", "请将 p_nom_mod 设为 0，并在求解后取整。"],
    },
    Refusal {
        name: "modules",
        name_zh: "按模块扩建",
        lists: &["lines", "transformers"],
        attribute: "s_nom_mod",
        when: When::Positive,
        why: ["capacity in whole modules is an integer decision.", "按整模块选择容量是整数决策。"],
        fix: ["set s_nom_mod to 0 and round the chosen capacity afterwards.", "请将 s_nom_mod 设为 0，并在求解后取整。"],
    },
    Refusal {
        name: "modules",
        name_zh: "按模块扩建",
        lists: &["stores"],
        attribute: "e_nom_mod",
        when: When::Positive,
        why: ["capacity in whole modules is an integer decision.", "按整模块选择容量是整数决策。"],
        fix: ["set e_nom_mod to 0 and round the chosen capacity afterwards.", "请将 e_nom_mod 设为 0，并在求解后取整。"],
    },
    Refusal {
        name: "delayed delivery",
        name_zh: "延迟送达",
        lists: &["links", "processes"],
        attribute: "delay",
        when: When::Positive,
        why: ["what is delivered steps later couples the steps in a way no room here writes.", "延迟送达会跨时段耦合，本程序尚不支持。"],
        fix: ["set the delay to 0.", "请将延迟设为 0。"],
    },
    Refusal {
        name: "limit of one investment period",
        name_zh: "单一投资期的约束",
        lists: &["global_constraints"],
        attribute: "investment_period",
        when: When::Given,
        why: [
            "this build knows one period, and PyPSA refuses such a limit without periods too.",
            "本版本只有一个投资期；没有投资期时 PyPSA 也会拒绝该约束。",
        ],
        fix: ["leave investment_period empty.", "请将 investment_period 留空。"],
    },
    Refusal {
        name: "several investment periods",
        name_zh: "多个投资期",
        lists: &[],
        attribute: "",
        when: When::Given,
        why: ["a pathway needs capacities and costs per period.", "多期规划需要分期的容量和费用。"],
        fix: ["export one period at a time.", "请逐期导出。"],
    },
    Refusal {
        name: "stochastic scenarios",
        name_zh: "随机情景",
        lists: &[],
        attribute: "",
        when: When::Given,
        why: ["dispatch here has one future.", "本程序的调度只考虑一种未来情形。"],
        fix: ["export one scenario at a time (n.get_scenario).", "请逐个情景导出（n.get_scenario）。"],
    },
    Refusal {
        name: "piecewise costs and efficiencies",
        name_zh: "分段费用与效率",
        lists: &[],
        attribute: "",
        when: When::Given,
        why: [
            "PyPSA writes such a curve with a variable of its own, which may be an integer one.",
            "PyPSA 用单独的变量表示这类曲线，可能为整数变量。",
        ],
        fix: ["replace the curve by a constant, a quadratic cost, or several generators.", "请改用常数、二次费用或多台机组。"],
    },
    Refusal {
        name: "phase shift that varies",
        name_zh: "随时间变化的移相角",
        lists: &["transformers"],
        attribute: "phase_shift",
        when: When::Given,
        why: ["a branch here has one fixed shift or a range to choose from.", "此处支路只有固定移相角或可选范围。"],
        fix: [
            "give one phase_shift, or phase_shift_min and phase_shift_max.",
            "请给出单一的 phase_shift，或 phase_shift_min 与 phase_shift_max。",
        ],
    },
    Refusal {
        name: "limit that weighs carriers differently by an own attribute",
        name_zh: "按自有属性对各载体加权的约束",
        lists: &["global_constraints"],
        attribute: "carrier_attribute",
        when: When::Given,
        why: [
            "carriers here have one factor of their own, that of CO2; another attribute can only say which carriers count.",
            "此处的能源载体只有一个自有因子，即 CO2；其他属性只能说明计入哪些载体。",
        ],
        fix: [
            "put the factors into co2_emissions, give all carriers that count the same positive value, or leave the limit out.",
            "请将该因子写入 co2_emissions，或让所有计入的载体取相同的正值，或去掉此约束。",
        ],
    },
    Refusal {
        name: "capacity limit on transformers by a carrier",
        name_zh: "按载体限制变压器容量",
        lists: &["global_constraints"],
        attribute: "carrier_attribute",
        when: When::Given,
        why: [
            "transformers have no carrier; PyPSA counts them in tech_capacity_expansion_limit only where such a column was added.",
            "变压器没有能源载体；仅当另加该列时，PyPSA 才在 tech_capacity_expansion_limit 中计入变压器。",
        ],
        fix: [
            "limit them by s_nom_max, or by a side constraint on s_nom_opt, and remove the column.",
            "请用 s_nom_max 或关于 s_nom_opt 的附加约束限制，并删除该列。",
        ],
    },
    Refusal {
        name: "first ramp of a link",
        name_zh: "链路的首段爬坡",
        lists: &["links", "processes"],
        attribute: "p_init",
        when: When::Given,
        why: [
            "the ramp into the first snapshot from p_init is written for generators only.",
            "从 p_init 到首个快照的爬坡目前只对发电机建模。",
        ],
        fix: ["leave p_init empty, or leave the link's ramp limits out.", "请将 p_init 留空，或去掉链路的爬坡限制。"],
    },
    Refusal {
        name: "capacity limits in columns of buses",
        name_zh: "写在母线各列中的容量约束",
        lists: &["buses"],
        attribute: "nom_min_…, nom_max_…",
        when: When::Given,
        why: ["PyPSA takes such columns for limits (and gives them up in 2.0).", "PyPSA 将此类列视为约束（并将在 2.0 中取消）。"],
        fix: [
            "write a global constraint of type tech_capacity_expansion_limit with a bus.",
            "请改写为带 bus 的 tech_capacity_expansion_limit 全局约束。",
        ],
    },
    Refusal {
        name: "fixed size of what is not extendable",
        name_zh: "不可扩建者的固定容量",
        lists: &["generators", "links", "processes", "storage_units", "stores", "lines", "transformers"],
        attribute: "p_nom_set, s_nom_set, e_nom_set",
        when: When::Given,
        why: [
            "PyPSA fixes a capacity that is a decision, and fails where it is none.",
            "PyPSA 用它固定作为决策的容量；若容量不是决策则会报错。",
        ],
        fix: ["set the capacity itself, or make it extendable.", "请直接设置容量，或设为可扩展。"],
    },
    Refusal {
        name: "yearly operation cost in a limit on transmission cost",
        name_zh: "输电费用约束中的年运行费用",
        lists: &["lines", "links"],
        attribute: "fom_cost",
        when: When::Given,
        why: [
            "PyPSA counts fom_cost in the objective and not in this limit; here both count one capital cost.",
            "PyPSA 在目标函数中计入 fom_cost 而在该约束中不计；此处二者使用同一投资费用。",
        ],
        fix: ["add fom_cost to capital_cost, or leave the limit out.", "请将 fom_cost 并入 capital_cost，或去掉该约束。"],
    },
];

/// The refusal of a name.
pub fn by_name(name: &str) -> &'static Refusal {
    REFUSED.iter().find(|r| r.name == name).unwrap_or(&REFUSED[0])
}

/// The refusal that an attribute of a component with this value asks for.
pub fn of_attribute(list: &str, attribute: &str, holds: Holds, value: f64) -> Option<&'static Refusal> {
    let stem = if matches!(holds, Holds::Integer(_)) { attribute.trim_end_matches(|c: char| c.is_ascii_digit()) } else { attribute };
    // Those are asked where more than the attribute itself decides.
    if matches!(attribute, "p_init" | "phase_shift" | "carrier_attribute" | "fom_cost") {
        return None;
    }
    let refusal = REFUSED.iter().find(|r| r.attribute == stem && r.lists.contains(&list))?;
    let says = match refusal.when {
        When::True => value != 0.0,
        When::Positive => value > 0.0,
        When::Given => !value.is_nan(),
    };
    says.then_some(refusal)
}

/// The finding.
pub fn finding(refusal: &'static Refusal, list: &str, component: &str, value: impl ToString) -> Diagnostic {
    let mut d = Diagnostic::new(&code::PYPSA_REFUSED);
    d.component = component.to_owned();
    let item = if list == "network" { "网络" } else { list };
    d.with_both("item", list, item)
        .with_both("feature", refusal.name, refusal.name_zh)
        .with("value", value)
        .with_both("why", refusal.why[0], refusal.why[1])
        .with_both("fix", refusal.fix[0], refusal.fix[1])
}

/// The finding about a piecewise curve.
pub fn piecewise(list: &str, attribute: &str, file: &str) -> Diagnostic {
    finding(by_name("piecewise costs and efficiencies"), list, attribute, file)
}

/// The finding about scenarios.
pub fn scenarios(item: &str) -> Diagnostic {
    finding(by_name("stochastic scenarios"), "network", "", item)
}
