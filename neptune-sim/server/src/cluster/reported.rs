//! What an answer reports of a load.

use std::time::Duration;

use neptune_loader::LoadStatus;

/// How long a word of an answer may be to be shown.
const WORD_BYTES: usize = 1024;

/// The status of a load in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportedStatus {
    pub(crate) status: LoadStatus,
    /// How long ago the load had ended by the cluster's clock; `None` if it has not, or if that is not known.
    pub(crate) ended_ago: Option<Duration>,
}

impl ReportedStatus {
    /// The status, whatever its form: the cluster itself has it, so that no stranger's text is in it. `None` if it is too long to be shown.
    pub(crate) fn word(&self) -> Option<String> {
        let word = self.status.as_str();
        (word.len() <= WORD_BYTES).then(|| word.to_owned())
    }
}

/// The status of the load that an answer reports, if it has the form of a status of Neptune's.
pub(crate) fn load_status_in(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    shown_word(answer.pointer("/payload/overallStatus/status")?.as_str()?)
}

fn shown_word(word: &str) -> Option<String> {
    let is_word = word.len() <= WORD_BYTES && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    is_word.then(|| word.to_owned())
}
