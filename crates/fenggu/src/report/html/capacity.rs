//! Capacities that were decisions: what was chosen, within which range, at what cost.

use super::write::{decimals, name, num, say, with_unit, TableHtml};
use crate::report::labels;
use crate::report::text;
use fenggu_net::{Network, Results};

/// Rows shown; the results file has all.
const SHOWN: usize = 500;
/// Nearness to an end of the range, as a share of it, that counts as being there.
const AT_END: f64 = 1e-6;

/// The section, or nothing where no capacity was a decision.
pub(super) fn section(net: &Network, r: &Results) -> Option<String> {
    let mut all = r.built(net);
    if all.is_empty() {
        return None;
    }
    all.sort_by(|a, b| (b.chosen * b.cost_per_unit).total_cmp(&(a.chosen * a.cost_per_unit)));
    let currency = super::currency(net);
    let head = [
        say(text::NAME),
        say(text::KIND),
        say(text::CHOSEN),
        say(text::RANGE),
        with_unit(text::CAPITAL_COST, &super::both(&currency.0, &currency.1)),
        with_unit(text::PART_OF_COST, "%"),
        String::new(),
    ];
    let mut table = TableHtml::new(&head, 2);
    let largest = all.iter().map(|b| b.chosen).fold(0.0, f64::max);
    let dec = decimals(largest);
    for b in all.iter().take(SHOWN) {
        let spec = b.quantity.spec();
        let cost = b.chosen * b.cost_per_unit;
        let end = |limit: f64| limit.is_finite() && (b.chosen - limit).abs() <= AT_END * limit.abs().max(1.0);
        let least = num(b.range[0], dec);
        let most = if b.range[1].is_finite() { num(b.range[1], dec) } else { "∞".to_string() };
        table.row(&[
            name(net.table(spec.table).name_of(b.row)),
            say(labels::table(spec.table)),
            format!("{} {}", num(b.chosen, dec), spec.unit),
            format!("{least} … {most}"),
            num(cost, 0),
            if r.objective > 0.0 { num(100.0 * cost / r.objective, 1) } else { String::new() },
            if end(b.range[1]) || end(b.range[0]) { say(text::AT_ITS_END) } else { String::new() },
        ]);
    }
    Some(table.finish() + &format!("<p class=\"note\">{}</p>", say(text::CAPACITY_NOTE)))
}
