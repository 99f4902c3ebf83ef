//! What a run is called, and the names that follow from it. Everything that a run leaves anywhere bears one of them.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// How the time is written in a run's id: UTC date and time, to the second.
const TIME: StaticFormatDescription = format_description!("[year][month][day]-[hour][minute][second]");

/// The name of one run: `20261122-073000-ab12cd`, when it began (UTC) and six random digits.
///
/// It holds lower-case hexadecimal digits and hyphens only, so it can stand in statements, keys and file names without quoting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RunId(String);

impl RunId {
    /// A new one, for a run that begins now. The random bytes distinguish runs of the same second.
    pub fn new(now: OffsetDateTime, random: [u8; 3]) -> Self {
        let [a, b, c] = random;
        let time = now.to_offset(UtcOffset::UTC).format(TIME).expect("a time has all that its format names");
        Self(format!("{time}-{a:02x}{b:02x}{c:02x}"))
    }

    /// The id as it stands in names.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, RunIdError> {
        let error = || RunIdError(text.to_owned());
        let (time, random) = text.rsplit_once('-').ok_or_else(error)?;
        let begun = PrimitiveDateTime::parse(time, TIME).map_err(|_| error())?;
        // Written again, because reading forgives what writing would never do.
        let exact = begun.format(TIME).is_ok_and(|written| written == time);
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if exact && random.len() == 6 && random.bytes().all(is_digit) { Ok(Self(text.to_owned())) } else { Err(error()) }
    }
}

/// A text that is no run's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the id of a run: write it as the run printed it, like `20261122-073000-ab12cd`")]
pub struct RunIdError(String);

/// The named graph that a run loads RDF into: `urn:neptune-harness:RUN`. There is one for each run and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunGraph(RunId);

impl RunGraph {
    /// The graph of a run.
    pub fn of(run: &RunId) -> Self {
        Self(run.clone())
    }
}

impl fmt::Display for RunGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "urn:neptune-harness:{}", self.0)
    }
}

/// What the ids of all vertices and edges of a run begin with: `nh-RUN-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPrefix(RunId);

impl IdPrefix {
    /// The prefix of a run.
    pub fn of(run: &RunId) -> Self {
        Self(run.clone())
    }
}

impl fmt::Display for IdPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nh-{}-", self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use time::macros::datetime;

    use super::*;

    fn run() -> RunId {
        RunId::new(datetime!(2026-11-22 07:30:00.9 UTC), [0xab, 0x12, 0xcd])
    }

    #[test]
    fn a_run_is_named_after_its_first_second() {
        assert_eq!(run().to_string(), "20261122-073000-ab12cd");
        assert_eq!(RunId::new(datetime!(2026-01-02 03:04:05 +02:00), [0, 1, 2]).as_str(), "20260102-010405-000102");
    }

    #[test]
    fn a_name_reads_back_as_itself() {
        assert_eq!(run().as_str().parse(), Ok(run()));
    }

    #[rstest]
    #[case::empty("")]
    #[case::no_random_digits("20261122-073000")]
    #[case::upper_case("20261122-073000-AB12CD")]
    #[case::too_short("20261122-073000-ab12c")]
    #[case::too_long("20261122-073000-ab12cde")]
    #[case::no_such_day("20261131-073000-ab12cd")]
    #[case::no_such_hour("20261122-243000-ab12cd")]
    #[case::space(" 20261122-073000-ab12cd")]
    #[case::sign("+0261122-073000-ab12cd")]
    #[case::short_date("2026112-073000-ab12cd")]
    #[case::quote("20261122-073000-ab12c'")]
    #[case::end_of_iri("20261122-073000-ab12c>")]
    fn what_no_run_is_called_is_refused(#[case] text: &str) {
        let error = text.parse::<RunId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{text}` is not the id of a run: write it as the run printed it, like `20261122-073000-ab12cd`")
        );
    }

    #[test]
    fn graph_and_ids_are_named_after_the_run() {
        assert_eq!(RunGraph::of(&run()).to_string(), "urn:neptune-harness:20261122-073000-ab12cd");
        assert_eq!(IdPrefix::of(&run()).to_string(), "nh-20261122-073000-ab12cd-");
    }
}
