//! Moments as reports and records have them: in UTC.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A moment as text, in UTC: `2026-11-22T07:30:00Z`, with as many fractions of a second as it has.
pub fn moment(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(&Rfc3339).expect("the years of a run have four digits")
}

/// A moment without its fraction of a second.
pub fn to_the_second(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(0).unwrap_or(at)
}
