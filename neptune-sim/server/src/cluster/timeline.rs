//! The timeline of a load: its past and its expected future, to be shown.

use std::fmt;

use neptune_loader::{Change, Load, LoadFormat, LoadId, LoadStatus, Origin, SimTime};

/// The timeline of a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadTimeline {
    /// Its id.
    pub id: LoadId,
    /// Where it comes from.
    pub origin: Origin,
    /// What it loads, or claims to.
    pub source: String,
    /// The loads whose end it waits for, as its start names them.
    pub depends_on: Vec<LoadId>,
    /// The format that its start named. `None` for a scripted load, which no request started.
    pub format: Option<LoadFormat>,
    /// How many records it has read so far, `totalRecords`.
    pub records: u64,
    /// How many of them were there already, `totalDuplicates`.
    pub duplicates: u64,
    /// Whether it has ended for good.
    pub is_ended: bool,
    /// Every status so far, with its moment. The last one holds now; there is always one.
    pub history: Vec<Change>,
    /// What will happen unless a client cancels the load. Empty while a started load waits for its turn.
    pub ahead: Vec<Change>,
}

impl LoadTimeline {
    pub(crate) fn of(load: &Load, now: SimTime) -> Self {
        Self {
            id: load.id().clone(),
            origin: load.origin(),
            source: load.source().to_owned(),
            depends_on: load.dependencies().to_vec(),
            format: load.format(),
            records: load.records(now),
            duplicates: load.duplicates(now),
            is_ended: load.is_ended(),
            history: load.history().to_vec(),
            ahead: load.ahead().cloned().collect(),
        }
    }

    /// The status that holds now.
    pub fn status(&self) -> &LoadStatus {
        &self.history.last().expect("a load has a status from its first moment").status
    }
}

impl fmt::Display for LoadTimeline {
    /// `LOAD_IN_QUEUE at 0s, LOAD_IN_PROGRESS at 2s; then LOAD_COMPLETED at 5s`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reported = |changes: &[Change]| {
            let reported: Vec<String> = changes.iter().map(|change| format!("{} at {}", change.status, change.at)).collect();
            reported.join(", ")
        };
        f.write_str(&reported(&self.history))?;
        match self.ahead.is_empty() {
            true if self.is_ended => Ok(()),
            true => f.write_str("; nothing is due"),
            false => write!(f, "; then {}", reported(&self.ahead)),
        }
    }
}
