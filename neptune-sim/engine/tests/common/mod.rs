//! What the tests of the engine are written with.

use std::time::Duration;

use neptune_engine::{Lifecycle, Plan, Workload};
use neptune_wire::{LoadFormat, LoadMode, LoadStatus, Parallelism, StartRequest};

/// Each status with its seconds; the last one stays.
pub(crate) fn lifecycle(stages: &[(&str, u64)]) -> Lifecycle {
    let last = stages.len() - 1;
    let stage = |(place, (word, secs)): (usize, &(&str, u64))| {
        (LoadStatus::from(*word), (place < last).then(|| Duration::from_secs(*secs)))
    };
    Lifecycle::new(stages.iter().enumerate().map(stage).collect()).unwrap()
}

pub(crate) fn plan(stages: &[(&str, u64)]) -> Plan {
    Plan { lifecycle: lifecycle(stages), workload: Workload::default() }
}

/// A start that may wait and ignores earlier loads of the source.
pub(crate) fn request(source: &str) -> StartRequest {
    StartRequest {
        source: source.to_owned(),
        format: LoadFormat::Csv,
        iam_role_arn: "arn:aws:iam::123456789012:role/Load".to_owned(),
        region: "us-east-1".to_owned(),
        mode: LoadMode::New,
        fail_on_error: true,
        parallelism: Parallelism::High,
        queue_request: true,
        dependencies: Vec::new(),
    }
}
