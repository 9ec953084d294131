//! Options of a dispatch.

use super::PriceReference;
use crate::analyses::options::{self, number_in, OptionSpec};
use crate::error::Error;
use crate::formulate::FlowForm;
use fenggu_opt::Backend;

/// For which buses the range of a price that is not unique is worked out. Prices that are unique cost next to nothing; each other
/// one two hot re-solves, shared by the buses of a step of which the same is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PriceRange {
    /// None.
    #[default]
    None,
    /// Every bus and step.
    All,
}

/// How offers at the same price share what they give together, where least cost leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tie {
    /// As the solver has it.
    #[default]
    Free,
    /// By offered quantity.
    ProRata,
}

impl Tie {
    /// The word of the option.
    pub fn word(self) -> &'static str {
        match self {
            Tie::Free => "free",
            Tie::ProRata => "pro_rata",
        }
    }
    /// From the word.
    pub fn from_word(word: &str) -> Option<Tie> {
        [Tie::Free, Tie::ProRata].into_iter().find(|t| t.word() == word)
    }
}

/// What a window that ends before the study does with the end rules of storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WindowEnd {
    /// Nothing: what is left then is worth `end_value`.
    #[default]
    Free,
    /// They hold there too; a cyclic unit comes back to the energy it started the study with.
    Rule,
}

/// Options of a dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchOptions {
    /// How the DC network is written; both forms have the same optimum. None for `auto`: the PTDF form, whose rows for
    /// violated limits are few as a rule, and the angle form where they are many, where the network is singular or where the
    /// solver fails on them.
    pub flow: Option<FlowForm>,
    /// Which solver: `auto` takes the simplex for linear costs, the interior point for quadratic ones and for the angle form of
    /// large networks.
    pub backend: Backend,
    /// Wall-clock limit of the solver, s; none for none.
    pub time_limit_s: Option<f64>,
    /// Threads of the solver.
    pub threads: u32,
    /// Feasibility and optimality tolerance of the solver.
    pub tolerance: f64,
    /// Range of prices that are not unique: `none` or `all`.
    pub price_range: PriceRange,
    /// Steps that are decided at once; none for all. Fewer than the study has: a rolling horizon, see [`crate::analyses::rolling`].
    pub horizon_steps: Option<usize>,
    /// Steps at the end of a window that the next window decides again.
    pub overlap_steps: usize,
    /// End rules of storage at the end of windows: `free` or `rule`.
    pub window_end: WindowEnd,
    /// What the energy part of prices is measured at: `load_weighted`, `reference_bus` or the name of a bus.
    pub price_reference: PriceReference,
    /// How offers at the same price share what they give together: `free` or `pro_rata` (angle form).
    pub tie: Tie,
}

impl Default for DispatchOptions {
    fn default() -> Self {
        DispatchOptions {
            flow: None,
            backend: Backend::Auto,
            time_limit_s: None,
            threads: 1,
            tolerance: 1e-7,
            price_range: PriceRange::None,
            horizon_steps: None,
            overlap_steps: 0,
            window_end: WindowEnd::Free,
            price_reference: PriceReference::LoadWeighted,
            tie: Tie::Free,
        }
    }
}

impl DispatchOptions {
    /// Every option.
    pub const SPECS: &'static [OptionSpec<DispatchOptions>] = &[
        OptionSpec {
            name: "flow",
            rule: "auto, angle or ptdf",
            help: "How the DC network is written; both forms have the same optimum. auto takes ptdf and falls back to angle.",
            zh: ["auto、angle 或 ptdf", "直流网络的写法；两种写法最优值相同。auto 取 ptdf，不成立时改用 angle。"],
            get: |o| o.flow.map_or("auto", FlowForm::word).to_string(),
            set: |o, v| {
                let flow = if v == "auto" { Some(None) } else { FlowForm::from_word(v).map(Some) };
                flow.map(|f| o.flow = f).is_some()
            },
        },
        OptionSpec {
            name: "backend",
            rule: "auto or a solver of this build",
            help: "Which solver; auto takes the interior point for quadratic costs and large angle forms, else the simplex.",
            zh: ["auto 或本版本所含的求解器", "使用哪个求解器；auto 对二次费用和大型 angle 写法取内点法，否则取单纯形法。"],
            get: |o| o.backend.name().to_string(),
            set: |o, v| {
                let found = std::iter::once(Backend::Auto).chain(Backend::all().iter().copied()).find(|b| b.name() == v);
                found.map(|b| o.backend = b).is_some()
            },
        },
        OptionSpec {
            name: "time_limit_s",
            rule: "a number of seconds > 0, or none",
            help: "Wall-clock limit of the solver.",
            zh: ["大于 0 的秒数，或 none", "求解器的墙钟时限。"],
            get: |o| o.time_limit_s.map_or("none".to_string(), |v| v.to_string()),
            set: |o, v| {
                let limit = if v == "none" { Some(None) } else { number_in(v, 1e-9, 1e9).map(Some) };
                limit.map(|l| o.time_limit_s = l).is_some()
            },
        },
        OptionSpec {
            name: "threads",
            rule: "1 … 1024",
            help: "Threads of the solver.",
            zh: ["1 … 1024", "求解器的线程数。"],
            get: |o| o.threads.to_string(),
            set: |o, v| v.parse().ok().filter(|n| (1..=1024).contains(n)).map(|n| o.threads = n).is_some(),
        },
        OptionSpec {
            name: "tolerance",
            rule: "1e-10 … 1e-3",
            help: "Feasibility and optimality tolerance of the solver.",
            zh: ["1e-10 … 1e-3", "求解器的可行性与最优性容差。"],
            get: |o| format!("{:e}", o.tolerance),
            set: |o, v| number_in(v, 1e-10, 1e-3).map(|t| o.tolerance = t).is_some(),
        },
        OptionSpec {
            name: "price_range",
            rule: "none or all",
            help: "Work out the range of prices that are not unique; two hot re-solves for each of them, shared by buses without congestion between.",
            zh: ["none 或 all", "求出不唯一电价的取值范围；每个范围热启动求解两次，其间无阻塞的母线共用。"],
            get: |o| if o.price_range == PriceRange::All { "all" } else { "none" }.to_string(),
            set: |o, v| {
                let range = match v {
                    "none" => PriceRange::None,
                    "all" => PriceRange::All,
                    _ => return false,
                };
                o.price_range = range;
                true
            },
        },
        OptionSpec {
            name: "horizon_steps",
            rule: "a number of steps ≥ 1, or none",
            help: "Rolling horizon: steps decided at once. none decides all together.",
            zh: ["不小于 1 的时段数，或 none", "滚动求解：一次决策的时段数。none 表示全部一起决策。"],
            get: |o| o.horizon_steps.map_or("none".to_string(), |v| v.to_string()),
            set: |o, v| {
                let steps = if v == "none" { Some(None) } else { v.parse().ok().filter(|n| *n >= 1).map(Some) };
                steps.map(|s| o.horizon_steps = s).is_some()
            },
        },
        OptionSpec {
            name: "overlap_steps",
            rule: "0 … one less than horizon_steps",
            help: "Rolling horizon: steps at the end of a window that the next one decides again.",
            zh: ["0 到比 horizon_steps 小 1 之间", "滚动求解：窗口末尾由下一窗口重新决策的时段数。"],
            get: |o| o.overlap_steps.to_string(),
            set: |o, v| v.parse().map(|n| o.overlap_steps = n).is_ok(),
        },
        OptionSpec {
            name: "window_end",
            rule: "free or rule",
            help: "Rolling horizon: whether end rules of storage hold at the end of every window or of the last only.",
            zh: ["free 或 rule", "滚动求解：储能的期末规则在每个窗口末尾成立，还是只在最后一个窗口成立。"],
            get: |o| if o.window_end == WindowEnd::Rule { "rule" } else { "free" }.to_string(),
            set: |o, v| {
                let end = match v {
                    "free" => WindowEnd::Free,
                    "rule" => WindowEnd::Rule,
                    _ => return false,
                };
                o.window_end = end;
                true
            },
        },
        OptionSpec {
            name: "price_reference",
            rule: "load_weighted, reference_bus or the name of a bus",
            help:
                "What the energy part of prices is measured at, in each island: the load-weighted mean, or one bus. The rest is congestion.",
            zh: ["load_weighted、reference_bus 或某个母线的名称", "电价的电能分量以何处为基准（每个孤岛各一）：按负荷加权的平均，或某个母线。其余为阻塞分量。"],
            get: |o| o.price_reference.word(),
            set: |o, v| PriceReference::from_word(v).map(|r| o.price_reference = r).is_some(),
        },
        OptionSpec {
            name: "tie",
            rule: "free or pro_rata",
            help: "How offers at the same price share what they give together, where least cost leaves it open: as the solver has it, or by offered quantity (angle form).",
            zh: ["free 或 pro_rata", "在不影响最低费用时，同价报价如何分摊：由求解器决定，或按报价电量比例分摊（采用 angle 写法）。"],
            get: |o| o.tie.word().to_string(),
            set: |o, v| Tie::from_word(v).map(|t| o.tie = t).is_some(),
        },
    ];

    /// Sets one option from text, as `--set name=value` does.
    ///
    /// # Errors
    /// An unknown name or a value out of range.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        options::set(self, Self::SPECS, name, value)
    }

    /// Checks every number again, for options filled in by code.
    ///
    /// # Errors
    /// The first option out of range.
    pub fn check(&self) -> Result<(), Error> {
        options::check(self, Self::SPECS)?;
        if self.tie == Tie::ProRata && self.flow == Some(FlowForm::Ptdf) {
            return Err(Error::Option {
                name: "tie",
                value: self.tie.word().to_string(),
                rule: "free where flow is ptdf: shares are worked out in the angle form".to_string(),
                rule_zh: "在 flow 为 ptdf 时取 free：分摊按 angle 写法计算".to_string(),
            });
        }
        if self.overlap_steps > 0 && self.horizon_steps.is_none_or(|h| self.overlap_steps >= h) {
            let rule = "less than horizon_steps, which must be given".to_string();
            return Err(Error::Option {
                name: "overlap_steps",
                value: self.overlap_steps.to_string(),
                rule,
                rule_zh: "小于 horizon_steps 的数，且须给出 horizon_steps".to_string(),
            });
        }
        Ok(())
    }
}
