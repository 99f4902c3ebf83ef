//! Runs the suite that users copy.

use std::process::Command;

use crate::docker::printed;
use crate::has_image;
use neptune_harness::project::{as_if_outside, root};

#[test]
fn the_suite_to_copy_passes() {
    if !has_image("the testcontainers suite to copy") {
        return;
    }
    // The whole workspace, so that cargo takes what it has built for the other tests.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--quiet", "--workspace", "--test", "copy_me"]).current_dir(root().join("tests/external"));
    as_if_outside(&mut cargo);
    let said = printed(&mut cargo).unwrap_or_else(|said| panic!("{said}"));
    assert!(said.contains("3 passed; 0 failed; 0 ignored"), "{said}");
}
