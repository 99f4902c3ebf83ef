//! The simulator against AWS's own model of the loader: every parameter, word, bound, answer and error of it is a test.
//!
//! `cargo xtask conformance` derives the cases. They are found by name: `cargo test --test conformance StartLoaderJob::mode`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[path = "../client/mod.rs"]
#[expect(dead_code, reason = "shared with tests that look closer at the connection")]
mod client;

mod cases;
mod play;
mod request;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use neptune_loader::{LoadFormat, LoadMode, Parallelism};
use tokio::runtime::Runtime;

use cases::{Case, Model};

fn main() -> ExitCode {
    let runtime = Arc::new(Runtime::new().expect("a runtime needs a few threads"));
    let model = Arc::new(Model::read());
    let mut trials = vec![trial("cases_are_complete", &model, Model::are_complete)];
    trials.extend(model.cases.iter().map(|case| played(&runtime, &model, case)));
    trials.extend(tables(&model));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn played(runtime: &Arc<Runtime>, model: &Arc<Model>, case: &Case) -> Trial {
    let (runtime, case) = (Arc::clone(runtime), case.clone());
    trial(case.name(), model, move |model| runtime.block_on(play::play(model, &case)))
}

/// The tables of neptune-wire, which know what the model knows and no more.
fn tables(model: &Arc<Model>) -> Vec<Trial> {
    let known = model
        .errors
        .iter()
        .cloned()
        .map(|error| trial(format!("errors::{}", error.code), model, move |_| play::is_in_our_table(&error)));
    let mut trials: Vec<_> = known.collect();
    trials.push(trial("errors::no_others", model, |model| play::our_table_ends_there(&model.errors)));
    let words = [
        ("format", LoadFormat::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>()),
        ("mode", LoadMode::ALL.iter().map(|word| word.as_str()).collect()),
        ("parallelism", Parallelism::ALL.iter().map(|word| word.as_str()).collect()),
    ];
    trials.extend(words.into_iter().map(|(member, ours)| {
        trial(format!("words::{member}"), model, move |model| play::our_words_end_there(model, member, &ours))
    }));
    trials
}

fn trial(
    name: impl Into<String>,
    model: &Arc<Model>,
    test: impl FnOnce(&Model) -> Result<(), String> + Send + 'static,
) -> Trial {
    let model = Arc::clone(model);
    Trial::test(name, move || test(&model).map_err(Failed::from))
}
