//! Makes the image with Docker.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::context;
use super::names::{CONTEXT, NAME, VERSION};
use crate::docker::{self, docker};
use crate::exit::Exit;
use crate::lock;

/// Held while the context is laid out and used.
pub(super) const LOCK: &str = "docker";

/// Makes the image, or says what to do where there is no Docker.
///
/// # Errors
/// Something that xtask needs cannot be read, written or started, or Docker refuses.
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
    let _alone = lock::hold(root, LOCK)?;
    if !context::lay_out(root)? {
        return Ok(Exit::BuildFailed);
    }
    build(root, CONTEXT, &[VERSION, "latest"])?;
    let bytes = docker(["image", "inspect", "--format", "{{.Size}}", NAME])?;
    let mebibytes = bytes.parse::<f64>().context("Docker reports no size")? / f64::from(1 << 20);
    writeln!(out, "{NAME}:{VERSION} and {NAME}:latest, {mebibytes:.1} MiB")?;
    Ok(Exit::Fine)
}

/// Makes an image of a context, under these tags, and drops the one that had them before, unless it is in use.
pub(super) fn build(root: &Path, context: &str, tags: &[&str]) -> Result<()> {
    let before = id(tags[0]);
    let mut arguments = vec!["build".to_owned(), "--quiet".to_owned()];
    for tag in tags {
        arguments.extend(["--tag".to_owned(), format!("{NAME}:{tag}")]);
    }
    arguments.push(root.join(context).display().to_string());
    docker(arguments)?;
    if let Some(before) = before.filter(|before| id(tags[0]).as_ref() != Some(before)) {
        // Refused if it has another name or a container.
        let _ = docker(["image", "rm", &before]);
    }
    Ok(())
}

/// The id of the image with this tag.
pub(super) fn id(tag: &str) -> Option<String> {
    docker(["image", "inspect", "--format", "{{.Id}}", &format!("{NAME}:{tag}")]).ok()
}
