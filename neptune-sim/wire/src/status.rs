//! The status words of loads and feeds.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What Neptune says about a load, or about one feed (file) of a load.
///
/// The set is open: a word that this list does not know survives as [`LoadStatus::Other`], so that a new engine version cannot
/// break a client. The documented words are those of the user guide's page on loader and feed messages (documented); there is no
/// plain `LOAD_CANCELLED` among them, though AWS's SDK samples wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LoadStatus {
    /// Accepted with `queueRequest`, waiting for its turn.
    InQueue,
    /// Recorded, not begun.
    NotStarted,
    /// Loading.
    InProgress,
    /// Ended without errors.
    Completed,
    /// Ended by a `DELETE`.
    CancelledByUser,
    /// Stopped by the system because of errors.
    CancelledDueToErrors,
    /// Ended by an unexpected failure.
    UnexpectedError,
    /// Ended with one or more errors.
    Failed,
    /// A feed could not be read from S3; the load is then `LOAD_FAILED`.
    S3ReadError,
    /// A feed's bucket refused access; the load is then `LOAD_FAILED`.
    S3AccessDeniedError,
    /// Committed with unresolved write conflicts; resuming usually clears them.
    CommittedWithWriteConflicts,
    /// Rolled back by a deadlock; less parallelism helps.
    DataDeadlock,
    /// A file changed or went away while it was loaded.
    FeedModifiedOrDeleted,
    /// A load that this one depends on did not complete; never executed.
    DependencyNotSatisfied,
    /// The request could not be executed: no such source or bucket, wrong format.
    InvalidRequest,
    /// A word that is not documented, as it came.
    Other(String),
}

impl LoadStatus {
    /// Every documented word, in the order of a load's life: waiting, running, ended.
    pub const DOCUMENTED: [Self; 15] = [
        Self::InQueue,
        Self::NotStarted,
        Self::InProgress,
        Self::Completed,
        Self::CancelledByUser,
        Self::CancelledDueToErrors,
        Self::UnexpectedError,
        Self::Failed,
        Self::S3ReadError,
        Self::S3AccessDeniedError,
        Self::CommittedWithWriteConflicts,
        Self::DataDeadlock,
        Self::FeedModifiedOrDeleted,
        Self::DependencyNotSatisfied,
        Self::InvalidRequest,
    ];

    /// The word as Neptune spells it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InQueue => "LOAD_IN_QUEUE",
            Self::NotStarted => "LOAD_NOT_STARTED",
            Self::InProgress => "LOAD_IN_PROGRESS",
            Self::Completed => "LOAD_COMPLETED",
            Self::CancelledByUser => "LOAD_CANCELLED_BY_USER",
            Self::CancelledDueToErrors => "LOAD_CANCELLED_DUE_TO_ERRORS",
            Self::UnexpectedError => "LOAD_UNEXPECTED_ERROR",
            Self::Failed => "LOAD_FAILED",
            Self::S3ReadError => "LOAD_S3_READ_ERROR",
            Self::S3AccessDeniedError => "LOAD_S3_ACCESS_DENIED_ERROR",
            Self::CommittedWithWriteConflicts => "LOAD_COMMITTED_W_WRITE_CONFLICTS",
            Self::DataDeadlock => "LOAD_DATA_DEADLOCK",
            Self::FeedModifiedOrDeleted => "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED",
            Self::DependencyNotSatisfied => "LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED",
            Self::InvalidRequest => "LOAD_FAILED_INVALID_REQUEST",
            Self::Other(word) => word,
        }
    }

    /// Whether the load has not ended yet: queued, recorded or running.
    ///
    /// Every other word counts as an end, unknown ones too: a poller that waits on a word it does not know waits forever.
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::InQueue | Self::NotStarted | Self::InProgress)
    }

    /// Whether Neptune documents the word.
    pub fn is_documented(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// The place in a load's life, for the order of `feedCount` (inferred from four recordings: lifecycle order, failures last).
    pub fn rank(&self) -> usize {
        Self::DOCUMENTED.iter().position(|known| known == self).unwrap_or(Self::DOCUMENTED.len())
    }
}

impl From<&str> for LoadStatus {
    fn from(word: &str) -> Self {
        Self::DOCUMENTED.into_iter().find(|known| known.as_str() == word).unwrap_or_else(|| Self::Other(word.to_owned()))
    }
}

impl fmt::Display for LoadStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for LoadStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for LoadStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(Self::from(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_word_reads_back_as_itself() {
        for status in LoadStatus::DOCUMENTED {
            assert_eq!(LoadStatus::from(status.as_str()), status);
        }
    }

    #[test]
    fn an_undocumented_word_survives_and_is_not_pending() {
        let status = LoadStatus::from("LOAD_CANCELLED");
        assert_eq!(status, LoadStatus::Other("LOAD_CANCELLED".into()));
        assert_eq!(serde_json::to_string(&status).unwrap(), r#""LOAD_CANCELLED""#);
        assert!(!status.is_pending());
    }

    #[test]
    fn exactly_three_words_are_pending() {
        let pending: Vec<_> = LoadStatus::DOCUMENTED.into_iter().filter(LoadStatus::is_pending).collect();
        assert_eq!(pending, [LoadStatus::InQueue, LoadStatus::NotStarted, LoadStatus::InProgress]);
    }
}
