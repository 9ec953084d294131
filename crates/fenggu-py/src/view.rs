//! Results as arrays that look into the solution's own memory. The one file with unsafe code: numpy has no safe way to be
//! lent memory that another object owns.
#![allow(unsafe_code)]

use crate::solution::PySolution;
use fenggu::net::results::Shape;
use fenggu::net::Quantity;
use numpy::ndarray::{ArrayView1, ArrayView2};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

/// A column of results, read-only: `[element × step]`, or `[element]` for what has no steps. None where it is not there.
pub fn column<'py>(this: &Bound<'py, PySolution>, quantity: Quantity) -> Option<Bound<'py, PyAny>> {
    let results = this.get().solution.results();
    let values = results.column(quantity)?;
    let owner = this.clone().into_any();
    // SAFETY (both): the array keeps `owner` alive, and with it the results: the class is frozen and hands out no way to
    // change them, so the memory neither moves nor goes before the array does. Python cannot make such an array writable
    // again, as it does not own its memory.
    match quantity.spec().shape {
        Shape::Static => {
            let array = unsafe { PyArray1::borrow_from_array(&ArrayView1::from(values), owner) };
            Some(array.readwrite().make_nonwriteable().as_any().clone())
        }
        Shape::PerStep => {
            let elements = values.len().checked_div(results.steps)?;
            let view = ArrayView2::from_shape((elements, results.steps), values).ok()?;
            let array = unsafe { PyArray2::borrow_from_array(&view, owner) };
            Some(array.readwrite().make_nonwriteable().as_any().clone())
        }
    }
}
