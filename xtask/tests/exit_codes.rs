//! The program as scripts and CI servers see it: its exit codes, what its reports say then, and whether it writes colours.
//!
//! Cargo, the harness and the program `live` are scripts (`cargos/`, `harnesses/`), so that nothing is built.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

const PLAN: &str = "## check_bulk_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n";
const SNAPSHOT: &str = "tests/snapshots/check_bulk_load_status/test_a.snap.new";

/// Every documented code that can be had here, with a command that ends so: cargo, harness, arguments.
const ENDINGS: [(u8, &str, &str, &[&str]); 16] = [
    (0, "building", "passing", &["it"]),
    (0, "building", "passing", &["it", "--list"]),
    (1, "absent", "passing", &["it"]),
    (2, "building", "passing", &["it", "--filter", "nonsense"]),
    (2, "building", "passing", &["it", "--profile", "x"]),
    (3, "building", "passing", &["it", "--target", "neptune", "--profile", "x"]),
    (4, "building", "passing", &["it", "--target", "neptune"]),
    (5, "building", "passing", &["sweep", "--profile", "x"]),
    (6, "building", "passing", &["it", "--target", "neptune", "--profile", "x"]),
    (7, "building", "passing", &["it", "--target", "neptune", "--profile", "x"]),
    (100, "building", "failing", &["it"]),
    (101, "failing", "passing", &["it"]),
    (103, "building", "unusable", &["it"]),
    (103, "building", "passing", &["plan"]),
    (106, "building", "passing", &["snapshots"]),
    (107, "building", "passing", &["it", "--target", "container"]),
];

/// A script of this folder.
fn script(folder: &str, name: &str) -> PathBuf {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test"));
    package.join("tests").join(folder).join(format!("{name}.sh"))
}

/// A checkout with two planned tests, a scenario file without a name, a pending snapshot, and the reports of a green run.
fn checkout() -> TempDir {
    let root = TempDir::new().unwrap();
    let green = r#"{"green": true}"#;
    for (file, text) in [
        ("scenarios/PLAN.md", PLAN),
        ("scenarios/check_bulk_load_status/01_a.yaml", "name: test_a\nabout: a\n"),
        ("scenarios/check_bulk_load_status/02_b.yaml", "about: it has no name\n"),
        ("tests/harness/Cargo.toml", ""),
        ("tests/external/Cargo.toml", ""),
        (SNAPSHOT, "---\nsource: x\n---\n[]\n"),
        ("target/it/results.json", green),
        ("target/it/junit.xml", green),
        ("target/it/filtered/results.json", green),
        ("target/it/filtered/junit.xml", green),
    ] {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn xtask(root: &Path, cargo: &str, harness: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO_BIN_EXE_xtask").expect("cargo runs this test"));
    command.args(arguments).current_dir(root).env_remove("CARGO_MANIFEST_DIR");
    command
        .env("CARGO", script("cargos", cargo))
        .env("HARNESS", script("harnesses", harness))
        .env("LIVE", script("cargos", "live"));
    command.env("DOCKER_HOST", "unix:///nowhere").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn report(root: &Path, folder: &str) -> Value {
    serde_json::from_slice(&fs::read(root.join(folder).join("results.json")).unwrap()).unwrap()
}

#[test]
fn commands_end_with_the_documented_codes() {
    for (code, cargo, harness, arguments) in ENDINGS {
        let root = checkout();
        let output = xtask(root.path(), cargo, harness, arguments).env("LIVE_CODE", code.to_string()).output().unwrap();
        assert_eq!(output.status.code(), Some(code.into()), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn every_documented_code_can_be_had() {
    let root = checkout();
    let help = said(&xtask(root.path(), "building", "passing", &["--help"]).output().unwrap());
    let (_, listed) = help.split_once("Exit codes:\n").expect("the help lists the codes");
    let listed: BTreeSet<u8> = listed.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(listed, ENDINGS.iter().map(|(code, ..)| *code).collect());
}

#[rstest]
#[case::no_cargo("absent", &["it"], "target/it", "exit code 1")]
#[case::failed_build("failing", &["it"], "target/it", "the build failed (exit code 101)")]
#[case::no_docker("building", &["it", "--target", "container"], "target/it", "no Docker to ask (exit code 107)")]
#[case::interrupted("interrupted", &["it"], "target/it", "has not ended")]
#[case::no_match("building", &["it", "--filter", "nonsense"], "target/it/filtered", "no test contains `nonsense`")]
fn reports_of_a_run_that_did_not_happen_say_so(
    #[case] cargo: &str,
    #[case] arguments: &[&str],
    #[case] folder: &str,
    #[case] why: &str,
) {
    let root = checkout();
    let output = xtask(root.path(), cargo, "passing", arguments).output().unwrap();
    assert!(!output.status.success(), "{}", said(&output));
    let report = report(root.path(), folder);
    assert_eq!(report["green"], false);
    assert!(report["complaints"][0].as_str().unwrap().contains(why), "{report}");
    let junit = fs::read_to_string(root.path().join(folder).join("junit.xml")).unwrap();
    assert!(junit.contains("errors=\"1\"") && junit.contains(why), "{junit}");
}

#[test]
fn an_unusable_file_is_reported_with_its_place_and_is_an_error_of_the_report() {
    let root = checkout();
    let output = xtask(root.path(), "building", "unusable", &["it"]).output().unwrap();
    assert!(said(&output).contains("02_b.yaml:7:3: unknown key `load`"), "{}", said(&output));
    assert_eq!(report(root.path(), "target/it")["totals"]["unusable"], 1);
}

#[test]
fn a_command_is_about_the_checkout_in_which_it_is_typed() {
    let (one, other) = (checkout(), checkout());
    let inside = other.path().join("scenarios");
    let output = xtask(&inside, "building", "passing", &["snapshots", "--accept"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(!other.path().join(SNAPSHOT).exists() && one.path().join(SNAPSHOT).exists());

    let output = xtask(Path::new("/"), "building", "passing", &["snapshots"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("no checkout around /: run `cargo xtask` in a folder of one"), "{}", said(&output));
}

#[test]
fn colours_are_for_those_who_see_them_or_ask_for_them() {
    let root = checkout();
    let coloured = |variables: &[(&str, &str)]| {
        let output = xtask(root.path(), "building", "failing", &["it"]).envs(variables.iter().copied()).output().unwrap();
        said(&output).contains("\u{1b}[")
    };
    assert!(!coloured(&[]), "the output is no terminal");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
