//! `cargo xtask ci`: everything that has to be green, in one command.
//!
//! All steps run even when one fails, so that one run reports everything; only a failed build stops what needs it.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use neptune_report::{Table, terminal};

use crate::aside::Aside;
use crate::cargo::{EXTERNAL, cargo, finish, succeeds};
use crate::docker;
use crate::exit::Exit;
use crate::flags::{It, Package, Target};
use crate::{conformance, dependencies, fuzz, it, package, plan, snapshots, soak};

/// Runs the command.
///
/// # Errors
/// The report cannot be written. Trouble within a step is that step's failure.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    let began = Instant::now();
    let mut steps = Steps::default();
    let mut totals = Totals::default();
    steps.run("format", out, |_| judge_both(root, &[], &["fmt", "--all", "--check"]))?;
    steps.run("dependencies", out, |out| dependencies::run(root, out))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked"];
    steps.run("clippy", out, |_| judge_both(root, &clippy, &["--", "-D", "warnings"]))?;
    let built = steps.run("build", out, |_| judge_both(root, &[], &["test", "--workspace", "--locked", "--no-run"]))?;
    if built == Exit::Fine {
        // The tests mostly wait, so what only computes runs beside them, and gives way to those that watch the clock.
        let image = docker::answers().map(|()| Aside::start_in_the_background(root, &["image"]));
        steps.run("tests", out, |out| run_tests(root, &mut totals, out))?;
        // So does the rehearsal. The functions are built beside the image, which keeps one core busy for minutes; not before, because a test packs, too.
        let rehearsal = Aside::start(root, &["rehearse"]);
        let functions = Aside::start_in_the_background(root, &["package", "--functions"]);
        steps.run("docs", out, |_| document(root))?;
        steps.run_optional("fuzzing", &mut totals, out, |totals, out| fuzz_briefly(root, totals, out))?;
        steps.run("plan", out, |out| plan::run(root, out))?;
        steps.run("snapshots", out, |out| snapshots::check(root, out))?;
        steps.run_optional("conformance", &mut totals, out, |totals, out| check_conformance(root, totals, out))?;
        steps.run_beside("rehearsal", rehearsal, out)?;
        match image {
            Ok(image) => steps.run_beside("image", image, out)?,
            Err(why) => {
                steps.run_optional("image", &mut totals, out, |totals, out| totals.skip(format!("the image: {why}"), out))?;
            }
        }
        steps.run_beside("functions", functions, out)?;
        steps.run_optional("packages", &mut totals, out, |totals, out| check_packages(root, totals, out))?;
        // Some of them start the image.
        steps.run("external tests", out, |out| run_tests(&root.join(EXTERNAL), &mut totals, out))?;
        steps.run("scenarios", out, |out| it::run(root, &It::default(), out))?;
        steps.run_optional("container", &mut totals, out, |totals, out| {
            let choice = It { target: Target::Container, ..It::default() };
            with_docker("the scenarios in a container", totals, out, |out| it::run(root, &choice, out))
        })?;
        steps.run("soak", out, |out| soak::run_briefly(root, out))?;
    }
    write!(out, "\n{}", steps.table())?;
    writeln!(out, "{}", if built == Exit::Fine { SCHEMA_NOTE } else { UNBUILT_NOTE })?;
    for failure in &totals.failures {
        writeln!(out, "\n{failure}")?;
    }
    for skip in &totals.skips {
        writeln!(out, "skipped: {skip}")?;
    }
    let (passed, failed, skipped) = (totals.passed, totals.failed, totals.skips.len());
    writeln!(out, "{passed} passed, {failed} failed, {skipped} skipped in {:.0} s", began.elapsed().as_secs_f64())?;
    Ok(steps.verdict())
}

const SCHEMA_NOTE: &str = "The schema is checked among the tests (neptune-sim, test `schema`).";
const UNBUILT_NOTE: &str = "Everything behind the build did not run: it failed.";

/// The root's workspace, and the other one.
fn workspaces(root: &Path) -> [PathBuf; 2] {
    [root.to_owned(), root.join(EXTERNAL)]
}

/// Runs cargo in both workspaces, with these arguments.
fn judge_both(root: &Path, command: &[&str], more: &[&str]) -> Result<Exit> {
    let mut content = true;
    for folder in workspaces(root) {
        // `copy_me` is a test that only its own name runs, and so not among all targets.
        let named: &[&str] =
            if folder.ends_with(EXTERNAL) && command.contains(&"--all-targets") { &["--test", "copy_me"] } else { &[] };
        content &= succeeds(&folder, &[command, named, more].concat())?;
    }
    Ok(if content { Exit::Fine } else { Exit::BuildFailed })
}

fn document(root: &Path) -> Result<Exit> {
    let mut content = true;
    for folder in workspaces(root) {
        let mut doc = cargo(&folder, &["doc", "--workspace", "--no-deps", "--locked"]);
        content &= finish(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(if content { Exit::Fine } else { Exit::BuildFailed })
}

/// How many tests of a program run at once, for each core: they wait for time limits and other programs most of the time.
const TESTS_PER_CORE: usize = 3;

/// Runs all tests of a workspace, lets their output through and counts. An ignored test is a failure: nothing may look green that did
/// not run.
fn run_tests(folder: &Path, totals: &mut Totals, out: &mut dyn Write) -> Result<Exit> {
    let mut own = Totals::default();
    let mut tests = cargo(folder, &["test", "--workspace", "--locked", "--no-fail-fast"]);
    if std::env::var_os(THREADS).is_none() {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        tests.env(THREADS, (TESTS_PER_CORE * cores).to_string());
    }
    let mut child = tests.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let stdout = child.stdout.take().expect("stdout was just made a pipe");
    for line in BufReader::new(stdout).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        writeln!(out, "{line}")?;
        own.read(&line);
    }
    let content = child.wait()?.success();
    let Totals { passed, failed, ignored, skips, .. } = &own;
    writeln!(
        out,
        "tests of this workspace: {passed} passed, {failed} failed, {ignored} ignored; {} optional checks skipped",
        skips.len()
    )?;
    for skip in &own.skips {
        writeln!(out, "skipped: {skip}; .ci/run installs what is missing")?;
    }
    for name in &own.ignored_names {
        writeln!(out, "{name} did not run: make it run, or delete it")?;
    }
    let green = own.are_green();
    totals.add(own);
    Ok(if content && green { Exit::Fine } else { Exit::TestsFailed })
}

/// What libtest and libtest-mimic read.
const THREADS: &str = "RUST_TEST_THREADS";

/// A step about the image; without Docker there is none.
fn with_docker(
    what: &str,
    totals: &mut Totals,
    out: &mut dyn Write,
    step: impl FnOnce(&mut dyn Write) -> Result<Exit>,
) -> Result<Exit> {
    match docker::answers() {
        Ok(()) => step(out),
        Err(why) => totals.skip(format!("{what}: {why}"), out),
    }
}

/// Makes the packages with the program of the image, which is built by now. Without Docker there was no image, and it would take minutes.
fn check_packages(root: &Path, totals: &mut Totals, out: &mut dyn Write) -> Result<Exit> {
    if let Some(missing) = package::missing_tool(root) {
        return totals.skip(format!("the packages for pip and npm: {missing}"), out);
    }
    let choice = Package { wheel: true, npm: true, ..Package::default() };
    with_docker("the packages for pip and npm", totals, out, |out| package::run(root, &choice, out))
}

/// Without the very model that the cases come from, which changes whenever AWS releases one, there is nothing to judge.
fn check_conformance(root: &Path, totals: &mut Totals, out: &mut dyn Write) -> Result<Exit> {
    conformance::check_installed(root, out)?
        .or_else(|why| totals.skip(format!("the conformance cases against AWS's model: {why}"), out))
}

/// Without a C++ compiler there is no fuzzer. The corpus and some mutations of it have run among the tests.
fn fuzz_briefly(root: &Path, totals: &mut Totals, out: &mut dyn Write) -> Result<Exit> {
    if !fuzz::has_cpp_compiler() {
        return totals.skip("the fuzzer: there is no C++ compiler".to_owned(), out);
    }
    fuzz::run_briefly(root, out)
}

/// The counts of all test binaries.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: usize,
    failed: usize,
    ignored: usize,
    ignored_names: Vec<String>,
    /// Optional checks that say that they did not run, and why.
    skips: Vec<String>,
    /// What each failed test printed, under its name. Servers that keep only the end of a long log show these.
    failures: Vec<Failure>,
    /// Whether the next line belongs to the last failure.
    in_a_failure: bool,
}

impl Totals {
    /// Reads a line of a test binary: a summary counts, an ignored test is remembered by name, a skip with its reason, a failed test with
    /// what it printed.
    fn read(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" ----")) {
            self.failures.push(Failure { name: name.trim_end_matches(" stdout").to_owned(), lines: Vec::new() });
            self.in_a_failure = true;
        } else if line == "failures:" || line.starts_with("test result: ") {
            self.in_a_failure = false;
        } else if let Some(failure) = self.failures.last_mut().filter(|_| self.in_a_failure) {
            failure.lines.push(line.to_owned());
        }
        if let Some(summary) = line.strip_prefix("test result: ") {
            self.passed += count(summary, "passed");
            self.failed += count(summary, "failed");
            self.ignored += count(summary, "ignored");
        } else if let Some((name, "ignored")) = split_verdict(line) {
            self.ignored_names.push(name.to_owned());
        } else if let Some(skip) = line.strip_prefix("skipped: ") {
            self.skips.push(skip.to_owned());
        }
    }

    /// Notes a step that has nothing to judge. As for the tests: where they must run, a skip is a failure.
    fn skip(&mut self, skip: String, out: &mut dyn Write) -> Result<Exit> {
        writeln!(out, "skipped: {skip}; .ci/run installs what is missing")?;
        self.skips.push(skip);
        let must_run = std::env::var_os("NEPTUNE_IT_MUST_RUN").is_some_and(|value| !value.is_empty());
        Ok(if must_run { Exit::TestsFailed } else { Exit::Fine })
    }

    /// Adds the counts of another workspace.
    fn add(&mut self, other: Totals) {
        let Self { passed, failed, ignored, ignored_names, skips, failures, in_a_failure: _ } = other;
        self.passed += passed;
        self.failed += failed;
        self.ignored += ignored;
        self.ignored_names.extend(ignored_names);
        self.skips.extend(skips);
        self.failures.extend(failures);
    }

    fn are_green(&self) -> bool {
        self.failed == 0 && self.ignored == 0 && self.ignored_names.is_empty()
    }
}

/// A test that failed, and the lines that it printed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Failure {
    name: String,
    lines: Vec<String>,
}

impl fmt::Display for Failure {
    /// The first lines and the last, which hold the message or the difference.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ENDS: usize = 20;
        write!(f, "failed: {}", self.name)?;
        let left_out = self.lines.len().saturating_sub(2 * ENDS);
        let (first, rest) = self.lines.split_at(self.lines.len().min(ENDS));
        first.iter().try_for_each(|line| write!(f, "\n    {line}"))?;
        if left_out > 0 {
            write!(f, "\n    ({left_out} more lines above)")?;
        }
        rest[left_out..].iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// The number before a word: 7 of `7 passed; 0 failed`.
fn count(summary: &str, word: &str) -> usize {
    let words: Vec<&str> = summary.split([' ', ';', '.']).collect();
    let place = words.iter().position(|candidate| *candidate == word);
    place.and_then(|place| words.get(place.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

/// Name and verdict of `test NAME ... ignored, reason`.
fn split_verdict(line: &str) -> Option<(&str, &str)> {
    let (name, verdict) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    Some((name.trim_end(), verdict.split(',').next()?))
}

/// The steps that ran, in order.
#[derive(Default)]
struct Steps(Vec<Step>);

struct Step {
    name: &'static str,
    exit: Exit,
    /// Whether it had nothing to judge: no failure, but not fine either.
    skipped: bool,
    took: Duration,
}

impl Steps {
    fn run(
        &mut self,
        name: &'static str,
        out: &mut dyn Write,
        step: impl FnOnce(&mut dyn Write) -> Result<Exit>,
    ) -> Result<Exit> {
        writeln!(out, "\n== {name}")?;
        out.flush()?;
        let started = Instant::now();
        let exit = match step(out) {
            Ok(exit) => exit,
            Err(error) => {
                writeln!(out, "error: {error:#}")?;
                Exit::Broken
            }
        };
        self.0.push(Step { name, exit, skipped: false, took: started.elapsed() });
        Ok(exit)
    }

    /// The same for a step that began earlier and ran beside others. Its time is its own, from its beginning.
    fn run_beside(&mut self, name: &'static str, aside: Result<Aside>, out: &mut dyn Write) -> Result<()> {
        let mut own = None;
        self.run(name, out, |out| {
            let (exit, took) = aside?.end(out)?;
            own = Some(took);
            Ok(exit)
        })?;
        if let (Some(step), Some(took)) = (self.0.last_mut(), own) {
            step.took = took;
        }
        Ok(())
    }

    /// The same for a step that may have nothing to judge: it then adds to the skips.
    fn run_optional(
        &mut self,
        name: &'static str,
        totals: &mut Totals,
        out: &mut dyn Write,
        step: impl FnOnce(&mut Totals, &mut dyn Write) -> Result<Exit>,
    ) -> Result<()> {
        let skips = totals.skips.len();
        self.run(name, out, |out| step(totals, out))?;
        if let Some(step) = self.0.last_mut() {
            step.skipped = totals.skips.len() > skips;
        }
        Ok(())
    }

    /// The exit code of the first step that failed.
    fn verdict(&self) -> Exit {
        self.0.iter().map(|step| step.exit).find(|exit| *exit != Exit::Fine).unwrap_or(Exit::Fine)
    }

    fn table(&self) -> String {
        let mut table = Table::new(["step", "verdict", "s"], 2);
        for step in &self.0 {
            let (verdict, style) = match (step.exit, step.skipped) {
                (Exit::Fine, false) => ("fine", terminal::GOOD),
                (Exit::Fine, true) => ("skipped", terminal::OPEN),
                _ => ("FAILED", terminal::BAD),
            };
            table.row([step.name.to_owned(), verdict.to_owned(), format!("{:.1}", step.took.as_secs_f64())]);
            table.style(1, style);
        }
        table.render(terminal::width())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_counts_of_all_binaries_add_up() {
        let mut totals = Totals::default();
        totals.read("test result: FAILED. 7 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        totals.read("test result: FAILED. 35 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s");
        totals.read("7 passed; 7 failed, says a log");
        assert_eq!((totals.passed, totals.failed, totals.ignored), (42, 3, 3));
    }

    #[test]
    fn a_failed_test_is_told_once_more_with_the_ends_of_what_it_printed() {
        let mut totals = Totals::default();
        let printed = (1..=50).map(|number| format!("line {number}"));
        let report = ["failures:", "", "---- engine::slow stdout ----"].into_iter().map(str::to_owned);
        let end = ["", "failures:", "    engine::slow", "", "test result: FAILED. 0 passed; 1 failed; 0 ignored"];
        report.chain(printed).chain(end.map(str::to_owned)).for_each(|line| totals.read(&line));
        let [failure] = totals.failures.as_slice() else { panic!("{:?}", totals.failures) };
        let told = failure.to_string();
        assert!(told.starts_with("failed: engine::slow\n    line 1\n"), "{told}");
        assert!(told.contains("    line 20\n    (11 more lines above)\n    line 32\n"), "{told}");
        assert!(told.trim_end().ends_with("line 50"), "{told}");
    }

    #[rstest::rstest]
    #[case::in_the_summary("test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured")]
    #[case::in_a_line("test engine::slow ... ignored, takes too long")]
    #[case::in_a_line_of_the_harness("test get_load_status::test_a     ... ignored")]
    fn an_ignored_test_is_not_green(#[case] line: &str) {
        let mut totals = Totals::default();
        totals.read("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured");
        totals.read("test a ... ok");
        assert!(totals.are_green());
        totals.read(line);
        assert!(!totals.are_green());
    }

    #[test]
    fn an_optional_check_that_did_not_run_is_counted_with_its_reason() {
        let mut totals = Totals::default();
        totals.read("skipped: an AWS client: python3 has no boto3");
        assert_eq!(totals.skips, ["an AWS client: python3 has no boto3"]);
        assert!(totals.are_green(), "it is optional; where it is not, it fails by itself");
    }

    #[test]
    fn the_first_failure_decides_and_the_rest_still_runs() {
        let mut steps = Steps::default();
        let mut out = Vec::new();
        steps.run("format", &mut out, |_| Ok(Exit::Fine)).unwrap();
        steps.run("tests", &mut out, |_| Err(anyhow!("no cargo"))).unwrap();
        steps.run("plan", &mut out, |_| Ok(Exit::OutOfStep)).unwrap();
        assert_eq!(steps.verdict(), Exit::Broken);
        let expected = "\n== format\n\n== tests\nerror: no cargo\n\n== plan\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn the_closing_table_has_a_row_a_step() {
        let fine = Step { name: "format", exit: Exit::Fine, skipped: false, took: Duration::from_millis(240) };
        let failed = Step { name: "tests", exit: Exit::TestsFailed, skipped: false, took: Duration::from_secs(12) };
        let table = " step    verdict     s\n format  fine      0.2\n tests   FAILED   12.0\n";
        assert_eq!(terminal::plain(&Steps(vec![fine, failed]).table()), table);
    }

    #[test]
    fn a_step_that_was_skipped_is_neither_fine_nor_failed() {
        let (mut steps, mut totals) = (Steps::default(), Totals::default());
        for (name, skip, exit) in [("a", false, Exit::Fine), ("b", true, Exit::Fine), ("c", true, Exit::TestsFailed)] {
            let step = |totals: &mut Totals, _: &mut dyn Write| {
                totals.skips.extend(skip.then(|| "no tool".to_owned()));
                Ok(exit)
            };
            steps.run_optional(name, &mut totals, &mut Vec::new(), step).unwrap();
        }
        let verdicts: Vec<String> = terminal::plain(&steps.table())
            .lines()
            .skip(1)
            .filter_map(|row| row.split_whitespace().nth(1).map(str::to_owned))
            .collect();
        assert_eq!(verdicts, ["fine", "skipped", "FAILED"]);
    }
}
