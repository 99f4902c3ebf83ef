//! Judges a poller of Neptune's bulk loader, in any language: runs it against every status that a load can have and against every kind of
//! trouble, each case on a simulated cluster of its own and all of them side by side.
//!
//! A case is data ([`Case`]): the statuses that the load goes through, the faults that requests meet, and every outcome that can be
//! defended, with the reason and its source. The clock of a case is manual. It moves by a second each time the poller was answered the
//! status of the load, so that the outcome does not depend on how long the poller pauses or takes to start.
//!
//! | module | content |
//! |---|---|
//! | `run` | [`run()`]: all cases side by side, and their reports |
//! | `arguments` | [`Arguments`]: the command line |
//! | `page` | the report for a browser |
//! | `report` | [`Report`]: the verdicts for people and for programs |
//! | `judge` | what was seen against what is right: a [`Verdict`] and its reasons |
//! | `remedy` | what to change in the poller |
//! | `play` | one case: cluster and poller, from the start to the end |
//! | `poller` | what can be judged: one of the four below |
//! | `command` | a command: its process, environment, output, and end |
//! | `function` | a Lambda function that is run here |
//! | `invoke` | a function that runs already, behind an emulator |
//! | `machine` | a state machine whose functions are run here, under a virtual clock |
//! | `machine_error` | why a state machine cannot be run, and what helps |
//! | `address`, `event` | where a poller finds its load, as variables and in the event of a function |
//! | `timeline` | what happened when, for a page |
//! | `watch` | what is noted of each request, and how the load moves |
//! | `ending` | how a run of a poller ends, and how a poller ends in a case |
//! | `states_error` | the errors that say that the definition of a state machine is at fault |
//! | `shorten` | long texts whose end says most |
//! | `trouble` | what went wrong in a state machine: in its last call or its last Choice |
//! | `expression` | what the output of a poller says |
//! | `select` | which cases are played |
//! | `case` | [`cases`]: the cases |

mod address;
mod arguments;
mod case;
mod command;
mod ending;
mod event;
mod expression;
mod function;
mod invoke;
mod judge;
mod machine;
mod machine_error;
mod page;
mod play;
mod poller;
mod remedy;
mod report;
mod run;
mod select;
mod shorten;
mod states_error;
mod timeline;
mod trouble;
mod verdict;
mod watch;

pub use arguments::Arguments;
pub use case::{Case, Outcome, cases};
pub use ending::{Ending, How, Kind, PlayError};
pub use expression::{Expression, ExpressionError};
pub use judge::Judgement;
pub use play::Observation;
pub use report::{Judged, Report};
pub use run::{CheckError, check, run};
pub use select::UnknownCase;
pub use states_error::StatesError;
pub use trouble::MachineTrouble;
pub use verdict::Verdict;
pub use watch::{Enough, Exchange, Notes, Reported};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
