//! Storage and reserves.

use super::*;

fn valley_and_peak() -> (Network, BusId) {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "cheap", b, 100.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 50.0);
    load(&mut n, "town", b, vec![60.0, 120.0]);
    (n, b)
}

/// 20 MW into the battery at 10 store 18 MWh, which give 14.4 MW at 50. A stored MWh is worth 0.8·50 = 40.
pub fn arbitrage() -> Case {
    let (mut n, b) = valley_and_peak();
    battery(&mut n, b, 20.0, 100.0, (0.9, 0.8));
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 5.6]),
        (Q::StorageCharge, &[20.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 14.4]),
        (Q::StorageSoc, &[18.0, 0.0]),
        (Q::StorageWaterValue, &[40.0, 40.0]),
        (Q::BusPrice, &[10.0, 50.0]),
    ];
    Case::new("storage arbitrage", n, 2080.0, columns)
}

/// The same, cyclic, losing a tenth each hour: 18 MWh leave 16.2, which give 12.96 MW; in the valley a stored MWh is worth 36.
pub fn cyclic() -> Case {
    let (mut n, b) = valley_and_peak();
    let s = battery(&mut n, b, 20.0, 100.0, (0.9, 0.8));
    n.storage_units[s].end_rule = EndRule::Cyclic;
    n.storage_units[s].standing_loss_per_h = 0.1.into();
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 7.04]),
        (Q::StorageCharge, &[20.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 12.96]),
        (Q::StorageSoc, &[18.0, 0.0]),
        (Q::StorageWaterValue, &[36.0, 40.0]),
        (Q::BusPrice, &[10.0, 50.0]),
    ];
    Case::new("cyclic storage with losses", n, 800.0 + 1000.0 + 352.0, columns)
}

/// The store must end with 10 MWh: they cost 20 each. What is in it beyond, up to the target, is worth nothing more.
pub fn target() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "plant", b, 100.0, 20.0);
    load(&mut n, "town", b, 50.0);
    let s = battery(&mut n, b, 20.0, 40.0, (0.8, 0.8));
    (n.storage_units[s].end_rule, n.storage_units[s].soc_target_mwh) = (EndRule::AtLeast, 10.0);
    n.storage_units[s].soc_initial_mwh = 2.0;
    n.storage_units[s].charge_cost_per_mwh = 4.0.into();
    // 8 MWh more take 10 MW for an hour; a stored MWh costs (20 + 4)/0.8 = 30.
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[60.0]),
        (Q::StorageCharge, &[10.0]),
        (Q::StorageDischarge, &[0.0]),
        (Q::StorageSoc, &[10.0]),
        (Q::StorageWaterValue, &[30.0]),
        (Q::BusPrice, &[20.0]),
    ];
    Case::new("storage with a target", n, 1200.0 + 40.0, columns)
}

/// A full reservoir with more inflow than it can turn: 5 + 10 − 4 − 6 = 5. Water is worth nothing, spilling costs 1.
pub fn spill() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "plant", b, 100.0, 20.0);
    load(&mut n, "town", b, 50.0);
    let s = battery(&mut n, b, 4.0, 5.0, (1.0, 1.0));
    let unit = &mut n.storage_units[s];
    (unit.charge_max_mw, unit.inflow_mw, unit.soc_initial_mwh, unit.spill_cost_per_mwh) = (Some(0.0.into()), 10.0.into(), 5.0, 1.0.into());
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[46.0]),
        (Q::StorageCharge, &[0.0]),
        (Q::StorageDischarge, &[4.0]),
        (Q::StorageSoc, &[5.0]),
        (Q::StorageSpill, &[6.0]),
        (Q::StorageWaterValue, &[-1.0]),
        (Q::BusPrice, &[20.0]),
    ];
    Case::new("full reservoir", n, 920.0 + 6.0, columns)
}

/// Half a cycle a day of 24 MWh, over 2 hours: 1 MWh. One more would earn 50 − 10.
pub fn cycle_limit() -> Case {
    let (mut n, b) = valley_and_peak();
    let s = battery(&mut n, b, 20.0, 24.0, (1.0, 1.0));
    n.storage_units[s].cycles_max_per_day = Some(0.5);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[61.0, 100.0, 0.0, 19.0]),
        (Q::StorageCharge, &[1.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 1.0]),
        (Q::StorageSoc, &[1.0, 0.0]),
        (Q::StorageWaterValue, &[10.0, 10.0]),
        (Q::StorageCyclePrice, &[40.0]),
        (Q::BusPrice, &[10.0, 50.0]),
    ];
    Case::new("cycle limit", n, 610.0 + 1000.0 + 950.0, columns)
}

fn offer(n: &mut Network, name: &str, r: usize, generator: Option<GeneratorId>, max_mw: f64) {
    let reserve = Id::new(r);
    n.reserve_offers.push(ReserveOffer { name: name.into(), reserve, generator, max_mw: max_mw.into(), ..ReserveOffer::default() });
}

/// 150 MW for 120 MW of load and 40 MW of reserve: 10 MW short at 500. One MW more of load takes a MW of reserve too: 30 + 500.
pub fn reserve_scarcity() -> Case {
    let mut n = hours(1, 0.5);
    let b = bus(&mut n, "b");
    let (g1, g2) = (plant(&mut n, "cheap", b, 100.0, 10.0), plant(&mut n, "dear", b, 50.0, 30.0));
    load(&mut n, "town", b, 120.0);
    n.reserves.push(Reserve { name: "spinning".into(), requirement_mw: 40.0.into(), shortage: vec![[100.0, 500.0]], ..Reserve::default() });
    offer(&mut n, "cheap", 0, Some(g1), 50.0);
    offer(&mut n, "dear", 0, Some(g2), 50.0);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[100.0, 20.0]),
        (Q::ReserveOfferP, &[0.0, 30.0]),
        (Q::ReserveShortage, &[10.0]),
        (Q::ReservePrice, &[500.0]),
        (Q::GeneratorHeadroomPrice, &[520.0, 500.0]),
        (Q::BusPrice, &[530.0]),
    ];
    Case::new("reserve scarcity", n, 0.5 * (1000.0 + 600.0 + 5000.0), columns)
}

/// The dear plant must run 15 MW above its lowest 20 to be able to go down: that costs 10 − 5 per MW.
pub fn reserve_down() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    let (g1, _) = (plant(&mut n, "dear", b, 100.0, 10.0), plant(&mut n, "cheap", b, 50.0, 5.0));
    n.generators[g1].p_min_mw = Some(20.0.into());
    load(&mut n, "town", b, 60.0);
    let direction = ReserveDirection::Down;
    n.reserves.push(Reserve { name: "down".into(), direction, requirement_mw: 15.0.into(), ..Reserve::default() });
    offer(&mut n, "dear", 0, Some(g1), 50.0);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[35.0, 25.0]),
        (Q::ReserveOfferP, &[15.0]),
        (Q::ReservePrice, &[5.0]),
        (Q::GeneratorFootroomPrice, &[5.0, 0.0]),
        (Q::BusPrice, &[5.0]),
    ];
    Case::new("downward reserve", n, 350.0 + 125.0, columns)
}

/// 6 MW for 2 hours need 6·2/0.8 = 15 MWh in store; 5 of them are charged at 20 and worth 5 each at the end, so energy behind
/// reserve costs 15 per MWh and reserve 1 + 2.5·15 = 38.5.
pub fn reserve_from_storage() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "plant", b, 100.0, 20.0);
    load(&mut n, "town", b, 50.0);
    let s = battery(&mut n, b, 20.0, 40.0, (1.0, 0.8));
    n.storage_units[s].soc_initial_mwh = 10.0;
    n.storage_units[s].end_value = vec![[100.0, 5.0]];
    n.reserves.push(Reserve { name: "up".into(), requirement_mw: 6.0.into(), shortage: vec![[100.0, 100.0]], ..Reserve::default() });
    n.reserve_offers.push(ReserveOffer {
        name: "battery".into(),
        reserve: Id::new(0),
        storage_unit: Some(s),
        max_mw: 10.0.into(),
        cost_per_mwh: 1.0.into(),
        duration_h: 2.0,
        ..ReserveOffer::default()
    });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[55.0]),
        (Q::StorageCharge, &[5.0]),
        (Q::StorageDischarge, &[0.0]),
        (Q::StorageSoc, &[15.0]),
        (Q::StorageWaterValue, &[20.0]),
        (Q::StorageEnergyUpPrice, &[15.0]),
        (Q::ReserveOfferP, &[6.0]),
        (Q::ReservePrice, &[38.5]),
        (Q::BusPrice, &[20.0]),
    ];
    Case::new("reserve from storage", n, 1100.0 + 6.0 - 75.0, columns)
}
