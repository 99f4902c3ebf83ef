//! The image that the tests start, if there is one that fits the sources.

use std::time::{Duration, SystemTime};

use neptune_harness::binaries::{SIMULATOR_SOURCES, changed_since};

use crate::docker::docker;

/// What `cargo xtask image` makes.
pub(super) const IMAGE: &str = "neptune-sim:latest";

/// What it is made of beside the program, from the project's root.
const OTHER_SOURCES: [&str; 2] = ["neptune-sim/image/Dockerfile", "scenarios"];

/// Looks for the image.
///
/// # Errors
/// Why it cannot be used: there is no Docker, no image, or it was built before the sources were changed.
pub(super) fn find() -> Result<(), String> {
    docker(&["version", "--format", "{{.Server.Version}}"]).map_err(|error| format!("there is no Docker: {error}"))?;
    // Not when it was created: a second build of the same content gives the earlier image, with its date.
    let built = docker(&["image", "inspect", "--format", "{{.Metadata.LastTagTime.Unix}}", IMAGE])
        .map_err(|_| format!("there is no image `{IMAGE}`: build it with `cargo xtask image`"))?;
    let built = built.parse().map_err(|_| format!("Docker says that `{IMAGE}` was built at `{built}`"))?;
    let built = SystemTime::UNIX_EPOCH + Duration::from_secs(built);
    let sources = [&SIMULATOR_SOURCES[..], &OTHER_SOURCES].concat();
    match changed_since(built, &sources).map_err(|error| format!("cannot look at the sources of `{IMAGE}`: {error}"))? {
        Some(source) => {
            Err(format!("the image `{IMAGE}` is older than `{}`: build it again with `cargo xtask image`", source.display()))
        }
        None => Ok(()),
    }
}
