//! Findings as they come, and those that are given once for many places.

use crate::csv::Record;
use crate::finding::{Excerpt, Finding, Warning, What};
use crate::graph::Added;
use crate::problem::Problem;
use crate::totals::Totals;

/// Counts the errors of one file and passes them on. Warnings of one kind become one, which is passed on at the end.
pub(crate) struct Log<'a> {
    pub(crate) totals: Totals,
    /// Whether the load of the file has ended: what follows is reported and not counted.
    pub(crate) is_over: bool,
    sink: &'a mut dyn FnMut(Finding),
    warnings: Vec<Finding>,
}

/// A place in a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) record: Record<'a>,
    /// The row, from 1; 0 is the header.
    pub(crate) row: u64,
    /// In the bytes of the record.
    pub(crate) at: usize,
    pub(crate) id: Option<&'a [u8]>,
}

impl<'a> Log<'a> {
    pub(crate) fn new(sink: &'a mut dyn FnMut(Finding)) -> Self {
        Self { totals: Totals::default(), is_over: false, sink, warnings: Vec::new() }
    }

    /// Counts so many facts that are tried.
    pub(crate) fn records(&mut self, count: u64) {
        if !self.is_over {
            self.totals.records += count;
        }
    }

    /// Counts a fact that was tried, and whether it was there.
    pub(crate) fn fact(&mut self, added: Added) {
        self.records(1);
        if added == Added::Duplicate {
            self.duplicate();
        }
    }

    /// Counts a fact that was there.
    pub(crate) fn duplicate(&mut self) {
        if !self.is_over {
            self.totals.duplicates += 1;
        }
    }

    /// Counts a fault and passes it on.
    pub(crate) fn error(&mut self, place: Place<'_>, problem: Problem) {
        let ends = problem.ends_the_file();
        if !self.is_over {
            self.totals.count(problem.counter());
        }
        (self.sink)(place.finding(What::Error(problem)));
        self.is_over |= ends;
    }

    /// Notes a warning. One that differs from another only in its value and its place is counted with that one.
    pub(crate) fn warn(&mut self, place: Place<'_>, warning: Warning) {
        let same = self.warnings.iter_mut().find_map(|known| match &mut known.what {
            What::Warning(known) if known.is_like(&warning) => Some(known),
            _ => None,
        });
        match same {
            Some(known) => known.again(),
            None => self.warnings.push(place.finding(What::Warning(warning))),
        }
    }

    /// Passes the warnings on.
    pub(crate) fn end(self) -> Totals {
        self.warnings.into_iter().for_each(self.sink);
        self.totals
    }
}

impl Place<'_> {
    pub(crate) fn finding(self, what: What) -> Finding {
        let Self { record, row, at, id } = self;
        let (line, column) = record.place(at);
        let id = id.map(|id| String::from_utf8_lossy(id).into_owned());
        Finding { what, record: row, line, column, id, excerpt: Excerpt::of(record.bytes, at) }
    }
}
