//! The only unsafe code of the crate (with `watch`): the calls into HiGHS (C API of 1.16), each wrapped so that array lengths are checked
//! on this side and no pointer escapes.
#![allow(unsafe_code)] // the foreign functions of HiGHS cannot be called otherwise

use super::mip_watch::{mip_event, MipWatch, EVENTS};
use super::watch::{interrupt, Ended, Watch};
use crate::control::{Clock, ProgressSink};
use crate::Error;
use highs_sys as c;
use std::cell::Cell;
use std::ffi::{c_int, c_void, CStr, CString};
use std::ptr::null_mut;

/// Integer type of HiGHS: 32 bits in the vendored build.
pub(super) type Int = c::HighsInt;

/// Arrays of a model in HiGHS's integer type.
pub(super) struct Columns<'a> {
    pub start: &'a [Int],
    pub row: &'a [Int],
    pub value: &'a [f64],
}

/// A basis: the status of every column and row, as HiGHS numbers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    pub(super) cols: Vec<Int>,
    pub(super) rows: Vec<Int>,
}

/// Values of the last solution: columns, column duals, rows' duals.
pub(super) struct Point {
    pub x: Vec<f64>,
    pub row_dual: Vec<f64>,
}

/// Raw arrays of the ranging call, in HiGHS's order.
pub(super) struct RawRanging {
    pub cost_up: Vec<f64>,
    pub cost_down: Vec<f64>,
    pub row_up: Vec<f64>,
    pub row_up_objective: Vec<f64>,
    pub row_down: Vec<f64>,
    pub row_down_objective: Vec<f64>,
}

/// One HiGHS instance.
pub(super) struct Highs {
    raw: *mut c_void,
    cols: usize,
    rows: usize,
}

// SAFETY: an instance is owned by one `Highs` and every call takes it by reference from one thread at a time. HiGHS keeps
// no thread-bound state inside an instance: its scheduler is thread-local and looked up anew by each run.
unsafe impl Send for Highs {}

impl Drop for Highs {
    fn drop(&mut self) {
        // SAFETY: created by Highs_create, destroyed once.
        unsafe { c::Highs_destroy(self.raw) }
    }
}

thread_local! {
    /// Threads of the scheduler that HiGHS holds for this thread; 0 before the first run.
    static SCHEDULER_THREADS: Cell<u32> = const { Cell::new(0) };
}

fn ok(status: Int, call: &'static str) -> Result<(), Error> {
    // A warning (1) is a success that HiGHS would have logged.
    if status == c::STATUS_ERROR {
        Err(Error::Solver { backend: "HiGHS", call })
    } else {
        Ok(())
    }
}

/// HiGHS's own version, as it tells it.
pub(super) fn version() -> String {
    // SAFETY: returns a static string.
    let raw = unsafe { c::Highs_version() };
    if raw.is_null() {
        return "unknown".into();
    }
    // SAFETY: HiGHS returns a static, null-terminated string.
    unsafe { CStr::from_ptr(raw) }.to_string_lossy().into_owned()
}

impl Highs {
    /// A silent instance with an empty model.
    pub(super) fn new() -> Result<Highs, Error> {
        // SAFETY: returns an owned instance.
        let raw = unsafe { c::Highs_create() };
        if raw.is_null() {
            return Err(Error::Solver { backend: "HiGHS", call: "create" });
        }
        let highs = Highs { raw, cols: 0, rows: 0 };
        highs.set_bool("output_flag", false)?;
        // Its default is 1e-9. Dense sensitivity rows have thousands of entries below that, times columns in the thousands
        // each: dropping them moved a row by 1.4e-6 of its terms on a model of 8,387 nodes.
        highs.set_double("small_matrix_value", super::SMALLEST_ENTRY)?;
        Ok(highs)
    }

    fn name(text: &str) -> Result<CString, Error> {
        CString::new(text).map_err(|_| Error::Solver { backend: "HiGHS", call: "option name" })
    }
    pub(super) fn set_bool(&self, name: &'static str, value: bool) -> Result<(), Error> {
        let key = Self::name(name)?;
        // SAFETY: valid instance and string.
        ok(unsafe { c::Highs_setBoolOptionValue(self.raw, key.as_ptr(), Int::from(value)) }, name)
    }
    pub(super) fn set_int(&self, name: &'static str, value: Int) -> Result<(), Error> {
        let key = Self::name(name)?;
        // SAFETY: valid instance and string.
        ok(unsafe { c::Highs_setIntOptionValue(self.raw, key.as_ptr(), value) }, name)
    }
    pub(super) fn set_double(&self, name: &'static str, value: f64) -> Result<(), Error> {
        let key = Self::name(name)?;
        // SAFETY: valid instance and string.
        ok(unsafe { c::Highs_setDoubleOptionValue(self.raw, key.as_ptr(), value) }, name)
    }
    pub(super) fn set_text(&self, name: &'static str, value: &str) -> Result<(), Error> {
        let (key, value) = (Self::name(name)?, Self::name(value)?);
        // SAFETY: valid instance and strings.
        ok(unsafe { c::Highs_setStringOptionValue(self.raw, key.as_ptr(), value.as_ptr()) }, name)
    }
    fn info_int(&self, name: &str) -> Int {
        let mut value = 0;
        if let Ok(key) = Self::name(name) {
            // SAFETY: valid instance, string and place for one integer.
            unsafe { c::Highs_getIntInfoValue(self.raw, key.as_ptr(), &mut value) };
        }
        value
    }

    /// Passes a whole LP; any model before it is forgotten.
    pub(super) fn pass_lp(
        &mut self,
        offset: f64,
        cost: &[f64],
        col: (&[f64], &[f64]),
        row: (&[f64], &[f64]),
        matrix: &Columns<'_>,
    ) -> Result<(), Error> {
        let (cols, rows, entries) = (cost.len(), row.0.len(), matrix.row.len());
        let lengths_hold = col.0.len() == cols
            && col.1.len() == cols
            && row.1.len() == rows
            && matrix.start.len() == cols + 1
            && matrix.value.len() == entries;
        if !lengths_hold {
            return Err(Error::Solver { backend: "HiGHS", call: "passLp: lengths" });
        }
        // SAFETY: all arrays have the lengths passed (checked above); HiGHS copies them.
        let status = unsafe {
            c::Highs_passLp(
                self.raw,
                cols as Int,
                rows as Int,
                entries as Int,
                c::MATRIX_FORMAT_COLUMN_WISE,
                c::OBJECTIVE_SENSE_MINIMIZE,
                offset,
                cost.as_ptr(),
                col.0.as_ptr(),
                col.1.as_ptr(),
                row.0.as_ptr(),
                row.1.as_ptr(),
                matrix.start.as_ptr(),
                matrix.row.as_ptr(),
                matrix.value.as_ptr(),
            )
        };
        ok(status, "passLp")?;
        (self.cols, self.rows) = (cols, rows);
        Ok(())
    }

    /// Says which columns must be whole numbers.
    pub(super) fn set_integer(&mut self, integer: &[bool]) -> Result<(), Error> {
        if integer.len() != self.cols {
            return Err(Error::Solver { backend: "HiGHS", call: "changeColsIntegrality: length" });
        }
        if self.cols == 0 {
            return Ok(());
        }
        let kinds: Vec<Int> = integer.iter().map(|&i| if i { c::VAR_TYPE_INTEGER } else { c::VAR_TYPE_CONTINUOUS }).collect();
        // SAFETY: one kind per column, checked; HiGHS copies.
        let status = unsafe { c::Highs_changeColsIntegralityByRange(self.raw, 0, self.cols as Int - 1, kinds.as_ptr()) };
        ok(status, "changeColsIntegralityByRange")
    }

    /// Gives a point to start from: values of some columns. HiGHS completes it, or ignores it.
    pub(super) fn set_start(&mut self, index: &[Int], value: &[f64]) -> Result<(), Error> {
        let known = index.iter().all(|&j| usize::try_from(j).is_ok_and(|j| j < self.cols));
        if index.len() != value.len() || !known {
            return Err(Error::Solver { backend: "HiGHS", call: "setSparseSolution: lengths" });
        }
        // SAFETY: lengths and indices checked; HiGHS copies.
        ok(unsafe { c::Highs_setSparseSolution(self.raw, index.len() as Int, index.as_ptr(), value.as_ptr()) }, "setSparseSolution")
    }

    pub(super) fn change_costs(&mut self, cost: &[f64], offset: f64) -> Result<(), Error> {
        if cost.len() != self.cols {
            return Err(Error::Solver { backend: "HiGHS", call: "changeCosts: length" });
        }
        // SAFETY: one cost per column, checked.
        unsafe {
            ok(c::Highs_changeObjectiveOffset(self.raw, offset), "changeObjectiveOffset")?;
            if self.cols == 0 {
                return Ok(());
            }
            ok(c::Highs_changeColsCostByRange(self.raw, 0, self.cols as Int - 1, cost.as_ptr()), "changeColsCostByRange")
        }
    }

    pub(super) fn change_col_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        if lower.len() != self.cols || upper.len() != self.cols {
            return Err(Error::Solver { backend: "HiGHS", call: "changeColBounds: length" });
        }
        if self.cols == 0 {
            return Ok(());
        }
        // SAFETY: one bound per column, checked.
        let status = unsafe { c::Highs_changeColsBoundsByRange(self.raw, 0, self.cols as Int - 1, lower.as_ptr(), upper.as_ptr()) };
        ok(status, "changeColsBoundsByRange")
    }

    pub(super) fn change_row_bounds(&mut self, lower: &[f64], upper: &[f64]) -> Result<(), Error> {
        if lower.len() != self.rows || upper.len() != self.rows {
            return Err(Error::Solver { backend: "HiGHS", call: "changeRowBounds: length" });
        }
        if self.rows == 0 {
            return Ok(());
        }
        // SAFETY: one bound per row, checked.
        let status = unsafe { c::Highs_changeRowsBoundsByRange(self.raw, 0, self.rows as Int - 1, lower.as_ptr(), upper.as_ptr()) };
        ok(status, "changeRowsBoundsByRange")
    }

    pub(super) fn change_coefficient(&mut self, row: usize, col: usize, value: f64) -> Result<(), Error> {
        if row >= self.rows || col >= self.cols {
            return Err(Error::Solver { backend: "HiGHS", call: "changeCoeff: index" });
        }
        // SAFETY: indices checked.
        ok(unsafe { c::Highs_changeCoeff(self.raw, row as Int, col as Int, value) }, "changeCoeff")
    }

    pub(super) fn add_rows(&mut self, bounds: (&[f64], &[f64]), start: &[Int], col: &[Int], value: &[f64]) -> Result<(), Error> {
        let rows = bounds.0.len();
        let known = col.iter().all(|&j| usize::try_from(j).is_ok_and(|j| j < self.cols));
        if bounds.1.len() != rows || start.len() < rows || col.len() != value.len() || !known {
            return Err(Error::Solver { backend: "HiGHS", call: "addRows: lengths" });
        }
        if rows == 0 {
            return Ok(());
        }
        // SAFETY: lengths and column indices checked; HiGHS copies the arrays.
        let status = unsafe {
            c::Highs_addRows(
                self.raw,
                rows as Int,
                bounds.0.as_ptr(),
                bounds.1.as_ptr(),
                col.len() as Int,
                start.as_ptr(),
                col.as_ptr(),
                value.as_ptr(),
            )
        };
        ok(status, "addRows")?;
        self.rows += rows;
        Ok(())
    }

    /// Forgets basis and solution, keeps the model.
    pub(super) fn clear_solver(&mut self) -> Result<(), Error> {
        // SAFETY: valid instance.
        ok(unsafe { c::Highs_clearSolver(self.raw) }, "clearSolver")
    }

    /// Threads and time of the next run.
    fn prepare(&self, threads: u32, clock: &Clock) -> Result<(), Error> {
        SCHEDULER_THREADS.with(|held| {
            if held.get() != 0 && held.get() != threads {
                // SAFETY: no run is in progress on this thread; the next run makes a new pool.
                unsafe { c::Highs_resetThreadScheduler(1) };
            }
            held.set(threads);
        });
        self.set_int("threads", threads as Int)?;
        // HiGHS compares the limit with a clock that adds up over runs: zero it, then give what is left.
        // SAFETY: valid instance.
        unsafe { c::Highs_zeroAllClocks(self.raw) };
        self.set_double("time_limit", clock.left_s())
    }

    /// Runs branch and bound; `watch` hears of every event. Returns HiGHS's model status.
    pub(super) fn run_mip(&mut self, threads: u32, clock: &Clock, watch: &MipWatch) -> Result<Int, Error> {
        self.prepare(threads, clock)?;
        // SAFETY: the callback has the C signature asked for; `watch` outlives the run, is only read through a shared reference (what
        // changes in it is behind a lock), and is taken out again below.
        unsafe {
            let data = std::ptr::from_ref(watch).cast_mut().cast::<c_void>();
            ok(c::Highs_setCallback(self.raw, Some(mip_event), data), "setCallback")?;
            for kind in EVENTS {
                ok(c::Highs_startCallback(self.raw, kind as c_int), "startCallback")?;
            }
            c::Highs_run(self.raw);
            for kind in EVENTS {
                c::Highs_stopCallback(self.raw, kind as c_int);
            }
            c::Highs_setCallback(self.raw, None, null_mut());
        }
        // SAFETY: valid instance.
        Ok(unsafe { c::Highs_getModelStatus(self.raw) })
    }

    /// A real number about the last run, NaN where there is none.
    pub(super) fn info_double(&self, name: &str) -> f64 {
        let mut value = f64::NAN;
        if let Ok(key) = Self::name(name) {
            // SAFETY: valid instance, string and place for one number.
            let status = unsafe { c::Highs_getDoubleInfoValue(self.raw, key.as_ptr(), &mut value) };
            if status == c::STATUS_ERROR {
                return f64::NAN;
            }
        }
        value
    }

    /// Whether the last run left a feasible point.
    pub(super) fn has_point(&self) -> bool {
        self.info_int("primal_solution_status") == c::SOLUTION_STATUS_FEASIBLE
    }

    /// Runs the solver under the clock. Returns HiGHS's model status and why our callback stopped it, if it did.
    pub(super) fn run(
        &mut self,
        threads: u32,
        clock: &Clock,
        sink: Option<ProgressSink>,
        before: u64,
    ) -> Result<(Int, Option<Ended>), Error> {
        self.prepare(threads, clock)?;
        let mut watch = Watch { clock: clock.clone(), sink, told_s: clock.seconds(), mark: (0, 0), before, ended: None };
        // SAFETY: the callback has the C signature asked for; `watch` outlives the run and is taken out again below.
        let status = unsafe {
            let data = std::ptr::addr_of_mut!(watch).cast::<c_void>();
            ok(c::Highs_setCallback(self.raw, Some(interrupt), data), "setCallback")?;
            for kind in [c::kHighsCallbackSimplexInterrupt, c::kHighsCallbackIpmInterrupt] {
                ok(c::Highs_startCallback(self.raw, kind as c_int), "startCallback")?;
            }
            let status = c::Highs_run(self.raw);
            for kind in [c::kHighsCallbackSimplexInterrupt, c::kHighsCallbackIpmInterrupt] {
                c::Highs_stopCallback(self.raw, kind as c_int);
            }
            c::Highs_setCallback(self.raw, None, null_mut());
            status
        };
        // An error of the run itself is an answer (the model status says unknown or solve error), not a broken call.
        let _ = status;
        // SAFETY: valid instance.
        Ok((unsafe { c::Highs_getModelStatus(self.raw) }, watch.ended))
    }

    /// Iterations of the last run, simplex, interior point and crossover together.
    pub(super) fn iterations(&self) -> u64 {
        ["simplex_iteration_count", "ipm_iteration_count", "crossover_iteration_count"]
            .iter()
            .map(|name| u64::try_from(self.info_int(name)).unwrap_or(0))
            .sum()
    }

    /// Whether the last run left a dual solution (any status of it).
    pub(super) fn has_duals(&self) -> bool {
        self.info_int("dual_solution_status") != c::SOLUTION_STATUS_NONE
    }

    pub(super) fn point(&self) -> Result<Point, Error> {
        let (mut x, mut col_dual) = (vec![0.0; self.cols], vec![0.0; self.cols]);
        let (mut activity, mut row_dual) = (vec![0.0; self.rows], vec![0.0; self.rows]);
        // SAFETY: arrays of the model's dimensions.
        let status =
            unsafe { c::Highs_getSolution(self.raw, x.as_mut_ptr(), col_dual.as_mut_ptr(), activity.as_mut_ptr(), row_dual.as_mut_ptr()) };
        ok(status, "getSolution")?;
        Ok(Point { x, row_dual })
    }

    /// Whether the last run left a dual ray, so that [`Highs::dual_ray`] need not solve again.
    pub(super) fn has_dual_ray(&self) -> bool {
        let mut has = 0;
        // SAFETY: HiGHS takes null for the array and then only answers whether there is one.
        let status = unsafe { c::Highs_getDualRay(self.raw, &mut has, null_mut()) };
        status != c::STATUS_ERROR && has != 0
    }

    /// The dual ray, computed by HiGHS if the run did not leave one.
    pub(super) fn dual_ray(&mut self) -> Option<Vec<f64>> {
        let (mut has, mut ray) = (0, vec![0.0; self.rows]);
        // SAFETY: array of the model's rows.
        let status = unsafe { c::Highs_getDualRay(self.raw, &mut has, ray.as_mut_ptr()) };
        (status != c::STATUS_ERROR && has != 0).then_some(ray)
    }

    /// The primal ray, computed by HiGHS if the run did not leave one.
    pub(super) fn primal_ray(&mut self) -> Option<Vec<f64>> {
        let (mut has, mut ray) = (0, vec![0.0; self.cols]);
        // SAFETY: array of the model's columns.
        let status = unsafe { c::Highs_getPrimalRay(self.raw, &mut has, ray.as_mut_ptr()) };
        (status != c::STATUS_ERROR && has != 0).then_some(ray)
    }

    /// The current basis, if there is a valid one.
    pub(super) fn basis(&self) -> Option<Basis> {
        if self.info_int("basis_validity") != c::kHighsBasisValidityValid as Int {
            return None;
        }
        let mut basis = Basis { cols: vec![0; self.cols], rows: vec![0; self.rows] };
        // SAFETY: arrays of the model's dimensions.
        let status = unsafe { c::Highs_getBasis(self.raw, basis.cols.as_mut_ptr(), basis.rows.as_mut_ptr()) };
        (status != c::STATUS_ERROR).then_some(basis)
    }

    pub(super) fn set_basis(&mut self, basis: &Basis) -> Result<(), Error> {
        if basis.cols.len() != self.cols || basis.rows.len() != self.rows {
            return Err(Error::Solver { backend: "HiGHS", call: "setBasis: length" });
        }
        // SAFETY: lengths checked; HiGHS copies.
        ok(unsafe { c::Highs_setBasis(self.raw, basis.cols.as_ptr(), basis.rows.as_ptr()) }, "setBasis")
    }

    /// Ranging of costs and row bounds at the current optimal basis.
    pub(super) fn ranging(&mut self) -> Result<RawRanging, Error> {
        let (n, m) = (self.cols, self.rows);
        let mut r = RawRanging {
            cost_up: vec![0.0; n],
            cost_down: vec![0.0; n],
            row_up: vec![0.0; m],
            row_up_objective: vec![0.0; m],
            row_down: vec![0.0; m],
            row_down_objective: vec![0.0; m],
        };
        // HiGHS takes null for what is not wanted.
        let (no_d, no_i) = (null_mut::<f64>(), null_mut::<Int>());
        // SAFETY: arrays of the model's dimensions, null elsewhere.
        let status = unsafe {
            c::Highs_getRanging(
                self.raw,
                r.cost_up.as_mut_ptr(),
                no_d,
                no_i,
                no_i,
                r.cost_down.as_mut_ptr(),
                no_d,
                no_i,
                no_i,
                no_d,
                no_d,
                no_i,
                no_i,
                no_d,
                no_d,
                no_i,
                no_i,
                r.row_up.as_mut_ptr(),
                r.row_up_objective.as_mut_ptr(),
                no_i,
                no_i,
                r.row_down.as_mut_ptr(),
                r.row_down_objective.as_mut_ptr(),
                no_i,
                no_i,
            )
        };
        ok(status, "getRanging")?;
        Ok(r)
    }
}
