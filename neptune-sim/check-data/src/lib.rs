//! Checks load files before Amazon Neptune reads them: what a load of them counts, each fault with its place, and a hint that names the cause
//! and the cure. This is the command `neptune-sim check-data`.
//!
//! | module | content |
//! |---|---|
//! | `arguments` | [`Arguments`]: the command line |
//! | `error` | [`CheckError`] |
//! | `run` | [`run()`]: reads all files, and writes the reports |
//! | `inputs` | which files there are, and in which order they are read |
//! | `open` | opens them |
//! | `load` | reads the files as one load does |
//! | `progress` | how far it has come, on a terminal |
//! | `rejects` | writes rows with errors apart from the others |
//! | `report` | [`Report`]: what was found, for people and for programs |
//! | `rules` | the kinds of findings |
//! | `hint` | causes and cures |

mod arguments;
mod error;
mod hint;
mod inputs;
mod load;
mod open;
mod progress;
mod rejects;
mod report;
mod rules;
mod run;

pub use arguments::Arguments;
pub use error::CheckError;
pub use report::{Checked, Report, Shown};
pub use run::{check, run};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
