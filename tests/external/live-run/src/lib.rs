//! Runs on a live cluster, as far as they open connections. What may be done there is decided in `neptune-live`.
//!
//! The way of a run: a `Scout` looks at what each guard wants to know, and only reads. Past the last guard there is a ticket, which
//! makes the scout a `LiveClient`. That belongs to the `Belongings` of the run, which write down whatever they make before they make
//! it, and remove nothing else.

mod aws;
mod backend;
mod belongings;
mod client;
mod compare;
mod connection;
mod credentials;
mod deployed;
mod doctor;
mod interrupt;
mod occasion;
mod parity;
mod progress;
pub mod rehearsal;
mod run;
mod scenes;
mod scout;
mod selection;
mod sweep;
mod transcript;

pub use credentials::{Credentials, NoCredentials};
pub use doctor::doctor;
pub use interrupt::Interrupt;
pub use occasion::{Occasion, Surroundings};
pub use parity::parity;
pub use run::{Ended, RunOptions, run};
pub use sweep::{SweepOptions, Swept, sweep};
