//! A soak: many pollers, faults at random, clients that leave in the middle, and then the question whether anything is left of it.
//!
//! `cargo xtask soak --for 10m` runs it against the program as its users have it. What is counted is the simulator's own: memory, open
//! files, tasks. Exit code 1 if something is left behind.

#![expect(clippy::unwrap_used, reason = "a soak that cannot go on should say where")]

mod clients;
mod faults;
mod shared;
mod simulator;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clap::Parser;
use neptune_server::parse_duration;

use shared::Shared;
use simulator::{Figures, Simulator};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// How long sockets and tasks may take to go once their clients have gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much more memory there may be at the end than after the first tenth: what the allocator keeps.
const SLACK_BYTES: u64 = 16 * 1024 * 1024;

/// Many pollers, faults at random, clients that leave, and no leak
#[derive(Debug, Parser)]
struct Options {
    /// How long
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration, default_value = "10m")]
    lasts: Duration,
    /// Stop after this number of requests, if they come first
    #[arg(long, value_name = "N", default_value_t = u64::MAX)]
    requests: u64,
    /// How many clients poll
    #[arg(long, value_name = "N", default_value_t = 50)]
    pollers: usize,
    /// Where chance comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let options = Options::parse();
    // reqwest asks for a TLS provider even if it only ever speaks HTTP.
    rustls::crypto::ring::default_provider().install_default().expect("no other one is installed");
    println!("seed {}, {} pollers, for {:?}{}", options.seed, options.pollers, options.lasts, render_limit(options.requests));
    let simulator = Simulator::start(options.seed).await;
    let before = simulator.figures().await;
    println!("{}", Figures::HEADER);
    before.print("at the start", 0);

    let shared = Arc::new(Shared::default());
    let mut clients = clients::start(&shared, simulator.target(), options.pollers, options.seed);
    let faults = tokio::spawn(faults::keep_coming(Arc::clone(&shared), simulator.cluster(), options.seed));
    let early = watch(&options, &shared, &simulator).await;

    shared.is_over.store(true, Ordering::Relaxed);
    let firings = faults.await.unwrap();
    // Dropping their tasks closes their sockets, in the middle of whatever they do.
    clients.shutdown().await;
    let after = settled(&simulator, &before).await;
    after.print("at the end", shared.requests.load(Ordering::Relaxed));
    verdict(&shared, firings, &before, &early, &after)
}

fn render_limit(requests: u64) -> String {
    if requests == u64::MAX { String::new() } else { format!(" or {requests} requests") }
}

/// Waits until the run is over, and reports its state ten times. Returns the figures after the first tenth.
async fn watch(options: &Options, shared: &Shared, simulator: &Simulator) -> Figures {
    let begin = Instant::now();
    let mut early = None;
    let mut tenth = 1;
    while tenth <= 10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let requests = shared.requests.load(Ordering::Relaxed);
        let by_time = begin.elapsed() >= options.lasts * tenth / 10;
        if by_time || requests >= options.requests / 10 * u64::from(tenth) {
            let figures = simulator.figures().await;
            figures.print(&format!("after {tenth} of 10"), requests);
            early.get_or_insert(figures);
            tenth += 1;
        }
    }
    early.expect("there are ten tenths")
}

/// The figures once they are down to what they were, or once patience is at its end.
async fn settled(simulator: &Simulator, before: &Figures) -> Figures {
    let begin = Instant::now();
    loop {
        let figures = simulator.figures().await;
        if (figures.tasks <= before.tasks && figures.files <= before.files) || begin.elapsed() > PATIENCE {
            return figures;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn verdict(shared: &Shared, firings: u64, before: &Figures, early: &Figures, after: &Figures) -> std::process::ExitCode {
    let [requests, answered, left] =
        [&shared.requests, &shared.answered, &shared.left].map(|count| count.load(Ordering::Relaxed));
    println!("{requests} requests, {answered} answered well, {firings} with a fault, {left} given up by the client");
    let mut leaks = Vec::new();
    if after.tasks > before.tasks {
        leaks.push(format!("{} tasks are left of clients that have gone", after.tasks - before.tasks));
    }
    if after.files > before.files {
        leaks.push(format!("{} files or sockets are left open", after.files - before.files));
    }
    if after.resident_bytes > early.resident_bytes + SLACK_BYTES {
        leaks.push(format!(
            "memory has grown by {} MiB since the first tenth",
            (after.resident_bytes - early.resident_bytes) >> 20
        ));
    }
    if answered == 0 || firings == 0 || left == 0 {
        leaks.push("too little happened for a judgement".to_owned());
    }
    for leak in &leaks {
        println!("FAILED: {leak}");
    }
    if leaks.is_empty() {
        println!("no memory, task or socket is left behind");
    }
    u8::from(!leaks.is_empty()).into()
}
