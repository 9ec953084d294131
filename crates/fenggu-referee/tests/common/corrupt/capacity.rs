//! Capacities that are decisions.

use super::*;

/// Rows of a quantity whose capacity is a decision.
fn decided(c: &Case, q: Quantity, i: usize) -> bool {
    let n = &c.net;
    match q {
        Q::GeneratorPNomOpt => n.generators.rows()[i].p_nom_extendable,
        Q::StoragePNomOpt => n.storage_units.rows()[i].p_nom_extendable,
        Q::StoreENomOpt => n.stores.rows()[i].e_nom_extendable,
        Q::LinkPNomOpt => n.links.rows()[i].p_nom_extendable,
        _ => n.branches.rows()[i].s_nom_extendable,
    }
}

/// Least and most that may be chosen, and the cost of a unit.
fn range(c: &Case, q: Quantity, i: usize) -> (f64, f64, f64) {
    let n = &c.net;
    match q {
        Q::GeneratorPNomOpt => {
            let g = &n.generators.rows()[i];
            (g.p_nom_min_mw, g.p_nom_max_mw, g.capital_cost_per_mw)
        }
        Q::StoragePNomOpt => {
            let s = &n.storage_units.rows()[i];
            (s.p_nom_min_mw, s.p_nom_max_mw, s.capital_cost_per_mw)
        }
        Q::StoreENomOpt => {
            let s = &n.stores.rows()[i];
            (s.e_nom_min_mwh, s.e_nom_max_mwh, s.capital_cost_per_mwh)
        }
        Q::LinkPNomOpt => {
            let l = &n.links.rows()[i];
            (l.p_nom_min_mw, l.p_nom_max_mw, l.capital_cost_per_mw)
        }
        _ => {
            let b = &n.branches.rows()[i];
            (b.s_nom_min_mva, b.s_nom_max_mva, b.capital_cost_per_mva)
        }
    }
}

/// A random capacity that is a decision and fits.
fn pick(c: &Case, r: &mut Rng, q: Quantity, fits: impl Fn(usize) -> bool) -> Option<usize> {
    let n = c.results.column(q)?.len();
    let start = r.below(n);
    (0..n).map(|k| (start + k) % n).find(|&i| decided(c, q, i) && fits(i))
}

fn set(c: &mut Case, q: Quantity, i: usize, to: f64) {
    c.results.column_mut(q).unwrap()[i] = to;
}

fn above(m: &mut Case, r: &mut Rng, q: Quantity) -> bool {
    let Some(i) = pick(m, r, q, |i| range(m, q, i).1.is_finite()) else { return false };
    let most = range(m, q, i).1;
    let by = nudge(r, most);
    set(m, q, i, most + by);
    true
}

fn below(m: &mut Case, r: &mut Rng, q: Quantity) -> bool {
    let Some(i) = pick(m, r, q, |i| range(m, q, i).0 > 1.0) else { return false };
    let to = range(m, q, i).0 * r.between(0.0, 0.99);
    set(m, q, i, to);
    true
}

/// Too little for what one step uses: `use_of(case, i, t)` of what one unit of capacity allows there.
fn short(m: &mut Case, r: &mut Rng, q: Quantity, use_of: impl Fn(&Case, usize, usize) -> (f64, f64)) -> bool {
    let t = r.below(m.steps());
    let enough = |x: (f64, f64)| x.0 > 1.0 && x.1 > 1e-3;
    let Some(i) = pick(m, r, q, |i| enough(use_of(m, i, t))) else { return false };
    let (used, per) = use_of(m, i, t);
    let less = r.between(0.0, 0.98);
    set(m, q, i, less * used / per);
    true
}

/// More than pays, where the least that may be chosen was best; its cost told rightly.
fn idle(m: &mut Case, r: &mut Rng, q: Quantity) -> bool {
    // What must run with its capacity must not meet another limit.
    let free = |i: usize| q != Q::GeneratorPNomOpt || (m.unit(i).p_max_mw.is_none() && m.unit(i).p_set_mw.is_none());
    let Some(i) = pick(m, r, q, |i| {
        let (least, most, _) = range(m, q, i);
        free(i) && least == m.chosen(q, i) && most > least + 1.0 && most < f64::INFINITY
    }) else {
        return false;
    };
    let (least, most, capital) = range(m, q, i);
    let more = r.between(0.5, 1.0) * (most - least);
    set(m, q, i, least + more);
    m.results.objective += capital * more;
    m.results.bound += capital * more;
    true
}

pub(super) fn feasible() -> Vec<Way> {
    let way = |what, caught_by, spoil| Way { what, caught_by, spoil };
    vec![
        way("less plant built than runs", "generation/limits", |m, r| {
            short(m, r, Q::GeneratorPNomOpt, |c, i, t| (c.get(Q::GeneratorP, i, t), c.unit(i).p_max_pu.at(t)))
        }),
        way("less battery built than discharges", "storage/discharge_limits", |m, r| {
            short(m, r, Q::StoragePNomOpt, |c, i, t| (c.get(Q::StorageDischarge, i, t), c.battery(i).p_max_pu.at(t)))
        }),
        way("less battery built than charges", "storage/charge_limits", |m, r| {
            short(m, r, Q::StoragePNomOpt, |c, i, t| (c.get(Q::StorageCharge, i, t), -c.battery(i).p_min_pu.at(t)))
        }),
        way("less battery built than holds the energy", "storage/soc_limits", |m, r| {
            short(m, r, Q::StoragePNomOpt, |c, i, t| (c.get(Q::StorageSoc, i, t), c.battery(i).energy_hours_h))
        }),
        way("a smaller tank built than is filled", "store/energy_limits", |m, r| {
            short(m, r, Q::StoreENomOpt, |c, i, t| (c.get(Q::StoreEnergy, i, t), c.net.stores.rows()[i].e_max_pu.at(t)))
        }),
        way("a smaller link built than is used", "link/limits", |m, r| {
            short(m, r, Q::LinkPNomOpt, |c, i, t| (c.get(Q::LinkP, i, t), c.net.links.rows()[i].p_max_pu.at(t)))
        }),
        way("a smaller line built than is used", "flow/thermal_limit", |m, r| {
            short(m, r, Q::BranchSNomOpt, |c, i, t| (c.get(Q::BranchFlow, i, t).abs(), c.wire(i).s_max_pu.at(t)))
        }),
        way("more plant built than may be", "generation/capacity_range", |m, r| above(m, r, Q::GeneratorPNomOpt)),
        way("less plant built than must be", "generation/capacity_range", |m, r| below(m, r, Q::GeneratorPNomOpt)),
        way("more battery built than may be", "storage/capacity_range", |m, r| above(m, r, Q::StoragePNomOpt)),
        way("less battery built than must be", "storage/capacity_range", |m, r| below(m, r, Q::StoragePNomOpt)),
        way("a larger tank built than may be", "store/capacity_range", |m, r| above(m, r, Q::StoreENomOpt)),
        way("a larger link built than may be", "link/capacity_range", |m, r| above(m, r, Q::LinkPNomOpt)),
        way("a larger line built than may be", "flow/capacity_range", |m, r| above(m, r, Q::BranchSNomOpt)),
        way("a smaller line built than must be", "flow/capacity_range", |m, r| below(m, r, Q::BranchSNomOpt)),
        way("a reserve held by plant that was not built", "generation/reserve_headroom", |m, r| {
            short(m, r, Q::GeneratorPNomOpt, |c, i, t| {
                let up = c.held(&c.offers_of(i, false, ReserveDirection::Up), t);
                (if up > 0.5 { c.get(Q::GeneratorP, i, t) + up } else { 0.0 }, c.unit(i).p_max_pu.at(t))
            })
        }),
        way("more capacity than its limit allows", "limit/global", |m, r| {
            let Some((k, _)) = m.net.global_limits.iter().find(|(_, l)| l.subject == LimitSubject::Capacity) else { return false };
            let carrier = m.net.global_limits[k].carrier;
            let q = r.pick(&[Q::GeneratorPNomOpt, Q::LinkPNomOpt, Q::StoragePNomOpt]);
            let counted = |i: usize| {
                let of = match q {
                    Q::GeneratorPNomOpt => m.unit(i).carrier,
                    Q::LinkPNomOpt => m.net.links.rows()[i].carrier,
                    _ => m.battery(i).carrier,
                };
                carrier.is_some() && of == carrier
            };
            let Some(i) = pick(m, r, q, counted) else { return false };
            let by = nudge(r, m.chosen(q, i));
            let to = m.chosen(q, i) + by;
            set(m, q, i, to);
            true
        }),
        way("capacities not told", "results/columns", |m, r| {
            let q = r.pick(&[Q::GeneratorPNomOpt, Q::StoragePNomOpt, Q::StoreENomOpt, Q::LinkPNomOpt, Q::BranchSNomOpt]);
            let needed = pick(m, r, q, |_| true).is_some();
            let mut less = Results::new(m.results.outcome, m.results.steps);
            (less.objective, less.bound) = (m.results.objective, m.results.bound);
            m.results.columns().filter(|(k, _)| *k != q).for_each(|(k, c)| less.set(k, c.to_vec()));
            m.results = less;
            needed
        }),
        way("a capacity that is not a number", "results/finite", |m, r| {
            let q = r.pick(&[Q::GeneratorPNomOpt, Q::StoragePNomOpt, Q::StoreENomOpt, Q::LinkPNomOpt, Q::BranchSNomOpt]);
            let Some(i) = pick(m, r, q, |_| true) else { return false };
            let to = r.pick(&[f64::NAN, f64::INFINITY]);
            set(m, q, i, to);
            true
        }),
        way("capital cost not counted", "objective/reported", |m, r| {
            let q = r.pick(&[Q::GeneratorPNomOpt, Q::StoragePNomOpt, Q::StoreENomOpt, Q::LinkPNomOpt, Q::BranchSNomOpt]);
            let Some(i) = pick(m, r, q, |_| true) else { return false };
            let cost = range(m, q, i).2 * m.chosen(q, i);
            m.results.objective -= cost;
            m.shows(cost)
        }),
        way("capital cost counted by the hours of the first step", "objective/reported", |m, r| {
            let h = m.net.time.objective_h(0);
            let q = r.pick(&[Q::GeneratorPNomOpt, Q::LinkPNomOpt, Q::BranchSNomOpt]);
            let Some(i) = pick(m, r, q, |_| h != 1.0) else { return false };
            let cost = (h - 1.0) * range(m, q, i).2 * m.chosen(q, i);
            m.results.objective += cost;
            m.shows(cost)
        }),
    ]
}

pub(super) fn best() -> Vec<Way> {
    let way = |what, caught_by, spoil| Way { what, caught_by, spoil };
    vec![
        way("more plant built than pays, its cost told rightly", "prices/generator_capacity", |m, r| idle(m, r, Q::GeneratorPNomOpt)),
        way("more battery built than pays, its cost told rightly", "prices/storage_capacity", |m, r| idle(m, r, Q::StoragePNomOpt)),
        way("a larger tank built than pays, its cost told rightly", "prices/store_capacity", |m, r| idle(m, r, Q::StoreENomOpt)),
        way("a larger link built than pays, its cost told rightly", "prices/link_capacity", |m, r| idle(m, r, Q::LinkPNomOpt)),
        way("a larger line built than pays, its cost told rightly", "prices/branch_capacity", |m, r| idle(m, r, Q::BranchSNomOpt)),
        way("a full line's price raised beyond what a larger one costs", "prices/branch_capacity", |m, r| {
            let found = m.find(r, Q::BranchLimitPrice, |i, t| {
                let (least, most, _) = range(m, Q::BranchSNomOpt, i);
                let s = m.chosen(Q::BranchSNomOpt, i);
                let per = m.wire(i).s_max_pu.at(t);
                let inside = least < s && s + 0.5 < most && per > 0.01;
                m.wire_live(i) && decided(m, Q::BranchSNomOpt, i) && inside && m.get(Q::BranchLimitPrice, i, t).abs() > 0.5
            });
            let Some((i, t)) = found else { return false };
            let by = r.between(0.1, 2.0);
            m.edit(Q::BranchLimitPrice, i, t, |p| p * (1.0 + by));
            true
        }),
        way("the price of a limit of capacity left out", "prices/link_capacity", |m, r| {
            let Some((k, _)) = m.net.global_limits.iter().find(|(_, l)| l.subject == LimitSubject::Capacity) else { return false };
            let (k, carrier) = (k.index(), m.net.global_limits[k].carrier);
            let counts = |i: usize| {
                let (least, most, _) = range(m, Q::LinkPNomOpt, i);
                let p = m.chosen(Q::LinkPNomOpt, i);
                m.net.links.rows()[i].carrier == carrier && least < p && p + 0.5 < most
            };
            let Some(_) = pick(m, r, Q::LinkPNomOpt, counts) else { return false };
            let price = m.results.column(Q::GlobalLimitPrice).map_or(0.0, |p| p[k]);
            m.results.column_mut(Q::GlobalLimitPrice).unwrap()[k] = 0.0;
            price > 0.5
        }),
    ]
}
