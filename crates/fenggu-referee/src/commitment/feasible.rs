//! `commitment/*`: whether every unit keeps its rules: status, times, limits of output, starts, stops and ramps.

use super::duty::{switched, Before, Duty, Edge};
use crate::case::Case;
use crate::primal::GeneratorHeld;
use crate::tally::{Book, Tally};
use fenggu_net::{Quantity, TableId};

/// The tests under way.
struct Tests {
    status: Tally,
    held: Tally,
    switches: Tally,
    initial: Tally,
    times: [Tally; 2],
    capacity: Tally,
    start: Tally,
    stop: Tally,
    up: Tally,
    down: Tally,
}

/// All tests of committed units.
pub(super) fn run(case: &Case<'_>, book: &mut Book) {
    let new = |name, unit| Tally::new(name, unit, TableId::Generators);
    let mut tests = Tests {
        status: new("commitment/status", ""),
        held: new("commitment/held_status", ""),
        switches: new("commitment/switches", ""),
        initial: new("commitment/initial", "h"),
        times: [new("commitment/min_down_time", "h"), new("commitment/min_up_time", "h")],
        capacity: new("commitment/capacity", "MW"),
        start: new("commitment/start_limit", "MW"),
        stop: new("commitment/stop_limit", "MW"),
        up: new("commitment/ramp_up", "MW"),
        down: new("commitment/ramp_down", "MW"),
    };
    let reserve = GeneratorHeld::new(case);
    for (id, _) in case.net.generators.iter().filter(|(_, g)| switched(case, g)) {
        let duty = Duty::new(case, id.index());
        tests.statuses(case, &duty, id.index());
        tests.runs(case, &duty, id.index());
        tests.outputs(case, &duty, &reserve, id.index());
    }
    let Tests { status, held, switches, initial, times, capacity, start, stop, up, down } = tests;
    book.enter_all([status, held, switches, initial]);
    book.enter_all(times);
    book.enter_all([capacity, start, stop, up, down]);
}

impl Tests {
    /// Status is 0 or 1, as held, and flags of starts and stops are its changes.
    fn statuses(&mut self, case: &Case<'_>, duty: &Duty<'_>, i: usize) {
        let tol = case.options.feasibility_relative;
        let (starts, stops) = (case.col(Quantity::GeneratorStartUp), case.col(Quantity::GeneratorShutDown));
        let mut before = duty.before.on();
        for t in 0..case.steps {
            let u = case.status.at(i, t);
            let on = case.on(i, t);
            // NaN is neither.
            self.status.add(if u.is_nan() { f64::NAN } else { u.abs().min((u - 1.0).abs()) }, tol, i, t);
            if let Some(want) = duty.held[t] {
                self.held.add(if want == on { 0.0 } else { 1.0 }, 0.5, i, t);
            }
            for (flag, to) in [(starts, true), (stops, false)] {
                if flag.present() {
                    let want = if before == Some(!to) && on == to { 1.0 } else { 0.0 };
                    self.switches.add((flag.at(i, t) - want).abs(), tol, i, t);
                }
            }
            before = Some(on);
        }
    }
    /// Every run of one status that ends within the horizon is long enough. One that began before it is the initial state's.
    fn runs(&mut self, case: &Case<'_>, duty: &Duty<'_>, i: usize) {
        let hours = |have: f64, on: bool| (duty.least_hours(on) - have, 1e-9 * duty.least_hours(on).max(1.0));
        if let (Some(was), Before::On { hours: h, .. } | Before::Off { hours: h }) = (duty.before.on(), duty.before) {
            if was != case.on(i, 0) {
                let (violation, tolerance) = hours(h, was);
                self.initial.add(violation, tolerance, i, 0);
            }
        }
        let mut a = 0;
        while a < case.steps {
            let on = case.on(i, a);
            let mut b = a + 1;
            while b < case.steps && case.on(i, b) == on {
                b += 1;
            }
            let known = a > 0 || duty.before != Before::Unknown;
            if b < case.steps && known {
                let (violation, tolerance) = hours(duty.hours(on, a, b), on);
                let carried = a == 0 && duty.before.on() == Some(on);
                let test = if carried { &mut self.initial } else { &mut self.times[usize::from(on)] };
                test.add(violation, tolerance, i, b);
            }
            a = b;
        }
    }
    /// Output and reserve within capacity, and limits of starts, stops and ramps.
    fn outputs(&mut self, case: &Case<'_>, duty: &Duty<'_>, reserve: &GeneratorHeld, i: usize) {
        let tol = case.options.feasibility_relative;
        // Status, output above the minimum and upward reserve in the step before, where known.
        let mut before = match duty.before {
            Before::Unknown => None,
            Before::On { .. } => duty.carried().map(|p| (true, p, 0.0)),
            Before::Off { .. } => Some((false, 0.0, 0.0)),
        };
        for t in 0..case.steps {
            let (p, on) = (case.generator_p.at(i, t), case.on(i, t));
            let (r, r_down) = (reserve.power(0, i, t), reserve.power(1, i, t));
            let (lo, hi) = if on { (duty.lo[t], duty.hi[t]) } else { (0.0, 0.0) };
            // A result may hold tiny negative reserve: its range has a test of its own.
            self.capacity.within(p + r.max(0.0), f64::NEG_INFINITY, hi, tol, i, t);
            self.capacity.within(p - r_down.max(0.0), lo, f64::INFINITY, tol, i, t);
            let above = p - lo;
            let size = tol * p.abs().max(above.abs()).max(1.0);
            match before {
                Some((false, ..)) if on => edge(&mut self.start, &mut self.up, duty.start(t), (above, r), size, i, t),
                Some((true, p0, r0)) if !on => edge(&mut self.stop, &mut self.down, duty.stop(t), (p0, r0), tol * p0.abs().max(1.0), i, t),
                Some((true, p0, r0)) => {
                    let (rise, fall) = duty.ramp(t);
                    let size = size.max(tol * p0.abs());
                    let (r, r0) = (if duty.up_counts_reserve() { r } else { 0.0 }, if duty.down_counts_reserve() { r0 } else { 0.0 });
                    if rise < f64::INFINITY {
                        self.up.add(above + r - p0 - rise, size, i, t);
                    }
                    if fall < f64::INFINITY {
                        self.down.add(p0 + r0 - above - fall, size, i, t);
                    }
                }
                _ => {}
            }
            before = Some((on, above, r));
        }
    }
}

/// Counts the limits of a start or a stop, by its own test and by the ramp's.
fn edge(limit: &mut Tally, ramp: &mut Tally, e: Edge, (p, r): (f64, f64), tolerance: f64, i: usize, t: usize) {
    let own = (p - e.out).max(p + r - e.top).max(e.low - p);
    if own > f64::NEG_INFINITY || own.is_nan() {
        limit.add(own, tolerance, i, t);
    }
    let by_ramp = (p - e.ramp_out).max(p + r - e.ramp_top);
    if by_ramp > f64::NEG_INFINITY || by_ramp.is_nan() {
        ramp.add(by_ramp, tolerance, i, t);
    }
}
