//! The multifrontal factorisation (Duff and Reid 1983): every panel collects its part of the matrix and what its children leave,
//! eliminates its pivots as a dense matrix, and leaves an update to its parent.

use super::graph::{Graph, Upper};
use super::kernel::{self, Ask, Done, Packs, PivotRule};
use super::order;
use super::supernodes::Supernodes;
use super::tree::{Tree, NONE};

/// Why there is no factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoFactor {
    /// A pivot vanished or is not a number.
    Singular,
    /// The caller asked to stop.
    Stopped,
}

/// Asked between pieces of work: whether to stop.
pub(crate) type StopFlag<'a> = &'a (dyn Fn() -> bool + Sync);

/// An analysed pattern and, after [`Factors::factorise`], its factor.
pub(crate) struct Factors {
    tree: Tree,
    panels: Supernodes,
    /// Signs of the pivots in the order of elimination; empty without a rule.
    signs: Vec<i8>,
    rule: Option<PivotRule>,
    /// For every panel, the matrix's entries that it collects: position in the matrix, cell of the panel.
    entry_start: Vec<usize>,
    entries: Vec<(u32, u32)>,
    values: Vec<f64>,
    d: Vec<f64>,
    /// Work of the solves.
    work: Vec<f64>,
    below: Vec<f64>,
    /// Work of the factorisation, kept: it is large, and pages that are given back have to be asked for again.
    front: Front,
}

impl Factors {
    /// Orders and analyses. With `signs` (one per unknown) pivots are held to them by the rule, which quasi-definite matrices need
    /// near singularity; without, every pivot but zero is taken.
    ///
    /// # Errors
    /// [`NoFactor::Stopped`].
    pub(crate) fn analyse(matrix: &Upper, signs: Option<(&[i8], f64, f64)>, stop: StopFlag<'_>) -> Result<Factors, NoFactor> {
        let graph = Graph::new(matrix);
        let tree = order::best(matrix, &graph, stop)?;
        let panels = Supernodes::new(&graph, &tree);
        let n = tree.order.len();
        // Where every entry goes: into the column of its earlier end.
        let mut panel_of = vec![0u32; n];
        (0..panels.len()).for_each(|s| panel_of[panels.columns_of(s)].fill(s as u32));
        let ends = |c: usize, p: usize| {
            let (i, j) = (tree.place[matrix.row[p] as usize], tree.place[c]);
            (i.max(j), i.min(j))
        };
        let mut entry_start = vec![0usize; panels.len() + 1];
        let each = || (0..n).flat_map(|c| (matrix.start[c]..matrix.start[c + 1]).map(move |p| (c, p)));
        for (c, p) in each() {
            entry_start[panel_of[ends(c, p).1 as usize] as usize + 1] += 1;
        }
        (0..panels.len()).for_each(|s| entry_start[s + 1] += entry_start[s]);
        let mut place = entry_start.clone();
        // First (row, column) as positions, then the cell.
        let mut rough = vec![(0u32, 0u32, 0u32); matrix.row.len()];
        for (c, p) in each() {
            let (i, j) = ends(c, p);
            let s = panel_of[j as usize] as usize;
            rough[place[s]] = (p as u32, i, j);
            place[s] += 1;
        }
        let mut local = vec![0u32; n];
        let mut entries = vec![(0u32, 0u32); rough.len()];
        for s in 0..panels.len() {
            let rows = panels.rows_of(s);
            rows.iter().enumerate().for_each(|(k, &r)| local[r as usize] = k as u32);
            for e in entry_start[s]..entry_start[s + 1] {
                let (p, i, j) = rough[e];
                entries[e] = (p, (j - panels.first[s]) * rows.len() as u32 + local[i as usize]);
            }
        }
        let tallest = (0..panels.len()).map(|s| panels.rows_of(s).len()).max().unwrap_or(0);
        Ok(Factors {
            signs: signs.map_or(Vec::new(), |(signs, ..)| tree.order.iter().map(|&v| signs[v as usize]).collect()),
            rule: signs.map(|(_, floor, value)| PivotRule { floor, value }),
            values: Vec::new(),
            d: vec![0.0; n],
            work: vec![0.0; n],
            below: vec![0.0; tallest],
            front: Front::new(n),
            tree,
            panels,
            entry_start,
            entries,
        })
    }

    /// Values stored.
    pub(crate) fn size(&self) -> usize {
        self.panels.value_start.last().copied().unwrap_or(0)
    }
    /// D.
    pub(crate) fn pivots(&self) -> &[f64] {
        &self.d
    }

    /// Factorises a matrix of the pattern analysed.
    ///
    /// # Errors
    /// A vanishing pivot, or the stop flag.
    pub(crate) fn factorise(&mut self, matrix: &Upper, stop: StopFlag<'_>) -> Result<(), NoFactor> {
        self.values.clear();
        self.values.resize(self.size(), 0.0);
        let (front, mut ask) = (&mut self.front, Ask::new(stop));
        front.stack.clear();
        let (mut child, mut sibling) = (vec![NONE; self.panels.len()], vec![NONE; self.panels.len()]);
        // Where the update of a panel stands on the stack.
        let mut place = vec![0usize; self.panels.len()];
        for s in 0..self.panels.len() {
            let columns = self.panels.columns_of(s);
            let (from, to) = (self.panels.value_start[s], self.panels.value_start[s + 1]);
            let entries = &self.entries[self.entry_start[s]..self.entry_start[s + 1]];
            let panel = &mut self.values[from..to];
            for &(p, cell) in entries {
                panel[cell as usize] += matrix.value[p as usize];
            }
            let rule = self.rule.map(|rule| (rule, &self.signs[columns.clone()]));
            // The order is a postorder, so the children's updates lie on top of the stack, the first child's lowest.
            let mut kids = Vec::new();
            let mut c = child[s];
            while c != NONE {
                kids.push((c, place[c as usize]));
                c = sibling[c as usize];
            }
            place[s] = kids.last().map_or(front.stack.len(), |kid| kid.1);
            front.eliminate(&self.panels, s, panel, &kids, rule, &mut self.d[columns], &mut ask)?;
            front.stack.truncate(place[s]);
            front.stack.extend_from_slice(&front.update);
            let p = self.panels.parent[s];
            if p != NONE {
                sibling[s] = child[p as usize];
                child[p as usize] = s as u32;
            }
        }
        Ok(())
    }

    /// Solves in place with the last factor.
    pub(crate) fn solve(&mut self, x: &mut [f64]) {
        let (work, below) = (&mut self.work, &mut self.below);
        work.iter_mut().zip(&self.tree.order).for_each(|(w, &v)| *w = x[v as usize]);
        for s in 0..self.panels.len() {
            let (rows, columns) = (self.panels.rows_of(s), self.panels.columns_of(s));
            let (height, width, first) = (rows.len(), columns.len(), columns.start);
            let panel = &self.values[self.panels.value_start[s]..self.panels.value_start[s + 1]];
            let rest = &mut below[..height - width];
            rest.fill(0.0);
            for p in 0..width {
                let column = &panel[p * height..(p + 1) * height];
                let v = work[first + p];
                work[first + p + 1..first + width].iter_mut().zip(&column[p + 1..width]).for_each(|(w, l)| *w -= l * v);
                rest.iter_mut().zip(&column[width..]).for_each(|(r, l)| *r += l * v);
            }
            rows[width..].iter().zip(rest.iter()).for_each(|(&i, r)| work[i as usize] -= r);
        }
        work.iter_mut().zip(&self.d).for_each(|(w, d)| *w /= d);
        for s in (0..self.panels.len()).rev() {
            let (rows, columns) = (self.panels.rows_of(s), self.panels.columns_of(s));
            let (height, width, first) = (rows.len(), columns.len(), columns.start);
            let panel = &self.values[self.panels.value_start[s]..self.panels.value_start[s + 1]];
            let rest = &mut below[..height - width];
            rest.iter_mut().zip(&rows[width..]).for_each(|(r, &i)| *r = work[i as usize]);
            for p in (0..width).rev() {
                let column = &panel[p * height..(p + 1) * height];
                let own = dot(&column[p + 1..width], &work[first + p + 1..first + width]);
                work[first + p] -= own + dot(&column[width..], rest);
            }
        }
        self.tree.order.iter().zip(work.iter()).for_each(|(&v, w)| x[v as usize] = *w);
    }
}

/// Sum of products, in four strands that a compiler may keep side by side.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (mut sums, cut) = ([0.0f64; 4], a.len() / 4 * 4);
    for (a, b) in a[..cut].chunks_exact(4).zip(b.chunks_exact(4)) {
        for k in 0..4 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest: f64 = a[cut..].iter().zip(&b[cut..]).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// Work of the fronts.
struct Front {
    /// Place of a row in the front at hand.
    local: Vec<u32>,
    packs: Packs,
    /// Updates that wait for their parents.
    stack: Vec<f64>,
    /// Update of the front at hand.
    update: Vec<f64>,
}

impl Front {
    fn new(n: usize) -> Front {
        Front { local: vec![0; n], packs: Packs::default(), stack: Vec::new(), update: Vec::new() }
    }

    /// Assembles and eliminates panel `s`; the update that it leaves is in `update`.
    #[allow(clippy::too_many_arguments)] // the parts of one front, each borrowed from another owner
    fn eliminate(
        &mut self,
        panels: &Supernodes,
        s: usize,
        panel: &mut [f64],
        kids: &[(u32, usize)],
        rule: Option<(PivotRule, &[i8])>,
        d: &mut [f64],
        ask: &mut Ask<'_>,
    ) -> Result<(), NoFactor> {
        let rows = panels.rows_of(s);
        let (height, width) = (rows.len(), panels.columns_of(s).len());
        let left = height - width;
        let update = &mut self.update;
        update.clear();
        update.resize(left * left, 0.0);
        if !kids.is_empty() {
            rows.iter().enumerate().for_each(|(k, &r)| self.local[r as usize] = k as u32);
        }
        for &(c, at) in kids {
            let below = &panels.rows_of(c as usize)[panels.columns_of(c as usize).len()..];
            let of_child = &self.stack[at..at + below.len() * below.len()];
            for (j, &column) in below.iter().enumerate() {
                let at = self.local[column as usize] as usize;
                let from = &of_child[j * below.len() + j..(j + 1) * below.len()];
                let (to, shift) = match at < width {
                    true => (&mut panel[at * height..(at + 1) * height], 0),
                    false => (&mut update[(at - width) * left..(at - width + 1) * left], width),
                };
                for (v, &row) in from.iter().zip(&below[j..]) {
                    to[self.local[row as usize] as usize - shift] += v;
                }
            }
        }
        let mut done = kernel::factor_panel(panel, height, width, rule, d, &mut self.packs, ask);
        if done == Done::Whole {
            done = kernel::update(panel, height, width, d, update, &mut self.packs, ask);
        }
        match done {
            Done::Whole => Ok(()),
            Done::Singular => Err(NoFactor::Singular),
            Done::Stopped => Err(NoFactor::Stopped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Random;

    fn never() -> bool {
        false
    }

    /// A quasi-definite matrix of random sparsity.
    pub(super) fn quasi_definite(random: &mut Random, n: usize, density: f64) -> (Upper, Vec<i8>) {
        let signs: Vec<i8> = (0..n).map(|_| if random.unit() < 0.5 { -1 } else { 1 }).collect();
        let mut upper = Upper { start: vec![0], ..Upper::default() };
        for c in 0..n {
            for r in 0..c {
                if random.unit() < density {
                    upper.row.push(r as u32);
                    upper.value.push(if signs[r] == signs[c] { 0.0 } else { random.between(-1.0, 1.0) });
                }
            }
            upper.row.push(c as u32);
            upper.value.push(f64::from(signs[c]) * random.between(0.1, 2.0));
            upper.start.push(upper.row.len());
        }
        (upper, signs)
    }

    #[test]
    fn random_systems_are_solved() {
        let mut random = Random::new(11);
        for (n, density) in [(1, 0.5), (3, 0.5), (30, 0.1), (100, 0.03), (150, 0.9), (400, 0.01), (300, 0.2)] {
            let (matrix, signs) = quasi_definite(&mut random, n, density);
            for rule in [None, Some((signs.as_slice(), 1e-13, 1e-7))] {
                let mut factors = Factors::analyse(&matrix, rule, &never).expect("analysed");
                for _ in 0..2 {
                    factors.factorise(&matrix, &never).expect("regular");
                    let truth: Vec<f64> = (0..n).map(|_| random.between(-1.0, 1.0)).collect();
                    let mut x = vec![0.0; n];
                    matrix.add_times(&truth, &mut x);
                    factors.solve(&mut x);
                    let worst = x.iter().zip(&truth).fold(0.0f64, |w, (a, b)| w.max((a - b).abs()));
                    assert!(worst < 1e-8, "{n} {density}: {worst}");
                }
            }
        }
    }

    /// A chain of densely meshed pieces, as problems over time are: minimum degree runs into the meshes, dissection goes along the
    /// chain. The order must be the better one, and the answer right.
    #[test]
    fn long_chains_are_cut_across() {
        let (pieces, size) = (60, 60);
        let mut random = Random::new(8);
        let mut upper = Upper { start: vec![0], ..Upper::default() };
        for t in 0..pieces {
            for k in 0..size {
                let c = t * size + k;
                if t > 0 && k < 12 {
                    upper.row.push((c - size) as u32);
                }
                upper.row.extend((t * size..c).filter(|_| random.unit() < 0.07).map(|r| r as u32));
                upper.row.push(c as u32);
                upper.start.push(upper.row.len());
            }
        }
        upper.value = upper.row.iter().map(|_| random.between(-1.0, 1.0)).collect();
        for c in 0..pieces * size {
            upper.value[upper.start[c + 1] - 1] = 30.0;
        }
        let mut factors = Factors::analyse(&upper, None, &never).expect("analysed");
        // Borders of 12 before and behind a piece of 60: within small factors of (12 + 60 + 12)² × 60 for each.
        let most = 2.0 * 84.0 * 84.0 * (pieces * size) as f64;
        assert!(factors.tree.flops() < most, "{} {most}", factors.tree.flops());
        factors.factorise(&upper, &never).expect("regular");
        let truth: Vec<f64> = (0..pieces * size).map(|_| random.between(-1.0, 1.0)).collect();
        let mut x = vec![0.0; truth.len()];
        upper.add_times(&truth, &mut x);
        factors.solve(&mut x);
        assert!(x.iter().zip(&truth).all(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn the_stop_flag_ends_it() {
        let (matrix, _) = quasi_definite(&mut Random::new(5), 1500, 0.02);
        let mut factors = Factors::analyse(&matrix, None, &never).expect("analysed");
        assert_eq!(factors.factorise(&matrix, &|| true), Err(NoFactor::Stopped));
    }
}
