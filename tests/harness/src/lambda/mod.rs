//! Runs a function as AWS Lambda would: in processes that get their events from a Runtime API.
//!
//! [`Lambda`] is one function. Every invocation takes an idle process of it, or starts a new one:
//!
//! ```no_run
//! # async fn example() {
//! use neptune_harness::lambda::{Deadline, Function, Lambda, Outcome};
//!
//! let function = Function {
//!     name: "check_bulk_load_status".to_owned(),
//!     program: neptune_harness::binaries::handler_binary("check_bulk_load_status").unwrap().into(),
//!     environment: [("NEPTUNE_ENDPOINT".to_owned(), "http://127.0.0.1:8182".to_owned())].into(),
//! };
//! let lambda = Lambda::new(function, 42);
//! let invocation = lambda.invoke(&serde_json::json!({"run_id": "run-1"}), Deadline::default()).await;
//! assert!(matches!(invocation.outcome, Outcome::Answered(_)), "{invocation:#?}");
//! # }
//! ```
//!
//! [`ManagedInstance`] is a process that gets several events at once, as on Lambda Managed Instances. A function in any other language is a [`CommandLine`] with its runtime client: `python -m awslambdaric app.handler`.
//!
//! # Why a Runtime API of our own
//!
//! What a function does when things go wrong is exactly what the tests are about, and the existing emulators do not cover it. The crate
//! `lambda-simulator` (0.2.0) lets an invocation run past its time limit, waits in vain for an answer after the process has exited,
//! names every function `test-function` in the ARN and has no way to report a failed start. `cargo lambda watch` sends one constant
//! deadline and does not recover from a process that exits. AWS's own emulator is right on most of this, but is not a crate, and a
//! second invocation at the same time brings it down. The part of the protocol that matters here has four paths and five states
//! (`runtime_api`), and axum is in the tree anyway.
//!
//! # What is not imitated
//!
//! Memory and CPU limits, extensions, response streaming, the read-only file system, X-Ray, and the `Invoke` API in front of it all.

mod command;
mod environment;
mod function;
mod invocation;
mod managed;
mod output;
mod pool;
mod process;
mod request_id;
mod runtime_api;

pub use command::{Caller, CommandError, CommandLine};
pub use function::{Function, Program};
pub use invocation::{Deadline, Invocation, Outcome};
pub use managed::ManagedInstance;
pub use pool::Lambda;
