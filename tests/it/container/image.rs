//! The image that the tests start, if there is one that fits the sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::docker::docker;

/// What `cargo xtask image` makes.
pub(super) const IMAGE: &str = "neptune-sim:latest";

/// What it is made of, from the project's root.
const SOURCES: [&str; 6] = [
    "neptune-sim/src",
    "neptune-sim/engine/src",
    "neptune-sim/wire/src",
    "neptune-sim/control/src",
    "neptune-sim/image/Dockerfile",
    "scenarios",
];

/// Looks for the image.
///
/// # Errors
/// Why it cannot be used: there is no Docker, no image, or it was built before the sources were changed.
pub(super) fn find() -> Result<(), String> {
    docker(&["version", "--format", "{{.Server.Version}}"]).map_err(|error| format!("there is no Docker: {error}"))?;
    // Not when it was created: whoever builds the same again gets the image of then, with its date.
    let built = docker(&["image", "inspect", "--format", "{{.Metadata.LastTagTime.Unix}}", IMAGE])
        .map_err(|_| format!("there is no image `{IMAGE}`: build it with `cargo xtask image`"))?;
    let built = built.parse().map_err(|_| format!("Docker says that `{IMAGE}` was built at `{built}`"))?;
    match newer_than(SystemTime::UNIX_EPOCH + Duration::from_secs(built), SOURCES.map(|source| root().join(source)).into()) {
        Some(source) => Err(format!(
            "the image `{IMAGE}` is older than `{}`: build it again with `cargo xtask image`",
            source.strip_prefix(root()).unwrap_or(&source).display()
        )),
        None => Ok(()),
    }
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file that was changed after a moment, among these and in these folders.
fn newer_than(moment: SystemTime, paths: Vec<PathBuf>) -> Option<PathBuf> {
    paths.into_iter().find_map(|path| {
        if path.is_dir() {
            let entries = fs::read_dir(&path).ok()?.filter_map(Result::ok).map(|entry| entry.path()).collect();
            return newer_than(moment, entries);
        }
        let changed = fs::metadata(&path).ok()?.modified().ok()?;
        (changed > moment).then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_was_changed_later_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        let file = folder.path().join("inner/a.yaml");
        fs::write(&file, "name: a").unwrap();
        let changed = fs::metadata(&file).unwrap().modified().unwrap();
        let earlier = changed - Duration::from_secs(1);
        assert_eq!(newer_than(earlier, vec![folder.path().into()]), Some(file));
        assert_eq!(newer_than(changed, vec![folder.path().into()]), None);
    }
}
