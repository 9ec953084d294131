//! Options of a dispatch.

use super::PriceReference;
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
    /// What the energy part of prices is measured at: `load_weighted`, `reference_bus` or the name of a bus.
    pub price_reference: PriceReference,
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
            price_reference: PriceReference::LoadWeighted,
        }
    }
}

/// One line of the table of options: the single source of the command line, the manifest and the docs.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// Field name.
    pub name: &'static str,
    /// What is allowed.
    pub rule: &'static str,
    /// Help.
    pub help: &'static str,
    /// Value as text.
    pub get: fn(&DispatchOptions) -> String,
    set: fn(&mut DispatchOptions, &str) -> bool,
}

fn number_in(text: &str, lo: f64, hi: f64) -> Option<f64> {
    text.parse::<f64>().ok().filter(|v| *v >= lo && *v <= hi)
}

impl DispatchOptions {
    /// Every option.
    pub const SPECS: &'static [OptionSpec] = &[
        OptionSpec {
            name: "flow",
            rule: "auto, angle or ptdf",
            help: "How the DC network is written; both forms have the same optimum. auto takes ptdf and falls back to angle.",
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
            get: |o| o.threads.to_string(),
            set: |o, v| v.parse().ok().filter(|n| (1..=1024).contains(n)).map(|n| o.threads = n).is_some(),
        },
        OptionSpec {
            name: "tolerance",
            rule: "1e-10 … 1e-3",
            help: "Feasibility and optimality tolerance of the solver.",
            get: |o| format!("{:e}", o.tolerance),
            set: |o, v| number_in(v, 1e-10, 1e-3).map(|t| o.tolerance = t).is_some(),
        },
        OptionSpec {
            name: "price_range",
            rule: "none or all",
            help: "Work out the range of prices that are not unique; two hot re-solves for each of them, shared by buses without congestion between.",
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
            name: "price_reference",
            rule: "load_weighted, reference_bus or the name of a bus",
            help:
                "What the energy part of prices is measured at, in each island: the load-weighted mean, or one bus. The rest is congestion.",
            get: |o| o.price_reference.word(),
            set: |o, v| PriceReference::from_word(v).map(|r| o.price_reference = r).is_some(),
        },
    ];

    /// Sets one option from text, as `--set name=value` does.
    ///
    /// # Errors
    /// An unknown name or a value out of range.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let Some(spec) = Self::SPECS.iter().find(|s| s.name == name) else {
            let known: Vec<_> = Self::SPECS.iter().map(|s| s.name).collect();
            return Err(Error::Option { name: "--set", value: name.to_string(), rule: format!("one of {}", known.join(", ")) });
        };
        if (spec.set)(self, value) {
            Ok(())
        } else {
            Err(Error::Option { name: spec.name, value: value.to_string(), rule: spec.rule.to_string() })
        }
    }

    /// Checks every number again, for options filled in by code.
    ///
    /// # Errors
    /// The first option out of range.
    pub fn check(&self) -> Result<(), Error> {
        let mut copy = self.clone();
        Self::SPECS.iter().try_for_each(|s| copy.set(s.name, &(s.get)(self)))
    }
}
