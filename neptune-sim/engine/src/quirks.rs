//! Quirks: points where the documentation and the observations differ, or where nobody knows.
//!
//! Each is a named knob with a default. A run against a live cluster would settle them; until then the simulator lets users choose.

use std::time::Duration;

use neptune_wire::LoadStatus;

/// What a cancelled load's status reads.
///
/// Documented: `LOAD_CANCELLED_BY_USER`. AWS's SDK samples and the planned tests say `LOAD_CANCELLED`, which no document lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CancelledWord {
    /// `LOAD_CANCELLED_BY_USER`
    #[default]
    ByUser,
    /// `LOAD_CANCELLED`
    Bare,
}

impl CancelledWord {
    pub(crate) fn status(self) -> LoadStatus {
        match self {
            Self::ByUser => LoadStatus::CancelledByUser,
            Self::Bare => LoadStatus::Other("LOAD_CANCELLED".to_owned()),
        }
    }
}

/// What a request for an unknown load answers.
///
/// The SDK model says 404 `BulkLoadIdNotFoundException`, the user guide says 400 without a code. No recording is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownIdCode {
    /// 404 `BulkLoadIdNotFoundException`
    #[default]
    NotFound,
    /// 400 `InvalidParameterException`
    BadRequest,
}

/// What happens to a start that depends on a load nobody knows.
///
/// Undocumented. The model lists `BulkLoadIdNotFoundException` for starts, which hints at a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownDependency {
    /// It is accepted and fails when its turn comes.
    #[default]
    FailsAtTurn,
    /// It is refused.
    Refused,
}

/// When a load fails because a load it depends on did not complete.
///
/// Documented is only that it does, and that it never runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DependantsFail {
    /// As soon as the dependency has ended.
    #[default]
    AtOnce,
    /// When its own turn comes.
    AtTurn,
}

/// What `details=TRUE` adds for a load without failed feeds.
///
/// Documented is only that failed feeds are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyFailedFeeds {
    /// Nothing.
    #[default]
    Omitted,
    /// `"failedFeeds": []`
    EmptyList,
}

/// Every quirk of a cluster. [`Quirks::default`] is the best-backed reading of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// What a cancelled load's status reads.
    pub cancelled_word: CancelledWord,
    /// What a request for an unknown load answers.
    pub unknown_id: UnknownIdCode,
    /// What happens to a start that depends on a load nobody knows.
    pub unknown_dependency: UnknownDependency,
    /// When a load fails because of a load it depends on.
    pub dependants_fail: DependantsFail,
    /// What `details=TRUE` adds when no feed failed.
    pub empty_failed_feeds: EmptyFailedFeeds,
    /// How long after its start a load cannot be read yet. Default none. A public client's test waits one second to be sure.
    pub visible_after: Duration,
}
