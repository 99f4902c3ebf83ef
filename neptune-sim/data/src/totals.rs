//! What a load counts.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::problem::Counter;

/// The counters of a load, or of one file of it, by their names in `overallStatus`. As JSON, they are `records`, `duplicates`,
/// `parsingErrors`, `datatypeMismatchErrors` and `insertErrors`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// `totalRecords`: the facts that were tried. A row that cannot be read counts as one.
    pub records: u64,
    /// `totalDuplicates`: those of them that were there.
    pub duplicates: u64,
    /// `parsingErrors`
    pub parsing_errors: u64,
    /// `datatypeMismatchErrors`
    pub datatype_mismatch_errors: u64,
    /// `insertErrors`
    pub insert_errors: u64,
}

impl Totals {
    /// How many errors there are of all kinds.
    pub fn errors(&self) -> u64 {
        self.parsing_errors + self.datatype_mismatch_errors + self.insert_errors
    }

    pub(crate) fn count(&mut self, counter: Counter) {
        match counter {
            Counter::Parsing => self.parsing_errors += 1,
            Counter::DatatypeMismatch => self.datatype_mismatch_errors += 1,
            Counter::Insert => self.insert_errors += 1,
        }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.duplicates += other.duplicates;
        self.parsing_errors += other.parsing_errors;
        self.datatype_mismatch_errors += other.datatype_mismatch_errors;
        self.insert_errors += other.insert_errors;
    }
}
