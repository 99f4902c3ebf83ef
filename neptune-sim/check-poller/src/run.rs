//! Runs all cases side by side, and writes the reports.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use futures::stream::{self, StreamExt, TryStreamExt};
use neptune_harness::signals::asked_to_end;
use neptune_report::terminal::{self, ProgressLine};
use neptune_report::{WriteError, open_in_browser, write_report};
use neptune_server::{ControlPlace, ReservedPort, SimOptions, StartError, Tls, TlsError, reachable};
use tokio::sync::Semaphore;

use crate::arguments::{Arguments, cores};
use crate::case::Case;
use crate::ending::{Ending, How, Kind, PlayError};
use crate::judge::judge;
use crate::machine_error::MachineError;
use crate::play::{Bench, Observation, Turn};
use crate::remedy;
use crate::report::{Judged, Report, ends_of_output, output_names};
use crate::select::{UnknownCase, list, select};

/// How long the other pollers wait for the first request of the first. One that runs for so long can be started.
const FIRST_TURN: Duration = Duration::from_secs(5);
/// How long each of them may keep others from starting. Many pollers pause before their first request.
const TURN: Duration = Duration::from_millis(500);
const NEVER_CLOSED: &str = "the semaphore is never closed";

/// Why no verdict can be given.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A word names no case.
    #[error(transparent)]
    UnknownCase(#[from] UnknownCase),
    /// Cases cannot share a port.
    #[error("cases that take turns at one port cannot run side by side: leave out --jobs, or let --listen have port 0")]
    OnePort,
    /// A function is given twice.
    #[error("the function `{0}` is given twice: leave out one --function, or name it otherwise")]
    FunctionTwice(String),
    /// `--skip` leaves nothing.
    #[error("no case is left: name fewer with --skip")]
    NothingLeft,
    /// The command cannot be started.
    #[error("the poller cannot be started: {0}")]
    CannotStart(io::Error),
    /// The function cannot be invoked.
    #[error("the function cannot be invoked: {problem}\n{log}hint: {hint}")]
    NoFunction {
        /// Why not.
        problem: String,
        /// The last lines of its log, or nothing.
        log: String,
        /// What to do.
        hint: &'static str,
    },
    /// The state machine cannot be run.
    #[error(transparent)]
    StateMachine(#[from] MachineError),
    /// A function that cannot be ended from here has not ended.
    #[error(
        "the function at {url} still runs {seconds} s after the case `{case}` was over, and only its emulator can end it\n\
         hint: give it a time limit there, or leave the case out with `--skip {case}`; --lambda ends a function by itself"
    )]
    StillRuns {
        /// Where it is invoked.
        url: String,
        /// How long it was waited for.
        seconds: u64,
        /// The case.
        case: String,
    },
    /// The poller ends without a request.
    #[error("the {kind} sent no request to the simulator, and ended with {ending}\n{output}hint: {remedy}")]
    NoRequest {
        /// What kind of poller it is.
        kind: Kind,
        /// Exit code or signal, answer or error.
        ending: String,
        /// The last lines of what it wrote, or nothing.
        output: String,
        /// What to do.
        remedy: String,
    },
    /// The poller asks for a load of its own choice.
    #[error(
        "the {kind} asked for the load `{load}`, and not for the one in NEPTUNE_LOAD_ID\n\
         hint: {}",
        other_load_remedy(load)
    )]
    OtherLoad {
        /// What kind of poller it is.
        kind: Kind,
        /// The load that it asked for.
        load: String,
    },
    /// A report cannot be written.
    #[error(transparent)]
    Report(#[from] WriteError),
    /// The simulator cannot start.
    #[error("the simulator cannot start: {0}")]
    Sim(#[from] StartError),
    /// There can be no TLS.
    #[error("the simulator cannot speak TLS: {0}")]
    Tls(#[from] TlsError),
    /// Something of this machine fails.
    #[error("{0}")]
    Machine(#[from] io::Error),
    /// A signal came.
    #[error("interrupted: every poller is ended")]
    Interrupted,
}

/// What helps a poller that asked for this load. In a state machine, it may be a path that nothing has worked out.
fn other_load_remedy(load: &str) -> String {
    if load.starts_with("$.") || load.starts_with("{%") {
        return format!(
            "nothing has worked out `{load}`: in JSONPath, a key whose value is a path ends with `.$`, and in JSONata, an expression stands between `{{%` and `%}}`"
        );
    }
    "let it read NEPTUNE_LOAD_ID, or write {load_id} into its arguments or its event".to_owned()
}

impl CheckError {
    /// What the program ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnknownCase(_) | Self::NothingLeft | Self::OnePort | Self::FunctionTwice(_) => 2,
            Self::CannotStart(_)
            | Self::NoFunction { .. }
            | Self::StateMachine(_)
            | Self::StillRuns { .. }
            | Self::NoRequest { .. }
            | Self::OtherLoad { .. } => 106,
            Self::Report(_) => 107,
            Self::Sim(_) | Self::Tls(_) | Self::Machine(_) => 108,
            Self::Interrupted => 130,
        }
    }
}

impl CheckError {
    fn of(error: PlayError, case: &Case) -> Self {
        match error {
            PlayError::Spawn(error) => Self::CannotStart(error),
            PlayError::NoFunction { problem, log, hint } => {
                Self::NoFunction { problem, log: ends_of_output("log", &log), hint }
            }
            PlayError::StillRuns { url, seconds } => Self::StillRuns { url, seconds, case: case.name.clone() },
            PlayError::Engine(error) => Self::StateMachine(error.into()),
            PlayError::Cluster(error) => Self::Sim(error),
        }
    }
}

/// Does what the command line asks for, and returns whether the poller is right in every case. The report goes to `out`, in colour; progress
/// goes to standard error if that is a terminal.
///
/// # Errors
/// [`CheckError`] if no verdict can be given.
pub async fn run(arguments: &Arguments, out: &mut (dyn Write + Send)) -> Result<bool, CheckError> {
    let cases = select(&arguments.cases, &arguments.skip)?;
    if cases.is_empty() {
        return Err(CheckError::NothingLeft);
    }
    if arguments.list {
        out.write_all(list(&cases, terminal::width()).as_bytes())?;
        return Ok(true);
    }
    let report = check(arguments, &cases).await?;
    // A reader that has gone is no reason to fail.
    let _ = out.write_all(report.text(terminal::width()).as_bytes()).and_then(|()| out.flush());
    write_report(arguments.json.as_deref(), || Ok(report.json()))?;
    write_report(arguments.junit.as_deref(), || report.junit())?;
    write_report(arguments.markdown.as_deref(), || Ok(report.markdown()))?;
    write_report(arguments.html.as_deref(), || Ok(report.html()))?;
    if let Some(page) = arguments.html.as_ref().filter(|_| arguments.open) {
        let _ = writeln!(out, "{}", open_in_browser(page));
    }
    Ok(report.is_right())
}

/// Plays and judges these cases. When this returns, or is dropped, no poller is left.
///
/// # Errors
/// [`CheckError`] if no verdict can be given.
pub async fn check(arguments: &Arguments, cases: &[&'static Case]) -> Result<Report, CheckError> {
    let jobs = arguments.jobs().ok_or(CheckError::OnePort)?;
    if let Some(name) = arguments.function_given_twice() {
        return Err(CheckError::FunctionTwice(name.to_owned()));
    }
    let host = reachable(arguments.listen).ip();
    let tls = arguments.tls.then(|| Tls::with_new_ca(host, &[])).transpose()?;
    let folder = tempfile::tempdir()?;
    let ca_file = folder.path().join("ca.pem");
    if let Some(tls) = &tls {
        tls.write_ca(&ca_file)?;
    }
    let listen = arguments.listen;
    // Nobody else gets the port between two cases.
    let reserved = (listen.port() != 0).then(|| ReservedPort::at(listen)).transpose();
    let _reserved = reserved.map_err(|source| StartError::Listen { address: listen, source })?;
    let subject = arguments.subject().await?;
    let bench = Bench {
        options: SimOptions { control: ControlPlace::Off, tls, ..SimOptions::new(listen) },
        subject: &subject,
        expressions: arguments.expressions(),
        patience: arguments.patience,
        ca_file: arguments.tls.then_some(ca_file.as_path()),
        iam: arguments.iam,
    };
    let interrupted = asked_to_end()?;
    tokio::select! {
        report = bench.judge_all(cases, jobs) => report,
        () = interrupted => Err(CheckError::Interrupted),
    }
}

impl Bench<'_> {
    /// All cases side by side; one after the other, if only one may run.
    async fn judge_all(&self, cases: &[&'static Case], jobs: usize) -> Result<Report, CheckError> {
        let (started_at, started, progress) = (SystemTime::now(), Instant::now(), Progress::of(cases.len()));
        let (first, others) = cases.split_first().expect("there is a case");
        // A poller for each processor may start at a time: more would keep each other, and those that wait for a time limit, from going on.
        let all = u32::try_from(cores()).unwrap_or(u32::MAX);
        let starts = Semaphore::new(cores());
        // No other poller starts before this one has shown that it can.
        let turn = Turn { permit: starts.acquire_many(all).await.expect(NEVER_CLOSED), lasts: FIRST_TURN };
        let first = async { has_asked(self.judge(first, turn, &progress).await?) };
        let others = async {
            // The last ones of the table take longest, so they begin first.
            let played = stream::iter(others.iter().rev()).map(async |case| {
                let turn = Turn { permit: starts.acquire().await.expect(NEVER_CLOSED), lasts: TURN };
                self.judge(case, turn, &progress).await
            });
            played.buffered(jobs).try_collect::<Vec<_>>().await
        };
        let (first, others) = match jobs {
            1 => (first.await?, others.await?),
            _ => side_by_side(first, others).await?,
        };
        let judged = std::iter::once(first).chain(others.into_iter().rev()).collect();
        Ok(Report { judged, warnings: self.subject.warnings(), started_at, took: started.elapsed() })
    }

    async fn judge(&self, case: &'static Case, turn: Turn<'_>, progress: &Progress) -> Result<Judged, CheckError> {
        let seen = self.play(case, turn).await.map_err(|error| CheckError::of(error, case))?;
        progress.step();
        let judgement = judge(case, &seen, self.patience * case.patience);
        Ok(Judged { case, seen, judgement })
    }
}

/// Waits for both. An error of the first is the one that is returned.
async fn side_by_side<T, U>(
    first: impl Future<Output = Result<T, CheckError>>,
    others: impl Future<Output = Result<U, CheckError>>,
) -> Result<(T, U), CheckError> {
    tokio::pin!(first, others);
    Ok(tokio::select! {
        biased;
        first = &mut first => (first?, others.await?),
        others = &mut others => (first.await?, others?),
    })
}

/// The first case, unless its poller ended without a request for its load: then no case says anything.
fn has_asked(first: Judged) -> Result<Judged, CheckError> {
    let Observation { notes, ending, kind, stdout, stderr, trouble, .. } = &first.seen;
    let seen = ending.clone();
    let ending = match ending {
        Ending::Ended { how: How::Exit(code), .. } => format!("exit code {code}"),
        Ending::Ended { how: How::Answer, .. } => "this answer".to_owned(),
        Ending::Ended { how, .. } => how.to_string(),
        Ending::Crashed(instead) => instead.clone(),
        Ending::Faulty { error, .. } => format!("FAILED {}", error.name),
        Ending::Cut { .. } | Ending::AskedOn | Ending::OutOfPatience => return Ok(first),
    };
    if let Some(load) = notes.other_load.as_ref().filter(|_| !notes.asked) {
        return Err(CheckError::OtherLoad { kind: *kind, load: load.escape_debug().to_string() });
    }
    if notes.requests > 0 {
        return Ok(first);
    }
    let [first, second] = output_names(*kind);
    let first = if *kind == Kind::Command { String::new() } else { ends_of_output(first, stdout) };
    let (output, remedy) = (first + &ends_of_output(second, stderr), remedy::without_request(*kind, &seen, trouble.as_ref()));
    Err(CheckError::NoRequest { kind: *kind, ending, output, remedy })
}

/// Says how many cases are judged.
#[derive(Debug)]
struct Progress {
    total: usize,
    done: AtomicUsize,
    line: ProgressLine,
}

impl Progress {
    fn of(total: usize) -> Self {
        let progress = Self { total, done: AtomicUsize::new(0), line: ProgressLine::new() };
        progress.show(0);
        progress
    }

    fn step(&self) {
        self.show(1 + self.done.fetch_add(1, Ordering::Relaxed));
    }

    fn show(&self, done: usize) {
        self.line.show(&format!("{done} of {} cases judged", self.total));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_nothing_has_worked_out_is_told_apart_from_another_load() {
        assert!(other_load_remedy("$.load_id").contains("ends with `.$`"));
        assert!(other_load_remedy("people").contains("NEPTUNE_LOAD_ID"));
    }
}
