//! Checks that need a program which not every machine has.

use std::io::{self, Write};

/// Reports that a check did not run, and why.
///
/// # Panics
/// `NEPTUNE_IT_MUST_RUN` is set: CI installs the programs.
pub(crate) fn skipped(check: &str, why: &str) {
    let must_run = std::env::var_os("NEPTUNE_IT_MUST_RUN").is_some_and(|value| !value.is_empty());
    assert!(!must_run, "{check} did not run: {why}");
    // Straight to the stream: the test runner would swallow what `println!` writes for a test that passes.
    io::stdout().write_all(format!("\nskipped: {check}: {why}\n").as_bytes()).expect("stdout can be written");
}
