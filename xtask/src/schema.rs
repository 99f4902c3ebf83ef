//! `cargo xtask schema`: the JSON Schema of the scenario format, the pages of quirks and faults, and the OpenAPI document and the page of requests
//! of the control API. The simulator's test `schema` compares or rewrites the files.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, finish, succeeds};
use crate::exit::Exit;

/// The files, from the workspace's root.
const FILES: [&str; 6] = [
    "scenarios/scenario.schema.json",
    "scenarios/QUIRKS.md",
    "scenarios/OPEN_QUESTIONS.md",
    "scenarios/FAULTS.md",
    "neptune-sim/control/openapi.json",
    "neptune-sim/control/REQUESTS.md",
];
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
        writeln!(out, "a schema is out of date, see above: rewrite it with `cargo xtask schema`")?;
        return Ok(Exit::OutOfStep);
    }
    for file in FILES {
        writeln!(out, "{file} is up to date")?;
    }
    Ok(Exit::Fine)
}

fn rewrite(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    let contents = || FILES.map(|file| fs::read(root.join(file)).ok());
    let before = contents();
    if !finish(cargo(root, &TEST).env("UPDATE_SCHEMA", "1"))? {
        writeln!(out, "the schemas could not be rewritten: see the test above")?;
        return Ok(Exit::OutOfStep);
    }
    for ((file, before), after) in FILES.into_iter().zip(before).zip(contents()) {
        writeln!(out, "{file} {}", if after == before { "was up to date" } else { "is rewritten" })?;
    }
    Ok(Exit::Fine)
}
