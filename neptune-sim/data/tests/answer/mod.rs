//! What readers make of documents, and where the files of the comparison are.

use std::path::{Path, PathBuf};

/// What a reader makes of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Before the end, or the first fault.
    pub(crate) statements: u64,
    pub(crate) fault: Option<String>,
}

/// A file beside this test.
pub(crate) fn path(name: &str) -> PathBuf {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test");
    Path::new(&folder).join("tests/rdf4j").join(name)
}
