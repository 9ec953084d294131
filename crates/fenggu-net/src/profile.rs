//! A quantity that a user may give as one number or as a series over the steps.

use std::sync::Arc;

/// One number for all steps, or one per step. A series is shared, not copied: a hundred wind farms on
/// one profile cost its 8 bytes a step once.
#[derive(Clone, Debug)]
pub enum Profile {
    /// The same value in every step.
    Const(f64),
    /// One value per step, `[step]`.
    Series(Arc<[f64]>),
}

impl PartialEq for Profile {
    /// NaN equals NaN: in a profile it says "nothing is said here", and two profiles that say nothing are the same.
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &f64, b: &f64| a == b || (a.is_nan() && b.is_nan());
        match (self, other) {
            (Profile::Const(a), Profile::Const(b)) => same(a, b),
            (Profile::Series(a), Profile::Series(b)) => {
                Arc::ptr_eq(a, b) || (a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b)))
            }
            _ => false,
        }
    }
}

impl Profile {
    /// Value in step `t`. A constant answers for every step.
    ///
    /// # Panics
    /// When a series is shorter than `t`; networks handed on by a reader or passed by `check` never are.
    #[inline(always)]
    pub fn at(&self, t: usize) -> f64 {
        match self {
            Profile::Const(v) => *v,
            Profile::Series(s) => s[t],
        }
    }
    /// The single value, when it is one.
    pub fn constant(&self) -> Option<f64> {
        match self {
            Profile::Const(v) => Some(*v),
            Profile::Series(_) => None,
        }
    }
    /// All values at once: one of a constant, all of a series.
    pub fn values(&self) -> &[f64] {
        match self {
            Profile::Const(v) => std::slice::from_ref(v),
            Profile::Series(s) => s,
        }
    }
    /// Whether every value is `v`.
    pub fn is_all(&self, v: f64) -> bool {
        self.values().iter().all(|&x| x == v)
    }
    /// Largest value.
    pub fn max(&self) -> f64 {
        self.values().iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
    /// Smallest value.
    pub fn min(&self) -> f64 {
        self.values().iter().copied().fold(f64::INFINITY, f64::min)
    }
    /// The same profile with `f` applied to every value.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Profile {
        match self {
            Profile::Const(v) => Profile::Const(f(*v)),
            Profile::Series(s) => Profile::Series(s.iter().map(|&v| f(v)).collect()),
        }
    }
}

impl From<f64> for Profile {
    fn from(v: f64) -> Self {
        Profile::Const(v)
    }
}
impl From<Vec<f64>> for Profile {
    fn from(v: Vec<f64>) -> Self {
        Profile::Series(v.into())
    }
}
