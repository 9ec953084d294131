//! An allocator that counts, per thread: readers fuzzed side by side do not count for each other.
#![allow(unsafe_code)] // an allocator is unsafe by its trait

use std::alloc::{GlobalAlloc, Layout, System};

struct Counting;
thread_local! {
    // What is held, and the most that was.
    static HELD: std::cell::Cell<(isize, isize)> = const { std::cell::Cell::new((0, 0)) };
}

fn count(by: isize) {
    let _ = HELD.try_with(|h| {
        let (held, most) = h.get();
        h.set((held + by, most.max(held + by)));
    });
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Begins to count anew; what is held now.
pub fn begin() -> isize {
    HELD.with(|h| {
        let held = h.get().0;
        h.set((held, held));
        held
    })
}

/// The most held since, beyond what was held then.
pub fn most_since(before: isize) -> usize {
    HELD.with(|h| (h.get().1 - before).max(0) as usize)
}
