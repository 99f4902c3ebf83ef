//! Findings as they come, and those that are given once for many places.

use crate::finding::{Finding, Found, Warning, What};
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
    sink: &'a mut dyn FnMut(Found<'_>),
    warnings: Vec<Finding>,
}

impl<'a> Log<'a> {
    pub(crate) fn new(stop: Stop, sink: &'a mut dyn FnMut(Found<'_>)) -> Self {
        Self { totals: Totals::default(), is_over: false, stop, sink, warnings: Vec::new() }
    }

    /// Whether nothing more is to be read.
    pub(crate) fn has_stopped(&self) -> bool {
        self.is_over && self.stop != Stop::AtTheEnd
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
        if self.has_stopped() {
            return;
        }
        let ends = problem.ends_the_file();
        if !self.is_over {
            self.totals.count(problem.counter());
        }
        (self.sink)(Found::new(place, What::Error(problem)));
        self.is_over |= ends || self.stop == Stop::AtTheFirstError;
    }

    /// Notes a warning. One that differs from another only in its value and its place is counted with that one.
    pub(crate) fn warn(&mut self, place: Place<'_>, warning: Warning) {
        let is_same = |known: &&mut Finding| matches!(&known.what, What::Warning(known) if known.is_like(&warning));
        match self.warnings.iter_mut().find(is_same) {
            Some(known) => known.times += 1,
            None => self.warnings.push(place.finding(What::Warning(warning))),
        }
    }

    /// Passes the warnings on.
    pub(crate) fn end(self) -> Totals {
        self.warnings.into_iter().map(Found::from).for_each(self.sink);
        self.totals
    }
}
