//! Promises about assembly: allocations do not depend on the size, memory stays near that of the finished matrix.
// A whole test: it says what it counted or skipped, and a broken expectation panics.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
#![allow(unsafe_code)] // an allocator that counts can only be installed by `unsafe impl GlobalAlloc`

use fenggu::formulate::frame::{assemble, Assembled};
use fenggu::formulate::{DispatchFormulation, DispatchModel, FlowForm, Plan};
use fenggu_net::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Instant;

thread_local! {
    // Per thread, so that tests that run side by side do not count each other's.
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static NOW: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}
struct Counting;
fn note(bytes: i64) {
    let now = NOW.get() + bytes;
    NOW.set(now);
    PEAK.set(PEAK.get().max(now));
    COUNT.set(COUNT.get() + u64::from(bytes > 0));
}
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as i64);
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        note(-(layout.size() as i64));
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size as i64);
        note(-(layout.size() as i64));
        unsafe { System.realloc(at, layout, size) }
    }
}
#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Storage units with inflow and losses, on one bus.
fn storage_units(units: usize, steps: usize) -> Network {
    let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    let a = net.buses.push(Bus { name: "A".into(), ..Bus::default() });
    for i in 0..units {
        net.storage_units.push(StorageUnit {
            name: format!("S{i}"),
            bus: a,
            charge_max_mw: Some(10.0.into()),
            discharge_max_mw: Some(10.0.into()),
            energy_max_mwh: Some(40.0.into()),
            efficiency_charge: 0.9.into(),
            efficiency_discharge: 0.9.into(),
            standing_loss_per_h: 0.001.into(),
            inflow_mw: 1.0.into(),
            end_rule: if i % 2 == 0 { EndRule::Cyclic } else { EndRule::Free },
            ..StorageUnit::default()
        });
    }
    net
}

/// A ring of buses with a chord at every second bus, a generator at every fourth, loads everywhere.
fn ring(buses: usize, steps: usize) -> Network {
    let mut net = Network { time: TimeAxis::uniform(steps, 1.0), ..Network::default() };
    let ids: Vec<_> = (0..buses).map(|i| net.buses.push(Bus { name: format!("B{i}"), ..Bus::default() })).collect();
    let branch =
        |i: usize, j: usize| Branch { name: format!("L{i}-{j}"), bus_from: ids[i], bus_to: ids[j], x_pu: 0.1, ..Branch::default() };
    for (i, &bus) in ids.iter().enumerate() {
        net.branches.push(branch(i, (i + 1) % buses));
        if i % 2 == 0 {
            net.branches.push(branch(i, (i + buses / 3) % buses));
        }
        if i % 4 == 0 {
            net.generators.push(Generator { name: format!("G{i}"), bus, p_max_mw: Some(100.0.into()), ..Generator::default() });
        }
        net.loads.push(Load { name: format!("D{i}"), bus, p_mw: 10.0.into(), ..Load::default() });
    }
    net
}

fn build(net: &Network, plan: &Plan) -> Assembled {
    let map = plan.layout.virtual_start.map(|s| (s, plan.virtual_map.as_slice()));
    let model = DispatchModel { net, plan };
    assemble(&model, plan.layout.rows as usize, plan.layout.cols as usize, map).expect("a sound network assembles")
}
fn bytes(a: &Assembled) -> i64 {
    (4 * a.matrix.start.len() + 4 * a.matrix.row.len() + 8 * a.matrix.value.len() + 8 * (a.row_lower.len() + a.row_upper.len())) as i64
}

/// Allocations and peak of memory (over what was held before) of an assembly, and the matrix.
fn measured(net: &Network, plan: &Plan) -> (u64, i64, Assembled) {
    let (count, now) = (COUNT.get(), NOW.get());
    PEAK.set(now);
    let done = build(net, plan);
    (COUNT.get() - count, PEAK.get() - now, done)
}

#[test]
fn allocations_do_not_depend_on_the_size() {
    for flow in [FlowForm::Angle, FlowForm::Ptdf] {
        for make in [storage_units as fn(usize, usize) -> Network, ring] {
            let of = |elements, steps| {
                let net = make(elements, steps);
                let plan = Plan::declare(&net, DispatchFormulation { flow, ..DispatchFormulation::default() });
                let (count, peak, done) = measured(&net, &plan);
                assert!((peak as f64) < 2.5 * bytes(&done) as f64, "peak {peak}, matrix {}", bytes(&done));
                count
            };
            // The larger one has more than a hundred times the nonzeros. Six allocations; one more where a column is long.
            let (small, large) = (of(6, 4), of(60, 60));
            assert!(small <= 7 && large <= 7, "{small} and {large} allocations");
        }
    }
}

/// Seconds that this thread has had a processor, where the system tells: others on the machine do not count.
fn busy_s(clock: Instant) -> f64 {
    let own = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = own.and_then(|s| s.split_whitespace().next().and_then(|w| w.parse::<f64>().ok()));
    ns.map_or_else(|| clock.elapsed().as_secs_f64(), |n| n * 1e-9)
}

/// `cargo test -p fenggu --test assembly -- --ignored --nocapture`: about 20 million nonzeros each.
#[test]
#[ignore = "a measurement: takes two gigabytes and prints"]
fn long_assembly_speed() {
    let clock = Instant::now();
    let nets = [("330 storage units, 8760 steps", storage_units(330, 8760)), ("ring of 2000 buses, 1200 steps", ring(2000, 1200))];
    for (what, net) in nets {
        for flow in [FlowForm::Angle, FlowForm::Ptdf] {
            let begin = busy_s(clock);
            let plan = Plan::declare(&net, DispatchFormulation { flow, ..DispatchFormulation::default() });
            let declare_s = busy_s(clock) - begin;
            let (mut times, mut wall_s) = (Vec::new(), f64::INFINITY);
            for round in 0..5 {
                let (begin, wall) = (busy_s(clock), Instant::now());
                let (count, peak, done) = measured(&net, &plan);
                times.push(busy_s(clock) - begin);
                wall_s = wall_s.min(wall.elapsed().as_secs_f64());
                if round < 4 {
                    continue;
                }
                times.sort_by(f64::total_cmp);
                let millions = done.matrix.value.len() as f64 / 1e6;
                println!(
                    "{what}, {}: {millions:.1} million nonzeros; declared in {declare_s:.3} s; assembled in {:.3} … {:.3} s, median {:.3} s \
                     = {:.1} million/s (by the clock {wall_s:.3} s at best); {count} allocations; peak {} MB = {:.2} of the finished matrix",
                    flow.word(),
                    times[0],
                    times[4],
                    times[2],
                    millions / times[2],
                    peak / 1_000_000,
                    peak as f64 / bytes(&done) as f64
                );
                assert!((peak as f64) < 2.5 * bytes(&done) as f64);
            }
        }
    }
}
