//! `neptune-sim test`: scenarios against anybody's functions, without a checkout.

use std::io;
use std::path::PathBuf;
use std::time::{Instant, SystemTime};

use clap::Args;
use neptune_harness::lambda::Caller;
use neptune_harness::options::Options;
use neptune_harness::process_group::end_groups_at_a_signal;
use neptune_harness::scenario_test::ScenarioTest;
use neptune_harness::suite::{Suite, TESTS_AT_A_TIME};
use neptune_report::terminal::ProgressLine;
use neptune_report::{Run, TestResult, Verdict, WriteError, open_in_browser, write_report};

use super::columns::columns;
use super::exit::{EXIT_BAD_SCENARIO, EXIT_CANNOT_RECORD, EXIT_TEST_FAILED, EXIT_USAGE};
use super::named::{is_named, names, number};
use crate::builtin;

pub(crate) const TEST_HELP: &str = "\
Examples:
  Whether a Python function has the right verdict in every known failure:
    neptune-sim test --verdicts-only \\
      --function check_bulk_load_status='python -m awslambdaric mine.check'
  Your own scenarios, with a report for a browser and one for a CI server:
    neptune-sim test --scenarios tests/neptune --html report.html \\
      --junit junit.xml --function get_load_status=target/debug/bootstrap

The command is split into words as a shell does it; nothing is expanded
(write `sh -c '...'` for that). It is started in this folder with the
variables of Lambda, NEPTUNE_ENDPOINT and AWS_ENDPOINT_URL_NEPTUNEDATA with
the address of the scenario's cluster, throw-away credentials, and PATH,
HOME, VIRTUAL_ENV, PYTHON*, NODE_PATH and the like of the caller; set others
with `env NAME=value COMMAND`. A function is given 10 s to answer.

Exit codes:
  0    no scenario failed
  1    at least one did
  2    the command line, a command or the map is wrong, a function does not
       start, or there is nothing to run
  103  a scenario file is wrong
  105  a report cannot be written";

/// What is tested, and what is left of it.
#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// A function under test, and the command that runs it
    ///
    /// The name is that of the scenarios, `check_bulk_load_status` or `get_load_status`; the command has the runtime client in it. Scenarios whose
    /// function is not given are not run. May be given for each function.
    #[arg(long = "function", value_name = "NAME=COMMAND", value_parser = named_command, required_unless_present = "list")]
    functions: Vec<(String, String)>,
    /// The scenarios in this folder, and below [default: built in]
    ///
    /// Every .yaml and .yml file. Without this, the planned tests of the project and those of the failures that users have met: the program
    /// carries them.
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// Judge only pending, success and failure, and what is raised
    ///
    /// No texts, logs, names of errors, counts of requests, times or snapshots. What is left out is counted, and listed in the Markdown report.
    #[arg(long)]
    verdicts_only: bool,
    /// Compare answers with the snapshots in this folder
    ///
    /// An answer that is new or differs fails, and leaves a file NAME.snap.new there; rename it to NAME.snap to accept it.
    #[arg(long, value_name = "DIR", conflicts_with = "verdicts_only")]
    snapshots: Option<PathBuf>,
    /// Other names for the fields of events and answers
    ///
    /// A YAML file, scenario's name first: `event: {domain_load_id: loadId}`, `answer: {status: result.state}`, and other words for verdicts:
    /// `values: {SUCCESS: done, FAILED: [failed, cancelled]}`. `raised: FAILED` says what an error means that the function raises where an answer is
    /// expected; so does `raised: {FAILED: LoadFailed, PENDING: [StillLoading]}`, by its type.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Only scenarios with this in their names, or F22, `check 6`
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Leave out scenarios with this in their names, or F22, `check 6`. May be repeated
    #[arg(long, value_name = "TEXT")]
    skip: Vec<String>,
    /// List the scenarios, and run none
    #[arg(long)]
    list: bool,
    /// How many scenarios run at a time [default: 6]
    #[arg(long, value_name = "N", default_value_t = TESTS_AT_A_TIME, hide_default_value = true, hide_short_help = true)]
    jobs: usize,
    /// Write a report for CI servers
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a report for programs
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    json: Option<PathBuf>,
    /// Write a report for people
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    markdown: Option<PathBuf>,
    /// Write a report for a browser, with a timeline of each scenario
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Open that report in a browser
    #[arg(long, requires = "html")]
    open: bool,
}

impl TestArguments {
    /// Runs or lists the scenarios. It blocks.
    ///
    /// # Errors
    /// The exit code, and what to print.
    pub(crate) fn run(&self, out: &mut impl io::Write) -> Result<u8, (u8, String)> {
        let usage = |error: String| (EXIT_USAGE, format!("error: {error}"));
        let suite = self.suite().map_err(usage)?;
        if self.list {
            let _ = out.write_all(names(suite.tests()).as_bytes());
            return Ok(0);
        }
        end_groups_at_a_signal().map_err(|error| usage(format!("cannot listen for signals: {error}")))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let started = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(suite.check_starts()));
        started.map_err(|error| usage(format!("{error:#}")))?;
        let run = self.measured(&suite);
        let _ = out.write_all(run.text(columns()).as_bytes());
        self.write_reports(&run).map_err(|error| (EXIT_CANNOT_RECORD, format!("error: {error}")))?;
        if let Some(page) = self.html.as_ref().filter(|_| self.open) {
            let _ = writeln!(out, "{}", open_in_browser(page));
        }
        Ok(match run.count(Verdict::Unusable) {
            0 if run.is_green() => 0,
            0 => EXIT_TEST_FAILED,
            _ => EXIT_BAD_SCENARIO,
        })
    }

    fn suite(&self) -> Result<Suite, String> {
        let tests = match self.scenarios {
            Some(_) => Vec::new(),
            None => builtin::scenarios().map(|one| ScenarioTest::of_text(one.folder, one.label, one.text)).collect(),
        };
        let caller = Caller::of_this_process().map_err(|error| format!("the working folder is gone: {error}"))?;
        let options = Options {
            functions: self.functions.iter().cloned().collect(),
            verdicts_only: self.verdicts_only,
            snapshots: self.snapshots.clone(),
            map: self.map.clone(),
            scenarios: self.scenarios.clone(),
            folder: caller.folder().to_owned(),
        };
        let mut suite = Suite::new(tests, &options, caller).map_err(|error| format!("{error:#}"))?;
        if let Some(filter) = &self.filter {
            suite.retain(|test| is_named(test, filter));
            if suite.tests().is_empty() {
                return Err(no_scenario(filter));
            }
        }
        for skipped in &self.skip {
            if !suite.tests().iter().any(|test| is_named(test, skipped)) {
                return Err(no_scenario(skipped));
            }
        }
        suite.retain(|test| !self.skip.iter().any(|skipped| is_named(test, skipped)));
        if suite.tests().is_empty() {
            return Err("no scenario is left: leave out fewer with --skip".to_owned());
        }
        Ok(suite)
    }

    fn measured(&self, suite: &Suite) -> Run {
        let (began, started) = (SystemTime::now(), Instant::now());
        let (all, mut done, progress) = (suite.tests().len(), 0, ProgressLine::new());
        let results = suite.run(self.jobs, |result| {
            done += 1;
            progress.show(&format!("running {done}/{all} {}", result.name));
        });
        drop(progress);
        let numbered = |(test, result): (&ScenarioTest, TestResult)| {
            let is_failure = test.failure().is_some();
            let table = is_failure.then(|| "known failures".to_owned());
            TestResult { number: number(test).or_else(|| Some(test.folder().to_owned())), table, ..result }
        };
        let results: Vec<_> = suite.tests().iter().zip(results).map(numbered).collect();
        let mut run = Run::new("neptune-sim test", began);
        run.took = started.elapsed();
        run.context = self.functions.iter().map(|(name, command)| format!("{name}: {command}")).collect::<Vec<_>>().join(", ");
        run.properties = vec![("version", env!("CARGO_PKG_VERSION").into())];
        run.results = results;
        if let Some(unchecked) = run.unchecked_in_words() {
            let has_list = self.html.is_some() || self.markdown.is_some();
            let hint = if has_list { "" } else { "; --html FILE and --markdown FILE list them" };
            run.remarks.push(unchecked + hint);
        }
        if !self.skip.is_empty() {
            run.remarks.push(format!("left out by --skip: {}", self.skip.join(", ")));
        }
        if run.results.iter().all(|result| result.verdict == Verdict::NotRun) {
            run.errors.push("no scenario was run".to_owned());
        }
        run
    }

    fn write_reports(&self, run: &Run) -> Result<(), WriteError> {
        write_report(self.junit.as_deref(), || run.junit())?;
        write_report(self.json.as_deref(), || Ok(run.json()))?;
        write_report(self.markdown.as_deref(), || Ok(run.markdown()))?;
        write_report(self.html.as_deref(), || Ok(run.html()))
    }
}

fn no_scenario(name: &str) -> String {
    format!("no scenario has `{name}` in its name: `neptune-sim test --list` names them")
}

/// Reads `NAME=COMMAND`.
fn named_command(text: &str) -> Result<(String, String), String> {
    let named = text.split_once('=').map(|(name, command)| (name.trim(), command.trim()));
    let (name, command) = named
        .filter(|(name, command)| !name.is_empty() && !command.is_empty())
        .ok_or("write NAME=COMMAND, such as check_bulk_load_status='python -m awslambdaric mine.check'")?;
    Ok((name.to_owned(), command.to_owned()))
}
