//! Prices, and shadow prices of limits.

use super::*;

pub(super) fn prices() -> Vec<Way> {
    vec![
        way!("the price of one bus of a meshed or radial grid changed", "prices/angle_stationarity", BusPrice where |c, i, t| c.joined(i) => |m, r| {
            let by = price_nudge(r, m.get(Q::BusPrice, i, t)) * r.sign();
            m.move_price(i, t, by)
        }),
        way!("all prices of a step raised", "prices/generator_best_response", GeneratorP where |c, i, t| c.marginal(i, t) => |m, r| {
            let by = price_nudge(r, m.get(Q::BusPrice, 0, t)) * r.sign();
            (0..m.net.buses.len()).for_each(|b| m.move_price(b, t, by))
        }),
        way!("all prices told with the wrong sign", "prices/generator_best_response", GeneratorP where |c, i, t| c.marginal(i, t) && c.get(Q::BusPrice, c.unit(i).bus.index(), t).abs() > 1.0 => |m, _r| {
            for q in [Q::BusPrice, Q::BusPriceEnergy, Q::BusPriceCongestion] {
                m.results.column_mut(q).unwrap().iter_mut().for_each(|p| *p = -*p);
            }
        }),
        way!("prices per step where they should be per MWh", "prices/generator_best_response", GeneratorP where |c, i, t| {
            c.marginal(i, t) && c.net.time.objective_h(t) != 1.0 && c.get(Q::BusPrice, c.unit(i).bus.index(), t).abs() > 1.0
        } => |m, _r| {
            for b in 0..m.net.buses.len() {
                for t in 0..m.steps() {
                    let h = m.net.time.objective_h(t);
                    m.edit(Q::BusPrice, b, t, |p| p * h);
                }
            }
        }),
        way!("energy and congestion parts that do not add up", "prices/parts_sum", BusPriceCongestion where |c, i, t| c.live_bus(Id::new(i)) => |m, r| {
            let by = price_nudge(r, 1.0);
            m.add(Q::BusPriceCongestion, i, t, by)
        }),
        way!("an energy part that differs within an island", "prices/energy_uniform", BusPriceEnergy where |c, i, t| c.joined(i) => |m, r| {
            let by = price_nudge(r, m.get(Q::BusPriceEnergy, i, t));
            m.add(Q::BusPriceEnergy, i, t, by);
            m.add(Q::BusPriceCongestion, i, t, -by)
        }),
        way!("a price outside its own range", "prices/range", BusPriceMin where |c, i, t| c.live_bus(Id::new(i)) => |m, r| {
            let by = 0.5 + price_nudge(r, m.get(Q::BusPrice, i, t));
            m.add(Q::BusPriceMin, i, t, by)
        }),
        way!("a water value changed", "prices/storage_best_response", StorageWaterValue where |c, i, t| {
            // Where energy, charge or discharge rests inside its limits, the value is unique.
            let inside = |x: f64, lo: f64, hi: f64| x > lo + 0.1 * (hi - lo) && x < hi - 0.1 * (hi - lo) && hi - lo > 0.5;
            let s = c.battery(i);
            let free = ![&s.p_set_mw, &s.charge_set_mw, &s.discharge_set_mw].into_iter().any(|x| held(x, t));
            free && c.battery_live(i) && inside(c.get(Q::StorageCharge, i, t), 0.0, c.battery_most(i, t).0)
        } => |m, r| {
            let by = price_nudge(r, m.get(Q::StorageWaterValue, i, t)) * r.sign() * 3.0;
            m.add(Q::StorageWaterValue, i, t, by)
        }),
        way!("the value of a tank's energy changed", "prices/store_best_response", StoreWaterValue where |c, i, t| c.net.stores.rows()[i].in_service && !held(&c.net.stores.rows()[i].p_set_mw, t) => |m, r| {
            let by = price_nudge(r, m.get(Q::StoreWaterValue, i, t)) * r.sign();
            m.add(Q::StoreWaterValue, i, t, by)
        }),
        way!("a reserve price changed", "prices/reserve_best_response", ReserveOfferP where |c, i, t| {
            let (p, most) = (c.get(Q::ReserveOfferP, i, t), c.net.reserve_offers.rows()[i].max_mw.at(t));
            p > 0.1 * most && p < 0.9 * most && c.get(Q::ReservePrice, c.net.reserve_offers.rows()[i].reserve.index(), t) > 0.1
        } => |m, r| {
            let k = m.net.reserve_offers.rows()[i].reserve.index();
            let by = price_nudge(r, m.get(Q::ReservePrice, k, t));
            m.add(Q::ReservePrice, k, t, by)
        }),
        way!("a binding line's price halved", "prices/angle_stationarity", BranchLimitPrice where |c, i, t| c.carries(i) && c.wire(i).bus_from != c.wire(i).bus_to && c.get(Q::BranchLimitPrice, i, t).abs() > 0.5 => |m, _r| {
            m.edit(Q::BranchLimitPrice, i, t, |p| 0.5 * p)
        }),
        way!("a ramp's price left out", "prices/generator_best_response", GeneratorRampPrice where |c, i, t| c.marginal(i, t) && c.get(Q::GeneratorRampPrice, i, t).abs() > 0.1 * c.net.time.objective_h(t) => |m, _r| {
            m.put(Q::GeneratorRampPrice, i, t, 0.0)
        }),
        Way {
            what: "the price of CO2 left out",
            caught_by: "prices/generator_best_response",
            spoil: |m, r| {
                let Some(price) = m.results.column(Q::GlobalLimitPrice).map(|p| p[0]) else { return false };
                let found = m.find(r, Q::GeneratorP, |i, t| {
                    m.marginal(i, t) && m.unit(i).carrier.is_some_and(|k| m.net.carriers[k].co2_t_per_mwh > 0.0)
                });
                m.results.column_mut(Q::GlobalLimitPrice).unwrap()[0] = 0.0;
                found.is_some() && price > 0.1 && m.caps_co2()
            },
        },
    ]
}

pub(super) fn shadow_prices() -> Vec<Way> {
    vec![
        way!("a price on a line that is not full", "prices/branch_limit", BranchLimitPrice where |c, i, t| {
            let most = c.wire_most(i, t);
            c.carries(i) && c.get(Q::BranchFlow, i, t).abs() < 0.95 * most
        } => |m, r| {
            let to = price_nudge(r, 10.0) * r.sign();
            m.put(Q::BranchLimitPrice, i, t, to)
        }),
        way!("a full line's price with the wrong sign", "prices/branch_limit", BranchLimitPrice where |c, i, t| c.get(Q::BranchLimitPrice, i, t).abs() > 0.1 && c.get(Q::BranchFlow, i, t).abs() > 0.01 => |m, _r| {
            m.edit(Q::BranchLimitPrice, i, t, |p| -p)
        }),
        way!("a price on an angle limit that does not bind", "prices/branch_angle", BranchAnglePrice where |c, i, t| {
            let w = c.wire(i);
            let d = c.get(Q::BusAngle, w.bus_from.index(), t) - c.get(Q::BusAngle, w.bus_to.index(), t);
            c.wire_live(i) && d < w.angle_max_deg - 0.5
        } => |m, r| {
            let to = 100.0 * price_nudge(r, 10.0);
            m.put(Q::BranchAnglePrice, i, t, to)
        }),
        way!("a price on an interface with room", "prices/interface", InterfacePrice where |c, i, t| {
            let x = &c.net.interfaces.rows()[i];
            c.section(i, t) < x.p_max_mw.at(t) - 0.5
        } => |m, r| {
            let to = price_nudge(r, 10.0);
            m.put(Q::InterfacePrice, i, t, to)
        }),
        way!("an interface's price above what exceeding it costs", "prices/interface", InterfacePrice where |c, i, t| c.net.interfaces.rows()[i].violation_cost_per_mwh.is_some() => |m, r| {
            let most = m.net.interfaces.rows()[i].violation_cost_per_mwh.unwrap();
            let to = (most + price_nudge(r, most)) * r.sign();
            m.put(Q::InterfacePrice, i, t, to)
        }),
        way!("a ramp's price where no ramp binds", "prices/ramp", GeneratorRampPrice where |c, i, t| c.unit_live(i) && (c.unit(i).ramp_up_mw.is_none() && c.unit(i).ramp_up_pu.is_none() || (t == 0 && c.unit(i).initial_status_h.is_none())) => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::GeneratorRampPrice, i, t, to)
        }),
        way!("a negative price of room for upward reserve", "prices/headroom", GeneratorHeadroomPrice where |c, i, t| c.unit_live(i) => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::GeneratorHeadroomPrice, i, t, -to)
        }),
        way!("a price of room for upward reserve where there is room", "prices/headroom", GeneratorHeadroomPrice where |c, i, t| c.unit_live(i) && c.get(Q::GeneratorP, i, t) + c.held(&c.offers_of(i, false, ReserveDirection::Up), t) < c.unit_limits(i, t).1 - 0.1 => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::GeneratorHeadroomPrice, i, t, to)
        }),
        way!("a price of room for downward reserve where there is room", "prices/footroom", GeneratorFootroomPrice where |c, i, t| c.unit_live(i) && c.get(Q::GeneratorP, i, t) - c.held(&c.offers_of(i, false, ReserveDirection::Down), t) > c.unit_limits(i, t).0 + 0.1 => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::GeneratorFootroomPrice, i, t, to)
        }),
        way!("a negative reserve price", "prices/reserve", ReservePrice where |c, i, t| true => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::ReservePrice, i, t, -to)
        }),
        way!("a price of reserve where there is enough", "prices/reserve", ReservePrice where |c, i, t| {
            let sum: f64 = c.net.reserve_offers.iter().filter(|(_, o)| o.reserve.index() == i).map(|(o, _)| c.get(Q::ReserveOfferP, o.index(), t)).sum();
            sum + c.get(Q::ReserveShortage, i, t) > c.net.reserves.rows()[i].requirement_mw.at(t) + 0.1
        } => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::ReservePrice, i, t, to)
        }),
        way!("a negative price of a battery's room", "prices/storage_headroom", StorageHeadroomPrice where |c, i, t| c.battery_live(i) => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::StorageHeadroomPrice, i, t, -to)
        }),
        way!("a negative price of a battery's room downward", "prices/storage_footroom", StorageFootroomPrice where |c, i, t| c.battery_live(i) => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::StorageFootroomPrice, i, t, -to)
        }),
        way!("a price of energy behind reserve without reserve", "prices/storage_energy_up", StorageEnergyUpPrice where |c, i, t| c.battery_live(i) && c.offers_of(i, true, ReserveDirection::Up).is_empty() => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::StorageEnergyUpPrice, i, t, to)
        }),
        way!("a price of space behind reserve without reserve", "prices/storage_energy_down", StorageEnergyDownPrice where |c, i, t| c.battery_live(i) && c.offers_of(i, true, ReserveDirection::Down).is_empty() => |m, r| {
            let to = price_nudge(r, 1.0);
            m.put(Q::StorageEnergyDownPrice, i, t, to)
        }),
        Way {
            what: "a price of a cycle limit that is not there, or negative",
            caught_by: "prices/cycle_limit",
            spoil: |m, r| {
                let Some(n) = m.results.column(Q::StorageCyclePrice).map(<[f64]>::len).filter(|n| *n > 0) else { return false };
                let i = r.below(n);
                if !m.battery_live(i) {
                    return false;
                }
                let to = price_nudge(r, 1.0) * if m.battery(i).cycles_max_per_day.is_some() { -1.0 } else { 1.0 };
                m.results.column_mut(Q::StorageCyclePrice).unwrap()[i] = to;
                true
            },
        },
        Way {
            what: "a CO2 price with the wrong sign",
            caught_by: "prices/global_limit",
            spoil: |m, _| {
                let Some(p) = m.results.column_mut(Q::GlobalLimitPrice) else { return false };
                p[0] = -p[0];
                p[0] < -0.1
            },
        },
        Way {
            what: "a user's own constraint priced with the wrong sign",
            caught_by: "prices/side_constraint",
            spoil: |m, r| {
                let Some(p) = m.results.column_mut(Q::SidePrice) else { return false };
                p[0] *= -r.between(0.5, 1.0);
                true
            },
        },
    ]
}
