//! Networks that can be dispatched, and faults seeded into them, each in a known element, field and step.
#![allow(dead_code)]

use fenggu::net::*;

/// SplitMix64 (Steele et al. 2014).
pub struct Rng(pub u64);
impl Rng {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        let unit = (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        ((lo + (hi - lo) * unit) * 1e2).round() / 1e2
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }
}

/// A day of demand around `mean` with its peak in the evening.
fn day(r: &mut Rng, mean: f64, steps: usize) -> Profile {
    let values = (0..steps).map(|t| {
        let hour = if steps > 24 { (t % 24) as f64 } else { t as f64 * 24.0 / steps as f64 };
        let shape = 1.0 + 0.35 * ((hour - 19.0) * std::f64::consts::TAU / 24.0).cos();
        (mean * shape * r.between(0.97, 1.03) * 100.0).round() / 100.0
    });
    values.collect::<Vec<_>>().into()
}

/// A meshed core; a `pocket` behind one line; a `remote` bus behind one link; an `isle` with one unit of its own.
pub fn base(seed: u64, steps: usize) -> Network {
    let mut r = Rng(seed ^ 0xFEED);
    let mut net = Network { name: format!("seeded {seed}"), currency: "CNY".into(), ..Network::default() };
    net.time = TimeAxis::from_start(1_893_456_000, steps, 1.0, "Asia/Shanghai");
    for (name, co2, renewable) in [("coal", 0.34, false), ("gas", 0.2, false), ("wind", 0.0, true)] {
        net.carriers.push(Carrier { name: name.into(), co2_t_per_mwh: co2, renewable, ..Carrier::default() });
    }
    let core = 5 + r.below(4);
    for k in 0..core {
        let kind = if k == 0 { BusKind::Reference } else { BusKind::Pq };
        net.buses.push(Bus { name: format!("core{k}"), kind, ..Bus::default() });
    }
    let [pocket, remote, isle] = ["pocket", "remote", "isle"].map(|n| net.buses.push(Bus { name: n.into(), ..Bus::default() }));
    let line = |net: &mut Network, name: String, from: BusId, to: BusId, x: f64, rating: f64| {
        net.branches.push(Branch { name, bus_from: from, bus_to: to, x_pu: x, rating_a_mva: rating, ..Branch::default() })
    };
    for k in 0..core {
        let x = r.between(0.03, 0.12);
        line(&mut net, format!("ring{k}"), Id::new(k), Id::new((k + 1) % core), x, 600.0);
    }
    for k in 0..2 {
        let x = r.between(0.05, 0.2);
        line(&mut net, format!("chord{k}"), Id::new(k), Id::new(k + 2), x, 600.0);
    }
    let gate: BusId = Id::new(r.below(core));
    line(&mut net, "tie".into(), gate, pocket, 0.08, 150.0);
    let mut total = 0.0;
    for k in 0..core {
        let mean = r.between(40.0, 90.0);
        let p_mw = day(&mut r, mean, steps);
        net.loads.push(Load { name: format!("town{k}"), bus: Id::new(k), p_mw, ..Load::default() });
        total += mean;
    }
    for (name, bus) in [("pocket_load", pocket), ("remote_load", remote), ("isle_load", isle)] {
        let mean = r.between(40.0, 60.0);
        let p_mw = day(&mut r, mean, steps);
        net.loads.push(Load { name: name.into(), bus, p_mw, ..Load::default() });
        total += if bus == isle { 0.0 } else { mean };
    }
    // One large unit and several small ones; 15 % above the peak of the core, the pocket and the remote bus.
    let peak = 1.4 * total;
    let unit = |net: &mut Network, name: &str, bus: usize, p: f64, cost: f64, carrier: usize| {
        net.generators.push(Generator {
            name: name.into(),
            bus: Id::new(bus),
            p_max_mw: Some(p.into()),
            cost_linear_per_mwh: cost.into(),
            carrier: Some(Id::new(carrier)),
            efficiency: 0.45.into(),
            ..Generator::default()
        })
    };
    unit(&mut net, "big", r.below(core), (0.4 * peak).round(), 250.0, 0);
    for k in 0..4 {
        let (bus, share, cost) = (r.below(core), r.between(0.16, 0.21), r.between(260.0, 600.0));
        unit(&mut net, &format!("unit{k}"), bus, (share * peak).round(), cost, k % 2);
    }
    let wind = unit(&mut net, "wind", r.below(core), 60.0, 0.0, 2);
    net.generators[wind].p_nom_mw = Some(60.0);
    net.generators[wind].p_max_mw = None;
    net.generators[wind].p_max_pu = (0..steps).map(|_| r.between(0.2, 0.9)).collect::<Vec<_>>().into();
    unit(&mut net, "isle_gas", isle.index(), 120.0, 500.0, 1);
    net.links.push(Link {
        name: "cable".into(),
        bus_from: Id::new(r.below(core)),
        bus_to: remote,
        p_max_mw: Some(120.0.into()),
        efficiency: 0.97.into(),
        ..Link::default()
    });
    net.storage_units.push(StorageUnit {
        name: "battery".into(),
        bus: Id::new(r.below(core)),
        discharge_max_mw: Some(15.0.into()),
        charge_max_mw: Some(15.0.into()),
        energy_max_mwh: Some(40.0.into()),
        efficiency_charge: 0.95.into(),
        efficiency_discharge: 0.95.into(),
        soc_initial_mwh: 10.0,
        ..StorageUnit::default()
    });
    let spin = net.reserves.push(Reserve { name: "spin".into(), requirement_mw: 10.0.into(), ..Reserve::default() });
    for name in ["unit0", "unit1"] {
        let generator = net.generators.find(name);
        net.reserve_offers.push(ReserveOffer {
            name: format!("spin_{name}"),
            reserve: spin,
            generator,
            max_mw: 25.0.into(),
            ..ReserveOffer::default()
        });
    }
    let section = net.interfaces.push(Interface { name: "section".into(), p_max_mw: 150.0.into(), ..Interface::default() });
    let tie = net.branches.find("tie");
    net.interface_terms.push(InterfaceTerm { name: "section_tie".into(), interface: section, branch: tie, link: None, weight: 1.0 });
    net.global_limits.push(GlobalLimit { name: "carbon".into(), limit: 1e6, ..GlobalLimit::default() });
    net
}

/// A network of `core` buses in a mesh over many steps, with the same pocket, remote bus and isle: about 2.6 rows a bus and step.
/// Its plants leave 80 MW to spare at the highest demand.
pub fn large(core: usize, steps: usize) -> Network {
    let mut r = Rng(99);
    let mut net = base(1, steps);
    let first = net.buses.len();
    for k in 0..core {
        net.buses.push(Bus { name: format!("node{k}"), ..Bus::default() });
        let bus: BusId = Id::new(first + k);
        let to = if k == 0 { 0 } else { first + r.below(k) };
        let x_pu = r.between(0.02, 0.1);
        net.branches.push(Branch {
            name: format!("line{k}"),
            bus_from: Id::new(to),
            bus_to: bus,
            x_pu,
            rating_a_mva: 4000.0,
            ..Branch::default()
        });
        if k % 2 == 0 && k > 4 {
            let (to, x_pu) = (first + r.below(k), r.between(0.02, 0.1));
            net.branches.push(Branch {
                name: format!("mesh{k}"),
                bus_from: Id::new(to),
                bus_to: bus,
                x_pu,
                rating_a_mva: 4000.0,
                ..Branch::default()
            });
        }
        let mean = r.between(10.0, 30.0);
        let p_mw = day(&mut r, mean, steps);
        net.loads.push(Load { name: format!("village{k}"), bus, p_mw, ..Load::default() });
        if k % 4 == 0 {
            net.generators.push(Generator {
                name: format!("plant{k}"),
                bus,
                p_max_mw: Some(r.between(98.0, 101.0).into()),
                cost_linear_per_mwh: r.between(200.0, 700.0).into(),
                ..Generator::default()
            });
        }
        if k % 20 == 0 {
            net.storage_units.push(StorageUnit {
                name: format!("pump{k}"),
                bus,
                discharge_max_mw: Some(20.0.into()),
                charge_max_mw: Some(20.0.into()),
                energy_max_mwh: Some(80.0.into()),
                efficiency_charge: 0.9.into(),
                efficiency_discharge: 0.9.into(),
                ..StorageUnit::default()
            });
        }
    }
    let isle = net.buses.find("isle").unwrap();
    let demand = |t: usize| net.loads.rows().iter().filter(|l| l.bus != isle).map(|l| l.p_mw.at(t)).sum::<f64>();
    let peak = (0..steps).map(demand).fold(0.0, f64::max);
    let of = |g: &&mut Generator| g.name.starts_with("plant");
    let others: f64 = net
        .generators
        .rows()
        .iter()
        .filter(|g| !g.name.starts_with("plant") && g.bus != isle && g.p_nom_mw.is_none())
        .map(|g| g.upper_mw(0))
        .sum();
    let count = net.generators.rows_mut().iter_mut().filter(of).count() as f64;
    let each = ((peak + 80.0 - others) / count).round();
    net.generators.rows_mut().iter_mut().filter(of).for_each(|g| g.p_max_mw = Some(each.into()));
    net
}

/// What was broken: any of these fields of one element, between two steps (none: a datum without steps).
pub struct Fault {
    pub table: TableId,
    pub name: &'static str,
    pub fields: &'static [&'static str],
    pub steps: Option<(usize, usize)>,
}

fn hours(steps: usize, from: usize, count: usize, usual: f64, broken: f64) -> Profile {
    (0..steps).map(|t| if (from..from + count).contains(&t) { broken } else { usual }).collect::<Vec<_>>().into()
}

/// The classes of faults.
pub const CLASSES: &[&str] = &[
    "capacity in an hour",
    "demand spike",
    "line cut",
    "line rating",
    "angle limit",
    "ramp",
    "storage target",
    "storage start",
    "must-run",
    "reserve",
    "CO2 cap",
    "energy budget",
    "energy obligation",
    "interface",
    "link set point",
    "link capacity",
    "side constraint",
    "set point outside",
    "stored energy told",
    "expansion",
    "unit out of service",
    "nominal power 0",
];

/// Breaks a network; returns what was broken.
pub fn seed(net: &mut Network, class: &str, seed: u64) -> Fault {
    let mut r = Rng(seed.wrapping_mul(77) ^ 0xBAD);
    let steps = net.steps();
    let day = steps.min(24);
    let at = 15 * day / 24 + r.below(day / 6) + (steps / day / 2) * day;
    let count = 1 + r.below(3);
    let span = Some((at, at + count - 1));
    let isle = net.generators.find("isle_gas").unwrap();
    let big = net.generators.find("big").unwrap();
    let tie = net.branches.find("tie").unwrap();
    let battery: StorageUnitId = Id::new(0);
    let load = |net: &Network, name: &str| net.loads[net.loads.find(name).unwrap()].p_mw.clone();
    let fault = |table, name, fields, steps| Fault { table, name, fields, steps };
    use TableId as T;
    match class {
        "capacity in an hour" => {
            let p = net.generators[big].p_max_mw.clone().unwrap().max();
            net.generators[big].p_max_mw = Some(hours(steps, at, count, p, 0.0));
            fault(T::Generators, "big", &["p_max_mw"], span)
        }
        "capacity at the peak" => {
            let p = net.generators[big].p_max_mw.clone().unwrap().max();
            let at = 19 + (steps / day / 2) * day;
            net.generators[big].p_max_mw = Some(hours(steps, at, 2, p, 0.0));
            fault(T::Generators, "big", &["p_max_mw"], Some((at, at + 1)))
        }
        "demand spike" => {
            let k = net.loads.find("town1").unwrap();
            let p = net.loads[k].p_mw.clone();
            net.loads[k].p_mw = (0..steps)
                .map(|t| if Some((t, t)) == span.map(|s| (s.0, s.0)) { 12.0 * p.at(t) } else { p.at(t) })
                .collect::<Vec<_>>()
                .into();
            fault(T::Loads, "town1", &["p_mw"], Some((at, at)))
        }
        "line cut" => {
            net.branches[tie].in_service = false;
            fault(T::Branches, "tie", &["in_service"], None)
        }
        "line rating" => {
            net.branches[tie].rating_a_mva = r.between(5.0, 20.0);
            fault(T::Branches, "tie", &["rating_a_mva"], Some((0, steps - 1)))
        }
        "angle limit" => {
            (net.branches[tie].angle_min_deg, net.branches[tie].angle_max_deg) = (-0.5, r.between(0.3, 0.7));
            fault(T::Branches, "tie", &["angle_max_deg"], Some((0, steps - 1)))
        }
        "ramp" => {
            net.generators[isle].ramp_up_mw = Some(r.between(0.2, 1.0));
            fault(T::Generators, "isle_gas", &["ramp_up_mw"], Some((0, steps - 1)))
        }
        "storage target" => {
            let s = &mut net.storage_units[battery];
            (s.charge_max_mw, s.soc_initial_mwh) = (Some(r.between(0.1, 0.5).into()), 2.0);
            (s.end_rule, s.soc_target_mwh) = (EndRule::AtLeast, 38.0);
            fault(T::StorageUnits, "battery", &["soc_target_mwh", "charge_max_mw", "soc_initial_mwh"], None)
        }
        "storage start" => {
            net.storage_units[battery].soc_initial_mwh = r.between(45.0, 90.0);
            fault(T::StorageUnits, "battery", &["soc_initial_mwh"], None)
        }
        "must-run" => {
            net.generators[isle].p_min_mw = Some(hours(steps, at, count, 0.0, r.between(90.0, 110.0)));
            fault(T::Generators, "isle_gas", &["p_min_mw"], span)
        }
        "reserve" => {
            net.reserves.rows_mut()[0].requirement_mw = hours(steps, at, count, 10.0, r.between(60.0, 120.0));
            fault(T::Reserves, "spin", &["requirement_mw"], span)
        }
        "CO2 cap" => {
            net.global_limits.rows_mut()[0].limit = r.between(50.0, 200.0);
            fault(T::GlobalLimits, "carbon", &["limit"], None)
        }
        "energy budget" => {
            net.generators[isle].energy_sum_max_mwh = (0.5 * load(net, "isle_load").values().iter().sum::<f64>()).round();
            fault(T::Generators, "isle_gas", &["energy_sum_max_mwh"], None)
        }
        "energy obligation" => {
            net.generators[isle].energy_sum_min_mwh = (1.5 * load(net, "isle_load").values().iter().sum::<f64>()).round();
            fault(T::Generators, "isle_gas", &["energy_sum_min_mwh"], None)
        }
        "interface" => {
            net.interfaces.rows_mut()[0].p_max_mw = hours(steps, at, count, 150.0, r.between(5.0, 20.0));
            fault(T::Interfaces, "section", &["p_max_mw"], span)
        }
        "link set point" => {
            net.links.rows_mut()[0].p_set_mw = Some(hours(steps, at, count, f64::NAN, r.between(10.0, 20.0)));
            fault(T::Links, "cable", &["p_set_mw"], span)
        }
        "link capacity" => {
            net.links.rows_mut()[0].p_max_mw = Some(hours(steps, at, count, 120.0, r.between(5.0, 20.0)));
            fault(T::Links, "cable", &["p_max_mw"], span)
        }
        "side constraint" => {
            let rhs = r.between(10.0, 30.0);
            let c = net.side_constraints.push(SideConstraint { name: "cap".into(), rhs, ..SideConstraint::default() });
            net.side_terms.push(SideTerm {
                name: "cap_isle".into(),
                constraint: c,
                table: "generators".into(),
                component: "isle_gas".into(),
                step: at as i64,
                ..SideTerm::default()
            });
            fault(T::SideConstraints, "cap", &["rhs"], None)
        }
        "set point outside" => {
            let p = net.generators[big].p_max_mw.clone().unwrap().max();
            net.generators[big].p_set_mw = Some(hours(steps, at, count, f64::NAN, p + r.between(5.0, 20.0)));
            fault(T::Generators, "big", &["p_set_mw"], span)
        }
        "stored energy told" => {
            net.storage_units[battery].soc_set_mwh = Some(hours(steps, 0, 1, f64::NAN, r.between(30.0, 39.0)));
            fault(T::StorageUnits, "battery", &["soc_set_mwh"], Some((0, 0)))
        }
        "expansion" => {
            let g = &mut net.generators[isle];
            (g.p_max_mw, g.p_nom_extendable, g.p_nom_max_mw, g.capital_cost_per_mw) = (None, true, r.between(20.0, 45.0), 2000.0);
            fault(T::Generators, "isle_gas", &["p_nom_max_mw"], None)
        }
        "unit out of service" => {
            net.generators[isle].in_service = false;
            fault(T::Generators, "isle_gas", &["in_service"], None)
        }
        _ => {
            let g = &mut net.generators[isle];
            (g.p_max_mw, g.p_nom_mw) = (None, Some(0.0));
            fault(T::Generators, "isle_gas", &["p_nom_mw", "p_max_pu"], None)
        }
    }
}
