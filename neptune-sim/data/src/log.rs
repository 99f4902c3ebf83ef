//! Findings as they come, and those that are given once for many places.

use crate::finding::{Finding, Warning, What};
use crate::found::Found;
use crate::graph::Added;
use crate::place::Place;
use crate::problem::Problem;
use crate::totals::Totals;

/// Where the reading of a file stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stop {
    /// At its end, so that every fault is found. What is behind the place where a load of it ends is not counted.
    #[default]
    AtTheEnd,
    /// Where a load of it ends: at a fault behind which nothing can be read.
    WithTheLoad,
    /// At the first error, as a load that is started with `failOnError` TRUE.
    AtTheFirstError,
}

/// Counts the errors of one file and passes them on. Warnings of one kind become one, which is passed on at the end.
pub(crate) struct Log<'a> {
    pub(crate) totals: Totals,
    /// Whether the load of the file has ended: what follows is reported and not counted.
    pub(crate) is_over: bool,
    stop: Stop,
    sink: &'a mut (dyn FnMut(Found<'_>) + Send),
    warnings: Warnings,
}

/// Warnings. Those of one kind are one, with the place of the first.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<Finding>);

impl Warnings {
    /// Notes a warning. One that differs from another only in its value and its place is counted with that one.
    pub(crate) fn note(&mut self, place: Place<'_>, warning: Warning) {
        self.note_at(warning, |what| place.finding(what));
    }

    /// As [`Warnings::note`]. The place is asked for only if the warning is the first of its kind.
    fn note_at(&mut self, warning: Warning, finding: impl FnOnce(What) -> Finding) {
        match self.like(&warning) {
            Some(known) => known.times += 1,
            None => self.0.push(finding(What::Warning(warning))),
        }
    }

    /// All of them.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.0
    }

    /// Notes those of a part of the file that begins with this line and this record, and whose places are counted from 0.
    pub(crate) fn append(&mut self, part: Self, line: u64, record: u64) {
        for mut finding in part.0 {
            let What::Warning(warning) = &finding.what else { continue };
            if let Some(known) = self.like(warning) {
                known.times += finding.times;
            } else {
                finding.line += line;
                finding.record += record;
                self.0.push(finding);
            }
        }
    }

    fn like(&mut self, warning: &Warning) -> Option<&mut Finding> {
        self.0.iter_mut().find(|known| matches!(&known.what, What::Warning(known) if known.is_like(warning)))
    }
}

impl<'a> Log<'a> {
    pub(crate) fn new(stop: Stop, sink: &'a mut (dyn FnMut(Found<'_>) + Send)) -> Self {
        Self { totals: Totals::default(), is_over: false, stop, sink, warnings: Warnings::default() }
    }

    /// Whether nothing more is to be read.
    pub(crate) fn has_stopped(&self) -> bool {
        self.is_over && self.stop != Stop::AtTheEnd
    }

    /// Whether there was neither a fact nor a fault.
    pub(crate) fn has_counted_nothing(&self) -> bool {
        self.totals == Totals::default()
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
        self.known(added);
    }

    /// Counts whether a fact that is counted was there.
    pub(crate) fn known(&mut self, added: Added) {
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
        self.error_at(problem, |what| Found::new(place, what));
    }

    /// Counts a fault of which the place is known otherwise, and passes it on.
    pub(crate) fn error_at<'f>(&mut self, problem: Problem, found: impl FnOnce(What) -> Found<'f>) {
        if self.has_stopped() {
            return;
        }
        let ends = problem.ends_the_file();
        if !self.is_over {
            self.totals.count(problem.counter());
        }
        (self.sink)(found(What::Error(problem)));
        self.is_over |= ends || self.stop == Stop::AtTheFirstError;
    }

    /// Notes a warning.
    pub(crate) fn warn(&mut self, place: Place<'_>, warning: Warning) {
        self.warnings.note(place, warning);
    }

    /// As [`Warnings::append`].
    pub(crate) fn warn_of(&mut self, part: Warnings, line: u64, record: u64) {
        self.warnings.append(part, line, record);
    }

    /// Notes a warning of which the place is asked for only if it is the first of its kind.
    pub(crate) fn warn_at(&mut self, warning: Warning, finding: impl FnOnce(What) -> Finding) {
        self.warnings.note_at(warning, finding);
    }

    /// Passes the warnings on.
    pub(crate) fn end(self) -> Totals {
        self.warnings.into_findings().into_iter().map(Found::from).for_each(self.sink);
        self.totals
    }
}
