//! The goals that a wait can have, and when each is reached.

use std::fmt;
use std::str::FromStr;

use neptune_loader::{Engine, Load, LoadId, LoadStatus, SimTime};

use super::clock::ClockRunsByItself;
use super::timeline::LoadTimeline;

/// What to wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// A load has come that far.
    Load(LoadId, WaitUntil),
    /// No load waits or runs any more.
    AllEnded,
    /// The time has come.
    At(SimTime),
}

/// How far a load is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitUntil {
    /// The load has ended, however. Written `finished`.
    Finished,
    /// The load has this status. Written as Neptune's word.
    Status(LoadStatus),
}

/// A text says nothing that can be waited for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is nothing to wait for: write `finished` or a status such as `LOAD_IN_PROGRESS`")]
pub struct WaitUntilError(String);

impl FromStr for WaitUntil {
    type Err = WaitUntilError;

    fn from_str(text: &str) -> Result<Self, WaitUntilError> {
        match text {
            "finished" => Ok(Self::Finished),
            word if word.starts_with("LOAD_") => Ok(Self::Status(word.into())),
            _ => Err(WaitUntilError(text.to_owned())),
        }
    }
}

impl fmt::Display for WaitUntil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => f.write_str("finished"),
            Self::Status(status) => status.fmt(f),
        }
    }
}

/// Why a wait would never end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// Only a manual clock jumps.
    #[error(transparent)]
    Clock(#[from] ClockRunsByItself),
    /// There is no such load.
    #[error("there is no load `{id}` (there are: {known})")]
    UnknownLoad {
        /// Which one was meant.
        id: LoadId,
        /// Those there are, with commas.
        known: String,
    },
    /// There is such a load, but a restart loses the queue before it has come that far.
    #[error("the load `{id}` waits in the queue, and a restart at {at} loses it")]
    Forgotten {
        /// Which one.
        id: LoadId,
        /// When that is.
        at: SimTime,
    },
    /// The load has ended otherwise, or waits for something that only a command brings.
    #[error("the load `{}` will never be {until}: {load}", .load.id)]
    Never {
        /// What was waited for.
        until: WaitUntil,
        /// The final status of the load.
        load: Box<LoadTimeline>,
    },
}

/// A load that has not come as far as it is to come, if there is one.
pub(crate) fn missing<'a>(engine: &'a Engine, goal: &WaitFor) -> Result<Option<(&'a Load, WaitUntil)>, WaitError> {
    match goal {
        WaitFor::Load(id, until) => {
            let load = engine
                .foreseen_load(id)
                .ok_or_else(|| WaitError::UnknownLoad { id: id.clone(), known: known_loads(engine) })?;
            let is_reached = match until {
                WaitUntil::Finished => load.is_ended(),
                WaitUntil::Status(status) => load.status() == status,
            };
            Ok((!is_reached).then(|| (load, until.clone())))
        }
        WaitFor::AllEnded => Ok(engine.foreseen_loads().find(|load| !load.is_ended()).map(|load| (load, WaitUntil::Finished))),
        WaitFor::At(_) => Ok(None),
    }
}

/// The ids of the loads, as many as one wants to read.
fn known_loads(engine: &Engine) -> String {
    let ids: Vec<&str> = engine.loads().take(10).map(|load| load.id().as_str()).collect();
    match engine.loads().count() {
        0 => "none".to_owned(),
        count if count > ids.len() => format!("{} and {} more", ids.join(", "), count - ids.len()),
        _ => ids.join(", "),
    }
}
