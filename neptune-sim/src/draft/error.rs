//! Why no scenario can be made of a file.

use neptune_server::record::RecordingError;

/// Why no scenario can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DraftError {
    /// It looks like a recording, and is none.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// It is neither a recording nor a status.
    #[error(
        "this is neither a recording nor the status of a load: give the file of `neptune-sim proxy --record`, or the JSON of one \
         answer, with `overallStatus` in it"
    )]
    Nothing,
    /// The simulator would not take what was made of it.
    #[error("what it says cannot be said in a scenario: {0}")]
    Refused(String),
}
