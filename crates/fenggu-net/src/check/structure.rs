//! Checks of how components hang together: impedances, islands, carriers, side constraints.
use super::{number, Findings};
use crate::diagnostic as code;
use crate::per_unit::is_ideal;
use crate::results::Quantity;
use crate::topology::islands;
use crate::{Current, Diagnostic, FlowConvention, Network, TableId};

pub(super) fn run(found: &mut Findings) {
    let net = found.net;
    for (id, b) in net.branches.iter() {
        if !net.branch_in_service(b) {
            continue;
        }
        if b.bus_from == b.bus_to {
            let name = &net.buses[b.bus_from].name;
            found.add(Diagnostic::new(&code::SELF_LOOP).with("value", name), TableId::Branches, id.index(), "bus_to");
        }
        if net.buses[b.bus_from].carrier.is_some() || net.buses[b.bus_to].carrier.is_some() {
            found.add(Diagnostic::new(&code::CARRIER_MISMATCH), TableId::Branches, id.index(), "bus_to");
        }
        let series = if b.current == Current::Dc { b.r_pu } else { b.x_pu };
        if is_ideal(net.flow_convention, b) {
            found.add(Diagnostic::new(&code::IDEAL_BRANCH), TableId::Branches, id.index(), "x_pu");
        } else if series == 0.0 && net.flow_convention != FlowConvention::PowerModels {
            let d = Diagnostic::new(&code::ZERO_REACTANCE).with("value", net.flow_convention.word());
            found.add(d, TableId::Branches, id.index(), "x_pu");
        }
    }
    dead_islands(found);
    side_terms(found);
}

/// Islands with firm load that nothing can supply.
fn dead_islands(found: &mut Findings) {
    let net = found.net;
    let isl = islands(net, |_| true);
    let mut supply = vec![false; isl.count];
    let mut load = vec![0.0f64; isl.count];
    let mut buses = vec![0usize; isl.count];
    let mut first = vec![usize::MAX; isl.count];
    let of = |bus: crate::BusId| isl.of_bus[bus.index()];
    for (id, _) in net.buses.iter() {
        if let Some(i) = inside(of(id)) {
            buses[i] += 1;
            first[i] = first[i].min(id.index());
        }
    }
    let mut supplied = |bus: crate::BusId, yes: bool| {
        if let (Some(i), true) = (inside(of(bus)), yes) {
            supply[i] = true;
        }
    };
    net.generators.iter().for_each(|(_, g)| supplied(g.bus, g.in_service && (0..net.steps()).any(|t| g.upper_mw(t) > 0.0)));
    net.storage_units.iter().for_each(|(_, s)| supplied(s.bus, s.in_service));
    net.stores.iter().for_each(|(_, s)| supplied(s.bus, s.in_service));
    net.links.iter().for_each(|(_, l)| {
        supplied(l.bus_from, l.in_service);
        supplied(l.bus_to, l.in_service);
    });
    net.link_ends.iter().for_each(|(_, e)| supplied(e.bus, true));
    for (_, l) in net.loads.iter() {
        if let (Some(i), true, None) = (inside(of(l.bus)), l.in_service, l.shed_cost_per_mwh) {
            load[i] += l.p_mw.max();
        }
    }
    for i in 0..isl.count {
        if !supply[i] && load[i] > 0.0 {
            let d = Diagnostic::new(&code::DEAD_ISLAND).with("count", buses[i]).with("value", number(load[i]));
            found.add(d, TableId::Buses, first[i], "");
        }
    }
}

fn inside(island: u32) -> Option<usize> {
    (island != u32::MAX).then_some(island as usize)
}

/// The quantities that a side constraint may name.
pub const SIDE_QUANTITIES: &[Quantity] = &[
    Quantity::GeneratorP,
    Quantity::BranchFlow,
    Quantity::LinkP,
    Quantity::LoadShed,
    Quantity::LoadElastic,
    Quantity::StorageCharge,
    Quantity::StorageDischarge,
    Quantity::StorageSoc,
    Quantity::StorageSpill,
    Quantity::StoreP,
    Quantity::StoreEnergy,
    Quantity::ReserveOfferP,
    Quantity::GeneratorPNomOpt,
    Quantity::StoragePNomOpt,
    Quantity::StoreENomOpt,
    Quantity::LinkPNomOpt,
    Quantity::BranchSNomOpt,
];

/// Quantity and row that a side term names, when it exists.
pub fn side_target(net: &Network, term: &crate::SideTerm) -> Option<(Quantity, usize)> {
    let table = TableId::from_word(&term.table)?;
    let q = Quantity::find(table, &term.field).filter(|q| SIDE_QUANTITIES.contains(q))?;
    let row = net.table(table).row_of(&term.component)?;
    // A capacity that is given is no quantity of the run.
    let decided = match q {
        Quantity::GeneratorPNomOpt => net.generators.rows()[row].p_nom_extendable,
        Quantity::StoragePNomOpt => net.storage_units.rows()[row].p_nom_extendable,
        Quantity::StoreENomOpt => net.stores.rows()[row].e_nom_extendable,
        Quantity::LinkPNomOpt => net.links.rows()[row].p_nom_extendable,
        Quantity::BranchSNomOpt => net.branches.rows()[row].s_nom_extendable,
        _ => true,
    };
    (decided && term.step < net.steps() as i64).then_some((q, row))
}

fn side_terms(found: &mut Findings) {
    for (id, term) in found.net.side_terms.iter() {
        if side_target(found.net, term).is_none() {
            let known: Vec<String> = SIDE_QUANTITIES.iter().map(|q| format!("{}.{}", q.spec().table.word(), q.spec().field)).collect();
            let (what, whose, step) = (format!("{}.{}", term.table, term.field), &term.component, term.step);
            let d = Diagnostic::new(&code::UNKNOWN_TERM)
                .with_both("value", format!("{what} of \"{whose}\", step {step}"), format!("“{whose}”的 {what}（第 {step} 时段）"))
                .with("known", known.join(", "));
            found.add(d, TableId::SideTerms, id.index(), "component");
        }
    }
}
