//! Why a file is no definition that can be run.

use std::io;
use std::path::PathBuf;

/// AWS's limit for a definition, and for a template: 1 MB.
pub(crate) const DEFINITION_BYTES: usize = 1024 * 1024;

/// A file is no definition that can be run.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {problem}", .file.display(), .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct DefinitionError {
    /// The file: of a machine in a template, the one that its definition is in.
    pub file: PathBuf,
    /// The line in it, from 1, where one is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: DefinitionProblem,
}

/// What is wrong with a definition.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionProblem {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    File(#[from] io::Error),
    /// It is larger than AWS allows.
    #[error("it is larger than {DEFINITION_BYTES} bytes, which is AWS's limit")]
    TooLarge,
    /// Something in it cannot be read, or be worked out as CloudFormation does it. This says what, and what helps.
    #[error("{0}")]
    Unreadable(String),
    /// It is no state machine.
    #[error("it is no definition of a state machine: it needs a StartAt that names one of its States")]
    NoStart,
    /// AWS refuses it when the state machine is made. This says what it is, with the state, and what helps.
    #[error("{0}")]
    Refused(String),
    /// A state calls a function that is not there.
    #[error("the state `{state}` calls the function `{function}`, {}", none_of(.given))]
    UnknownFunction {
        /// The state.
        state: String,
        /// How it names the function.
        function: String,
        /// The functions that are there.
        given: Vec<String>,
    },
    /// A state calls what nothing stands for.
    #[error(
        "the state `{state}` calls `{resource}`, which nothing stands for here; \
         a Task may have the resource arn:aws:states:::lambda:invoke or arn:aws:states:::events:putEvents, or the ARN of a function"
    )]
    UnknownResource {
        /// The state.
        state: String,
        /// Its resource.
        resource: String,
    },
}

fn none_of(given: &[String]) -> String {
    if given.is_empty() {
        "and no function is given".to_owned()
    } else {
        format!("which is not one of those that are given: {}", given.join(", "))
    }
}
