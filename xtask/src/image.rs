//! `cargo xtask image`: the simulator as a container image, made of one static program and the scenarios.

mod context;
mod measure;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::docker::{self, docker};
use crate::exit::Exit;
use crate::flags::Image;
use crate::lock;

/// The label of every image that is made here. Its value is the SHA-256 of the program in it.
const IMAGE_LABEL: &str = "neptune-it.binary";
/// The image's name. Its tags are the version and `latest`.
const NAME: &str = "neptune-sim";
/// The version of all our packages.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The tag of the bare server that the image is measured beside.
const BARE_TAG: &str = "bare";
/// Where the context is laid out, from the workspace's root.
const CONTEXT: &str = "target/docker";
/// Held while the context is laid out and used.
const LOCK: &str = "docker";

/// Runs the command.
///
/// # Errors
/// Something that xtask needs cannot be read, written or started, or Docker refuses.
pub(crate) fn run(root: &Path, choice: &Image, out: &mut dyn Write) -> Result<Exit> {
    if choice.measure {
        return measure::run(root, out);
    }
    if choice.stage {
        let _alone = lock::hold(root, LOCK)?;
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
fn build(root: &Path, context: &str, tags: &[&str]) -> Result<()> {
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

/// The id of the image that `make` has made: `sha256:…`. Its name may be another image's tomorrow.
///
/// # Errors
/// There is none.
pub(crate) fn made() -> Result<String> {
    id("latest").with_context(|| format!("Docker has no image {NAME}:latest"))
}

fn id(tag: &str) -> Option<String> {
    docker(["image", "inspect", "--format", "{{.Id}}", &format!("{NAME}:{tag}")]).ok()
}

/// Takes from images of ours the names that we give, and with the last name the image goes. Images that others have made of them, and
/// names that others have given them, stay. Gives how many went, and why others did not.
///
/// # Errors
/// Docker does not list what there is.
pub(crate) fn remove() -> Result<(usize, Vec<String>)> {
    let label = format!("label={IMAGE_LABEL}");
    let listed = docker(["image", "ls", "--filter", &label, "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"])?;
    let names = [VERSION, "latest", BARE_TAG].map(|tag| format!("{NAME}:{tag}"));
    let ours: Vec<(&str, &str)> = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, name)| names.iter().any(|our| our == name))
        .collect();
    let (mut gone, mut kept) = (BTreeSet::new(), Vec::new());
    for (id, name) in ours {
        match docker(["image", "rm", name]) {
            Ok(_) => drop(gone.insert(id)),
            Err(error) => kept.push(format!("{name}: {}", error.to_string().lines().last().unwrap_or_default())),
        }
    }
    Ok((gone.len(), kept))
}
