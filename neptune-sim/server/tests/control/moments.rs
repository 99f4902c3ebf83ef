//! Snapshots of a cluster, streams of events, and what explains a load.

use std::time::Duration;

use neptune_control::{AnnouncedLoad, Availability, ErrorLogPage, NewStart, Outage, Outcome, RequestFilter, Snapshot};
use neptune_server::scenario::Scenario;
use neptune_server::{ClockKind, Sim};
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{client, first, new_load, parsing_error, refusal};
use crate::client::ask;
use crate::{anywhere, start, start_without_loads, started_id};

/// Far more than an event takes, and less than what ends a connection for another reason.
const PATIENCE: Duration = Duration::from_secs(10);

/// A stream of events.
struct Events {
    connection: TcpStream,
    seen: String,
}

impl Events {
    /// Opens a stream of the first cluster.
    async fn open(sim: &Sim) -> Self {
        let mut events = Self::ask_for(sim, "first").await;
        let head = events.until("\r\n\r\n").await.expect("a head");
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-type: text/event-stream\r\n"), "{head}");
        events
    }

    async fn ask_for(sim: &neptune_server::Sim, cluster: &str) -> Self {
        let mut connection = TcpStream::connect(sim.first().address()).await.unwrap();
        let request = format!("GET /_sim/clusters/{cluster}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        Self { connection, seen: String::new() }
    }

    /// Reads up to and with a text; `None` if the connection ends before.
    async fn until(&mut self, end: &str) -> Option<String> {
        loop {
            if let Some(place) = self.seen.find(end) {
                let rest = self.seen.split_off(place + end.len());
                return Some(std::mem::replace(&mut self.seen, rest));
            }
            let mut piece = vec![0; 16 * 1024];
            let read =
                tokio::time::timeout(PATIENCE, self.connection.read(&mut piece)).await.expect("data or an end in good time");
            let length = read.ok().filter(|length| *length > 0)?;
            self.seen += std::str::from_utf8(&piece[..length]).unwrap();
        }
    }

    /// The name and the data of the next event; `None` if the stream ends before.
    async fn next(&mut self) -> Option<(String, Snapshot)> {
        self.until("event: ").await?;
        let name = self.until("\n").await?.trim().to_owned();
        self.until("data: ").await?;
        let data = self.until("\n").await?;
        Some((name, serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}: {data}"))))
    }
}

#[tokio::test]
async fn a_snapshot_shows_the_queue_and_what_waits_for_what() {
    let sim = start_without_loads().await;
    let running = started_id(sim.first(), "s3://b/1/").await;
    let second = first(&sim).start(&NewStart { source: "s3://b/2/".into(), ..NewStart::default() }).await.unwrap();
    let dependencies = vec![second.id.clone()];
    let third = first(&sim).start(&NewStart { source: "s3://b/3/".into(), dependencies, ..NewStart::default() }).await.unwrap();
    let snapshot = first(&sim).snapshot().await.unwrap();
    assert_eq!((snapshot.running.as_ref(), &snapshot.queue), (Some(&running), &vec![second.id.clone(), third.id]));
    assert_eq!(snapshot.loads[2].depends_on, [second.id]);
    let targets: Vec<&str> = snapshot.requests.requests.iter().map(|request| request.target.as_str()).collect();
    assert_eq!(targets, ["/loader"], "the control API is not in the log");
}

#[tokio::test]
async fn events_begin_with_all_of_it_and_go_on_with_what_changes() {
    let sim = start().await;
    let mut events = Events::open(&sim).await;
    let (name, all) = events.next().await.unwrap();
    assert_eq!((name.as_str(), &all), ("snapshot", &first(&sim).snapshot().await.unwrap()));
    sim.first().advance(Duration::from_secs(2)).unwrap();
    let (name, change) = events.next().await.unwrap();
    assert_eq!((name.as_str(), change.now, change.loads[0].status.as_str()), ("change", 2.0, "LOAD_COMPLETED"));
    ask(sim.first().address(), "GET", "/loader/domain-load").await;
    let (_, change) = events.next().await.unwrap();
    let mut told = change.requests.requests;
    while told.last().is_some_and(|request| request.status.is_none()) {
        told = events.next().await.unwrap().1.requests.requests;
    }
    assert_eq!((change.loads.len(), told[0].load_status.as_deref(), told[0].ended_ago), (0, Some("LOAD_COMPLETED"), Some(0.0)));
}

#[tokio::test]
async fn an_outage_is_known_when_it_is_over_and_becomes_a_fault_of_a_copied_scenario() {
    let sim = start().await;
    let mut events = Events::open(&sim).await;
    events.next().await.unwrap();
    let change = async |availability: Availability| first(&sim).set_availability(&availability).await.unwrap();
    sim.first().advance(Duration::from_secs(2)).unwrap();
    change(Availability::Silent).await;
    sim.first().advance(Duration::from_secs(3)).unwrap();
    change(Availability::Available).await;
    let outages = first(&sim).snapshot().await.unwrap().outages;
    assert_eq!(outages, [Outage { word: "silent".into(), from: 2.0, until: Some(5.0) }]);
    let mut last = Vec::new();
    while last != outages {
        last = events.next().await.unwrap().1.outages;
    }
    let scenario = first(&sim).scenario().await.unwrap().text;
    assert!(scenario.contains(r#"{name: outage, from: "2s", until: "5s", does: black_hole, optional: true}"#), "{scenario}");
}

#[tokio::test]
async fn a_load_that_begins_later_is_announced_until_it_is_there() {
    let later = "name: first\nabout: x\ngiven: {loads: {people: {begins: 30s, lifecycle: [LOAD_FAILED]}}}";
    let spec = Scenario::parse("later.yaml", later).unwrap().cluster_spec(ClockKind::Manual);
    let sim = Sim::start(spec, anywhere()).await.unwrap();
    let mut events = Events::open(&sim).await;
    let (_, all) = events.next().await.unwrap();
    assert_eq!((all.announced, all.loads.len()), (vec![AnnouncedLoad { id: "people".into(), begins: 30.0 }], 0));
    let list = ask(sim.first().address(), "GET", "/loader").await;
    assert_eq!(list.json()["payload"]["loadIds"], json!([]));
    sim.first().advance(Duration::from_secs(30)).unwrap();
    let mut change = events.next().await.unwrap().1;
    while change.now < 30.0 {
        change = events.next().await.unwrap().1;
    }
    assert_eq!((change.announced, change.loads[0].id.as_str()), (Vec::new(), "people"));
}

/// What is said of a load in the queue, and of the one before it, and how it goes on.
#[tokio::test]
async fn a_load_that_waits_in_vain_is_explained() {
    let sim = start_without_loads().await;
    let cluster = first(&sim);
    let running = started_id(sim.first(), "s3://b/1/").await;
    let start = async |dependency: &str| {
        let start = NewStart { source: "s3://b/2/".into(), dependencies: vec![dependency.into()], ..NewStart::default() };
        cluster.start(&start).await.unwrap().id
    };
    let [on_nothing, on_failure] = [start("nothing").await, start(&running).await];
    let explain = async |id: &str| cluster.explain(id).await.unwrap().text.replace(&running, "running");
    let text = explain(&on_nothing).await;
    assert!(text.contains("It depends on `nothing`, which is not there: it will fail when its turn comes."), "{text}");
    let forever = Outcome { lifecycle: Some(vec!["LOAD_IN_PROGRESS".into()]), ..Outcome::default() };
    cluster.set_outcome(&running, &forever).await.unwrap();
    let text = explain(&on_failure).await;
    assert!(text.ends_with("because nothing that is due ends `running`."), "{text}");
    let fails = Outcome { lifecycle: Some(vec!["LOAD_IN_PROGRESS 1s".into(), "LOAD_FAILED".into()]), ..Outcome::default() };
    cluster.set_outcome(&running, &fails).await.unwrap();
    cluster.advance(Duration::from_secs(9)).await.unwrap();
    let [nothing, failure] = [explain(&on_nothing).await, explain(&on_failure).await];
    assert!(nothing.contains("NOT_SATISFIED, because it depends on `nothing`, which is not there."), "{nothing}");
    assert!(failure.contains("NOT_SATISFIED, because it depends on `running`, which is LOAD_FAILED."), "{failure}");
}

#[tokio::test]
async fn an_explanation_says_what_clients_are_told_instead() {
    let sim = start().await;
    let explain = async || first(&sim).explain("domain-load").await.unwrap().text;
    first(&sim).add_fault(&serde_json::from_str(r#"{"use": "throttle-429"}"#).unwrap()).await.unwrap();
    let text = explain().await;
    assert!(text.ends_with(" Faults are in place: `throttle-429`. They may tell a client something else."), "{text}");
    first(&sim).set_availability(&Availability::Silent).await.unwrap();
    let text = explain().await;
    assert!(text.ends_with(" But no client is told so at the moment: the cluster is silent."), "{text}");
}

#[tokio::test]
async fn a_stream_ends_with_its_cluster() {
    let sim = start().await;
    let added = client(&sim).add_cluster(crate::SCENARIO, &neptune_control::AddCluster::default()).await.unwrap();
    let mut events = Events::ask_for(&sim, &added.name).await;
    events.next().await.unwrap();
    client(&sim).cluster(added.name).delete().await.unwrap();
    while events.next().await.is_some() {}
}

#[tokio::test]
async fn there_is_a_limit_to_open_streams_and_a_closed_one_makes_room() {
    let sim = start().await;
    let mut open = Vec::new();
    for _ in 0..32 {
        let mut events = Events::open(&sim).await;
        events.next().await.unwrap();
        open.push(events);
    }
    let refused = ask(sim.first().address(), "GET", "/_sim/clusters/first/events").await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.json()["error"].as_str().unwrap().starts_with("32 streams of events are open"), "{}", refused.body);
    open.pop();
    // The server sees the end of the connection when it sends the next event.
    sim.first().advance(Duration::from_secs(1)).unwrap();
    while Events::ask_for(&sim, "first").await.until("\r\n").await.unwrap().contains("503") {
        sim.first().advance(Duration::from_secs(1)).unwrap();
    }
}

/// A cluster with a load in each situation that an explanation distinguishes.
async fn explained(id: &str) -> String {
    let sim = start_without_loads().await;
    let cluster = first(&sim);
    cluster.script(&new_load("goes-on", &["LOAD_IN_PROGRESS 30s", "LOAD_COMPLETED"])).await.unwrap();
    cluster.script(&new_load("never-ends", &["LOAD_IN_PROGRESS"])).await.unwrap();
    cluster.script(&new_load("fine", &["LOAD_COMPLETED"])).await.unwrap();
    let mut failed = new_load("failed", &["LOAD_IN_PROGRESS 2s", "LOAD_FAILED"]);
    failed.errors = vec![parsing_error(12)];
    cluster.script(&failed).await.unwrap();
    cluster.script(&new_load("cancelled", &["LOAD_IN_PROGRESS 2s", "LOAD_CANCELLED_BY_USER"])).await.unwrap();
    let mut odd = new_load("odd", &["LOAD_PAUSED"]);
    odd.undocumented_statuses = vec!["LOAD_PAUSED".into()];
    cluster.script(&odd).await.unwrap();
    let mut ids = vec![started_id(sim.first(), "s3://b/1/").await];
    for source in ["s3://b/2/", "s3://b/3/"] {
        let dependencies = ids.last().filter(|_| source.ends_with("3/")).cloned().into_iter().collect();
        ids.push(cluster.start(&NewStart { source: source.into(), dependencies, ..NewStart::default() }).await.unwrap().id);
    }
    cluster.advance(Duration::from_secs(3)).await.unwrap();
    for _ in 0..4 {
        ask(sim.first().address(), "GET", "/loader/cancelled").await;
    }
    for page in 1..5 {
        ask(sim.first().address(), "GET", &format!("/loader/failed?errors=true&page={page}")).await;
    }
    let id = id.strip_prefix("started-").map_or(id.to_owned(), |number| ids[number.parse::<usize>().unwrap()].clone());
    let mut text = cluster.explain(&id).await.unwrap().text;
    for (number, id) in ids.iter().enumerate() {
        text = text.replace(id, &format!("started-{number}"));
    }
    text
}

#[rstest]
#[case::it_goes_on(
    "goes-on",
    "It has been LOAD_IN_PROGRESS since 0:00.0 and will be LOAD_COMPLETED at 0:30.0, as its script says. A poller is told LOAD_IN_PROGRESS \
     and has to go on asking."
)]
#[case::it_never_ends(
    "never-ends",
    "It has been LOAD_IN_PROGRESS since 0:00.0 and stays so for ever: nothing that is due ends it. A poller is told LOAD_IN_PROGRESS each \
     time: only a time limit of its own ends its wait."
)]
#[case::it_completed(
    "fine",
    "It ended at 0:00.0 as LOAD_COMPLETED. A poller is told LOAD_COMPLETED: the load is done, and it has to stop with success."
)]
#[case::it_failed(
    "failed",
    "It ended at 0:02.0 as LOAD_FAILED. Its error log has 12 entries. A poller is told LOAD_FAILED and has to stop without \
     success: the load has failed and will not go on."
)]
#[case::somebody_goes_on_asking(
    "cancelled",
    "It ended at 0:02.0 as LOAD_CANCELLED_BY_USER. A poller is told LOAD_CANCELLED_BY_USER and has to stop without success: somebody \
     has cancelled the load, and it will not go on. Since its end it has been asked about 4 times, last at 0:03.0: whoever asks does not take LOAD_CANCELLED_BY_USER for an end."
)]
#[case::a_word_that_is_not_documented(
    "odd",
    "It ended at 0:00.0 as LOAD_PAUSED. A poller is told LOAD_PAUSED, which Neptune's documentation does not name: it must neither wait on \
     nor take it for a success."
)]
#[case::it_runs(
    "started-0",
    "It has been LOAD_IN_PROGRESS since 0:00.0 and will be LOAD_COMPLETED at 0:05.0. A poller is told LOAD_IN_PROGRESS and has to go on asking."
)]
#[case::it_is_next(
    "started-1",
    "It is in the queue: 1st to run, behind `started-0`. A poller is told LOAD_IN_QUEUE and has to go on asking."
)]
#[case::it_depends(
    "started-2",
    "It is in the queue: 2nd to run, behind `started-0` and `started-1`. It also waits for the end of `started-1`, on which its start \
     makes it depend. A poller is told LOAD_IN_QUEUE and has to go on asking."
)]
#[tokio::test]
async fn a_load_is_explained(#[case] id: &str, #[case] expected: &str) {
    assert_eq!(explained(id).await, expected);
}

#[tokio::test]
async fn an_error_log_is_read_by_the_page() {
    let sim = start_without_loads().await;
    let mut failed = new_load("failed", &["LOAD_FAILED"]);
    failed.errors = vec![parsing_error(12)];
    first(&sim).script(&failed).await.unwrap();
    let log = first(&sim).errors("failed", &ErrorLogPage { page: Some(2), limit: Some(5) }).await.unwrap();
    let records: Vec<u64> = log.errors.iter().map(|error| error.record).collect();
    assert_eq!((log.total, log.page, log.pages), (12, 2, 3));
    assert_eq!(records, [12, 13, 14, 15, 16]);
    assert_eq!(
        (log.errors[0].code.as_str(), log.errors[0].file.as_str()),
        ("PARSING_ERROR", "s3://neptune-loads/failed/people.csv")
    );
    let too_many = refusal(first(&sim).errors("failed", &ErrorLogPage { page: None, limit: Some(1001) }).await);
    assert_eq!(too_many.0, 400, "{too_many:?}");
}

#[tokio::test]
async fn a_load_is_cancelled_as_a_client_does_it() {
    let sim = start_without_loads().await;
    let id = started_id(sim.first(), "s3://b/1/").await;
    assert_eq!(first(&sim).cancel(&id).await.unwrap().status, "LOAD_CANCELLED_BY_USER");
    let (status, error, hint) = refusal(first(&sim).cancel(&id).await);
    assert_eq!(status, 409, "{error}");
    assert!(error.contains("does not exist or not active") && hint.contains("BulkLoadIdNotFoundException"), "{error}: {hint}");
    assert_eq!(refusal(first(&sim).cancel("nothing").await).0, 404);
}

#[tokio::test]
async fn a_start_is_refused_in_neptunes_words() {
    let sim = start_without_loads().await;
    let start = |source: &str| NewStart { source: source.into(), ..NewStart::default() };
    let (status, error, hint) = refusal(first(&sim).start(&start("ftp://b/")).await);
    assert_eq!((status, error.as_str()), (409, "Invalid value for parameter 'source': ftp://b/"), "{hint}");
    first(&sim).start(&start("s3://b/1/")).await.unwrap();
    let busy = NewStart { queue_request: Some(false), ..start("s3://b/2/") };
    assert_eq!(refusal(first(&sim).start(&busy).await).0, 409);
    assert_eq!(first(&sim).requests(&RequestFilter::default()).await.unwrap().next, 0);
}

#[tokio::test]
async fn a_status_of_a_cluster_of_its_own_is_logged_whatever_its_form() {
    let sim = start_without_loads().await;
    let mut odd = new_load("odd", &["load-paused"]);
    odd.undocumented_statuses = vec!["load-paused".into()];
    first(&sim).script(&odd).await.unwrap();
    ask(sim.first().address(), "GET", "/loader/odd").await;
    let told = first(&sim).snapshot().await.unwrap().requests.requests[0].load_status.clone();
    assert_eq!(told.as_deref(), Some("load-paused"));
}
