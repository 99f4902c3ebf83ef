//! What AWS refuses when a state machine is made, found before an engine runs it: engines take much of it, and refuse the rest in words of
//! their own.
//!
//! Each rule stands in AWS's developer guide, in the specification of the States language, or in the list of what the API `ValidateStateMachineDefinition`
//! reports. What neither says, such as how `MaxDelaySeconds` and `IntervalSeconds` may relate, is not refused.
//!
//! | module | content |
//! |---|---|
//! | `machine` | the states of a machine, and their names |
//! | `ways` | where states lead |
//! | `kinds` | one state: what belongs to its type |
//! | `state` | a state that is checked |
//! | `fields`, `comparison` | which fields and comparisons there are, and what their values may be |
//! | `errors` | Retry and Catch |
//! | `choice` | the rules of a Choice |
//! | `payload` | what a state fills in |
//! | `path` | JSONPath and intrinsic functions |
//! | `finding` | what is wrong, and where |
//! | `task` | what stands behind the tasks |
//! | `variables` | the variables that states assign |

mod choice;
mod comparison;
mod errors;
mod fields;
mod finding;
mod kinds;
mod machine;
mod path;
mod payload;
mod state;
mod task;
mod variables;
mod ways;

pub(crate) use finding::{Finding, Findings};
pub(crate) use machine::check;
