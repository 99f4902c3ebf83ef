//! `cargo xtask image`: the simulator as a container image, made of one static program and the scenarios.

mod context;
mod measure;

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::docker::{self, docker};
use crate::exit::Exit;
use crate::flags::Image;

/// The label of every image that is made here. Its value is the SHA-256 of the program in it.
pub(crate) const IMAGE_LABEL: &str = "neptune-it.binary";
/// The image's name. Its tags are the version and `latest`.
pub(crate) const NAME: &str = "neptune-sim";
/// Where the context is laid out, from the workspace's root.
const CONTEXT: &str = "target/docker";

/// Runs the command.
///
/// # Errors
/// Something that xtask needs cannot be read, written or started, or Docker refuses.
pub(crate) fn run(root: &Path, choice: &Image, out: &mut dyn Write) -> Result<Exit> {
    if choice.measure {
        return measure::run(root, out);
    }
    if choice.stage {
        let staged = context::lay_out(root)?;
        if staged {
            writeln!(out, "{CONTEXT} is ready: docker build --tag {NAME} {CONTEXT}")?;
        }
        return Ok(if staged { Exit::Fine } else { Exit::BuildFailed });
    }
    let exit = make(root, out)?;
    if exit == Exit::Fine {
        writeln!(out, "try it: docker run --rm --publish 127.0.0.1:8182:8182 --publish 127.0.0.1:8183:8183 {NAME}")?;
    }
    Ok(exit)
}

/// Makes the image, or says what to do where there is no Docker.
///
/// # Errors
/// As [`run`].
pub(crate) fn make(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    if let Err(why) = docker::answers() {
        writeln!(out, "{why}")?;
        writeln!(
            out,
            "Start Docker and try again. Without it: `cargo xtask image --stage` lays out {CONTEXT}, which `docker build --tag {NAME} \
             {CONTEXT}` makes an image of elsewhere; and `cargo xtask it --target sim` needs no Docker."
        )?;
        return Ok(Exit::NoDocker);
    }
    if !context::lay_out(root)? {
        return Ok(Exit::BuildFailed);
    }
    build(root, CONTEXT, &[&versioned(), "latest"])?;
    let bytes = docker(["image", "inspect", "--format", "{{.Size}}", NAME])?;
    let mebibytes = bytes.parse::<f64>().context("Docker tells no size")? / f64::from(1 << 20);
    writeln!(out, "{NAME}:{} and {NAME}:latest, {mebibytes:.1} MiB", versioned())?;
    Ok(Exit::Fine)
}

/// Makes an image of a context, under these tags, and drops the one that had them before.
fn build(root: &Path, context: &str, tags: &[&str]) -> Result<()> {
    let mut arguments = vec!["build".to_owned(), "--quiet".to_owned()];
    for tag in tags {
        arguments.extend(["--tag".to_owned(), format!("{NAME}:{tag}")]);
    }
    arguments.push(root.join(context).display().to_string());
    docker(arguments)?;
    docker(["image", "prune", "--force", "--filter", &format!("label={IMAGE_LABEL}")])?;
    Ok(())
}

/// The version of all our packages.
fn versioned() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
