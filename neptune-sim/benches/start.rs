//! What the program costs before the first client comes: how soon it answers, and how much memory it has.
//!
//! `cargo bench --workspace --bench start` takes seconds. The measure is the least that a program with a server can be: this one, which
//! serves if it is given an address. Both start by turns, so that the ratio holds on a busy machine, too.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// How often each program is started.
const ROUNDS: usize = 41;
/// How long a program may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() {
    match std::env::args().nth(1).and_then(|argument| argument.parse().ok()) {
        Some(address) => serve(address),
        None => measure(),
    }
}

#[tokio::main]
async fn serve(address: SocketAddr) {
    let listener = tokio::net::TcpListener::bind(address).await.expect("the address is free");
    let app = Router::<()>::new().route("/status", get(async || Ok::<_, Infallible>("well")));
    axum::serve(listener, app).await.expect("it serves until it is killed");
}

fn measure() {
    let bare = std::env::current_exe().expect("a program has a file");
    let program = std::env::var_os("CARGO_BIN_EXE_neptune-sim").expect("cargo runs this bench");
    let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let address = free_address();
        let simulator = Started::new(Command::new(&program).args(["--listen", &address.to_string()]), address);
        let bare = Started::new(Command::new(&bare).arg(address.to_string()), address);
        ratios.push(simulator.ready_ms / bare.ready_ms);
        ours.push(simulator);
        theirs.push(bare);
    }
    println!("what                                      measured   against     ratio     bound");
    row(
        "ready to answer, ms",
        median(&ours, |ours| ours.ready_ms),
        median(&theirs, |bare| bare.ready_ms),
        Some(median(&ratios, |ratio| *ratio)),
        2.0,
    );
    row(
        "memory once it has answered, MiB",
        median(&ours, |ours| ours.resident),
        median(&theirs, |bare| bare.resident),
        None,
        8.0,
    );
    row("of it, memory of its own, MiB", median(&ours, |ours| ours.own), median(&theirs, |bare| bare.own), None, 1.5);
}

/// One line; the bound is for the ratio if there is one, otherwise for what was measured.
fn row(what: &str, ours: f64, theirs: f64, ratio: Option<f64>, bound: f64) {
    let verdict = if ratio.unwrap_or(ours) <= bound { "ok" } else { "OVER" };
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    println!("{what:40} {ours:9.2} {theirs:9.2} {ratio:>9} {bound:9.2}  {verdict}");
}

/// A program that has answered.
struct Started {
    ready_ms: f64,
    resident: f64,
    /// Without the pages of files, which the system shares between programs and drops when it needs room.
    own: f64,
}

impl Started {
    fn new(command: &mut Command, address: SocketAddr) -> Self {
        let begun = Instant::now();
        let running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let running = Running(running);
        first_answer(address);
        let ready_ms = begun.elapsed().as_secs_f64() * 1e3;
        let [resident, own] = ["VmRSS:", "RssAnon:"].map(|key| running.mebibytes(key));
        Self { ready_ms, resident, own }
    }
}

/// A process that is ended when this is dropped.
struct Running(Child);

impl Running {
    /// What Linux says of the process's memory; 0 where nothing is said.
    fn mebibytes(&self, key: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().map_or(0.0, |kibibytes| kibibytes / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound socket has an address")
}

/// Returns when the server has answered.
fn first_answer(address: SocketAddr) {
    let deadline = Instant::now() + PATIENCE;
    while ask(address).is_err() {
        assert!(Instant::now() < deadline, "no answer from {address} after {} s", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_micros(100));
    }
}

fn ask(address: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"HTTP/1.1 200");
    Ok(())
}

fn median<T>(measured: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut figures: Vec<f64> = measured.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
