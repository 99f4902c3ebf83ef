//! `cargo xtask fuzz`: feeds mutated inputs to the code that reads clients' bytes, for a given time.
//!
//! libFuzzer on the stable toolchain, without a tool to install: its runtime is a crate, and the compiler counts what runs in
//! our crates (`tests/fuzz/instrument.sh`). The targets are in `tests/fuzz/src`, and a folder of `tests/fuzz/corpus` names each.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use neptune_report::{Table, terminal};

use crate::cargo::cargo;
use crate::exit::Exit;
use crate::flags::Fuzz;
use crate::harness::find_test;

/// The inputs that are kept, in a folder for each target.
const CORPUS: &str = "tests/fuzz/corpus";
/// What a run finds and writes, the inputs that broke something among it.
const FOUND: &str = "target/fuzz";
/// Inputs of a target that stand elsewhere.
const MORE: [(&str, [&str; 2]); 1] = [("scenario", ["scenarios", "neptune-sim/scenario/tests/bad_scenarios"])];
/// No input is longer, and none may take longer or more memory.
const BOUNDS: [&str; 3] = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=1024"];
/// How long a target runs by default.
const SECONDS: u64 = 30;

/// Runs the command.
///
/// # Errors
/// There is no C++ compiler, or cargo or the fuzzer cannot be started.
pub(crate) fn run(root: &Path, choice: &Fuzz, out: &mut dyn Write) -> Result<Exit> {
    if !has_cpp_compiler() {
        bail!("there is no C++ compiler, which libFuzzer takes: install one (Debian: `apt install g++`), or set CXX");
    }
    let all = targets(root)?;
    let chosen: Vec<_> = all.iter().filter(|target| choice.target.as_ref().is_none_or(|name| name == *target)).collect();
    if chosen.is_empty() {
        writeln!(out, "there is no such target; there are: {}", all.into_iter().collect::<Vec<_>>().join(", "))?;
        return Ok(Exit::Usage);
    }
    let Some(fuzzer) = build(root)? else { return Ok(Exit::BuildFailed) };
    if let Some(input) = &choice.input {
        return replay(root, &fuzzer, chosen[0], input, out);
    }
    let mut runs = Vec::new();
    // A target runs on one core.
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    for targets in chosen.chunks(cores) {
        runs.extend(fuzz_at_once(root, &fuzzer, targets, choice)?);
    }
    report(&runs, out)
}

fn fuzz_at_once(root: &Path, fuzzer: &Path, targets: &[&String], choice: &Fuzz) -> Result<Vec<Run>> {
    thread::scope(|scope| {
        let begun: Vec<_> = targets.iter().map(|target| scope.spawn(|| fuzz(root, fuzzer, target, choice))).collect();
        begun.into_iter().map(|run| run.join().map_err(|_| anyhow!("a fuzzing thread has panicked"))?).collect()
    })
}

/// The short run of `cargo xtask ci`: every target, a few seconds each.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_briefly(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    run(root, &Fuzz { seconds: Some(12), runs: Some(20_000), seed: 1, ..Fuzz::default() }, out)
}

/// Whether libFuzzer can be compiled: the compiler that the crate `cc` will look for.
pub(crate) fn has_cpp_compiler() -> bool {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let found = Command::new(compiler).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

fn targets(root: &Path) -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(root.join(CORPUS)).with_context(|| format!("cannot read {CORPUS}"))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Builds the fuzzer with all targets in it; `None` says that the build failed. Dependencies stay as `cargo test` built them.
fn build(root: &Path) -> Result<Option<PathBuf>> {
    let what = ["test", "--workspace", "--locked", "--no-run", "--features", "neptune-fuzz/libfuzzer", "--test", "libfuzzer"];
    let output = cargo(root, &what)
        .arg("--message-format=json-render-diagnostics")
        .env("RUSTC_WORKSPACE_WRAPPER", root.join("tests/fuzz/instrument.sh"))
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        return Ok(None);
    }
    let found = find_test(&String::from_utf8_lossy(&output.stdout), "neptune-fuzz", "libfuzzer");
    let (exe, _) = found.context("cargo built no test `libfuzzer` of neptune-fuzz; has it moved?")?;
    Ok(Some(exe))
}

/// The result of one target.
struct Run {
    target: String,
    /// What libFuzzer and the panic said.
    log: PathBuf,
    /// The input that broke it, if one did.
    broke: Option<Broken>,
    /// The last words of the log about how much was done.
    figures: [String; 3],
    seconds: f64,
}

#[derive(Debug, PartialEq, Eq)]
struct Broken {
    why: String,
    /// `None` if the fuzzer died before it could write one.
    input: Option<String>,
}

fn fuzz(root: &Path, fuzzer: &Path, target: &str, choice: &Fuzz) -> Result<Run> {
    let found = root.join(FOUND);
    let (grown, artefacts, log) =
        (found.join("corpus").join(target), found.join("artefacts").join(target), found.join(format!("{target}.log")));
    for folder in [&grown, &artefacts] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let more = MORE.iter().filter(|(name, _)| *name == target).flat_map(|(_, folders)| folders);
    let started = Instant::now();
    let status = command(root, fuzzer, target)
        // libFuzzer writes what it finds into the first folder.
        .arg(&grown)
        .arg(root.join(CORPUS).join(target))
        .args(more.map(|folder| root.join(folder)))
        .args(BOUNDS)
        .args(limits(choice))
        .arg(format!("-seed={}", choice.seed))
        .arg(format!("-dict={}", root.join("tests/fuzz/words.dict").display()))
        .arg(format!("-artifact_prefix={}/", artefacts.display()))
        .arg("-print_final_stats=1")
        .stdout(Stdio::null())
        .stderr(file)
        .status()
        .with_context(|| format!("cannot run {}", fuzzer.display()))?;
    let seconds = started.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let broke = (!status.success()).then(|| broken(&text, &status.to_string()));
    Ok(Run { target: target.to_owned(), log, broke, figures: figures(&text), seconds })
}

fn command(root: &Path, fuzzer: &Path, target: &str) -> Command {
    let mut command = Command::new(fuzzer);
    command.env("FUZZ_TARGET", target).current_dir(root).stdin(Stdio::null());
    command
}

/// libFuzzer's words for how long: whichever comes first.
fn limits(choice: &Fuzz) -> Vec<String> {
    let seconds = choice.seconds.or(choice.runs.is_none().then_some(SECONDS));
    let limits = [seconds.map(|seconds| format!("-max_total_time={seconds}")), choice.runs.map(|runs| format!("-runs={runs}"))];
    limits.into_iter().flatten().collect()
}

fn replay(root: &Path, fuzzer: &Path, target: &str, input: &Path, out: &mut dyn Write) -> Result<Exit> {
    let input = fs::canonicalize(input).with_context(|| format!("cannot read {}", input.display()))?;
    let status = command(root, fuzzer, target).args(BOUNDS).arg(&input).status().context("cannot run the fuzzer")?;
    let verdict = if status.success() { "breaks nothing" } else { "breaks the target" };
    writeln!(out, "{} {verdict} {target}", input.display())?;
    Ok(if status.success() { Exit::Fine } else { Exit::TestsFailed })
}

/// Why a run ended: the panic's words or libFuzzer's, and the input that it wrote.
fn broken(log: &str, status: &str) -> Broken {
    let panic = log.lines().skip_while(|line| !(line.starts_with("thread ") && line.contains(" panicked at "))).nth(1);
    let error = log.lines().find(|line| line.contains("ERROR: libFuzzer: ")).and_then(|line| line.split("libFuzzer: ").nth(1));
    let input = log.lines().find_map(|line| line.split("Test unit written to ").nth(1));
    Broken { why: panic.or(error).unwrap_or(status).to_owned(), input: input.map(str::to_owned) }
}

/// Inputs tried, inputs kept and code reached, from the last lines of a log.
fn figures(log: &str) -> [String; 3] {
    let stat = |name: &str| log.lines().find_map(|line| line.strip_prefix(name)).map_or("?", str::trim).to_owned();
    let reached = log.lines().rev().find_map(|line| line.split(" cov: ").nth(1)?.split(' ').next()).unwrap_or("?").to_owned();
    [stat("stat::number_of_executed_units:"), stat("stat::new_units_added:"), reached]
}

fn report(runs: &[Run], out: &mut dyn Write) -> Result<Exit> {
    let mut table = Table::new(["target", "verdict", "inputs", "new", "edges", "s"], 2);
    for run in runs {
        let [tried, kept, reached] = run.figures.clone();
        let (verdict, style) = if run.broke.is_some() { ("BROKEN", terminal::BAD) } else { ("fine", terminal::GOOD) };
        table.row([run.target.clone(), verdict.to_owned(), tried, kept, reached, format!("{:.0}", run.seconds)]);
        table.style(1, style);
    }
    write!(out, "{}", table.render(terminal::width()))?;
    for run in runs {
        let Some(Broken { why, input }) = &run.broke else { continue };
        let target = &run.target;
        writeln!(out, "\n{target}: {why}\n  log:   {}", run.log.display())?;
        match input {
            Some(input) => writeln!(
                out,
                "  input: {input}\n  again: cargo xtask fuzz {target} --input {input}\n  Once it is mended, keep the input in \
                 {CORPUS}/{target} under a name that says what it is."
            )?,
            None => writeln!(
                out,
                "  It died before it could write the input, as when a stack overflows: the log's end may tell more."
            )?,
        }
    }
    Ok(if runs.iter().all(|run| run.broke.is_none()) { Exit::Fine } else { Exit::TestsFailed })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
#21087\tDONE   cov: 9012 ft: 15038 corp: 397/70Kb lim: 450 exec/s: 1004 rss: 59Mb
stat::number_of_executed_units: 21087
stat::new_units_added:          409
";

    #[test]
    fn the_figures_of_a_log_are_read() {
        assert_eq!(figures(LOG), ["21087", "409", "9012"]);
        assert_eq!(figures(""), ["?", "?", "?"]);
    }

    #[test]
    fn what_broke_is_reported_with_its_input() {
        let log = "thread '<unnamed>' (7) panicked at tests/fuzz/src/query.rs:18:9:\nreading moved something\nnote: x\n\
                   ==7== ERROR: libFuzzer: deadly signal\nTest unit written to target/fuzz/artefacts/query/crash-1\n";
        let input = Some("target/fuzz/artefacts/query/crash-1".to_owned());
        assert_eq!(broken(log, "exit 77"), Broken { why: "reading moved something".to_owned(), input });
        let slow = "==7== ERROR: libFuzzer: timeout after 10 seconds\n";
        assert_eq!(broken(slow, "exit 70"), Broken { why: "timeout after 10 seconds".to_owned(), input: None });
        assert_eq!(broken("", "signal: 11"), Broken { why: "signal: 11".to_owned(), input: None });
    }

    #[test]
    fn a_run_has_a_limit_whatever_is_asked_for() {
        let limited = |seconds, runs| limits(&Fuzz { seconds, runs, ..Fuzz::default() });
        assert_eq!(limited(None, None), ["-max_total_time=30"]);
        assert_eq!(limited(None, Some(9)), ["-runs=9"]);
        assert_eq!(limited(Some(5), Some(9)), ["-max_total_time=5", "-runs=9"]);
    }
}
