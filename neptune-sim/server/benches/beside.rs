//! How long a poll takes while a load reads its files, beside how long it takes when nothing is read. Asked: 1.5 times as long at most.
//!
//! `cargo bench --workspace --bench beside` writes a folder of 1 GiB, loads it and polls meanwhile; `-- --quick` behind it takes 64 MiB. It needs a second
//! core that is free: the load reads on one.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use neptune_server::{Bucket, ClockKind, Cluster, ClusterSpec, Sim};

const MIB: u64 = 1024 * 1024;
/// How many polls are measured when nothing is read.
const POLLS: usize = 2000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mebibytes = if std::env::args().any(|argument| argument == "--quick") { 64 } else { 1024 };
    let folder = tempfile::tempdir().expect("there is a folder for files that go away");
    let rows = write(&folder.path().join("people.csv"), mebibytes * MIB).expect("the file can be written");
    let data = [("bucket".to_owned(), Bucket::Folder(folder.path().to_owned()))].into();
    let sim = Sim::start(ClusterSpec { data, ..ClusterSpec::new("x", ClockKind::Real) }, ([127, 0, 0, 1], 0).into()).await;
    let sim = sim.expect("a free port");
    let cluster = sim.first().clone();
    let measured = tokio::task::spawn_blocking(move || measure(&cluster)).await.expect("the measure comes to its end");
    let (idle, busy, records, took) = measured;
    assert_eq!(records, 3 * rows, "everything was read");
    let (idle_us, busy_us) = (median(&idle), median(&busy));
    println!("a poll when nothing is read    {idle_us:>8.1} us (median of {})", idle.len());
    println!(
        "a poll while {mebibytes:>4} MiB are read {busy_us:>8.1} us (median of {}, in {:.1} s)",
        busy.len(),
        took.as_secs_f64()
    );
    println!("ratio                          {:>8.2}    (asked: 1.5)", busy_us / idle_us);
}

/// Polls when nothing is read, then while the load reads. Also says how many records were read, and how long that took.
fn measure(cluster: &Cluster) -> (Vec<Duration>, Vec<Duration>, u64, Duration) {
    let mut client = Client::connect(cluster.address());
    let list = "GET /loader HTTP/1.1\r\nHost: x\r\n\r\n";
    let idle = (0..POLLS).map(|_| client.timed(list).0).collect();
    let load = r#"{"source":"s3://bucket/","format":"csv","iamRoleArn":"r","region":"us-east-1"}"#;
    let start = format!("POST /loader HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{load}", load.len());
    let begun = Instant::now();
    client.timed(&start);
    let mut busy = Vec::new();
    loop {
        busy.push(client.timed(list).0);
        // Before its files are read, nothing is known of what is ahead of a load.
        let timeline = cluster.timeline();
        if timeline[0].records > 0 || timeline[0].is_ended || !timeline[0].ahead.is_empty() {
            let took = begun.elapsed();
            while !cluster.timeline()[0].is_ended {
                std::thread::sleep(Duration::from_millis(50));
            }
            return (idle, busy, cluster.timeline()[0].records, took);
        }
    }
}

/// Rows of three facts each, and how many.
fn write(path: &Path, bytes: u64) -> std::io::Result<u64> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"~id,~label,name:String,age:Int\n")?;
    let (mut written, mut rows) = (0, 0);
    while written < bytes {
        // The same million ids again and again, so that memory does not grow.
        let row = format!("person-{},Person,\"Person, number {}\",{}\n", rows % 1_000_000, rows % 1_000_000, rows % 100);
        file.write_all(row.as_bytes())?;
        written += row.len() as u64;
        rows += 1;
    }
    file.flush()?;
    Ok(rows)
}

fn median(times: &[Duration]) -> f64 {
    let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e6).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A client on a kept connection.
struct Client(TcpStream);

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Self(stream)
    }

    /// Sends a request and reads the answer, which is small and comes in one piece.
    fn timed(&mut self, request: &str) -> (Duration, usize) {
        let begun = Instant::now();
        self.0.write_all(request.as_bytes()).expect("the connection is open");
        let count = self.0.read(&mut [0; 4096]).expect("an answer comes");
        (begun.elapsed(), count)
    }
}
