//! The project's tasks: runs the planned tests, reviews snapshots, checks everything.
//!
//! Of the other crates it imports only the one that writes reports. It drives cargo and processes and reads files, so it builds in seconds
//! and still works when the others do not compile.

mod aside;
mod cargo;
mod checkout;
mod ci;
mod clean;
mod conformance;
mod dependencies;
mod diff;
mod digest;
mod docker;
mod exit;
mod files;
mod filter;
mod flags;
mod fuzz;
mod harness;
mod image;
mod it;
mod live;
mod lock;
mod package;
mod plan;
mod planned;
mod pollers;
mod reaper;
mod report;
mod reports;
mod scenarios;
mod schema;
mod snapshots;
mod soak;
mod static_program;
mod this_program;

use std::process::ExitCode;

use anyhow::Result;

use crate::exit::Exit;
use crate::flags::{Flags, Live, Task};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

fn main() -> ExitCode {
    match run(Flags::read(std::env::args()).task) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            Exit::Broken.into()
        }
    }
}

fn run(task: Task) -> Result<Exit> {
    let root = &checkout::root()?;
    // Colours go to terminals only, unless NO_COLOR or CLICOLOR_FORCE says otherwise.
    let out = &mut anstream::stdout();
    match task {
        Task::It(choice) => it::run(root, &choice, out),
        Task::Live(Live { arguments }) => live::run(root, &arguments, out),
        Task::Doctor(Live { arguments }) => live::command(root, "doctor", &arguments, out),
        Task::Sweep(Live { arguments }) => live::command(root, "sweep", &arguments, out),
        Task::Parity(Live { arguments }) => live::command(root, "parity", &arguments, out),
        Task::Rehearse(Live { arguments }) => live::command(root, "rehearse", &arguments, out),
        Task::Image(choice) => image::run(root, &choice, out),
        Task::Package(choice) => package::run(root, &choice, out),
        Task::Clean(choice) => clean::run(&choice, out),
        Task::Plan => plan::run(root, out),
        Task::Snapshots(choice) => snapshots::run(root, &choice, out),
        Task::Schema { check } => schema::run(root, check, out),
        Task::Pollers { check } => pollers::run(root, check, out),
        Task::Conformance(choice) => conformance::run(root, &choice, out),
        Task::Fuzz(choice) => fuzz::run(root, &choice, out),
        Task::Soak(choice) => soak::run(root, &choice, out),
        Task::Dependencies => dependencies::run(root, out),
        Task::Ci => ci::run(root, out),
    }
}
