//! Limits after outages, ratings that may be exceeded, and their prices.

use super::*;

/// Some price of a limit after an outage.
fn some_price(m: &Case, r: &mut Rng) -> Option<usize> {
    let n = m.results.outage_prices.len();
    (n > 0).then(|| r.below(n))
}

pub(super) fn security() -> Vec<Way> {
    vec![
        Way {
            what: "more after an outage than the emergency rating",
            caught_by: "security/outage_limit",
            spoil: |m, r| {
                let Some(k) = some_price(m, r) else { return false };
                let l = m.results.outage_prices[k].branch;
                // As if the dispatch had been made for a higher limit.
                m.net.branches.rows_mut()[l].rating_c_mva *= r.between(0.3, 0.997);
                true
            },
        },
        Way {
            what: "an outage not looked at",
            caught_by: "security/outage_limit",
            spoil: |m, r| {
                if m.results.outage_prices.is_empty() {
                    return false;
                }
                // Another outage of which the dispatch knew nothing, and a branch that it loads beyond what it may.
                let l = r.below(m.net.branches.len());
                let known = m.net.contingencies.rows().iter().any(|c| c.branch == Some(Id::new(l)));
                if known {
                    return false;
                }
                m.net.contingencies.push(Contingency { name: "another".into(), branch: Some(Id::new(l)), ..Contingency::default() });
                m.net.branches.rows_mut().iter_mut().for_each(|b| b.rating_c_mva = b.rating_c_mva.min(39.0));
                true
            },
        },
        way!("an excess after an outage that is not told", "security/outage_limit", BranchEmergencyViolation where |c, i, t| c.get(Q::BranchEmergencyViolation, i, t) > 0.1 => |m, r| {
            let kept = r.between(0.0, 0.99);
            m.edit(Q::BranchEmergencyViolation, i, t, |v| v * kept)
        }),
        way!("an excess of a rating that is not told", "flow/thermal_limit", BranchViolation where |c, i, t| c.get(Q::BranchViolation, i, t) > 0.1 => |m, r| {
            let kept = r.between(0.0, 0.99);
            m.edit(Q::BranchViolation, i, t, |v| v * kept)
        }),
        way!("an excess of a rating that must hold", "flow/violation_range", BranchViolation where |c, i, t| c.wire(i).violation_cost_per_mwh.is_none() => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::BranchViolation, i, t, by)
        }),
        way!("an excess after an outage of a rating that must hold", "flow/violation_range", BranchEmergencyViolation where |c, i, t| c.wire(i).emergency_violation_cost_per_mwh.is_none() => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::BranchEmergencyViolation, i, t, by)
        }),
        way!("an excess below nothing", "flow/violation_range", BranchViolation where |c, i, t| true => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::BranchViolation, i, t, -by)
        }),
        Way {
            what: "excesses that are not paid",
            caught_by: "objective/reported",
            spoil: |m, r| {
                let (mut paid, h) = (0.0, m.net.time.objective_h(0));
                for (l, b) in m.net.branches.iter() {
                    for (q, price) in [
                        (Q::BranchViolation, &b.violation_cost_per_mwh),
                        (Q::BranchEmergencyViolation, &b.emergency_violation_cost_per_mwh),
                    ] {
                        let over = m.results.series(q, l.index()).first().copied().unwrap_or(0.0);
                        paid += h * over * price.as_ref().map_or(0.0, |p| p.at(0));
                    }
                }
                let share = r.between(0.1, 1.0);
                (m.results.objective, m.results.bound) = (m.results.objective - share * paid, m.results.bound - share * paid);
                paid > 0.0
            },
        },
        Way {
            what: "the price of a limit after an outage left out",
            caught_by: "prices/angle_stationarity",
            spoil: |m, r| {
                let Some(k) = some_price(m, r) else { return false };
                m.results.outage_prices.remove(k);
                true
            },
        },
        Way {
            what: "the price of a limit after an outage told of another branch",
            caught_by: "prices/outage_limit",
            spoil: |m, r| {
                let Some(k) = some_price(m, r).filter(|_| m.net.branches.len() > 2) else { return false };
                m.results.outage_prices[k].branch = 2;
                true
            },
        },
        Way {
            what: "the price of a limit after an outage with the wrong sign",
            caught_by: "prices/outage_limit",
            spoil: |m, r| {
                let Some(k) = some_price(m, r) else { return false };
                m.results.outage_prices[k].price_per_mwh *= -r.between(0.1, 2.0);
                true
            },
        },
        Way {
            what: "a price after an outage that is none",
            caught_by: "prices/outage_limit",
            spoil: |m, r| {
                let Some(k) = some_price(m, r) else { return false };
                m.results.outage_prices[k].contingency += 10;
                true
            },
        },
        Way {
            what: "a price after an outage above what exceeding the limit costs",
            caught_by: "prices/flow_violation",
            spoil: |m, r| {
                let Some(k) = some_price(m, r) else { return false };
                let l = m.results.outage_prices[k].branch;
                if m.net.branches.rows()[l].emergency_violation_cost_per_mwh.is_none() {
                    return false;
                }
                m.results.outage_prices[k].price_per_mwh *= r.between(1.01, 3.0);
                true
            },
        },
        way!("a rating's price above what exceeding it costs", "prices/flow_violation", BranchViolation where |c, i, t| c.get(Q::BranchViolation, i, t) > 0.1 => |m, r| {
            let by = r.between(1.01, 3.0);
            m.edit(Q::BranchLimitPrice, i, t, |p| p * by)
        }),
    ]
}
