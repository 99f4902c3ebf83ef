//! Running cargo.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// The workspace, in this folder, of what needs Docker or AWS's SDKs. It shares the target folder.
pub(crate) const EXTERNAL: &str = "tests/external";

/// A cargo command in the workspace of a folder: the root's, or [`EXTERNAL`] there.
///
/// The variables that `cargo run` sets for xtask itself are taken out. Build scripts (ring's, for one) watch some of them, so leaving
/// them in would rebuild half the workspace at every change between `cargo test` and `cargo xtask`.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(folder);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(describes_a_package) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs cargo with its output going through, and says whether it was content.
pub(crate) fn succeeds(folder: &Path, arguments: &[&str]) -> Result<bool> {
    finish(&mut cargo(folder, arguments))
}

/// Runs a prepared cargo command with its output going through, and says whether it was content.
pub(crate) fn finish(command: &mut Command) -> Result<bool> {
    let status = command.status().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    Ok(status.success())
}

fn describes_a_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_describes_xtask_does_not_reach_cargo_but_the_settings_do() {
        assert!(describes_a_package("CARGO_MANIFEST_DIR"));
        assert!(describes_a_package("CARGO_PKG_VERSION"));
        assert!(!describes_a_package("CARGO_BUILD_JOBS"));
        assert!(!describes_a_package("CARGO_HOME"));
    }
}
