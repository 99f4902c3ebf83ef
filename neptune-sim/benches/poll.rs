//! What a poll costs: in the engine, in the writer, and over a socket. Compare the rows of one run, not the runs of a machine.
//!
//! `cargo bench --workspace --bench poll`

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use divan::{Bencher, black_box};
use neptune_engine::{Engine, FeedError, Lifecycle, Script, Settings, SimTime, Workload};
use neptune_sim::{ClockKind, ClusterSpec, Sim};
use neptune_wire::{FeedErrorCode, LoadId, LoadStatus, Reply, StatusQuery, to_loader_json};

fn main() {
    divan::main();
}

/// How many loads the cluster remembers.
const LOADS: [usize; 3] = [1, 64, 1024];

const EVERYTHING: StatusQuery = StatusQuery { details: true, errors: true, page: 1, errors_per_page: 100 };

fn script(number: usize) -> (LoadId, Script) {
    let id = LoadId::new(format!("load-{number}"));
    let source = format!("s3://bucket/{id}/");
    let stages = vec![(LoadStatus::InProgress, Some(Duration::from_hours(1))), (LoadStatus::Failed, None)];
    let error = FeedError {
        code: FeedErrorCode::Parsing,
        counter: None,
        message: "Record has more columns than header".into(),
        file: format!("{source}a.csv"),
        record: 1,
        times: 1000,
    };
    let workload = Workload { files: 10, records: 10_000, errors: vec![error].into(), ..Workload::default() };
    let lifecycle = Lifecycle::new(stages).expect("running, then failed, is a lifecycle");
    (id, Script { source, lifecycle, workload })
}

/// Half of the loads have failed by now, and the last one has not.
fn engine(loads: usize) -> (Engine, LoadId) {
    let mut engine = Engine::new(Settings::default());
    for number in 0..loads {
        if number == loads / 2 {
            engine.advance_to(SimTime::after(Duration::from_mins(59)));
        }
        let (id, script) = script(number);
        engine.script(id, script).expect("every number is its own");
    }
    engine.advance_to(SimTime::after(Duration::from_mins(61)));
    (engine, script(loads - 1).0)
}

#[divan::bench(args = LOADS)]
fn engine_reads_a_status(bencher: Bencher, loads: usize) {
    let (engine, id) = engine(loads);
    bencher.bench_local(|| engine.status(black_box(&id), &EVERYTHING).expect("the load is there"));
}

#[divan::bench(args = LOADS)]
fn engine_moves_by_a_millisecond(bencher: Bencher, loads: usize) {
    let (mut engine, _) = engine(loads);
    let mut now = engine.now();
    bencher.bench_local(|| {
        now = now.plus(Duration::from_millis(1));
        engine.advance_to(black_box(now));
    });
}

#[divan::bench]
fn a_hundred_errors_are_written(bencher: Bencher) {
    let (mut engine, id) = engine(1);
    engine.advance_to(SimTime::after(Duration::from_hours(3)));
    let payload = Reply::ok(engine.status(&id, &EVERYTHING).expect("the load is there"));
    bencher.bench_local(|| to_loader_json(black_box(&payload)));
}

#[divan::bench(args = LOADS)]
fn a_poll_goes_over_a_socket(bencher: Bencher, loads: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let scripts = (0..loads).map(script).collect();
    let spec = ClusterSpec { scripts, ..ClusterSpec::new("bench", ClockKind::Manual) };
    let sim = runtime.block_on(Sim::start(spec, ([127, 0, 0, 1], 0).into())).expect("a free port");
    let mut client = TcpStream::connect(sim.first().address()).expect("the simulator listens");
    client.set_nodelay(true).expect("a socket option");
    let request = format!("GET /loader/load-{} HTTP/1.1\r\nHost: x\r\n\r\n", loads - 1);
    bencher.bench_local(|| poll(&mut client, &request));
}

/// Sends a request on a kept connection and reads the whole answer, which ends with the envelope's brace.
fn poll(client: &mut TcpStream, request: &str) -> usize {
    client.write_all(request.as_bytes()).expect("the connection is open");
    let mut answer = Vec::new();
    let mut buffer = [0; 8192];
    while !answer.ends_with(b"\n}") {
        let count = client.read(&mut buffer).expect("the connection is open");
        assert!(count > 0, "the simulator hung up");
        answer.extend_from_slice(&buffer[..count]);
    }
    answer.len()
}
