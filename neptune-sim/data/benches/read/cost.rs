//! What something takes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What something has taken.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Of all cores.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

pub(crate) fn measure(work: &dyn Fn() -> u64) -> Cost {
    let (started, cpu) = (Instant::now(), cpu());
    assert!(black_box(work()) > 0);
    Cost { cpu: self::cpu().saturating_sub(cpu), wall: started.elapsed() }
}

/// What this process has taken so far.
fn cpu() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().expect("it never goes below zero")
}
