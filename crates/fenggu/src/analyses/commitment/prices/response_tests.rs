use super::*;

/// One unit that both ways take: 20 to 100 MW, start 500, up 3 h, down 2 h, ramped.
fn net() -> Network {
    let mut net = Network { time: TimeAxis::uniform(12, 1.0), ..Network::default() };
    let bus = net.buses.push(Bus { name: "A".into(), ..Bus::default() });
    let reserve = net.reserves.push(Reserve { name: "R".into(), ..Reserve::default() });
    let generator = net.generators.push(Generator {
        name: "G".into(),
        bus,
        committable: true,
        p_min_mw: Some(20.0.into()),
        p_max_mw: Some(100.0.into()),
        cost_points: vec![[20.0, 400.0], [60.0, 1000.0], [100.0, 2200.0]],
        cost_constant_per_h: 30.0,
        start_up_cost: vec![[1.0, 200.0], [4.0, 500.0]],
        shut_down_cost: 20.0,
        up_time_min_h: 3.0,
        down_time_min_h: 2.0,
        ramp_up_mw: Some(30.0),
        ramp_down_mw: Some(40.0),
        initial_status_h: Some(-1.0),
        p_initial_mw: Some(0.0),
        ..Generator::default()
    });
    net.reserve_offers.push(ReserveOffer { name: "O".into(), reserve, generator: Some(generator), ..ReserveOffer::default() });
    net
}

#[test]
fn the_program_and_the_unit_alone_agree() {
    let net = net();
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    let (mut idle, mut busy) = (0, 0);
    for _ in 0..60 {
        let level = 40.0 * next();
        let prices = Prices {
            bus: (0..12).map(|_| level * (0.4 + 1.2 * next())).collect(),
            reserve: (0..12).map(|_| if next() < 0.5 { 0.0 } else { 8.0 * next() }).collect(),
            ..Prices::default()
        };
        let mut responses = Responses::new(&net, &prices);
        let by_program = responses.best_profit(Id::new(0), None, &Control::default()).unwrap().unwrap();
        let by_problem = responses.by_problem(Id::new(0), &Control::default()).unwrap().unwrap();
        assert!((by_program - by_problem).abs() < 1e-5 * (1.0 + by_program.abs()), "{by_program} {by_problem}");
        assert!(by_program > -1e-9, "staying off costs nothing");
        *(if by_program < 1e-9 { &mut idle } else { &mut busy }) += 1;
    }
    assert!(idle > 5 && busy > 5, "{idle} {busy}");
}
