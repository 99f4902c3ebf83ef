//! Every scenario file is one test that bears the plan's name. The files are found when the tests run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use neptune_it::catalogue::scenario_files;
use neptune_it::scenario_test::ScenarioTest;
use neptune_it::target::TargetKind;

/// Scenarios mostly wait for the processes they start, so that more of them than cores can run at a time.
const TESTS_AT_A_TIME: usize = 6;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(TESTS_AT_A_TIME);
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> anyhow::Result<Vec<Trial>> {
    let target = TargetKind::from_name(std::env::var("NEPTUNE_IT_TARGET").ok().as_deref())?;
    let files = scenario_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
    let results = std::env::var_os("NEPTUNE_IT_RESULTS").map(PathBuf::from);
    let trial = |file| {
        let (test, results) = (ScenarioTest::read(file), results.clone());
        Trial::test(test.name(), move || test.run(target, results.as_deref()).map_err(Failed::from))
    };
    Ok(files.into_iter().map(trial).collect())
}
