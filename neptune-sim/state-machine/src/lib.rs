//! Runs a state machine of AWS Step Functions in an engine on this machine.

mod definition;

pub use definition::{Definition, DefinitionError, DefinitionProblem};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
