//! What the tests of the engine are written with.

use std::sync::Arc;
use std::time::Duration;

use neptune_loader::{
    Course, Lifecycle, LoadFormat, LoadMode, LoadStatus, Parallelism, ParserConfiguration, Plan, StartRequest,
};

/// Each status with its seconds; the last one stays.
pub(crate) fn lifecycle(stages: &[(&str, u64)]) -> Lifecycle {
    let last = stages.len() - 1;
    let stage = |(place, (word, secs)): (usize, &(&str, u64))| {
        (LoadStatus::from(*word), (place < last).then(|| Duration::from_secs(*secs)))
    };
    Lifecycle::new(stages.iter().enumerate().map(stage).collect()).unwrap()
}

pub(crate) fn plan(stages: &[(&str, u64)]) -> Plan {
    Plan { course: Course::Lifecycle(lifecycle(stages)), workload: Arc::default() }
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
        parser: ParserConfiguration::default(),
        update_single_cardinality_properties: false,
        user_provided_edge_ids: true,
        edge_only_load: false,
    }
}
