//! What happened in a case and when, as the page of a report draws it: by the time that the poller has lived through.
//!
//! The clock of a case moves with the answers and not with time. So a status of a load is drawn from halfway between the last request before it came and
//! the first one after.

use std::collections::HashMap;
use std::time::Duration;

use neptune_fault::FaultReport;
use neptune_harness::timeline::small;
use neptune_loader::{Change, LoadId, Origin, SimTime};
use neptune_server::{Cluster, LoadTimeline};
use serde_json::{Value, json};

use crate::watch::{Exchange, Notes};

/// What the page draws of a case, once its poller has ended.
pub(crate) fn timeline(cluster: &Cluster, notes: &Notes, took: Duration) -> Value {
    let times = Times::of(cluster, &notes.exchanges, took);
    let requests: Vec<Value> = notes.exchanges.iter().map(|exchange| request(exchange, &times)).collect();
    let left_out = usize::try_from(notes.requests).unwrap_or(usize::MAX).saturating_sub(requests.len());
    let drawn = small(json!({
        "name": cluster.name(),
        "clock": "manual",
        "now": times.now,
        "availability": "available",
        "queue": [],
        "faults": cluster.fault_reports().iter().map(fault).collect::<Vec<_>>(),
        "loads": cluster.timeline().iter().map(|one| load(one, &times)).collect::<Vec<_>>(),
        "requests": {"dropped": 0, "next": notes.requests, "requests": requests},
    }));
    let mut drawn = Value::Object(drawn);
    drawn["left_out"] = json!(left_out);
    drawn
}

/// When the moments of a cluster's clock were for its poller, in seconds since its first request.
struct Times {
    /// Each request that is kept: when it arrived by the cluster's clock, and for the poller.
    arrived: Vec<(SimTime, f64)>,
    /// The load that a request asked for.
    loads: HashMap<u64, String>,
    /// The end, by the cluster's clock and for the poller.
    ended: SimTime,
    now: f64,
}

impl Times {
    fn of(cluster: &Cluster, exchanges: &[Exchange], took: Duration) -> Self {
        let logged = cluster.requests().requests;
        let at: HashMap<u64, SimTime> = logged.iter().map(|request| (request.number, request.at)).collect();
        let arrived = exchanges.iter().filter_map(|exchange| Some((*at.get(&exchange.number)?, exchange.at.as_secs_f64())));
        let named = |request: neptune_server::LoggedRequest| Some((request.number, request.load_id?.to_string()));
        let last = exchanges.last().map_or(Duration::ZERO, |last| last.at);
        Self {
            arrived: arrived.collect(),
            loads: logged.into_iter().filter_map(named).collect(),
            ended: cluster.now(),
            now: last.max(took.min(last + Duration::from_secs(1))).as_secs_f64(),
        }
    }

    /// A moment that has passed: halfway between the requests around it.
    fn past(&self, moment: SimTime) -> f64 {
        let before = self.arrived.iter().rev().find(|(at, _)| *at < moment);
        let after = self.arrived.iter().find(|(at, _)| *at >= moment);
        before.map_or(0.0, |(_, before)| f64::midpoint(*before, after.map_or(self.now, |(_, after)| *after)))
    }

    /// A moment that lies ahead, as if the clock went on by itself.
    fn ahead(&self, moment: SimTime) -> f64 {
        self.now + moment.since_start().saturating_sub(self.ended.since_start()).as_secs_f64()
    }
}

fn request(exchange: &Exchange, times: &Times) -> Value {
    let Exchange { number, at, method, target, http_status, load_status, fault, .. } = exchange;
    json!({
        "number": number,
        "at": at.as_secs_f64(),
        "method": method,
        "target": target,
        "status": http_status,
        "load_id": times.loads.get(number),
        "load_status": load_status,
        "fault": fault,
    })
}

fn load(load: &LoadTimeline, times: &Times) -> Value {
    let moments = |changes: &[Change], when: &dyn Fn(SimTime) -> f64| -> Vec<Value> {
        changes.iter().map(|change| json!({"at": when(change.at), "status": change.status.to_string()})).collect()
    };
    json!({
        "id": load.id.as_str(),
        "origin": if load.origin == Origin::Scripted { "scripted" } else { "started" },
        "source": load.source,
        "status": load.status().to_string(),
        "ended": load.is_ended,
        "history": moments(&load.history, &|moment| times.past(moment)),
        "ahead": moments(&load.ahead, &|moment| times.ahead(moment)),
        "depends_on": load.depends_on.iter().map(LoadId::as_str).collect::<Vec<_>>(),
    })
}

/// A fault is there from the beginning. How long it lasts is counted in requests.
fn fault(report: &FaultReport) -> Value {
    json!({"name": report.name, "fault": {}, "since": 0.0, "matched": report.matched, "fired": report.fired})
}
