//! Cost curves and start-up tiers, and what UnitCommitment.jl repairs in them when it reads (its `validation/repair.jl`).

use fenggu_net::schema::Range;

use super::read::Reader;
use crate::catalogue as code;
use crate::json::doc::{Doc, Item};
use crate::json::Value;
use crate::report::shown;
use crate::text::Span;

/// A slope may fall by so much.
const SLOPE: f64 = 1e-5;

impl Reader<'_> {
    /// Tells a value that counts as another one.
    pub(super) fn repaired(&mut self, item: &Item<'_>, key: &str, value: f64, after: f64, rule: &str, at: Span) {
        let d = Doc::about(&code::UC_REPAIRED, item, key).with("value", shown(value)).with("after", shown(after)).with("rule", rule);
        self.doc.say(d, at);
    }

    /// Output and cost of every point, with slopes that rise.
    pub(super) fn curve(&mut self, item: &Item<'_>) -> Vec<[f64; 2]> {
        let keys = ["Production cost curve (MW)", "Production cost curve ($)"];
        let [mw, cost] = keys.map(|key| {
            if item.get(key).is_none() {
                self.doc.missing(item, key);
            }
            self.points(item, key)
        });
        let (Some(mw), Some(cost)) = (mw, cost) else { return Vec::new() };
        let fault = if mw.len() != cost.len() {
            Some(format!("{} ≠ {}", mw.len(), cost.len()))
        } else if mw.is_empty() {
            Some("[]".to_owned())
        } else {
            mw.windows(2).find(|w| w[1].0 < w[0].0).map(|w| format!("MW {}, {}", shown(w[0].0), shown(w[1].0)))
        };
        if let Some(value) = fault {
            let d = Doc::about(&code::UC_CURVE, item, "Production cost curve").with("value", value);
            self.doc.say(d, item.place(keys[0]));
            return Vec::new();
        }
        let mut points = vec![[mw[0].0, cost[0].0]];
        let (mut before, mut total) = (f64::NEG_INFINITY, cost[0].0);
        let mut shifted = false;
        for k in 1..mw.len() {
            let width = mw[k].0 - mw[k - 1].0;
            let own = if width == 0.0 { 0.0 } else { (cost[k].0 - cost[k - 1].0) / width };
            let slope = if own < before - SLOPE { before } else { own };
            shifted |= slope != own || (width == 0.0 && cost[k].0 != cost[k - 1].0);
            let after = if shifted { total + slope * width } else { cost[k].0 };
            if after != cost[k].0 && (slope != own || width == 0.0) {
                let key = format!("{}[{}]", keys[1], k + 1);
                self.repaired(item, &key, cost[k].0, after, "$/MW ↑", cost[k].1);
            }
            before = slope;
            total = after;
            if width > 0.0 {
                points.push([mw[k].0, after]);
            }
        }
        points
    }

    /// The numbers of a list with their places; a number may be a list over the steps, of equal numbers only.
    fn points(&mut self, item: &Item<'_>, key: &str) -> Option<Vec<(f64, Span)>> {
        let list = self.doc.list(item, key)?;
        let mut out = Vec::with_capacity(list.len());
        for (k, node) in list.iter().enumerate() {
            let label = format!("{key}[{}]", k + 1);
            let Some(series) = self.doc.as_series(item, &label, node, self.steps, Range::Finite) else { continue };
            let first = series.values().first().copied().unwrap_or(0.0);
            if !series.is_all(first) {
                self.varies(item, &label, node.at);
            }
            out.push((first, node.at));
        }
        (out.len() == list.len()).then_some(out)
    }

    /// Start-up tiers: hours off and cost. Neither falls, as the package has them.
    pub(super) fn tiers(&mut self, item: &Item<'_>) -> Vec<[f64; 2]> {
        let (delay_key, cost_key) = ("Startup delays (h)", "Startup costs ($)");
        let delays = self.numbers(item, delay_key, 1.0);
        let costs = self.numbers(item, cost_key, 0.0);
        let (Some(delays), Some(costs)) = (delays, costs) else { return Vec::new() };
        if delays.len() != costs.len() || delays.is_empty() {
            let d = Doc::about(&code::UC_LENGTH_OF, item, cost_key)
                .with("found", costs.len())
                .with("expected", delays.len().max(1))
                .with("value", delay_key);
            self.doc.say(d, item.place(cost_key));
            return Vec::new();
        }
        let mut out: Vec<[f64; 2]> = Vec::with_capacity(delays.len());
        for (k, (delay, cost)) in delays.iter().zip(&costs).enumerate() {
            self.whole_steps(item, delay_key, delay.0, delay.1);
            let (mut h, mut c) = (delay.0, cost.0);
            if let Some([h0, c0]) = out.last().copied() {
                if h <= h0 {
                    h = h0 + 1.0 / self.per_hour;
                    let rule = format!("> {}", shown(h0));
                    self.repaired(item, &format!("{delay_key}[{}]", k + 1), delay.0, h, &rule, delay.1);
                }
                if c < c0 {
                    c = c0;
                    let rule = format!("≥ {}", shown(c0));
                    self.repaired(item, &format!("{cost_key}[{}]", k + 1), cost.0, c, &rule, cost.1);
                }
            }
            out.push([h, c]);
        }
        out
    }

    /// A list of numbers ≥ 0 with their places; one default number where the key is absent.
    fn numbers(&mut self, item: &Item<'_>, key: &str, default: f64) -> Option<Vec<(f64, Span)>> {
        let Some(node) = item.get(key) else { return Some(vec![(default, item.at)]) };
        if let Value::Number(_) = node.value {
            return self.doc.as_number(item, key, node, Range::NonNegative).map(|v| vec![(v, node.at)]);
        }
        let list = self.doc.list(item, key)?;
        let mut out = Vec::with_capacity(list.len());
        for (k, n) in list.iter().enumerate() {
            out.extend(self.doc.as_number(item, &format!("{key}[{}]", k + 1), n, Range::NonNegative).map(|v| (v, n.at)));
        }
        (out.len() == list.len()).then_some(out)
    }
}
