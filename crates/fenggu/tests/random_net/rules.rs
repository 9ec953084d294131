//! Reserves, interfaces, global limits, side constraints.
use super::Maker;
use fenggu::net::*;

pub(super) fn reserves(m: &mut Maker) {
    for k in 0..if m.rng.chance(0.4) { m.rng.whole(1, 3) } else { 0 } {
        let direction = m.rng.pick(&[ReserveDirection::Up, ReserveDirection::Down]);
        let need = m.rng.between(0.0, 25.0);
        let mut r = Reserve { name: format!("r{k}"), direction, requirement_mw: m.profile(need, 0.5, 1.2), ..Reserve::default() };
        if m.lenient || m.rng.chance(0.5) {
            let first = m.rng.between(5.0, 60.0);
            r.shortage = vec![[m.rng.between(1.0, 10.0), first], [f64::INFINITY, first + m.rng.between(0.0, 400.0)]];
        }
        let reserve = m.net.reserves.push(r);
        let units = m.net.generators.len() + m.net.storage_units.len();
        for j in 0..m.rng.whole(0, 4) {
            let u = m.rng.below(units);
            let is_generator = u < m.net.generators.len();
            let max = if m.rng.chance(0.2) { Profile::Const(f64::INFINITY) } else { m.profile(12.0, 0.3, 1.5) };
            let (cost, duration_h) = (m.profile(3.0, -0.2, 2.0), m.rng.pick(&[0.0, 0.25, 1.0]));
            m.net.reserve_offers.push(ReserveOffer {
                name: format!("o{k}_{j}"),
                reserve,
                generator: is_generator.then(|| Id::new(u)),
                storage_unit: (!is_generator).then(|| Id::new(u - m.net.generators.len())),
                max_mw: max,
                cost_per_mwh: cost,
                duration_h,
            });
        }
    }
}

pub(super) fn interfaces(m: &mut Maker) {
    let things = m.net.branches.len() + m.net.links.len();
    if things == 0 {
        return;
    }
    for k in 0..m.rng.below(3) {
        let size = m.rng.between(5.0, 80.0);
        let mut i = Interface { name: format!("i{k}"), number: k as i64 + 1, in_service: m.on(), ..Interface::default() };
        i.p_max_mw = m.profile(size, 0.7, 1.2);
        if m.rng.chance(0.6) {
            i.p_min_mw = (-size).into();
        }
        if m.rng.chance(0.5) {
            i.violation_cost_per_mwh = Some(m.rng.between(5.0, 500.0));
        }
        let interface = m.net.interfaces.push(i);
        for j in 0..m.rng.whole(1, 3) {
            let u = m.rng.below(things);
            let is_branch = u < m.net.branches.len();
            let weight = m.rng.pick(&[1.0, 1.0, -1.0, 0.5]);
            m.net.interface_terms.push(InterfaceTerm {
                name: format!("i{k}_{j}"),
                interface,
                branch: is_branch.then(|| Id::new(u)),
                link: (!is_branch).then(|| Id::new(u - m.net.branches.len())),
                weight,
            });
        }
    }
}

pub(super) fn global_limits(m: &mut Maker) {
    for k in 0..if m.rng.chance(0.35) { m.rng.whole(1, 2) } else { 0 } {
        let hours: f64 = (0..m.net.steps()).map(|t| m.net.time.energy_h(t)).sum();
        let co2 = m.rng.chance(0.6);
        let sense = if m.rng.chance(0.75) { LimitSense::AtMost } else { LimitSense::AtLeast };
        // Roughly what the fleet could burn: MW times hours, over an efficiency of 0.4.
        let scale = hours * if co2 { 30.0 } else { 100.0 };
        let share = if sense == LimitSense::AtMost { m.rng.between(0.1, 2.0) } else { m.rng.between(0.0, 0.3) };
        let carrier = (!co2).then(|| Id::new(m.rng.below(3)));
        m.net.global_limits.push(GlobalLimit {
            bus: None,
            name: format!("limit{k}"),
            subject: if co2 { LimitSubject::Co2 } else { LimitSubject::PrimaryEnergy },
            carrier,
            sense,
            limit: scale * share,
        });
    }
}

fn any_name(m: &mut Maker, table: TableId) -> Option<String> {
    let t = m.net.table(table);
    let n = t.count();
    (n > 0).then(|| m.rng.below(n)).map(|row| m.net.table(table).name_of(row).to_string())
}

pub(super) fn side_constraints(m: &mut Maker) {
    const FIELDS: &[(TableId, &str)] = &[
        (TableId::Generators, "p_mw"),
        (TableId::Generators, "p_mw"),
        (TableId::Branches, "p_mw"),
        (TableId::Links, "p_mw"),
        (TableId::Loads, "shed_mw"),
        (TableId::Loads, "elastic_mw"),
        (TableId::StorageUnits, "charge_mw"),
        (TableId::StorageUnits, "discharge_mw"),
        (TableId::StorageUnits, "soc_mwh"),
        (TableId::StorageUnits, "spill_mw"),
        (TableId::Stores, "p_mw"),
        (TableId::Stores, "energy_mwh"),
        (TableId::ReserveOffers, "p_mw"),
    ];
    for k in 0..if m.rng.chance(0.4) { m.rng.whole(1, 2) } else { 0 } {
        let sense = m.rng.pick(&[LimitSense::AtMost, LimitSense::AtMost, LimitSense::AtLeast, LimitSense::Equal]);
        let soft = sense == LimitSense::Equal || m.rng.chance(0.6);
        let rhs = if soft { m.rng.between(-20.0, 60.0) } else { m.rng.between(0.0, 80.0) };
        let penalty = soft.then(|| m.rng.between(1.0, 300.0));
        // Terms first: a constraint needs at least one.
        let mut terms = Vec::new();
        for j in 0..m.rng.whole(1, 4) {
            let (table, field) = m.rng.pick(FIELDS);
            if let Some(component) = any_name(m, table) {
                let step = if m.rng.chance(0.5) { -1 } else { m.rng.below(m.net.steps()) as i64 };
                let coefficient = m.rng.pick(&[1.0, 1.0, -1.0, 0.5, 2.0]);
                let constraint = Id::new(m.net.side_constraints.len());
                let (table, field) = (table.word().to_string(), field.to_string());
                terms.push(SideTerm { name: format!("c{k}_{j}"), constraint, table, component, field, step, coefficient });
            }
        }
        if terms.is_empty() {
            continue;
        }
        // A floor on what may not reach it: only softly.
        let rhs = if sense == LimitSense::AtLeast && !soft { -rhs } else { rhs };
        m.net.side_constraints.push(SideConstraint { name: format!("c{k}"), sense, rhs, penalty });
        for t in terms {
            m.net.side_terms.push(t);
        }
    }
}

pub(super) fn outages(m: &mut Maker) {
    for l in 0..m.net.branches.len() {
        let mut b = m.net.branches.rows()[l].clone();
        if m.rng.chance(0.8) {
            b.rating_c_mva = m.rng.between(10.0, 90.0);
            if m.rng.chance(0.3) {
                b.emergency_max_pu = m.profile(1.0, 0.5, 1.1);
            }
        }
        if m.rng.chance(if m.lenient { 0.5 } else { 0.2 }) {
            let price = m.rng.between(5.0, 900.0);
            b.violation_cost_per_mwh = Some(m.profile(price, 0.5, 2.0));
        }
        if m.rng.chance(if m.lenient { 0.5 } else { 0.2 }) {
            let price = m.rng.between(5.0, 900.0);
            b.emergency_violation_cost_per_mwh = Some(m.profile(price, 0.5, 2.0));
        }
        if m.rng.chance(0.6) {
            let (name, in_service) = (format!("no {}", b.name), m.on());
            m.net.contingencies.push(Contingency { name, branch: Some(Id::new(l)), in_service, ..Contingency::default() });
        }
        m.net.branches.rows_mut()[l] = b;
    }
}
