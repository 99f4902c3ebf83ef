//! What an image is made of, laid out in a folder: `docker build` needs nothing else.

use std::fs::{self, Permissions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::names::{CONTEXT, IMAGE_LABEL, NAME, VERSION};
use crate::cargo::cargo;
use crate::digest::sha256;
use crate::harness::find_program;

/// The profile of the program in the image: see the workspace's Cargo.toml.
const PROFILE: &str = "image";

/// Builds the program and lays out the context. `false` says that the build failed; cargo has printed why.
///
/// # Errors
/// This machine is no Linux, or a file cannot be read or written.
pub(super) fn lay_out(root: &Path) -> Result<bool> {
    let context = root.join(CONTEXT);
    let platform = platform()?;
    if !platform.contains("-linux-") {
        return laid_out_elsewhere(&context, &platform);
    }
    let Some(program) = static_program(root, &platform, NAME, &["--package", NAME, "--bin", NAME])? else { return Ok(false) };
    let folder = root.join("neptune-sim/image");
    if context.exists() {
        fs::remove_dir_all(&context).context("cannot clear the old context")?;
    }
    copy(&program, &context.join(NAME), 0o755)?;
    copy(&root.join("LICENSE"), &context.join("LICENSE"), 0o644)?;
    copy_folder(&root.join("scenarios"), &context.join("scenarios"))?;
    let dockerfile = fs::read_to_string(folder.join("Dockerfile")).context("cannot read neptune-sim/image/Dockerfile")?;
    write(&context.join("Dockerfile"), (dockerfile + &labels(root, &program)?).as_bytes(), 0o644)?;
    Ok(true)
}

/// Elsewhere, the context can be used, but not made.
fn laid_out_elsewhere(context: &Path, platform: &str) -> Result<bool> {
    if context.join(NAME).is_file() {
        return Ok(true);
    }
    bail!(
        "the image holds a Linux program, and this machine builds for {platform}. Lay out the context in a container with Rust, then \
         try again: docker run --rm --volume \"$PWD\":/work --workdir /work --env CARGO_TARGET_DIR=/tmp/target rust:{} cargo xtask image --stage",
        env!("CARGO_PKG_RUST_VERSION")
    );
}

/// Builds a program that needs no library of the machine it runs on. `None` says that the build failed.
///
/// # Errors
/// Cargo cannot run, or built no such program.
pub(super) fn static_program(root: &Path, platform: &str, name: &str, which: &[&str]) -> Result<Option<PathBuf>> {
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default() + " -C target-feature=+crt-static";
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
pub(super) fn platform() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.context("rustc does not say what it builds for")
}

/// What the image says of itself: the last lines of its Dockerfile.
fn labels(root: &Path, program: &Path) -> Result<String> {
    let digest = sha256(&fs::read(program).context("cannot read the program")?);
    let mut labels = vec![
        ("org.opencontainers.image.title".to_owned(), NAME.to_owned()),
        ("org.opencontainers.image.description".to_owned(), "A simulator of Amazon Neptune's bulk loader for tests".to_owned()),
        ("org.opencontainers.image.version".to_owned(), VERSION.to_owned()),
        ("org.opencontainers.image.licenses".to_owned(), env!("CARGO_PKG_LICENSE").to_owned()),
        (IMAGE_LABEL.to_owned(), digest),
    ];
    labels.extend(revision(root).map(|revision| ("org.opencontainers.image.revision".to_owned(), revision)));
    let lines: Vec<String> = labels.into_iter().map(|(key, value)| format!("LABEL {key}=\"{value}\"\n")).collect();
    Ok(lines.concat())
}

/// The commit, if this is a checkout; `-dirty` behind it says that the image may hold more than that.
fn revision(root: &Path) -> Option<String> {
    let output =
        Command::new("git").args(["describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]).current_dir(root).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() { copy_folder(&from, &to)? } else { copy(&from, &to, 0o644)? }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, &content, mode)
}

/// Writes a file that the image's user can read, whatever the mask here says.
fn write(to: &Path, content: &[u8], mode: u32) -> Result<()> {
    let folder = to.parent().expect("files of the context are in it");
    let written = fs::create_dir_all(folder)
        .and_then(|()| open(folder, 0o755))
        .and_then(|()| fs::write(to, content))
        .and_then(|()| open(to, mode));
    written.with_context(|| format!("cannot write {}", to.display()))
}

#[cfg(unix)]
fn open(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}
