//! Results of a test run as plain data, and every report that is made from them.
//!
//! A harness makes one [`TestResult`] a test and may append it to a file of JSON lines ([`TestResult::append_to`], [`read_lines`]). The
//! program that starts the harness collects them in a [`Run`], adds what it knows of the run, and writes the reports:
//!
//! | report | for | from |
//! |---|---|---|
//! | text | a terminal or a CI log | [`Run::text`] |
//! | `junit.xml` | CI servers | [`Run::junit`] |
//! | `report.md` | people who read it later | [`Run::markdown`] |
//! | `report.html` | people who were not there | [`Run::html`], by way of the data in [`page`](mod@page) |
//! | `results.json` | programs | [`Run::json`] |
//!
//! [`Table`] and the [`terminal`] module serve other output as well, and [`numbered`] serves filters. The crate knows neither scenarios nor Neptune, and reads no clock.

mod browser;
mod inconclusive;
mod json;
mod junit;
mod lines;
mod log_line;
mod markdown;
mod number;
pub mod page;
mod result;
mod run;
mod table;
pub mod terminal;
mod text;
mod words;
mod write;

pub use browser::open_in_browser;
pub use inconclusive::Inconclusive;
pub use lines::read_lines;
pub use log_line::for_people as log_line_for_people;
pub use neptune_text::count;
pub use number::numbered;
pub use result::{Difference, TestResult, Unmet, Verdict};
pub use run::{Conclusion, Run, Section};
pub use table::Table;
pub use words::duration;
pub use write::{WriteError, write_report};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
