//! The simulator as a process, and what it takes of the machine.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use neptune_control::{AddCluster, ClusterClient, ControlClient};

/// Loads that run for a while, so that there is something to see.
const SCENARIO: &str = "\
name: soak
about: Loads that are polled while things go wrong
given:
  loads:
    quick: {lifecycle: [LOAD_IN_PROGRESS 2s, LOAD_COMPLETED]}
    slow: {lifecycle: [LOAD_IN_QUEUE 1m, LOAD_IN_PROGRESS 3d, LOAD_COMPLETED]}
    failed:
      lifecycle: [LOAD_FAILED]
      errors: [{code: PARSING_ERROR, message: Expected a comma, file: people.csv, record: 1, times: 10000}]
";

/// A simulator of its own process, which ends with this value.
#[derive(Debug)]
pub(crate) struct Simulator {
    child: Child,
    control: ControlClient,
    cluster: ClusterClient,
    target: SocketAddr,
}

impl Simulator {
    /// Starts the program that lies beside this one.
    pub(crate) async fn start(seed: u64) -> Self {
        let program = std::env::current_exe().unwrap().with_file_name("../neptune-sim");
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--seed", &seed.to_string()]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the simulator is built: `cargo build --workspace` does it");
        let mut greeting = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut greeting).unwrap();
        // A connection that is kept for later would look like a leak.
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).pool_max_idle_per_host(0).build().unwrap();
        let control = ControlClient::with_http(greeting.trim().rsplit(' ').next().unwrap(), http).unwrap();
        let how = AddCluster { name: None, clock: Some("scaled:10".into()), ..AddCluster::default() };
        let added = control.add_cluster(SCENARIO, &how).await.unwrap();
        let target = added.endpoint.trim_start_matches("http://").parse().unwrap();
        Self { child, cluster: control.cluster(added.name), control, target }
    }

    /// Where the cluster is.
    pub(crate) fn target(&self) -> SocketAddr {
        self.target
    }

    /// The cluster's control API.
    pub(crate) fn cluster(&self) -> ClusterClient {
        self.cluster.clone()
    }

    /// What it takes at the moment.
    pub(crate) async fn figures(&self) -> Figures {
        let id = self.child.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let resident =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        let files = std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count();
        let tasks = self.control.overview().await.unwrap().tasks;
        Figures { resident_bytes: resident.unwrap() * 1024, files, tasks }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a simulator takes of the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) resident_bytes: u64,
    /// Open files, sockets among them.
    pub(crate) files: usize,
    pub(crate) tasks: usize,
}

impl Figures {
    pub(crate) const HEADER: &str = "moment          requests   memory MiB   files   tasks";

    pub(crate) fn print(&self, moment: &str, requests: u64) {
        #[expect(clippy::cast_precision_loss, reason = "it is rounded anyway")]
        let mib = self.resident_bytes as f64 / f64::from(1 << 20);
        println!("{moment:<14} {requests:>9} {mib:>12.1} {:>7} {:>7}", self.files, self.tasks);
    }
}
