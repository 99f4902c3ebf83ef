//! What Linux says of the processes that this one has started. The harness names none: a test has no use for their numbers.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The numbers of all processes that this one has started and that still run.
pub(crate) fn children() -> BTreeSet<u32> {
    let lists = threads("self").into_iter().map(|thread| fs::read_to_string(thread.join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().filter_map(|number| number.parse().ok()).collect::<Vec<_>>()).collect()
}

/// The CPU time of all threads that a process has, in microseconds.
pub(crate) fn cpu_us(process: u32) -> f64 {
    let spent = threads(&process.to_string()).into_iter().map(|thread| {
        let text = fs::read_to_string(thread.join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or_default()
    });
    spent.sum::<f64>() / 1e3
}

/// The most memory that a process had, in MiB.
pub(crate) fn peak_mebibytes(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().map_or(0.0, |kibibytes| kibibytes / 1024.0)
}

fn threads(process: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}
