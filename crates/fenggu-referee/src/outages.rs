//! Flows after outages, by the network that is left: every outage takes its branch out, and the rest is solved anew.
//!
//! | symbol | meaning                                                          | shape    | unit   |
//! |--------|------------------------------------------------------------------|----------|--------|
//! | q      | what every bus gives to the branches before the outage            | [bus]    | MW     |
//! | B, s   | flow per angle and phase shift of the branches that are left      | [branch] | MW/rad, rad |
//! | θ, f   | angles and flows after it: f = B·(θ_from − θ_to − s), Σ ±f = q     | [bus], [branch] | rad, MW |
//! | ν      | price of a limit after the outage                                 | [branch] | currency/MWh |
//! | ψ      | what the prices make of power at a bus: Σ ν·f = Σ ψ·q + Σ (ψ_from − ψ_to − ν)·B·s | [bus] | currency/MWh |
//!
//! No distribution factors: where the engine updates flows, this factorises the matrix of the network without the branch (symmetric, by rows
//! from the first entry on, buses in the order of Cuthill and McKee, so that these rows are short) and tests that flows meet what the buses
//! give. Source of the order and the storage: George and Liu (1981), Computer Solution of Large Sparse Positive Definite Systems, chapter 4.

use crate::case::Case;
use fenggu_net::results::OutagePrice;

/// A contingency that loses a branch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost {
    pub contingency: usize,
    pub branch: usize,
}

/// The outages of a case.
pub(crate) struct Outages {
    /// After which the network is still in as many pieces.
    pub secured: Vec<Lost>,
    /// After which a piece is parted: not secured.
    pub parting: Vec<Lost>,
    /// Whether a branch without impedance leaves flows open.
    pub open: bool,
}

impl Outages {
    pub(crate) fn new(case: &Case<'_>) -> Outages {
        let carries = |l: usize| case.wires.slope[l] != 0.0;
        let lost = case.net.contingencies.iter().filter(|(_, c)| c.in_service);
        let lost = lost.filter_map(|(id, c)| Some(Lost { contingency: id.index(), branch: c.branch?.index() }));
        let ends = |l: usize| (case.net.branches.rows()[l].bus_from, case.net.branches.rows()[l].bus_to);
        let lost = lost.filter(|l| carries(l.branch) && ends(l.branch).0 != ends(l.branch).1);
        let (secured, parting) = lost.partition(|l| joined_without(case, l.branch));
        Outages { secured, parting, open: (0..case.net.branches.len()).any(|l| case.wires.is_ideal(l)) }
    }
}

/// Whether both ends of a branch hang together without it.
fn joined_without(case: &Case<'_>, branch: usize) -> bool {
    let near = neighbours(case, branch);
    let b = &case.net.branches.rows()[branch];
    let mut seen = vec![false; case.net.buses.len()];
    let mut queue = vec![b.bus_from.index()];
    seen[b.bus_from.index()] = true;
    while let Some(bus) = queue.pop() {
        for &next in &near[bus] {
            if !std::mem::replace(&mut seen[next], true) {
                queue.push(next);
            }
        }
    }
    seen[b.bus_to.index()]
}

/// Buses at the other ends of branches that carry something, but for one branch. `[bus]`
fn neighbours(case: &Case<'_>, without: usize) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); case.net.buses.len()];
    for (_, b) in case.net.branches.iter().filter(|(id, _)| case.wires.slope[id.index()] != 0.0 && id.index() != without) {
        near[b.bus_from.index()].push(b.bus_to.index());
        near[b.bus_to.index()].push(b.bus_from.index());
    }
    near
}

/// The network without a branch.
pub(crate) struct Left<'c, 'a> {
    case: &'c Case<'a>,
    lost: usize,
    /// Position of a bus in the factor; the first bus of every piece, whose angle is 0, has none.
    place: Vec<usize>,
    /// First column of every row of the factor, and its entries from there up to the diagonal.
    first: Vec<usize>,
    row: Vec<Vec<f64>>,
}

const NONE: usize = usize::MAX;

impl<'c, 'a> Left<'c, 'a> {
    pub(crate) fn new(case: &'c Case<'a>, lost: usize) -> Left<'c, 'a> {
        let near = neighbours(case, lost);
        let place = order(&near);
        let n = place.iter().filter(|p| **p != NONE).count();
        let mut first: Vec<usize> = (0..n).collect();
        let wires = || case.net.branches.iter().map(|(id, b)| (id.index(), b.bus_from.index(), b.bus_to.index()));
        let ends =
            || wires().filter(|&(l, f, t)| l != lost && case.wires.slope[l] != 0.0 && f != t).map(|(l, f, t)| (l, place[f], place[t]));
        for (_, i, j) in ends().filter(|&(_, i, j)| i != NONE && j != NONE) {
            first[i.max(j)] = first[i.max(j)].min(i.min(j));
        }
        let mut row: Vec<Vec<f64>> = (0..n).map(|i| vec![0.0; i - first[i] + 1]).collect();
        for (l, i, j) in ends() {
            let slope = case.wires.slope[l];
            for k in [i, j] {
                if k != NONE {
                    row[k][k - first[k]] += slope;
                }
            }
            if i != NONE && j != NONE {
                let (low, high) = (i.min(j), i.max(j));
                row[high][low - first[high]] -= slope;
            }
        }
        // Row by row: L·D·Lᵀ, the diagonal in its place.
        for i in 0..n {
            let (above, rest) = row.split_at_mut(i);
            let own = &mut rest[0];
            for j in first[i]..i {
                let from = first[i].max(first[j]);
                let sum: f64 = (from..j).map(|m| own[m - first[i]] * above[j][m - first[j]]).sum();
                own[j - first[i]] -= sum;
            }
            let mut diagonal = own[i - first[i]];
            for j in first[i]..i {
                let whole = own[j - first[i]];
                let share = whole / above[j][j - first[j]];
                own[j - first[i]] = share;
                diagonal -= share * whole;
            }
            own[i - first[i]] = diagonal;
        }
        Left { case, lost, place, first, row }
    }

    /// Angles of what every bus gives, rad; 0 at the first bus of every piece. `[bus]`
    fn solve(&self, given: &[f64]) -> Vec<f64> {
        let n = self.row.len();
        let mut x = vec![0.0; n];
        for (bus, &k) in self.place.iter().enumerate().filter(|(_, k)| **k != NONE) {
            x[k] = given[bus];
        }
        for i in 0..n {
            let sum: f64 = (self.first[i]..i).map(|j| self.row[i][j - self.first[i]] * x[j]).sum();
            x[i] -= sum;
        }
        for (i, x) in x.iter_mut().enumerate() {
            *x /= self.row[i][i - self.first[i]];
        }
        for i in (0..n).rev() {
            for j in self.first[i]..i {
                x[j] -= self.row[i][j - self.first[i]] * x[i];
            }
        }
        self.place.iter().map(|&k| if k == NONE { 0.0 } else { x[k] }).collect()
    }

    /// Branches that are left and carry something: row, ends.
    fn wires(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let all = self.case.net.branches.iter().map(|(id, b)| (id.index(), b.bus_from.index(), b.bus_to.index()));
        all.filter(|&(l, _, _)| l != self.lost && self.case.wires.slope[l] != 0.0)
    }

    /// Flows in a step, MW `[branch]`, and by how much they miss what a bus gives where that is most.
    pub(crate) fn flows(&self, t: usize) -> (Vec<f64>, f64) {
        let case = self.case;
        let mut given = vec![0.0; case.net.buses.len()];
        for (id, b) in case.net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
            given[b.bus_from.index()] += case.flow(id.index(), t);
            given[b.bus_to.index()] -= case.flow(id.index(), t);
        }
        let mut driven = given.clone();
        for (l, f, to) in self.wires() {
            let shift = case.wires.slope[l] * case.wires.shift_at(l, case.shift, t);
            driven[f] += shift;
            driven[to] -= shift;
        }
        let angle = self.solve(&driven);
        let mut flow = vec![0.0; case.net.branches.len()];
        for (l, f, to) in self.wires() {
            flow[l] = case.wires.slope[l] * (angle[f] - angle[to] - case.wires.shift_at(l, case.shift, t));
            given[f] -= flow[l];
            given[to] += flow[l];
        }
        (flow, given.iter().fold(0.0, |m, v| if v.is_nan() { f64::NAN } else { f64::max(m, v.abs()) }))
    }

    /// What prices of limits make of power at every bus (ψ), and how far that is from exact, in the units of price times slope. `[bus]`
    fn worth(&self, price: &[(usize, f64)]) -> (Vec<f64>, f64) {
        let (case, rows) = (self.case, self.case.net.branches.rows());
        let mut pull = vec![0.0; case.net.buses.len()];
        for &(l, nu) in price {
            pull[rows[l].bus_from.index()] += nu * case.wires.slope[l];
            pull[rows[l].bus_to.index()] -= nu * case.wires.slope[l];
        }
        let psi = self.solve(&pull);
        let mut size = 0.0;
        for (l, f, t) in self.wires() {
            let flow = case.wires.slope[l] * (psi[f] - psi[t]);
            pull[f] -= flow;
            pull[t] += flow;
            size += flow.abs();
        }
        let missed: f64 = pull.iter().map(|p| p.abs()).sum();
        (psi, missed + 16.0 * f64::EPSILON * size)
    }
}

/// Position of every bus in the factor; none for the first of every piece.
fn order(near: &[Vec<usize>]) -> Vec<usize> {
    let n = near.len();
    let mut place = vec![NONE; n];
    let mut seen = vec![false; n];
    let mut queue = Vec::with_capacity(n);
    let mut by_degree: Vec<usize> = (0..n).collect();
    by_degree.sort_by_key(|&b| near[b].len());
    let mut sorted: Vec<Vec<usize>> = near.to_vec();
    sorted.iter_mut().for_each(|list| list.sort_by_key(|&b| (near[b].len(), b)));
    // The bus of fewest neighbours of every piece begins; the bus that is reached last stands first.
    let mut last = n;
    let mut of = vec![NONE; n];
    for root in by_degree {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        queue.clear();
        queue.push(root);
        let mut head = 0;
        while head < queue.len() {
            let bus = queue[head];
            head += 1;
            for &next in &sorted[bus] {
                if !std::mem::replace(&mut seen[next], true) {
                    queue.push(next);
                }
            }
        }
        for &bus in &queue[1..] {
            last -= 1;
            of[bus] = last;
        }
    }
    (0..n).filter(|&b| of[b] != NONE).for_each(|b| place[b] = of[b] - last);
    place
}

/// What prices of limits after outages add to a Lagrangian.
pub(crate) struct Weights {
    /// To the coefficient of the flow before any outage, objective per MW. `[branch × step]`
    pub flow: Vec<f64>,
    /// To that of a phase shift that is a decision, objective per rad. `[branch × step]`
    pub shift: Vec<f64>,
    /// Prices of every branch in sum, as amounts, per MWh. `[branch × step]`
    pub sum: Vec<f64>,
    /// What fixed shifts bring.
    pub constant: f64,
    /// What is not exact in it, times one radian.
    pub missed: f64,
}

/// Prices of one outage in one step: branches and prices.
pub(crate) struct Priced<'p> {
    pub lost: Lost,
    pub step: usize,
    pub prices: &'p [OutagePrice],
}

/// Groups prices by outage and step; those of outages or branches that are none are told: the first of them, as words.
pub(crate) fn grouped<'p>(case: &Case<'_>, outages: &Outages, sorted: &'p [OutagePrice]) -> Result<Vec<Priced<'p>>, String> {
    let mut out = Vec::new();
    for prices in sorted.chunk_by(|a, b| (a.contingency, a.step) == (b.contingency, b.step)) {
        let p = prices[0];
        let lost = outages.secured.iter().find(|l| l.contingency == p.contingency).copied();
        let Some(lost) = lost.filter(|_| p.step < case.steps) else {
            return Err(format!("a price of contingency {} in step {}, which is none that is secured", p.contingency + 1, p.step + 1));
        };
        let wrong = |p: &&OutagePrice| {
            let there = p.branch < case.net.branches.len() && p.branch != lost.branch && case.wires.slope[p.branch] != 0.0;
            !there || !p.price_per_mwh.is_finite()
        };
        if let Some(bad) = prices.iter().find(wrong) {
            return Err(format!("a price of branch {} after contingency {}, which has no such limit", bad.branch + 1, p.contingency + 1));
        }
        out.push(Priced { lost, step: p.step, prices });
    }
    Ok(out)
}

/// Prices in the order of outages, so that each network is factorised once.
pub(crate) fn sorted(prices: &[OutagePrice]) -> Vec<OutagePrice> {
    let mut all = prices.to_vec();
    all.sort_by_key(|p| (p.contingency, p.step, p.branch));
    all
}

impl Weights {
    pub(crate) fn new(case: &Case<'_>, priced: &[Priced<'_>], hours: &[f64], shifts_decided: bool) -> Weights {
        let size = case.net.branches.len() * case.steps;
        let zeros = || vec![0.0; size];
        let mut out = Weights { flow: zeros(), shift: zeros(), sum: zeros(), constant: 0.0, missed: 0.0 };
        let mut left: Option<Left<'_, '_>> = None;
        for p in priced {
            let left = match &mut left {
                Some(left) if left.lost == p.lost.branch => left,
                old => old.insert(Left::new(case, p.lost.branch)),
            };
            let (t, w) = (p.step, hours[p.step]);
            let nu: Vec<(usize, f64)> = p.prices.iter().map(|x| (x.branch, x.price_per_mwh)).collect();
            let (psi, missed) = left.worth(&nu);
            out.missed += w * missed;
            let mut own = vec![0.0; case.net.branches.len()];
            for &(l, v) in &nu {
                own[l] += v;
                out.sum[l * case.steps + t] += v.abs();
            }
            for (id, b) in case.net.branches.iter().filter(|(id, _)| case.wires.live[id.index()]) {
                let (l, at) = (id.index(), id.index() * case.steps + t);
                let apart = psi[b.bus_from.index()] - psi[b.bus_to.index()];
                out.flow[at] += w * apart;
                if l == p.lost.branch || case.wires.slope[l] == 0.0 {
                    continue;
                }
                let by_shift = w * (apart - own[l]) * case.wires.slope[l];
                if case.wires.shifter[l] && shifts_decided {
                    out.shift[at] += by_shift;
                } else {
                    out.constant += by_shift * case.wires.shift[l];
                }
            }
        }
        out
    }
}
