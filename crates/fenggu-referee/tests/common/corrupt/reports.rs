//! What couples units, and what is reported of the whole.

use super::*;

pub(super) fn coupling() -> Vec<Way> {
    vec![
        way!("more reserve than was offered", "reserve/offer_range", ReserveOfferP where |c, i, t| true => |m, r| {
            let most = m.net.reserve_offers.rows()[i].max_mw.at(t);
            let by = nudge(r, most);
            m.put(Q::ReserveOfferP, i, t, most + by)
        }),
        way!("a requirement not met", "reserve/requirement", ReserveOfferP where |c, i, t| {
            let k = c.net.reserve_offers.rows()[i].reserve.index();
            c.get(Q::ReserveOfferP, i, t) > 0.1 && c.get(Q::ReservePrice, k, t) > 0.1
        } => |m, r| {
            let less = r.between(0.1, 1.0);
            m.edit(Q::ReserveOfferP, i, t, |p| p * (1.0 - less))
        }),
        way!("a shortage wider than its steps", "reserve/shortage_range", ReserveShortage where |c, i, t| !c.net.reserves.rows()[i].shortage.is_empty() => |m, r| {
            let width: f64 = m.net.reserves.rows()[i].shortage.iter().map(|s| s[0]).sum();
            let by = nudge(r, width);
            m.put(Q::ReserveShortage, i, t, width + by)
        }),
        way!("an interface exceeded, and not said", "interface/limit", InterfaceViolation where |c, i, t| c.get(Q::InterfaceViolation, i, t) > 0.1 => |m, r| {
            let kept = r.between(0.0, 0.9);
            m.edit(Q::InterfaceViolation, i, t, |v| v * kept)
        }),
        way!("an interface exceeded that must hold", "interface/violation_range", InterfaceViolation where |c, i, t| c.net.interfaces.rows()[i].violation_cost_per_mwh.is_none() => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::InterfaceViolation, i, t, by)
        }),
        way!("an interface's flow misreported", "interface/flow", InterfaceFlow where |c, i, t| true => |m, r| {
            // The size of what is summed sets the tolerance.
            let by = nudge(r, m.section(i, t)) * 10.0;
            m.add(Q::InterfaceFlow, i, t, by)
        }),
        Way {
            what: "more CO2 than the cap allows",
            caught_by: "limit/global",
            spoil: |m, r| {
                let price = m.results.column(Q::GlobalLimitPrice).map_or(0.0, |p| p[0]);
                let emits = |c: &Case, i: usize| c.unit_live(i) && c.unit(i).carrier.is_some_and(|k| c.net.carriers[k].co2_t_per_mwh > 0.0);
                let found = m.find(r, Q::GeneratorP, |i, _| emits(m, i));
                let Some((i, t)) = found.filter(|_| price > 0.1 && m.caps_co2()) else { return false };
                let by = 10.0 * nudge(r, m.get(Q::GeneratorP, i, t));
                m.add(Q::GeneratorP, i, t, by);
                true
            },
        },
        Way {
            what: "counted CO2 misreported",
            caught_by: "limit/global_used",
            spoil: |m, r| {
                let Some(used) = m.results.column_mut(Q::GlobalLimitUsed) else { return false };
                used[0] += nudge(r, used[0]);
                true
            },
        },
        Way {
            what: "a user's own constraint broken",
            caught_by: "limit/side_constraint",
            spoil: |m, r| {
                if m.net.side_constraints.rows().iter().all(|s| s.penalty.is_some()) {
                    return false;
                }
                let by = nudge(r, 60.0);
                m.add(Q::GeneratorP, 0, 0, by);
                true
            },
        },
        Way {
            what: "a user's own constraint misreported",
            caught_by: "limit/side_activity",
            spoil: |m, r| {
                let Some(a) = m.results.column_mut(Q::SideActivity) else { return false };
                a[0] += nudge(r, a[0]);
                true
            },
        },
        Way {
            what: "a feasible dispatch that is not the cheapest, its cost told rightly",
            caught_by: "prices/generator_best_response",
            spoil: |m, r| {
                // Two plants at one bus: the one that its price holds at a limit takes from the marginal one.
                let found = m.find(r, Q::GeneratorP, |i, t| m.marginal(i, t));
                let Some((i, t)) = found else { return false };
                let free = |c: &Case, g: usize| {
                    let g = c.unit(g);
                    g.ramp_up_mw.is_none()
                        && g.ramp_down_mw.is_none()
                        && g.offer.is_empty()
                        && g.cost_points.is_empty()
                        && !g.is_quadratic()
                        && g.carrier.is_none()
                        && g.p_set_mw.is_none()
                        && g.ramp_up_pu.is_none()
                        && g.ramp_down_pu.is_none()
                        && !c.summed(g)
                        && g.sign == 1.0
                };
                let other = m.find(r, Q::GeneratorP, |j, s| {
                    let (a, b) = (m.unit(i), m.unit(j));
                    let gain = (a.cost_linear_per_mwh.at(t) - b.cost_linear_per_mwh.at(t)).abs();
                    s == t
                        && j != i
                        && a.bus == b.bus
                        && m.unit_live(j)
                        && gain > 0.5
                        && free(m, i)
                        && free(m, j)
                        && m.get(Q::GeneratorP, j, t) >= m.unit_limits(j, t).1 - 1e-9
                });
                let Some((j, _)) = other else { return false };
                if !m.offers_of(j, false, ReserveDirection::Up).is_empty() || !m.net.side_constraints.is_empty() {
                    return false;
                }
                let (a, b) = (m.unit(i), m.unit(j));
                let room = (m.unit_limits(i, t).1 - m.get(Q::GeneratorP, i, t)).min(m.get(Q::GeneratorP, j, t) - m.unit_limits(j, t).0);
                let by = room * r.between(0.3, 1.0);
                let dearer = m.net.time.objective_h(t) * by * (a.cost_linear_per_mwh.at(t) - b.cost_linear_per_mwh.at(t));
                m.add(Q::GeneratorP, i, t, by);
                m.add(Q::GeneratorP, j, t, -by);
                m.results.objective += dearer;
                m.results.bound += dearer;
                true
            },
        },
    ]
}

pub(super) fn reports() -> Vec<Way> {
    vec![
        Way {
            what: "the objective misreported",
            caught_by: "objective/reported",
            spoil: |m, r| {
                m.results.objective += 100.0 * nudge(r, m.results.objective) * r.sign();
                true
            },
        },
        Way {
            what: "constant costs forgotten in the objective",
            caught_by: "objective/reported",
            spoil: |m, _| {
                let hours: f64 = (0..m.steps()).map(|t| m.net.time.objective_h(t)).sum();
                let constant: f64 =
                    (0..m.net.generators.len()).filter(|&i| m.unit_live(i)).map(|i| m.unit(i).cost_constant_per_h * hours).sum();
                m.results.objective -= constant;
                constant > 1.0
            },
        },
        Way {
            what: "a power summed as if it were an energy: the length of steps forgotten",
            caught_by: "objective/reported",
            spoil: |m, _| {
                let h = m.net.time.objective_h(0);
                let same = (0..m.steps()).all(|t| m.net.time.objective_h(t) == h);
                m.results.objective /= h;
                same && h != 1.0 && m.results.objective.abs() > 1.0
            },
        },
        Way {
            what: "a bound above the objective",
            caught_by: "objective/bound",
            spoil: |m, r| {
                m.results.bound += 100.0 * nudge(r, m.results.objective);
                true
            },
        },
        Way {
            what: "called optimal with a bound far below",
            caught_by: "objective/bound",
            spoil: |m, r| {
                m.results.bound -= 100.0 * nudge(r, m.results.objective);
                true
            },
        },
        Way {
            what: "a value that is not a number",
            caught_by: "results/finite",
            spoil: |m, r| {
                let q = r.pick(&[Q::GeneratorP, Q::BranchFlow, Q::LoadShed, Q::StorageSoc, Q::ReserveOfferP, Q::LinkP]);
                let Some((i, t)) = m.find(r, q, |_, _| true) else { return false };
                let v = r.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
                m.put(q, i, t, v);
                true
            },
        },
        Way {
            what: "a price that is not a number",
            caught_by: "prices/finite",
            spoil: |m, r| {
                let Some((i, t)) = m.find(r, Q::BusPrice, |b, _| m.live_bus(Id::new(b))) else { return false };
                m.put(Q::BusPrice, i, t, f64::NAN);
                true
            },
        },
        Way {
            what: "a column cut short",
            caught_by: "results/columns",
            spoil: |m, r| {
                let all: Vec<Quantity> = m.results.columns().filter(|(_, c)| !c.is_empty()).map(|(q, _)| q).collect();
                let q = r.pick(&all);
                m.results.column_mut(q).unwrap().pop();
                true
            },
        },
        Way {
            what: "a column of decisions left out",
            caught_by: "results/columns",
            spoil: |m, r| {
                let needed = [
                    Q::GeneratorP,
                    Q::StorageCharge,
                    Q::StorageDischarge,
                    Q::StorageSoc,
                    Q::StoreP,
                    Q::StoreEnergy,
                    Q::LinkP,
                    Q::ReserveOfferP,
                    Q::BranchShift,
                ];
                let there: Vec<Quantity> = needed.into_iter().filter(|q| m.results.column(*q).is_some_and(|c| !c.is_empty())).collect();
                let out = r.pick(&there);
                let mut less = Results::new(m.results.outcome, m.results.steps);
                (less.objective, less.bound) = (m.results.objective, m.results.bound);
                let kept: Vec<_> = m.results.columns().filter(|(q, _)| *q != out).map(|(q, c)| (q, c.to_vec())).collect();
                kept.into_iter().for_each(|(q, c)| less.set(q, c));
                m.results = less;
                // A shift that is not told is missing only where it is a decision.
                out != Q::BranchShift || m.net.branches.rows().iter().any(|b| b.phase_shift_max_deg.is_some() && m.net.branch_in_service(b))
            },
        },
        Way {
            what: "results of another horizon",
            caught_by: "results/columns",
            spoil: |m, _| {
                m.results.steps += 1;
                true
            },
        },
    ]
}
