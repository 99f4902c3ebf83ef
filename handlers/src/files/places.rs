//! Where what the functions write lies, below the prefix of the report.

use neptune_data::runs::{IdHash, Run};
use serde::Deserialize;

/// Where the report goes. One execution has a prefix of its own, so that nothing of another is read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Report {
    pub(super) bucket: String,
    /// Without `/` at its end.
    pub(super) prefix: String,
}

impl Report {
    /// Where the answer about each object is.
    pub(super) fn checks(&self) -> String {
        format!("{}/checks/", self.prefix)
    }

    /// Where that about one object is.
    pub(super) fn check(&self, key: &str) -> String {
        format!("{}{}.json", self.checks(), file(key))
    }

    /// Where the runs of one range are.
    pub(super) fn runs(&self, range: u16) -> String {
        format!("{}/runs/{range:04}/", self.prefix)
    }

    /// Where the part of one run is that is in one range. An object has several runs if it has many ids.
    pub(super) fn run(&self, range: u16, run: &Run, key: &str, number: u64) -> String {
        let kind = match run {
            Run::Vertices(_) => 'v',
            Run::Ends(_) => 'e',
        };
        format!("{}{kind}-{}-{number:06}", self.runs(range), file(key))
    }

    /// Where the edges of one range are that have no vertex.
    pub(super) fn missing(&self, range: u16) -> String {
        format!("{}/missing/{range:04}.json", self.prefix)
    }

    /// Where the report is.
    pub(super) fn report(&self) -> String {
        format!("{}/report.json", self.prefix)
    }
}

/// A name of letters and digits for a key of any kind.
fn file(key: &str) -> String {
    format!("{:?}", IdHash::of("", key.as_bytes()))
}
