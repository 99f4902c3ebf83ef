//! This process, as the system sees it.

use std::fs;

/// Its memory, in bytes, by one of the system's keys, such as `VmHWM:` for the most that it has had; `None` where the system does not say.
pub(crate) fn memory(key: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}
