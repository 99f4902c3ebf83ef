//! What the simulator may cost, measured: each row of the table is a bound that it should keep.
//!
//! `cargo bench --workspace --bench limits` takes a minute; with `-- --quick` after it two seconds, for rough figures. Polls are
//! compared in CPU time of the server, in rounds that take turns, by the median of their ratios: that holds on a busy machine, too.
//! The measure of a poll is a server that does no more than it must (`baseline`).

mod baseline;
mod client;
mod figures;
mod servers;

use std::time::{Duration, Instant};

use client::{Poller, get};
use figures::{Row, cpu_of, resident_bytes};
use servers::{Simulator, queue_of_dependants};

/// How many loads the large clusters have.
const LOADS: usize = 1024;

/// How much is measured.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    polls: usize,
    /// How many polls, and then ten times as many, must leave no traces.
    logged: usize,
    /// How many loads have 10,000 errors each.
    failed: usize,
}

const FULL: Effort = Effort { rounds: 101, polls: 200, logged: 100_000, failed: LOADS };
const QUICK: Effort = Effort { rounds: 21, polls: 100, logged: 2000, failed: LOADS / 16 };

fn main() {
    let effort = if std::env::args().any(|argument| argument == "--quick") { QUICK } else { FULL };
    figures::stay_on_one_core();
    figures::raise_file_limit();
    println!("{}", Row::HEADER);
    for measure in [polls, error_pages, full_queue, thousand_pollers, request_log, error_memory] {
        for row in measure(effort) {
            println!("{row}");
        }
    }
}

/// A kind of poll, on a connection of its own.
struct Subject {
    poller: Poller,
    request: Vec<u8>,
    status: u16,
}

impl Subject {
    fn new(server: std::net::SocketAddr, request: Vec<u8>, status: u16) -> Self {
        Self { poller: Poller::connect(server), request, status }
    }

    /// CPU time of the server per poll, in microseconds.
    fn cost(&mut self, polls: usize) -> f64 {
        let spent = cpu_of(|| {
            for _ in 0..polls {
                assert_eq!(self.poller.ask(&self.request), self.status);
            }
        });
        spent.as_secs_f64() * 1e6 / figures::float(polls)
    }
}

/// Lets the subjects take turns, and gives the costs of each in all rounds.
fn in_turns<const N: usize>(mut subjects: [Subject; N], effort: Effort) -> [Vec<f64>; N] {
    let mut costs = [const { Vec::new() }; N];
    for subject in &mut subjects {
        subject.cost(effort.polls / 2);
    }
    for _ in 0..effort.rounds {
        for (subject, costs) in subjects.iter_mut().zip(&mut costs) {
            costs.push(subject.cost(effort.polls));
        }
    }
    costs
}

fn polls(effort: Effort) -> Vec<Row> {
    let baseline = baseline::start(LOADS);
    let (real, manual, lonely) = (Simulator::real(LOADS), Simulator::manual(LOADS), Simulator::manual(1));
    let (first, last) = ("load-0", format!("load-{}", LOADS - 1));
    let poll = |server, id: &str, status| Subject::new(server, get(&format!("/loader/{id}"), client::FEW_HEADERS), status);
    let signed = |server, id: &str| Subject::new(server, get(&format!("/loader/{id}"), client::BOTO3_HEADERS), 200);
    let [
        base,
        on_real,
        on_manual,
        signed_base,
        signed_real,
        only,
        of_first,
        of_last,
        unknown,
        unknown_of_many,
        unknown_on_real,
    ] = in_turns(
        [
            poll(baseline, &last, 200),
            poll(real.address, &last, 200),
            poll(manual.address, &last, 200),
            signed(baseline, &last),
            signed(real.address, &last),
            poll(lonely.address, first, 200),
            poll(manual.address, first, 200),
            poll(manual.address, &last, 200),
            poll(lonely.address, "nobody", 404),
            poll(manual.address, "nobody", 404),
            poll(real.address, "nobody", 404),
        ],
        effort,
    );
    vec![
        Row::cpu("a poll, real clock : baseline", &on_real, &base, 1.2),
        Row::cpu("a poll, manual clock : baseline", &on_manual, &base, 1.15),
        Row::cpu("a poll of boto3's : baseline", &signed_real, &signed_base, 1.35),
        Row::cpu("an unknown id : a known one", &unknown_on_real, &on_real, 1.05),
        Row::cpu("first of 1024 loads : the only one", &of_first, &only, 1.15),
        Row::cpu("last of 1024 loads : the only one", &of_last, &only, 1.15),
        Row::cpu("unknown among 1024 : beside one", &unknown_of_many, &unknown, 1.15),
    ]
}

fn error_pages(effort: Effort) -> Vec<Row> {
    let simulator = Simulator::failed(1, 10_000);
    let page = |number: u32| {
        let target = format!("/loader/load-0?errors=TRUE&errorsPerPage=10&page={number}");
        Subject::new(simulator.address, get(&target, client::FEW_HEADERS), 200)
    };
    let [first, last] = in_turns([page(1), page(1000)], Effort { polls: effort.polls / 4, ..effort });
    vec![Row::cpu("page 1000 of errors : page 1", &last, &first, 1.15)]
}

/// One load and 64 that wait for it, each for the one before, half an hour each.
fn full_queue(_: Effort) -> Vec<Row> {
    let simulator = Simulator::manual(0);
    let last = queue_of_dependants(&simulator, 65);
    let mut poller = Poller::connect(simulator.address);
    let request = get(&format!("/loader/{last}"), client::FEW_HEADERS);
    let begun = Instant::now();
    simulator.cluster.advance(Duration::from_mins(30 * 65)).expect("the clock is manual");
    assert_eq!(poller.ask(&request), 200);
    let spent = begun.elapsed();
    assert!(poller.body().contains("LOAD_COMPLETED"), "the queue has not drained: {}", poller.body());
    vec![Row::most("a full queue of 64 drains, ms", spent.as_secs_f64() * 1e3, 1000.0)]
}

fn thousand_pollers(_: Effort) -> Vec<Row> {
    let simulator = Simulator::real(LOADS);
    let request = get("/loader/load-7", client::FEW_HEADERS);
    let mut pollers: Vec<_> = (0..1000).map(|_| Poller::connect(simulator.address)).collect();
    let mut errors = 0;
    for _ in 0..4 {
        for poller in &mut pollers {
            poller.send(&request);
        }
        errors += pollers.iter_mut().map(Poller::receive).filter(|status| *status != 200).count();
    }
    vec![Row::most("1000 pollers, 4000 polls: errors", figures::float(errors), 0.0)]
}

/// What the log costs in memory once it is full, and that it costs no more later.
fn request_log(effort: Effort) -> Vec<Row> {
    let simulator = Simulator::real(LOADS);
    let request = get("/loader/load-7", client::BOTO3_HEADERS);
    let mut poller = Poller::connect(simulator.address);
    assert_eq!(poller.ask(&request), 200);
    let mut grown_by = |polls: usize| {
        let before = resident_bytes();
        poller.ask_many(&request, polls);
        resident_bytes().saturating_sub(before)
    };
    let (first, rest) = (grown_by(effort.logged), grown_by(9 * effort.logged));
    vec![
        Row::most(&format!("memory after {} polls, MiB", effort.logged), figures::mebibytes(first), 32.0),
        Row::most(&format!("more after {}, MiB", 10 * effort.logged), figures::mebibytes(rest), 1.0),
    ]
}

/// What the errors of all remembered loads cost in memory, each of them a record of its own.
fn error_memory(effort: Effort) -> Vec<Row> {
    let before = resident_bytes();
    let simulator = Simulator::failed(effort.failed, 10_000);
    let grown_by = resident_bytes().saturating_sub(before);
    let page = get("/loader/load-0?errors=TRUE&page=1000", client::FEW_HEADERS);
    assert_eq!(Poller::connect(simulator.address).ask(&page), 200);
    let bound = 256.0 * figures::float(effort.failed) / figures::float(LOADS);
    vec![Row::most(&format!("{} loads of 10000 errors, MiB", effort.failed), figures::mebibytes(grown_by), bound)]
}
