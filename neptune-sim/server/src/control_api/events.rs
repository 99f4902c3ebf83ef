//! A cluster as it goes on: a stream of server-sent events, as the HTML standard has them.
//!
//! A stream looks at the cluster a few times a second and sends what has changed. So a request to the cluster costs the same whether
//! streams are open or not.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::stream;
use neptune_control::{EVENT_STREAM, Operation};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Interval, MissedTickBehavior};

use super::error::ControlError;
use super::extract::{AskedHost, Named};
use super::route::{Route, route};
use super::snapshot::view;
use crate::Cluster;
use crate::cluster::{self, Watcher};
use crate::registry::{Clusters, EVENT_STREAM_LIMIT};

/// How often a stream looks at its cluster.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// After how many looks that saw no change a stream says that it is still there, so that nobody in between takes it for dead.
const QUIET_LOOKS: u32 = 75;
/// What it says then: a comment, which clients pass over.
const STILL_THERE: &str = ":\n\n";

pub(super) fn routes() -> Vec<Route> {
    vec![route(Operation::StreamEvents, stream_events)]
}

pub(super) async fn stream_events(
    State(clusters): State<Arc<Clusters>>,
    AskedHost(host): AskedHost,
    Named(cluster): Named,
) -> Result<Response, ControlError> {
    let permit = clusters.event_stream_permit().ok_or_else(|| {
        let error = format!("{EVENT_STREAM_LIMIT} streams of events are open, and no more may be");
        ControlError::unavailable(error, "close a page or a client that reads events, or read the snapshot instead")
    })?;
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let events = Events { clusters, cluster, host, watcher: Watcher::default(), looks, name: "snapshot", _permit: permit };
    let body = Body::from_stream(stream::unfold(events, Events::next));
    let headers = [(CONTENT_TYPE, EVENT_STREAM), (CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

/// One stream. It ends with its cluster.
struct Events {
    clusters: Arc<Clusters>,
    cluster: Cluster,
    host: String,
    watcher: Watcher,
    looks: Interval,
    /// What the next event is called.
    name: &'static str,
    _permit: OwnedSemaphorePermit,
}

impl Events {
    /// The next event, or a comment if nothing changes for long.
    async fn next(mut self) -> Option<(Result<Bytes, std::convert::Infallible>, Self)> {
        for _ in 0..QUIET_LOOKS {
            self.looks.tick().await;
            if !self.clusters.serves(&self.cluster) {
                return None;
            }
            if let Some(snapshot) = self.cluster.look(&mut self.watcher) {
                let event = self.event(snapshot)?;
                self.name = "change";
                return Some((Ok(event), self));
            }
        }
        Some((Ok(Bytes::from_static(STILL_THERE.as_bytes())), self))
    }

    /// What has changed, as an event. `None` if there is no room for it: the stream then ends, and a client that connects again gets all of
    /// it.
    fn event(&self, snapshot: cluster::Snapshot) -> Option<Bytes> {
        let data = serde_json::to_string(&view(&self.cluster, &self.host, snapshot)).ok()?;
        let event = format!("event: {}\ndata: {data}\n\n", self.name);
        Some(self.clusters.control_room().take(event.len())?.cover(event))
    }
}
