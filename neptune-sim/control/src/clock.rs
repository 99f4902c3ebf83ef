//! Time: what a cluster's clock reads, and how to move it.

use std::fmt;
use std::str::FromStr;

use neptune_text::DURATION_PATTERN;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a cluster's clock starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartClock {
    /// When the cluster begins.
    #[default]
    AtOnce,
    /// With the first request to the cluster's port, whatever it asks for: until then the clock reads 0. Requests to the control API do
    /// not start it, and neither do connections without a request. A fault of the port that holds starts it as well, because no request
    /// could come through. A manual clock moves when it is moved, whatever stands here.
    OnRequest,
}

/// A text does not say when a clock starts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: write `at-once` or `on-request`", self.mistake())]
pub struct StartClockError(String);

impl StartClockError {
    fn mistake(&self) -> String {
        if self.0.is_empty() {
            "no start of a clock is given".to_owned()
        } else {
            format!("`{}` is no start of a clock", self.0)
        }
    }
}

impl FromStr for StartClock {
    type Err = StartClockError;

    fn from_str(text: &str) -> Result<Self, StartClockError> {
        match text {
            "at-once" => Ok(Self::AtOnce),
            "on-request" => Ok(Self::OnRequest),
            _ => Err(StartClockError(text.to_owned())),
        }
    }
}

impl fmt::Display for StartClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtOnce => "at-once",
            Self::OnRequest => "on-request",
        })
    }
}

/// How a kind of clock is spelt, for schemas.
pub(crate) const CLOCK: &str = "^(real|manual|scaled:[1-9][0-9]{0,9})$";

/// What a cluster's clock reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockReading {
    /// How time passes: `real`, `scaled:60` (60 times as fast) or `manual`.
    pub kind: String,
    /// Seconds since the cluster began.
    pub now: f64,
    /// The same to read: `12.5s`.
    pub now_text: String,
    /// Whether it stands still until the first request of a client comes: see `start_clock` of a new cluster.
    pub waits_for_request: bool,
}

/// What to do with a cluster's clock. A duration is a number and a unit: `250ms`, `1.5s`, `2m`, `1h`, `3d`; 100 years at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MoveClock {
    /// Lets this much time pass. Manual clocks only.
    Advance(#[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))] String),
    /// Goes to the moment at which something has come true; if it is true already, nothing moves. Manual clocks only.
    Wait(Wait),
    /// Changes how time passes from now on: `real`, `scaled:60` or `manual`. The time neither jumps nor goes back.
    Set(#[schemars(extend("pattern" = CLOCK, "examples" = ["scaled:60"]))] String),
}

/// What to wait for. In JSON: `load` and `until`, or `all_loads`, or `at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenWait", into = "WrittenWait")]
pub enum Wait {
    /// A load has come that far.
    Load {
        /// Its id.
        load: String,
        /// `finished`, or one of Neptune's status words.
        until: String,
    },
    /// No load is waiting or running any more.
    AllLoads(AllLoads),
    /// The clock reads this: the time since the cluster began, `90s`.
    At(String),
}

/// How far all loads have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AllLoads {
    /// Each has ended, however.
    Finished,
}

/// What to wait for: `load` and `until`, or `all_loads`, or `at`.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct WrittenWait {
    /// The id of a load. Goes with `until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<String>,
    /// How far that load is to come: `finished`, or one of Neptune's status words.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// How far all loads are to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    all_loads: Option<AllLoads>,
    /// What the clock is to read, as the time since the cluster began: `90s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["90s"]))]
    at: Option<String>,
}

/// A wait that names too little or too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a wait has either `load` and `until`, or `all_loads`, or `at`")]
pub struct WaitError;

impl TryFrom<WrittenWait> for Wait {
    type Error = WaitError;

    fn try_from(written: WrittenWait) -> Result<Self, WaitError> {
        match (written.load, written.until, written.all_loads, written.at) {
            (Some(load), Some(until), None, None) => Ok(Self::Load { load, until }),
            (None, None, Some(all), None) => Ok(Self::AllLoads(all)),
            (None, None, None, Some(at)) => Ok(Self::At(at)),
            _ => Err(WaitError),
        }
    }
}

impl From<Wait> for WrittenWait {
    fn from(wait: Wait) -> Self {
        match wait {
            Wait::Load { load, until } => Self { load: Some(load), until: Some(until), ..Self::default() },
            Wait::AllLoads(all) => Self { all_loads: Some(all), ..Self::default() },
            Wait::At(at) => Self { at: Some(at), ..Self::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    #[rstest]
    #[case::advance(json!({"advance": "5s"}), MoveClock::Advance("5s".into()))]
    #[case::set(json!({"set": "scaled:60"}), MoveClock::Set("scaled:60".into()))]
    #[case::load(
        json!({"wait": {"load": "x", "until": "finished"}}),
        MoveClock::Wait(Wait::Load { load: "x".into(), until: "finished".into() })
    )]
    #[case::all(json!({"wait": {"all_loads": "finished"}}), MoveClock::Wait(Wait::AllLoads(AllLoads::Finished)))]
    #[case::moment(json!({"wait": {"at": "90s"}}), MoveClock::Wait(Wait::At("90s".into())))]
    fn a_move_reads_back_as_itself(#[case] written: Value, #[case] read: MoveClock) {
        assert_eq!(serde_json::from_value::<MoveClock>(written.clone()).unwrap(), read);
        assert_eq!(serde_json::to_value(&read).unwrap(), written);
    }

    #[rstest]
    #[case::nothing(json!({}))]
    #[case::half(json!({"load": "x"}))]
    #[case::two_at_once(json!({"at": "5s", "all_loads": "finished"}))]
    fn a_wait_names_one_thing(#[case] written: Value) {
        let error = serde_json::from_value::<Wait>(written).unwrap_err();
        assert_eq!(error.to_string(), "a wait has either `load` and `until`, or `all_loads`, or `at`");
    }
}
