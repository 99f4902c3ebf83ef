//! The errors of Step Functions itself that say that a definition is at fault, and nothing of the load.
//!
//! `States.Timeout`, `States.TaskFailed` and `States.NoChoiceMatched` are not among them: a machine may leave them uncaught on purpose.

/// An error of Step Functions itself, and what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatesError {
    /// Its name.
    pub name: &'static str,
    /// What to change in the definition.
    pub change: &'static str,
}

const ERRORS: [StatesError; 9] = [
    StatesError {
        name: "States.Runtime",
        change: "correct what the cause says of that state, because no Retry or Catch matches this error: mostly a path to a field that is not there, or a variable \
                 that no state has assigned. \
                 If the state is right for AWS, neptune-sim/state-machine/ENGINES.md says where the engine differs",
    },
    StatesError {
        name: "States.DataLimitExceeded",
        change: "pass on less: AWS allows 256 KiB for the input or output of a state, and States.ALL does not catch this error. \
                 Let ResultSelector or Output keep what is needed, and ask for fewer errors of the load at a time",
    },
    StatesError {
        name: "States.ItemReaderFailed",
        change: "let the ItemReader of the Map read an object that is there and has the format that it names; catch this error where the object may be missing",
    },
    StatesError {
        name: "States.ResultWriterFailed",
        change: "let the ResultWriter of the Map write to a bucket that is there; catch this error where it may be missing",
    },
    StatesError {
        name: "States.QueryEvaluationError",
        change: "correct the JSONata expression that the cause names: a field may be missing, or have another type",
    },
    StatesError {
        name: "States.ParameterPathFailure",
        change: "correct the path that the cause names, or let a Choice with IsPresent stand before it",
    },
    StatesError {
        name: "States.ResultPathMatchFailure",
        change: "correct the ResultPath: it has to fit the input of the state",
    },
    StatesError {
        name: "States.IntrinsicFailure",
        change: "correct the arguments of the intrinsic function that the cause names",
    },
    StatesError { name: "States.Permissions", change: "let the role of the state machine do what the state does" },
];

impl StatesError {
    /// The error of this name, if it says that the definition is at fault.
    pub(crate) fn find(name: &str) -> Option<Self> {
        ERRORS.into_iter().find(|error| error.name == name)
    }
}
