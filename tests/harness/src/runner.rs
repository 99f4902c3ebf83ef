//! Every scenario file as a test of its own, which bears the plan's name. The files are found when the tests run.
//!
//! `tests/harness/tests/scenarios.rs` runs them on the simulator. The runner of another backend is as short.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Completion, Conclusion, Failed, Trial};
use neptune_server::scenario::Scenario;

use crate::catalogue::scenario_files;
use crate::checkout;
use crate::lambda::Caller;
use crate::options::{Options, VARIABLE};
use crate::play::Played;
use crate::process_group::end_groups_at_a_signal;
use crate::scenario_test::ScenarioTest;
use crate::sim::play_on_sim_with;
use crate::suite::{Suite, TESTS_AT_A_TIME};
use crate::under_test::UnderTest;

/// The arguments of the test program, as cargo and `cargo xtask` give them.
pub fn arguments() -> Arguments {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(TESTS_AT_A_TIME);
    arguments
}

/// Runs or lists the scenarios of the checkout.
///
/// The closure `play` runs one of them, from the scenario or from its text. `cannot_run` says why one cannot run on this backend: such a
/// scenario is reported as ignored, with the reason, and never as passed. Results are appended to the file that `NEPTUNE_IT_RESULTS` names.
///
/// # Errors
/// The scenario files cannot be found.
pub fn run<P, C>(arguments: &Arguments, play: P, cannot_run: C) -> Result<Conclusion>
where
    P: AsyncFn(&Scenario, &str) -> Result<Played> + Send + Sync + 'static,
    C: Fn(&Scenario) -> Option<String> + Send + Sync + 'static,
{
    Ok(run_tests(arguments, project_tests()?, play, cannot_run, &Arc::default()))
}

/// Runs or lists the scenarios on simulators in this process, with the functions that the options name: see [`options`](crate::options).
///
/// # Errors
/// [`CannotBegin`] for what the user can mend; or the scenario files cannot be found.
pub fn run_on_sim(arguments: &Arguments) -> Result<Conclusion> {
    let options = Options::parse(&env::var(VARIABLE).unwrap_or_default())?;
    let suite = Suite::new(project_tests()?, &options, Caller::of_this_process()?).map_err(CannotBegin)?;
    if !arguments.list {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        end_groups_at_a_signal()?;
        runtime.block_on(suite.check_starts()).map_err(CannotBegin)?;
    }
    let (tests, under_test) = suite.into_parts();
    let (played, left_out) = (Arc::clone(&under_test), Arc::clone(&under_test));
    Ok(run_tests(
        arguments,
        tests,
        async move |scenario, _| play_on_sim_with(scenario, &played).await,
        move |scenario| left_out.cannot_run(scenario),
        &under_test,
    ))
}

/// Why no test was run, though the scenarios are there: a command, a map or a folder is wrong, or a function does not start.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
pub struct CannotBegin(pub anyhow::Error);

/// What the test program ends with then, which `cargo xtask it` knows.
pub const CANNOT_BEGIN: u8 = 64;

fn project_tests() -> Result<Vec<ScenarioTest>> {
    Ok(scenario_files(&checkout::root()?)?.iter().map(ScenarioTest::read).collect())
}

fn run_tests<P, C>(
    arguments: &Arguments,
    tests: Vec<ScenarioTest>,
    play: P,
    cannot_run: C,
    under_test: &Arc<UnderTest>,
) -> Conclusion
where
    P: AsyncFn(&Scenario, &str) -> Result<Played> + Send + Sync + 'static,
    C: Fn(&Scenario) -> Option<String> + Send + Sync + 'static,
{
    let results = env::var_os("NEPTUNE_IT_RESULTS").map(PathBuf::from);
    let runs = Arc::new((play, cannot_run));
    let trial = |test: ScenarioTest| {
        let (runs, results, under_test) = (Arc::clone(&runs), results.clone(), Arc::clone(under_test));
        Trial::ignorable_test(test.name(), move || {
            let ((play, cannot_run), results) = (&*runs, results.as_deref());
            let Some(reason) = test.scenario().and_then(cannot_run) else {
                return test.run_with(play, &under_test, results).map(|()| Completion::Completed).map_err(Failed::from);
            };
            test.leave_out(&reason, &under_test, results)?;
            Ok(Completion::ignored_with(reason))
        })
    };
    libtest_mimic::run(arguments, tests.into_iter().map(trial).collect())
}
