//! Which step of one side is which step of the other.

use serde::Serialize;
use std::collections::HashMap;

/// Steps of the two sides and how they were matched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Steps {
    /// Steps of the first.
    pub a: usize,
    /// Steps of the second.
    pub b: usize,
    /// Steps that were compared.
    pub compared: usize,
    /// `start` when steps were matched by the instant they start at, `order` when no start is common and the numbers of steps are
    /// compared one by one.
    pub by: &'static str,
    /// Pairs of steps, and the label of the first.
    #[serde(skip)]
    pub pairs: Vec<(usize, usize)>,
    #[serde(skip)]
    pub(super) labels: Vec<String>,
}

impl Steps {
    /// Matches steps by their labels (start in UTC, or number from 1).
    pub fn of(a: &[String], b: &[String]) -> Steps {
        let place: HashMap<&str, usize> = b.iter().enumerate().map(|(t, l)| (l.as_str(), t)).collect();
        let mut pairs: Vec<(usize, usize)> = a.iter().enumerate().filter_map(|(t, l)| Some((t, *place.get(l.as_str())?))).collect();
        let mut by = "start";
        if pairs.is_empty() {
            by = "order";
            pairs = (0..a.len().min(b.len())).map(|t| (t, t)).collect();
        }
        let labels = pairs.iter().map(|&(t, _)| a[t].clone()).collect();
        Steps { a: a.len(), b: b.len(), compared: pairs.len(), by, pairs, labels }
    }
    /// Whether every step has its partner under the same label.
    pub fn all(&self) -> bool {
        self.by == "start" && self.compared == self.a && self.compared == self.b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_meet_by_their_start_or_else_in_order() {
        let days = |d: &[&str]| d.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let late = Steps::of(&days(&["01", "02", "03"]), &days(&["02", "03", "04"]));
        assert_eq!((late.pairs.as_slice(), late.by, late.all()), (&[(1, 0), (2, 1)][..], "start", false));
        let other = Steps::of(&days(&["01", "02"]), &days(&["x", "y", "z"]));
        assert_eq!((other.pairs.as_slice(), other.by), (&[(0, 0), (1, 1)][..], "order"));
        assert!(Steps::of(&days(&["1", "2"]), &days(&["1", "2"])).all());
    }
}
