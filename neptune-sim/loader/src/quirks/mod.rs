//! What is unknown about Neptune's loader: quirks, which a user can choose, and open questions, for each of which the simulator uses one
//! answer.
//!
//! A quirk is a point on which documentation and observations differ, or that is unknown, and whose values a client must survive
//! differently. Its default is the best-backed reading. A run against a live cluster would settle it.

mod chosen;
mod description;
mod known;
mod open;
mod values;

pub use chosen::{QuirkError, Quirks};
pub use description::{Choice, Choices, Quirk};
pub use known::QUIRKS;
pub use open::{OPEN_QUESTIONS, OpenQuestion};
pub use values::{
    CancelBody, CancelledWord, EmptyErrors, EmptyFailedFeeds, ErrorContentType, ErrorTexts, OtherContentType, RestartQueue,
    RestartRunning, StartTime, TotalTimeSpent, UnknownId,
};
