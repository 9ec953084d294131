//! Networks whose optimal dispatch and prices are known, for the referee's tests.
#![allow(dead_code, clippy::unwrap_used, clippy::too_many_arguments, clippy::type_complexity, clippy::needless_range_loop, missing_docs)]

pub mod corrupt;
pub mod hand;
pub mod planted;
pub mod random;

use fenggu_net::results::{Outcome, Shape};
use fenggu_net::topology::islands;
use fenggu_net::*;

/// A network with a dispatch that is optimal, prices included.
#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub net: Network,
    pub results: Results,
}

/// Columns of prices that are zero unless a case says otherwise.
const ZERO_PRICES: &[Quantity] = &[
    Quantity::BranchLimitPrice,
    Quantity::BranchAnglePrice,
    Quantity::GeneratorRampPrice,
    Quantity::GeneratorEnergySumPrice,
    Quantity::LinkRampPrice,
    Quantity::GeneratorHeadroomPrice,
    Quantity::GeneratorFootroomPrice,
    Quantity::StorageCyclePrice,
    Quantity::StorageHeadroomPrice,
    Quantity::StorageFootroomPrice,
    Quantity::StorageEnergyUpPrice,
    Quantity::StorageEnergyDownPrice,
    Quantity::InterfacePrice,
    Quantity::InterfaceViolation,
    Quantity::ReserveShortage,
    Quantity::StorageSpill,
    Quantity::LoadShed,
    Quantity::LoadElastic,
];

impl Case {
    /// Completes a result: columns not told are zero where that is what they mean, identities follow.
    pub fn new(name: &str, net: Network, objective: f64, columns: &[(Quantity, &[f64])]) -> Case {
        let steps = net.steps();
        let mut results = Results::new(Outcome::Optimal, steps);
        (results.objective, results.bound) = (objective, objective);
        let size = |q: Quantity| net.table(q.spec().table).count() * if q.spec().shape == Shape::PerStep { steps } else { 1 };
        for &(q, values) in columns {
            assert_eq!(values.len(), size(q), "{name}: {q:?}");
            results.set(q, values.to_vec());
        }
        for &q in ZERO_PRICES {
            if results.column(q).is_none() && size(q) > 0 {
                results.set(q, vec![0.0; size(q)]);
            }
        }
        if results.column(Quantity::BusAngle).is_none() {
            results.set(Quantity::BusAngle, vec![0.0; size(Quantity::BusAngle)]);
        }
        let served = net.loads.iter().flat_map(|(i, l)| (0..steps).map(move |t| (i.index(), l, t)));
        let served = served
            .map(|(i, l, t)| match l.in_service && net.buses[l.bus].in_service() {
                true => l.p_mw.at(t) - results.at(Quantity::LoadShed, i, t) + results.at(Quantity::LoadElastic, i, t),
                false => 0.0,
            })
            .collect();
        results.set(Quantity::LoadP, served);
        // The energy part is the price of the island's first bus here: any reference will do.
        let of_bus = islands(&net, |b| net.flow_convention != FlowConvention::PowerModels || b.x_pu != 0.0).of_bus;
        let price = results.column(Quantity::BusPrice).expect("prices").to_vec();
        let mut energy = price.clone();
        for b in 0..net.buses.len() {
            let lead = of_bus.iter().position(|i| *i == of_bus[b]).unwrap();
            (0..steps).for_each(|t| energy[b * steps + t] = price[lead * steps + t]);
        }
        results.set(Quantity::BusPriceCongestion, price.iter().zip(&energy).map(|(p, e)| p - e).collect());
        results.set(Quantity::BusPriceEnergy, energy);
        results.set(Quantity::BusPriceMin, price.iter().map(|p| p - 0.5).collect());
        results.set(Quantity::BusPriceMax, price.iter().map(|p| p + 0.5).collect());
        Case { name: name.to_string(), net, results }
    }
}

/// One row of a table, named.
pub fn bus(net: &mut Network, name: &str) -> BusId {
    net.buses.push(Bus { name: name.into(), ..Bus::default() })
}
pub fn plant(net: &mut Network, name: &str, bus: BusId, p_max_mw: f64, cost: f64) -> GeneratorId {
    net.generators.push(Generator {
        name: name.into(),
        bus,
        p_max_mw: Some(p_max_mw.into()),
        cost_linear_per_mwh: cost.into(),
        ..Generator::default()
    })
}
pub fn load(net: &mut Network, name: &str, bus: BusId, p_mw: impl Into<Profile>) -> LoadId {
    net.loads.push(Load { name: name.into(), bus, p_mw: p_mw.into(), ..Load::default() })
}
pub fn line(net: &mut Network, name: &str, from: BusId, to: BusId, x_pu: f64, rating_a_mva: f64) -> BranchId {
    net.branches.push(Branch { name: name.into(), bus_from: from, bus_to: to, x_pu, rating_a_mva, ..Branch::default() })
}
pub fn battery(net: &mut Network, bus: BusId, power: f64, energy: f64, eta: (f64, f64)) -> StorageUnitId {
    net.storage_units.push(StorageUnit {
        name: "battery".into(),
        bus,
        discharge_max_mw: Some(power.into()),
        charge_max_mw: Some(power.into()),
        energy_max_mwh: Some(energy.into()),
        efficiency_charge: eta.0.into(),
        efficiency_discharge: eta.1.into(),
        ..StorageUnit::default()
    })
}
