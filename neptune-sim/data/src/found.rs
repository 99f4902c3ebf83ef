//! What a load has come upon and is not written out yet.

use crate::finding::{Finding, What};
use crate::place::Place;

/// Something that a load has come upon. To write it out, with its place and its excerpt, costs more than to read a row: what is only counted
/// need not be.
#[derive(Debug)]
pub struct Found<'a>(State<'a>);

#[derive(Debug)]
enum State<'a> {
    /// Its record is still in memory.
    Seen(Place<'a>, What),
    Written(Finding),
}

impl<'a> Found<'a> {
    pub(crate) fn new(place: Place<'a>, what: What) -> Self {
        Self(State::Seen(place, what))
    }

    /// What it is.
    pub fn what(&self) -> &What {
        match &self.0 {
            State::Seen(_, what) => what,
            State::Written(finding) => &finding.what,
        }
    }

    /// The row, from 1; 0 is the header.
    pub fn record(&self) -> u64 {
        match &self.0 {
            State::Seen(place, _) => place.record,
            State::Written(finding) => finding.record,
        }
    }

    /// The line, from 1.
    pub fn line(&self) -> u64 {
        match &self.0 {
            State::Seen(place, _) => place.line_and_column().0,
            State::Written(finding) => finding.line,
        }
    }

    /// Writes it out.
    pub fn finding(self) -> Finding {
        match self.0 {
            State::Seen(place, what) => place.finding(what),
            State::Written(finding) => finding,
        }
    }
}

impl From<Finding> for Found<'_> {
    fn from(finding: Finding) -> Self {
        Self(State::Written(finding))
    }
}
