//! A simulated cluster whose clock follows that of an execution, and the functions in front of it, as they are deployed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use neptune_harness::backend::Backend as _;
use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Function, Lambda};
use neptune_harness::sim::SimBackend;
use neptune_server::scenario::Scenario;
use neptune_state_machine::Tasks;
use serde_json::{Value, json};

pub(super) const START: &str = "start_bulk_load";
pub(super) const CHECK: &str = "check_bulk_load_status";
pub(super) const GET: &str = "get_load_status";
/// The time limit of the functions.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// The functions by name.
pub(super) type Functions = BTreeMap<&'static str, Arc<Lambda>>;

/// The functions in processes of their own, in front of a cluster.
pub(super) fn functions(endpoint: &str) -> Functions {
    let variables = [
        ("NEPTUNE_ENDPOINT", endpoint),
        ("NEPTUNE_LOAD_ROLE_ARN", "arn:aws:iam::123456789012:role/load"),
        ("AWS_REGION", "us-east-1"),
        // What a function repeats by itself takes real time, and a machine that needs it would be wrong.
        ("NEPTUNE_MAX_ATTEMPTS", "1"),
    ];
    let environment: BTreeMap<_, _> = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let function = |name: &str| {
        let program = handler_binary(name).unwrap().into();
        Arc::new(Lambda::new(Function { name: name.to_owned(), program, environment: environment.clone() }, 7))
    };
    [START, CHECK, GET].map(|name| (name, function(name))).into()
}

/// A scenario with these loads and faults.
pub(super) fn scenario(given: &Value) -> Scenario {
    let invoke = json!({"function": GET, "event": {}, "expect": {"it answers": {"answer": {"is": "absent"}}}});
    let scenario = json!({"name": "test_route", "about": "A route", "given": given, "action": [{"invoke": invoke}]});
    Scenario::parse("route", &scenario.to_string()).unwrap()
}

/// A cluster with these loads and faults.
pub(super) async fn cluster(given: &Value) -> Arc<SimBackend> {
    Arc::new(SimBackend::start(&scenario(given)).await.unwrap())
}

/// The same tasks, with a cluster whose time passes with that of the execution.
pub(super) fn followed(tasks: Tasks, cluster: &Arc<SimBackend>) -> Tasks {
    let cluster = Arc::clone(cluster);
    tasks.on_time(move |passed| {
        let cluster = Arc::clone(&cluster);
        async move { cluster.advance(passed).await.unwrap() }
    })
}
