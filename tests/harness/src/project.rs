//! Where the project is, and how a test runs cargo in it.

use std::path::PathBuf;
use std::process::Command;

use crate::checkout;

/// The project's root.
pub fn root() -> PathBuf {
    checkout::root().expect("the tests run in a checkout")
}

/// Removes the variables that cargo and the harness set for this test: with them, an inner cargo would rebuild, or test something else.
pub fn as_if_outside(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "NEPTUNE_IT_"].iter().any(|begin| name.starts_with(begin)) {
            command.env_remove(name.as_ref());
        }
    }
}
