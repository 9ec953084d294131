//! Columns of L with the same pattern, gathered into panels, and the rows of every panel.

use super::graph::Graph;
use super::tree::{Tree, NONE};

/// The panels of a factor. Positions are those of [`Tree::order`].
#[derive(Debug, Default)]
pub(super) struct Supernodes {
    /// First column of every panel, and the order of the matrix at the end.
    pub first: Vec<u32>,
    /// Where the rows of every panel start in `rows`.
    pub start: Vec<usize>,
    /// Rows of every panel, ascending, its own columns first.
    pub rows: Vec<u32>,
    /// Where the values of every panel start: it has `rows` × `columns` of them.
    pub value_start: Vec<usize>,
    /// Parent of every panel, or [`NONE`].
    pub parent: Vec<u32>,
}

/// Panels of up to so many columns may be filled up with this share of zeros. (CHOLMOD takes 1, 0.8 and 0.1;
/// with half, the solves of network problems read 40 % less at the same speed of factorisation.)
const RELAX: [(usize, f64); 3] = [(4, 0.5), (16, 0.5), (48, 0.1)];
/// And wider ones with this.
const RELAX_WIDE: f64 = 0.05;

impl Supernodes {
    pub(super) fn new(graph: &Graph, tree: &Tree) -> Supernodes {
        let first = gather(graph, tree);
        let panels = first.len() - 1;
        let n = tree.order.len();
        let mut panel_of = vec![0u32; n];
        for s in 0..panels {
            panel_of[first[s] as usize..first[s + 1] as usize].fill(s as u32);
        }
        let mut out = Supernodes { first, start: vec![0], value_start: vec![0], parent: vec![NONE; panels], rows: Vec::new() };
        let (mut child, mut sibling) = (vec![NONE; panels], vec![NONE; panels]);
        let mut seen = vec![NONE; n];
        for s in 0..panels {
            let (from, to) = (out.first[s] as usize, out.first[s + 1] as usize);
            out.rows.extend(from as u32..to as u32);
            let below = out.rows.len();
            let mut take = |i: u32, rows: &mut Vec<u32>| {
                if i as usize >= to && seen[i as usize] != s as u32 {
                    seen[i as usize] = s as u32;
                    rows.push(i);
                }
            };
            for j in from..to {
                graph.near(tree.order[j] as usize).iter().for_each(|&w| take(tree.place[w as usize], &mut out.rows));
            }
            let mut c = child[s];
            while c != NONE {
                let (a, b) = (out.start[c as usize], out.start[c as usize + 1]);
                for k in a..b {
                    let row = out.rows[k];
                    take(row, &mut out.rows);
                }
                c = sibling[c as usize];
            }
            out.rows[below..].sort_unstable();
            if let Some(&row) = out.rows.get(below) {
                let p = panel_of[row as usize] as usize;
                out.parent[s] = p as u32;
                sibling[s] = child[p];
                child[p] = s as u32;
            }
            let height = out.rows.len() - out.start[s];
            out.start.push(out.rows.len());
            out.value_start.push(out.value_start[s] + height * (to - from));
        }
        out
    }
    /// Number of panels.
    pub(super) fn len(&self) -> usize {
        self.first.len() - 1
    }
    /// Rows of a panel.
    pub(super) fn rows_of(&self, s: usize) -> &[u32] {
        &self.rows[self.start[s]..self.start[s + 1]]
    }
    /// Columns of a panel.
    pub(super) fn columns_of(&self, s: usize) -> std::ops::Range<usize> {
        self.first[s] as usize..self.first[s + 1] as usize
    }
}

/// Most leaves in a panel.
const LEAVES: usize = 96;

/// First columns of the panels: leaves with the same neighbours, which eliminated one by one would each leave an update of all
/// of them; chains with nested patterns; then neighbours in the tree while few zeros are added.
#[allow(clippy::needless_range_loop)] // columns are numbers, and most of what is read belongs to two of them
fn gather(graph: &Graph, tree: &Tree) -> Vec<u32> {
    let n = tree.order.len();
    let mut leaf = vec![true; n];
    tree.parent.iter().filter(|p| **p != NONE).for_each(|&p| leaf[p as usize] = false);
    let near = |j: usize| graph.near(tree.order[j] as usize);
    let mut first: Vec<u32> = Vec::new();
    // Columns of the open panel while all of them are leaves alike; 0 for a chain.
    let mut leaves = 0;
    for j in 0..n {
        let chain = j > 0 && tree.parent[j - 1] == j as u32 && tree.count[j - 1] == tree.count[j] + 1;
        // Between themselves leaves have zeros, which are stored: few beside the rows below.
        let room = LEAVES.min((tree.count[j] as usize - 1) / 2);
        let alike = (1..room).contains(&leaves) && leaf[j] && tree.parent[j - 1] == tree.parent[j] && near(j - 1) == near(j);
        if alike {
            leaves += 1;
        } else if chain && leaves <= 1 {
            leaves = 0;
        } else {
            first.push(j as u32);
            leaves = usize::from(leaf[j]);
        }
    }
    let panels = first.len();
    first.push(n as u32);
    // From the right: `width`, `height` (of its first column) and zeros of the panel that now begins where panel s began.
    let mut width: Vec<usize> = (0..panels).map(|s| (first[s + 1] - first[s]) as usize).collect();
    let mut height: Vec<usize> = (0..panels).map(|s| width[s] + tree.count[first[s + 1] as usize - 1] as usize - 1).collect();
    let stored = |w: usize, h: usize| w as f64 * (w + 1) as f64 / 2.0 + w as f64 * (h - w) as f64;
    let own = |s: usize| tree.count[first[s] as usize..first[s + 1] as usize].iter().map(|&c| f64::from(c)).sum::<f64>();
    let mut zeros: Vec<f64> = (0..panels).map(|s| stored(width[s], height[s]) - own(s)).collect();
    let mut keep = vec![true; panels];
    // The panel right of s, as merged so far.
    let mut right = panels;
    for s in (0..panels).rev() {
        let last = first[s + 1] as usize - 1;
        let parent = tree.parent[last];
        if right < panels && parent != NONE && (parent as usize) < first[right] as usize + width[right] {
            let (w0, w1, h0, h1) = (width[s], width[right], height[s], height[right]);
            let added = w0 as f64 * (h1 + w0 - h0) as f64;
            let all = zeros[s] + zeros[right] + added;
            let w = w0 + w1;
            let share = all / stored(w, w0 + h1);
            let few = RELAX.iter().find(|(most, _)| w <= *most).map_or(RELAX_WIDE, |(_, share)| *share);
            if share <= few {
                keep[right] = false;
                (width[s], height[s], zeros[s]) = (w, w0 + h1, all);
            }
        }
        right = s;
    }
    let mut out: Vec<u32> = (0..panels).filter(|&s| keep[s]).map(|s| first[s]).collect();
    out.push(n as u32);
    out
}
