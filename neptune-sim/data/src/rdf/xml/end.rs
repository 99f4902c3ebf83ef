//! Why a document ends before its end, and where its pieces are.

use std::io;

use crate::finding::{Excerpt, Finding, What};
use crate::problem::Provenance;
use crate::rdf::chars::Spot;

/// Why nothing is read behind a place.
#[derive(Debug)]
pub(super) enum End {
    /// What is said of it, and in whose words.
    Fault(String, Provenance),
    /// What there is too much of.
    TooMuch(&'static str),
    Io(io::Error),
}

impl End {
    /// In the words of RDF4J, or of the XML reader that it is used with.
    pub(super) fn rdf4j(text: impl Into<String>) -> Self {
        Self::Fault(text.into(), Provenance::Rdf4j)
    }

    /// In words of our own.
    pub(super) fn ours(text: impl Into<String>) -> Self {
        Self::Fault(text.into(), Provenance::Ours)
    }
}

/// Where something is in the file, and what is there.
#[derive(Clone, Debug)]
pub(super) struct Near {
    pub(super) spot: Spot,
    /// The begin of the tag or of the text.
    pub(super) bytes: Vec<u8>,
}

impl Near {
    pub(super) fn finding(&self, what: What, record: u64) -> Finding {
        let Spot { line, column } = self.spot;
        Finding { what, times: 1, record, line, column, id: None, excerpt: Excerpt::of(&self.bytes, 0) }
    }
}
