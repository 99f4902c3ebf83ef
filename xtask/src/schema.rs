//! `cargo xtask schema`: the JSON Schema of the scenario format. The simulator's test `schema` compares or rewrites the file.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, finish, succeeds};
use crate::exit::Exit;

/// The file, from the workspace's root.
const FILE: &str = "scenarios/scenario.schema.json";
const TEST: [&str; 4] = ["test", "--workspace", "--test", "schema"];

/// Runs the command.
///
/// # Errors
/// Cargo cannot run.
pub(crate) fn run(root: &Path, check: bool, out: &mut dyn Write) -> Result<Exit> {
    if !succeeds(root, &[TEST.as_slice(), &["--no-run"]].concat())? {
        return Ok(Exit::BuildFailed);
    }
    if check { compare(root, out) } else { rewrite(root, out) }
}

fn compare(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    // Without the variable, should the caller have it set: a check must not write.
    if !finish(cargo(root, &TEST).env_remove("UPDATE_SCHEMA"))? {
        writeln!(out, "{FILE} is out of date: rewrite it with `cargo xtask schema`")?;
        return Ok(Exit::OutOfStep);
    }
    writeln!(out, "{FILE} is up to date")?;
    Ok(Exit::Fine)
}

fn rewrite(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    let content = || fs::read(root.join(FILE)).ok();
    let before = content();
    if !finish(cargo(root, &TEST).env("UPDATE_SCHEMA", "1"))? {
        writeln!(out, "{FILE} could not be rewritten: see the test above")?;
        return Ok(Exit::OutOfStep);
    }
    writeln!(out, "{FILE} {}", if content() == before { "was up to date" } else { "is rewritten" })?;
    Ok(Exit::Fine)
}
