//! What the ledger is worth today.

use std::fmt;

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::{Ledger, Record};

/// A record that is older is stale.
const FRESH_FOR: Duration = Duration::days(90);

/// What a record says about a scenario today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Age {
    /// It holds.
    Fresh,
    /// It is older than 90 days, or there is a newer version of the engine.
    Stale,
    /// There is none, or it is about another version of the scenario.
    Never,
}

impl Age {
    /// The age in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Never => "never",
        }
    }
}

impl Ledger {
    /// What the record of a scenario says today, if this is the scenario's hash and the newest version of the engine that we know of.
    pub fn age(&self, scenario: &str, hash: &str, newest_engine: Option<&str>, now: OffsetDateTime) -> Age {
        let Some(record) = self.find(scenario).filter(|record| record.scenario_hash() == hash) else { return Age::Never };
        let is_old = now - record.validated_at() > FRESH_FOR;
        let is_outrun = newest_engine.is_some_and(|newest| version(newest) > version(record.engine_version()));
        if is_old || is_outrun { Age::Stale } else { Age::Fresh }
    }

    /// The newest version of the engine that any scenario was validated on.
    pub fn newest_engine(&self) -> Option<&str> {
        self.records.values().map(Record::engine_version).max_by_key(|engine| version(engine))
    }

    /// What the ledger says about all scenarios, given by name and hash, today.
    pub fn standing<'a>(&self, scenarios: impl IntoIterator<Item = (&'a str, &'a str)>, now: OffsetDateTime) -> Standing {
        let newest = self.newest_engine();
        let mut standing = Standing::default();
        for (scenario, hash) in scenarios {
            match self.age(scenario, hash, newest, now) {
                Age::Fresh => standing.fresh += 1,
                Age::Stale => standing.stale += 1,
                Age::Never => standing.never += 1,
            }
        }
        standing
    }
}

/// How many scenarios are validated: `0 of 40 planned tests validated on a live cluster (0 stale, 40 never)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Their records hold.
    pub fresh: usize,
    /// Their records held once.
    pub stale: usize,
    /// They have none.
    pub never: usize,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fresh, stale, never } = self;
        let all = fresh + stale + never;
        write!(f, "{fresh} of {all} planned tests validated on a live cluster ({stale} stale, {never} never)")
    }
}

/// `1.4.10.0` is newer than `1.4.9.1`. What is no number counts as none.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
