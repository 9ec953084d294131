//! Options of a commitment.

use crate::analyses::options::{self, number_in, OptionSpec};
use crate::error::Error;
use crate::formulate::FlowForm;
use fenggu_net::CommitmentSemantics;
use fenggu_opt::{Control, MipOptions};

/// How a commitment is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Route {
    /// Whichever suits the network.
    #[default]
    Auto,
    /// The whole problem to a solver of mixed-integer problems.
    Exact,
    /// Unit by unit at prices.
    Decomposition,
}

/// Options of a commitment.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitOptions {
    /// Ends when (cost − bound) / |cost| is at most this.
    pub gap_relative: f64,
    /// How it is found.
    pub route: Route,
    /// Wall-clock limit, s; none for none.
    pub time_limit_s: Option<f64>,
    /// Limit of work, in simplex iterations of all nodes (exact route); none for none. Answers that end by it do not depend on the machine.
    pub work_limit: Option<u64>,
    /// Threads.
    pub threads: u32,
    /// Seed of the solver's tie-breaking.
    pub seed: u32,
    /// Feasibility and optimality tolerance of the linear problems.
    pub tolerance: f64,
    /// What the words of commitment mean; none for what the file's format means.
    pub meaning: Option<CommitmentSemantics>,
    /// How the exact route writes the DC network; both forms have the same optimum. None for `auto`: the PTDF form, and the angle form where the
    /// network is singular.
    pub flow: Option<FlowForm>,
}

impl Default for CommitOptions {
    fn default() -> Self {
        CommitOptions {
            gap_relative: 1e-4,
            route: Route::Auto,
            time_limit_s: None,
            work_limit: None,
            threads: 1,
            seed: 0,
            tolerance: 1e-7,
            meaning: None,
            flow: None,
        }
    }
}

impl CommitOptions {
    /// Every option.
    pub const SPECS: &'static [OptionSpec<CommitOptions>] = &[
        OptionSpec {
            name: "gap_relative",
            rule: "0 … 1",
            help: "Ends when (cost − bound) / |cost| is at most this.",
            zh: ["0 … 1", "当（费用 − 下界）/ |费用| 不大于此值时结束。"],
            get: |o| format!("{:e}", o.gap_relative),
            set: |o, v| number_in(v, 0.0, 1.0).map(|g| o.gap_relative = g).is_some(),
        },
        OptionSpec {
            name: "route",
            rule: "auto, exact or decomposition",
            help: "How the commitment is found: the whole problem to a solver, or unit by unit at prices.",
            zh: ["auto、exact 或 decomposition", "求解方式：整体交给求解器，或在价格下逐台分解。"],
            get: |o| {
                match o.route {
                    Route::Auto => "auto",
                    Route::Exact => "exact",
                    Route::Decomposition => "decomposition",
                }
                .to_string()
            },
            set: |o, v| {
                o.route = match v {
                    "auto" => Route::Auto,
                    "exact" => Route::Exact,
                    "decomposition" => Route::Decomposition,
                    _ => return false,
                };
                true
            },
        },
        OptionSpec {
            name: "time_limit_s",
            rule: "a number of seconds > 0, or none",
            help: "Wall-clock limit; the best commitment found by then is the answer, with its gap.",
            zh: ["大于 0 的秒数，或 none", "时间上限；届时返回已找到的最优组合及其间隙。"],
            get: |o| o.time_limit_s.map_or("none".to_string(), |v| v.to_string()),
            set: |o, v| {
                let limit = if v == "none" { Some(None) } else { number_in(v, 1e-9, 1e9).map(Some) };
                limit.map(|l| o.time_limit_s = l).is_some()
            },
        },
        OptionSpec {
            name: "work_limit",
            rule: "a number of simplex iterations ≥ 1, or none",
            help: "Limit of work on the exact route; unlike a time limit it ends at the same answer on every machine.",
            zh: ["不小于 1 的单纯形迭代次数，或 none", "精确法的工作量上限；与时间上限不同，其结果与机器无关。"],
            get: |o| o.work_limit.map_or("none".to_string(), |v| v.to_string()),
            set: |o, v| {
                let limit = if v == "none" { Some(None) } else { v.parse().ok().filter(|n| *n >= 1).map(Some) };
                limit.map(|l| o.work_limit = l).is_some()
            },
        },
        OptionSpec {
            name: "threads",
            rule: "1 … 1024",
            help: "Threads.",
            zh: ["1 … 1024", "线程数。"],
            get: |o| o.threads.to_string(),
            set: |o, v| v.parse().ok().filter(|n| (1..=1024).contains(n)).map(|n| o.threads = n).is_some(),
        },
        OptionSpec {
            name: "seed",
            rule: "0 … 2147483647",
            help: "Seed of the solver's tie-breaking.",
            zh: ["0 … 2147483647", "求解器取舍相同选择时所用的随机种子。"],
            get: |o| o.seed.to_string(),
            set: |o, v| v.parse().ok().filter(|n| *n <= i32::MAX as u32).map(|n| o.seed = n).is_some(),
        },
        OptionSpec {
            name: "tolerance",
            rule: "1e-10 … 1e-3",
            help: "Feasibility and optimality tolerance of the linear problems.",
            zh: ["1e-10 … 1e-3", "线性问题的可行性与最优性容差。"],
            get: |o| format!("{:e}", o.tolerance),
            set: |o, v| number_in(v, 1e-10, 1e-3).map(|t| o.tolerance = t).is_some(),
        },
        OptionSpec {
            name: "meaning",
            rule: "file, pglib, ucjl or pypsa",
            help: "What ramps, start and stop limits and start-up tiers mean; file for what the file's format means.",
            zh: ["file、pglib、ucjl 或 pypsa", "爬坡、启停限值与启动费用档位的含义；file 表示按文件格式的约定。"],
            get: |o| {
                match o.meaning {
                    None => "file",
                    Some(CommitmentSemantics::Pglib) => "pglib",
                    Some(CommitmentSemantics::UnitCommitmentJl) => "ucjl",
                    Some(CommitmentSemantics::Pypsa) => "pypsa",
                }
                .to_string()
            },
            set: |o, v| {
                o.meaning = match v {
                    "file" => None,
                    "pglib" => Some(CommitmentSemantics::Pglib),
                    "ucjl" => Some(CommitmentSemantics::UnitCommitmentJl),
                    "pypsa" => Some(CommitmentSemantics::Pypsa),
                    _ => return false,
                };
                true
            },
        },
        OptionSpec {
            name: "flow",
            rule: "auto, angle or ptdf",
            help: "How the exact route writes the DC network; both forms have the same optimum. auto takes ptdf and falls back to angle.",
            zh: ["auto、angle 或 ptdf", "精确法中直流网络的写法；两种写法最优值相同。auto 取 ptdf，不成立时改用 angle。"],
            get: |o| o.flow.map_or("auto", FlowForm::word).to_string(),
            set: |o, v| {
                let flow = if v == "auto" { Some(None) } else { FlowForm::from_word(v).map(Some) };
                flow.map(|f| o.flow = f).is_some()
            },
        },
    ];

    /// Sets one option from text, as `--set name=value` does.
    ///
    /// # Errors
    /// An unknown name or a value out of range.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        options::set(self, Self::SPECS, name, value)
    }

    /// Checks every value again, for options filled in by code.
    ///
    /// # Errors
    /// The first option out of range.
    pub fn check(&self) -> Result<(), Error> {
        options::check(self, Self::SPECS)
    }

    /// Limits, gap and seed as the solver takes them.
    pub fn control(&self) -> Control {
        Control {
            time_limit_s: self.time_limit_s,
            threads: self.threads,
            tolerance: self.tolerance,
            mip: MipOptions {
                gap_relative: self.gap_relative,
                gap_absolute: 0.0,
                work_limit: self.work_limit,
                seed: self.seed,
                ..MipOptions::default()
            },
            ..Control::default()
        }
    }
}
