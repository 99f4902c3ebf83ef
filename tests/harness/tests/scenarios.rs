//! The scenarios on the simulator, in this process: one simulator for each.

use std::process::ExitCode;

use neptune_harness::runner::{self, CANNOT_BEGIN, CannotBegin};

fn main() -> ExitCode {
    match runner::run_on_sim(&runner::arguments()) {
        Ok(conclusion) => conclusion.exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            if error.is::<CannotBegin>() { ExitCode::from(CANNOT_BEGIN) } else { ExitCode::FAILURE }
        }
    }
}
