//! Every scenario file is one test that bears the plan's name. The files are found when the tests run.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use libtest_mimic::{Arguments, Failed, Trial};
use neptune_it::catalogue::{ScenarioFile, scenario_files};
use neptune_it::report::{self, ResultLine};
use neptune_it::target::TargetKind;
use neptune_it::{play, snapshot};
use neptune_sim::scenario::Scenario;

/// Scenarios mostly wait for the processes they start, so that more of them than cores can run at a time.
const TESTS_AT_A_TIME: usize = 6;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(TESTS_AT_A_TIME);
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> anyhow::Result<Vec<Trial>> {
    let target = TargetKind::from_name(std::env::var("NEPTUNE_IT_TARGET").ok().as_deref())?;
    let files = scenario_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
    Ok(files.into_iter().map(|file| trial(file, target)).collect())
}

/// A file that is no scenario is a test that fails with the reason.
fn trial(file: ScenarioFile, target: TargetKind) -> Trial {
    let text = std::fs::read_to_string(&file.path).map_err(|error| format!("{}: {error}", file.label()));
    let scenario = text.and_then(|text| match Scenario::parse(&file.label(), &text) {
        Ok(scenario) => Ok((scenario, text)),
        Err(error) => Err(error.to_string()),
    });
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let short = scenario.as_ref().map_or(stem, |(scenario, _)| scenario.name().to_owned());
    let name = format!("{}::{short}", file.folder);
    Trial::test(name.clone(), move || {
        let started = Instant::now();
        let plan = scenario.as_ref().ok().and_then(|(scenario, _)| scenario.plan());
        let plan = plan.map(|plan| format!("{}/{}", plan.function, plan.number));
        let result = scenario.and_then(|(scenario, text)| run(&scenario, &text, file.folder, target));
        let failure = result.as_ref().err().map(String::as_str);
        let line = ResultLine { name: &name, plan, file: &file.label(), took: started.elapsed(), failure };
        if let Some(results) = std::env::var_os("NEPTUNE_IT_RESULTS") {
            line.append_to(Path::new(&results))?;
        }
        result.map_err(Failed::from)
    })
}

fn run(scenario: &Scenario, text: &str, folder: &str, target: TargetKind) -> Result<(), String> {
    if scenario.action().is_empty() {
        return Err(format!("{}: there is no `action`, so nothing would be tested", scenario.file()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let played = runtime.block_on(play::play(scenario, text, target)).map_err(|error| format!("{error:#}"))?;
    let difference = snapshot::compare(folder, scenario.name(), scenario.about(), &played).err();
    if played.failures.is_empty() && difference.is_none() {
        return Ok(());
    }
    Err(report::failure(scenario, &played, difference.as_deref()))
}
