//! The simulators under measurement, each in one thread of its own.

use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use neptune_loader::{FeedError, FeedErrorCode, Lifecycle, LoadId, LoadStatus, Plan, Script, Workload};
use neptune_server::{ClockKind, Cluster, ClusterSpec, Sim};

use crate::client::Poller;

/// Runs a server on one thread until the process ends, and waits for what it says when it has started.
pub(crate) fn in_thread<T: Send + 'static>(serve: impl AsyncFnOnce(Sender<T>) + Send + 'static) -> T {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(serve(sender));
    });
    receiver.recv().expect("the server starts")
}

/// A simulator with one cluster.
pub(crate) struct Simulator {
    pub(crate) address: SocketAddr,
    pub(crate) cluster: Cluster,
}

impl Simulator {
    /// With the given number of loads that run for an hour of the real clock.
    pub(crate) fn real(loads: usize) -> Self {
        Self::start(ClusterSpec { scripts: scripts(loads), ..ClusterSpec::new("real", ClockKind::Real) })
    }

    /// The same on a clock that stands still; loads that clients start take half an hour.
    pub(crate) fn manual(loads: usize) -> Self {
        let mut spec = ClusterSpec { scripts: scripts(loads), ..ClusterSpec::new("manual", ClockKind::Manual) };
        spec.settings.default_plan = Plan::completing_after(Duration::from_mins(30));
        Self::start(spec)
    }

    /// With loads that have failed, each with the given number of errors.
    pub(crate) fn failed(loads: usize, errors: u64) -> Self {
        let mut spec = ClusterSpec { scripts: scripts(loads), ..ClusterSpec::new("errors", ClockKind::Manual) };
        let error = |record| FeedError {
            code: FeedErrorCode::Parsing,
            counter: None,
            message: "Record has more columns than header".into(),
            file: format!("file-{}.csv", record % 16),
            record,
            times: 1,
            feed_status: None,
        };
        for (_, script) in &mut spec.scripts {
            script.workload = Workload { errors: (1..=errors).map(error).collect(), ..Workload::default() };
        }
        let simulator = Self::start(spec);
        simulator.cluster.advance(Duration::from_hours(1)).expect("the clock is manual");
        simulator
    }

    fn start(spec: ClusterSpec) -> Self {
        let cluster = in_thread(async |started| {
            let sim = Sim::start(spec, ([127, 0, 0, 1], 0).into()).await.expect("a free port");
            let _ = started.send(sim.first().clone());
            std::future::pending::<()>().await;
        });
        Self { address: cluster.address(), cluster }
    }
}

fn scripts(loads: usize) -> Vec<(LoadId, Script)> {
    let stages = vec![(LoadStatus::InProgress, Some(Duration::from_hours(1))), (LoadStatus::Failed, None)];
    let lifecycle = Lifecycle::new(stages).expect("running, then failed, is a lifecycle");
    let script = |number| {
        let source = format!("s3://bucket/load-{number}/");
        let script = Script::new(source, lifecycle.clone());
        (LoadId::new(format!("load-{number}")), script)
    };
    (0..loads).map(script).collect()
}

/// Starts the given number of loads, each of which depends on the one before, and returns the id of the last.
pub(crate) fn queue_of_dependants(simulator: &Simulator, loads: usize) -> String {
    let mut poller = Poller::connect(simulator.address);
    let mut last = String::new();
    for _ in 0..loads {
        let dependencies = if last.is_empty() { String::new() } else { format!("&dependencies={last}") };
        let query = "source=s3%3A%2F%2Fb%2F&format=csv&iamRoleArn=r&region=us-east-1&queueRequest=TRUE";
        let request = format!("POST /loader?{query}{dependencies} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(poller.ask(request.as_bytes()), 200, "{}", poller.body());
        poller.body().split('"').rev().nth(1).expect("the id stands last").clone_into(&mut last);
    }
    last
}
