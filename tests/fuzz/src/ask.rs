//! Asks a simulated cluster without sockets, and holds every answer against what the API promises.

use std::sync::LazyLock;

use neptune_server::scenario::Scenario;
use neptune_server::{Answered, ClockKind, ClusterSpec, FuzzCluster};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// What a healthy cluster may answer with (documented and modelled).
const STATUSES: [u16; 6] = [200, 400, 403, 404, 405, 500];

/// A cluster with a load in most states.
static LOADS: LazyLock<ClusterSpec> = LazyLock::new(|| {
    let scenario = Scenario::parse("loads.yaml", include_str!("loads.yaml")).expect("the fuzzer's own scenario is one");
    scenario.cluster_spec(ClockKind::Manual)
});

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
}

/// What a fresh cluster with these loads begins with.
pub(crate) fn loads() -> ClusterSpec {
    LOADS.clone()
}

/// A request to a cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

impl<'a> Question<'a> {
    pub(crate) fn get(target: &'a str) -> Self {
        Self { method: "GET", target, headers: &[], body: b"" }
    }

    /// The answer, if this is an HTTP request at all.
    pub(crate) fn to(self, cluster: &FuzzCluster) -> Option<Answered> {
        let answer = cluster.ask(self.method, self.target, self.headers, self.body);
        let answer = RUNTIME.with(|runtime| runtime.block_on(answer))?;
        check(&answer);
        Some(answer)
    }
}

fn check(answer: &Answered) {
    let (status, body) = (answer.http_status, String::from_utf8_lossy(&answer.body));
    assert!(STATUSES.contains(&status), "{status} is not documented: {body}");
    let value: Value =
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{status} is not JSON ({error}): {body}"));
    let is_text = |key: &str| value[key].as_str().is_some_and(|text| !text.is_empty());
    if status == 200 {
        assert!(is_text("status"), "a good answer has a status: {body}");
    } else {
        let all = ["code", "requestId", "detailedMessage"];
        assert!(all.into_iter().all(is_text), "an error has {all:?}: {body}");
        // What a client sent comes back in short.
        assert!(body.len() < 16 * 1024, "{} bytes for an error", body.len());
    }
}

/// The body as JSON; it is, once the answer is checked.
pub(crate) fn json(answer: &Answered) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// The body without what differs from one answer to the next.
pub(crate) fn lasting(answer: &Answered) -> Value {
    let mut body = json(answer);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("requestId");
    }
    body
}
