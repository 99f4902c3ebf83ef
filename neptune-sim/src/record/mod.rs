//! Recordings: every exchange of a proxy in order, without names and secrets.
//!
//! A recording is a text file with a JSON object on each line: a [`Title`] for each start of the proxy, and an [`Exchange`] for each
//! request. Names are replaced before anything is written (`anonymise`), so that a recording of a live cluster can be attached to a
//! bug report.

mod anonymise;
mod known_texts;
mod line;
mod read;
mod recorder;
mod shown;
mod tape;
mod url;
mod vocabulary;

pub use line::{Answer, Body, Exchange, Struck, Title};
pub use read::{Recording, RecordingError};
pub(crate) use recorder::Ongoing;
pub use recorder::{Recorder, RecorderError};
pub use tape::Recorded;
