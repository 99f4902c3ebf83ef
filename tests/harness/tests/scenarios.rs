//! The scenarios on the simulator, in this process: one simulator for each.

use std::process::ExitCode;

use neptune_harness::runner;
use neptune_harness::sim::play_on_sim;

fn main() -> ExitCode {
    let ran = runner::run(&runner::arguments(), async |scenario, _| play_on_sim(scenario).await, |_| None);
    ran.map_or_else(
        |error| {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        },
        |conclusion| conclusion.exit_code(),
    )
}
