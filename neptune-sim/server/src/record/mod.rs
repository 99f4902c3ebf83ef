//! Recordings: every exchange of a proxy in order, without names and secrets.
//!
//! A recording is a text file with a JSON object on each line: a [`Title`] for each start of the proxy, and an [`Exchange`] for each
//! request. Names are replaced before anything is written (`redactor`), so that a recording of a live cluster can be attached to a
//! bug report.

mod known_texts;
mod line;
mod queue;
mod read;
mod recorder;
mod redactor;
mod shown;
mod url;
mod vocabulary;

pub use line::{Answer, Body, Exchange, FiredFault, Title};
pub use queue::Recorded;
pub use read::{Recording, RecordingError};
pub(crate) use recorder::Ongoing;
pub use recorder::{Recorder, RecorderError};
