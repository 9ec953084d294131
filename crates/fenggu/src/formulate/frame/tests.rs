//! The frame's promises: both passes write the same, cells are merged, patterns stay, bad numbers are named.

use super::*;
use crate::formulate::testkit::*;
use crate::formulate::{DispatchModel, FlowForm, Plan};
use fenggu_net::{EndRule, Id, Network, Profile, ReserveDirection};
use fenggu_opt::Matrix;
use std::collections::BTreeMap;

/// Both kinds of rows, storage, links, reserves, interfaces, side constraints: everything that has a room.
fn busy(steps: usize) -> Network {
    let mut net = study(steps, 1.0);
    let (a, b, c) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "C"));
    let ab = line(&mut net, "AB", a, b, 0.1, 100.0);
    line(&mut net, "BC", b, c, 0.2, 100.0);
    let p = line(&mut net, "CA", c, a, 0.1, 100.0);
    (net.branches[p].phase_shift_min_deg, net.branches[p].phase_shift_max_deg) = (Some(-5.0), Some(5.0));
    let g = generator(&mut net, "G1", a, 100.0, 10.0);
    (net.generators[g].ramp_up_mw, net.generators[g].offer) = (Some(30.0), vec![[50.0, 5.0], [50.0, 9.0]]);
    generator(&mut net, "G2", c, 100.0, 40.0);
    let l = load(&mut net, "L1", b, 60.0);
    (net.loads[l].bid, net.loads[l].shed_cost_per_mwh) = (vec![[10.0, 90.0]], Some(3000.0));
    let s = storage(&mut net, "S1", b, 20.0, 40.0);
    (net.storage_units[s].cycles_max_per_day, net.storage_units[s].end_value) = (Some(2.0), vec![[10.0, 4.0]]);
    link(&mut net, "X", a, c, 20.0, 0.95);
    let r = reserve(&mut net, "up", ReserveDirection::Up, 10.0);
    offer_of_generator(&mut net, "O1", r, g, 20.0);
    offer_of_storage(&mut net, "O2", r, s, 20.0);
    interface(&mut net, "south", [-80.0, 80.0], &[(ab, 1.0)]);
    side(
        &mut net,
        "own",
        fenggu_net::LimitSense::AtMost,
        1e4,
        &[("generators", "G1", "p_mw", -1, 1.0), ("branches", "AB", "p_mw", -1, 0.5)],
    );
    net
}

fn assembled(net: &Network, flow: FlowForm) -> (Plan, Assembled) {
    let plan = declare(net, flow);
    let done = assemble_plan(net, &plan).expect("a sound network assembles");
    (plan, done)
}
fn map(plan: &Plan) -> Option<(u32, &[u32])> {
    plan.layout.virtual_start.map(|s| (s, plan.virtual_map.as_slice()))
}
fn assemble_plan(net: &Network, plan: &Plan) -> Result<Assembled, AssembleError> {
    assemble(&DispatchModel { net, plan }, plan.layout.rows as usize, plan.layout.cols as usize, map(plan))
}

/// A sink that keeps a list: the plain way of building, against which the two passes are held.
#[derive(Default)]
struct Triplets {
    cells: BTreeMap<(u32, u32), f64>,
    terms: usize,
    lo: BTreeMap<u32, f64>,
    hi: BTreeMap<u32, f64>,
}
impl Sink for Triplets {
    fn term(&mut self, row: Row, col: Col, coef: f64) {
        *self.cells.entry((col.0, row.0)).or_insert(0.0) += coef;
        self.terms += 1;
    }
    fn bounds(&mut self, row: Row, lo: f64, hi: f64) {
        self.lo.insert(row.0, lo);
        self.hi.insert(row.0, hi);
    }
    fn shift(&mut self, row: Row, by: f64) {
        *self.lo.entry(row.0).or_insert(0.0) += by;
        *self.hi.entry(row.0).or_insert(0.0) += by;
    }
}

fn cells(m: &Matrix) -> BTreeMap<(u32, u32), f64> {
    let mut all = BTreeMap::new();
    for c in 0..m.start.len() - 1 {
        for k in m.start[c] as usize..m.start[c + 1] as usize {
            let twice = all.insert((c as u32, m.row[k]), m.value[k]);
            assert!(twice.is_none(), "row {} stands twice in column {c}", m.row[k]);
        }
    }
    all
}

#[test]
fn the_two_passes_build_what_a_list_of_terms_would() {
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let net = busy(5);
        let (plan, done) = assembled(&net, flow);
        let mut list = Triplets::default();
        match map(&plan) {
            None => DispatchModel { net: &net, plan: &plan }.write(&mut list),
            Some((first, to)) => DispatchModel { net: &net, plan: &plan }.write(&mut Project::new(&mut list, first, to)),
        }
        assert_eq!(cells(&done.matrix), list.cells);
        assert!(list.terms > 100, "the network must be busy enough to show something");
        for row in 0..plan.layout.rows as u32 {
            assert_eq!(done.row_lower[row as usize], list.lo.get(&row).copied().unwrap_or(0.0));
            assert_eq!(done.row_upper[row as usize], list.hi.get(&row).copied().unwrap_or(0.0));
        }
    }
}

#[test]
fn a_cyclic_unit_on_one_step_has_one_entry_of_both_parts() {
    let mut net = busy(1);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.end_rule, s.standing_loss_per_h) = (EndRule::Cyclic, 0.1.into());
    let (plan, done) = assembled(&net, FlowForm::Angle);
    let (row, col) = (plan.rows.soc_balance.at(Id::new(0), 0).0, plan.vars.soc.at(Id::new(0), 0).0);
    // soc = 0.9·soc + … : 1 − 0.9.
    assert!((cells(&done.matrix)[&(col, row)] - 0.1).abs() < 1e-15);
}

#[test]
fn a_link_whose_ends_are_one_bus_keeps_its_losses_there() {
    let mut net = busy(2);
    let a = net.buses.find("A").unwrap();
    net.links.rows_mut()[0].bus_to = a;
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let (plan, done) = assembled(&net, flow);
        let col = plan.vars.link_p.at(Id::new(0), 1).0;
        let of_link: Vec<_> = cells(&done.matrix).into_iter().filter(|((c, _), _)| *c == col).collect();
        assert_eq!(of_link.len(), 1);
        assert!((of_link[0].1 + 0.05).abs() < 1e-15, "0.95 − 1");
    }
}

/// A column that hundreds of rows name, with a duplicate far from its first term.
#[test]
fn duplicates_are_merged_however_far_apart() {
    struct Far;
    impl Rooms for Far {
        fn write(&self, out: &mut impl Sink) {
            for round in 0..3 {
                for row in 0..500 {
                    out.term(Row(row), Col(1), f64::from(1 + round));
                    if row % 100 == 0 {
                        out.term(Row(row), Col(2), 1.0);
                    }
                }
            }
            out.term(Row(3), Col(0), 7.0);
        }
    }
    let done = assemble(&Far, 500, 3, None).unwrap();
    assert_eq!(done.matrix.start, [0, 1, 501, 506]);
    let all = cells(&done.matrix);
    assert!((0..500).all(|r| all[&(1, r)] == 6.0) && (0..5).all(|k| all[&(2, 100 * k)] == 3.0) && all[&(0, 3)] == 7.0);
    assert_eq!(done.matrix.row.len(), 506);
}

#[test]
fn structural_zeros_stay_in_the_pattern() {
    let mut net = busy(3);
    // An efficiency of 0 in the second step, as a planned outage would write it.
    net.links.rows_mut()[0].efficiency = Profile::from(vec![0.95, 0.0, 0.95]);
    let (plan, done) = assembled(&net, FlowForm::Angle);
    let c = net.buses.find("C").unwrap();
    let at = |t| (plan.vars.link_p.at(Id::new(0), t).0, plan.rows.power_balance.at(c, t).0);
    let all = cells(&done.matrix);
    assert_eq!((all[&at(0)], all[&at(1)]), (0.95, 0.0));
    let (_, before) = assembled(&busy(3), FlowForm::Angle);
    assert_eq!((&before.matrix.start, &before.matrix.row), (&done.matrix.start, &done.matrix.row));
}

#[test]
fn a_refill_writes_new_values_into_the_same_pattern() {
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let mut net = busy(3);
        let (plan, first) = assembled(&net, flow);
        // Demand and a limit: right-hand sides alone.
        net.loads.rows_mut()[0].p_mw = vec![60.0, 70.0, 80.0].into();
        net.interfaces.rows_mut()[0].p_max_mw = 55.0.into();
        let mut again = first.clone();
        let said = refill(&mut again, &DispatchModel { net: &net, plan: &plan }, map(&plan), false).unwrap();
        assert!(!said.coefficients);
        let fresh = assemble_plan(&net, &plan).unwrap();
        assert_eq!(again, fresh);
        assert_ne!(again.row_upper, first.row_upper);
        assert_eq!(again.matrix, first.matrix);
        // An efficiency: coefficients.
        net.storage_units.rows_mut()[0].efficiency_charge = 0.8.into();
        let said = refill(&mut again, &DispatchModel { net: &net, plan: &plan }, map(&plan), true).unwrap();
        assert!(said.coefficients);
        assert_eq!(again, assemble_plan(&net, &plan).unwrap());
        assert_eq!((&again.matrix.start, &again.matrix.row), (&first.matrix.start, &first.matrix.row));
        let said = refill(&mut again, &DispatchModel { net: &net, plan: &plan }, map(&plan), true).unwrap();
        assert!(!said.coefficients, "nothing changed since");
    }
}

#[test]
fn a_refill_that_finds_another_pattern_refuses_and_leaves_the_old_one() {
    let mut net = busy(3);
    let (plan, first) = assembled(&net, FlowForm::Angle);
    net.generators.rows_mut()[1].bus = net.buses.find("B").unwrap();
    let mut again = first.clone();
    let said = refill(&mut again, &DispatchModel { net: &net, plan: &plan }, map(&plan), true);
    assert_eq!(said, Err(AssembleError::PatternChanged));
    assert_eq!(again, first);
}

#[test]
fn a_number_that_is_none_stops_in_the_first_pass_with_its_row_named() {
    let mut net = busy(3);
    let plan = declare(&net, FlowForm::Angle);
    // `check` would have refused these; the frame is the second line.
    net.storage_units.rows_mut()[0].efficiency_charge = vec![0.9, f64::NAN, 0.9].into();
    let named = |net: &Network| match assemble_plan(net, &plan) {
        Err(AssembleError::NotANumber(row, _)) => label(net, plan.layout.locate_row(row.0 as usize)),
        other => panic!("{:?}", other.map(|_| ())),
    };
    assert_eq!(named(&net), "soc_balance[S1,1]");
    let mut net = busy(3);
    net.loads.rows_mut()[0].p_mw = vec![1.0, 2.0, f64::INFINITY].into();
    assert_eq!(named(&net), "power_balance[B,2]");
    let mut net = busy(3);
    net.interfaces.rows_mut()[0].p_max_mw = f64::NAN.into();
    assert_eq!(named(&net), "interface_limit[south,0]");
    // Right-hand sides refilled alone are looked at as well.
    let (_, mut done) = assembled(&busy(3), FlowForm::Angle);
    let before = done.clone();
    let mut net = busy(3);
    net.loads.rows_mut()[0].p_mw = vec![1.0, f64::NAN, 2.0].into();
    let said = refill(&mut done, &DispatchModel { net: &net, plan: &plan }, None, false);
    assert!(
        matches!(said, Err(AssembleError::NotANumber(row, v)) if v.is_nan() && label(&net, plan.layout.locate_row(row.0 as usize)) == "power_balance[B,1]"),
        "{said:?}"
    );
    assert_eq!(done, before);
}

#[test]
fn project_adds_an_islands_buses_up() {
    // Two islands: A, B, C and, alone, D with a load and a generator.
    let mut net = busy(2);
    let d = bus(&mut net, "D");
    generator(&mut net, "GD", d, 10.0, 1.0);
    load(&mut net, "LD", d, 7.0);
    let plan = declare(&net, FlowForm::Ptdf);
    let m = DispatchModel { net: &net, plan: &plan };
    let block = plan.rows.power_balance.range();
    let by_bus = collect(&m, block.start as u32, block.len());
    let done = assemble_plan(&net, &plan).unwrap();
    let all = cells(&done.matrix);
    for t in 0..2 {
        for (pool, buses) in [(0, vec![0, 1, 2]), (1, vec![3])] {
            let row = plan.rows.energy_balance.at(Id::new(pool), t);
            let (mut sum, mut rhs) = (BTreeMap::<u32, f64>::new(), 0.0);
            for bus in buses {
                let v = bus * 2 + t;
                rhs += by_bus.rhs[v];
                for k in by_bus.start[v] as usize..by_bus.start[v + 1] as usize {
                    *sum.entry(by_bus.col[k]).or_insert(0.0) += by_bus.coef[k];
                }
            }
            let projected: BTreeMap<u32, f64> = all.iter().filter(|((_, r), _)| *r == row.0).map(|((c, _), v)| (*c, *v)).collect();
            assert_eq!(projected, sum);
            assert_eq!((done.row_lower[row.0 as usize], done.row_upper[row.0 as usize]), (rhs, rhs));
            assert_eq!(rhs, if pool == 0 { 60.0 } else { 7.0 });
        }
    }
}

#[test]
fn what_is_collected_by_bus_is_what_the_angle_form_writes_less_flows_plus_shifts() {
    let net = busy(2);
    let ptdf = declare(&net, FlowForm::Ptdf);
    let block = ptdf.rows.power_balance.range();
    let by_bus = collect(&DispatchModel { net: &net, plan: &ptdf }, block.start as u32, block.len());
    let (angle, done) = assembled(&net, FlowForm::Angle);
    let names = |plan: &Plan, col: usize| label(&net, plan.layout.locate_col(col));
    for (bus, _) in net.buses.iter() {
        for t in 0..2 {
            let v = bus.index() * 2 + t;
            let terms = by_bus.start[v] as usize..by_bus.start[v + 1] as usize;
            let collected: BTreeMap<String, f64> =
                terms.map(|k| (names(&ptdf, by_bus.col[k] as usize), by_bus.coef[k])).filter(|(n, _)| !n.starts_with("shift")).collect();
            let row = angle.rows.power_balance.at(bus, t).0;
            let written: BTreeMap<String, f64> = cells(&done.matrix)
                .into_iter()
                .filter(|((_, r), _)| *r == row)
                .map(|((c, _), v)| (names(&angle, c as usize), v))
                .filter(|(n, _)| !n.starts_with("flow"))
                .collect();
            assert_eq!(collected, written);
            assert_eq!(by_bus.rhs[v], done.row_lower[row as usize]);
        }
    }
}

#[test]
fn a_dropped_virtual_row_goes_nowhere() {
    struct One;
    impl Rooms for One {
        fn write(&self, out: &mut impl Sink) {
            out.bounds(Row(0), 0.0, 0.0);
            for v in 1..4 {
                out.bounds(Row(v), 5.0, 6.0); // opening a virtual row opens nothing
                out.add(Row(v), f64::from(v) * Col(0) + -10.0);
            }
        }
    }
    let done = assemble(&One, 1, 1, Some((1, &[0, u32::MAX, 0]))).unwrap();
    assert_eq!((done.matrix.row, done.matrix.value), (vec![0], vec![1.0 + 3.0]));
    assert_eq!((done.row_lower, done.row_upper), (vec![20.0], vec![20.0]));
}

#[test]
fn every_row_and_column_is_found_again_by_its_number() {
    let net = busy(3);
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        let plan = declare(&net, flow);
        let l = &plan.layout;
        let name = |at| label(&net, at);
        assert_eq!(name(l.locate_col(plan.vars.soc.at(Id::new(0), 2).0 as usize)), "soc[S1,2]");
        assert_eq!(name(l.locate_col(plan.vars.cost_step.at(Id::new(1), 0).0 as usize)), "cost_step[G1,0]");
        assert_eq!(name(l.locate_col(plan.vars.end_value.at(Id::new(0), 0).0 as usize)), "end_value[S1,0]");
        assert_eq!(name(l.locate_row(plan.rows.ramp.at(Id::new(0), 1).0 as usize)), "ramp[G1,1]");
        assert_eq!(name(l.locate_row(plan.rows.storage_room.at(Id::new(0), 1).0 as usize)), "storage_room[S1,1]");
        assert_eq!(name(l.locate_row(plan.rows.side.at(Id::new(0), 0).0 as usize)), "side_constraint[own,0]");
        match flow {
            FlowForm::Angle => assert_eq!(name(l.locate_row(plan.rows.power_balance.at(Id::new(2), 1).0 as usize)), "power_balance[C,1]"),
            FlowForm::Ptdf => {
                assert_eq!(name(l.locate_row(plan.rows.energy_balance.at(Id::new(0), 1).0 as usize)), "energy_balance[island 1,1]")
            }
        }
        // No number without a name, none beyond the end, no two rows of one name (steps of a curve share theirs).
        let rows: Vec<_> = (0..l.rows as usize).map(|r| name(l.locate_row(r))).collect();
        assert!(rows.iter().all(|n| n != "?") && (0..l.cols as usize).all(|c| l.locate_col(c).is_some()));
        assert_eq!(rows.iter().collect::<std::collections::BTreeSet<_>>().len(), rows.len());
        assert_eq!((name(l.locate_row(l.rows as usize)), l.locate_col(l.cols as usize)), ("?".to_string(), None));
    }
}

#[test]
fn a_model_beyond_32_bits_is_noticed_before_it_is_numbered() {
    let mut l = Layout::default();
    assert!(l.fits());
    let _: Block<fenggu_net::Bus, Col> = l.cols("angle", Names::Islands, 1 << 20, 1 << 11);
    assert!(!l.fits());
}

#[test]
fn known_is_a_bound_or_a_column() {
    struct Both;
    impl Rooms for Both {
        fn write(&self, out: &mut impl Sink) {
            for (row, cap) in [Known::Value(100.0), Known::from(Col(1))].into_iter().enumerate() {
                out.at_most(Row(row as u32), Col(0), 0.5 * cap);
            }
        }
    }
    let done = assemble(&Both, 2, 2, None).unwrap();
    assert_eq!(cells(&done.matrix), BTreeMap::from([((0, 0), 1.0), ((0, 1), 1.0), ((1, 1), -0.5)]));
    assert_eq!(done.row_upper, [50.0, 0.0]);
    assert_eq!(done.row_lower, [f64::NEG_INFINITY; 2]);
}
