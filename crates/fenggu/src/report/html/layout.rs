//! Where buses stand on paper: coordinates when the network has them, else a layout from the network's shape alone.
//!
//! Without coordinates each island is laid out on its own: pivot multidimensional scaling (Brandes and Pich 2007) of hop
//! distances, then stress majorisation (Gansner, Koren and North 2005) for small islands or a few rounds of springs for
//! large ones, and islands are packed side by side. Nothing is random, so the same network always looks the same.

use fenggu_net::Network;
use std::collections::VecDeque;

/// Buses up to which stress is majorised over all pairs.
const STRESS_MAX: usize = 400;
/// Buses above which springs are left out.
const SPRINGS_MAX: usize = 6000;
const PIVOTS: usize = 40;

/// Positions, arbitrary units, y downwards; and whether they are geographical. `[bus]`
pub(super) fn positions(net: &Network) -> (Vec<[f64; 2]>, bool) {
    let known: Vec<Option<[f64; 2]>> = net
        .buses
        .rows()
        .iter()
        .map(|b| match (b.longitude, b.latitude) {
            (Some(x), Some(y)) if x.is_finite() && y.is_finite() => Some([x, y]),
            _ => None,
        })
        .collect();
    if !known.is_empty() && known.iter().all(Option::is_some) {
        let at: Vec<[f64; 2]> = known.into_iter().flatten().collect();
        let mean = at.iter().map(|p| p[1]).sum::<f64>() / at.len() as f64;
        let squeeze = mean.to_radians().cos().max(0.05);
        let flat: Vec<[f64; 2]> = at.iter().map(|p| [p[0] * squeeze, -p[1]]).collect();
        // All buses on one spot are no map.
        if flat.iter().any(|p| (p[0] - flat[0][0]).abs() + (p[1] - flat[0][1]).abs() > 1e-9) {
            return (flat, true);
        }
    }
    let n = net.buses.len();
    let mut adjacent: Vec<Vec<u32>> = vec![Vec::new(); n];
    let ends = net.branches.iter().filter(|(_, b)| net.branch_in_service(b)).map(|(_, b)| (b.bus_from, b.bus_to));
    for (f, t) in ends.chain(net.links.iter().filter(|(_, l)| l.in_service).map(|(_, l)| (l.bus_from, l.bus_to))) {
        if f != t && f.index() < n && t.index() < n {
            adjacent[f.index()].push(t.index() as u32);
            adjacent[t.index()].push(f.index() as u32);
        }
    }
    for a in &mut adjacent {
        a.sort_unstable();
        a.dedup();
    }
    (pack(&adjacent), false)
}

fn pack(adjacent: &[Vec<u32>]) -> Vec<[f64; 2]> {
    let n = adjacent.len();
    let mut island = vec![usize::MAX; n];
    let mut islands: Vec<Vec<u32>> = Vec::new();
    for s in 0..n {
        if island[s] == usize::MAX {
            let mut members = vec![s as u32];
            island[s] = islands.len();
            let mut k = 0;
            while k < members.len() {
                for &v in &adjacent[members[k] as usize] {
                    if island[v as usize] == usize::MAX {
                        island[v as usize] = islands.len();
                        members.push(v);
                    }
                }
                k += 1;
            }
            islands.push(members);
        }
    }
    islands.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].cmp(&b[0])));
    let mut at = vec![[0.0; 2]; n];
    let mut local = vec![0u32; n];
    // Shelves below the largest island, as wide as it.
    let (mut x, mut y, mut shelf, mut width) = (0.0, 0.0, 0.0, 0.0);
    for (k, members) in islands.iter().enumerate() {
        for (i, &m) in members.iter().enumerate() {
            local[m as usize] = i as u32;
        }
        let inner: Vec<Vec<u32>> = members.iter().map(|&m| adjacent[m as usize].iter().map(|&v| local[v as usize]).collect()).collect();
        let mut p = one_island(&inner);
        let (lo, hi) = bounds(&p);
        // Area in proportion to the number of buses; one bus takes a unit square.
        let scale = (members.len() as f64).sqrt() / ((hi[0] - lo[0]) * (hi[1] - lo[1])).sqrt().max(1e-3);
        let scale = if members.len() == 1 {
            1.0
        } else {
            scale.min(4.0 * (members.len() as f64).sqrt() / (hi[0] - lo[0]).max(hi[1] - lo[1]).max(1e-9))
        };
        p.iter_mut().for_each(|q| *q = [(q[0] - lo[0]) * scale, (q[1] - lo[1]) * scale]);
        let size = [(hi[0] - lo[0]) * scale, (hi[1] - lo[1]) * scale];
        if k == 0 {
            width = size[0].max(3.0);
        } else if x + size[0] > width || k == 1 {
            (x, y, shelf) = (0.0, y + shelf + 1.5, 0.0);
        }
        for (i, &m) in members.iter().enumerate() {
            at[m as usize] = [x + p[i][0], y + p[i][1]];
        }
        x += size[0] + 1.5;
        shelf = f64::max(shelf, size[1]);
    }
    at
}

/// Smallest and largest coordinates.
pub(super) fn bounds(p: &[[f64; 2]]) -> ([f64; 2], [f64; 2]) {
    let mut lo = [f64::INFINITY; 2];
    let mut hi = [f64::NEG_INFINITY; 2];
    for q in p {
        for d in 0..2 {
            lo[d] = lo[d].min(q[d]);
            hi[d] = hi[d].max(q[d]);
        }
    }
    if p.is_empty() {
        ([0.0; 2], [1.0; 2])
    } else {
        (lo, hi)
    }
}

fn hops(adjacent: &[Vec<u32>], from: usize) -> Vec<f64> {
    let mut d = vec![f64::INFINITY; adjacent.len()];
    d[from] = 0.0;
    let mut queue = VecDeque::from([from]);
    while let Some(v) = queue.pop_front() {
        for &w in &adjacent[v] {
            if d[w as usize].is_infinite() {
                d[w as usize] = d[v] + 1.0;
                queue.push_back(w as usize);
            }
        }
    }
    d
}

fn one_island(adjacent: &[Vec<u32>]) -> Vec<[f64; 2]> {
    let n = adjacent.len();
    match n {
        0 => return Vec::new(),
        1 => return vec![[0.0; 2]],
        2 => return vec![[0.0, 0.0], [1.0, 0.0]],
        _ => {}
    }
    let mut at = pivots(adjacent);
    // A nudge that depends on the row alone lifts buses off one another and off a common line.
    for (i, p) in at.iter_mut().enumerate() {
        let h = (i as f64 * 0.618_033_988_75).fract() * std::f64::consts::TAU;
        *p = [p[0] + 0.08 * h.cos(), p[1] + 0.08 * h.sin()];
    }
    if n <= STRESS_MAX {
        stress(adjacent, &mut at);
    } else if n <= SPRINGS_MAX {
        springs(adjacent, &mut at);
    }
    at
}

/// Pivot multidimensional scaling of hop distances.
fn pivots(adjacent: &[Vec<u32>]) -> Vec<[f64; 2]> {
    let n = adjacent.len();
    let k = PIVOTS.min(n);
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(k);
    let mut nearest = vec![f64::INFINITY; n];
    let mut pivot = 0;
    for _ in 0..k {
        let d = hops(adjacent, pivot);
        nearest.iter_mut().zip(&d).for_each(|(a, b)| *a = a.min(*b));
        columns.push(d.iter().map(|v| v * v).collect());
        // The bus farthest from all pivots so far; the first of equals.
        pivot = (0..n).fold(0, |best, v| if nearest[v] > nearest[best] { v } else { best });
    }
    let row_mean: Vec<f64> = (0..n).map(|i| columns.iter().map(|c| c[i]).sum::<f64>() / k as f64).collect();
    let all = row_mean.iter().sum::<f64>() / n as f64;
    for c in &mut columns {
        let mean = c.iter().sum::<f64>() / n as f64;
        c.iter_mut().zip(&row_mean).for_each(|(v, r)| *v = -0.5 * (*v - mean - r + all));
    }
    let gram: Vec<Vec<f64>> =
        (0..k).map(|i| (0..k).map(|j| columns[i].iter().zip(&columns[j]).map(|(a, b)| a * b).sum()).collect()).collect();
    let mut axes: Vec<Vec<f64>> = Vec::new();
    for a in 0..2 {
        let mut v: Vec<f64> = (0..k).map(|i| 1.0 + ((i * 7 + a * 3) % 11) as f64).collect();
        for _ in 0..200 {
            for w in &axes {
                let dot: f64 = v.iter().zip(w).map(|(x, y)| x * y).sum();
                v.iter_mut().zip(w).for_each(|(x, y)| *x -= dot * y);
            }
            let next: Vec<f64> = gram.iter().map(|r| r.iter().zip(&v).map(|(x, y)| x * y).sum()).collect();
            let norm = next.iter().map(|x| x * x).sum::<f64>().sqrt();
            if norm < 1e-12 {
                break;
            }
            v = next.into_iter().map(|x| x / norm).collect();
        }
        axes.push(v);
    }
    let mut at: Vec<[f64; 2]> = (0..n).map(|i| [0, 1].map(|a| (0..k).map(|j| columns[j][i] * axes[a][j]).sum::<f64>())).collect();
    // Scale so that neighbours stand about one apart.
    let (mut sum, mut count) = (0.0, 0.0);
    for (i, list) in adjacent.iter().enumerate() {
        for &j in list {
            let q = at[j as usize];
            sum += ((at[i][0] - q[0]).powi(2) + (at[i][1] - q[1]).powi(2)).sqrt();
            count += 1.0;
        }
    }
    let mean = if sum > 1e-12 { sum / count } else { 1.0 };
    at.iter_mut().for_each(|p| *p = [p[0] / mean, p[1] / mean]);
    at
}

/// Stress majorisation with weights 1/d², node by node.
fn stress(adjacent: &[Vec<u32>], at: &mut [[f64; 2]]) {
    let n = at.len();
    let d: Vec<Vec<f64>> = (0..n).map(|i| hops(adjacent, i)).collect();
    for _ in 0..if n < 120 { 200 } else { 80 } {
        for i in 0..n {
            let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
            for j in (0..n).filter(|&j| j != i && d[i][j].is_finite()) {
                let (dx, dy) = (at[i][0] - at[j][0], at[i][1] - at[j][1]);
                let far = (dx * dx + dy * dy).sqrt().max(1e-9);
                let w = 1.0 / (d[i][j] * d[i][j]);
                x += w * (at[j][0] + d[i][j] * dx / far);
                y += w * (at[j][1] + d[i][j] * dy / far);
                total += w;
            }
            if total > 0.0 {
                at[i] = [x / total, y / total];
            }
        }
    }
}

/// Springs along branches, repulsion between near buses (found by a grid), cooled down.
fn springs(adjacent: &[Vec<u32>], at: &mut [[f64; 2]]) {
    let n = at.len();
    for round in 0..60 {
        let heat = 0.4 * (1.0 - f64::from(round) / 60.0);
        let (lo, hi) = bounds(at);
        let cell = 2.0_f64.max((hi[0] - lo[0]).max(hi[1] - lo[1]) / 400.0);
        let wide = ((hi[0] - lo[0]) / cell) as usize + 1;
        let high = ((hi[1] - lo[1]) / cell) as usize + 1;
        let mut grid: Vec<Vec<u32>> = vec![Vec::new(); wide * high];
        let of = |p: &[f64; 2]| ((((p[0] - lo[0]) / cell) as usize).min(wide - 1), (((p[1] - lo[1]) / cell) as usize).min(high - 1));
        for (i, p) in at.iter().enumerate() {
            let (gx, gy) = of(p);
            grid[gy * wide + gx].push(i as u32);
        }
        let old = at.to_vec();
        for i in 0..n {
            let (mut fx, mut fy) = (0.0, 0.0);
            let (gx, gy) = of(&old[i]);
            for y in gy.saturating_sub(1)..=(gy + 1).min(high - 1) {
                for x in gx.saturating_sub(1)..=(gx + 1).min(wide - 1) {
                    // A crowded cell is sampled: its pull outwards is what matters.
                    let members = &grid[y * wide + x];
                    let stride = members.len() / 64 + 1;
                    for &j in members.iter().step_by(stride).filter(|&&j| j as usize != i) {
                        let (dx, dy) = (old[i][0] - old[j as usize][0], old[i][1] - old[j as usize][1]);
                        let d2 = (dx * dx + dy * dy).max(1e-3);
                        if d2 < 4.0 * cell * cell {
                            fx += stride as f64 * 0.6 * dx / d2;
                            fy += stride as f64 * 0.6 * dy / d2;
                        }
                    }
                }
            }
            for &j in &adjacent[i] {
                let (dx, dy) = (old[j as usize][0] - old[i][0], old[j as usize][1] - old[i][1]);
                let d = (dx * dx + dy * dy).sqrt();
                fx += dx * d;
                fy += dy * d;
            }
            let f = (fx * fx + fy * fy).sqrt().max(1e-9);
            let step = f.min(1.0) * heat;
            at[i] = [old[i][0] + fx / f * step, old[i][1] + fy / f * step];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(n: usize) -> Vec<Vec<u32>> {
        (0..n).map(|i| [i.checked_sub(1), (i + 1 < n).then_some(i + 1)].into_iter().flatten().map(|v| v as u32).collect()).collect()
    }

    #[test]
    fn a_path_is_laid_out_as_a_line() {
        let at = pack(&path(30));
        let step = |i: usize| ((at[i + 1][0] - at[i][0]).powi(2) + (at[i + 1][1] - at[i][1]).powi(2)).sqrt();
        let (lo, hi) = (0..29).map(step).fold((f64::INFINITY, 0.0), |(l, h), v| (f64::min(l, v), f64::max(h, v)));
        assert!(hi / lo < 1.3, "{lo} {hi}");
    }

    #[test]
    fn islands_do_not_overlap_and_nothing_is_random() {
        let mut g = path(20);
        g.extend(path(5).into_iter().map(|l| l.into_iter().map(|v| v + 20).collect()));
        g.push(Vec::new());
        let at = pack(&g);
        assert_eq!(at, pack(&g));
        for i in 0..g.len() {
            for j in 0..i {
                let d = (at[i][0] - at[j][0]).abs() + (at[i][1] - at[j][1]).abs();
                assert!(d > 0.05, "{i} {j} {d}");
            }
        }
    }

    #[test]
    fn large_and_odd_graphs_give_finite_positions() {
        let star: Vec<Vec<u32>> = std::iter::once((1..900).collect()).chain((1..900).map(|_| vec![0])).collect();
        let grid: Vec<Vec<u32>> = (0..2500u32)
            .map(|i| {
                let (x, y) = (i % 50, i / 50);
                [(x > 0).then(|| i - 1), (x < 49).then_some(i + 1), (y > 0).then(|| i - 50), (y < 49).then_some(i + 50)]
                    .into_iter()
                    .flatten()
                    .collect()
            })
            .collect();
        for g in [star, grid, vec![], vec![vec![]], vec![vec![]; 40]] {
            let at = pack(&g);
            assert_eq!(at.len(), g.len());
            assert!(at.iter().flatten().all(|v| v.is_finite()));
        }
    }
}
