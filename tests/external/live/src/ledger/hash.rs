//! What a record of the ledger is about: a scenario as it was.

use sha2::{Digest, Sha256};

use crate::dataset::templates;

/// An id of one version of a scenario: a SHA-256, in hexadecimal digits, over all that a live run of it depends on.
///
/// That is the scenario's file, the answers that were accepted for it (empty if there are none yet), and the data that runs load. The
/// functions are not in it: a record is about what Neptune does.
pub fn scenario_hash(file: &[u8], accepted: &[u8]) -> String {
    let mut hash = Sha256::new();
    let datasets = templates();
    for part in [file, accepted].into_iter().chain(datasets.iter().map(String::as_bytes)) {
        // With the length before it, so that nothing can move from one part to the next unseen.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
