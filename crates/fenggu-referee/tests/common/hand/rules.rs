//! Set points, signs, sums of energy, and what else units may be told.

use super::*;

/// 10 t allow 50 MWh of the gas in store, which give 25 MWh: gas is worth 0.5·100, a tonne 50/0.2.
pub fn stored_fuel() -> Case {
    let mut n = hours(1, 1.0);
    let gas = n.carriers.push(Carrier { name: "gas".into(), co2_t_per_mwh: 0.2, ..Carrier::default() });
    let (b, g) = (bus(&mut n, "town"), bus(&mut n, "gas"));
    plant(&mut n, "dear", b, 100.0, 100.0);
    load(&mut n, "town", b, 60.0);
    n.links.push(Link {
        name: "engine".into(),
        bus_from: g,
        bus_to: b,
        efficiency: 0.5.into(),
        p_max_mw: Some(200.0.into()),
        ..Link::default()
    });
    n.stores.push(Store {
        name: "cavern".into(),
        bus: g,
        carrier: Some(gas),
        energy_max_mwh: Some(200.0.into()),
        energy_initial_mwh: 100.0,
        ..Store::default()
    });
    n.global_limits.push(GlobalLimit { name: "cap".into(), limit: 10.0, ..GlobalLimit::default() });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[35.0]),
        (Q::LinkP, &[50.0]),
        (Q::LinkDelivered, &[25.0]),
        (Q::StoreP, &[50.0]),
        (Q::StoreEnergy, &[50.0]),
        (Q::StoreWaterValue, &[50.0]),
        (Q::GlobalLimitPrice, &[250.0]),
        (Q::GlobalLimitUsed, &[10.0]),
        (Q::BusPrice, &[100.0, 50.0]),
    ];
    Case::new("CO2 of fuel in store", n, 3500.0, columns)
}

/// In the first hour the dear plant is held at 30, the battery charges 5, the tank takes 2 and keeps them: 60 + 7 − 30 and 60 − 5.
pub fn set_points() -> Case {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "cheap", b, 100.0, 10.0);
    let g = plant(&mut n, "dear", b, 100.0, 50.0);
    n.generators[g].p_set_mw = Some(vec![30.0, f64::NAN].into());
    load(&mut n, "town", b, 60.0);
    let s = battery(&mut n, b, 20.0, 100.0, (1.0, 1.0));
    n.storage_units[s].p_set_mw = Some(vec![-5.0, f64::NAN].into());
    n.stores.push(Store {
        name: "tank".into(),
        bus: b,
        energy_max_mwh: Some(100.0.into()),
        p_set_mw: Some(vec![-2.0, f64::NAN].into()),
        energy_set_mwh: Some(vec![f64::NAN, 2.0].into()),
        ..Store::default()
    });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[37.0, 55.0, 30.0, 0.0]),
        (Q::StorageCharge, &[5.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 5.0]),
        (Q::StorageSoc, &[5.0, 0.0]),
        (Q::StorageWaterValue, &[10.0, 10.0]),
        (Q::StoreP, &[-2.0, 0.0]),
        (Q::StoreEnergy, &[2.0, 2.0]),
        (Q::StoreWaterValue, &[10.0, 10.0]),
        (Q::BusPrice, &[10.0, 10.0]),
    ];
    Case::new("set points", n, 370.0 + 550.0 + 1500.0, columns)
}

/// A generator of sign −1 takes 10 MW out and is paid 15 for what costs 10.
pub fn turned_sign() -> Case {
    let mut n = hours(1, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "plant", b, 100.0, 10.0);
    let g = plant(&mut n, "export", b, 10.0, -15.0);
    n.generators[g].sign = -1.0;
    load(&mut n, "town", b, 60.0);
    let columns: &[(Q, &[f64])] = &[(Q::GeneratorP, &[70.0, 10.0]), (Q::BusPrice, &[10.0])];
    Case::new("generator that takes out", n, 700.0 - 150.0, columns)
}

fn summed() -> (Network, GeneratorId, GeneratorId) {
    let mut n = hours(2, 1.0);
    n.time.weight_energy = vec![1.0, 2.0];
    let b = bus(&mut n, "b");
    let (g1, g2) = (plant(&mut n, "cheap", b, 100.0, 10.0), plant(&mut n, "dear", b, 100.0, 30.0));
    load(&mut n, "town", b, vec![80.0, 60.0]);
    (n, g1, g2)
}

/// 120 MWh of the cheap plant, the second hour counted twice: it runs in the first, and 20 MW in the second. A MWh saves 20/2.
pub fn energy_sum_most() -> Case {
    let (mut n, cheap, _) = summed();
    n.generators[cheap].energy_sum_max_mwh = 120.0;
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[80.0, 20.0, 0.0, 40.0]), (Q::GeneratorEnergySumPrice, &[10.0, 0.0]), (Q::BusPrice, &[20.0, 30.0])];
    Case::new("energy of a plant at most", n, 1000.0 + 1200.0, columns)
}

/// 50 MWh of the dear plant: 25 MW in the hour that counts twice, at 10 per MWh.
pub fn energy_sum_least() -> Case {
    let (mut n, _, dear) = summed();
    n.generators[dear].energy_sum_min_mwh = 50.0;
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[80.0, 35.0, 0.0, 25.0]), (Q::GeneratorEnergySumPrice, &[0.0, -10.0]), (Q::BusPrice, &[10.0, 10.0])];
    Case::new("energy of a plant at least", n, 1150.0 + 750.0, columns)
}

/// The link can rise by 20 MW of its 100 in a step; a MW more before would save 30 later.
pub fn link_ramp() -> Case {
    let mut n = hours(2, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 40.0);
    load(&mut n, "town", b, vec![10.0, 60.0]);
    n.links.push(Link {
        name: "cable".into(),
        bus_from: a,
        bus_to: b,
        p_nom_mw: Some(100.0),
        ramp_up_pu: Some(0.2.into()),
        ramp_unit: RampUnit::PerStep,
        ..Link::default()
    });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[10.0, 30.0, 0.0, 30.0]),
        (Q::LinkP, &[10.0, 30.0]),
        (Q::LinkDelivered, &[10.0, 30.0]),
        (Q::LinkRampPrice, &[0.0, 30.0]),
        (Q::BusPrice, &[10.0, 10.0, -20.0, 40.0]),
    ];
    Case::new("ramp of a link", n, 400.0 + 1200.0, columns)
}

/// Holding costs 2 per MWh and hour, discharge 0.95·d²: 50 = 10 + 2 + 1.9·d at 20 MW.
pub fn wear_and_holding() -> Case {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "cheap", b, 100.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 50.0);
    load(&mut n, "town", b, vec![60.0, 160.0]);
    let s = battery(&mut n, b, 50.0, 100.0, (1.0, 1.0));
    n.storage_units[s].discharge_cost_quadratic_per_mw2h = 0.95.into();
    n.storage_units[s].holding_cost_per_mwh_h = 2.0.into();
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 40.0]),
        (Q::StorageCharge, &[20.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 20.0]),
        (Q::StorageSoc, &[20.0, 0.0]),
        (Q::StorageWaterValue, &[10.0, 12.0]),
        (Q::BusPrice, &[10.0, 50.0]),
    ];
    Case::new("quadratic wear and holding cost", n, 1800.0 + 2000.0 + 380.0 + 40.0, columns)
}

/// Two lines of direct current share 90 MW by their resistances, 1 : 2; their reactances say nothing.
pub fn direct_current() -> Case {
    let mut n = hours(1, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "plant", a, 200.0, 10.0);
    load(&mut n, "town", b, 90.0);
    for (name, r) in [("thick", 0.1), ("thin", 0.2)] {
        let l = line(&mut n, name, a, b, 0.3, 100.0);
        (n.branches[l].r_pu, n.branches[l].current) = (r, Current::Dc);
    }
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[90.0]), (Q::BranchFlow, &[60.0, 30.0]), (Q::BusAngle, &[0.0, -0.06 * DEG]), (Q::BusPrice, &[10.0, 10.0])];
    Case::new("lines of direct current", n, 900.0, columns)
}
