//! Every scenario file is one test that bears the plan's name. The files are found when the tests run.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use libtest_mimic::{Arguments, Completion, Conclusion, Failed, Trial};
use neptune_it::catalogue::scenario_files;
use neptune_it::checkout;
use neptune_it::scenario_test::ScenarioTest;
use neptune_it::target::{Container, Target, TargetKind};

/// Scenarios mostly wait for the processes they start, so that more of them than cores can run at a time.
const TESTS_AT_A_TIME: usize = 6;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(TESTS_AT_A_TIME);
    match run(&arguments) {
        Ok(conclusion) => conclusion.exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<Conclusion> {
    let files = scenario_files(&checkout::root()?)?;
    let tests = files.into_iter().map(ScenarioTest::read);
    if arguments.list {
        let trials = tests.map(|test| Trial::test(test.name(), || Ok(()))).collect();
        return Ok(libtest_mimic::run(arguments, trials));
    }
    // The container is started, watched and removed by a runtime that outlives all scenarios.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let target = Arc::new(runtime.block_on(started())?);
    let results = env::var_os("NEPTUNE_IT_RESULTS").map(PathBuf::from);
    let trials = tests.map(|test| trial(test, &target, results.clone())).collect();
    // It panics if whoever reads the output has gone. The container has to go all the same.
    let conclusion = catch_unwind(AssertUnwindSafe(|| libtest_mimic::run(arguments, trials)));
    if let Some(Target::Container(container)) = Arc::into_inner(target) {
        runtime.block_on(container.end())?;
    }
    conclusion.map_err(|_| anyhow!("the runner of the tests panicked"))
}

/// The target that the environment asks for.
async fn started() -> Result<Target> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    Ok(match TargetKind::from_name(variable("NEPTUNE_IT_TARGET").as_deref())? {
        TargetKind::Sim => Target::Sim,
        TargetKind::Container => {
            let image = variable("NEPTUNE_IT_IMAGE").unwrap_or_else(|| "neptune-sim:latest".to_owned());
            let run = variable("NEPTUNE_IT_RUN").unwrap_or_else(|| std::process::id().to_string());
            Target::Container(Box::new(Container::start(&image, &run, None).await?))
        }
    })
}

/// A test of the runner's. What the target cannot offer is ignored for that reason, never passed.
fn trial(test: ScenarioTest, target: &Arc<Target>, results: Option<PathBuf>) -> Trial {
    let target = Arc::clone(target);
    Trial::ignorable_test(test.name(), move || {
        let results = results.as_deref();
        let Some(reason) = test.cannot_run_on(&target) else {
            return test.run(&target, results).map(|()| Completion::Completed).map_err(Failed::from);
        };
        test.leave_out(&reason, results)?;
        Ok(Completion::ignored_with(reason))
    })
}
