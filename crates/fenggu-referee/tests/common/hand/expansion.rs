//! Capacities as decisions.

use super::*;

fn carrier(n: &mut Network, name: &str, co2_t_per_mwh: f64) -> Id<Carrier> {
    n.carriers.push(Carrier { name: name.into(), co2_t_per_mwh, ..Carrier::default() })
}

fn chosen_plant(n: &mut Network, name: &str, bus: BusId, cost: f64, capital: f64) -> GeneratorId {
    let carrier = carrier(n, name, 0.0);
    n.generators.push(Generator {
        name: name.into(),
        bus,
        carrier: Some(carrier),
        p_nom_extendable: true,
        p_nom_mw: Some(7.0), // what stands already, and is not counted
        capital_cost_per_mw: capital,
        cost_linear_per_mwh: cost.into(),
        ..Generator::default()
    })
}

/// Two hours of 100 MW; wind of 0.5 and 1.0, and a gas plant of given size.
fn windy(capital: f64) -> (Network, GeneratorId) {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    let wind = chosen_plant(&mut n, "wind", b, 0.0, capital);
    n.generators[wind].p_max_pu = vec![0.5, 1.0].into();
    let gas = plant(&mut n, "gas", b, 200.0, 60.0);
    n.generators[gas].carrier = Some(carrier(&mut n, "gas", 0.0));
    load(&mut n, "town", b, 100.0);
    (n, wind)
}

/// Both to be built. Below 100 MW wind saves gas in both hours, above only in the first: it stops there. The first hour pays
/// 60 for gas and 10 for its plant, so the second pays what wind still lacks: 50 − 0.5·70.
pub fn wind_and_gas() -> Case {
    let (mut n, _) = windy(50.0);
    let gas = &mut n.generators[Id::new(1)];
    (gas.p_max_mw, gas.p_nom_extendable, gas.capital_cost_per_mw) = (None, true, 10.0);
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[50.0, 100.0, 50.0, 0.0]), (Q::GeneratorPNomOpt, &[100.0, 50.0]), (Q::BusPrice, &[70.0, 15.0])];
    Case::new("wind and gas to be built", n, 5000.0 + 500.0 + 3000.0, columns)
}

/// Screening curve (Stoft, Power System Economics, 2002, part 2): base of 200 per MW and 10 per MWh beats peak of 50 and 40 from
/// (200 − 50)/(40 − 10) = 5 h on, peak beats shedding at 70 from 50/(70 − 40) = 1.67 h on. Loads of 100, 80, 60, 40 MW for 1, 2, 3,
/// 4 h last 1, 3, 6, 10 h: 60 MW of base, 20 of peak, 20 shed. Prices: 70; then what peak lacks, 40 + (50 − 30)/2; then what base lacks,
/// 10 + (200 − 60 − 2·40)/3; 10.
pub fn screening_curve() -> Case {
    let mut n = hours(4, 1.0);
    n.time.duration_h = vec![1.0, 2.0, 3.0, 4.0];
    let b = bus(&mut n, "b");
    chosen_plant(&mut n, "base", b, 10.0, 200.0);
    chosen_plant(&mut n, "peak", b, 40.0, 50.0);
    let town = load(&mut n, "town", b, vec![100.0, 80.0, 60.0, 40.0]);
    n.loads[town].shed_cost_per_mwh = Some(70.0);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[60.0, 60.0, 60.0, 40.0, 20.0, 20.0, 0.0, 0.0]),
        (Q::GeneratorPNomOpt, &[60.0, 20.0]),
        (Q::LoadShed, &[20.0, 0.0, 0.0, 0.0]),
        (Q::BusPrice, &[70.0, 50.0, 30.0, 10.0]),
    ];
    Case::new("screening curve", n, 12000.0 + 1000.0 + 5200.0 + 2400.0 + 1400.0, columns)
}

fn valley() -> (Network, BusId) {
    let mut n = hours(2, 1.0);
    let b = bus(&mut n, "b");
    plant(&mut n, "cheap", b, 100.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 50.0);
    load(&mut n, "town", b, vec![60.0, 120.0]);
    (n, b)
}

fn chosen_battery(hours_h: f64, capital: f64) -> Network {
    let (mut n, bus) = valley();
    n.storage_units.push(StorageUnit {
        name: "battery".into(),
        bus,
        p_nom_extendable: true,
        energy_hours_h: hours_h,
        capital_cost_per_mw: capital,
        ..StorageUnit::default()
    });
    n
}

/// A MW moves 1 MWh from 10 to 50 and costs 30: built until the dear plant stands still, at 20 MW. The peak then pays 10 + 30.
/// Charge and discharge share what limits them.
pub fn battery_power() -> Case {
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 0.0]),
        (Q::StoragePNomOpt, &[20.0]),
        (Q::StorageCharge, &[20.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 20.0]),
        (Q::StorageSoc, &[20.0, 0.0]),
        (Q::StorageWaterValue, &[25.0, 25.0]),
        (Q::BusPrice, &[10.0, 40.0]),
    ];
    Case::new("battery to be built, by its power", chosen_battery(2.0, 30.0), 1800.0 + 600.0, columns)
}

/// Half an hour of energy: 20 MWh take 40 MW, whose 15 each are 30 per MWh.
pub fn battery_energy() -> Case {
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 0.0]),
        (Q::StoragePNomOpt, &[40.0]),
        (Q::StorageCharge, &[20.0, 0.0]),
        (Q::StorageDischarge, &[0.0, 20.0]),
        (Q::StorageSoc, &[20.0, 0.0]),
        (Q::StorageWaterValue, &[10.0, 40.0]),
        (Q::BusPrice, &[10.0, 40.0]),
    ];
    Case::new("battery to be built, by its energy", chosen_battery(0.5, 15.0), 1800.0 + 600.0, columns)
}

/// A cyclic tank that keeps a tenth: 20 MWh take 20/0.9, whose 27 each are 30 per MWh moved.
pub fn tank() -> Case {
    let (mut n, bus) = valley();
    n.stores.push(Store {
        name: "tank".into(),
        bus,
        e_nom_extendable: true,
        e_min_pu: 0.1.into(),
        capital_cost_per_mwh: 27.0,
        end_rule: EndRule::Cyclic,
        ..Store::default()
    });
    let full = 20.0 / 0.9;
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[80.0, 100.0, 0.0, 0.0]),
        (Q::StoreENomOpt, &[full]),
        (Q::StoreP, &[-20.0, 20.0]),
        (Q::StoreEnergy, &[full, 0.1 * full]),
        (Q::StoreWaterValue, &[10.0, 40.0]),
        (Q::BusPrice, &[10.0, 40.0]),
    ];
    Case::new("tank to be built", n, 1800.0 + 600.0, columns)
}

/// Cheap at a, dear at b, where 80 MW and then 40 MW are drawn.
fn apart() -> (Network, BusId, BusId) {
    let mut n = hours(2, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 30.0);
    load(&mut n, "town", b, vec![80.0, 40.0]);
    (n, a, b)
}

/// A MW saves 20 in each hour it is used and costs 25: 40 MW, used twice. The second hour pays what the first leaves: 10 + 5.
pub fn link_expansion() -> Case {
    let (mut n, bus_from, bus_to) = apart();
    let row = Link { name: "cable".into(), bus_from, bus_to, p_nom_extendable: true, capital_cost_per_mw: 25.0, ..Link::default() };
    n.links.push(row);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[40.0, 40.0, 40.0, 0.0]),
        (Q::LinkP, &[40.0, 40.0]),
        (Q::LinkDelivered, &[40.0, 40.0]),
        (Q::LinkPNomOpt, &[40.0]),
        (Q::BusPrice, &[10.0, 10.0, 30.0, 15.0]),
    ];
    Case::new("link to be built", n, 800.0 + 1200.0 + 1000.0, columns)
}

fn chosen_line(n: &mut Network, a: BusId, b: BusId) -> BranchId {
    let l = line(n, "line", a, b, 0.1, 10.0);
    let carrier = carrier(n, "AC", 0.0);
    let row = &mut n.branches[l];
    (row.s_nom_extendable, row.capital_cost_per_mva, row.s_max_pu) = (true, 20.0, 0.8.into());
    (row.carrier, row.length_km) = (Some(carrier), Some(100.0));
    l
}

/// The same with a line of which 0.8 may be used: 50 MVA at 20.
pub fn branch_expansion() -> Case {
    let (mut n, a, b) = apart();
    chosen_line(&mut n, a, b);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[40.0, 40.0, 40.0, 0.0]),
        (Q::BranchFlow, &[40.0, 40.0]),
        (Q::BusAngle, &[0.0, 0.0, -0.04 * DEG, -0.04 * DEG]),
        (Q::BranchLimitPrice, &[20.0, 5.0]),
        (Q::BranchSNomOpt, &[50.0]),
        (Q::BusPrice, &[10.0, 10.0, 30.0, 15.0]),
    ];
    Case::new("line to be built", n, 800.0 + 1200.0 + 1000.0, columns)
}

/// 3000 MW·km, or 600 of capital, allow 30 MVA of the line: one more MVA would save 0.8·(20 + 20) and costs 20.
pub fn transmission_limit(subject: LimitSubject) -> Case {
    let (mut n, a, b) = apart();
    let l = chosen_line(&mut n, a, b);
    let carrier = n.branches[l].carrier;
    let per = if subject == LimitSubject::TransmissionVolume { 100.0 } else { 20.0 };
    n.global_limits.push(GlobalLimit { name: "lines".into(), subject, carrier, limit: 30.0 * per, ..GlobalLimit::default() });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[24.0, 24.0, 56.0, 16.0]),
        (Q::BranchFlow, &[24.0, 24.0]),
        (Q::BusAngle, &[0.0, 0.0, -0.024 * DEG, -0.024 * DEG]),
        (Q::BranchLimitPrice, &[20.0, 20.0]),
        (Q::BranchSNomOpt, &[30.0]),
        (Q::GlobalLimitPrice, &[12.0 / per]),
        (Q::GlobalLimitUsed, &[30.0 * per]),
        (Q::BusPrice, &[10.0, 10.0, 30.0, 30.0]),
    ];
    Case::new(&format!("limit of {}", subject.word()), n, 480.0 + 2160.0 + 600.0, columns)
}

/// 40 MW may be fed in whatever is built: a 41st serves the first hour only, and 30 < 50.
pub fn absolute_beside() -> Case {
    let (mut n, wind) = windy(50.0);
    n.generators[wind].p_max_mw = Some(40.0.into());
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[20.0, 40.0, 80.0, 60.0]), (Q::GeneratorPNomOpt, &[40.0, f64::NAN]), (Q::BusPrice, &[60.0, 60.0])];
    Case::new("absolute limit beside one of capacity", n, 2000.0 + 8400.0, columns)
}

/// Nothing beyond what must be built: 500 against 90.
pub fn dear_capacity() -> Case {
    let (mut n, wind) = windy(500.0);
    n.generators[wind].p_nom_min_mw = 10.0;
    let columns: &[(Q, &[f64])] =
        &[(Q::GeneratorP, &[5.0, 10.0, 95.0, 90.0]), (Q::GeneratorPNomOpt, &[10.0, f64::INFINITY]), (Q::BusPrice, &[60.0, 60.0])];
    Case::new("capacity at its least", n, 5000.0 + 11100.0, columns)
}

/// 60 MW of wind at this bus: one more would save 90 and costs 50.
pub fn capacity_limit() -> Case {
    let (mut n, wind) = windy(50.0);
    let other = bus(&mut n, "elsewhere");
    let apart = chosen_plant(&mut n, "wind elsewhere", other, 0.0, 50.0);
    let carrier = n.generators[wind].carrier;
    (n.generators[apart].carrier, n.generators[apart].p_nom_min_mw) = (carrier, 5.0);
    let at = Some(n.generators[wind].bus);
    let row = GlobalLimit { name: "wind".into(), subject: LimitSubject::Capacity, bus: at, limit: 60.0, ..GlobalLimit::default() };
    let limit = n.global_limits.push(row);
    n.limit_carriers.push(LimitCarrier { name: "wind".into(), limit, carrier: carrier.unwrap() });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[30.0, 60.0, 70.0, 40.0, 0.0, 0.0]),
        (Q::GeneratorPNomOpt, &[60.0, f64::NAN, 5.0]),
        (Q::GlobalLimitPrice, &[40.0]),
        (Q::GlobalLimitUsed, &[60.0]),
        (Q::BusPrice, &[60.0, 60.0, 0.0, 0.0]),
    ];
    Case::new("limit of capacity", n, 3000.0 + 6600.0 + 250.0, columns)
}

/// 40 MWh of gas, all in the first hour, where 60 MW of wind take 120 MW, and the second spills. The first hour pays 50/0.5.
pub fn operation_limit() -> Case {
    let (mut n, _) = windy(50.0);
    let carrier = n.generators[Id::new(1)].carrier;
    let row = GlobalLimit { name: "gas".into(), subject: LimitSubject::Operation, carrier, limit: 40.0, ..GlobalLimit::default() };
    n.global_limits.push(row);
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[60.0, 100.0, 40.0, 0.0]),
        (Q::GeneratorPNomOpt, &[120.0, f64::NAN]),
        (Q::GlobalLimitPrice, &[40.0]),
        (Q::GlobalLimitUsed, &[40.0]),
        (Q::BusPrice, &[100.0, 0.0]),
    ];
    Case::new("limit of operation", n, 6000.0 + 2400.0, columns)
}

/// From 10 to 60 MW with half of its size a step: 100 MW of link at 5. A MW more of change takes 2 MW of link.
pub fn link_ramp_expansion() -> Case {
    let mut n = hours(2, 1.0);
    let (a, b) = (bus(&mut n, "a"), bus(&mut n, "b"));
    plant(&mut n, "cheap", a, 200.0, 10.0);
    plant(&mut n, "dear", b, 100.0, 40.0);
    load(&mut n, "town", b, vec![10.0, 60.0]);
    n.links.push(Link {
        name: "cable".into(),
        bus_from: a,
        bus_to: b,
        p_nom_extendable: true,
        capital_cost_per_mw: 5.0,
        ramp_up_pu: Some(vec![f64::NAN, 0.5].into()),
        ..Link::default()
    });
    let columns: &[(Q, &[f64])] = &[
        (Q::GeneratorP, &[10.0, 60.0, 0.0, 0.0]),
        (Q::LinkP, &[10.0, 60.0]),
        (Q::LinkDelivered, &[10.0, 60.0]),
        (Q::LinkPNomOpt, &[100.0]),
        (Q::LinkRampPrice, &[0.0, 10.0]),
        (Q::BusPrice, &[10.0, 10.0, 0.0, 20.0]),
    ];
    Case::new("link to be built for its ramp", n, 700.0 + 500.0, columns)
}
