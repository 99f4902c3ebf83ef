//! Every target over its corpus and over some thousand mutations of it.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use neptune_fuzz::mutate::Mutations;
use neptune_fuzz::{TARGETS, Target};
use rstest::rstest;

const SEED: u64 = 20_260_101;

/// The folder of this package. Cargo sets it when the test runs, so that a copy of the checkout reads its own files.
fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test").into()
}

fn folder() -> PathBuf {
    package().join("corpus")
}

/// Name and content of the inputs of a target, in order. Every scenario of the project is one for its parser.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let root = package().join("../..");
    let mut paths = files(&folder().join(target));
    if target == "scenario" {
        paths.extend(
            ["scenarios", "neptune-sim/scenario/tests/bad_scenarios"].iter().flat_map(|folder| files(&root.join(folder))),
        );
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    }
    paths.sort();
    let read = |path: PathBuf| (path.display().to_string(), fs::read(&path).expect("the corpus can be read"));
    paths.into_iter().map(read).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("the folder can be read").map(|entry| entry.expect("the folder can be read").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[rstest]
#[case::authorization("authorization", 2000)]
#[case::csv("csv", 5000)]
#[case::query("query", 2000)]
#[case::rdf("rdf", 5000)]
#[case::reply("reply", 5000)]
#[case::scenario("scenario", 500)]
#[case::start("start", 3000)]
fn no_input_breaks_a_promise(#[case] name: &str, #[case] mutations: usize) {
    let target = *TARGETS.iter().find(|target| target.name == name).expect("it is one of the targets");
    let corpus = corpus(name);
    for (path, input) in &corpus {
        run(target, input, path);
    }
    let (mut random, inputs) = (Mutations::seeded(SEED), corpus.into_iter().map(|(_, input)| input).collect::<Vec<_>>());
    for number in 1..=mutations {
        let input = random.next(&inputs);
        run(target, &input, &format!("mutation {number} of seed {SEED}"));
    }
}

/// Runs a target, and leaves an input that breaks it where `cargo xtask fuzz` leaves its own.
fn run(target: Target, input: &[u8], origin: &str) {
    if catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok() {
        return;
    }
    let name = target.name;
    let kept = package().join("../../target/fuzz/artefacts").join(name);
    let path = kept.join("mutation");
    fs::create_dir_all(&kept).and_then(|()| fs::write(&path, input)).expect("the input can be kept");
    panic!("{origin} breaks the target {name}; again: cargo xtask fuzz {name} --input {}", path.display());
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let entries = fs::read_dir(folder()).expect("there is a corpus");
    let folders: BTreeSet<String> =
        entries.map(|entry| entry.expect("the corpus can be read").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(folders, TARGETS.iter().map(|target| target.name.to_owned()).collect());
    for target in TARGETS {
        assert!(corpus(target.name).len() >= 5, "{} has next to no corpus", target.name);
    }
}
