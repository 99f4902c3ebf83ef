//! How wrong the clock is that signatures are held against.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use neptune_sigv4::Timestamp;
use neptune_text::{DurationError, parse_duration};

/// How far a clock is ahead, `20m`, or behind, `-20m`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Skew {
    text: String,
    by: Duration,
    is_behind: bool,
}

impl Skew {
    /// What such a clock reads at this time.
    pub fn shift(&self, now: Timestamp) -> Timestamp {
        if self.is_behind { now.minus(self.by) } else { now.plus(self.by) }
    }
}

impl TryFrom<String> for Skew {
    type Error = DurationError;

    fn try_from(text: String) -> Result<Self, DurationError> {
        let (is_behind, by) = match text.strip_prefix('-') {
            Some(by) => (true, parse_duration(by)?),
            None => (false, parse_duration(&text)?),
        };
        Ok(Self { text, by, is_behind })
    }
}

impl From<Skew> for String {
    fn from(skew: Skew) -> Self {
        skew.text
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::ahead("20m", "20260101T002000Z")]
    #[case::behind("-10m", "20251231T235000Z")]
    #[case::right("0s", "20260101T000000Z")]
    #[case::before_all_time("-36500d", "19700101T000000Z")]
    fn a_wrong_clock_reads_something_else(#[case] text: &str, #[case] reads: &str) {
        let skew = Skew::try_from(text.to_owned()).unwrap();
        assert_eq!(skew.shift(Timestamp::parse("20260101T000000Z").unwrap()).to_string(), reads);
        assert_eq!(String::from(skew), text);
    }
}
