//! The process of a poller: its environment, its output, and its end. It never outlives its case.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use neptune_server::Cluster;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// How much of the end of each output is kept.
const OUTPUT_BYTES: usize = 64 * 1024;
/// How long the rest of the output may take once the process has ended.
const REST: Duration = Duration::from_millis(500);
/// What a poller signs with. The keys open nothing.
pub(crate) const ACCESS_KEY: (&str, &str) = ("AKIACHECKPOLLEREXAMP", "check-poller-throw-away-secret-key/EXAMPL");
/// The region of every cluster.
pub(crate) const REGION: &str = "us-east-1";
/// What the caller's environment must not bring in: other credentials, other endpoints, and proxies on the way.
const REMOVED: [&str; 14] = [
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];
/// Where common clients look for the CA that they are to trust.
const CA_VARIABLES: [&str; 5] =
    ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/// Where a poller finds its load.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) load: String,
    endpoint: String,
    host: String,
    port: String,
}

impl Address {
    pub(crate) fn of(cluster: &Cluster, load: &str) -> Self {
        let (host, port) = (cluster.address().ip().to_string(), cluster.address().port().to_string());
        Self { load: load.to_owned(), endpoint: cluster.endpoint(), host, port }
    }

    /// An argument with the address in place of `{load_id}`, `{endpoint}`, `{host}` and `{port}`.
    fn fill_in(&self, argument: &OsStr) -> OsString {
        let Some(text) = argument.to_str() else { return argument.to_owned() };
        let replaced = text.replace("{load_id}", &self.load).replace("{endpoint}", &self.endpoint);
        replaced.replace("{host}", &self.host).replace("{port}", &self.port).into()
    }

    fn variables(&self) -> [(&str, &str); 10] {
        [
            ("AWS_ENDPOINT_URL_NEPTUNEDATA", &self.endpoint),
            ("NEPTUNE_ENDPOINT", &self.host),
            ("NEPTUNE_PORT", &self.port),
            ("NEPTUNE_LOAD_ID", &self.load),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.0),
            ("AWS_SECRET_ACCESS_KEY", ACCESS_KEY.1),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("NO_PROXY", "*"),
        ]
    }
}

/// A running poller. Dropping it ends it and every process of its group.
#[derive(Debug)]
pub(crate) struct Poller {
    child: Child,
    /// `None` once the group is ended: from then on the number may be another's.
    group: Option<Pid>,
    /// Ends when the process has exited. It is not reaped by then, so that the number of its group stays taken.
    exited: JoinHandle<()>,
    outputs: [Output; 2],
}

impl Poller {
    /// Starts a command in a process group of its own.
    ///
    /// # Errors
    /// The command cannot be started.
    pub(crate) fn start(command: &[OsString], address: &Address, ca_file: Option<&Path>) -> io::Result<Self> {
        let mut filled = command.iter().map(|argument| address.fill_in(argument));
        let program = filled.next().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = std::process::Command::new(program);
        command.args(filled).envs(address.variables()).process_group(0);
        for variable in REMOVED {
            command.env_remove(variable);
        }
        if let Some(file) = ca_file {
            command.envs(CA_VARIABLES.map(|variable| (variable, file)));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Command::from(command).spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        let outputs = [Output::of(child.stdout.take()), Output::of(child.stderr.take())];
        let exited = tokio::task::spawn_blocking(move || {
            let _ = group.map(|group| waitid(WaitId::Pid(group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT));
        });
        Ok(Self { child, group, exited, outputs })
    }

    /// Waits until the process ends, then ends what it has left behind. May be cancelled and called again.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        if self.group.is_some() {
            let _ = (&mut self.exited).await;
        }
        self.kill();
        self.child.wait().await
    }

    /// Ends the process and every other of its group.
    pub(crate) fn kill(&mut self) {
        if let Some(group) = self.group.take() {
            // An error means that there is nothing left to end.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// The end of what it wrote to standard output and to standard error.
    pub(crate) async fn output(&mut self) -> [String; 2] {
        for output in &mut self.outputs {
            // A process that has left the group may hold the pipe open.
            let _ = tokio::time::timeout(REST, &mut output.reader).await;
        }
        [self.outputs[0].text(), self.outputs[1].text()]
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The signal that ended a process.
pub(crate) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// The end of an output, read as it comes.
#[derive(Debug)]
struct Output {
    kept: Arc<Mutex<VecDeque<u8>>>,
    reader: JoinHandle<()>,
}

impl Output {
    fn of(pipe: Option<impl AsyncRead + Unpin + Send + 'static>) -> Self {
        let kept = Arc::<Mutex<VecDeque<u8>>>::default();
        let reader = tokio::spawn(read(pipe, Arc::clone(&kept)));
        Self { kept, reader }
    }

    fn text(&self) -> String {
        let kept: Vec<u8> = self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        String::from_utf8_lossy(&kept).into_owned()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>, kept: Arc<Mutex<VecDeque<u8>>>) {
    let Some(mut pipe) = pipe else { return };
    let mut piece = vec![0; 8 * 1024];
    while let Ok(count @ 1..) = pipe.read(&mut piece).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(&piece[..count]);
        let excess = kept.len().saturating_sub(OUTPUT_BYTES);
        kept.drain(..excess);
    }
}
