//! Time axis, buses, branches, shunts.
use super::Maker;
use fenggu::net::*;

pub(super) fn time(m: &mut Maker) {
    let steps = m.rng.whole(1, 4);
    let mut axis = TimeAxis::uniform(steps, 1.0);
    if m.rng.chance(0.5) {
        axis = TimeAxis::uniform(steps, m.rng.pick(&[0.25, 0.5, 2.0, 3.0]));
    }
    if m.rng.chance(0.3) {
        axis.duration_h = (0..steps).map(|_| m.rng.pick(&[0.25, 0.5, 1.0, 3.0])).collect();
    }
    if m.rng.chance(0.3) {
        axis.weight_objective = (0..steps).map(|_| m.rng.pick(&[0.5, 1.0, 2.0, 30.0])).collect();
    }
    if m.rng.chance(0.2) {
        axis.weight_storage = (0..steps).map(|_| m.rng.pick(&[0.5, 1.0, 2.0])).collect();
    }
    if m.rng.chance(0.3) {
        axis.weight_energy = (0..steps).map(|_| m.rng.pick(&[0.0, 0.5, 1.0, 7.0])).collect();
    }
    m.net.time = axis;
    m.net.base_mva = m.rng.pick(&[100.0, 100.0, 1.0, 37.5]);
    m.net.flow_convention = m.rng.pick(&[FlowConvention::Matpower, FlowConvention::PowerModels, FlowConvention::Pypsa]);
}

pub(super) fn buses(m: &mut Maker) {
    let carrier =
        |name: &str, co2: f64, renewable: bool| Carrier { name: name.into(), co2_t_per_mwh: co2, renewable, ..Carrier::default() };
    for c in [carrier("coal", 0.34, false), carrier("gas", 0.2, false), carrier("wind", 0.0, true), carrier("hydrogen", 0.0, false)] {
        m.net.carriers.push(c);
    }
    for k in 0..m.rng.whole(1, 7) {
        let kind = match m.rng.unit() {
            u if u < 0.06 && k > 0 => BusKind::Isolated,
            u if u < 0.25 => BusKind::Reference,
            _ => BusKind::Pq,
        };
        m.net.buses.push(Bus { name: format!("b{k}"), number: k as i64 + 1, kind, ..Bus::default() });
    }
    if m.rng.chance(0.3) {
        for k in 0..m.rng.whole(1, 2) {
            let carrier = m.net.carriers.find("hydrogen");
            m.net.buses.push(Bus { name: format!("h{k}"), carrier, ..Bus::default() });
        }
    }
}

fn electric(m: &Maker) -> Vec<BusId> {
    m.net.buses.iter().filter(|(_, b)| b.carrier.is_none()).map(|(id, _)| id).collect()
}

pub(super) fn branches(m: &mut Maker) {
    let buses = electric(m);
    let models = m.net.flow_convention == FlowConvention::PowerModels;
    let wanted = if buses.len() < 2 { 0 } else { m.rng.whole(0, buses.len() + 3) };
    for k in 0..wanted {
        // A chain first, so that most networks hang together; the rest makes meshes and parallels.
        let (from, to) = if k + 1 < buses.len() {
            (buses[k], buses[k + 1])
        } else {
            let a = m.rng.below(buses.len());
            (buses[a], buses[(a + m.rng.whole(1, buses.len() - 1)) % buses.len()])
        };
        let (from, to) = if m.rng.chance(0.3) { (to, from) } else { (from, to) };
        let mut x = m.rng.between(0.02, 0.4);
        if m.rng.chance(0.08) {
            x *= -0.37;
        }
        let zero = models && m.rng.chance(0.15);
        let mut b = Branch {
            name: format!("l{k}"),
            bus_from: from,
            bus_to: to,
            x_pu: if zero { 0.0 } else { x * 100.0 / m.net.base_mva.max(30.0) },
            r_pu: if m.rng.chance(0.5) { m.rng.between(0.0, 0.1) } else { 0.0 },
            in_service: m.on(),
            ..Branch::default()
        };
        if m.rng.chance(0.7) {
            b.rating_a_mva = m.rng.between(10.0, 90.0);
            if m.rng.chance(0.3) {
                b.s_max_pu = m.profile(1.0, 0.5, 1.1);
            }
        }
        if m.rng.chance(0.2) {
            b.kind = BranchKind::Transformer;
            b.tap_ratio = m.rng.between(0.9, 1.1);
            if m.rng.chance(0.5) {
                b.phase_shift_deg = m.rng.between(-4.0, 4.0);
            }
            if m.rng.chance(0.4) {
                (b.phase_shift_min_deg, b.phase_shift_max_deg) = (Some(m.rng.between(-8.0, 0.0)), Some(m.rng.between(0.0, 8.0)));
                b.phase_shift_deg = 0.0;
            }
        }
        if m.rng.chance(0.25) {
            let wide = if m.lenient { 30.0 } else { 12.0 };
            b.angle_max_deg = m.rng.between(1.0, wide);
            b.angle_min_deg = if m.rng.chance(0.8) { -m.rng.between(1.0, wide) } else { f64::NEG_INFINITY };
        }
        m.net.branches.push(b);
    }
    if m.rng.chance(0.2) {
        let (bus, on) = (buses[m.rng.below(buses.len())], m.on());
        let g_mw = m.rng.between(-3.0, 6.0);
        m.net.shunts.push(Shunt { name: "shunt".into(), bus, g_mw, b_mvar: 5.0, in_service: on });
    }
}
