//! What building for another processor takes: Rust's library for it, and a linker with its C compiler.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::static_program::platform;

/// The targets that Lambda runs, with the C compiler that Debian has for each.
const TARGETS: [(&str, &str); 2] =
    [("aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc"), ("x86_64-unknown-linux-gnu", "x86_64-linux-gnu-gcc")];

/// Whether this machine builds for a target.
///
/// # Errors
/// It does not; the text has the remedy.
pub(super) fn check(target: &str) -> Result<()> {
    let Some((_, compiler)) = TARGETS.iter().find(|(known, _)| *known == target) else {
        bail!("Lambda does not run programs for {target}: choose {} or {}", TARGETS[0].0, TARGETS[1].0);
    };
    if target == platform()? {
        return Ok(());
    }
    ensure!(
        library(target)?.is_dir(),
        "the toolchain has no library for {target}: rustup target add {target}, or run this on such a machine"
    );
    let answer = Command::new(compiler).arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).status();
    ensure!(
        answer.is_ok_and(|status| status.success()),
        "{compiler} is missing, which links for {target}: apt-get install gcc-{}-linux-gnu",
        target.split('-').next().unwrap_or(target).replace('_', "-")
    );
    Ok(())
}

/// The variable that names the linker for another target than this machine's. ring finds the C compiler by itself.
pub(super) fn linker(target: &str) -> Option<(String, &'static str)> {
    let (_, linker) = TARGETS.iter().find(|(known, _)| *known == target)?;
    let is_own = platform().is_ok_and(|own| own == target);
    let variable = format!("CARGO_TARGET_{}_LINKER", target.replace('-', "_").to_uppercase());
    (!is_own && std::env::var_os(&variable).is_none()).then_some((variable, linker))
}

/// Where the toolchain keeps Rust's library for a target.
fn library(target: &str) -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", target]).output();
    let output = output.context("cannot run rustc")?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_builds_for_itself_and_names_no_linker() {
        let own = platform().unwrap();
        if TARGETS.iter().any(|(known, _)| *known == own) {
            check(&own).unwrap();
        }
        assert_eq!(linker(&own), None);
    }

    #[test]
    fn what_lambda_does_not_run_is_refused() {
        let error = check("riscv64gc-unknown-linux-gnu").unwrap_err().to_string();
        assert!(error.contains("choose aarch64-unknown-linux-gnu or x86_64-unknown-linux-gnu"), "{error}");
    }

    #[test]
    fn another_processor_has_a_linker_of_its_own() {
        let own = platform().unwrap();
        let other = TARGETS.iter().find(|(known, _)| *known != own).unwrap();
        let (variable, linker) = linker(other.0).unwrap();
        assert!(variable.starts_with("CARGO_TARGET_") && variable.ends_with("_UNKNOWN_LINUX_GNU_LINKER"), "{variable}");
        assert_eq!(linker, other.1);
    }
}
