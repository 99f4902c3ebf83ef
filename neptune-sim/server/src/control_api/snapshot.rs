//! A cluster at one moment.

use axum::Json;
use neptune_control::{AnnouncedLoad, Operation, Outage, RequestLines, ScenarioText, Snapshot};
use neptune_loader::{LoadId, SimTime};

use super::extract::{AskedHost, Named, Simulated};
use super::route::{Route, route};
use super::views;
use crate::{Cluster, StartClock, cluster};

pub(super) fn routes() -> Vec<Route> {
    vec![route(Operation::ReadSnapshot, read), route(Operation::ExportScenario, scenario)]
}

pub(super) async fn read(AskedHost(host): AskedHost, Named(cluster): Named) -> Json<Snapshot> {
    Json(view(&cluster, &host, cluster.whole_snapshot()))
}

pub(super) async fn scenario(Simulated(cluster): Simulated) -> Json<ScenarioText> {
    Json(ScenarioText { text: cluster.as_scenario() })
}

/// What the API shows of a snapshot. Nothing of it is read now, but for what never changes.
pub(super) fn view(cluster: &Cluster, host: &str, snapshot: cluster::Snapshot) -> Snapshot {
    let cluster::Snapshot {
        revision,
        now,
        clock,
        starts,
        signing_region,
        availability,
        outages,
        instance,
        running,
        reading,
        queue,
        faults,
        past_faults,
        loads,
        announced,
        gone,
        requests,
    } = snapshot;
    let upstream = cluster.proxy().map(|proxy| proxy.upstream.options().address.to_string());
    let texts = |ids: Vec<LoadId>| ids.iter().map(ToString::to_string).collect();
    Snapshot {
        revision,
        name: cluster.name().to_owned(),
        endpoint: cluster.endpoint_by(host),
        clock: clock.to_string(),
        now: views::seconds(now),
        waits_for_request: starts == StartClock::OnRequest,
        epoch: cluster.epoch_secs(),
        seed: cluster.seed(),
        signing_region,
        availability,
        outages: outages.into_iter().map(outage).collect(),
        instance: upstream.is_none().then(|| views::instance(instance)),
        upstream,
        running: running.map(|id| id.to_string()),
        reading: reading.map(|id| id.to_string()),
        queue: texts(queue),
        faults,
        past_faults,
        loads: loads.into_iter().map(views::load).collect(),
        announced: announced.into_iter().map(announced_load).collect(),
        gone: texts(gone),
        requests: RequestLines {
            dropped: requests.dropped,
            first: requests.next - requests.kept,
            next: requests.next,
            requests: requests.lines().collect(),
        },
    }
}

fn announced_load((id, begins): (LoadId, SimTime)) -> AnnouncedLoad {
    AnnouncedLoad { id: id.to_string(), begins: views::seconds(begins) }
}

fn outage(outage: cluster::Outage) -> Outage {
    let cluster::Outage { word, from, until, .. } = outage;
    Outage { word, from: views::seconds(from), until: until.map(views::seconds) }
}
