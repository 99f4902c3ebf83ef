//! What clients that send much and read nothing cost the process. A file of its own, because it looks at the memory of its process: it has
//! this one test.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod client;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::{ask, ask_with, exchange};
use neptune_server::Proxy;
use neptune_server::scenario::Scenario;
use neptune_server::upstream::{Upstream, UpstreamOptions};
use neptune_server::{ClockKind, ClusterSetup, ClusterSpec, Limits, Sim, SimOptions};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

const MIB: u64 = 1024 * 1024;
/// Six MiB and a half in one page, more than the network holds of it.
const PAGE: &str = "/loader/many?errors=TRUE&errorsPerPage=400";
/// Far more than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(2);
/// Less than by default, so that fewer clients show it.
const IN_FLIGHT: usize = 16 * 1024 * 1024;
const CONTROL_IN_FLIGHT: usize = 8 * 1024 * 1024;
/// For connections, for what is being made, and for what the allocator keeps.
const BESIDE: u64 = 64 * MIB;
const BOUND: u64 = IN_FLIGHT as u64 + BESIDE;
const CONTROL_BOUND: u64 = CONTROL_IN_FLIGHT as u64 + BESIDE;

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A load with 400 errors of 16 KiB, and a canned answer of 200 KiB.
fn scenario() -> ClusterSpec {
    let error =
        json!({"code": "PARSING_ERROR", "message": "x".repeat(16 * 1024), "file": "s3://b/a.csv", "record": 1, "times": 400});
    let canned = json!({"on": {"operation": "list"}, "does": {"answer": {"http": 200, "text": "x".repeat(200 * 1024)}}});
    let given = json!({"loads": {"many": {"lifecycle": ["LOAD_FAILED"], "errors": [error]}}, "faults": [canned]});
    let text = json!({"name": "many", "about": "", "given": given}).to_string();
    Scenario::parse("many", &text).unwrap().cluster_spec(ClockKind::Manual)
}

async fn start(setup: impl Into<ClusterSetup>, limits: Limits) -> Sim {
    Sim::start_with(setup, SimOptions { limits, ..SimOptions::new(anywhere()) }).await.unwrap()
}

/// With little patience for bodies, and much for clients that do not read: the test has left before they are given up.
fn limits() -> Limits {
    let patience = Duration::from_secs(3);
    Limits {
        header_read: patience,
        body_read: patience,
        answer_stall: PATIENCE,
        in_flight: IN_FLIGHT,
        control_in_flight: CONTROL_IN_FLIGHT,
        ..Limits::default()
    }
}

fn status(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// How many bytes more than before the process had at most.
struct Growth {
    before: u64,
}

impl Growth {
    fn begin() -> Self {
        // Forgets the peak.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        Self { before: status("VmRSS") }
    }

    fn assert_below(&self, bound: u64, what: &str) {
        let (peak, now) = (status("VmHWM").saturating_sub(self.before), status("VmRSS").saturating_sub(self.before));
        println!("{what}: {} MiB at most, {} MiB in the end", peak / MIB, now / MIB);
        assert!(peak < bound, "{what}: {} MiB at most, the bound is {}", peak / MIB, bound / MIB);
    }
}

/// Returns when the process has taken and given back no memory for a while: whatever could be made, or waits, is there.
async fn settled() {
    let (begun, mut since, mut seen) = (Instant::now(), Instant::now(), 0);
    while since.elapsed() < Duration::from_secs(4) && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = status("VmRSS");
        if now.abs_diff(seen) > 2 * MIB {
            (since, seen) = (Instant::now(), now);
        }
    }
}

/// Connections that send this and never read.
async fn never_read(address: SocketAddr, request: &[u8], count: usize) -> Vec<TcpStream> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let socket = TcpSocket::new_v4().unwrap();
        // So that little of an answer fits into the network.
        socket.set_recv_buffer_size(4096).unwrap();
        let mut client = socket.connect(address).await.unwrap();
        client.write_all(request).await.unwrap();
        clients.push(client);
    }
    clients
}

/// Returns when the process has given up on all connections but that which asks.
async fn left_alone(sim: &Sim, tasks: u64) {
    let begun = Instant::now();
    loop {
        let answer = ask(sim.first().address(), "GET", "/_sim").await;
        if answer.status == 200 && answer.json()["tasks"].as_u64().unwrap() <= tasks {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{}", answer.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn tasks(sim: &Sim) -> u64 {
    ask(sim.first().address(), "GET", "/_sim").await.json()["tasks"].as_u64().unwrap()
}

fn get(target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

/// Large answers that no client reads. Others are answered meanwhile.
async fn answers_of_a_cluster() {
    let sim = start(scenario(), limits()).await;
    let (address, idle) = (sim.first().address(), tasks(&sim).await);
    let growth = Growth::begin();
    let clients = never_read(address, &get(PAGE), 24).await;
    let more = never_read(address, &get("/loader"), 200).await;
    let small = exchange(address, b"GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(small.starts_with("HTTP/1.1 200 "), "small answers do not wait: {small}");
    settled().await;
    growth.assert_below(BOUND, "answers of a cluster");
    drop((clients, more));
    left_alone(&sim, idle).await;
    let page = read(address, PAGE).await;
    assert!(page.starts_with("HTTP/1.1 200 OK") && page.len() > 6_000_000, "{} bytes: {page:.300}", page.len());
}

/// Reads one whole answer.
async fn read(address: SocketAddr, target: &str) -> String {
    let mut client = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The control API's: exported states that no client reads.
async fn answers_of_the_control_api() {
    let sim = start(scenario(), limits()).await;
    let (address, path) = (sim.first().address(), "/_sim/clusters/many/state");
    let state = ask(address, "GET", path).await.body;
    let state = state.replace(&"x".repeat(16 * 1024), &"x".repeat(7_000_000));
    let put = ask_with(address, "PUT", path, &[], &state).await;
    assert_eq!(put.status, 200, "{:.500}", put.body);
    let idle = tasks(&sim).await;
    let growth = Growth::begin();
    let clients = never_read(address, &get(path), 24).await;
    settled().await;
    growth.assert_below(CONTROL_BOUND, "answers of the control API");
    drop(clients);
    left_alone(&sim, idle).await;
}

/// Bodies of 40 clients that never end.
async fn bodies(sim: &Sim, request: &str, size: u64, bound: u64, what: &str) {
    let (address, idle) = (sim.first().address(), tasks(sim).await);
    let request = format!("{request} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n");
    let body = Arc::new([request.as_bytes(), &vec![b' '; usize::try_from(size).unwrap() - 1]].concat());
    let growth = Growth::begin();
    let mut clients = JoinSet::new();
    for _ in 0..40 {
        let body = Arc::clone(&body);
        clients.spawn(async move {
            let mut client = TcpStream::connect(address).await.unwrap();
            // It may be refused meanwhile.
            let _ = client.write_all(&body).await;
            let mut answer = String::new();
            let _ = tokio::time::timeout(PATIENCE, client.read_to_string(&mut answer)).await.expect("an end comes");
            answer
        });
    }
    // Those that are refused learn why; those that have room do not end, and are given up.
    let answers = clients.join_all().await;
    left_alone(sim, idle).await;
    growth.assert_below(bound, what);
    let refused =
        answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 503 ") && answer.contains("take all of the ")).count();
    assert!((20..40).contains(&refused), "{refused} of {what} were refused: {answers:.200?}");
}

fn proxy(upstream: SocketAddr) -> ClusterSetup {
    let options = UpstreamOptions::new(format!("http://{upstream}").parse().unwrap());
    let upstream = Upstream::new(options).unwrap();
    ClusterSetup { proxy: Some(Proxy { upstream, recorder: None }), ..ClusterSpec::new("proxy", ClockKind::Real).into() }
}

/// What an upstream answers at length, and no client reads.
async fn answers_of_an_upstream() {
    let listener = TcpListener::bind(anywhere()).await.unwrap();
    let upstream = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let body: &'static [u8] = Box::leak(vec![b'x'; 12 * 1024 * 1024].into_boxed_slice());
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let _ = client.read(&mut [0; 4096]).await;
                let _ = client.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes()).await;
                let _ = client.write_all(body).await;
            });
        }
    });
    let sim = start(proxy(upstream), limits()).await;
    // The endpoint's own tasks end by themselves.
    let idle = tasks(&sim).await;
    let growth = Growth::begin();
    let clients = never_read(sim.first().address(), b"GET /loader HTTP/1.1\r\nHost: x\r\n\r\n", 60).await;
    settled().await;
    growth.assert_below(BOUND, "answers of an upstream");
    drop(clients);
    left_alone(&sim, idle).await;
    serving.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_on_its_way_has_a_bound_however_many_clients_there_are() {
    answers_of_a_cluster().await;
    answers_of_the_control_api().await;
    let sim = start(scenario(), limits()).await;
    bodies(&sim, "PUT /_sim/clusters/many/state", 7 * MIB, CONTROL_BOUND, "states").await;
    let sim = start(proxy("127.0.0.1:1".parse().unwrap()), limits()).await;
    bodies(&sim, "POST /loader", 15 * MIB, BOUND, "what a proxy passes on").await;
    answers_of_an_upstream().await;
}
