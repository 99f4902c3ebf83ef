//! Runs on a live cluster, as far as they open connections. What may be done there is decided in `neptune-live`.
//!
//! How a run proceeds: a `Preflight` reads what each guard needs, and changes nothing. The last guard returns a permit, which
//! makes the preflight a `LiveClient`. That belongs to the `RunResources` of the run, which write down whatever they make before they make
//! it, and remove nothing else.

mod aws;
mod backend;
mod cases;
mod client;
mod compare;
mod connection;
mod credentials;
mod dataset;
mod deployed;
mod doctor;
mod interrupt;
mod parity;
mod preflight;
mod progress;
pub mod rehearsal;
mod run;
mod run_mode;
mod run_resources;
mod selection;
mod sweep;
mod transcript;

pub use credentials::{Credentials, NoCredentials};
pub use doctor::doctor;
pub use interrupt::Interrupt;
pub use parity::parity;
pub use run::{Ended, PAGE, RunOptions, run};
pub use run_mode::{AwsEndpoints, RunMode};
pub use sweep::{SweepOptions, Swept, sweep};
