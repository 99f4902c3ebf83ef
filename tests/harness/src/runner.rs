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
use crate::play::Played;
use crate::scenario_test::ScenarioTest;

/// Scenarios mostly wait for the processes they start, so that more of them than cores can run at a time.
const TESTS_AT_A_TIME: usize = 6;

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
    let results = env::var_os("NEPTUNE_IT_RESULTS").map(PathBuf::from);
    let runs = Arc::new((play, cannot_run));
    let trial = |test: ScenarioTest| {
        let (runs, results) = (Arc::clone(&runs), results.clone());
        Trial::ignorable_test(test.name(), move || {
            let ((play, cannot_run), results) = (&*runs, results.as_deref());
            let Some(reason) = test.scenario().and_then(cannot_run) else {
                return test.run(play, results).map(|()| Completion::Completed).map_err(Failed::from);
            };
            test.leave_out(&reason, results)?;
            Ok(Completion::ignored_with(reason))
        })
    };
    let files = scenario_files(&checkout::root()?)?;
    Ok(libtest_mimic::run(arguments, files.into_iter().map(ScenarioTest::read).map(trial).collect()))
}
