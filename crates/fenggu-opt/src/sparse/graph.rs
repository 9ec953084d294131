//! Patterns: a symmetric matrix by the columns of its upper triangle, and the graph it stands for.

/// The upper triangle of a symmetric matrix by columns: rows ≤ column, unique, in any order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upper {
    /// Start of every column; length order + 1.
    pub start: Vec<usize>,
    /// Row of every entry.
    pub row: Vec<u32>,
    /// Value of every entry.
    pub value: Vec<f64>,
}

impl Upper {
    /// Order of the matrix.
    pub(crate) fn order(&self) -> usize {
        self.start.len().saturating_sub(1)
    }
    /// `out += A x`.
    pub(crate) fn add_times(&self, x: &[f64], out: &mut [f64]) {
        for c in 0..self.order() {
            for p in self.start[c]..self.start[c + 1] {
                let (r, v) = (self.row[p] as usize, self.value[p]);
                out[r] += v * x[c];
                if r != c {
                    out[c] += v * x[r];
                }
            }
        }
    }
}

/// An undirected graph without loops: every edge is listed at both ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub start: Vec<usize>,
    pub to: Vec<u32>,
}

impl Graph {
    /// The graph of a symmetric matrix.
    pub(super) fn new(matrix: &Upper) -> Graph {
        let n = matrix.order();
        let mut start = vec![0usize; n + 1];
        let edges = || (0..n).flat_map(|c| matrix.row[matrix.start[c]..matrix.start[c + 1]].iter().map(move |&r| (r as usize, c)));
        for (r, c) in edges().filter(|(r, c)| r != c) {
            start[r + 1] += 1;
            start[c + 1] += 1;
        }
        (0..n).for_each(|k| start[k + 1] += start[k]);
        let mut place = start.clone();
        let mut to = vec![0u32; start[n]];
        for (r, c) in edges().filter(|(r, c)| r != c) {
            to[place[r]] = c as u32;
            place[r] += 1;
            to[place[c]] = r as u32;
            place[c] += 1;
        }
        Graph { start, to }
    }
    /// Number of vertices.
    pub(super) fn len(&self) -> usize {
        self.start.len() - 1
    }
    /// Neighbours of a vertex.
    pub(super) fn near(&self, v: usize) -> &[u32] {
        &self.to[self.start[v]..self.start[v + 1]]
    }
}
