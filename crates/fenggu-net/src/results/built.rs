//! The network that a run with chosen capacities ends with.

use super::{Quantity as Q, Results};
use crate::Network;

/// One chosen capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// Which quantity, and so which table and unit.
    pub quantity: Q,
    /// Row in the table.
    pub row: usize,
    /// Capacity chosen, in the quantity's unit.
    pub chosen: f64,
    /// Its range.
    pub range: [f64; 2],
    /// What a unit of it costs over the horizon.
    pub cost_per_unit: f64,
}

impl Results {
    /// Every capacity that was a decision and has an answer, table by table.
    pub fn built(&self, net: &Network) -> Vec<Built> {
        let mut list = Vec::new();
        let mut add = |quantity: Q, row: usize, decided: bool, range: [f64; 2], cost_per_unit: f64| {
            let chosen = self.column(quantity).and_then(|c| c.get(row)).copied().unwrap_or(f64::NAN);
            if decided && chosen.is_finite() {
                list.push(Built { quantity, row, chosen, range, cost_per_unit });
            }
        };
        for (i, g) in net.generators.iter() {
            add(Q::GeneratorPNomOpt, i.index(), g.p_nom_extendable, [g.p_nom_min_mw, g.p_nom_max_mw], g.capital_cost_per_mw);
        }
        for (i, s) in net.storage_units.iter() {
            add(Q::StoragePNomOpt, i.index(), s.p_nom_extendable, [s.p_nom_min_mw, s.p_nom_max_mw], s.capital_cost_per_mw);
        }
        for (i, s) in net.stores.iter() {
            add(Q::StoreENomOpt, i.index(), s.e_nom_extendable, [s.e_nom_min_mwh, s.e_nom_max_mwh], s.capital_cost_per_mwh);
        }
        for (i, l) in net.links.iter() {
            add(Q::LinkPNomOpt, i.index(), l.p_nom_extendable, [l.p_nom_min_mw, l.p_nom_max_mw], l.capital_cost_per_mw);
        }
        for (i, b) in net.branches.iter() {
            add(Q::BranchSNomOpt, i.index(), b.s_nom_extendable, [b.s_nom_min_mva, b.s_nom_max_mva], b.capital_cost_per_mva);
        }
        list
    }

    /// The network with every chosen capacity given; none when no capacity was a decision. A dispatch of it needs no
    /// further choice, and its limits are those that the run kept to.
    pub fn as_built(&self, net: &Network) -> Option<Network> {
        let list = self.built(net);
        if list.is_empty() {
            return None;
        }
        let mut out = net.clone();
        for b in list {
            match b.quantity {
                Q::GeneratorPNomOpt => {
                    let g = &mut out.generators.rows_mut()[b.row];
                    (g.p_nom_mw, g.p_nom_extendable) = (Some(b.chosen), false);
                }
                Q::StoragePNomOpt => {
                    let s = &mut out.storage_units.rows_mut()[b.row];
                    (s.p_nom_mw, s.p_nom_extendable) = (Some(b.chosen), false);
                }
                Q::StoreENomOpt => {
                    let s = &mut out.stores.rows_mut()[b.row];
                    (s.e_nom_mwh, s.e_nom_extendable) = (Some(b.chosen), false);
                }
                Q::LinkPNomOpt => {
                    let l = &mut out.links.rows_mut()[b.row];
                    (l.p_nom_mw, l.p_nom_extendable) = (Some(b.chosen), false);
                }
                _ => {
                    let l = &mut out.branches.rows_mut()[b.row];
                    (l.rating_a_mva, l.s_nom_extendable) = (b.chosen, false);
                }
            }
        }
        Some(out)
    }
}
