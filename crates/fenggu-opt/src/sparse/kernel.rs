//! The dense arithmetic of a front: LDLᵀ of its pivot columns, and the update of what is left.
//!
//! A panel is a column-major array of `rows` × `cols`, its first `cols` rows the triangle of the pivots. Sums run over pivots in
//! their order in every cell, and products are never fused, so that results are the same on every machine, whatever its vectors.
#![allow(unsafe_code)] // one call of a function that is compiled for wider vectors, after asking the processor

use super::factor::StopFlag;

/// Signs and floor of pivots.
#[derive(Clone, Copy, Debug)]
pub(super) struct PivotRule {
    /// A pivot times its sign below this is replaced.
    pub floor: f64,
    /// By this times its sign.
    pub value: f64,
}

/// How a front ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Whole,
    /// At a pivot that is zero or not a number.
    Singular,
    Stopped,
}

/// The stop flag, asked once per so many multiplications: some ten milliseconds.
pub(super) struct Ask<'a> {
    stop: StopFlag<'a>,
    since: f64,
}

const ASK: f64 = 3e7;

impl<'a> Ask<'a> {
    pub(super) fn new(stop: StopFlag<'a>) -> Ask<'a> {
        Ask { stop, since: 0.0 }
    }
    /// Whether to stop after this much more work.
    fn after(&mut self, work: usize) -> bool {
        self.since += work as f64;
        if self.since < ASK {
            return false;
        }
        self.since = 0.0;
        (self.stop)()
    }
}

/// Rows and columns of the register tile.
const TILE_ROWS: usize = 8;
const TILE_COLS: usize = 4;
/// Pivots treated together: their packed rows stay in the first and second cache.
const DEPTH: usize = 96;
/// Pivots factorised together inside a panel.
const BLOCK: usize = 24;

/// Up to this order (or two pivots) an update is made without packing.
const SMALL: usize = 12;

/// Memory of the kernel, reused.
#[derive(Default)]
pub(super) struct Packs {
    left: Vec<f64>,
    right: Vec<f64>,
}

/// `tile[c] = Σ_p left[p] · right[p][c]` over the depth.
#[inline(always)]
fn tile_body(left: &[f64], right: &[f64]) -> [[f64; TILE_ROWS]; TILE_COLS] {
    let mut sum = [[0.0f64; TILE_ROWS]; TILE_COLS];
    for (a, b) in left.chunks_exact(TILE_ROWS).zip(right.chunks_exact(TILE_COLS)) {
        for c in 0..TILE_COLS {
            for r in 0..TILE_ROWS {
                sum[c][r] += a[r] * b[c];
            }
        }
    }
    sum
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sweep_wide(job: &Sweep<'_>, target: &mut [f64]) {
    sweep_body(job, target);
}

/// One update: `target` (lower triangle or trapezoid) −= left · right over the packed depth.
struct Sweep<'a> {
    left: &'a [f64],
    right: &'a [f64],
    depth: usize,
    /// First row and column of the target in units of the panel, rows and columns of it, its leading dimension.
    rows: usize,
    cols: usize,
    lead: usize,
}

#[inline(always)]
fn sweep_body(job: &Sweep<'_>, target: &mut [f64]) {
    let (deep_l, deep_r) = (job.depth * TILE_ROWS, job.depth * TILE_COLS);
    let row_tiles = job.rows.div_ceil(TILE_ROWS);
    for i in 0..row_tiles {
        let (top, bottom) = (i * TILE_ROWS, ((i + 1) * TILE_ROWS).min(job.rows));
        let left = &job.left[i * deep_l..(i + 1) * deep_l];
        // Only columns that reach into the lower triangle at these rows.
        let col_tiles = job.cols.min(bottom).div_ceil(TILE_COLS);
        for j in 0..col_tiles {
            let first = j * TILE_COLS;
            let sum = tile_body(left, &job.right[j * deep_r..(j + 1) * deep_r]);
            for (c, sum) in sum.iter().enumerate().take(job.cols - first.min(job.cols)) {
                let col = first + c;
                let from = top.max(col);
                if from >= bottom {
                    continue;
                }
                let place = &mut target[col * job.lead + from..col * job.lead + bottom];
                for (t, s) in place.iter_mut().zip(&sum[from - top..]) {
                    *t -= s;
                }
            }
        }
    }
}

fn sweep(job: &Sweep<'_>, target: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the instructions, as just asked.
        unsafe { sweep_wide(job, target) };
        return;
    }
    sweep_body(job, target);
}

impl Packs {
    /// Packs pivots `from..to` of rows `first..rows` of a panel: left as it is, right times D.
    fn pack(&mut self, panel: &[f64], rows: usize, first: usize, cols: usize, pivots: std::ops::Range<usize>, d: &[f64]) {
        let depth = pivots.len();
        let count = rows - first;
        self.left.clear();
        self.left.resize(count.div_ceil(TILE_ROWS) * TILE_ROWS * depth, 0.0);
        self.right.clear();
        self.right.resize(cols.div_ceil(TILE_COLS) * TILE_COLS * depth, 0.0);
        for (k, p) in pivots.enumerate() {
            let column = &panel[p * rows + first..(p + 1) * rows];
            for (i, chunk) in column.chunks(TILE_ROWS).enumerate() {
                let at = (i * depth + k) * TILE_ROWS;
                self.left[at..at + chunk.len()].copy_from_slice(chunk);
            }
            for (j, chunk) in column[..cols].chunks(TILE_COLS).enumerate() {
                let at = (j * depth + k) * TILE_COLS;
                self.right[at..at + chunk.len()].iter_mut().zip(chunk).for_each(|(r, v)| *r = v * d[p]);
            }
        }
    }
}

/// Factorises the `cols` pivot columns of a panel in place: L below a unit diagonal, D in `d`, whose diagonal cells are left
/// undefined. The rule comes with the signs of the pivots; without one any pivot but zero is taken.
pub(super) fn factor_panel(
    panel: &mut [f64],
    rows: usize,
    cols: usize,
    rule: Option<(PivotRule, &[i8])>,
    d: &mut [f64],
    packs: &mut Packs,
    ask: &mut Ask<'_>,
) -> Done {
    let mut from = 0;
    while from < cols {
        let to = (from + BLOCK).min(cols);
        for j in from..to {
            let (done, rest) = panel.split_at_mut(j * rows);
            let column = &mut rest[j..rows];
            for p in from..j {
                let before = &done[p * rows + j..(p + 1) * rows];
                let factor = before[0] * d[p];
                if factor != 0.0 {
                    column.iter_mut().zip(before).for_each(|(c, b)| *c -= factor * b);
                }
            }
            let mut pivot = column[0];
            if let Some((rule, signs)) = rule {
                let sign = f64::from(signs[j]);
                if pivot * sign < rule.floor {
                    pivot = rule.value * sign;
                }
            }
            if pivot == 0.0 || !pivot.is_finite() {
                return Done::Singular;
            }
            d[j] = pivot;
            let inverse = 1.0 / pivot;
            column[1..].iter_mut().for_each(|c| *c *= inverse);
        }
        if to < cols {
            packs.pack(panel, rows, to, cols - to, from..to, d);
            let job = Sweep { left: &packs.left, right: &packs.right, depth: to - from, rows: rows - to, cols: cols - to, lead: rows };
            // Column c of the target begins at row c of it.
            sweep(&job, &mut panel[to * rows + to..]);
        }
        if ask.after((to - from) * (rows - from) * (cols - from)) {
            return Done::Stopped;
        }
        from = to;
    }
    Done::Whole
}

/// `update −= L₂ D L₂ᵀ` (lower triangle of order rows − cols) with the rows of a factorised panel below its pivots.
pub(super) fn update(panel: &[f64], rows: usize, cols: usize, d: &[f64], update: &mut [f64], packs: &mut Packs, ask: &mut Ask<'_>) -> Done {
    let order = rows - cols;
    if order <= SMALL || cols <= 2 {
        for p in 0..cols {
            let below = &panel[p * rows + cols..(p + 1) * rows];
            for (c, v) in below.iter().enumerate() {
                let factor = v * d[p];
                if factor != 0.0 {
                    update[c * order + c..(c + 1) * order].iter_mut().zip(&below[c..]).for_each(|(t, b)| *t -= factor * b);
                }
            }
        }
        return Done::Whole;
    }
    let mut from = 0;
    while from < cols {
        let to = (from + DEPTH).min(cols);
        packs.pack(panel, rows, cols, order, from..to, d);
        let job = Sweep { left: &packs.left, right: &packs.right, depth: to - from, rows: order, cols: order, lead: order };
        sweep(&job, update);
        if ask.after((to - from) * order * order) {
            return Done::Stopped;
        }
        from = to;
    }
    Done::Whole
}
