//! What the image and its parts are called.

/// The label of every image that is made here. Its value is the SHA-256 of the program in it.
pub(super) const IMAGE_LABEL: &str = "neptune-it.binary";
/// The image's name. Its tags are the version and `latest`.
pub(super) const NAME: &str = "neptune-sim";
/// The version of all our packages.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The tag of the bare server that the image is measured beside.
pub(super) const BARE_TAG: &str = "bare";
/// Where the context is laid out, from the workspace's root.
pub(super) const CONTEXT: &str = "target/docker";
