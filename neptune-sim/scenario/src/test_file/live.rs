//! The live form of a scenario: what runs on a cluster of Neptune itself, where lifecycles come from data and not from a script.

use serde_json::{Map, Value};

use super::step::Step;

/// Data that a load reads on a live cluster. The live run uploads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dataset {
    /// Ten records, all of them good. The load completes.
    Valid,
    /// The same with one bad record, the third of a CSV file or the second of N-Quads. The load fails.
    Malformed,
    /// As many good records as it takes to be seen in progress, or to be cancelled. The load completes if it is left alone.
    Large,
}

impl Dataset {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Valid, Self::Malformed, Self::Large];

    /// Its name in scenario files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Malformed => "malformed",
            Self::Large => "large",
        }
    }
}

/// A load as it is started on a live cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveLoad {
    /// The name that the scenario gives it. Neptune gives it an id.
    pub name: String,
    /// The data that it reads.
    pub dataset: Dataset,
    /// The format of this data, a Neptune word: `csv` or `nquads`.
    pub format: String,
    /// What the scenario calls its source, with a slash at the end. In whatever is sent, texts that begin with it stand for the folder
    /// with the data, and the other way round in answers.
    pub source: String,
    /// Further parameters by Neptune's names.
    pub parameters: Map<String, Value>,
    /// Whether it stands for a scripted load, and is therefore started before the first step, behind those before it and with
    /// `queueRequest`. Otherwise a step starts it.
    pub scripted: bool,
}

/// A part of an answer that differs on a live cluster from the accepted snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Varying {
    /// The way from the answer, or from the error that was raised, to the value: keys, and `*` for every entry of a list.
    pub path: Vec<String>,
    /// Why it differs.
    pub reason: String,
}

/// A scenario as it runs on a live cluster. Its `cleanup` does not run there: the live run itself cancels and removes what it has made.
#[derive(Clone, Debug, PartialEq)]
pub struct OnNeptune {
    /// The loads in the order in which they are started, those that stand for scripted loads first.
    pub loads: Vec<LiveLoad>,
    /// What happens before the invocations.
    pub setup: Vec<Step>,
    /// The invocations.
    pub action: Vec<Step>,
    /// What of the answers may differ from the snapshot.
    pub varies: Vec<Varying>,
}
