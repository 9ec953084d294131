#![doc = include_str!("global_limit.md")]

use crate::formulate::frame::{Block, Col, Constraint, Sink};
use crate::formulate::model::Picked;
use crate::formulate::DispatchModel;
use fenggu_net::{self as net, BranchKind, Carrier, EndRule, Id, LimitSense, LimitSubject, Network};

/// One row per global limit.
pub struct GlobalLimit;

/// Row bounds of a sense and right-hand side.
pub(super) fn sense_bounds(sense: LimitSense, rhs: f64) -> (f64, f64) {
    match sense {
        LimitSense::AtMost => (f64::NEG_INFINITY, rhs),
        LimitSense::AtLeast => (rhs, f64::INFINITY),
        LimitSense::Equal => (rhs, rhs),
    }
}

/// Carriers that a limit counts; none where it names none.
fn carriers(network: &Network, id: Id<net::GlobalLimit>) -> Vec<Id<Carrier>> {
    let further = network.limit_carriers.rows().iter().filter(|c| c.limit == id).map(|c| c.carrier);
    network.global_limits[id].carrier.into_iter().chain(further).collect()
}

/// Every term of a limit: column and coefficient. Returns the constant on the same side: what was in store at the start.
pub fn terms(m: &DispatchModel<'_>, id: Id<net::GlobalLimit>, each: &mut dyn FnMut(Col, f64)) -> f64 {
    let (limit, v) = (&m.net.global_limits[id], &m.plan.vars);
    let counted = carriers(m.net, id);
    let named = |carrier: Option<Id<Carrier>>| carrier.is_some_and(|c| counted.contains(&c));
    match limit.subject {
        LimitSubject::Co2 | LimitSubject::PrimaryEnergy | LimitSubject::Operation => {
            // Per MWh of primary energy; an operation limit counts electricity.
            let factor = |carrier: Option<Id<Carrier>>| match limit.subject {
                LimitSubject::Co2 => carrier.map_or(0.0, |c| m.net.carriers[c].co2_t_per_mwh),
                _ => f64::from(named(carrier)),
            };
            for (g, generator) in m.generators() {
                let factor = factor(generator.carrier);
                for t in (0..m.steps()).filter(|_| factor != 0.0) {
                    let primary = if limit.subject == LimitSubject::Operation { 1.0 } else { generator.efficiency.at(t) };
                    each(v.p.at(g, t), m.net.time.energy_h(t) * factor / primary);
                }
            }
            let (last, mut at_start) = (m.steps() - 1, 0.0);
            for (s, unit) in m.storage_units().filter(|(_, u)| u.end_rule != EndRule::Cyclic && factor(u.carrier) != 0.0) {
                each(v.soc.at(s, last), -factor(unit.carrier));
                at_start += factor(unit.carrier) * unit.soc_initial_mwh;
            }
            for (s, store) in m.stores().filter(|(_, s)| s.end_rule != EndRule::Cyclic && factor(s.carrier) != 0.0) {
                each(v.store_energy.at(s, last), -factor(store.carrier));
                at_start += factor(store.carrier) * store.energy_initial_mwh;
            }
            at_start
        }
        LimitSubject::Capacity => {
            let here = |bus| limit.bus.is_none_or(|b| b == bus);
            let c = &m.plan.capacities;
            let (g, u, s, l) = (m.net.generators.rows(), m.net.storage_units.rows(), m.net.stores.rows(), m.net.links.rows());
            let b = m.net.branches.rows();
            let mut list = |rows: &[Picked], block: Block<Picked, Col>, counts: &dyn Fn(usize) -> bool| {
                rows.iter().enumerate().filter(|(_, p)| counts(p.0)).for_each(|(k, _)| each(block.at(Id::new(k), 0), 1.0));
            };
            list(&c.generators.rows, v.generator_nom, &|i| named(g[i].carrier) && here(g[i].bus));
            list(&c.storage_units.rows, v.storage_nom, &|i| named(u[i].carrier) && here(u[i].bus));
            list(&c.stores.rows, v.store_nom, &|i| named(s[i].carrier) && here(s[i].bus));
            list(&c.links.rows, v.link_nom, &|i| named(l[i].carrier) && here(l[i].bus_from));
            list(&c.branches.rows, v.branch_nom, &|i| b[i].kind == BranchKind::Line && named(b[i].carrier) && here(b[i].bus_from));
            0.0
        }
        LimitSubject::TransmissionVolume | LimitSubject::TransmissionCost => {
            let volume = limit.subject == LimitSubject::TransmissionVolume;
            for (k, picked) in m.plan.capacities.branches.rows.iter().enumerate() {
                let b = &m.net.branches.rows()[picked.0];
                if b.kind == BranchKind::Line && named(b.carrier) {
                    each(v.branch_nom.at(Id::new(k), 0), if volume { b.length_km.unwrap_or(0.0) } else { b.capital_cost_per_mva });
                }
            }
            for (k, picked) in m.plan.capacities.links.rows.iter().enumerate() {
                let l = &m.net.links.rows()[picked.0];
                if named(l.carrier) {
                    each(v.link_nom.at(Id::new(k), 0), if volume { l.length_km.unwrap_or(0.0) } else { l.capital_cost_per_mw });
                }
            }
            0.0
        }
    }
}

impl Constraint for GlobalLimit {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (i, limit) in m.net.global_limits.iter() {
            let row = m.plan.rows.global_limit.at(i, 0);
            let (lo, hi) = sense_bounds(limit.sense, limit.limit);
            out.bounds(row, lo, hi);
            let at_start = terms(m, i, &mut |col, coefficient| out.term(row, col, coefficient));
            out.shift(row, -at_start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;

    fn fuels() -> Network {
        let mut net = study(2, 0.5);
        net.time.weight_energy = vec![2.0, 1.0];
        let a = bus(&mut net, "A");
        for (name, fuel, co2, efficiency) in [("C1", "coal", 0.34, 0.4), ("G1", "gas", 0.2, 0.5), ("W1", "wind", 0.0, 1.0)] {
            let c = carrier(&mut net, fuel, co2);
            let g = generator(&mut net, name, a, 100.0, 10.0);
            (net.generators[g].carrier, net.generators[g].efficiency) = (Some(c), efficiency.into());
        }
        let co2 = net::GlobalLimit { name: "co2".into(), limit: 500.0, ..net::GlobalLimit::default() };
        net.global_limits.push(co2);
        net.global_limits.push(net::GlobalLimit {
            name: "coal".into(),
            subject: LimitSubject::PrimaryEnergy,
            carrier: net.carriers.find("coal"),
            bus: None,
            sense: LimitSense::AtLeast,
            limit: 100.0,
        });
        net
    }

    #[test]
    fn rows_match_the_card() {
        let mut net = fuels();
        let (a, coal, wind) = (net::Id::new(0), net.carriers.find("coal"), net.carriers.find("wind"));
        net.stores.push(net::Store { name: "K1".into(), bus: a, carrier: coal, energy_initial_mwh: 60.0, ..net::Store::default() });
        let w = generator(&mut net, "W2", a, 100.0, 0.0);
        (net.generators[w].carrier, net.generators[w].p_nom_extendable) = (wind, true);
        let b = bus(&mut net, "B");
        let l = line(&mut net, "L1", a, b, 0.1, 100.0);
        let ac = carrier(&mut net, "AC", 0.0);
        let row = &mut net.branches[l];
        (row.carrier, row.length_km, row.s_nom_extendable) = (Some(ac), Some(30.0), true);
        let of = |name: &str, subject, limit| net::GlobalLimit { name: name.into(), subject, limit, ..net::GlobalLimit::default() };
        net.global_limits.push(net::GlobalLimit { carrier: wind, ..of("new", LimitSubject::Capacity, 80.0) });
        net.global_limits.push(net::GlobalLimit { carrier: Some(ac), bus: Some(a), ..of("wires", LimitSubject::Capacity, 70.0) });
        let lines = net.global_limits.push(of("lines", LimitSubject::TransmissionVolume, 900.0));
        net.limit_carriers.push(net::LimitCarrier { name: "lines AC".into(), limit: lines, carrier: ac });
        assert_eq!(print_rows(&GlobalLimit, &net, FlowForm::Angle), card_rows(include_str!("global_limit.md")));
    }

    /// A meter at the stack and one at the coal belt.
    #[test]
    fn metered_tonnes_just_at_the_limit_satisfy_it_and_one_more_does_not() {
        let mut net = fuels();
        let mut dice = Dice(9);
        let mut x = Point::new(&net, FlowForm::Angle);
        let p = x.plan.vars.p;
        let (mut tonnes, mut coal) = (0.0, 0.0);
        for t in 0..2 {
            let hours = 0.5 * if t == 0 { 2.0 } else { 1.0 };
            for (k, (co2, efficiency)) in [(0.34, 0.4), (0.2, 0.5), (0.0, 1.0)].into_iter().enumerate() {
                let mw = dice.between(10.0, 100.0);
                x.set(p.at(net::Id::new(k), t), mw);
                let burnt_mwh = mw * hours / efficiency;
                tonnes += burnt_mwh * co2;
                coal += if k == 0 { burnt_mwh } else { 0.0 };
            }
        }
        net.global_limits.rows_mut()[0].limit = tonnes;
        net.global_limits.rows_mut()[1].limit = coal;
        assert!(residual(&GlobalLimit, &net, &x) < 1e-9);
        net.global_limits.rows_mut()[0].limit = tonnes - 1.0;
        assert!((residual(&GlobalLimit, &net, &x) - 1.0).abs() < 1e-9);
        net.global_limits.rows_mut()[0].limit = tonnes;
        net.global_limits.rows_mut()[1].limit = coal + 2.0;
        assert!((residual(&GlobalLimit, &net, &x) - 2.0).abs() < 1e-9);
    }
}
