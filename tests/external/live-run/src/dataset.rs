//! From the word of a scenario to the data of a live run.

use neptune_live::Dataset;
use neptune_server::scenario;

/// The data of a load, as it is uploaded.
pub(super) fn dataset(dataset: scenario::Dataset) -> Dataset {
    match dataset {
        scenario::Dataset::Valid => Dataset::Valid,
        scenario::Dataset::Malformed => Dataset::Malformed,
        scenario::Dataset::Large => Dataset::Large,
    }
}
