//! Runs `check-poller` on one poller.

use std::fs;
use std::io::{BufRead, BufReader};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use neptune_harness::binaries::{handler_binary, simulator_binary};
use neptune_harness::project::{as_if_outside, root};
use serde::Deserialize;

use crate::installed::Installed;
use crate::rows::{Origin, Row};

/// How many cases of a poller are played side by side. A fork costs little, and Node a third of a second.
const JOBS_IN_PYTHON: &str = "--jobs=64";
const JOBS_IN_NODE: &str = "--jobs=8";
/// How long to wait for a poller in the cases in which it may not end.
const SHORT: &str = "--patience=20s";
/// How long if it has not asked by then. All of them ask; this machine was too busy.
const LONGER: &str = "--patience=1m";
/// The cases in which no answer comes: a poller without a time limit does not end in them.
const NO_ANSWER: [&str; 2] = ["time-out-once", "time-out-lasting"];

/// A verdict of `check-poller`, in its report for programs.
#[derive(Debug, Deserialize)]
pub(crate) struct Judged {
    /// The case.
    pub(crate) name: String,
    /// `right`, `wrong`, `waits_forever`, ...
    pub(crate) verdict: String,
    /// `success (exit 0)`
    pub(crate) observed: String,
}

#[derive(Deserialize)]
struct Report {
    cases: Vec<Judged>,
}

/// Judges a poller in every case.
pub(crate) fn play(installed: &Installed, row: &Row) -> Vec<Judged> {
    let folder = tempfile::tempdir().unwrap();
    let file = root().join("tests/pollers").join(row.file);
    let _warm = row.is_in_python().then(|| Warm::start(&installed.python, folder.path(), &file));
    let poller = poller(installed, row, folder.path());
    let jobs = if row.is_in_python() { JOBS_IN_PYTHON } else { JOBS_IN_NODE };
    let endless = [&NO_ANSWER, row.endless].concat();
    let check = |choose: &str, cases: &[&str], patience: &str| {
        let cases = cases.iter().flat_map(|case| [choose, case]);
        let options: Vec<&str> = [jobs, patience].into_iter().chain(row.options.iter().copied()).chain(cases).collect();
        check(row, &options, &folder.path().join(choose), &poller)
    };
    std::thread::scope(|scope| {
        let patient = scope.spawn(|| {
            let (late, mut judged) = partition(check("--case", &endless, SHORT));
            let late: Vec<&str> = late.iter().map(|judged| judged.name.as_str()).collect();
            judged.extend(if late.is_empty() { Vec::new() } else { check("--case", &late, LONGER) });
            judged
        });
        let mut judged = check("--skip", &endless, "--patience=2m");
        judged.extend(patient.join().unwrap());
        judged
    })
}

/// Those that never asked, and the others.
fn partition(judged: Vec<Judged>) -> (Vec<Judged>, Vec<Judged>) {
    judged.into_iter().partition(|judged| judged.verdict == "never_asked")
}

/// Runs the program, and reads its report.
fn check(row: &Row, options: &[&str], json: &Path, poller: &[String]) -> Vec<Judged> {
    let mut program = Command::new(simulator_binary().unwrap());
    as_if_outside(&mut program);
    program.arg("check-poller").args(options).arg("--json").arg(json).args(poller).stdin(Stdio::null());
    let output = program.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}: {said}", row.name);
    serde_json::from_slice::<Report>(&fs::read(json).unwrap()).unwrap().cases
}

/// The arguments that name a poller.
fn poller(installed: &Installed, row: &Row, folder: &Path) -> Vec<String> {
    let file = root().join("tests/pollers").join(row.file);
    let words: Vec<PathBuf> = match row.origin {
        Origin::Ours => ["--lambda".into(), handler_binary(row.file).unwrap()].into(),
        _ if row.is_in_python() => {
            let run = [installed.python.clone(), "-I".into(), "-S".into(), warm_program(), "run".into(), folder.join("socket")];
            iter::once("--".into()).chain(run).collect()
        }
        _ => ["--".into(), "node".into(), file, installed.node_folder.clone()].into(),
    };
    words.iter().map(|word| word.display().to_string()).collect()
}

fn warm_program() -> PathBuf {
    root().join("tests/pollers/warm.py")
}

/// A process that has imported a poller, and forks for each of its runs. It ends with the pipe to it.
#[derive(Debug)]
struct Warm(Child);

impl Warm {
    fn start(python: &Path, folder: &Path, file: &Path) -> Self {
        let mut command = Command::new(python);
        command.arg(warm_program()).arg("serve").arg(folder.join("socket")).arg(file).env("PYTHONDONTWRITEBYTECODE", "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "{} does not start", file.display());
        Self(child)
    }
}

impl Drop for Warm {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It ends at once, and was only there for this.
        let _ = self.0.wait();
    }
}
