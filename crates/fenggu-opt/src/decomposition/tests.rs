//! The bundle against duals that are known otherwise.

use super::*;

/// Blocks as lists of points; answers the point of least reduced cost.
fn oracle<'a>(coupling: &'a Coupling, blocks: &'a [Vec<Point>]) -> impl FnMut(&[f64]) -> Option<Vec<Response>> + 'a {
    move |m: &[f64]| {
        let mut prices = vec![0.0; coupling.ports()];
        let answer = |(g, points): (usize, &Vec<Point>)| {
            coupling.prices(m, g, &mut prices);
            let value = |p: &Point| p.cost - p.activity.iter().zip(&prices).map(|(a, b)| a * b).sum::<f64>();
            let point = points.iter().min_by(|a, b| value(a).total_cmp(&value(b))).cloned().unwrap_or_default();
            Response { value: value(&point), point }
        };
        Some(blocks.iter().enumerate().map(answer).collect())
    }
}

fn point(cost: f64, activity: &[f64], tag: u64) -> Point {
    Point { cost, activity: activity.to_vec(), tag: vec![tag] }
}

/// Terms, lower and upper limit.
type Row = (Vec<(u32, f64)>, f64, f64);

const EXACT: BundleOptions = BundleOptions { tolerance: 1e-9, rounds: 400, sweeps: 400, sure: true };

#[test]
fn two_machines_and_a_demand_have_the_hull_price() {
    // Off, or on at 10 for 100; and at 30 for 600. A demand of 15 is met at least cost by the mix 10 + 5/20 of the second: price 20+... by hand:
    // the hull takes the first whole (10 a unit) and 5 of the second at 20: cost 100 + 5·20 = 200, price 20.
    let coupling =
        Coupling { lower: vec![15.0], upper: vec![15.0], range: vec![[f64::NEG_INFINITY, f64::INFINITY]], ..Coupling::default() };
    let blocks = vec![vec![point(0.0, &[0.0], 0), point(100.0, &[10.0], 1)], vec![point(0.0, &[0.0], 0), point(600.0, &[30.0], 1)]];
    let mut b = Bundle::new(coupling.clone(), 2, vec![0.0], 1.0);
    b.run(&EXACT, f64::INFINITY, &mut oracle(&coupling, &blocks));
    assert!((b.best - 200.0).abs() < 1e-5, "{}", b.best);
    assert!((b.best_multipliers[0] - 20.0).abs() < 1e-4);
    assert!((b.combined_cost() - 200.0).abs() < 1e-3 && b.violation() < 1e-4);
    assert_eq!(b.tags(0), vec![(1.0, vec![1])]);
}

#[test]
fn a_price_for_missing_the_row_is_its_highest_multiplier() {
    let coupling = Coupling { lower: vec![50.0], upper: vec![f64::INFINITY], range: vec![[0.0, 33.0]], ..Coupling::default() };
    let blocks = vec![vec![point(0.0, &[0.0], 0), point(600.0, &[30.0], 1)]];
    let mut b = Bundle::new(coupling.clone(), 1, vec![0.0], 1.0);
    b.run(&EXACT, f64::INFINITY, &mut oracle(&coupling, &blocks));
    // 30 made for 600, 20 missed at 33.
    assert!((b.best - (600.0 + 20.0 * 33.0)).abs() < 1e-5, "{}", b.best);
}

/// Random blocks of vertices: the dual equals the linear program over their convex hulls.
#[test]
fn the_dual_equals_the_linear_program_over_the_hulls() {
    use crate::{Backend, Control, Problem};
    let mut state = 7u64;
    let mut random = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    for case in 0..25 {
        let (ports, blocks, extra) = (1 + case % 4, 2 + case % 5, case % 3);
        let sets: Vec<Vec<Point>> = (0..blocks)
            .map(|_| {
                (0..2 + case % 3)
                    .map(|j| {
                        let a: Vec<f64> = (0..ports).map(|_| if j == 0 { 0.0 } else { 10.0 * random() }).collect();
                        point(if j == 0 { 0.0 } else { a.iter().sum::<f64>() * (5.0 + 20.0 * random()) }, &a, j as u64)
                    })
                    .collect()
            })
            .collect();
        let most: f64 = blocks as f64 * 4.0;
        let mut coupling = Coupling {
            lower: (0..ports).map(|_| most * random()).collect(),
            upper: vec![f64::INFINITY; ports],
            range: vec![[-500.0, 500.0]; ports],
            ..Coupling::default()
        };
        for _ in 0..extra {
            coupling.extra.push(Extra { port: 0, weight: (0..blocks).map(|_| random() - 0.5).collect() });
            coupling.lower.push(-3.0 * random());
            coupling.upper.push(3.0 * random());
            coupling.range.push([-500.0, 500.0]);
        }
        // Columns: weights, then a shortage and an excess for every row at 500.
        let rows = coupling.lower.len();
        let mut cols: Vec<(f64, f64, f64)> = sets.iter().flatten().map(|p| (p.cost, 0.0, 1.0)).collect();
        let first = cols.len() as u32;
        cols.extend((0..2 * rows).map(|_| (500.0, 0.0, f64::INFINITY)));
        let mut terms: Vec<Row> = Vec::new();
        for k in 0..rows {
            let mut row = vec![(first + 2 * k as u32, 1.0), (first + 2 * k as u32 + 1, -1.0)];
            let all = sets.iter().enumerate().flat_map(|(g, s)| s.iter().map(move |p| (g, p)));
            for (j, (g, p)) in all.enumerate() {
                let a = if k < ports { p.activity[k] } else { coupling.extra[k - ports].weight[g] * p.activity[0] };
                row.push((j as u32, a));
            }
            terms.push((row, coupling.lower[k], coupling.upper[k]));
        }
        let mut j = 0;
        for s in &sets {
            terms.push(((0..s.len()).map(|i| (j + i as u32, 1.0)).collect(), 1.0, 1.0));
            j += s.len() as u32;
        }
        let rows_of: Vec<_> = terms.iter().map(|(t, l, u)| (t.as_slice(), *l, *u)).collect();
        let lp = Backend::Auto.solve(&Problem::from_rows(&cols, &rows_of), &Control::default()).unwrap();
        let mut b = Bundle::new(coupling.clone(), blocks, vec![0.0; rows], 1.0);
        b.run(&EXACT, f64::INFINITY, &mut oracle(&coupling, &sets));
        assert!(b.best <= lp.objective + 1e-6 * lp.objective.abs(), "case {case}: above the optimum");
        assert!((b.best - lp.objective).abs() < 2e-6 * (1.0 + lp.objective.abs()), "case {case}: {} for {}", b.best, lp.objective);
    }
}
