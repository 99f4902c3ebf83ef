//! How the simulator's values look on the control API. An endpoint is shown with the host of the request.

use neptune_control::{
    AddedCluster, ClockReading, ClusterDescription, ClusterLine, Health, Instance, Load, LoggedError, LoggedRequest, Moment,
    Origin, Quirk, QuirkChoice, RecordingProgress, RequestFilter, RequestHistory, Role,
};
use neptune_loader::quirks::{Choices, QUIRKS, Quirks};
use neptune_loader::{Change, SimTime};

use crate::cluster::LogPage;
use crate::record::Recorded;
use crate::{Cluster, LoadTimeline, StartClock};

pub(super) fn line(cluster: &Cluster, host: &str) -> ClusterLine {
    ClusterLine {
        name: cluster.name().to_owned(),
        endpoint: cluster.endpoint_by(host),
        clock: cluster.clock_kind().to_string(),
        now: seconds(cluster.now()),
        availability: cluster.availability(),
    }
}

pub(super) fn added(cluster: &Cluster, host: &str) -> AddedCluster {
    AddedCluster {
        name: cluster.name().to_owned(),
        endpoint: cluster.endpoint_by(host),
        clock: cluster.clock_kind().to_string(),
        loads: cluster.timeline().into_iter().map(|load| load.id.to_string()).collect(),
        ca: cluster.ca_pem().map(str::to_owned),
    }
}

pub(super) fn description(cluster: &Cluster, host: &str) -> ClusterDescription {
    let (now, loads) = cluster.snapshot();
    ClusterDescription {
        name: cluster.name().to_owned(),
        endpoint: cluster.endpoint_by(host),
        clock: cluster.clock_kind().to_string(),
        now: seconds(now),
        now_text: now.to_string(),
        epoch: cluster.epoch_secs(),
        seed: cluster.seed(),
        availability: cluster.availability(),
        ca: cluster.ca_pem().map(str::to_owned),
        loads: loads.into_iter().map(load).collect(),
        recording: cluster.proxy().and_then(|proxy| proxy.recorder.as_ref()).map(|recorder| {
            let Recorded { written, lost } = recorder.recorded();
            RecordingProgress { written, lost }
        }),
    }
}

pub(super) fn clock(cluster: &Cluster) -> ClockReading {
    let now = cluster.now();
    let waits_for_request = cluster.clock_starts() == StartClock::OnRequest;
    ClockReading { kind: cluster.clock_kind().to_string(), now: seconds(now), now_text: now.to_string(), waits_for_request }
}

pub(super) fn load(load: LoadTimeline) -> Load {
    let moments = |changes: Vec<Change>| {
        changes.into_iter().map(|change| Moment { at: seconds(change.at), status: change.status.to_string() }).collect()
    };
    Load {
        status: load.status().to_string(),
        id: load.id.to_string(),
        origin: match load.origin {
            neptune_loader::Origin::Scripted => Origin::Scripted,
            neptune_loader::Origin::Started => Origin::Started,
        },
        source: load.source,
        depends_on: load.depends_on.iter().map(ToString::to_string).collect(),
        ended: load.is_ended,
        history: moments(load.history),
        ahead: moments(load.ahead),
    }
}

pub(super) fn error(entry: neptune_loader::ErrorLog) -> LoggedError {
    let neptune_loader::ErrorLog { error_code, error_message, file_name, record_num } = entry;
    LoggedError { code: error_code.as_str().to_owned(), message: error_message, file: file_name, record: record_num }
}

pub(super) fn instance(instance: crate::Instance) -> Instance {
    let (health, rolling_back) = match instance.health {
        neptune_loader::Health::Healthy => (Health::Healthy, 0),
        neptune_loader::Health::Recovery { rolling_back } => (Health::Recovery, rolling_back),
    };
    let role = match instance.role {
        neptune_loader::Role::Writer => Role::Writer,
        neptune_loader::Role::Reader => Role::Reader,
    };
    Instance { role, health, rolling_back, up_since: seconds(instance.up_since) }
}

/// Every quirk, with what is chosen.
pub(super) fn quirks(chosen: Quirks) -> Vec<Quirk> {
    let quirk = |(quirk, (_, value)): (&neptune_loader::Quirk, (&str, String))| {
        let (choices, up_to) = match quirk.choices {
            Choices::Words(choices) => (choices, None),
            Choices::Number(most) => (&[][..], Some(most)),
        };
        let choice = |choice: &neptune_loader::quirks::Choice| QuirkChoice {
            word: choice.word.to_owned(),
            meaning: choice.meaning.to_owned(),
        };
        Quirk {
            name: quirk.name.to_owned(),
            value,
            default: quirk.default_word().to_owned(),
            question: quirk.question.to_owned(),
            documented: quirk.documented.to_owned(),
            observed: quirk.observed.to_owned(),
            evidence: quirk.evidence.as_str().to_owned(),
            settled_by: quirk.settled_by.to_owned(),
            choices: choices.iter().map(choice).collect(),
            up_to,
        }
    };
    QUIRKS.iter().zip(chosen.words()).map(quirk).collect()
}

/// The requests of a page that a filter admits.
pub(super) fn requests(page: &LogPage, filter: &RequestFilter) -> RequestHistory {
    let requests = page.requests().map(request).filter(|request| filter.admits(request));
    RequestHistory {
        dropped: page.dropped,
        next: page.next,
        requests: requests.take(filter.limit.unwrap_or(usize::MAX)).collect(),
    }
}

pub(super) fn request(request: crate::LoggedRequest) -> LoggedRequest {
    LoggedRequest {
        number: request.number,
        at: seconds(request.at),
        method: request.method,
        target: request.target,
        headers: request.headers,
        body: request.body,
        status: request.status,
        load_id: request.load_id.map(|id| id.to_string()),
        load_status: request.load_status,
        ended_ago: request.ended_ago.map(|ago| ago.as_secs_f64()),
        answer: request.answer,
        evidence: request.evidence.map(|evidence| evidence.as_str().to_owned()),
        fault: request.fault,
        explanation: request.explanation,
    }
}

pub(super) fn seconds(moment: SimTime) -> f64 {
    moment.since_start().as_secs_f64()
}
