//! The synthetic province against the cited aggregates, and against itself.

use fenggu_net::{check, Network, Severity};
use fenggu_shanxi::{
    correlation, fit_report, generate, merit_order_day, published_prices, Day, Figures, Fleet, ReportLanguage, Resolution, ShanxiOptions,
    DEFAULT_SEED, SECTION,
};

/// Energy of all loads, TWh, by whether they are exports.
fn demand_twh(net: &Network) -> (f64, f64) {
    let (mut own, mut export) = (0.0, 0.0);
    for (_, l) in net.loads.iter() {
        let mwh: f64 = (0..net.steps()).map(|t| l.p_mw.at(t) * net.time.duration_h[t]).sum();
        *if l.name.starts_with("Export") { &mut export } else { &mut own } += mwh / 1e6;
    }
    (own, export)
}

fn available_twh(net: &Network, carrier: &str) -> f64 {
    let id = net.carriers.find(carrier);
    let rows = net.generators.iter().filter(|(_, g)| g.carrier == id);
    rows.map(|(_, g)| (0..net.steps()).map(|t| g.upper_mw(t) * net.time.duration_h[t]).sum::<f64>()).sum::<f64>() / 1e6
}

#[test]
fn the_year_adds_up_to_the_cited_energies() {
    let f = Figures::load().unwrap();
    let net = generate(&ShanxiOptions::year().unwrap()).unwrap();
    assert_eq!(net.steps(), 8784);
    let (own, export) = demand_twh(&net);
    let (wind, solar) = (available_twh(&net, "wind"), available_twh(&net, "solar"));
    let near = |got: f64, figure: &str| {
        let want = f.get(figure).unwrap();
        assert!((got - want).abs() < 0.06, "{figure}: {got} against {want} TWh");
    };
    near(own + export, "Market perimeter: load plus export");
    near(wind, "Market perimeter: wind energy");
    near(solar, "Market perimeter: solar energy");
    // What is left for thermal units, before pumping losses and curtailment.
    near(own + export - wind - solar, "Market perimeter: thermal energy");
    // Committed coal covers the residual in every hour.
    let coal = net.carriers.find("coal");
    for t in 0..net.steps() {
        let mut residual: f64 = net.loads.iter().map(|(_, l)| l.p_mw.at(t)).sum();
        let (mut low, mut high) = (0.0, 0.0);
        for (_, g) in net.generators.iter() {
            if g.carrier == coal {
                low += g.lower_mw(t);
                high += g.upper_mw(t);
            } else {
                residual -= g.upper_mw(t);
            }
        }
        // 1200 MW of pumped hydro stand behind the mean schedule that commitment reckons with.
        assert!(residual < high + 1200.0 && low <= high, "hour {t}: {residual} MW residual, {low} to {high} MW coal");
        assert!(high < 62_000.0, "hour {t}: {high} MW");
    }
}

#[test]
fn the_demo_day_is_a_network_without_findings() {
    for options in [
        ShanxiOptions::demo().unwrap(),
        ShanxiOptions { fleet: Fleet::Committable, ..ShanxiOptions::demo().unwrap() },
        // Across the end of the heat season, hours.
        ShanxiOptions { days: 4, resolution: Resolution::Hour, fleet: Fleet::Units, ..ShanxiOptions::day(3, 30).unwrap() },
    ] {
        let net = generate(&options).unwrap();
        let errors: Vec<_> = check(&net, None).into_iter().filter(|d| d.severity != Severity::Note).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(net.name.starts_with("Synthetic Shanxi"));
        assert_eq!(net.currency, "CNY");
        assert_eq!(net.time.end_label(net.steps() - 1), "24:00");
        assert!(net.interfaces.find(SECTION).is_some());
        assert_eq!(net.buses.len(), 14);
        for (_, b) in net.buses.iter() {
            let (lat, lon) = (b.latitude.unwrap(), b.longitude.unwrap());
            assert!((34.5..40.8).contains(&lat) && (110.0..115.0).contains(&lon), "{} {lat} {lon}", b.name);
        }
        for (_, b) in net.branches.iter() {
            assert!(b.x_pu > 0.0 && b.x_pu < 0.1 && b.rating_a_mva >= 2700.0, "{}", b.name);
            assert!((15.0..400.0).contains(&b.length_km.unwrap()), "{}", b.name);
        }
        for (_, g) in net.generators.iter() {
            // Offer and premium together stay within the market's floor and cap.
            let premium = g.cost_linear_per_mwh.max();
            let width: f64 = g.offer.iter().map(|s| s[0]).sum();
            let most = (0..net.steps()).map(|t| g.upper_mw(t)).fold(0.0, f64::max);
            assert!(g.offer.is_empty() || width >= most - 1e-6, "{}: {width} MW offered, {most} MW available", g.name);
            let mut last = 0.0;
            for [width, price] in &g.offer {
                assert!(*width > 0.0 && *price >= last && *price + premium <= 1500.0, "{}", g.name);
                last = *price;
            }
            for t in 0..net.steps() {
                assert!(g.lower_mw(t) >= 0.0 && g.lower_mw(t) <= g.upper_mw(t) + 1e-9, "{}", g.name);
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_network_and_another_does_not() {
    let demo = ShanxiOptions::demo().unwrap();
    let a = generate(&demo).unwrap();
    assert_eq!(a, generate(&demo).unwrap());
    let other = generate(&ShanxiOptions { seed: demo.seed + 1, ..demo.clone() }).unwrap();
    assert_ne!(a.generators, other.generators);
    // A fingerprint of the bytes: changes when the generator does, or when a platform rounds otherwise.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut eat = |v: f64| {
        for b in v.to_bits().to_le_bytes() {
            hash = (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (_, l) in a.loads.iter() {
        l.p_mw.values().iter().copied().for_each(&mut eat);
    }
    for (_, g) in a.generators.iter() {
        g.p_max_pu.values().iter().copied().for_each(&mut eat);
        g.offer.iter().for_each(|s| eat(s[1]));
    }
    assert_eq!(hash, FINGERPRINT, "{hash:#x}");
}
const FINGERPRINT: u64 = 0x029e_29f1_9a4e_bd53;

#[test]
fn a_day_is_the_same_alone_and_within_a_month() {
    let day = generate(&ShanxiOptions::demo().unwrap()).unwrap();
    let month = generate(&ShanxiOptions { days: 31, ..ShanxiOptions::day(12, 1).unwrap() }).unwrap();
    let first = 15 * 96;
    assert_eq!(month.time.start_utc_s[first], day.time.start_utc_s[0]);
    for (_, l) in day.loads.iter() {
        let other = &month.loads[month.loads.find(&l.name).unwrap()];
        assert!((0..96).all(|t| l.p_mw.at(t) == other.p_mw.at(first + t)), "{}", l.name);
    }
    for (_, g) in day.generators.iter() {
        let other = &month.generators[month.generators.find(&g.name).unwrap()];
        assert!((0..96).all(|t| g.upper_mw(t) == other.upper_mw(first + t)), "{}", g.name);
        if g.upper_mw(0) == 0.0 || g.p_max_pu.at(0) == 1.0 {
            assert_eq!(g.offer, other.offer);
        }
    }
}

#[test]
fn quarter_hours_of_the_year_average_to_its_hours() {
    let options = ShanxiOptions::year().unwrap();
    let hours = generate(&options).unwrap();
    let quarters = generate(&ShanxiOptions { resolution: Resolution::QuarterHour, ..options }).unwrap();
    assert_eq!(quarters.steps(), 35_136);
    let (a, b) = (demand_twh(&hours), demand_twh(&quarters));
    assert!((a.0 - b.0).abs() < 1e-3 && (a.1 - b.1).abs() < 1e-3);
    assert!((available_twh(&hours, "wind") - available_twh(&quarters, "wind")).abs() < 1e-3);
}

#[test]
fn weather_is_spread_and_shared_as_asked() {
    let net = generate(&ShanxiOptions::year().unwrap()).unwrap();
    let series = |name: &str| net.generators[net.generators.find(name).unwrap()].p_max_pu.values().to_vec();
    let corr = correlation;
    let (datong, shuozhou, yuncheng) = (series("Datong wind"), series("Shuozhou wind"), series("Yuncheng wind"));
    assert!(corr(&datong, &shuozhou) > corr(&datong, &yuncheng) + 0.1, "neighbours share more wind than the ends of the province");
    assert!(corr(&datong, &yuncheng) > 0.3);
    // Sun: dark at midnight, brightest near 13:00 on the clock (the province lies west of 120° E).
    let sun = series("Taiyuan solar");
    assert!(sun.iter().step_by(24).all(|&v| v == 0.0));
    let mean_hour = |h: usize| sun.iter().skip(h).step_by(24).sum::<f64>();
    let brightest = (0..24).max_by(|&a, &b| mean_hour(a).total_cmp(&mean_hour(b))).unwrap();
    assert_eq!(brightest, 12); // the hour from 12:00 to 13:00
}

#[test]
fn options_out_of_range_are_named() {
    assert!(ShanxiOptions::day(2, 30).unwrap_err().to_string().contains("02-30"));
    let late = ShanxiOptions { days: 17, ..ShanxiOptions::demo().unwrap() };
    assert!(generate(&late).unwrap_err().to_string().contains("2024-12-16"));
    let limit = ShanxiOptions { section_limit_mw: Some(f64::NAN), ..ShanxiOptions::demo().unwrap() };
    assert!(generate(&limit).unwrap_err().to_string().contains("section_limit_mw"));
    assert!(Day::from_index(366).is_none());
}

#[test]
fn the_fit_reaches_its_targets_for_several_seeds() {
    for seed in [DEFAULT_SEED, 2024, 7] {
        let r = fit_report(seed).unwrap();
        assert!(r.months_at_least(0.9) >= 9, "seed {seed}: {} months", r.months_at_least(0.9));
        assert!(r.thermal_error_pct() < 3.0);
        // Better than guessing the mean of the other months, by more than a twentieth.
        assert!(r.mean(|m| m.error_left_out) < 0.95 * r.mean(|m| m.error_baseline));
        assert!(r.months.iter().all(|m| m.thermal_shape_left_out > 0.94));
        // The two fits are different things: the one that has seen the month is nearer on the whole.
        assert!(r.mean(|m| m.error) < r.mean(|m| m.error_left_out));
        let (en, zh) = (r.text(ReportLanguage::English), r.text(ReportLanguage::Chinese));
        assert!(en.contains("Synthetic") && en.contains("worst month") && zh.contains("合成") && zh.contains("留一"));
        if seed == DEFAULT_SEED {
            println!("{en}\n{zh}");
            let readme = include_str!("../README.md");
            for line in en.lines() {
                assert!(readme.contains(line), "the README does not say what the program prints; put this in:\n{en}");
            }
        }
    }
}

#[test]
fn the_demo_day_has_the_shape_of_the_published_december() {
    let demo = ShanxiOptions::demo().unwrap();
    let day = merit_order_day(demo.seed, demo.first).unwrap();
    let published = published_prices(&Figures::load().unwrap()).unwrap()[11];
    assert!(correlation(&day, &published) > 0.9);
    let at = |best: fn(f64, f64) -> bool| (1..24).fold(0, |a, h| if best(day[h], day[a]) { h } else { a });
    let (valley, peak) = (at(|x, y| x < y), at(|x, y| x > y));
    assert!((12..=13).contains(&valley) && (17..=18).contains(&peak), "valley {valley}, peak {peak}");
    // The published mean runs from about 77 to 547 CNY/MWh.
    assert!((20.0..140.0).contains(&day[valley]) && (450.0..650.0).contains(&day[peak]), "{} {}", day[valley], day[peak]);
    // The mean of a month's days is the fitted month, not any day: days differ.
    let other = merit_order_day(demo.seed, Day::new(12, 17).unwrap()).unwrap();
    assert!(day.iter().zip(&other).any(|(a, b)| (a - b).abs() > 50.0));
}
