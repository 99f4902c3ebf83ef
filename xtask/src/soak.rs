//! `cargo xtask soak`: many pollers, faults at random, clients that leave, and the question whether anything is left of them.
//!
//! The soak itself is an example of the simulator (`neptune-sim/examples/soak`), which runs the program as its users have it.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, finish, succeeds};
use crate::exit::Exit;
use crate::flags::Soak;

/// Runs the command.
///
/// # Errors
/// Cargo cannot run.
pub(crate) fn run(root: &Path, choice: &Soak, out: &mut dyn Write) -> Result<Exit> {
    out.flush()?;
    // The whole workspace, so that nothing is built with other features than its tests have.
    if !succeeds(root, &["build", "--workspace", "--bins", "--examples", "--locked"])? {
        return Ok(Exit::BuildFailed);
    }
    let mut soak = cargo(root, &["run", "--quiet", "--locked", "--example", "soak", "--"]);
    soak.args(["--for", &choice.lasts, "--pollers", &choice.pollers.to_string(), "--seed", &choice.seed.to_string()]);
    if let Some(requests) = choice.requests {
        soak.args(["--requests", &requests.to_string()]);
    }
    Ok(if finish(&mut soak)? { Exit::Fine } else { Exit::TestsFailed })
}

/// The short run of `cargo xtask ci`: it ends after a number of requests, whatever the machine.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_briefly(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    run(root, &Soak { lasts: "2m".into(), requests: Some(10_000), pollers: 50, seed: 1 }, out)
}
