//! What is suspicious, though a model can be made of it: odd days, gaps in time, references, signs, free capacity,
//! storage that cannot do what is asked of it, and defaults that will matter.
use super::{number, Findings};
use crate::diagnostic as code;
use crate::topology::islands;
use crate::{BranchKind, BusKind, Diagnostic, EndRule, FlowConvention, Profile, Severity, StorageUnit, TableId};
use std::collections::BTreeMap;

pub(super) fn run(found: &mut Findings) {
    days(found);
    references(found);
    branches(found);
    not_yet(found);
    parting(found);
    out_of_service(found);
    signs(found);
    storage(found);
    capacities(found);
    defaults(found);
}

/// Days of the user's clock with 23 or 25 hours, and steps that do not follow one another.
fn days(found: &mut Findings) {
    let axis = &found.net.time;
    if axis.start_utc_s.len() != axis.steps() {
        return;
    }
    let step_s = |t: usize| (axis.duration_h[t] * 3600.0).round() as i64;
    let gaps: Vec<usize> = (1..axis.steps()).filter(|&t| axis.start_utc_s[t] != axis.start_utc_s[t - 1] + step_s(t - 1)).collect();
    if let Some(&t) = gaps.first() {
        let between = (axis.start_utc_s[t] - axis.start_utc_s[t - 1] - step_s(t - 1)) as f64 / 3600.0;
        let d = Diagnostic::new(&code::TIME_GAP).with("count", gaps.len()).with("step", t + 1).with("value", number(between));
        found.list.push(d);
    }
    let mut hours: BTreeMap<String, f64> = BTreeMap::new();
    for t in 0..axis.steps() {
        *hours.entry(axis.date_label(t)).or_default() += axis.duration_h[t];
    }
    // The first and last day may be cut short by the study itself.
    let odd = hours.iter().filter(|(_, h)| (**h - 23.0).abs() < 1e-9 || (**h - 25.0).abs() < 1e-9);
    for (date, h) in odd {
        let changes = axis.zone_changes_on(date);
        if changes {
            let d = Diagnostic::new(&code::ODD_DAY).with("date", date).with("value", number(*h)).with("zone", &axis.zone);
            found.list.push(d);
        }
    }
}

/// Islands without a reference, and with several. Files that know no reference are left alone.
fn references(found: &mut Findings) {
    let net = found.net;
    if !net.buses.iter().any(|(_, b)| b.kind == BusKind::Reference) {
        return;
    }
    let isl = islands(net, |_| true);
    let mut first = vec![usize::MAX; isl.count];
    let mut size = vec![0usize; isl.count];
    let mut references = vec![0usize; isl.count];
    for (id, b) in net.buses.iter() {
        let island = isl.of_bus[id.index()];
        if island != u32::MAX {
            let i = island as usize;
            first[i] = first[i].min(id.index());
            size[i] += 1;
            references[i] += usize::from(b.kind == BusKind::Reference);
        }
    }
    for i in 0..isl.count {
        if size[i] > 1 && references[i] == 0 {
            found.add(Diagnostic::new(&code::NO_REFERENCE).with("count", size[i]), TableId::Buses, first[i], "kind");
        } else if references[i] > 1 {
            found.add(Diagnostic::new(&code::REFERENCES).with("count", references[i]), TableId::Buses, first[i], "kind");
        }
    }
}

fn branches(found: &mut Findings) {
    let net = found.net;
    for (id, b) in net.branches.iter().filter(|(_, b)| net.branch_in_service(b)) {
        for (field, v) in [("r_pu", b.r_pu), ("x_pu", b.x_pu)] {
            if v < 0.0 {
                found.add(Diagnostic::new(&code::NEGATIVE_IMPEDANCE).with("value", number(v)), TableId::Branches, id.index(), field);
            }
        }
        if b.x_pu == 0.0 && b.r_pu == 0.0 && net.flow_convention == FlowConvention::PowerModels {
            let d = Diagnostic::new(&code::ZERO_REACTANCE).severity(Severity::Warning).with("value", net.flow_convention.word());
            found.add(d, TableId::Branches, id.index(), "x_pu");
        }
        let (from, to) = (net.buses[b.bus_from].v_nom_kv, net.buses[b.bus_to].v_nom_kv);
        // Elsewhere a transformer at its nominal tap looks like a line.
        let told = net.flow_convention == FlowConvention::Pypsa && b.kind == BranchKind::Line;
        if told && from > 0.0 && to > 0.0 && from.max(to) > 1.2 * from.min(to) {
            let d = Diagnostic::new(&code::VOLTAGE_STEP).with("from", number(from)).with("to", number(to));
            found.add(d, TableId::Branches, id.index(), "bus_to");
        }
        if b.rating_a_mva == 0.0 && !b.s_nom_extendable {
            found.add(Diagnostic::new(&code::ZERO_RATING), TableId::Branches, id.index(), "rating_a_mva");
        }
    }
}

/// Data that readers bring and no model uses yet: told once a field, so that nobody relies on it.
fn not_yet(found: &mut Findings) {
    let net = found.net;
    // How many of a table, and the first.
    let of = |n: usize, asks: &dyn Fn(usize) -> bool| ((0..n).filter(|&i| asks(i)).count(), (0..n).find(|&i| asks(i)));
    let least = |pick: fn(&StorageUnit) -> &Profile| {
        let units = net.storage_units.rows();
        of(units.len(), &|i| units[i].in_service && pick(&units[i]).max() > 0.0)
    };
    let told = [
        (
            &code::COMMIT_ONLY,
            TableId::StorageUnits,
            "discharge_min_mw",
            least(|s| &s.discharge_min_mw),
            ["any discharge is allowed", "允许任意小的放电功率"],
        ),
        (
            &code::COMMIT_ONLY,
            TableId::StorageUnits,
            "charge_min_mw",
            least(|s| &s.charge_min_mw),
            ["any charge is allowed", "允许任意小的充电功率"],
        ),
        (
            &code::COMMIT_ONLY,
            TableId::StorageUnits,
            "one_way",
            least(|s| &s.one_way),
            ["charge and discharge at once are allowed", "允许同时充放电"],
        ),
        (
            &code::NOT_YET,
            TableId::Contingencies,
            "generator",
            of(net.contingencies.len(), &|i| net.contingencies.rows()[i].in_service && net.contingencies.rows()[i].generator.is_some()),
            ["no limit after the loss of a unit is kept", "不计机组故障后的限额"],
        ),
    ];
    for (code, table, field, (count, first), [en, zh]) in told {
        if let Some(first) = first {
            let d = Diagnostic::new(code).with("count", count).with_both("value", en, zh);
            found.add(d, table, first, field);
        }
    }
}

/// Outages after which an island is parted.
fn parting(found: &mut Findings) {
    let net = found.net;
    if net.contingencies.is_empty() {
        return;
    }
    let carries = |b: &crate::Branch| crate::per_unit::dc_susceptance(net.flow_convention, b) != 0.0;
    let parts = crate::topology::bridges(net, |_, b| carries(b));
    let known = |b: &crate::BranchId| b.index() < parts.len();
    let lost = net.contingencies.rows().iter().map(|c| c.in_service && c.branch.filter(known).is_some_and(|b| parts[b.index()]));
    let rows: Vec<usize> = lost.enumerate().filter(|(_, p)| *p).map(|(i, _)| i).collect();
    if let Some(&first) = rows.first() {
        found.add(Diagnostic::new(&code::PARTING).with("count", rows.len()), TableId::Contingencies, first, "branch");
    }
}

/// Components in service at a bus that is not.
fn out_of_service(found: &mut Findings) {
    let net = found.net;
    let dead = |bus: crate::BusId| !net.buses[bus].in_service();
    let mut rows: Vec<(TableId, usize)> = Vec::new();
    rows.extend(
        net.loads.iter().filter(|(_, l)| l.in_service && dead(l.bus) && l.p_mw.max() != 0.0).map(|(i, _)| (TableId::Loads, i.index())),
    );
    rows.extend(net.generators.iter().filter(|(_, g)| g.in_service && dead(g.bus)).map(|(i, _)| (TableId::Generators, i.index())));
    rows.extend(net.storage_units.iter().filter(|(_, s)| s.in_service && dead(s.bus)).map(|(i, _)| (TableId::StorageUnits, i.index())));
    for (table, row) in rows {
        found.add(Diagnostic::new(&code::AT_DEAD_BUS), table, row, "bus");
    }
}

fn signs(found: &mut Findings) {
    let net = found.net;
    for (id, l) in net.loads.iter().filter(|(_, l)| l.in_service) {
        if l.p_mw.min() < 0.0 {
            found.add(Diagnostic::new(&code::SIGN).with("value", number(l.p_mw.min())), TableId::Loads, id.index(), "p_mw");
        }
    }
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service) {
        if g.sign.abs() != 1.0 {
            let d = Diagnostic::new(&code::SIGN).severity(Severity::Warning).with("value", number(g.sign));
            found.add(d, TableId::Generators, id.index(), "sign");
        }
        if g.cost_linear_per_mwh.min() < 0.0 {
            found.add(
                Diagnostic::new(&code::SIGN).with("value", number(g.cost_linear_per_mwh.min())),
                TableId::Generators,
                id.index(),
                "cost_linear_per_mwh",
            );
        }
    }
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service) {
        if s.p_min_pu.min() > 0.0 {
            let d = Diagnostic::new(&code::SIGN).severity(Severity::Warning).with("value", number(s.p_min_pu.min()));
            found.add(d, TableId::StorageUnits, id.index(), "p_min_pu");
        }
    }
}

/// An end that cannot be reached with the charge and inflow there is.
fn storage(found: &mut Findings) {
    let net = found.net;
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && !s.p_nom_extendable) {
        if !matches!(s.end_rule, EndRule::AtLeast | EndRule::Exactly) {
            continue;
        }
        let gained: f64 = (0..net.steps())
            .map(|t| net.time.storage_h(t) * (s.charge_upper_mw(t).max(0.0) * s.efficiency_charge.at(t) + s.inflow_mw.at(t)))
            .sum();
        let reach = s.soc_initial_mwh + gained;
        if s.soc_target_mwh > reach * (1.0 + 1e-9) + 1e-9 {
            let d = Diagnostic::new(&code::STORAGE_REACH).with("value", number(s.soc_target_mwh)).with("high", number(reach));
            found.add(d, TableId::StorageUnits, id.index(), "soc_target_mwh");
        }
    }
}

/// Capital cost that counts for nothing, and capacity that costs nothing.
fn capacities(found: &mut Findings) {
    let net = found.net;
    let mut idle: Vec<(TableId, usize, &'static str, f64)> = Vec::new();
    let mut free: Vec<(TableId, usize, &'static str)> = Vec::new();
    let mut one = |table, row, extendable: bool, cost: f64, field, most: f64, running: f64| {
        if !extendable && cost != 0.0 {
            idle.push((table, row, field, cost));
        } else if extendable && cost == 0.0 && running <= 0.0 && most > 0.0 {
            free.push((table, row, field));
        }
    };
    for (i, g) in net.generators.iter().filter(|(_, g)| g.in_service) {
        one(
            TableId::Generators,
            i.index(),
            g.p_nom_extendable,
            g.capital_cost_per_mw,
            "capital_cost_per_mw",
            g.p_nom_max_mw,
            g.cost_linear_per_mwh.max(),
        );
    }
    for (i, s) in net.storage_units.iter().filter(|(_, s)| s.in_service) {
        one(TableId::StorageUnits, i.index(), s.p_nom_extendable, s.capital_cost_per_mw, "capital_cost_per_mw", s.p_nom_max_mw, 0.0);
    }
    for (i, s) in net.stores.iter().filter(|(_, s)| s.in_service) {
        one(TableId::Stores, i.index(), s.e_nom_extendable, s.capital_cost_per_mwh, "capital_cost_per_mwh", s.e_nom_max_mwh, 0.0);
    }
    for (i, l) in net.links.iter().filter(|(_, l)| l.in_service) {
        one(TableId::Links, i.index(), l.p_nom_extendable, l.capital_cost_per_mw, "capital_cost_per_mw", l.p_nom_max_mw, 0.0);
    }
    for (i, b) in net.branches.iter().filter(|(_, b)| b.in_service) {
        one(TableId::Branches, i.index(), b.s_nom_extendable, b.capital_cost_per_mva, "capital_cost_per_mva", b.s_nom_max_mva, 0.0);
    }
    for (table, row, field, cost) in idle {
        found.add(Diagnostic::new(&code::IDLE_COST).with("value", number(cost)), table, row, field);
    }
    for (table, row, field) in free {
        found.add(Diagnostic::new(&code::FREE_CAPACITY), table, row, field);
    }
}

/// Fields left at a default that decides results, one finding for each with how many rows.
fn defaults(found: &mut Findings) {
    let net = found.net;
    let mut say = |table: TableId, field: &'static str, rows: usize, total: usize, value: &str| {
        if rows > 0 {
            let d = Diagnostic::new(&code::DEFAULT_MATTERS).with("rows", rows).with("total", total).with("value", value);
            let mut d = d.field(field);
            d.table = Some(table);
            found.list.push(d);
        }
    };
    let b = net.branches.rows();
    say(
        TableId::Branches,
        "rating_a_mva",
        b.iter().filter(|b| b.in_service && !b.s_nom_extendable && b.rating_a_mva.is_infinite()).count(),
        b.len(),
        "Inf",
    );
    let g = net.generators.rows();
    let open = |g: &&crate::Generator| g.in_service && !g.p_nom_extendable && g.p_max_mw.is_none() && g.p_nom_mw.is_none();
    say(TableId::Generators, "p_max_mw", g.iter().filter(open).count(), g.len(), "Inf");
    let free = |g: &&crate::Generator| {
        let linear = g.cost_linear_per_mwh.is_all(0.0) && g.cost_quadratic_per_mw2h.is_all(0.0);
        g.in_service && linear && g.cost_points.is_empty() && g.offer.is_empty() && g.cost_constant_per_h == 0.0
    };
    say(TableId::Generators, "cost_linear_per_mwh", g.iter().filter(free).count(), g.len(), "0");
    let l = net.links.rows();
    let open = |l: &&crate::Link| l.in_service && !l.p_nom_extendable && l.p_max_mw.is_none() && l.p_nom_mw.is_none();
    say(TableId::Links, "p_max_mw", l.iter().filter(open).count(), l.len(), "Inf");
    let s = net.storage_units.rows();
    let lossless = |s: &&crate::StorageUnit| s.in_service && s.efficiency_charge.is_all(1.0) && s.efficiency_discharge.is_all(1.0);
    say(TableId::StorageUnits, "efficiency_charge", s.iter().filter(lossless).count(), s.len(), "1");
    let hour = |s: &&crate::StorageUnit| s.in_service && s.energy_max_mwh.is_none() && s.energy_hours_h == 1.0;
    say(TableId::StorageUnits, "energy_hours_h", s.iter().filter(hour).count(), s.len(), "1");
}

#[cfg(test)]
mod tests {
    use crate::check::{repair::repair, suspicions};
    use crate::diagnostic::{Lang, CATALOGUE};
    use crate::{Branch, Bus, BusId, BusKind, EndRule, Generator, Load, Network, StorageUnit, TimeAxis};

    /// Two buses, a line, a plant, a load: nothing to say but what a test adds.
    fn plain() -> Network {
        let mut net = Network::default();
        net.buses.push(Bus { name: "a".into(), kind: BusKind::Reference, ..Default::default() });
        net.buses.push(Bus { name: "b".into(), ..Default::default() });
        let (bus_from, bus_to) = (BusId::new(0), BusId::new(1));
        net.branches.push(Branch { name: "ab".into(), bus_from, bus_to, x_pu: 0.1, rating_a_mva: 100.0, ..Default::default() });
        let plant = Generator {
            name: "g".into(),
            bus: bus_from,
            p_max_mw: Some(90.0.into()),
            cost_linear_per_mwh: 20.0.into(),
            ..Default::default()
        };
        net.generators.push(plant);
        net.loads.push(Load { name: "d".into(), bus: bus_to, p_mw: 50.0.into(), ..Default::default() });
        net
    }

    fn codes(net: &Network) -> Vec<&'static str> {
        let found = suspicions(net, None);
        for d in &found {
            for lang in [Lang::En, Lang::Zh] {
                assert!(!d.render(lang).contains('{'), "{}", d.render(lang));
            }
        }
        found.iter().map(|d| d.code()).collect()
    }

    /// Nothing that a reader brings and no model uses is passed over in silence; what is out of service is.
    #[test]
    fn data_that_no_model_uses_is_told() {
        let mut net = plain();
        assert!(!codes(&net).contains(&"N0412"));
        let unit = Some(crate::Id::new(0));
        let idle = crate::Contingency { name: "idle".into(), generator: unit, in_service: false, ..Default::default() };
        net.contingencies.push(idle.clone());
        let told = |net: &Network| codes(net).into_iter().filter(|c| ["N0412", "N0414"].contains(c)).count();
        assert_eq!(told(&net), 0);
        net.contingencies.push(crate::Contingency { name: "lost".into(), in_service: true, ..idle });
        let unit =
            StorageUnit { name: "s".into(), bus: BusId::new(0), one_way: 1.0.into(), charge_min_mw: 2.0.into(), ..Default::default() };
        net.storage_units.push(unit);
        assert_eq!(told(&net), 3);
        net.storage_units.rows_mut()[0].in_service = false;
        assert_eq!(told(&net), 1);
    }

    /// One line alone parts its ends; of two neither does.
    #[test]
    fn outages_that_part_an_island_are_told() {
        let mut net = plain();
        let lost = crate::Contingency { name: "lost".into(), branch: Some(crate::Id::new(0)), ..Default::default() };
        net.contingencies.push(lost);
        assert!(codes(&net).contains(&"N0413"));
        let second = Branch { name: "second".into(), ..net.branches.rows()[0].clone() };
        net.branches.push(second);
        assert!(!codes(&net).contains(&"N0413"));
    }

    #[test]
    fn each_suspicion_is_said_and_a_plain_network_has_none() {
        assert!(codes(&plain()).is_empty(), "{:?}", codes(&plain()));
        type Change = fn(&mut Network);
        let changes: &[(&str, Change)] = &[
            ("N0205", |n| {
                n.time = TimeAxis::from_start(0, 3, 1.0, "UTC");
                n.time.start_utc_s[2] += 3600;
            }),
            ("N0206", |n| n.time = TimeAxis::from_start(1_729_980_000, 25, 1.0, "Europe/Berlin")),
            ("N0206", |n| n.time = TimeAxis::from_start(1_711_839_600, 23, 1.0, "Europe/Berlin")),
            ("N0405", |n| n.branches.rows_mut()[0].rating_a_mva = 0.0),
            ("N0406", |n| n.branches.rows_mut()[0].r_pu = -0.01),
            ("N0407", |n| {
                for name in ["c", "d"] {
                    n.buses.push(Bus { name: name.into(), ..Default::default() });
                }
                let line = Branch { name: "cd".into(), bus_from: BusId::new(2), bus_to: BusId::new(3), ..n.branches.rows()[0].clone() };
                n.branches.push(line);
            }),
            ("N0408", |n| n.buses.rows_mut()[1].kind = BusKind::Reference),
            ("N0409", |n| n.buses.rows_mut()[1].kind = BusKind::Isolated),
            ("N0315", |n| n.loads.rows_mut()[0].p_mw = (-5.0).into()),
            ("N0504", |n| {
                let unit = StorageUnit {
                    name: "s".into(),
                    bus: BusId::new(1),
                    p_nom_mw: Some(1.0),
                    energy_hours_h: 6.0,
                    soc_target_mwh: 5.0,
                    ..Default::default()
                };
                n.storage_units.push(StorageUnit { end_rule: EndRule::AtLeast, efficiency_charge: 0.9.into(), ..unit });
            }),
            ("N0505", |n| n.generators.rows_mut()[0].capital_cost_per_mw = 1e5),
            ("N0506", |n| n.branches.rows_mut()[0].s_nom_extendable = true),
            ("N0602", |n| n.branches.rows_mut()[0].rating_a_mva = f64::INFINITY),
            ("N0701", |n| n.buses.rows_mut()[0].v_nom_kv = 230_000.0),
            ("N0702", |n| n.generators.rows_mut()[0].efficiency = 38.0.into()),
            ("N0704", |n| n.branches.rows_mut()[0].angle_max_deg = 0.34907),
        ];
        for (code, change) in changes {
            let mut net = plain();
            change(&mut net);
            assert_eq!(codes(&net), [*code]);
        }
    }

    #[test]
    fn repairs_undo_what_they_name_and_no_more() {
        let mut net = plain();
        net.generators.rows_mut()[0].p_min_mw = Some(120.0.into());
        net.branches.rows_mut()[0].angle_max_deg = 0.34907;
        let before = net.clone();
        assert_eq!(repair(&mut net, "N0312"), ["generators \"g\" p_min_mw, p_max_mw"]);
        assert!(!crate::check::has_errors(&crate::check(&net, None)));
        assert_eq!(net.generators.rows()[0].p_max_mw, Some(120.0.into()));
        assert_eq!(repair(&mut net, "N0704"), ["branches \"ab\" angle_max_deg"]);
        assert_eq!(net.branches.rows()[0].angle_max_deg, 20.0);
        assert!(repair(&mut net, "N0704").is_empty() && repair(&mut net, "N0101").is_empty());
        assert_eq!(net.loads, before.loads);
    }

    #[test]
    fn every_code_is_once_and_worded_twice() {
        let mut seen = std::collections::HashSet::new();
        for e in CATALOGUE {
            assert!(seen.insert(e.code), "{}", e.code);
            let count = |text: &str| text.matches('{').count();
            assert_eq!(count(e.en.title), count(e.zh.title), "{}", e.code);
            assert!(![e.zh.title, e.zh.why, e.zh.fix].iter().any(|t| t.is_empty()), "{}", e.code);
        }
    }
}
