//! `cargo xtask conformance`: derives from AWS's own service model what an unmodified client of the loader may send and must get.
//!
//! The simulator's test `conformance` runs the cases. The model itself is AWS's and stays where it is: the file has facts in a shape of
//! our own, no text of theirs.

mod derive;
mod file;
mod model;
mod source;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::diff::line_diff;
use crate::exit::Exit;
use crate::flags::Conformance;
use source::Source;

/// The cases, from the workspace's root.
const FILE: &str = "neptune-sim/server/tests/conformance/cases.json";

/// Runs the command.
///
/// # Errors
/// There is no model, it has something that nothing is derived from, or the file cannot be written.
pub(crate) fn run(root: &Path, choice: &Conformance, out: &mut dyn Write) -> Result<Exit> {
    let source = match &choice.model {
        Some(path) => Source::from_file(path)?,
        None => Source::from_python()?,
    };
    let derived = file::text(&source)?;
    if choice.check { compare(root, &derived, out) } else { rewrite(root, &derived, out) }
}

/// Compares the file with the model that python3 happens to have. `Err` says why there is nothing to judge.
///
/// # Errors
/// The model has something that nothing is derived from.
pub(crate) fn check_installed(root: &Path, out: &mut dyn Write) -> Result<Result<Exit, String>> {
    let Ok(source) = Source::from_python() else { return Ok(Err("python3 has no botocore".to_owned())) };
    let ours = file::botocore(&checked_in(root));
    if ours != source.botocore {
        let [ours, theirs] = [ours, source.botocore].map(Option::unwrap_or_default);
        return Ok(Err(format!("the cases come from botocore {ours}, python3 has {theirs}")));
    }
    compare(root, &file::text(&source)?, out).map(Ok)
}

fn compare(root: &Path, derived: &str, out: &mut dyn Write) -> Result<Exit> {
    let checked_in = checked_in(root);
    if file::facts(&checked_in) == file::facts(derived) {
        writeln!(out, "{FILE} says what the model says")?;
        return Ok(Exit::Fine);
    }
    write!(out, "{}", line_diff(&checked_in, derived))?;
    writeln!(out, "{FILE} differs from the model: rewrite it with `cargo xtask conformance`, and read what changed")?;
    Ok(Exit::OutOfStep)
}

fn rewrite(root: &Path, derived: &str, out: &mut dyn Write) -> Result<Exit> {
    let was_current = checked_in(root) == derived;
    let path = root.join(FILE);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, derived).with_context(|| format!("cannot write {FILE}"))?;
    writeln!(out, "{FILE} {}", if was_current { "was up to date" } else { "is rewritten" })?;
    Ok(Exit::Fine)
}

/// Empty if there is none yet.
fn checked_in(root: &Path) -> String {
    fs::read_to_string(root.join(FILE)).unwrap_or_default()
}
