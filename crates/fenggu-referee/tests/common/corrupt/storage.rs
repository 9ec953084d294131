//! Storage units and stores.

use super::*;

pub(super) fn storage() -> Vec<Way> {
    use ReserveDirection::{Down, Up};
    vec![
        way!("stored energy changed in one step", "storage/soc_balance", StorageSoc where |c, i, t| c.battery_live(i) => |m, r| {
            let by = nudge(r, m.get(Q::StorageSoc, i, t)) * r.sign();
            m.add(Q::StorageSoc, i, t, by)
        }),
        way!("energy from nowhere in every step", "storage/soc_balance", StorageSoc where |c, i, t| c.battery_live(i) && (c.battery(i).end_rule != EndRule::Cyclic || c.battery(i).standing_loss_per_h.max() > 0.0) => |m, r| {
            let by = 10.0 * nudge(r, m.get(Q::StorageSoc, i, t));
            (0..m.steps()).for_each(|t| m.add(Q::StorageSoc, i, t, by))
        }),
        way!("charging without losses", "storage/soc_balance", StorageCharge where |c, i, t| c.battery_live(i) && c.get(Q::StorageCharge, i, t) > 0.1 && c.battery(i).efficiency_charge.at(t) < 0.99 => |m, _r| {
            let more = m.get(Q::StorageCharge, i, t) * m.net.time.storage_h(t) * (1.0 - m.battery(i).efficiency_charge.at(t));
            m.add(Q::StorageSoc, i, t, more)
        }),
        way!("charge and discharge confused", "storage/soc_balance", StorageCharge where |c, i, t| c.battery_live(i) && (c.get(Q::StorageCharge, i, t) - c.get(Q::StorageDischarge, i, t)).abs() > 0.5 => |m, _r| {
            let (a, b) = (m.get(Q::StorageCharge, i, t), m.get(Q::StorageDischarge, i, t));
            m.put(Q::StorageCharge, i, t, b);
            m.put(Q::StorageDischarge, i, t, a)
        }),
        way!("charge above its limit", "storage/charge_limits", StorageCharge where |c, i, t| c.battery_live(i) => |m, r| {
            let most = m.battery_most(i, t).0;
            let by = nudge(r, most);
            m.put(Q::StorageCharge, i, t, most + by)
        }),
        way!("discharge above its limit", "storage/discharge_limits", StorageDischarge where |c, i, t| c.battery_live(i) => |m, r| {
            let most = m.battery_most(i, t).1;
            let by = nudge(r, most);
            m.put(Q::StorageDischarge, i, t, most + by)
        }),
        way!("negative charge", "storage/charge_limits", StorageCharge where |c, i, t| c.battery_live(i) => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::StorageCharge, i, t, -by)
        }),
        way!("a store fuller than full", "storage/soc_limits", StorageSoc where |c, i, t| c.battery_live(i) => |m, r| {
            let most = m.battery_most(i, t).2;
            let by = nudge(r, most);
            m.put(Q::StorageSoc, i, t, most + by)
        }),
        way!("more spilled than flows in", "storage/spill_range", StorageSpill where |c, i, t| c.battery_live(i) => |m, r| {
            let most = m.battery(i).inflow_mw.at(t);
            let by = nudge(r, most);
            m.put(Q::StorageSpill, i, t, most + by)
        }),
        way!("the target at the end missed", "storage/end_rule", StorageSoc where |c, i, t| c.battery_live(i) && c.battery(i).end_rule == EndRule::AtLeast => |m, r| {
            let (target, last) = (m.battery(i).soc_target_mwh, m.steps() - 1);
            let by = nudge(r, target);
            m.put(Q::StorageSoc, i, last, target - by)
        }),
        way!("more energy taken out than the cycle limit allows", "storage/cycle_limit", StorageDischarge where |c, i, t| {
            c.battery_live(i) && c.get(Q::StorageDischarge, i, t) > 0.1 && c.results.column(Q::StorageCyclePrice).is_some_and(|p| p[i] > 0.1)
        } => |m, r| {
            let by = nudge(r, m.get(Q::StorageDischarge, i, t));
            m.add(Q::StorageDischarge, i, t, by)
        }),
        way!("storage out of service discharges", "storage/out_of_service", StorageDischarge where |c, i, t| !c.battery_live(i) => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::StorageDischarge, i, t, by)
        }),
        way!("upward reserve without the power for it", "storage/reserve_headroom", StorageDischarge where |c, i, t| c.battery_live(i) && c.held(&c.offers_of(i, true, Up), t) > 0.1 => |m, r| {
            let room = m.battery_most(i, t).1 - m.held(&m.offers_of(i, true, Up), t) + m.get(Q::StorageCharge, i, t);
            let by = nudge(r, room);
            m.put(Q::StorageDischarge, i, t, room + by)
        }),
        way!("downward reserve without the power for it", "storage/reserve_footroom", StorageCharge where |c, i, t| c.battery_live(i) && c.held(&c.offers_of(i, true, Down), t) > 0.1 => |m, r| {
            let room = m.battery_most(i, t).0 - m.held(&m.offers_of(i, true, Down), t) + m.get(Q::StorageDischarge, i, t);
            let by = nudge(r, room);
            m.put(Q::StorageCharge, i, t, room + by)
        }),
        way!("upward reserve without the energy to sustain it", "storage/reserve_energy_up", StorageSoc where |c, i, t| c.battery_live(i) && c.held(&c.offers_of(i, true, Up), t) > 0.1 => |m, r| {
            let low = m.battery(i).energy_min_mwh.at(t);
            let by = 0.01 * r.unit();
            m.put(Q::StorageSoc, i, t, low + by)
        }),
        way!("downward reserve without the room to store it", "storage/reserve_energy_down", StorageSoc where |c, i, t| c.battery_live(i) && c.held(&c.offers_of(i, true, Down), t) > 0.1 => |m, r| {
            let high = m.battery_most(i, t).2;
            let by = 0.01 * r.unit();
            m.put(Q::StorageSoc, i, t, high - by)
        }),
        way!("energy of a tank changed", "store/energy_balance", StoreEnergy where |c, i, t| c.net.stores.rows()[i].in_service => |m, r| {
            let by = nudge(r, m.get(Q::StoreEnergy, i, t)) * r.sign();
            m.add(Q::StoreEnergy, i, t, by)
        }),
        way!("a tank fuller than full", "store/energy_limits", StoreEnergy where |c, i, t| c.net.stores.rows()[i].in_service => |m, r| {
            let most = m.tank_most(i, t);
            let by = nudge(r, most);
            m.put(Q::StoreEnergy, i, t, most + by)
        }),
    ]
}
