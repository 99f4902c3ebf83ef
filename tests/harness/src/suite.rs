//! The tests of a run, and the functions that they are about.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail};
use neptune_report::TestResult;
use neptune_server::scenario::{Scenario, files_in};

use crate::backend::Backend as _;
use crate::lambda::Caller;
use crate::options::Options;
use crate::scenario_test::ScenarioTest;
use crate::sim::{SimBackend, play_on_sim_with};
use crate::under_test::UnderTest;

/// How many tests run at a time unless a caller says otherwise. They mostly wait for the processes that they start, so that more of them than
/// cores can run.
pub const TESTS_AT_A_TIME: usize = 6;

/// The cluster that functions are started with before the first scenario.
const IDLE_CLUSTER: &str = "name: start\nabout: A cluster that nothing happens in";

/// The tests of a run, with the functions under test.
#[derive(Debug)]
pub struct Suite {
    tests: Vec<ScenarioTest>,
    under_test: Arc<UnderTest>,
}

impl Suite {
    /// These tests, and those of the folder that the options name.
    ///
    /// # Errors
    /// The folder, the map or a command is wrong; two tests have one name; a function, or a name of the map, is in no scenario.
    pub fn new(mut tests: Vec<ScenarioTest>, options: &Options, caller: Caller) -> Result<Self> {
        if let Some(folder) = &options.scenarios {
            let own = own_tests(folder).with_context(|| format!("cannot use the scenarios in {}", folder.display()))?;
            if let Some(test) = own.iter().find(|own| tests.iter().any(|test| test.folder() == own.folder())) {
                bail!("the folder `{}` is called like one of this project's own: give it another name", test.folder());
            }
            tests.extend(own);
        }
        let mut names = BTreeSet::new();
        if let Some(name) = tests.iter().map(ScenarioTest::name).find(|name| !names.insert(name.clone())) {
            bail!("two scenarios are called `{name}`: give one of them another `name`");
        }
        let under_test = UnderTest::of(options, caller)?;
        under_test.check(tests.iter().filter_map(ScenarioTest::scenario))?;
        Ok(Self { tests, under_test: Arc::new(under_test) })
    }

    /// The tests.
    pub fn tests(&self) -> &[ScenarioTest] {
        &self.tests
    }

    /// The tests alone, and the functions.
    pub fn into_parts(self) -> (Vec<ScenarioTest>, Arc<UnderTest>) {
        (self.tests, self.under_test)
    }

    /// Keeps only those tests that are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&ScenarioTest) -> bool) {
        self.tests.retain(is_wanted);
    }

    /// Starts each function that is given once, so that one that does not start is one error, and not as many as there are tests.
    ///
    /// # Errors
    /// A function does not start, with the reason and what it wrote.
    pub async fn check_starts(&self) -> Result<()> {
        if !self.under_test.is_given() {
            return Ok(());
        }
        let backend = SimBackend::start(&Scenario::parse("start", IDLE_CLUSTER)?).await?.with(&self.under_test);
        let checked = backend.under_test().check_starts(&backend.environment().collect()).await;
        backend.end().await?;
        checked
    }

    /// Runs the tests on simulators in this process, so many at a time, each in a thread. `finished` gets each result when it is there. The
    /// results are in the order of the tests.
    pub fn run(&self, at_a_time: usize, mut finished: impl FnMut(&TestResult)) -> Vec<TestResult> {
        let next = AtomicUsize::new(0);
        let (send, done) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..at_a_time.clamp(1, self.tests.len().max(1)) {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    while let Some((index, test)) = self.take(next) {
                        // The receiver of the results may have gone.
                        let _ = send.send((index, self.result(test)));
                    }
                });
            }
            drop(send);
            let mut results: Vec<(usize, TestResult)> = done.iter().inspect(|(_, result)| finished(result)).collect();
            results.sort_by_key(|(index, _)| *index);
            results.into_iter().map(|(_, result)| result).collect()
        })
    }

    fn take(&self, next: &AtomicUsize) -> Option<(usize, &ScenarioTest)> {
        let index = next.fetch_add(1, Ordering::Relaxed);
        self.tests.get(index).map(|test| (index, test))
    }

    fn result(&self, test: &ScenarioTest) -> TestResult {
        match test.scenario().and_then(|scenario| self.under_test.cannot_run(scenario)) {
            Some(reason) => test.left_out(&reason, &self.under_test),
            None => test.result(async |scenario, _| play_on_sim_with(scenario, &self.under_test).await, &self.under_test),
        }
    }
}

/// The tests in anybody's folder, one for each of its [files](files_in). The first part of a test's name is its folder below this one, or this
/// folder's own name.
///
/// # Errors
/// A folder cannot be read, or there is no such file.
fn own_tests(folder: &Path) -> io::Result<Vec<ScenarioTest>> {
    let paths = files_in(folder)?;
    if paths.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no .yaml or .yml file in it"));
    }
    let test = |path: PathBuf| {
        let within = path.parent().and_then(|parent| parent.strip_prefix(folder).ok()).unwrap_or(Path::new(""));
        let named = if within == Path::new("") { folder.file_name().map_or(within, Path::new) } else { within };
        ScenarioTest::own(named.display().to_string(), &path)
    };
    Ok(paths.into_iter().map(test).collect())
}
