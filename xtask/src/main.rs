//! The command line of the workshop: runs the planned tests, reviews snapshots, checks everything.
//!
//! It imports none of the other crates. It drives cargo and processes and reads files, so it builds in seconds and still works when
//! they do not compile.

mod cargo;
mod checkout;
mod ci;
mod clean;
mod colour;
mod conformance;
mod dependencies;
mod diff;
mod digest;
mod docker;
mod exit;
mod filter;
mod flags;
mod fuzz;
mod harness;
mod image;
mod it;
mod live;
mod lock;
mod plain_table;
mod plan;
mod planned;
mod reaper;
mod report;
mod reports;
mod results;
mod scenarios;
mod schema;
mod snapshots;
mod soak;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::exit::Exit;
use crate::flags::{Flags, Task};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

fn main() -> ExitCode {
    match run(Flags::parse().task) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            Exit::Broken.into()
        }
    }
}

fn run(task: Task) -> Result<Exit> {
    let root = &checkout::root()?;
    // Colours reach terminals only, or whoever asks for them: NO_COLOR and CLICOLOR_FORCE are honoured.
    let out = &mut anstream::stdout();
    match task {
        Task::It(choice) => it::run(root, &choice, out),
        Task::Doctor(choice) => live::doctor(root, &choice, out),
        Task::Sweep(choice) => live::sweep(root, &choice, out),
        Task::Parity => live::parity(root),
        Task::Rehearse { filter } => live::rehearse(root, filter.as_deref()),
        Task::Image(choice) => image::run(root, &choice, out),
        Task::Clean(choice) => clean::run(&choice, out),
        Task::Plan => plan::run(root, out),
        Task::Snapshots(choice) => snapshots::run(root, &choice, out),
        Task::Schema { check } => schema::run(root, check, out),
        Task::Conformance(choice) => conformance::run(root, &choice, out),
        Task::Fuzz(choice) => fuzz::run(root, &choice, out),
        Task::Soak(choice) => soak::run(root, &choice, out),
        Task::Dependencies => dependencies::run(root, out),
        Task::Ci => ci::run(root, out),
    }
}
