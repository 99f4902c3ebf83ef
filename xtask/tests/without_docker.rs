//! The program itself, where there is no Docker. That it has a test of its own makes `cargo test` build it, which tests elsewhere need.

use std::fs;
use std::process::Command;

use rstest::rstest;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

#[rstest]
#[case::image(&["image"], "`cargo xtask image --stage` lays out target/docker")]
#[case::scenarios(&["it", "--target", "container"], "`cargo xtask it --target sim` needs no Docker")]
#[case::clean(&["clean"], "so that it can be asked what is left")]
fn without_docker_a_command_says_what_can_be_done(#[case] command: &[&str], #[case] remedy: &str) {
    // Elsewhere, so that the reports of this checkout's last run stay.
    let root = tempfile::TempDir::new().unwrap();
    fs::create_dir(root.path().join("scenarios")).unwrap();
    fs::write(root.path().join("scenarios/PLAN.md"), "").unwrap();
    let mut xtask = Command::new(std::env::var_os("CARGO_BIN_EXE_xtask").expect("cargo runs this test"));
    xtask.args(command).current_dir(root.path()).env_remove("CARGO_MANIFEST_DIR").env("DOCKER_HOST", "unix:///nowhere");
    let output = xtask.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(107), "{said}");
    assert!(said.contains("Docker") && said.contains(remedy), "{said}");
}
