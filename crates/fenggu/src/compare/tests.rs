use super::*;
use fenggu_net::{Branch, Bus, Carrier, Generator, Load, Profile, TimeAxis};

/// Two buses, wind at one, coal at the other, three steps.
fn network() -> Network {
    let mut net = Network { name: "pair".into(), currency: "CNY".into(), time: TimeAxis::uniform(3, 1.0), ..Network::default() };
    let carrier = |name: &str| Carrier { name: name.into(), ..Carrier::default() };
    let (wind, coal) = (net.carriers.push(carrier("wind")), net.carriers.push(carrier("coal")));
    let bus = |name: &str| Bus { name: name.into(), ..Bus::default() };
    let (north, south) = (net.buses.push(bus("north")), net.buses.push(bus("south")));
    for name in ["one", "two"] {
        let (bus_from, bus_to) = (north, south);
        net.branches.push(Branch { name: name.into(), bus_from, bus_to, x_pu: 0.1, rating_a_mva: 40.0, ..Branch::default() });
    }
    for (name, bus, carrier, cost) in [("farm", north, wind, 0.0), ("plant", south, coal, 300.0)] {
        let p_max_mw = Some(Profile::from(200.0));
        let cost_linear_per_mwh = cost.into();
        net.generators.push(Generator {
            name: name.into(),
            bus,
            carrier: Some(carrier),
            p_max_mw,
            cost_linear_per_mwh,
            ..Generator::default()
        });
    }
    net.loads.push(Load { name: "city".into(), bus: south, p_mw: vec![100.0, 120.0, 140.0].into(), ..Load::default() });
    net
}

fn side(network: Network) -> Side {
    let solution = crate::dispatch(&network, &crate::DispatchOptions::default()).expect("a dispatch");
    assert!(solution.certificate.passed, "{}", solution.certificate.summary());
    let run = RunFolder { status: solution.status.word().into(), currency: network.currency.clone(), ..RunFolder::default() };
    Side { path: "x".into(), results: Some(solution.answer.results), network: Some(network), run: Some(run), notes: Vec::new() }
}

fn compared(a: &Side, b: &Side) -> Comparison {
    compare(a, b, &CompareOptions::default()).expect("something in common")
}

#[test]
fn a_run_is_the_same_as_itself() {
    let a = side(network());
    let c = compared(&a, &a);
    assert!(c.same && c.notes.is_empty(), "{c:?}");
    let r = c.results.expect("results");
    assert!(r.compared > 8 && r.quantities.is_empty());
    // 100 + 120 + 140 less 80 through the lines in each step, at 300.
    assert!((r.cost[0].cost.a.unwrap() - 300.0 * 120.0).abs() < 1e-3, "{:?}", r.cost);
}

#[test]
fn a_changed_cost_shows_in_data_cost_and_prices() {
    let mut dear = network();
    dear.generators.rows_mut()[1].cost_linear_per_mwh = vec![300.0, 330.0, 300.0].into();
    let c = compared(&side(network()), &side(dear));
    assert!(!c.same);
    let data = c.data.expect("data");
    assert!(data.elements.is_empty() && data.settings.is_empty());
    let [f] = data.fields.as_slice() else { panic!("{:?}", data.fields) };
    assert_eq!((f.table, f.field, f.elements), ("generators", "cost_linear_per_mwh", 1));
    let change = &f.changes[0];
    assert_eq!((change.name.as_str(), &change.a, &change.b), ("plant", &Shown::Number(300.0), &Shown::Number(330.0)));
    assert_eq!((change.steps_changed, change.at.as_deref()), (Some(1), Some("2")));
    let r = c.results.expect("results");
    assert!((r.objective.difference.unwrap() - 40.0 * 30.0).abs() < 1e-3, "{:?}", r.objective);
    let coal = r.cost.iter().find(|l| l.carrier == "coal").expect("coal");
    assert!((coal.cost.difference.unwrap() - 1200.0).abs() < 1e-3 && coal.table == "generators");
    let prices = r.prices.expect("prices");
    let largest = prices.largest.expect("a largest difference");
    assert_eq!((largest.name.as_str(), largest.at.as_deref()), ("south", Some("2")));
    assert!((largest.difference.unwrap() - 30.0).abs() < 1e-4);
    // Nobody produces more or less.
    assert!(r.quantities.iter().all(|q| q.table != "generators" || q.field != "p_mw"));
}

#[test]
fn a_removed_line_is_named_and_moves_energy() {
    let mut cut = network();
    let rows = cut.branches.rows()[..1].to_vec();
    cut.branches = Default::default();
    for b in rows {
        cut.branches.push(b);
    }
    let c = compared(&side(network()), &side(cut));
    let data = c.data.as_ref().expect("data");
    assert_eq!(data.elements.len(), 1);
    assert_eq!((data.elements[0].table, data.elements[0].removed.as_slice()), ("branches", &["two".to_string()][..]));
    assert!(data.fields.is_empty());
    let r = c.results.as_ref().expect("results");
    let wind = r.energy.iter().find(|e| e.carrier == "wind" && e.field == "p_mw").expect("wind");
    assert!((wind.mwh.a.unwrap() - 240.0).abs() < 1e-4 && (wind.mwh.difference.unwrap() + 120.0).abs() < 1e-4, "{wind:?}");
    let flow = r.quantities.iter().find(|q| q.table == "branches" && q.field == "p_mw").map(|q| q.elements_only);
    assert_eq!(flow, Some([1, 0]));
    for lang in [fenggu_net::diagnostic::Lang::En, fenggu_net::diagnostic::Lang::Zh] {
        let text = sheet(&c).text(lang, 10);
        assert!(text.contains("two") && text.contains("coal"), "{text}");
        let page = crate::report::html::sheet_page(&sheet(&c), lang);
        assert!(page.contains("<h2>") && page.contains("元件增减") && page.contains("two"));
    }
}

#[test]
fn other_steps_and_names_are_said() {
    let mut late = network();
    late.time = TimeAxis::uniform(2, 1.0);
    late.loads.rows_mut()[0].p_mw = vec![100.0, 125.0].into();
    late.generators = Default::default();
    for (name, bus) in [("w", 0), ("p", 1)] {
        let bus = fenggu_net::BusId::new(bus);
        late.generators.push(Generator { name: name.into(), bus, p_max_mw: Some(200.0.into()), ..Generator::default() });
    }
    let (a, b) = (Side { network: Some(network()), ..Side::default() }, Side { network: Some(late), ..Side::default() });
    let c = compared(&a, &b);
    let said: Vec<&str> = c.notes.iter().map(|n| n.en.as_str()).collect();
    assert!(said[0].starts_with("Steps were matched by their start: 3 in A, 2 in B, 2 in both"), "{said:?}");
    assert!(said[1].starts_with("generators: no name is in both"), "{said:?}");
    let data = c.data.expect("data");
    let load = data.fields.iter().find(|f| f.table == "loads").expect("the load");
    assert_eq!((load.changes[0].steps_changed, load.changes[0].difference), (Some(1), Some(5.0)));
}

#[test]
fn both_flow_forms_are_the_same_within_the_tolerance() {
    let solved = |flow: &str| {
        let mut options = crate::DispatchOptions::default();
        options.set("flow", flow).expect("a form");
        let network = network();
        let solution = crate::dispatch(&network, &options).expect("a dispatch");
        let run = RunFolder { status: solution.status.word().into(), ..RunFolder::default() };
        Side { results: Some(solution.answer.results), network: Some(network), run: Some(run), ..Side::default() }
    };
    let (angle, ptdf) = (solved("angle"), solved("ptdf"));
    let c = compared(&angle, &ptdf);
    assert!(c.same, "{:?}", c.results);
}

#[test]
fn a_run_without_its_network_is_still_compared() {
    let a = side(network());
    let mut dear = network();
    dear.generators.rows_mut()[1].cost_linear_per_mwh = 330.0.into();
    let bare = |s: Side| {
        let columns = Columns::of(s.network.as_ref().expect("a network"), s.results.as_ref().expect("results"));
        Side { run: Some(RunFolder { columns, ..s.run.expect("a run") }), network: None, results: None, ..s }
    };
    let c = compared(&bare(a), &bare(side(dear)));
    assert!(!c.same && c.data.is_none());
    let r = c.results.expect("results");
    assert!((r.objective.difference.unwrap() - 120.0 * 30.0).abs() < 1e-3);
    assert!(r.cost.is_empty() && c.notes.iter().any(|n| n.en.contains("sums are by table")));
    assert!(r.energy.iter().all(|e| e.carrier.is_empty()));
}

#[test]
fn equally_cheap_dispatches_are_said_to_be_that() {
    // Two plants at the same price: who produces is the solver's choice, which the other run makes otherwise.
    let mut net = network();
    let bus = fenggu_net::BusId::new(1);
    let p_max_mw = Some(Profile::from(200.0));
    net.generators.push(Generator { name: "twin".into(), bus, p_max_mw, cost_linear_per_mwh: 300.0.into(), ..Generator::default() });
    let a = side(net);
    let mut b = a.clone();
    let q = fenggu_net::Quantity::GeneratorP;
    let results = b.results.as_mut().expect("results");
    let steps = results.steps;
    results.column_mut(q).expect("output")[steps..].rotate_left(steps);
    let c = compared(&a, &b);
    assert!(!c.same && c.results.as_ref().is_some_and(|r| r.same_cost));
    assert!(c.notes.iter().any(|n| n.en.starts_with("Both cost the same")), "{:?}", c.notes);
}
