//! Lists of what some elements have and others do not: pieces of cost curves, holders of reserve.

use super::generation;
use super::model::{CostCurve, CostStep, Holder};
use fenggu_net::*;

/// Steps and curves of generators' costs.
pub(super) fn cost_curves(net: &Network, committed: &dyn Fn(&Generator) -> bool) -> (Vec<CostStep>, Vec<CostCurve>) {
    let (mut list, mut curves) = (Vec::new(), Vec::new());
    for (generator, g) in net.generators.iter() {
        if !g.in_service || !net.buses[g.bus].in_service() {
            continue;
        }
        if !g.offer.is_empty() {
            let first = list.len();
            for (k, step) in g.offer.iter().enumerate() {
                // Below zero (a dispatchable load with an offer) the first price goes on.
                let low = if k == 0 { f64::NEG_INFINITY } else { 0.0 };
                let low = if (0..net.steps()).any(|t| g.lower_mw(t) < 0.0) { low } else { 0.0 };
                list.push(CostStep { generator, limits_mw: [low, step[0]], price_per_mwh: step[1] });
            }
            curves.push(CostCurve { generator, base_mw: 0.0, base_cost_per_h: 0.0, steps: first..list.len() });
        }
        if g.cost_points.len() == 1 {
            // One point is a constant cost.
            curves.push(CostCurve { generator, base_mw: 0.0, base_cost_per_h: g.cost_points[0][1], steps: 0..0 });
        } else if let [start, ..] = g.cost_points[..] {
            let switched = committed(g);
            // A unit that may be off has no piece without an end: its ends go as far as its limits do.
            let points = if switched { generation::reaching(g, net.steps()) } else { g.cost_points.clone() };
            let start = if switched { points[0] } else { start };
            let (first, pieces) = (list.len(), points.len() - 1);
            for (k, w) in points.windows(2).enumerate() {
                // The first and last piece go on beyond the curve's ends, as MATPOWER has it.
                let low = if k == 0 && !switched { f64::NEG_INFINITY } else { 0.0 };
                let high = if k + 1 == pieces && !switched { f64::INFINITY } else { w[1][0] - w[0][0] };
                list.push(CostStep { generator, limits_mw: [low, high], price_per_mwh: (w[1][1] - w[0][1]) / (w[1][0] - w[0][0]) });
            }
            curves.push(CostCurve { generator, base_mw: start[0], base_cost_per_h: start[1], steps: first..list.len() });
        }
    }
    (list, curves)
}

/// Generators and storage units with offers to reserves, by direction.
pub(super) fn holders(net: &Network) -> (Vec<Holder>, Vec<Holder>) {
    let (mut generators, mut units) = (Vec::<Holder>::new(), Vec::<Holder>::new());
    let mut known = std::collections::HashMap::new();
    for (id, o) in net.reserve_offers.iter() {
        let up = net.reserves[o.reserve].direction == ReserveDirection::Up;
        let (list, unit, is_storage) = match (o.generator, o.storage_unit) {
            (Some(g), _) => (&mut generators, g.index(), false),
            (None, Some(s)) => (&mut units, s.index(), true),
            (None, None) => continue,
        };
        let at = *known.entry((is_storage, unit, up)).or_insert_with(|| {
            list.push(Holder { unit, offers: Vec::new(), up });
            list.len() - 1
        });
        list[at].offers.push(id);
    }
    (generators, units)
}
