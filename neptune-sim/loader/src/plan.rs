//! The course of started loads, as far as it is decided in advance.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use neptune_wire::LoadStatus;
use serde::{Deserialize, Serialize};

use crate::api::{LoadFormat, StartFailure, StartRequest};
use crate::lifecycle::Lifecycle;
use crate::workload::Workload;

/// How a started load goes from the moment its turn has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The statuses it goes through.
    pub course: Course,
    /// What it loads. Loads of one plan share it.
    pub workload: Arc<Workload>,
}

/// The statuses that a load goes through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Course {
    /// Exactly these.
    Lifecycle(Lifecycle),
    /// It is in progress this long. How it ends follows from its errors and the `failOnError` of its start.
    Runs(Duration),
    /// It is in progress until its source has been read: see [`Engine::unread`](crate::Engine::unread).
    Reads(Box<Reading>),
}

/// What a load reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The start, with everything that says how files are read.
    pub request: StartRequest,
    /// The files that an earlier load has loaded, by their names in [`Feed`](crate::Feed): they are not read again.
    pub loaded: BTreeSet<Box<str>>,
}

impl Plan {
    /// Runs this long, then completes.
    pub fn completing_after(duration: Duration) -> Self {
        Self { course: Course::Runs(duration), workload: Arc::default() }
    }

    /// Sets the number of files. Other loads of the same plan keep theirs.
    pub(crate) fn set_files(&mut self, files: u64) {
        if self.workload.files != files {
            Arc::make_mut(&mut self.workload).files = files;
        }
    }
}

/// Decides what happens to the starts that it fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// It fits sources that begin so. Empty: any.
    pub source: String,
    /// It fits this format. Default: any.
    pub format: Option<LoadFormat>,
    /// It fits sources with this tag: a segment `tag=…` of the key. Default: any.
    pub tag: Option<String>,
    /// It fits sources in this folder: a segment of the key that is exactly this. Default: any.
    pub folder: Option<String>,
    /// What happens to these starts.
    pub outcome: Outcome,
}

/// What happens to a start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It becomes a load that goes this way.
    Load(Plan),
    /// It cannot be executed: refused at once, or ended when its turn comes.
    Refused(StartFailure),
}

impl Rule {
    /// Fits every source that begins so.
    pub fn for_source(prefix: impl Into<String>, outcome: Outcome) -> Self {
        Self { source: prefix.into(), format: None, tag: None, folder: None, outcome }
    }

    pub(crate) fn fits(&self, request: &StartRequest) -> bool {
        request.source.starts_with(&self.source)
            && self.format.is_none_or(|format| format == request.format)
            && self.tag.as_deref().is_none_or(|tag| request.tags().any(|carried| carried == tag))
            && self.folder.as_deref().is_none_or(|folder| request.folders().any(|passed| passed == folder))
    }
}

impl Course {
    /// In progress for a while, then this.
    pub(crate) fn running_to(end: LoadStatus, duration: Duration) -> Lifecycle {
        let duration = duration.max(Duration::from_millis(1));
        let stages = vec![(LoadStatus::InProgress, Some(duration)), (end.clone(), None)];
        // Only a duration of more than 100 years is none; such a load would never be seen to end anyway.
        Lifecycle::new(stages).unwrap_or_else(|_| Lifecycle::staying(end))
    }
}
