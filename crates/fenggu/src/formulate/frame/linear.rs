//! Linear expressions: small values that live on the stack and vanish when inlined.

use super::block::Col;
use std::ops::{Add, Mul, Neg, Sub};

/// A sum of coefficient × column and a constant.
pub trait Linear: Copy {
    /// Hands every term, times `sign`, to `term`, and adds constants to `constant`.
    fn each(self, sign: f64, term: &mut impl FnMut(Col, f64), constant: &mut f64);
}

/// Coefficient × column.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    col: Col,
    coef: f64,
}
/// A sum of two expressions.
#[derive(Clone, Copy, Debug)]
pub struct Sum<A, B>(A, B);
/// A quantity that is a column in some rows and a known number in others: a limit that may become a decision.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// Coefficient × column.
    Col(Col, f64),
    /// A number.
    Value(f64),
}

impl From<Col> for Known {
    #[inline(always)]
    fn from(c: Col) -> Known {
        Known::Col(c, 1.0)
    }
}
impl Linear for Term {
    #[inline(always)]
    fn each(self, s: f64, f: &mut impl FnMut(Col, f64), _: &mut f64) {
        f(self.col, s * self.coef)
    }
}
impl Linear for Col {
    #[inline(always)]
    fn each(self, s: f64, f: &mut impl FnMut(Col, f64), _: &mut f64) {
        f(self, s)
    }
}
impl Linear for f64 {
    #[inline(always)]
    fn each(self, s: f64, _: &mut impl FnMut(Col, f64), k: &mut f64) {
        *k += s * self
    }
}
impl Linear for Known {
    #[inline(always)]
    fn each(self, s: f64, f: &mut impl FnMut(Col, f64), k: &mut f64) {
        match self {
            Known::Col(c, a) => f(c, s * a),
            Known::Value(v) => *k += s * v,
        }
    }
}
impl<A: Linear, B: Linear> Linear for Sum<A, B> {
    #[inline(always)]
    fn each(self, s: f64, f: &mut impl FnMut(Col, f64), k: &mut f64) {
        self.0.each(s, f, k);
        self.1.each(s, f, k)
    }
}
impl Mul<Col> for f64 {
    type Output = Term;
    #[inline(always)]
    fn mul(self, c: Col) -> Term {
        Term { col: c, coef: self }
    }
}
impl Mul<Known> for f64 {
    type Output = Known;
    #[inline(always)]
    fn mul(self, k: Known) -> Known {
        match k {
            Known::Col(c, a) => Known::Col(c, self * a),
            Known::Value(v) => Known::Value(self * v),
        }
    }
}
impl Neg for Term {
    type Output = Term;
    #[inline(always)]
    fn neg(self) -> Term {
        Term { col: self.col, coef: -self.coef }
    }
}
impl Neg for Col {
    type Output = Term;
    #[inline(always)]
    fn neg(self) -> Term {
        Term { col: self, coef: -1.0 }
    }
}
impl Neg for Known {
    type Output = Known;
    #[inline(always)]
    fn neg(self) -> Known {
        -1.0 * self
    }
}
macro_rules! sums {
    ($(($($g:tt)*) $t:ty),*) => { $(
        impl<$($g)* R: Linear> Add<R> for $t { type Output = Sum<$t, R>; #[inline(always)] fn add(self, r: R) -> Sum<$t, R> { Sum(self, r) } }
        impl<$($g)* R: Linear + Neg> Sub<R> for $t where R::Output: Linear { type Output = Sum<$t, R::Output>; #[inline(always)] fn sub(self, r: R) -> Sum<$t, R::Output> { Sum(self, -r) } }
    )* };
}
sums!(() Term, () Col, () Known, (A: Linear, B: Linear,) Sum<A, B>);
