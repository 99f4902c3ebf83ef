//! What is known while the keys of a test are checked.

use crate::cluster::Known;
use crate::document::{Findings, KeyPath, Problem, one_of};
use crate::test_file::keys::PlannedTest;
use crate::test_file::suite::FUNCTIONS;

/// Checks steps and expectations.
pub(crate) struct TestCheck<'a> {
    /// What is wrong so far.
    pub(crate) findings: &'a Findings<'a>,
    /// The names that may be used at this point.
    pub(crate) known: Known,
    /// The planned test, if the file encodes one.
    pub(crate) plan: Option<PlannedTest>,
}

/// Checks that there is a function of this name.
pub(crate) fn function(findings: &Findings<'_>, path: &KeyPath, name: &str) -> Result<(), Problem> {
    if FUNCTIONS.contains(&name) {
        return Ok(());
    }
    Err(findings.wrong(path, format!("there is no function `{name}`"), one_of(name, &FUNCTIONS, "functions")))
}
