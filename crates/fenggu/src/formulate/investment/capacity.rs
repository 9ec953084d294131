#![doc = include_str!("capacity.md")]

use crate::formulate::frame::{BoundSink, Bounds};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of every capacity that is a decision.
pub struct Capacity;

impl Bounds for Capacity {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let (v, c, net) = (&m.plan.vars, &m.plan.capacities, m.net);
        for (k, p) in c.generators.rows.iter().enumerate() {
            let g = &net.generators.rows()[p.0];
            out.set(v.generator_nom.at(Id::new(k), 0), g.p_nom_min_mw, g.p_nom_max_mw);
        }
        for (k, p) in c.storage_units.rows.iter().enumerate() {
            let s = &net.storage_units.rows()[p.0];
            out.set(v.storage_nom.at(Id::new(k), 0), s.p_nom_min_mw, s.p_nom_max_mw);
        }
        for (k, p) in c.stores.rows.iter().enumerate() {
            let s = &net.stores.rows()[p.0];
            out.set(v.store_nom.at(Id::new(k), 0), s.e_nom_min_mwh, s.e_nom_max_mwh);
        }
        for (k, p) in c.links.rows.iter().enumerate() {
            let l = &net.links.rows()[p.0];
            out.set(v.link_nom.at(Id::new(k), 0), l.p_nom_min_mw, l.p_nom_max_mw);
        }
        for (k, p) in c.branches.rows.iter().enumerate() {
            let b = &net.branches.rows()[p.0];
            out.set(v.branch_nom.at(Id::new(k), 0), b.s_nom_min_mva, b.s_nom_max_mva);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;

    #[test]
    fn bounds_match_the_card() {
        assert_eq!(print_bounds(&Capacity, &candidates()), card(include_str!("capacity.md"), "bounds"));
    }
}
