//! What is read while others change it is one moment's truth.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use neptune_control::{ClusterDescription, ClusterState, NewLoad};
use neptune_server::{Cluster, PortRange, ReservedPort, Sim, SimOptions};

use super::{client, first};
use crate::client::ask;
use crate::{anywhere, spec, start_without_loads, started_id};

/// Lets time pass, a millisecond at a time, until it gets the signal to stop.
fn keep_moving(cluster: Cluster, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            cluster.advance(Duration::from_millis(1)).unwrap();
        }
    })
}

/// What of a description cannot have held at one moment.
fn contradictions(description: &ClusterDescription) -> Vec<String> {
    let now = description.now;
    let due = |load: &&neptune_control::Load| {
        load.ahead.first().is_some_and(|next| next.at <= now) || load.history.last().is_none_or(|last| last.at > now)
    };
    description.loads.iter().filter(due).map(|load| format!("at {now}: {load:?}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_description_shows_no_time_whose_changes_its_loads_lack() {
    let sim = start_without_loads().await;
    // One of the loads changes at every millisecond.
    let lifecycle = |n: usize| vec![format!("LOAD_IN_QUEUE {}ms", n + 1), "LOAD_IN_PROGRESS 20s".into(), "LOAD_FAILED".into()];
    for n in 0..200 {
        let load = NewLoad { id: format!("n{n}"), lifecycle: lifecycle(n), ..NewLoad::default() };
        first(&sim).script(&load).await.unwrap();
    }
    let start = first(&sim).export().await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let mover = keep_moving(sim.first().clone(), Arc::clone(&stop));
    let mut found = Vec::new();
    for _ in 0..50 {
        let description = first(&sim).describe().await.unwrap();
        found.extend(contradictions(&description));
        // Back to where something changes at every step.
        first(&sim).import(&start).await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    mover.join().unwrap();
    assert!(found.is_empty(), "{} loads, such as {}", found.len(), found[0]);
}

/// A simulator whose further clusters have one port, and that port.
async fn with_one_further_port() -> (Sim, ReservedPort) {
    let reserved = ReservedPort::at(anywhere()).unwrap();
    let port = reserved.address().port();
    let cluster_ports: PortRange = format!("{port}-{port}").parse().unwrap();
    let options = SimOptions { cluster_ports: Some(cluster_ports), ..SimOptions::new(anywhere()) };
    (Sim::start_with(spec("first"), options).await.unwrap(), reserved)
}

/// The first line of the first answer that comes from a port on which nothing listens yet.
fn first_answer(port: u16, id: &str) -> String {
    let request = format!("GET /loader/{id} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    loop {
        let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { continue };
        let mut answer = String::new();
        if stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).is_ok() && !answer.is_empty()
        {
            return answer.lines().next().unwrap().to_owned();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_cluster_answers_from_its_state_from_the_first_request_on() {
    let (sim, reserved) = with_one_further_port().await;
    let port = reserved.address().port();
    let id = started_id(sim.first(), "s3://b/1/").await;
    let state = first(&sim).export().await.unwrap();
    for round in 0..100 {
        let poller = std::thread::spawn({
            let id = id.clone();
            move || first_answer(port, &id)
        });
        let twin = client(&sim).cluster("twin");
        twin.import(&state).await.unwrap();
        assert_eq!(poller.join().unwrap(), "HTTP/1.1 200 OK", "round {round}: the cluster was there before its loads");
        twin.delete().await.unwrap();
    }
}

#[tokio::test]
async fn a_new_cluster_has_the_availability_and_the_strictness_of_its_state_at_once() {
    let sim = start_without_loads().await;
    first(&sim).set_strict(true).await.unwrap();
    let state = first(&sim).export().await.unwrap();
    let state = ClusterState { availability: neptune_control::Availability::Refused, ..state };
    let made = client(&sim).cluster("twin").import(&state).await.unwrap();
    assert_eq!(made.availability, neptune_control::Availability::Refused);
    let address = sim.cluster("twin").unwrap().address();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "it refuses connections");
    assert!(sim.cluster("twin").unwrap().is_strict());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_the_log_is_whole_while_requests_come_in() {
    let sim = start_without_loads().await;
    let address = sim.first().address();
    let poller = tokio::spawn(async move {
        for _ in 0..200 {
            ask(address, "GET", "/loader").await;
        }
    });
    let mut since = 0;
    while since < 200 {
        let filter = neptune_control::RequestFilter { since: Some(since), limit: Some(7), ..Default::default() };
        let page = first(&sim).requests(&filter).await.unwrap();
        let numbers: Vec<u64> = page.requests.iter().map(|request| request.number).collect();
        let expected: Vec<u64> = (since..since + numbers.len() as u64).collect();
        assert_eq!(numbers, expected);
        assert!(numbers.len() <= 7 && page.next >= since + numbers.len() as u64, "{page:?}");
        since += numbers.len() as u64;
    }
    poller.await.unwrap();
}
