//! Where the project is, and how a test runs cargo in it.

use std::path::PathBuf;
use std::process::Command;

use crate::checkout;

/// The project's root.
pub fn root() -> PathBuf {
    checkout::root().expect("the tests run in a checkout")
}

/// Takes out what cargo and the harness tell this test: it would make a cargo within compile things anew, or test something else.
pub fn as_if_outside(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "NEPTUNE_IT_"].iter().any(|begin| name.starts_with(begin)) {
            command.env_remove(name.as_ref());
        }
    }
}
