//! Guard 2: a person who may write to the cluster allows runs there.

use super::{Candidate, Identified, Refusal, Step};

/// What was seen of a consent.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The tag `neptune-harness` of the cluster.
    pub tag: Tag,
    /// Whether the cluster holds the named graph `urn:neptune-harness:consent`.
    pub graph: bool,
}

/// What is known of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// We may not read the cluster's tags.
    Unreadable,
    /// The cluster has tags, and not this one.
    Absent,
    /// Its value.
    Value(String),
}

/// Runs are allowed.
#[derive(Debug)]
pub struct Consented(());

impl<Mode> Candidate<Mode, Identified> {
    /// The guard after [`Candidate::is_who_it_says`].
    ///
    /// The graph counts only where tags cannot be read: snapshots carry it to other clusters.
    ///
    /// # Errors
    /// The tag is not `allow`, or cannot be read and the graph is not there either.
    pub fn is_welcome(self, seen: &Consent) -> Result<Candidate<Mode, Consented>, Refusal> {
        let found = match &seen.tag {
            Tag::Value(value) if value == "allow" => return Ok(self.past(Consented(()))),
            Tag::Unreadable if seen.graph => return Ok(self.past(Consented(()))),
            Tag::Value(value) => format!("the tag `neptune-harness = {value}`"),
            Tag::Absent => "no tag `neptune-harness`".to_owned(),
            Tag::Unreadable => "tags that cannot be read, and no graph `urn:neptune-harness:consent`".to_owned(),
        };
        let remedy = "if it is there for tests, its owner can tag it, or put that graph into it where tags cannot be read";
        Err(Refusal::new(Step::Consent, found, "the tag `neptune-harness = allow`", remedy))
    }
}
