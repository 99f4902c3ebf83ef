//! The scenarios on the simulator's image, in one container for all of them.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use libtest_mimic::Conclusion;
use neptune_container::Container;
use neptune_harness::runner;

fn main() -> ExitCode {
    match run() {
        Ok(conclusion) => conclusion.exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Conclusion> {
    let arguments = runner::arguments();
    if arguments.list {
        return runner::run(&arguments, async |_, _| Err(anyhow!("a list runs nothing")), |_| None);
    }
    // The container is started, watched and removed by a runtime that outlives all scenarios.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let container = Arc::new(runtime.block_on(started())?);
    let [here, there] = [&container, &container].map(Arc::clone);
    // libtest-mimic panics if nothing reads its output any more. The container has to be removed all the same.
    let conclusion = catch_unwind(AssertUnwindSafe(|| {
        runner::run(
            &arguments,
            async move |scenario, text| here.play(scenario, text).await,
            move |scenario| there.cannot_run(scenario),
        )
    }));
    if let Some(container) = Arc::into_inner(container) {
        runtime.block_on(container.end())?;
    }
    conclusion.unwrap_or_else(|_| Err(anyhow!("the runner of the tests panicked")))
}

/// A container of the image that the environment names.
async fn started() -> Result<Container> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let image = variable("NEPTUNE_IT_IMAGE").unwrap_or_else(|| "neptune-sim:latest".to_owned());
    let run = variable("NEPTUNE_IT_RUN").unwrap_or_else(|| std::process::id().to_string());
    Container::start(&image, &run, None).await
}
