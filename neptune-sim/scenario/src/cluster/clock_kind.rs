//! How a cluster's time passes. The code that starts the cluster chooses it, not the file.

use std::fmt;
use std::str::FromStr;

/// How a cluster's time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockKind {
    /// As fast as the machine's. Written `real`.
    #[default]
    Real,
    /// This many times as fast, 1 or more. Written `scaled:60`: a minute passes in a second.
    Scaled(u32),
    /// It stands still until a client moves it. Written `manual`.
    Manual,
}

/// A text names no clock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: write `real`, `scaled:60` (60 times as fast, 1 or more) or `manual`", self.mistake())]
pub struct ClockKindError(String);

impl ClockKindError {
    fn mistake(&self) -> String {
        if self.0.is_empty() { "no clock is given".to_owned() } else { format!("`{}` is not a clock", self.0) }
    }
}

impl FromStr for ClockKind {
    type Err = ClockKindError;

    fn from_str(text: &str) -> Result<Self, ClockKindError> {
        match text {
            "real" => Ok(Self::Real),
            "manual" => Ok(Self::Manual),
            _ => {
                let factor = text.strip_prefix("scaled:").and_then(|factor| factor.parse().ok()).filter(|factor| *factor > 0);
                factor.map(Self::Scaled).ok_or_else(|| ClockKindError(text.to_owned()))
            }
        }
    }
}

impl fmt::Display for ClockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Scaled(factor) => write!(f, "scaled:{factor}"),
            Self::Manual => f.write_str("manual"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::real("real", ClockKind::Real)]
    #[case::scaled("scaled:60", ClockKind::Scaled(60))]
    #[case::manual("manual", ClockKind::Manual)]
    fn a_kind_reads_back_as_itself(#[case] text: &str, #[case] kind: ClockKind) {
        assert_eq!(text.parse(), Ok(kind));
        assert_eq!(kind.to_string(), text);
    }

    #[rstest]
    #[case::unknown("sundial")]
    #[case::no_factor("scaled:")]
    #[case::standing_still("scaled:0")]
    #[case::fraction("scaled:0.5")]
    fn odd_kinds_are_refused_with_a_remedy(#[case] text: &str) {
        let message = text.parse::<ClockKind>().unwrap_err().to_string();
        assert_eq!(
            message,
            format!("`{text}` is not a clock: write `real`, `scaled:60` (60 times as fast, 1 or more) or `manual`")
        );
    }

    #[test]
    fn no_text_is_no_clock() {
        let message = "".parse::<ClockKind>().unwrap_err().to_string();
        assert_eq!(message, "no clock is given: write `real`, `scaled:60` (60 times as fast, 1 or more) or `manual`");
    }
}
