//! What is measured, and how it is reported.

use std::fmt;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

/// CPU time that the other threads of the process spend while this one does something.
pub(crate) fn cpu_of(work: impl FnOnce()) -> Duration {
    let here = cpu(ClockId::ThreadCPUTime);
    let all = cpu(ClockId::ProcessCPUTime);
    work();
    let all = cpu(ClockId::ProcessCPUTime).saturating_sub(all);
    all.saturating_sub(cpu(ClockId::ThreadCPUTime).saturating_sub(here))
}

fn cpu(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The memory that the process has; 0 where the system does not report it.
pub(crate) fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * rustix::param::page_size()
}

/// Keeps the process on one core: what it costs to wake a thread must not depend on where that happens to run.
#[cfg(target_os = "linux")]
pub(crate) fn stay_on_one_core() {
    use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
    let mut here = CpuSet::new();
    here.set(sched_getcpu());
    // Without it the figures are only less steady.
    let _ = sched_setaffinity(None, &here);
}

/// Only Linux lets a process choose.
#[cfg(not(target_os = "linux"))]
pub(crate) fn stay_on_one_core() {}

/// A thousand pollers need two thousand sockets in one process.
pub(crate) fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(4096, |maximum| maximum.min(4096));
    if limit.current.is_some_and(|current| current < wanted) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit })
            .expect("the limit may be raised up to its maximum");
    }
}

/// One line of the table.
pub(crate) struct Row {
    what: String,
    ours: f64,
    theirs: Option<f64>,
    /// What the bound is for: the ratio if there is something to compare with, otherwise what was measured.
    figure: f64,
    bound: f64,
}

impl Row {
    pub(crate) const HEADER: &'static str = "what                                      measured   against     ratio     bound";

    /// CPU microseconds of two kinds of requests, round by round.
    pub(crate) fn cpu(what: &str, ours: &[f64], theirs: &[f64], bound: f64) -> Self {
        let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        let (ours, theirs) = (median(ours.to_vec()), median(theirs.to_vec()));
        Self { what: what.to_owned(), ours, theirs: Some(theirs), figure: median(ratios), bound }
    }

    /// A figure that has a bound of its own.
    pub(crate) fn most(what: &str, ours: f64, bound: f64) -> Self {
        Self { what: what.to_owned(), ours, theirs: None, figure: ours, bound }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, ours, theirs, figure, bound } = self;
        let reported = |figure: Option<f64>| figure.map_or_else(String::new, |figure| format!("{figure:.2}"));
        let verdict = if figure <= bound { "ok" } else { "OVER" };
        let ratio = theirs.map(|_| *figure);
        write!(f, "{what:40} {ours:9.2} {:>9} {:>9} {bound:9.2}  {verdict}", reported(*theirs), reported(ratio))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A count as a number that can be divided.
pub(crate) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Bytes as MiB.
pub(crate) fn mebibytes(bytes: usize) -> f64 {
    float(bytes / 1024) / 1024.0
}
