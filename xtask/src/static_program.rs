//! Programs that need no library of the machine they run on: what the image and the packages hold.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::cargo::cargo;
use crate::harness::find_program;

/// The profile of such a program: see the workspace's Cargo.toml.
const PROFILE: &str = "image";

/// Nothing is loaded from elsewhere, and the program stands at a fixed address: without the half megabyte that says what to change for another
/// one, it takes less memory, too. So it does with the code that seldom runs in a place of its own (lld; GNU's linker warns and goes on), because
/// Linux maps code by 64 KiB.
const FLAGS: &str = " -C target-feature=+crt-static -C relocation-model=static -C link-arg=-Wl,-z,keep-text-section-prefix";

/// Builds a program that needs no library of the machine it runs on. `None` says that the build failed.
///
/// # Errors
/// Cargo cannot run, or built no such program.
pub(crate) fn static_program(root: &Path, platform: &str, name: &str, which: &[&str]) -> Result<Option<PathBuf>> {
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default() + FLAGS;
    let output = cargo(root, &["build", "--locked", "--profile", PROFILE])
        // Named, so that the flags hold for the program and not for what runs while it is built.
        .args(["--target", platform, "--message-format=json-render-diagnostics"])
        .args(which)
        .env("RUSTFLAGS", flags.trim())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        return Ok(None);
    }
    let found = find_program(&String::from_utf8_lossy(&output.stdout), name);
    found.map(Some).with_context(|| format!("cargo built no program `{name}`"))
}

/// What this machine builds for: `x86_64-unknown-linux-gnu`.
///
/// # Errors
/// rustc cannot run, or does not say.
pub(crate) fn platform() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.context("rustc does not say what it builds for")
}
