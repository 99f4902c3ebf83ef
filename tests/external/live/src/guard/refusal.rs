//! What a guard says when it refuses.

use std::fmt;

/// The guards, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Step {
    /// The command line names target and profile.
    Select = 0,
    /// Account, regions and cluster are those of the profile.
    Identity = 1,
    /// A person who may write to the cluster allows runs there.
    Consent = 2,
    /// It is a healthy writer that loads nothing.
    Health = 3,
    /// It holds so little data that it cannot be in use.
    Extent = 4,
    /// The run fits the budget, and the user typed the cluster's resource id in full.
    Plan = 5,
}

impl Step {
    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Identity => "identity",
            Self::Consent => "consent",
            Self::Health => "health",
            Self::Extent => "extent",
            Self::Plan => "plan",
        }
    }
}

/// Why nothing is done. Its text says which guard, what it found, what it expected, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Who refuses.
    pub step: Step,
    /// What it saw.
    pub found: String,
    /// What it would have let past.
    pub expected: String,
    /// What to do about it.
    pub remedy: String,
}

impl Refusal {
    pub(super) fn new(step: Step, found: impl Into<String>, expected: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { step, found: found.into(), expected: expected.into(), remedy: remedy.into() }
    }
}

impl Refusal {
    /// What has to be read cannot be read: the guard then refuses.
    pub fn unseen(step: Step, what: &str, why: &str, remedy: &str) -> Self {
        Self::new(step, format!("no answer ({why})"), what, remedy)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, found, expected, remedy } = self;
        write!(f, "refused by guard {} ({}): found {found}, expected {expected}: {remedy}", *step as u8, step.as_str())
    }
}

impl std::error::Error for Refusal {}
