//! `cargo xtask pollers`: the page of public pollers. The test `public_pollers` compares or writes it.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, finish, succeeds};
use crate::exit::Exit;

/// The page, from the workspace's root.
const PAGE: &str = "neptune-sim/check-poller/POLLERS.md";
const TEST: [&str; 4] = ["test", "--workspace", "--test", "public_pollers"];

/// Runs the command.
///
/// # Errors
/// Cargo cannot run.
pub(crate) fn run(root: &Path, check: bool, out: &mut dyn Write) -> Result<Exit> {
    // The test runs the program.
    let builds =
        [["build", "--workspace", "--bins"].as_slice(), &[TEST.as_slice(), &["--no-run"]].concat()].map(<[&str]>::to_vec);
    for build in builds {
        if !succeeds(root, &build)? {
            return Ok(Exit::BuildFailed);
        }
    }
    let mut test = cargo(root, &TEST);
    if check {
        // Without the variable, should the caller have it set: a check must not write.
        test.env_remove("UPDATE_POLLERS");
    } else {
        test.env("UPDATE_POLLERS", "1");
    }
    let before = fs::read(root.join(PAGE)).ok();
    if !finish(&mut test)? {
        writeln!(
            out,
            "the page of pollers {}: see the test above",
            if check { "is out of date" } else { "could not be written" }
        )?;
        return Ok(Exit::OutOfStep);
    }
    let is_same = fs::read(root.join(PAGE)).ok() == before;
    writeln!(
        out,
        "{PAGE} {}",
        if check {
            "is up to date"
        } else if is_same {
            "was up to date"
        } else {
            "is written"
        }
    )?;
    Ok(Exit::Fine)
}
