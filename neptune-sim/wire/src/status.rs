//! The status words of loads and feeds.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Defines [`LoadStatus`] from one table: each status with its word. Whether a load with the status is pending follows from the group, and
/// the order of `feedCount` from the order of the rows.
macro_rules! statuses {
    (
        pending { $($(#[$pending_doc:meta])* $pending:ident = $pending_word:literal,)* }
        ended { $($(#[$ended_doc:meta])* $ended:ident = $ended_word:literal,)* }
    ) => {
        /// The status of a load, or of one feed (file) of a load.
        ///
        /// The set is open: a word that this list does not have survives as [`LoadStatus::Other`], so that a new engine version cannot
        /// break a client. The documented words are those of the user guide's page on loader and feed messages (documented); there is no
        /// plain `LOAD_CANCELLED` among them, though AWS's SDK samples wait for it.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum LoadStatus {
            $($(#[$pending_doc])* $pending,)*
            $($(#[$ended_doc])* $ended,)*
            /// A word that is not documented, as it came.
            Other(String),
        }

        impl LoadStatus {
            /// Every documented status of a load that has not ended, in lifecycle order.
            pub const PENDING: &[Self] = &[$(Self::$pending,)*];

            /// Every documented status of a load that has ended.
            pub const ENDED: &[Self] = &[$(Self::$ended,)*];

            /// Every documented status: [`Self::PENDING`], then [`Self::ENDED`].
            pub const DOCUMENTED: &[Self] = &[$(Self::$pending,)* $(Self::$ended,)*];

            /// The word as Neptune spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$pending => $pending_word,)*
                    $(Self::$ended => $ended_word,)*
                    Self::Other(word) => word,
                }
            }

            /// Whether the load has not ended yet: queued, recorded or running.
            ///
            /// Every other word counts as an end, unknown ones too: a poller that waits on a word it does not know waits forever.
            pub fn is_pending(&self) -> bool {
                matches!(self, $(Self::$pending)|*)
            }
        }
    };
}

statuses! {
    pending {
        /// Accepted with `queueRequest`, waiting behind other loads.
        InQueue = "LOAD_IN_QUEUE",
        /// Recorded, not begun.
        NotStarted = "LOAD_NOT_STARTED",
        /// Loading.
        InProgress = "LOAD_IN_PROGRESS",
    }
    ended {
        /// Ended without errors.
        Completed = "LOAD_COMPLETED",
        /// Ended by a `DELETE`.
        CancelledByUser = "LOAD_CANCELLED_BY_USER",
        /// Stopped by the system because of errors.
        CancelledDueToErrors = "LOAD_CANCELLED_DUE_TO_ERRORS",
        /// Ended by an unexpected failure.
        UnexpectedError = "LOAD_UNEXPECTED_ERROR",
        /// Ended with one or more errors.
        Failed = "LOAD_FAILED",
        /// A feed could not be read from S3; the load is then `LOAD_FAILED`.
        S3ReadError = "LOAD_S3_READ_ERROR",
        /// A feed's bucket refused access; the load is then `LOAD_FAILED`.
        S3AccessDeniedError = "LOAD_S3_ACCESS_DENIED_ERROR",
        /// Committed with unresolved write conflicts; resuming usually clears them.
        CommittedWithWriteConflicts = "LOAD_COMMITTED_W_WRITE_CONFLICTS",
        /// Rolled back by a deadlock; less parallelism helps.
        DataDeadlock = "LOAD_DATA_DEADLOCK",
        /// A file changed or went away while it was loaded.
        FeedModifiedOrDeleted = "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED",
        /// A load that this one depends on did not complete; never executed.
        DependencyNotSatisfied = "LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED",
        /// The request could not be executed: no such source or bucket, wrong format.
        InvalidRequest = "LOAD_FAILED_INVALID_REQUEST",
    }
}

impl LoadStatus {
    /// Whether Neptune documents the word.
    pub fn is_documented(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Whether the load ended without ever being executed.
    pub fn is_unexecuted(&self) -> bool {
        matches!(self, Self::DependencyNotSatisfied | Self::InvalidRequest)
    }

    /// The position in lifecycle order, failures last. `feedCount` has this order (inferred from four recordings).
    pub fn rank(&self) -> usize {
        Self::DOCUMENTED.iter().position(|known| known == self).unwrap_or(Self::DOCUMENTED.len())
    }
}

impl From<&str> for LoadStatus {
    fn from(word: &str) -> Self {
        Self::DOCUMENTED.iter().find(|known| known.as_str() == word).cloned().unwrap_or_else(|| Self::Other(word.to_owned()))
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
            assert_eq!(LoadStatus::from(status.as_str()), *status);
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
        let pending: Vec<_> = LoadStatus::DOCUMENTED.iter().filter(|status| status.is_pending()).collect();
        assert_eq!(pending, [&LoadStatus::InQueue, &LoadStatus::NotStarted, &LoadStatus::InProgress]);
        assert!(pending.into_iter().eq(LoadStatus::PENDING));
    }

    #[test]
    fn the_rank_follows_a_load_from_the_queue_to_its_end() {
        let ranks =
            [LoadStatus::InQueue, LoadStatus::InProgress, LoadStatus::Completed, LoadStatus::Failed].map(|it| it.rank());
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert!(LoadStatus::from("LOAD_PAUSED").rank() > LoadStatus::InvalidRequest.rank());
    }
}
