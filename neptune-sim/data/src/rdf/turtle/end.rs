//! Why a document ends before its end, and what is said of its places.

use std::io::{self, Read};

use crate::finding::{Finding, What};
use crate::rdf::chars::{Chars, Spot};

/// Why nothing is read behind a place.
#[derive(Debug)]
pub(super) enum End {
    /// What RDF4J says of it.
    Fault(String, Spot),
    /// What there is too much of.
    TooMuch(&'static str, Spot),
    Io(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is said of a place.
pub(super) fn finding<R: Read>(what: What, record: u64, chars: &Chars<R>, spot: Spot) -> Finding {
    let Spot { line, column } = spot;
    Finding { what, times: 1, record, line, column, id: None, excerpt: chars.excerpt(spot) }
}
