//! Set points, signs, sums of energy, ramps of links, and the rest that units may be told.

use super::*;

pub(super) fn rules() -> Vec<Way> {
    vec![
        way!("a plant not where it is held", "generation/set_point", GeneratorP where |c, i, t| c.unit_live(i) && held(&c.unit(i).p_set_mw, t) => |m, r| {
            let by = nudge(r, m.get(Q::GeneratorP, i, t)) * r.sign();
            m.add(Q::GeneratorP, i, t, by)
        }),
        way!("a link not where it is held", "link/set_point", LinkP where |c, i, t| held(&c.net.links.rows()[i].p_set_mw, t) => |m, r| {
            let by = nudge(r, m.get(Q::LinkP, i, t)) * r.sign();
            m.add(Q::LinkP, i, t, by)
        }),
        way!("a battery not where it is held", "storage/set_point", StorageCharge where |c, i, t| held(&c.battery(i).p_set_mw, t) || held(&c.battery(i).charge_set_mw, t) => |m, r| {
            let by = nudge(r, m.get(Q::StorageCharge, i, t).max(m.get(Q::StorageDischarge, i, t)));
            m.add(Q::StorageCharge, i, t, by)
        }),
        way!("a battery's discharge not where it is held", "storage/set_point", StorageDischarge where |c, i, t| held(&c.battery(i).discharge_set_mw, t) => |m, r| {
            let by = nudge(r, m.get(Q::StorageDischarge, i, t));
            m.add(Q::StorageDischarge, i, t, by)
        }),
        way!("a battery's energy not where it is held", "storage/energy_set_point", StorageSoc where |c, i, t| held(&c.battery(i).soc_set_mwh, t) => |m, r| {
            let by = nudge(r, m.get(Q::StorageSoc, i, t)) * r.sign();
            m.add(Q::StorageSoc, i, t, by)
        }),
        way!("a tank's power not where it is held", "store/set_point", StoreP where |c, i, t| held(&c.net.stores.rows()[i].p_set_mw, t) => |m, r| {
            let by = nudge(r, m.get(Q::StoreP, i, t)) * r.sign();
            m.add(Q::StoreP, i, t, by)
        }),
        way!("a tank's energy not where it is held", "store/energy_set_point", StoreEnergy where |c, i, t| held(&c.net.stores.rows()[i].energy_set_mwh, t) => |m, r| {
            let by = nudge(r, m.get(Q::StoreEnergy, i, t)) * r.sign();
            m.add(Q::StoreEnergy, i, t, by)
        }),
        way!("a generator that takes out told as one that feeds in", "balance/nodal", GeneratorP where |c, i, t| c.unit_live(i) && c.unit(i).sign < 0.0 && c.get(Q::GeneratorP, i, t).abs() > 0.1 => |m, _r| {
            m.edit(Q::GeneratorP, i, t, |p| -p)
        }),
        way!("a battery's sign forgotten", "balance/nodal", StorageCharge where |c, i, t| {
            c.battery_live(i) && c.battery(i).sign < 0.0 && (c.get(Q::StorageCharge, i, t) - c.get(Q::StorageDischarge, i, t)).abs() > 0.1
        } => |m, _r| {
            let (a, b) = (m.get(Q::StorageCharge, i, t), m.get(Q::StorageDischarge, i, t));
            m.put(Q::StorageCharge, i, t, b);
            m.put(Q::StorageDischarge, i, t, a)
        }),
        way!("a tank's sign forgotten", "balance/nodal", StoreP where |c, i, t| c.net.stores.rows()[i].sign < 0.0 && c.get(Q::StoreP, i, t).abs() > 0.1 => |m, _r| {
            m.edit(Q::StoreP, i, t, |p| -p)
        }),
        way!("more energy of a plant than its sum allows", "generation/energy_sum", GeneratorP where |c, i, t| {
            c.unit_live(i) && c.unit(i).energy_sum_max_mwh < f64::INFINITY && c.chosen(Q::GeneratorEnergySumPrice, i) > 0.1
        } => |m, r| {
            let by = 10.0 * nudge(r, m.get(Q::GeneratorP, i, t));
            m.add(Q::GeneratorP, i, t, by)
        }),
        way!("less energy of a plant than its sum demands", "generation/energy_sum", GeneratorP where |c, i, t| {
            c.unit_live(i) && c.unit(i).energy_sum_min_mwh > f64::NEG_INFINITY && c.chosen(Q::GeneratorEnergySumPrice, i) < -0.1
        } => |m, r| {
            let by = 10.0 * nudge(r, m.get(Q::GeneratorP, i, t));
            m.add(Q::GeneratorP, i, t, -by)
        }),
        way!("a plant's rise faster than its nominal power allows", "generation/ramp", GeneratorP where |c, i, t| {
            c.unit_live(i) && t > 0 && c.unit(i).ramp_up_pu.as_ref().is_some_and(|x| !x.at(t).is_nan()) && c.unit(i).p_nom_extendable
        } => |m, r| {
            let g = m.unit(i);
            let h = if g.ramp_unit == RampUnit::PerHour { m.net.time.duration_h[t] } else { 1.0 };
            let most = m.get(Q::GeneratorP, i, t - 1) + g.ramp_up_pu.as_ref().unwrap().at(t) * m.chosen(Q::GeneratorPNomOpt, i) * h;
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("a link's rise faster than its ramp allows", "link/ramp", LinkP where |c, i, t| {
            t > 0 && c.net.links.rows()[i].ramp_up_pu.as_ref().is_some_and(|x| !x.at(t).is_nan())
        } => |m, r| {
            let most = m.get(Q::LinkP, i, t - 1) + m.link_rise(i, t, true);
            let by = nudge(r, most);
            m.put(Q::LinkP, i, t, most + by)
        }),
        way!("a link's fall faster than its ramp allows", "link/ramp", LinkP where |c, i, t| {
            t > 0 && c.net.links.rows()[i].ramp_down_pu.as_ref().is_some_and(|x| !x.at(t).is_nan())
        } => |m, r| {
            let least = m.get(Q::LinkP, i, t - 1) - m.link_rise(i, t, false);
            let by = nudge(r, least);
            m.put(Q::LinkP, i, t, least - by)
        }),
        way!("a flow of direct current told by its reactance", "flow/kvl", BranchFlow where |c, i, t| {
            let b = c.wire(i);
            c.wire_live(i) && b.current == Current::Dc && c.get(Q::BranchFlow, i, t).abs() > 0.1 && (b.r_pu / b.x_pu - 1.0).abs() > 0.01
        } => |m, _r| {
            let b = m.wire(i);
            let by = b.r_pu / b.x_pu;
            m.edit(Q::BranchFlow, i, t, |f| f * by)
        }),
        way!("more delivered by a carrier than its limit allows", "limit/global", GeneratorP where |c, i, t| {
            let limited = c.net.global_limits.rows().iter().find(|l| l.subject == LimitSubject::Operation);
            c.unit_live(i) && limited.is_some_and(|l| l.carrier.is_some() && l.carrier == c.unit(i).carrier)
        } => |m, r| {
            let by = 10.0 * nudge(r, m.get(Q::GeneratorP, i, t));
            m.add(Q::GeneratorP, i, t, by)
        }),
        way!("what was in store forgotten in what is counted", "limit/global_used", StoreEnergy where |c, i, t| {
            let s = &c.net.stores.rows()[i];
            let co2 = s.carrier.map_or(0.0, |k| c.net.carriers[k].co2_t_per_mwh);
            let used = s.energy_initial_mwh - c.get(Q::StoreEnergy, i, c.steps() - 1);
            c.caps_co2() && s.in_service && s.end_rule == EndRule::Free && (co2 * used).abs() > 0.5
        } => |m, _r| {
            let s = &m.net.stores.rows()[i];
            let co2 = s.carrier.map_or(0.0, |k| m.net.carriers[k].co2_t_per_mwh);
            let used = co2 * (s.energy_initial_mwh - m.get(Q::StoreEnergy, i, m.steps() - 1));
            m.results.column_mut(Q::GlobalLimitUsed).unwrap()[0] -= used
        }),
        Way {
            what: "quadratic wear forgotten in the objective",
            caught_by: "objective/reported",
            spoil: |m, r| {
                let Some((i, _)) = m.find(r, Q::StorageDischarge, |i, _| m.battery_live(i)) else { return false };
                let s = m.battery(i);
                let wear = |t: usize| s.discharge_cost_quadratic_per_mw2h.at(t) * m.get(Q::StorageDischarge, i, t).powi(2);
                let cost: f64 = (0..m.steps()).map(|t| m.net.time.objective_h(t) * wear(t)).sum();
                m.results.objective -= cost;
                m.shows(cost)
            },
        },
        Way {
            what: "the cost of holding energy forgotten in the objective",
            caught_by: "objective/reported",
            spoil: |m, r| {
                let Some((i, _)) = m.find(r, Q::StorageSoc, |i, _| m.battery_live(i)) else { return false };
                let s = m.battery(i);
                let held = |t: usize| s.holding_cost_per_mwh_h.at(t) * m.get(Q::StorageSoc, i, t);
                let cost: f64 = (0..m.steps()).map(|t| m.net.time.objective_h(t) * held(t)).sum();
                m.results.objective -= cost;
                m.shows(cost)
            },
        },
    ]
}

pub(super) fn rule_prices() -> Vec<Way> {
    vec![
        way!("the price of a plant's energy left out", "prices/generator_best_response", GeneratorP where |c, i, t| {
            let p = c.results.column(Q::GeneratorEnergySumPrice).map_or(0.0, |p| p[i]);
            c.marginal(i, t) && p.abs() > 0.5
        } => |m, _r| {
            m.results.column_mut(Q::GeneratorEnergySumPrice).unwrap()[i] = 0.0
        }),
        way!("the price of a plant's energy with the wrong sign", "prices/energy_sum", GeneratorP where |c, i, t| {
            // The other limit must lie far off, or be none.
            let sum: f64 = (0..c.steps()).map(|t| c.net.time.energy_h(t) * c.get(Q::GeneratorP, i, t)).sum();
            let (p, g) = (c.results.column(Q::GeneratorEnergySumPrice).map_or(0.0, |p| p[i]), c.unit(i));
            c.unit_live(i) && p.abs() > 0.5 && if p > 0.0 { sum - g.energy_sum_min_mwh > 1.0 } else { g.energy_sum_max_mwh - sum > 1.0 }
        } => |m, _r| {
            m.results.column_mut(Q::GeneratorEnergySumPrice).unwrap()[i] *= -1.0
        }),
        way!("a price of energy over the horizon that nothing limits", "prices/energy_sum", GeneratorP where |c, i, t| c.unit_live(i) && !c.summed(c.unit(i)) && c.results.column(Q::GeneratorEnergySumPrice).is_some() => |m, r| {
            let to = price_nudge(r, 1.0) * r.sign();
            m.results.column_mut(Q::GeneratorEnergySumPrice).unwrap()[i] = to
        }),
        way!("a price of a link's ramp where none binds", "prices/link_ramp", LinkRampPrice where |c, i, t| {
            let l = &c.net.links.rows()[i];
            l.in_service && (t == 0 || l.ramp_up_pu.is_none())
        } => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::LinkRampPrice, i, t, to)
        }),
        way!("a link's ramp price left out", "prices/link_best_response", LinkP where |c, i, t| {
            let (p, most, price) = (c.get(Q::LinkP, i, t), c.link_most(i, t), c.get(Q::LinkRampPrice, i, t));
            let l = &c.net.links.rows()[i];
            let inside = p > 0.05 * most && p < 0.95 * most && l.cost_quadratic_per_mw2h.at(t) == 0.0 && !held(&l.p_set_mw, t);
            inside && price.abs() > 0.1 * c.net.time.objective_h(t)
        } => |m, _r| {
            m.put(Q::LinkRampPrice, i, t, 0.0)
        }),
        way!("the price of what a carrier delivers left out", "prices/generator_best_response", GeneratorP where |c, i, t| {
            let k = c.net.global_limits.rows().iter().position(|l| l.subject == LimitSubject::Operation);
            let price = k.map_or(0.0, |k| c.results.column(Q::GlobalLimitPrice).map_or(0.0, |p| p[k]));
            c.marginal(i, t) && price > 0.5 && k.is_some_and(|k| c.net.global_limits.rows()[k].carrier == c.unit(i).carrier)
        } => |m, _r| {
            let k = m.net.global_limits.rows().iter().position(|l| l.subject == LimitSubject::Operation).unwrap();
            m.results.column_mut(Q::GlobalLimitPrice).unwrap()[k] = 0.0
        }),
        way!("a tank's quadratic cost not in the value of its energy", "prices/store_best_response", StoreP where |c, i, t| {
            let s = &c.net.stores.rows()[i];
            let slope = 2.0 * s.cost_quadratic_per_mw2h.at(t) * c.get(Q::StoreP, i, t);
            s.in_service && !held(&s.p_set_mw, t) && slope.abs() > 0.05
        } => |m, _r| {
            let slope = 2.0 * m.net.stores.rows()[i].cost_quadratic_per_mw2h.at(t) * m.get(Q::StoreP, i, t);
            let by = slope * m.net.time.objective_h(t) / m.net.time.storage_h(t);
            m.add(Q::StoreWaterValue, i, t, by)
        }),
    ]
}

impl Case {
    /// Most change of a link into a step.
    fn link_rise(&self, i: usize, t: usize, up: bool) -> f64 {
        let l = &self.net.links.rows()[i];
        let h = if l.ramp_unit == RampUnit::PerHour { self.net.time.duration_h[t] } else { 1.0 };
        let nominal = if l.p_nom_extendable { self.chosen(Q::LinkPNomOpt, i) } else { l.p_nom_mw.unwrap() };
        let pu = if up { &l.ramp_up_pu } else { &l.ramp_down_pu };
        pu.as_ref().unwrap().at(t) * nominal * h
    }
}
