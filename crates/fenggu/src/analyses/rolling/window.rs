//! Which steps a window decides, and which of them stand.

use std::ops::Range;

/// One window: it decides the steps `start..end` and hands on the state after `keep − 1`; its answer stands for `start..keep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its number, from 0.
    pub index: usize,
    /// First step.
    pub start: usize,
    /// First step of the next window: what this one says from here on is overwritten.
    pub keep: usize,
    /// One past its last step.
    pub end: usize,
    /// Whether it reaches the end of the study.
    pub last: bool,
}

impl Window {
    /// Steps that it decides.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
    /// Steps for which its answer stands.
    pub fn kept(&self) -> Range<usize> {
        self.start..self.keep
    }
}

/// Windows of `horizon` steps, each starting `horizon − overlap` after the one before, as PyPSA's rolling horizon has them. It
/// ends with the first window that reaches the end: PyPSA goes on to solve the tail of that window once more by itself, which
/// decides the same steps again with less sight.
pub fn windows(steps: usize, horizon: usize, overlap: usize) -> Vec<Window> {
    let stride = horizon.saturating_sub(overlap).max(1);
    let mut list = Vec::new();
    let mut start = 0;
    while start < steps {
        let end = (start + horizon.max(1)).min(steps);
        let last = end == steps;
        let keep = if last { steps } else { start + stride };
        list.push(Window { index: list.len(), start, keep, end, last });
        if last {
            break;
        }
        start += stride;
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_steps_tile_the_study() {
        for steps in [1, 7, 24, 25, 96, 100] {
            for (horizon, overlap) in [(1, 0), (24, 0), (24, 6), (24, 23), (200, 5)] {
                let list = windows(steps, horizon, overlap);
                let mut next = 0;
                for w in &list {
                    assert!(w.start == next && w.keep > w.start && w.end >= w.keep && w.end - w.start <= horizon, "{w:?}");
                    assert_eq!(w.last, w.end == steps);
                    next = w.keep;
                }
                assert_eq!(next, steps);
                assert_eq!(list.iter().filter(|w| w.last).count(), 1);
            }
        }
    }
}
