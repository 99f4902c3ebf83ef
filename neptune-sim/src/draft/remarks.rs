//! What a draft tells its reader beside the scenario.

use std::collections::BTreeSet;

/// What could not be taken over, in the order in which it was noticed and without repetitions.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    pub(super) list: Vec<String>,
    known: BTreeSet<String>,
}

impl Remarks {
    pub(super) fn add(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if self.known.insert(remark.clone()) {
            self.list.push(remark);
        }
    }
}
