//! The tools that pack.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a tool that packs. What it prints is only shown if it fails.
pub(super) fn finish(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {name}"))?;
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    if !output.status.success() {
        bail!("{name} could not pack ({}):\n{}", output.status, said.trim_end());
    }
    Ok(())
}
