//! A sum that knows how far its rounding may have carried it.

use std::ops::{AddAssign, SubAssign};

/// Neumaier's compensated sum, with the sum of its parts' sizes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    head: f64,
    rest: f64,
    /// Σ |part|.
    pub gross: f64,
}

impl Sum {
    #[inline]
    pub(crate) fn value(self) -> f64 {
        self.head + self.rest
    }
    /// Takes in another sum.
    pub(crate) fn take(&mut self, other: Sum) {
        let gross = self.gross + other.gross;
        *self += other.head;
        *self += other.rest;
        self.gross = gross;
    }
}

impl AddAssign<f64> for Sum {
    #[inline]
    fn add_assign(&mut self, part: f64) {
        let sum = self.head + part;
        self.rest += if self.head.abs() >= part.abs() { (self.head - sum) + part } else { (part - sum) + self.head };
        self.head = sum;
        self.gross += part.abs();
    }
}

impl SubAssign<f64> for Sum {
    #[inline]
    fn sub_assign(&mut self, part: f64) {
        *self += -part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_plain_addition_loses_is_kept() {
        let mut sum = Sum::default();
        for part in [1e15, 0.125, -1e15, 1.0] {
            sum += part;
        }
        assert_eq!((sum.value(), sum.gross), (1.125, 2e15 + 1.125));
        let mut other = Sum::default();
        other -= 0.5;
        sum.take(other);
        assert_eq!((sum.value(), sum.gross), (0.625, 2e15 + 1.625));
    }
}
