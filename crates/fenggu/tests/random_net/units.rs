//! Generators, loads, storage, links.
use super::Maker;
use fenggu::net::*;

/// Steps of falling (sign −1) or rising (sign 1) price whose widths add up to `total`.
fn steps(m: &mut Maker, total: f64, first: f64, sign: f64) -> Vec<[f64; 2]> {
    let n = m.rng.whole(1, 3);
    let mut price = first;
    (0..n)
        .map(|_| {
            let step = [total / n as f64, price];
            price += sign * m.rng.between(0.0, 30.0);
            step
        })
        .collect()
}

fn cost(m: &mut Maker, g: &mut Generator, lo: f64, hi: f64) {
    let base = if m.rng.chance(0.1) { m.rng.between(-20.0, 0.0) } else { m.rng.between(0.0, 60.0) };
    match m.rng.below(5) {
        0 => {
            let share = if m.rng.chance(0.2) { m.rng.between(0.6, 1.3) } else { 1.0 };
            g.offer = steps(m, hi.max(1.0) * share, base, 1.0);
        }
        1 => {
            let (start, end) = (lo - m.rng.between(-2.0, 5.0), hi + m.rng.between(-2.0, 5.0));
            let mut at = [start, m.rng.between(-50.0, 200.0)];
            g.cost_points.push(at);
            let mut slope = base;
            let n = m.rng.whole(0, 3);
            for _ in 0..n {
                at = [at[0] + ((end - start) / n as f64).max(1.0), 0.0 + at[1] + slope * ((end - start) / n as f64).max(1.0)];
                g.cost_points.push(at);
                slope += m.rng.between(0.0, 25.0);
            }
        }
        _ => g.cost_linear_per_mwh = m.profile(base, 0.7, 1.4),
    }
    if m.quadratic && m.rng.chance(0.5) {
        let q = m.rng.between(0.0, 0.2);
        g.cost_quadratic_per_mw2h = m.profile(q, 0.5, 1.5);
    }
    if m.rng.chance(0.2) {
        g.cost_constant_per_h = m.rng.between(-10.0, 50.0);
    }
}

pub(super) fn generators(m: &mut Maker) {
    let count = m.rng.whole(1, 2 * m.net.buses.len().min(5));
    for k in 0..count {
        let bus = m.any_bus();
        let mut g = Generator { name: format!("g{k}"), bus, in_service: m.on(), ..Generator::default() };
        let size = m.rng.between(30.0, 200.0);
        let (mut lo, mut hi) = (0.0, size);
        match m.rng.below(8) {
            0 | 1 => {
                g.carrier = m.net.carriers.find("wind");
                g.p_nom_mw = Some(size);
                g.p_max_pu = m.profile(0.8, 0.1, 1.2);
                hi = size * g.p_max_pu.min();
            }
            2 => {
                // A dispatchable load, or a unit that may draw.
                (lo, hi) = (-size / 3.0, if m.rng.chance(0.5) { 0.0 } else { size });
                (g.p_min_mw, g.p_max_mw) = (Some(lo.into()), Some(hi.into()));
            }
            3 if !m.lenient => {
                lo = size * m.rng.between(0.1, 0.5);
                (g.p_min_mw, g.p_max_mw) = (Some(m.profile(lo, 0.5, 1.0)), Some(size.into()));
            }
            4 => {
                // Both kinds of limit at once: the tighter counts.
                g.p_nom_mw = Some(size);
                g.p_min_pu = m.rng.between(-0.1, 0.0).into();
                g.p_max_mw = Some(m.profile(size, 0.6, 1.1));
                (lo, hi) = (g.lower_mw(0), (0..m.net.steps()).map(|t| g.upper_mw(t)).fold(f64::INFINITY, f64::min));
            }
            _ => g.p_max_mw = Some(m.profile(size, 0.8, 1.0)),
        }
        if g.carrier.is_none() && m.rng.chance(0.6) {
            g.carrier = Some(Id::new(m.rng.below(2)));
            let efficiency = m.rng.between(0.3, 0.6);
            g.efficiency = m.profile(efficiency, 0.9, 1.0);
        }
        cost(m, &mut g, lo, hi);
        if m.rng.chance(0.3) {
            let rate = m.rng.between(2.0, size);
            g.ramp_up_mw = m.rng.chance(0.8).then_some(rate);
            g.ramp_down_mw = m.rng.chance(0.8).then_some(rate * m.rng.between(0.5, 1.5));
            g.ramp_unit = m.rng.pick(&[RampUnit::PerHour, RampUnit::PerStep]);
        }
        if m.rng.chance(0.5) {
            g.p_initial_mw = Some(if m.lenient { lo.max(0.0).min(hi) } else { m.rng.between(lo, hi) });
            g.initial_status_h = m.rng.chance(0.5).then_some(4.0);
        }
        m.net.generators.push(g);
    }
}

pub(super) fn loads(m: &mut Maker) {
    for k in 0..m.net.buses.len() {
        if m.rng.chance(0.35) {
            continue;
        }
        let size = m.rng.between(5.0, 60.0);
        let size = if m.rng.chance(0.05) { -0.2 * size } else { size };
        let mut l = Load { name: format!("d{k}"), bus: Id::new(k), p_mw: m.profile(size, 0.5, 1.3), in_service: m.on(), ..Load::default() };
        if m.rng.chance(if m.lenient { 0.85 } else { 0.3 }) {
            l.shed_cost_per_mwh = Some(m.rng.between(200.0, 3000.0));
        }
        if m.rng.chance(0.2) {
            let (total, first) = (m.rng.between(1.0, 30.0), m.rng.between(0.0, 120.0));
            l.bid = steps(m, total, first, -1.0);
        }
        m.net.loads.push(l);
    }
}

pub(super) fn storage(m: &mut Maker) {
    for k in 0..m.rng.below(3) {
        let (power, energy, bus) = (m.rng.between(2.0, 40.0), m.rng.between(5.0, 120.0), m.any_bus());
        let mut s = StorageUnit { name: format!("s{k}"), bus, in_service: m.on(), ..StorageUnit::default() };
        s.discharge_max_mw = Some(m.profile(power, 0.5, 1.0));
        s.charge_max_mw = Some(m.profile(power, 0.5, 1.0));
        s.energy_max_mwh = Some(m.profile(energy, 0.8, 1.0));
        if m.rng.chance(0.2) {
            s.energy_min_mwh = (0.1 * energy).into();
        }
        if m.rng.chance(0.8) {
            let e = m.rng.between(0.7, 1.0);
            s.efficiency_charge = m.profile(e, 0.9, 1.0);
            s.efficiency_discharge = m.rng.between(0.7, 1.0).into();
        }
        if m.rng.chance(0.3) {
            s.standing_loss_per_h = m.rng.between(0.0, 0.05).into();
        }
        if m.rng.chance(0.3) {
            s.inflow_mw = m.profile(power / 2.0, 0.0, 1.0);
            s.spill_cost_per_mwh = m.rng.pick(&[0.0, 1.0, -2.0]).into();
        }
        s.soc_initial_mwh = 0.1 * energy + 0.65 * energy * m.rng.unit();
        match m.rng.below(6) {
            0 | 1 => s.end_rule = EndRule::Cyclic,
            2 => (s.end_rule, s.soc_target_mwh) = (EndRule::AtLeast, s.soc_initial_mwh * m.rng.between(0.5, 1.05)),
            3 => (s.end_rule, s.soc_target_mwh) = (EndRule::Exactly, s.soc_initial_mwh * m.rng.between(0.9, 1.05)),
            _ => {}
        }
        if m.rng.chance(0.3) {
            let first = m.rng.between(0.0, 60.0);
            s.end_value = steps(m, 0.8 * energy, first, -1.0);
        }
        if m.rng.chance(0.4) {
            s.discharge_cost_per_mwh = m.profile(2.0, 0.5, 2.0);
            s.charge_cost_per_mwh = m.rng.between(-1.0, 1.0).into();
        }
        if m.rng.chance(0.3) {
            s.cycles_max_per_day = Some(m.rng.between(0.5, 6.0));
        }
        m.net.storage_units.push(s);
    }
    for k in 0..if m.rng.chance(0.35) { 1 } else { 0 } {
        let energy = m.rng.between(5.0, 80.0);
        let mut s = Store { name: format!("e{k}"), bus: Id::new(m.net.buses.len() - 1), in_service: m.on(), ..Store::default() };
        s.energy_max_mwh = Some(m.profile(energy, 0.8, 1.0));
        if m.rng.chance(0.2) {
            s.energy_min_mwh = Some((-0.2 * energy).into());
        }
        s.energy_initial_mwh = 0.5 * energy;
        s.standing_loss_per_h = m.rng.pick(&[0.0, 0.01]).into();
        match m.rng.below(4) {
            0 => s.end_rule = EndRule::Cyclic,
            1 => (s.end_rule, s.energy_target_mwh) = (EndRule::AtLeast, 0.4 * energy),
            2 => (s.end_rule, s.energy_target_mwh) = (EndRule::Exactly, 0.5 * energy),
            _ => {}
        }
        if m.rng.chance(0.4) {
            s.cost_linear_per_mwh = m.profile(5.0, -1.0, 2.0);
        }
        m.net.stores.push(s);
    }
}

pub(super) fn links(m: &mut Maker) {
    let n = m.net.buses.len();
    for k in 0..if n < 2 { 0 } else { m.rng.below(3) } {
        let from = m.rng.below(n);
        let to = (from + m.rng.whole(1, n - 1)) % n;
        let mut l = Link { name: format!("k{k}"), bus_from: Id::new(from), bus_to: Id::new(to), in_service: m.on(), ..Link::default() };
        let e = m.rng.between(0.6, 1.0);
        l.efficiency = m.profile(e, 0.9, 1.0);
        let size = m.rng.between(5.0, 60.0);
        match m.rng.below(4) {
            0 => {
                (l.p_min_mw, l.p_max_mw) = (Some((-size).into()), Some(m.profile(size, 0.5, 1.0)));
                l.efficiency = 1.0.into();
            }
            1 => {} // without limit, one way
            _ => l.p_max_mw = Some(m.profile(size, 0.5, 1.0)),
        }
        if m.rng.chance(0.2) {
            l.loss_constant_mw = m.rng.between(0.0, 0.5);
        }
        if m.rng.chance(0.4) {
            l.cost_linear_per_mwh = m.profile(2.0, 0.5, 2.0);
        }
        if m.quadratic && m.rng.chance(0.3) {
            l.cost_quadratic_per_mw2h = m.rng.between(0.0, 0.05).into();
        }
        let link = m.net.links.push(l);
        if m.rng.chance(0.3) {
            let e = if m.rng.chance(0.7) { m.rng.between(0.0, 0.3) } else { -m.rng.between(0.0, 0.2) };
            let end = LinkEnd { name: format!("k{k}_end"), link, bus: m.any_bus(), efficiency: m.profile(e, 0.8, 1.0) };
            m.net.link_ends.push(end);
        }
    }
}
