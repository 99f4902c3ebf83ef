//! Two checkouts that share a target folder, and a checkout that was copied with what it has built: each builds and runs its own code.
//!
//! A small workspace stands in for ours, with our `.cargo/config.toml` and our line that asks for the checkout.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use neptune_harness::project::{as_if_outside, root};

/// The line by which a package is built anew for another checkout.
fn asks() -> String {
    let library = fs::read_to_string(root().join("neptune-sim/wire/src/lib.rs")).unwrap();
    library.lines().find(|line| line.contains("option_env!")).expect("neptune-wire asks for the checkout").to_owned()
}

/// A checkout whose program prints two words: one from a library that asks for the checkout, and one of its own.
fn checkout(folder: &Path, word: &str, asks: &str) {
    let files = [
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"leaf\", \"program\"]\n".to_owned()),
        ("leaf/Cargo.toml", "[package]\nname = \"leaf\"\nedition = \"2024\"\n".to_owned()),
        ("leaf/src/lib.rs", format!("{asks}\npub fn word() -> &'static str {{ \"{word}\" }}\n")),
        (
            "program/Cargo.toml",
            "[package]\nname = \"program\"\nedition = \"2024\"\n[dependencies]\nleaf = {path = \"../leaf\"}\n".to_owned(),
        ),
        ("program/src/main.rs", format!("fn main() {{ print!(\"{{}} {word}\", leaf::word()) }}\n")),
        (".cargo/config.toml", fs::read_to_string(root().join(".cargo/config.toml")).unwrap()),
    ];
    // Written long ago, as in any checkout: cargo goes by these times.
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    }
}

fn run(checkout: &Path, target: &Path) -> String {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--offline", "--bin", "program"]).current_dir(checkout).env("CARGO_TARGET_DIR", target);
    as_if_outside(&mut cargo);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn two_checkouts_that_share_a_target_folder_run_their_own_code() {
    let place = tempfile::tempdir().unwrap();
    let [one, other, target] = ["one", "other", "target"].map(|name| place.path().join(name));
    checkout(&one, "ONE", &asks());
    checkout(&other, "OTHER", &asks());
    for (checkout, word) in [(&one, "ONE ONE"), (&other, "OTHER OTHER"), (&one, "ONE ONE")] {
        assert_eq!(run(checkout, &target), word);
    }
}
