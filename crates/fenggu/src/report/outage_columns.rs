//! Prices of limits after outages in a result file: rows of their contingency, with the branch in the field's name.

use fenggu_net::results::OutagePrice;
use fenggu_net::{Network, Results};

/// Fields, before the branch in brackets: shadow prices, and multipliers of a bound.
const FIELDS: [&str; 2] = ["limit_price_per_mwh", "limit_bound_price_per_mwh"];

/// One contingency's limit of one branch over the steps.
pub(super) struct Series {
    pub contingency: usize,
    /// Field name, branch included.
    pub field: String,
    /// `[step]`; 0 where the limit has no price.
    pub values: Vec<f64>,
}

/// All series with a price.
pub(super) fn series(net: &Network, results: &Results) -> Vec<Series> {
    let mut out: Vec<Series> = Vec::new();
    for (field, prices) in FIELDS.into_iter().zip([&results.outage_prices, &results.outage_bound_prices]) {
        let mut all: Vec<&OutagePrice> =
            prices.iter().filter(|p| p.contingency < net.contingencies.len() && p.step < results.steps).collect();
        all.sort_by_key(|p| (p.contingency, p.branch, p.step));
        for of in all.chunk_by(|a, b| (a.contingency, a.branch) == (b.contingency, b.branch)) {
            let Some(branch) = net.branches.rows().get(of[0].branch) else { continue };
            let mut values = vec![0.0; results.steps];
            of.iter().for_each(|p| values[p.step] += p.price_per_mwh);
            out.push(Series { contingency: of[0].contingency, field: format!("{field}[{}]", branch.name), values });
        }
    }
    out
}

/// What a field of a contingency means: whether it is a bound's multiplier, and the row of the branch. None for another field.
pub(super) fn meaning(net: &Network, field: &str) -> Option<(bool, usize)> {
    let inner = field.strip_suffix(']')?;
    let of = |prefix: &str| inner.strip_prefix(prefix)?.strip_prefix('[').and_then(|name| net.branches.find(name)).map(|b| b.index());
    of(FIELDS[0]).map(|b| (false, b)).or_else(|| of(FIELDS[1]).map(|b| (true, b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{read_results_parquet, write_results_parquet};
    use fenggu_net::results::Outcome;
    use fenggu_net::{Branch, Bus, Contingency, Id, TimeAxis};

    #[test]
    fn prices_after_outages_come_back() {
        let mut net = Network { time: TimeAxis::from_start(0, 3, 1.0, "UTC"), ..Network::default() };
        (0..2).for_each(|i| {
            net.buses.push(Bus { name: format!("b{i}"), ..Bus::default() });
        });
        for name in ["a[1]", "b]"] {
            let id =
                net.branches.push(Branch { name: name.into(), bus_from: Id::new(0), bus_to: Id::new(1), x_pu: 0.1, ..Branch::default() });
            net.contingencies.push(Contingency { name: format!("no {name}"), branch: Some(id), ..Contingency::default() });
        }
        let mut results = Results::new(Outcome::Optimal, 3);
        let price = |contingency, branch, step, price_per_mwh| OutagePrice { contingency, branch, step, price_per_mwh };
        results.outage_prices = vec![price(0, 1, 0, 4.5), price(0, 1, 2, -3.0), price(1, 0, 1, 7.0)];
        results.outage_bound_prices = vec![price(1, 0, 2, 1.25)];
        let path = std::env::temp_dir().join(format!("fenggu-outages-{}.parquet", std::process::id()));
        write_results_parquet(&net, &results, std::fs::File::create(&path).expect("writable"), &path).expect("written");
        let read = read_results_parquet(&path, &net).expect("read");
        let _ = std::fs::remove_file(&path);
        assert!(read.ignored.is_empty(), "{:?}", read.ignored);
        assert_eq!((read.results.outage_prices, read.results.outage_bound_prices), (results.outage_prices, results.outage_bound_prices));
    }
}
