//! Runs on a live cluster, as data and decisions: what a run is called, what it may say to a cluster, and where that ends.
//!
//! Nothing in here opens a connection or reads a clock. What is read from clusters is passed in, so that each rule has a test.

mod dataset;
mod duration;
mod estimate;
mod form;
pub mod guard;
mod journal;
mod ledger;
mod moment;
mod outcome;
mod plan;
mod profile;
pub mod report;
mod run;
mod s3;
mod statement;
mod words;

pub use dataset::{DataFile, DataFormat, Dataset, files};
pub use duration::duration;
pub use form::{Form, LiveForm, Tier};
pub use journal::{Entry, Journal, JournalError, Resource};
pub use ledger::{Age, Finding, Ledger, LedgerError, PlannedScenario, Record, Standing, Via, planned_scenarios, scenario_hash};
pub use moment::{moment, to_the_second};
pub use outcome::{NotRun, Outcome, Verdict};
pub use plan::Plan;
pub use profile::{Cluster, Endpoint, Functions, Profile, ProfileError, filled_sample};
pub use run::{IdPrefix, RunGraph, RunId, RunIdError};
pub use s3::{Bucket, Folder, KeyPrefix, NameError, ObjectKey, RunPrefix};
pub use statement::Statement;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
