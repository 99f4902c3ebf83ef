//! The harness: runs scenarios on a backend, and runs the real handler programs the way AWS Lambda does, so that a test sees what a
//! caller of the function sees.
//!
//! [`backend`] is the interface to the place where a scenario runs, and [`sim`] implements it with the simulator. [`play`](mod@play)
//! runs the steps of a scenario, [`lambda`] runs the functions, [`judge`](mod@judge) compares the answers with the plan's assertions,
//! [`snapshot`] with what was reviewed; [`question`] says which behaviour of Neptune was observed. [`timeline`] is what a report draws of
//! a run. [`runner`] makes a test of each
//! scenario file. [`options`] says which functions are tested and how strictly: this project's own, or anybody's ([`under_test`]), behind a map
//! of names ([`field_map`]), perhaps by their verdicts alone ([`verdict`](mod@verdict)). The harness reads the JSON of Neptune and of the functions by itself: it shares no types with either.

pub mod aliases;
pub mod backend;
pub mod binaries;
pub mod catalogue;
pub mod checkout;
pub mod field_map;
pub mod judge;
pub mod lambda;
pub mod local_client;
pub mod optional;
pub mod options;
pub mod play;
pub mod process_group;
pub mod project;
pub mod question;
pub mod redact;
pub mod reply;
pub mod report;
pub mod runner;
pub mod scenario_test;
pub mod signals;
pub mod sim;
pub mod snapshot;
pub mod suite;
pub mod timeline;
pub mod under_test;
pub mod values;
pub mod verdict;
