//! The words of verdicts.

use std::fmt;

use serde::Serialize;

/// The verdict on a poller in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its outcome is one of the right ones.
    Right,
    /// It calls a failed load a success, or the reverse.
    Wrong,
    /// It goes on asking when nothing more will come, or does not end.
    WaitsForever,
    /// A signal ended it, or it says neither success nor failure, or the definition of a state machine is at fault.
    Crashed,
    /// It calls a load failed that was pending, or that trouble kept it from seeing for a moment.
    GaveUp,
    /// It asks again and again without a pause.
    Hammers,
    /// It never asked for the status of its load.
    NeverAsked,
    /// The load was pending, and until the patience was over it has neither ended nor asked again: it may be in a pause that is longer.
    Undecided,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 8] = [
        Self::Right,
        Self::Wrong,
        Self::WaitsForever,
        Self::Crashed,
        Self::GaveUp,
        Self::Hammers,
        Self::NeverAsked,
        Self::Undecided,
    ];

    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::WaitsForever => "waits_forever",
            Self::Crashed => "crashed",
            Self::GaveUp => "gave_up",
            Self::Hammers => "hammers",
            Self::NeverAsked => "never_asked",
            Self::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
