//! Dispatch, loads, flows, links.

use super::*;

pub(super) fn dispatch() -> Vec<Way> {
    use ReserveDirection::{Down, Up};
    vec![
        way!("a plant's output in one step changed", "balance/nodal", GeneratorP where |c, i, t| c.unit_live(i) => |m, r| {
            let by = nudge(r, m.get(Q::GeneratorP, i, t)) * r.sign();
            m.add(Q::GeneratorP, i, t, by)
        }),
        way!("a plant's whole day moved by one step", "balance/nodal", GeneratorP where |c, i, t| {
            c.unit_live(i) && c.steps() > 1 && (0..c.steps()).any(|t| (c.get(Q::GeneratorP, i, t) - c.get(Q::GeneratorP, i, (t + 1) % c.steps())).abs() > 0.01)
        } => |m, _r| {
            let day: Vec<f64> = (0..m.steps()).map(|t| m.get(Q::GeneratorP, i, t)).collect();
            (0..day.len()).for_each(|t| m.put(Q::GeneratorP, i, t, day[(t + 1) % day.len()]))
        }),
        way!("a plant above its highest output", "generation/limits", GeneratorP where |c, i, t| c.unit_live(i) && c.unit_limits(i, t).1.is_finite() => |m, r| {
            let top = m.unit_limits(i, t).1;
            let by = nudge(r, top);
            m.put(Q::GeneratorP, i, t, top + by)
        }),
        way!("a plant below its lowest output", "generation/limits", GeneratorP where |c, i, t| c.unit_live(i) => |m, r| {
            let low = m.unit_limits(i, t).0;
            let by = nudge(r, low);
            m.put(Q::GeneratorP, i, t, low - by)
        }),
        way!("a plant out of service runs", "generation/out_of_service", GeneratorP where |c, i, t| !c.unit_live(i) => |m, r| {
            let by = nudge(r, 10.0);
            m.put(Q::GeneratorP, i, t, by)
        }),
        way!("output beyond the end of a stepped offer", "generation/offer_range", GeneratorP where |c, i, t| c.unit_live(i) && !c.unit(i).offer.is_empty() => |m, r| {
            let end: f64 = m.unit(i).offer.iter().map(|s| s[0]).sum();
            let by = nudge(r, end);
            m.put(Q::GeneratorP, i, t, end + by)
        }),
        way!("a rise faster than the ramp allows", "generation/ramp", GeneratorP where |c, i, t| c.unit_live(i) && t > 0 && c.unit(i).ramp_up_mw.is_some() => |m, r| {
            let g = m.unit(i);
            let h = if g.ramp_unit == RampUnit::PerHour { m.net.time.duration_h[t] } else { 1.0 };
            let most = m.get(Q::GeneratorP, i, t - 1) + g.ramp_up_mw.unwrap() * h;
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("a fall faster than the ramp allows, from the state before the horizon", "generation/ramp", GeneratorP where |c, i, t| {
            c.unit_live(i) && t == 0 && c.unit(i).ramp_down_mw.is_some() && c.unit(i).initial_status_h.is_some() && c.unit(i).p_initial_mw.is_some()
        } => |m, r| {
            let g = m.unit(i);
            let h = if g.ramp_unit == RampUnit::PerHour { m.net.time.duration_h[t] } else { 1.0 };
            let least = g.p_initial_mw.unwrap() - g.ramp_down_mw.unwrap() * h;
            let by = nudge(r, least);
            m.put(Q::GeneratorP, i, t, least - by)
        }),
        way!("output plus upward reserve above the highest output", "generation/reserve_headroom", GeneratorP where |c, i, t| c.unit_live(i) && c.held(&c.offers_of(i, false, Up), t) > 0.1 => |m, r| {
            let most = m.unit_limits(i, t).1 - m.held(&m.offers_of(i, false, Up), t);
            let by = nudge(r, most);
            m.put(Q::GeneratorP, i, t, most + by)
        }),
        way!("output less downward reserve below the lowest output", "generation/reserve_footroom", GeneratorP where |c, i, t| c.unit_live(i) && c.held(&c.offers_of(i, false, Down), t) > 0.1 => |m, r| {
            let least = m.unit_limits(i, t).0 + m.held(&m.offers_of(i, false, Down), t);
            let by = nudge(r, least);
            m.put(Q::GeneratorP, i, t, least - by)
        }),
        way!("a load shed that must be served", "load/shed_range", LoadShed where |c, i, t| c.net.loads.rows()[i].shed_cost_per_mwh.is_none() => |m, r| {
            let by = nudge(r, 1.0);
            m.add(Q::LoadShed, i, t, by);
            m.add(Q::LoadP, i, t, -by)
        }),
        way!("more shed than is demanded", "load/shed_range", LoadShed where |c, i, t| c.net.loads.rows()[i].shed_cost_per_mwh.is_some() => |m, r| {
            let d = m.net.loads.rows()[i].p_mw.at(t).max(0.0);
            let by = nudge(r, d);
            m.put(Q::LoadShed, i, t, d + by)
        }),
        way!("a load shed by less than nothing", "load/shed_range", LoadShed where |c, i, t| true => |m, r| {
            let by = nudge(r, 1.0);
            m.put(Q::LoadShed, i, t, -by)
        }),
        way!("elastic demand beyond its bid", "load/elastic_range", LoadElastic where |c, i, t| true => |m, r| {
            let most: f64 = m.net.loads.rows()[i].bid.iter().map(|s| s[0]).sum();
            let by = nudge(r, most);
            m.put(Q::LoadElastic, i, t, most + by)
        }),
        way!("served power misreported", "load/served", LoadP where |c, i, t| true => |m, r| {
            let by = nudge(r, m.get(Q::LoadP, i, t)) * r.sign();
            m.add(Q::LoadP, i, t, by)
        }),
        way!("curtailment misreported", "generation/curtailed", GeneratorCurtailed where |c, i, t| c.unit(i).carrier.is_some_and(|k| c.net.carriers[k].renewable) => |m, r| {
            let by = nudge(r, 50.0);
            m.add(Q::GeneratorCurtailed, i, t, by)
        }),
        way!("a flow changed", "flow/kvl", BranchFlow where |c, i, t| c.carries(i) => |m, r| {
            let by = nudge(r, m.get(Q::BranchFlow, i, t)) * r.sign();
            m.add(Q::BranchFlow, i, t, by)
        }),
        way!("a branch's flow told with the wrong sign", "flow/kvl", BranchFlow where |c, i, t| c.carries(i) && c.get(Q::BranchFlow, i, t).abs() > 0.01 => |m, _r| {
            m.edit(Q::BranchFlow, i, t, |f| -f)
        }),
        way!("an angle changed", "flow/kvl", BusAngle where |c, i, t| c.joined(i) => |m, r| {
            let by = nudge(r, m.get(Q::BusAngle, i, t)) * r.sign();
            m.add(Q::BusAngle, i, t, by)
        }),
        way!("a flow above its rating", "flow/thermal_limit", BranchFlow where |c, i, t| c.wire(i).violation_cost_per_mwh.is_none() && c.carries(i) && c.wire_most(i, t) < f64::INFINITY => |m, r| {
            let most = m.wire_most(i, t);
            let to = (most + nudge(r, most)) * r.sign();
            m.put(Q::BranchFlow, i, t, to)
        }),
        way!("angles further apart than allowed", "flow/angle_limit", BranchFlow where |c, i, t| c.wire_live(i) && c.wire(i).angle_max_deg < 360.0 => |m, r| {
            let (from, to, most) = (m.wire(i).bus_from.index(), m.wire(i).bus_to.index(), m.wire(i).angle_max_deg);
            let by = most + nudge(r, most);
            let other = m.get(Q::BusAngle, to, t);
            m.put(Q::BusAngle, from, t, other + by)
        }),
        way!("a phase shift outside its range", "flow/shift_range", BranchShift where |c, i, t| c.wire_live(i) && c.wire(i).phase_shift_max_deg.is_some() => |m, r| {
            let most = m.wire(i).phase_shift_max_deg.unwrap();
            let by = nudge(r, most);
            m.put(Q::BranchShift, i, t, most + by)
        }),
        way!("a branch out of service carries power", "flow/out_of_service", BranchFlow where |c, i, t| !c.wire_live(i) => |m, r| {
            let by = nudge(r, 10.0);
            m.put(Q::BranchFlow, i, t, by)
        }),
        way!("a link above its limit", "link/limits", LinkP where |c, i, t| c.net.links.rows()[i].in_service && c.link_most(i, t).is_finite() => |m, r| {
            let most = m.link_most(i, t);
            let by = nudge(r, most);
            m.put(Q::LinkP, i, t, most + by)
        }),
        way!("a link's losses forgotten", "link/delivered", LinkDelivered where |c, i, t| (c.get(Q::LinkDelivered, i, t) - c.get(Q::LinkP, i, t)).abs() > 0.01 => |m, _r| {
            let p = m.get(Q::LinkP, i, t);
            m.put(Q::LinkDelivered, i, t, p)
        }),
        way!("a link out of service carries power", "link/out_of_service", LinkP where |c, i, t| !c.net.links.rows()[i].in_service => |m, r| {
            let by = nudge(r, 10.0);
            m.put(Q::LinkP, i, t, by)
        }),
    ]
}
