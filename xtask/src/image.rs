//! `cargo xtask image`: the simulator as a container image, made of one static program and the scenarios.

mod context;
mod make;
mod measure;
mod names;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::docker::docker;
use crate::exit::Exit;
use crate::flags::Image;
use crate::lock;

pub(crate) use make::make;
use make::{LOCK, id};
use names::{BARE_TAG, CONTEXT, IMAGE_LABEL, NAME, VERSION};

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

/// The id of the image that `make` has made: `sha256:…`. Its name may be another image's tomorrow.
///
/// # Errors
/// There is none.
pub(crate) fn made() -> Result<String> {
    id("latest").with_context(|| format!("Docker has no image {NAME}:latest"))
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
