//! The law of prices on PGLib-OPF: what one more and one less MW costs brackets every price.
//!
//! ```text
//! C(d) − C(d − δ)  ≤  price · δ · h · w  ≤  C(d + δ) − C(d)          at every bus
//! ```
//!
//! `C` is convex in the demand, so this holds for any δ; δ = 1 MW is small beside the steps of the offers, and large beside
//! what is known of `C`: a solved C lies between its dual bound and its objective. The tolerance is the sum of these certified
//! gaps (checked to be tiny) and 1e-11 of C for the rounding of sums. An infeasible side costs +∞.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod pglib_data;

use fenggu::formulate::FlowForm;
use fenggu::net::{Load, Network, Quantity as Q, Results, TimeAxis};
use fenggu::{DispatchOptions, DispatchSession};
use pglib_data::{cases, Case, Expected};

const DELTA_MW: f64 = 1.0;
/// Tighter than the default, so that a gap is small beside price · δ.
const TOLERANCE: f64 = 1e-9;
/// Steps of 15 min, 1 h and 3 h, and weights: length in h and weight. The first is what the others are compared with.
const STEPS: [[f64; 2]; 5] = [[1.0, 1.0], [0.25, 1.0], [3.0, 1.0], [1.0, 7.5], [0.25, 0.1]];

fn options(flow: Option<FlowForm>) -> DispatchOptions {
    DispatchOptions { tolerance: TOLERANCE, flow, ..DispatchOptions::default() }
}

/// The case with one load of 0 MW more at every bus, the last ones of the table, in a step of `h` hours that counts `w` times.
fn probed(case: &Case, [h, w]: [f64; 2]) -> Network {
    let mut net = case.network();
    net.time = TimeAxis::uniform(1, h);
    net.time.weight_objective[0] = w;
    let buses: Vec<_> = net.buses.ids().collect();
    for (k, bus) in buses.into_iter().enumerate() {
        net.loads.push(Load { name: format!("probe {k}"), bus, p_mw: 0.0.into(), ..Load::default() });
    }
    net
}

struct Solved {
    objective: f64,
    gap: f64,
    results: Results,
}

/// Solves; `None` when infeasible.
fn solve(session: &mut DispatchSession, what: &str) -> Option<Solved> {
    let answer = session.solve(&options(None).control()).unwrap();
    match format!("{:?}", answer.status).as_str() {
        "Optimal" => {}
        "Infeasible" => return None,
        other => panic!("{what}: {other}"),
    }
    let (objective, bound) = (answer.results.objective, answer.results.bound);
    let gap = (objective - bound).abs();
    assert!(gap <= 2e-8 * objective.abs().max(1.0), "{what}: objective {objective:e}, bound {bound:e}: too far apart to judge a price");
    Some(Solved { objective, gap: gap + 1e-11 * objective.abs(), results: answer.results })
}

/// Energy and congestion parts add up; payments less receipts are the congestion rent.
fn accounts(case: &Case, net: &Network, solved: &Solved) {
    let r = &solved.results;
    let at = |q, i: usize| r.at(q, i, 0);
    let price = |bus: usize| at(Q::BusPrice, bus);
    let (mut paid, mut received, mut turnover) = (0.0, 0.0, 0.0);
    let live = |bus: fenggu::net::BusId| net.buses[bus].in_service();
    for (id, bus) in net.buses.iter().filter(|(_, b)| b.in_service()) {
        let b = id.index();
        let sum = at(Q::BusPriceEnergy, b) + at(Q::BusPriceCongestion, b);
        assert!((sum - price(b)).abs() <= 1e-9 * (1.0 + price(b).abs()), "{} bus {}: parts {sum}, price {}", case.name, bus.name, price(b));
    }
    for (id, load) in net.loads.iter().filter(|(_, l)| l.in_service && live(l.bus)) {
        paid += price(load.bus.index()) * at(Q::LoadP, id.index());
        turnover += (price(load.bus.index()) * at(Q::LoadP, id.index())).abs();
    }
    for (_, shunt) in net.shunts.iter().filter(|(_, s)| s.in_service && live(s.bus)) {
        paid += price(shunt.bus.index()) * shunt.g_mw;
    }
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && live(g.bus)) {
        received += price(g.bus.index()) * at(Q::GeneratorP, id.index());
    }
    let mut rent = 0.0;
    for (id, branch) in net.branches.iter() {
        let (limit, angle) = (at(Q::BranchLimitPrice, id.index()), at(Q::BranchAnglePrice, id.index()));
        // A zero price beside an infinite limit is no rent.
        if limit != 0.0 {
            rent += limit.abs() * branch.rating_a_mva;
        }
        if angle != 0.0 {
            rent += angle * if angle > 0.0 { branch.angle_max_deg } else { branch.angle_min_deg }.to_radians();
        }
    }
    // An interior point leaves products of multiplier and slack of the size of its gap; their sum is judged by the turnover.
    let tolerance = 1e-6 * turnover.max(1.0);
    assert!(
        (paid - received - rent).abs() <= tolerance,
        "{}: payments {paid} − receipts {received} = {} against rent {rent}",
        case.name,
        paid - received
    );
}

/// How many prices were bracketed, how many of the brackets are narrower than a thousandth of the price, how many demands could
/// not be met, how many prices differ between steps (kinks).
#[derive(Default, Debug)]
struct Tally {
    prices: usize,
    narrow: usize,
    unmet: usize,
    kinks: usize,
}

fn laws(case: &Case, form: Option<FlowForm>, most_buses: usize, tally: &mut Tally) {
    let mut sessions: Vec<DispatchSession> =
        STEPS.iter().map(|&s| DispatchSession::new(probed(case, s), &options(form)).unwrap()).collect();
    let solved: Option<Vec<Solved>> = sessions.iter_mut().map(|s| solve(s, &case.name)).collect();
    let Some(solved) = solved else { panic!("{}: infeasible", case.name) };
    let session = &mut sessions[0];
    let net = session.network().clone();
    accounts(case, &net, &solved[0]);
    for (s, [h, w]) in solved.iter().zip(STEPS) {
        let (hourly, first) = (s.objective / (h * w), solved[0].objective);
        assert!((hourly - first).abs() <= 1e-7 * first.abs().max(1.0), "{} at {h} h × {w}: {hourly} an hour against {first}", case.name);
    }
    let first_probe = net.loads.len() - net.buses.len();
    let live: Vec<usize> = net.buses.iter().filter(|(_, b)| b.in_service()).map(|(id, _)| id.index()).collect();
    for &bus in live.iter().step_by(live.len().div_ceil(most_buses)) {
        let mut cost = |mw: f64| {
            session.update(|n| n.loads.rows_mut()[first_probe + bus].p_mw = mw.into()).unwrap();
            solve(session, &format!("{} bus {bus} {mw:+} MW", case.name))
        };
        let (less, more) = (cost(-DELTA_MW), cost(DELTA_MW));
        cost(0.0);
        tally.unmet += usize::from(less.is_none()) + usize::from(more.is_none());
        let c = &solved[0];
        for (s, [h, w]) in solved.iter().zip(STEPS) {
            let price = s.results.at(Q::BusPrice, bus, 0);
            let change = price * DELTA_MW;
            let own = c.gap + s.gap / (h * w);
            let place = || format!("{} bus {} in a step of {h} h × {w}: price {price}", case.name, net.buses.rows()[bus].name);
            if let Some(more) = &more {
                let rise = more.objective - c.objective;
                assert!(change <= rise + own + more.gap, "{}: 1 MW more costs {rise}", place());
            }
            if let Some(less) = &less {
                let fall = c.objective - less.objective;
                assert!(change >= fall - own - less.gap, "{}: 1 MW less saves {fall}", place());
            }
            if let (Some(less), Some(more)) = (&less, &more) {
                let width = more.objective + less.objective - 2.0 * c.objective + 2.0 * own + more.gap + less.gap;
                tally.narrow += usize::from(width <= 1e-3 * change.abs());
            }
            let first = c.results.at(Q::BusPrice, bus, 0);
            // Equal, or both inside the bracket of a kink.
            tally.kinks += usize::from((price - first).abs() > 1e-5 * (1.0 + first.abs()));
            tally.prices += 1;
        }
    }
}

fn chosen(buses: usize, variants: &[&str]) -> Vec<Case> {
    let fits = |c: &Case| c.buses <= buses && variants.contains(&c.variant.as_str()) && c.expected() != Expected::Infeasible;
    cases().into_iter().filter(fits).collect()
}

#[test]
fn every_price_lies_between_the_costs_of_more_and_less() {
    let mut tally = Tally::default();
    for case in chosen(300, &["typ"]) {
        laws(&case, None, if case.buses <= 118 { 118 } else { 12 }, &mut tally);
    }
    eprintln!("{tally:?}");
    // Wide brackets would prove little.
    assert!(4 * tally.narrow >= 3 * tally.prices, "{tally:?}");
}

#[test]
fn accounts_hold_in_the_angle_form() {
    for case in chosen(300, &["typ", "api", "sad"]) {
        let net = probed(&case, [1.0, 1.0]);
        let mut session = DispatchSession::new(net.clone(), &options(Some(FlowForm::Angle))).unwrap();
        let solved = solve(&mut session, &case.name).expect("feasible");
        accounts(&case, &net, &solved);
    }
}

#[test]
#[ignore = "long: every bus of every case up to 300 buses, both forms"]
fn long_prices() {
    let mut tally = Tally::default();
    for case in chosen(300, &["typ", "api", "sad"]) {
        for form in [FlowForm::Angle, FlowForm::Ptdf] {
            laws(&case, Some(form), usize::MAX, &mut tally);
            eprintln!("{} {}: {tally:?}", case.name, form.word());
        }
    }
}
