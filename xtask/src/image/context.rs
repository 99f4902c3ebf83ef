//! What an image is made of, laid out in a folder: `docker build` needs nothing else.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::names::{CONTEXT, IMAGE_LABEL, NAME, VERSION};
use crate::digest::sha256;
use crate::files::{copy, copy_folder, write};
use crate::static_program::{platform, static_program};

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
