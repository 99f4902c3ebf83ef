//! What an open page costs the simulator: the CPU time of a poll with a stream of events and without one, and that of an event.
//!
//! `cargo bench --workspace --bench page` starts the simulator as a process of its own, so that the CPU time of clients does not count. Asked: a
//! poll costs 1.05 times as much at most, and an event of a cluster with 1,024 loads 2 ms at most. `-- --quick` behind it takes fewer rounds.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use neptune_loader::{Lifecycle, LoadStatus, Script};
use neptune_server::{ClockKind, ClusterSpec, Sim};

/// The loads of the cluster: as many as a loader remembers.
const LOADS: u64 = 1024;
/// How many polls a round has. At five thousand a second it sees one event.
const POLLS: u32 = 2_000;

fn main() {
    let has = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    if has("--serve") {
        return serve();
    }
    let rounds = if has("--quick") { 6 } else { 40 };
    let server = Server::start();
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut client = Client::connect(server.address);
    client.polls(POLLS);
    for _ in 0..rounds {
        without.push(server.cpu_of(|| client.polls(POLLS)) / f64::from(POLLS));
        let page = Page::open(server.address);
        page.next_event();
        with.push(server.cpu_of(|| client.polls(POLLS)) / f64::from(POLLS));
    }
    let (without, with) = (median(&mut without), median(&mut with));
    println!("a poll without a page          {:>8.2} us of CPU (median of {rounds} rounds of {POLLS})", without * 1e6);
    println!("a poll with a page open        {:>8.2} us of CPU", with * 1e6);
    println!("ratio                          {:>8.3}    (asked: 1.05)", with / without);
    let event = events(&server, &mut client, rounds);
    println!("an event, one load of {LOADS} changes {:>6.2} ms of CPU (asked: 2)", event * 1e3);
}

/// The CPU time of an event: of moving the clock with a page open, without that of moving it alone.
fn events(server: &Server, client: &mut Client, rounds: usize) -> f64 {
    let mut alone: Vec<f64> = (0..rounds).map(|_| server.cpu_of(|| client.advance())).collect();
    let page = Page::open(server.address);
    page.next_event();
    let mut watched: Vec<f64> = (0..rounds)
        .map(|_| {
            server.cpu_of(|| {
                client.advance();
                page.next_event();
            })
        })
        .collect();
    median(&mut watched) - median(&mut alone)
}

/// Serves a cluster with many loads until standard input ends, and says where.
fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime starts");
    runtime.block_on(async {
        let spec = ClusterSpec { scripts: (0..LOADS).map(script).collect(), ..ClusterSpec::new("page", ClockKind::Manual) };
        let sim = Sim::start(spec, ([127, 0, 0, 1], 0).into()).await.expect("a free port");
        println!("{}", sim.first().address());
        let _ = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await;
    });
}

/// A load that changes at a second of its own.
fn script(number: u64) -> (neptune_loader::LoadId, Script) {
    let runs = Some(Duration::from_secs(number + 1));
    let lifecycle = Lifecycle::new(vec![(LoadStatus::InProgress, runs), (LoadStatus::Completed, None)]).expect("a lifecycle");
    (format!("load-{number}").as_str().into(), Script::new("s3://bucket/in/", lifecycle))
}

/// The simulator in a process of its own.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let mut child =
            Command::new(program).arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts again");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("it says where it listens");
        Self { address: line.trim().parse().expect("an address"), child }
    }

    /// How much CPU time the process takes while something is done, in seconds.
    fn cpu_of(&self, work: impl FnOnce()) -> f64 {
        let before = self.cpu();
        work();
        self.cpu() - before
    }

    /// From the scheduler, in nanoseconds: clock ticks are too coarse.
    fn cpu(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("Linux");
        let each = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok());
        each.filter_map(|text| text.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e9
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client on a kept connection.
struct Client(TcpStream);

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Self(stream)
    }

    fn polls(&mut self, count: u32) {
        for _ in 0..count {
            self.ask("GET /loader/load-1023 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
    }

    fn advance(&mut self) {
        let body = r#"{"advance": "1s"}"#;
        let head = "POST /_sim/clusters/page/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json";
        self.ask(&format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    }

    /// Sends a request and reads the answer, which is small and comes in one piece.
    fn ask(&mut self, request: &str) {
        self.0.write_all(request.as_bytes()).expect("the connection is open");
        assert!(self.0.read(&mut [0; 8192]).expect("an answer comes") > 0, "the connection has ended");
    }
}

/// A reader of events.
struct Page {
    stream: TcpStream,
    seen: Arc<AtomicUsize>,
}

impl Page {
    fn open(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream
            .write_all(b"GET /_sim/clusters/page/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .expect("the connection is open");
        let seen = Arc::new(AtomicUsize::new(0));
        let (reader, counter) = (stream.try_clone().expect("a handle"), Arc::clone(&seen));
        std::thread::spawn(move || {
            for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
                counter.fetch_add(usize::from(line.starts_with(b"data: ")), Ordering::Release);
            }
        });
        Self { stream, seen }
    }

    /// Waits for one more event.
    fn next_event(&self) {
        let before = self.seen.load(Ordering::Acquire);
        while self.seen.load(Ordering::Acquire) == before {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // The reader ends with the connection.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
