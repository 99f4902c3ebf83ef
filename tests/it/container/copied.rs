//! Runs the suite that users copy.

use std::process::Command;

use super::docker::printed;
use super::has_image;
use super::image::root;

#[test]
fn the_suite_to_copy_passes() {
    if !has_image("the testcontainers suite to copy") {
        return;
    }
    // The whole workspace, so that cargo takes what it has built for the other tests.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--quiet", "--workspace", "--test", "copy_me"]).current_dir(root());
    // What cargo tells this test about its package would make the cargo within compile things anew.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name.as_ref());
        }
    }
    let said = printed(&mut cargo).unwrap_or_else(|said| panic!("{said}"));
    assert!(said.contains("3 passed; 0 failed; 0 ignored"), "{said}");
}
