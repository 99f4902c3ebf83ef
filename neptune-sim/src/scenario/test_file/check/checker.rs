//! What is known while the keys of a test are checked.

use crate::scenario::cluster::Known;
use crate::scenario::document::Findings;
use crate::scenario::test_file::keys::PlannedTest;

/// Checks steps and expectations.
pub(crate) struct TestCheck<'a> {
    /// What is wrong so far.
    pub(crate) findings: &'a Findings<'a>,
    /// The names that may be used at this point.
    pub(crate) known: Known,
    /// The planned test, if the file encodes one.
    pub(crate) plan: Option<PlannedTest>,
}
