//! A poller that is a command: its process, its environment, its output, and its end. It never outlives its case.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use neptune_harness::process_group::ProcessGroup;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::JoinHandle;

use crate::address::Address;
use crate::ending::{End, Ending, OUTPUT_BYTES, Run};

/// How long the rest of the output may take once the process has ended.
const REST: Duration = Duration::from_millis(500);
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

/// Runs the command, until it ends by itself or `stop` returns, which ends it.
///
/// # Errors
/// The command cannot be started.
pub(crate) async fn run(command: &[OsString], address: &Address, stop: impl Future<Output = Ending>) -> io::Result<Run> {
    let mut process = Process::start(command, address)?;
    let end = tokio::select! {
        biased;
        status = process.group.ended() => match status {
            Ok(status) => end_of(status),
            Err(error) => End::Crashed(format!("its end cannot be seen: {error}")),
        },
        ending = stop => End::Stopped(ending),
    };
    process.group.kill();
    // The end is near: the kernel has been asked for it.
    let _ = process.group.ended().await;
    let [stdout, stderr] = process.output().await;
    Ok(Run { end, stdout, stderr, trouble: None })
}

/// An argument that is no Unicode has nothing to fill in.
fn fill_in(argument: &OsString, address: &Address) -> OsString {
    argument.to_str().map_or_else(|| argument.clone(), |text| address.fill_in(text).into())
}

fn end_of(status: ExitStatus) -> End {
    match status.signal() {
        Some(signal) => End::Crashed(format!("signal {signal}")),
        None => End::Exited(status.code().unwrap_or_default()),
    }
}

/// A running process. Dropping it ends it and every process of its group.
#[derive(Debug)]
struct Process {
    group: ProcessGroup,
    outputs: [Output; 2],
}

impl Process {
    fn start(command: &[OsString], address: &Address) -> io::Result<Self> {
        let mut filled = command.iter().map(|argument| fill_in(argument, address));
        let program = filled.next().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(filled).envs(address.variables());
        for variable in REMOVED {
            command.env_remove(variable);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let name = command.get_program().to_string_lossy().into_owned();
        let started = ProcessGroup::start(command);
        let mut group = started.map_err(|error| io::Error::new(error.kind(), format!("`{name}`: {error}")))?;
        let (stdout, stderr) = group.outputs();
        Ok(Self { group, outputs: [Output::of(stdout), Output::of(stderr)] })
    }

    /// The end of what it wrote to standard output and to standard error.
    async fn output(&mut self) -> [String; 2] {
        for output in &mut self.outputs {
            // A process that has left the group may hold the pipe open.
            let _ = tokio::time::timeout(REST, &mut output.reader).await;
        }
        [self.outputs[0].text(), self.outputs[1].text()]
    }
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
