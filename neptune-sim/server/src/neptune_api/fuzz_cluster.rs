//! A cluster without a port, only for the fuzzer, which sends thousands of requests a second.

use axum::body::{Body, to_bytes};
use axum::http::Request;

use super::service::ClusterService;
use crate::cluster::Cluster;
use crate::net::{Limits, Room};
use neptune_scenario::ClusterSpec;

/// No answer is larger.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A cluster that answers requests without sockets. From the parsed request on, the code is the same as behind a port.
///
/// Hidden and not behind a feature: with one, `cargo test` and `cargo xtask fuzz` would test two builds of the crate.
#[doc(hidden)]
#[derive(Debug)]
pub struct FuzzCluster {
    cluster: Cluster,
    service: ClusterService,
}

/// An answer, read to its end.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub http_status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl FuzzCluster {
    /// A new cluster.
    ///
    /// # Panics
    /// If two of its loads have one id, or a fault is impossible.
    pub fn new(spec: ClusterSpec) -> Self {
        let cluster = Cluster::without_port(spec).expect("a checked scenario makes a cluster");
        Self { service: ClusterService::new(cluster.clone(), Limits::default(), Room::unbounded()), cluster }
    }

    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The answer to a request, or `None` if these words make none.
    pub async fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answered> {
        let request = headers
            .iter()
            .fold(Request::builder().method(method).uri(target), |request, (name, value)| request.header(*name, *value));
        let response = self.service.clone().answer(request.body(Body::from(body.to_vec())).ok()?).await;
        let http_status = response.status().as_u16();
        let body = to_bytes(response.into_body(), ANSWER_BYTES).await.expect("an answer of ours is whole and small").to_vec();
        Some(Answered { http_status, body })
    }
}
