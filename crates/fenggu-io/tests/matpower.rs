//! What MATPOWER's tables mean: sentinels, costs, DC lines, interfaces, reserves, solved cases.
#![allow(clippy::print_stdout)]

mod common;

use fenggu_io::matpower::{self, parse};
use fenggu_net::results::Outcome;
use fenggu_net::{BranchKind, BusKind, FlowConvention, LimitSense, Network, Quantity, Results, Severity, TableId};

/// A case with every sentinel; written by hand.
const CASE: &str = "function mpc = sentinels
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
	10	3	0	0	0	0	1	1.02	5	230	7	1.1	0.9;
	20	2	-15	3	2	-4	2	1	0	230	1	1.1	0.9;
	35	4	50	0	0	0	1	1	0	115	1	1.1	0.9;
];
mpc.gen = [
	10	90	1	Inf	-Inf	1.02	100	1	200	0	0	0	0	0	0	0	0	30	40	0	1;
	20	-25	0	0	-5	1	100	1	0	-40	0	0	0	0	0	0	0	0	0	0	0;
	20	10	0	9	-9	1	50	0	5	10	0	0	0	0	0	0	0	0	0	0	0;
];
mpc.branch = [
	10	20	0.01	0.1	0.02	0	150	120	0	0	1	0	0;
	10	20	0	-0.05	0	80	0	0	0.97	3	1	-360	30;
	20	35	0	0.2	0	80	0	0	1	0	0	-400	400;
	20	35	0	0.2	0	80	0	0	0	-2	1	0	15;
];
mpc.gencost = [
	2	100	50	3	0.02	20	7	0;
	1	0	0	2	-40	-2000	0	0;
	2	0	0	2	15	3	0	0;
	2	0	0	1	0	0	0	0;
	1	0	0	2	-5	1	0	0;
	2	0	0	2	4	0	0	0;
];
mpc.bus_name = { 'Nord'; '南'; 'L''Est ' };
mpc.genfuel = { 'coal'; 'dl'; 'wind' };
";

fn network(text: &str) -> Network {
    let read = matpower::read(text.as_bytes().to_vec(), "case.m");
    let loud: Vec<_> = read.diagnostics.iter().filter(|d| d.severity > Severity::Note).collect();
    assert!(loud.is_empty(), "{loud:?}");
    read.network.expect("network")
}

#[test]
fn sentinels_have_their_meaning() {
    let net = network(CASE);
    assert_eq!((net.base_mva, net.flow_convention), (100.0, FlowConvention::Matpower));
    let bus = &net.buses.rows()[2];
    assert_eq!((bus.name.as_str(), bus.number, bus.kind), ("L'Est ", 35, BusKind::Isolated));
    assert_eq!(net.buses.rows()[1].name, "南");
    assert_eq!((net.buses.rows()[0].area, net.buses.rows()[0].zone), (1, 7));

    // A load wherever Pd or Qd is not 0, a negative one included.
    let loads: Vec<(f64, usize)> = net.loads.rows().iter().map(|l| (l.p_mw.at(0), l.bus.index())).collect();
    assert_eq!(loads, [(-15.0, 1), (50.0, 2)]);
    assert_eq!((net.shunts.rows()[0].g_mw, net.shunts.rows()[0].b_mvar), (2.0, -4.0));

    let b = net.branches.rows();
    assert_eq!((b[0].kind, b[0].tap_ratio, b[0].rating_a_mva), (BranchKind::Line, 1.0, f64::INFINITY));
    assert_eq!((b[0].angle_min_deg, b[0].angle_max_deg), (f64::NEG_INFINITY, f64::INFINITY));
    assert_eq!((b[1].kind, b[1].tap_ratio, b[1].phase_shift_deg), (BranchKind::Transformer, 0.97, 3.0));
    assert_eq!((b[1].angle_min_deg, b[1].angle_max_deg), (f64::NEG_INFINITY, 30.0));
    assert_eq!((b[2].kind, b[2].in_service), (BranchKind::Transformer, false));
    assert_eq!((b[2].angle_min_deg, b[2].angle_max_deg), (f64::NEG_INFINITY, f64::INFINITY));
    // One limit of 0 beside another is a limit.
    assert_eq!((b[3].kind, b[3].angle_min_deg, b[3].angle_max_deg), (BranchKind::Transformer, 0.0, 15.0));

    let g = net.generators.rows();
    assert_eq!((g[0].lower_mw(0), g[0].upper_mw(0), g[0].q_max_mvar), (0.0, 200.0, f64::INFINITY));
    assert_eq!((g[1].lower_mw(0), g[1].upper_mw(0)), (-40.0, 0.0), "a dispatchable load");
    assert!(!g[2].in_service);
    assert_eq!(g[0].cost_constant_per_h, 7.0);
    assert_eq!((g[0].cost_linear_per_mwh.at(0), g[0].cost_quadratic_per_mw2h.at(0)), (20.0, 0.02));
    assert_eq!((g[0].start_up_cost.as_slice(), g[0].shut_down_cost), ([[0.0, 100.0]].as_slice(), 50.0));
    assert_eq!(g[1].cost_points, [[-40.0, -2000.0], [0.0, 0.0]]);
    assert_eq!(g[2].cost_linear_per_mwh.at(0), 15.0);
    assert_eq!(g[2].cost_constant_per_h, 3.0);
    // RAMP_10, RAMP_30 and APF are columns 18, 19 and 21.
    assert_eq!(g[0].matpower_rest, [[18.0, 30.0], [19.0, 40.0], [21.0, 1.0]]);
    let carrier = g[2].carrier.map(|c| &net.carriers[c]).expect("fuel");
    assert_eq!((carrier.name.as_str(), carrier.renewable), ("wind", true));
    assert!(g[1].reactive_cost.len() >= 4);
    let again = network(&matpower::write(&net, 0).text);
    assert!(again == net, "{}", common::difference(&again, &net));
}

#[test]
fn pglib_files_bring_their_flow_convention() {
    let by_name = CASE.replace("sentinels", "pglib_opf_case3_test");
    assert_eq!(network(&by_name).flow_convention, FlowConvention::PowerModels);
    let head = "%%%%    IEEE PES Power Grid Library - Optimal Power Flow - v23.07     %%%%%\n";
    let net = network(&format!("{head}{CASE}"));
    assert_eq!(net.flow_convention, FlowConvention::PowerModels);
    assert_eq!(network(&matpower::write(&net, 0).text).flow_convention, FlowConvention::PowerModels);
}

#[test]
fn dc_lines_interfaces_and_reserves_are_read() {
    let extra = "mpc.dcline = [
	10	20	1	10	8.9	0	0	1.01	1	-5	10	-10	10	-11	12	1	0.01;
	20	10	0	0	0	0	0	1	1	0	8	0	0	0	0	0	0;
];
mpc.dclinecost = [
	2	0	0	2	7.3	0;
	2	0	0	3	0.5	0	0;
];
mpc.if.map = [
	3	-1;
	3	2;
];
mpc.if.lims = [
	3	-15	25;
];
mpc.reserves.zones = [
	1	0	1;
];
mpc.reserves.req = 40;
mpc.reserves.cost = [	1.9;	3;	];
mpc.reserves.qty = [	25;	35;	];
";
    let text = format!("{CASE}{extra}").replace("2	0	0	3	0.5	0	0;", "2	0	0	2	0	0;");
    let net = network(&text);
    let link = &net.links.rows()[0];
    // What arrives is p less (1 + 0.01 p).
    assert_eq!((link.efficiency.at(0), link.loss_constant_mw), (0.99, 1.0));
    assert_eq!((link.lower_mw(0), link.upper_mw(0), link.p_initial_mw), (-5.0, 10.0, Some(10.0)));
    assert_eq!(link.cost_linear_per_mwh.at(0), 7.3);
    assert!(!net.links.rows()[1].in_service);

    let interface = &net.interfaces.rows()[0];
    assert_eq!((interface.number, interface.p_min_mw.at(0), interface.p_max_mw.at(0)), (3, -15.0, 25.0));
    let terms: Vec<_> = net.interface_terms.rows().iter().map(|t| (t.branch.map(|b| b.index()), t.weight)).collect();
    assert_eq!(terms, [(Some(0), -1.0), (Some(1), 1.0)]);

    assert_eq!(net.reserves.rows()[0].requirement_mw.at(0), 40.0);
    let offers: Vec<_> =
        net.reserve_offers.rows().iter().map(|o| (o.generator.map(|g| g.index()), o.max_mw.at(0), o.cost_per_mwh.at(0))).collect();
    // The first unit's 10-minute ramp is 30 MW, its quantity 25: the smaller counts.
    assert_eq!(offers, [(Some(0), 25.0, 1.9), (Some(2), 35.0, 3.0)]);
    let again = network(&matpower::write(&net, 0).text);
    assert!(again == net, "{}", common::difference(&again, &net));
}

/// A generator in two zones is offered once and counts in both, as in MATPOWER.
#[test]
fn overlapping_reserve_zones_keep_their_meaning() {
    let zones = "mpc.reserves.zones = [ 1 1 1; 0 1 1 ];\nmpc.reserves.req = [60; 20];\nmpc.reserves.cost = [1; 2; 3];\n";
    let net = network(&format!("{CASE}{zones}"));
    assert_eq!((net.reserves.len(), net.reserve_offers.len()), (1, 3));
    let c = &net.side_constraints.rows()[0];
    assert_eq!((c.sense, c.rhs), (LimitSense::AtLeast, 20.0));
    let terms: Vec<&str> = net.side_terms.rows().iter().map(|t| t.component.as_str()).collect();
    assert_eq!(terms, ["G2", "G3"]);
    let found = fenggu_net::check(&net, None);
    assert!(found.iter().all(|d| d.code() != "N0107"), "{found:?}");
    let again = network(&matpower::write(&net, 0).text);
    assert!(again == net, "{}", common::difference(&again, &net));
}

#[test]
fn version_1_files_are_read_with_their_columns() {
    let text = "function [baseMVA, bus, gen, branch, areas, gencost] = old
baseMVA = 100;
bus = [
	1	3	0	0	0	0	1	1	0	345	1	1.1	0.9;
	2	1	90	30	0	0	1	1	0	345	1	1.1	0.9;
];
gen = [
	1	0	0	300	-300	1	100	1	250	90	0.1	0.2	0	0;
];
branch = [
	1	2	0	0.0576	0	250	250	250	0	0	1	77	0	-77	0;
];
areas = [
	1	1;
];
gencost = [
	2	0	0	2	24.035	-403.5;
];
";
    let net = network(text);
    let b = &net.branches.rows()[0];
    // Columns 12 and 13 are results in version 1, not angle limits.
    assert_eq!((b.angle_min_deg, b.angle_max_deg), (f64::NEG_INFINITY, f64::INFINITY));
    assert!(net.generators.rows()[0].matpower_rest.is_empty());
    assert_eq!(net.generators.rows()[0].cost_constant_per_h, -403.5);
}

/// MATPOWER's own test files: the same case in both versions, and all extensions.
#[test]
fn matpowers_test_files_are_read() {
    let Some(folder) = common::library("matpower") else { return };
    let file = |name: &str| {
        let bytes = std::fs::read(folder.join("lib/t").join(name)).expect("readable");
        let read = matpower::read(bytes, name);
        read.network.unwrap_or_else(|| panic!("{:?}", read.diagnostics))
    };
    let (old, new) = (file("t_case9_opf.m"), file("t_case9_opfv2.m"));
    assert_eq!(old.buses, new.buses);
    assert_eq!(old.generators.rows()[1].cost_points, new.generators.rows()[1].cost_points);
    // The new one has two angle limits, the old format has none.
    let limits = |net: &Network| {
        let b = net.branches.rows();
        (b[0].angle_max_deg, b[8].angle_min_deg, b.iter().filter(|b| b.angle_max_deg.is_finite()).count())
    };
    assert_eq!(limits(&new), (2.48, -2.0, 1));
    assert_eq!(limits(&old), (f64::INFINITY, f64::NEG_INFINITY, 0));
    let dc = file("t_case9_dcline.m");
    assert_eq!((dc.links.len(), dc.links.rows()[3].cost_linear_per_mwh.at(0)), (4, 7.3));
    let users = file("t_case30_userfcns.m");
    assert_eq!((users.interfaces.len(), users.interface_terms.len()), (2, 8));
    assert_eq!((users.reserves.len(), users.side_constraints.len(), users.reserve_offers.len()), (1, 1, 6));
    for net in [dc, users] {
        let again = matpower::read(matpower::write(&net, 0).text.into_bytes(), "again.m").network.expect("network");
        assert!(again == net, "{}", common::difference(&again, &net));
    }
}

#[test]
fn a_solved_case_has_results_in_matpowers_columns() {
    let net = network(CASE);
    let mut results = Results::new(Outcome::Optimal, 1);
    results.set(Quantity::BusAngle, vec![0.0, -3.25, 0.0]);
    results.set(Quantity::BusPrice, vec![20.5, 31.0, 0.0]);
    results.set(Quantity::GeneratorP, vec![55.0, -40.0, 0.0]);
    results.set(Quantity::BranchFlow, vec![75.0, -80.0, 0.0, 0.0]);
    results.set(Quantity::BranchLimitPrice, vec![0.0, -4.5, 0.0, 0.0]);
    let written = matpower::write_solved(&net, &results, 0);
    let (case, problems) = parse(written.text.as_bytes());
    assert!(problems.is_empty(), "{problems:?}");
    let cell = |table: &str, row: usize, column: usize| case.table(table).and_then(|t| t.at(row, column - 1));
    // VA 9, LAM_P 14; PG 2; PF 14, PT 16, MU_SF 18, MU_ST 19 (idx_bus, idx_gen, idx_brch).
    assert_eq!((cell("bus", 1, 9), cell("bus", 1, 14)), (Some(-3.25), Some(31.0)));
    assert_eq!((cell("gen", 1, 2), cell("gen", 1, 25)), (Some(-40.0), Some(0.0)));
    assert_eq!((cell("branch", 1, 14), cell("branch", 1, 16)), (Some(-80.0), Some(80.0)));
    assert_eq!((cell("branch", 1, 18), cell("branch", 1, 19)), (Some(0.0), Some(4.5)));
    assert_eq!(case.table("branch").map(|t| t.width), Some(21));
    // Read again, a solved case is the same network but for the solution in PG and VA.
    let again = network(&written.text);
    assert_eq!(again.generators.rows()[0].p_initial_mw, Some(55.0));
    assert_eq!(again.branches, net.branches);
}

#[test]
fn the_writer_says_what_matpower_cannot_hold() {
    let mut net = network(CASE);
    net.time = fenggu_net::TimeAxis::uniform(3, 1.0);
    net.storage_units.push(fenggu_net::StorageUnit { name: "B".to_owned(), ..Default::default() });
    net.loads.rows_mut()[0].shed_cost_per_mwh = Some(1000.0);
    net.loads.rows_mut()[1].p_mw = vec![1.0, 2.0, 3.0].into();
    let second = net.loads.rows()[0].clone();
    net.loads.push(fenggu_net::Load { name: "second".to_owned(), ..second });
    net.generators.rows_mut()[0].ramp_up_mw = Some(5.0);
    let written = matpower::write(&net, 2);
    let said: Vec<(&str, String)> = written.diagnostics.iter().map(|d| (d.code(), d.title(fenggu_net::diagnostic::Lang::En))).collect();
    let codes: Vec<&str> = said.iter().map(|s| s.0).collect();
    assert_eq!(codes, ["F0303", "F0304", "F0301", "F0302", "F0302"], "{said:?}");
    let again = network(&written.text);
    assert_eq!(again.loads.rows()[1].p_mw.at(0), 3.0, "the third step");
    assert_eq!(again.loads.rows()[0].p_mw.at(0), -30.0, "two loads of one bus");
}

/// Statements after the tables, with what MATLAB gives for them.
#[test]
fn the_arithmetic_is_matlabs() {
    let base = "mpc.baseMVA = 10;\nmpc.bus = [1 2 3; 4 5 6];\n[PQ, PV, REF] = idx_bus;\n";
    let cases: &[(&str, [f64; 6])] = &[
        ("mpc.bus(:, 2) = 7;", [1.0, 7.0, 3.0, 4.0, 7.0, 6.0]),
        ("mpc.bus(:, [1, 3]) = mpc.bus(:, [1 3]) / 2;", [0.5, 2.0, 1.5, 2.0, 5.0, 3.0]),
        ("mpc.bus(2, :) = -mpc.bus(1, :);", [1.0, 2.0, 3.0, -1.0, -2.0, -3.0]),
        ("mpc.bus(1:2, REF) = mpc.bus(1:2, PQ) .* mpc.bus(:, PV);", [1.0, 2.0, 2.0, 4.0, 5.0, 20.0]),
        ("k = 2 * 3 + 1; mpc.bus(1, 1) = -k ^ 2;", [-49.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("mpc.bus(1, 1) = 2 ^ -1 - (1 - 3) * 2e0;", [4.5, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("mpc.bus(1, 1) = 100 / 4 / 5;", [5.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("mpc.bus(1, 1) = mpc.baseMVA ... split\n * 2;", [20.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("define_constants; mpc.bus(1, PD) = PD + 0.5;", [1.0, 2.0, 3.5, 4.0, 5.0, 6.0]),
        ("on = 1; if on, mpc.bus(1, 1) = 9; else, mpc.bus(1, 1) = 8; end", [9.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("on = 0; if on, mpc.bus(1, 1) = 9; else, mpc.bus(1, 1) = 8; end", [8.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("mpc.bus(:, 1) = mpc.bus(:, 1) * sin(acos(0.6)); % 0.8", [0.8, 2.0, 3.0, 3.2, 5.0, 6.0]),
    ];
    for (statement, wanted) in cases {
        let text = format!("{base}{statement}\n");
        let (case, problems) = parse(text.as_bytes());
        assert!(problems.is_empty(), "{statement}: {problems:?}");
        let data = &case.table("bus").expect("table").data;
        for (a, b) in data.iter().zip(wanted) {
            assert!((a - b).abs() < 1e-15 * b.abs().max(1.0), "{statement}: {data:?}");
        }
    }
}

/// A later check finds the place of a value in the user's file.
#[test]
fn checks_point_into_the_file() {
    let text = CASE.replace("1	200	0	0", "1	200	300	0");
    let read = matpower::read(text.clone().into_bytes(), "case.m");
    let net = read.network.expect("readable");
    let found = fenggu_net::check(&net, Some(&read.sources));
    let d = found.iter().find(|d| d.code() == "N0312" && d.severity == Severity::Error).expect("crossed limits");
    let place = d.place.as_ref().expect("place");
    let line = text.lines().position(|l| l.contains("	200	300")).expect("line") + 1;
    assert_eq!((place.line, place.file.as_str(), d.component.as_str()), (line, "case.m", "G1"));
    assert_eq!(place.excerpt.chars().skip(place.column - 1).take(3).collect::<String>(), "200");
    let load = read.sources.place(TableId::Loads, 1, "p_mw").expect("place");
    assert_eq!((load.line, load.column), (7, 7));
}
