//! `cargo xtask it`: runs the scenarios and reports on each.
//!
//! Nothing may look green that did not run. What the harness lists, and without a filter what the plan holds, must leave a result.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use neptune_report::terminal::ProgressLine;
use neptune_report::{Run, TestResult, Verdict, open_in_browser, read_lines, terminal};

use crate::exit::Exit;
use crate::filter::Filter;
use crate::flags::{It, Target};
use crate::harness::{CannotBegin, Harness, OPTIONS};
use crate::planned::{Plan, Planned};
use crate::reaper::Reaper;
use crate::report::{complete, exit, in_plan_order, names_table};
use crate::reports::Reports;
use crate::scenarios::{self, OURS, QUESTIONS};
use crate::{image, live, lock};

/// How many lines of the harness's output an error quotes.
const QUOTED_LINES: usize = 20;

/// Runs the command.
///
/// # Errors
/// Something that xtask needs cannot be read, written or started.
pub(crate) fn run(root: &Path, choice: &It, out: &mut dyn Write) -> Result<Exit> {
    // Only a caller within xtask gets here: on the command line, this target is `live run`.
    if choice.target == Target::Neptune {
        return live::command(root, "run", &[], out);
    }
    if choice.tested.is_other() && choice.target != Target::Sim {
        writeln!(out, "error: --function and --scenarios go with --target sim only: leave out --target")?;
        return Ok(Exit::Usage);
    }
    if choice.list {
        return list(root, choice, out);
    }
    // Two runs at a time would take each other's results, or what the other builds, for their own.
    let _alone = (lock::hold(root, "it")?, lock::hold_builds()?);
    let reports = Reports::of(root, choice);
    reports.begin()?;
    let ended = made_and_played(root, choice, &reports, out);
    if let Some(why) = why_nothing_ran(&ended) {
        reports.nothing_ran(&why)?;
    }
    ended
}

/// What a run ended with whose reports say nothing yet.
fn why_nothing_ran(ended: &Result<Exit>) -> Option<String> {
    match ended {
        Ok(Exit::BuildFailed) => Some("nothing ran: the build failed (exit code 101)".to_owned()),
        Ok(Exit::NoDocker) => Some("nothing ran: there is no Docker to ask (exit code 107)".to_owned()),
        Ok(_) => None,
        Err(error) => Some(format!("the run broke off: {error:#} (exit code 1)")),
    }
}

fn made_and_played(root: &Path, choice: &It, reports: &Reports, out: &mut dyn Write) -> Result<Exit> {
    let is_container = choice.target == Target::Container;
    let ready = if is_container { image::make(root, out)? } else { Exit::Fine };
    if ready != Exit::Fine {
        return Ok(ready);
    }
    // By its id, and at once: while the harness is built, its name may become another image's.
    let image = is_container.then(image::made).transpose()?;
    match Harness::build(root, choice.target)? {
        Some(harness) => play(root, &harness, choice, image.as_deref(), reports, out),
        None => Ok(Exit::BuildFailed),
    }
}

fn list(root: &Path, choice: &It, out: &mut dyn Write) -> Result<Exit> {
    let Some(harness) = Harness::build(root, Target::Sim)? else { return Ok(Exit::BuildFailed) };
    show_list(root, &harness, choice, out)
}

fn show_list(root: &Path, harness: &Harness, choice: &It, out: &mut dyn Write) -> Result<Exit> {
    let plan = Plan::read(root)?;
    let due = match chosen(&plan, harness, choice) {
        Ok(due) => due,
        Err((exit, why)) => {
            writeln!(out, "{why}")?;
            return Ok(exit);
        }
    };
    let files = scenarios::read(root, &scenarios::folders(&plan))?;
    let abouts: HashMap<String, String> =
        files.into_iter().filter_map(|file| Some((file.full_name()?, file.head.about?))).collect();
    write!(out, "{}", names_table(&plan, &due, &abouts, terminal::width()))?;
    Ok(Exit::Fine)
}

/// The names that must leave a result; or why there are none, and how that ends.
fn chosen(plan: &Plan, harness: &Harness, choice: &It) -> Result<Vec<String>, (Exit, String)> {
    let options = options(choice).map_err(|error| (Exit::Broken, format!("{error:#}")))?;
    let listed = harness.list(&options).map_err(|error| match error.downcast::<CannotBegin>() {
        Ok(cannot_begin) => (Exit::Usage, format!("error: {cannot_begin}")),
        Err(error) => (Exit::TestsFailed, format!("{error:#}")),
    })?;
    let due = due(plan, &listed, choice);
    match &choice.filter {
        Some(filter) if due.is_empty() => Err((Exit::Usage, nothing_matches(filter, &listed))),
        _ => Ok(due),
    }
}

fn play(
    root: &Path,
    harness: &Harness,
    choice: &It,
    image: Option<&str>,
    reports: &Reports,
    out: &mut dyn Write,
) -> Result<Exit> {
    let plan = Plan::read(root)?;
    let due = match chosen(&plan, harness, choice) {
        Ok(due) => due,
        Err((exit, why)) => {
            writeln!(out, "{why}")?;
            reports.nothing_ran(&format!("nothing ran: {why} (exit code {})", exit as u8))?;
            return Ok(exit);
        }
    };
    let run = match measure(root, harness, choice, image, reports, &plan, &due) {
        Err(error) if error.is::<CannotBegin>() => {
            writeln!(out, "error: {error}")?;
            reports.nothing_ran(&format!("nothing ran: {error} (exit code {})", Exit::Usage as u8))?;
            return Ok(Exit::Usage);
        }
        run => run?,
    };
    write!(out, "{}", run.text(terminal::width()))?;
    for name in reports.write(&run)? {
        writeln!(out, "{name}")?;
    }
    if choice.open {
        writeln!(out, "{}", open_in_browser(&reports.page()))?;
    }
    Ok(exit(&run))
}

/// What is tested, for the harness. Empty: this project's own functions.
fn options(choice: &It) -> Result<String> {
    if !choice.tested.is_other() {
        return Ok(String::new());
    }
    let folder = std::env::current_dir().context("the working folder is gone")?;
    Ok(choice.tested.options(&folder).to_string())
}

/// The names that must leave a result, in the plan's order.
fn due(plan: &Plan, listed: &[String], choice: &It) -> Vec<String> {
    let filter = choice.filter.as_deref().map(|filter| Filter::of(plan, filter));
    let wanted = |name: &String| (choice.all || !is_ours(name)) && filter.as_ref().is_none_or(|filter| filter.takes(name));
    let mut due: Vec<String> = listed.iter().filter(|name| wanted(name)).cloned().collect();
    if choice.filter.is_none() && !choice.list {
        due.extend(plan.0.iter().map(Planned::full_name));
    }
    in_plan_order(plan, &mut due, String::as_str);
    due.dedup();
    due
}

fn is_ours(name: &str) -> bool {
    name.split_once("::").is_some_and(|(folder, _)| [OURS, QUESTIONS].contains(&folder))
}

/// Runs the harness, on an image if there is one, and takes stock.
fn measure(
    root: &Path,
    harness: &Harness,
    choice: &It,
    image: Option<&str>,
    reports: &Reports,
    plan: &Plan,
    due: &[String],
) -> Result<Run> {
    let (results, log) = (reports.results(), reports.log());
    fs::write(&results, "").with_context(|| format!("cannot write {}", results.display()))?;

    let (run_id, options) = (reports.run_id(), options(choice)?);
    let variables = [
        (OPTIONS, OsStr::new(&options)),
        ("NEPTUNE_IT_TARGET", OsStr::new(choice.target.name())),
        ("NEPTUNE_IT_RESULTS", results.as_os_str()),
        ("NEPTUNE_IT_RUN", OsStr::new(&run_id)),
        ("NEPTUNE_IT_IMAGE", OsStr::new(image.unwrap_or_default())),
    ];
    // The harness removes its container itself, unless it is killed.
    let reaper = image.map(|_| Reaper::start(&run_id)).transpose()?;
    let input = reaper.as_ref().map_or(Ok(Stdio::null()), Reaper::lifeline)?;
    let (progress, mut done) = (ProgressLine::new(), 0);
    let started = Instant::now();
    let filter = choice.filter.as_deref().map(|filter| Filter::of(plan, filter));
    let status = harness.run(&arguments(choice, filter.as_ref()), variables, input, &log, |name| {
        done += 1;
        progress.show(&format!("running {done}/{} {name}", due.len()));
    })?;
    let took = started.elapsed();
    drop(progress);
    reaper.map_or(Ok(()), Reaper::finish)?;
    CannotBegin::check(status, || read_lossy(&log).unwrap_or_default())?;

    let (mut results, mut errors) = read_lines(&read_lossy(&results)?);
    let explains = |result: &TestResult| matches!(result.verdict, Verdict::Failed | Verdict::Unusable);
    if !status.success() && !results.iter().any(explains) {
        let output = last_lines(&read_lossy(&log)?, QUOTED_LINES);
        errors.push(format!(
            "the harness ended with {status}, though no scenario says that it failed; its last output:\n{output}"
        ));
    }
    add_missing(plan, due, &mut results);
    let mut run = Run { took, results, errors, ..reports.run() };
    run.properties.extend(commit(root).map(|commit| ("commit", commit.into())));
    complete(&mut run, plan, !choice.tested.is_other());
    run.remarks.extend(run.unchecked_in_words());
    if choice.tested.is_other() && run.results.iter().all(|result| result.verdict == Verdict::NotRun) {
        run.errors.push("no scenario was run".to_owned());
    }
    Ok(run)
}

/// The commit that is checked out, with `-dirty` behind it if files differ from it; `None` where git does not answer.
fn commit(root: &Path) -> Option<String> {
    let describe = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    let reported = Command::new("git").args(describe).current_dir(root).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&reported.stdout).trim().to_owned();
    (reported.status.success() && !text.is_empty()).then_some(text)
}

fn arguments<'a>(choice: &It, filter: Option<&'a Filter>) -> Vec<&'a str> {
    let mut arguments = Vec::new();
    if !choice.all {
        arguments.extend(["--skip", "beyond::", "--skip", "live-questions::"]);
    }
    arguments.extend(filter.into_iter().flat_map(Filter::arguments));
    arguments
}

fn add_missing(plan: &Plan, due: &[String], results: &mut Vec<TestResult>) {
    for name in due {
        if !results.iter().any(|result| result.name == *name) {
            results.push(TestResult { plan: plan.find(name).map(Planned::key), ..TestResult::missing(name) });
        }
    }
}

fn read_lossy(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn nothing_matches(filter: &str, listed: &[String]) -> String {
    if listed.is_empty() {
        return format!("no test contains `{filter}`: the harness lists no tests at all");
    }
    let ours = listed.iter().filter(|name| name.contains(filter)).count();
    if ours > 0 {
        return format!("no test that runs here contains `{filter}`, but {ours} of our own: add --all");
    }
    let mut nearest: Vec<&String> = listed.iter().collect();
    nearest.sort_by(|a, b| likeness(filter, b).total_cmp(&likeness(filter, a)));
    let nearest: Vec<&str> = nearest.into_iter().take(3).map(String::as_str).collect();
    format!("no test contains `{filter}`; the nearest names:\n  {}", nearest.join("\n  "))
}

/// How much a filter resembles a name, with or without its folder and `test_`: 0 to 1.
fn likeness(filter: &str, name: &str) -> f64 {
    let short = name.rsplit("::").next().unwrap_or(name);
    let bare = short.strip_prefix("test_").unwrap_or(short);
    [name, short, bare].into_iter().map(|form| strsim::jaro_winkler(filter, form)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use neptune_report::terminal::plain;
    use tempfile::TempDir;

    use super::*;
    use crate::planned;

    const PLAN: &str = "## check_bulk_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n";

    /// A script of `xtask/tests/harnesses`.
    fn stand_in(script: &str) -> PathBuf {
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test"))
            .join("tests/harnesses")
            .join(script)
    }

    /// Runs with a fake harness: a script of `xtask/tests/harnesses`, which behaves in one certain way.
    fn run_fake(script: &str, choice: &It) -> (Exit, String, TempDir) {
        let root = TempDir::new().unwrap();
        fs::create_dir_all(root.path().join("scenarios")).unwrap();
        fs::write(root.path().join(planned::PATH), PLAN).unwrap();
        let exe = stand_in(script);
        let harness = Harness { exe, folder: root.path().to_owned() };
        let mut out = Vec::new();
        let exit = if choice.list {
            show_list(root.path(), &harness, choice, &mut out).unwrap()
        } else {
            let reports = Reports::of(root.path(), choice);
            reports.begin().unwrap();
            play(root.path(), &harness, choice, None, &reports, &mut out).unwrap()
        };
        (exit, plain(&String::from_utf8(out).unwrap()), root)
    }

    fn results(root: &TempDir, folder: &str) -> serde_json::Value {
        serde_json::from_slice(&fs::read(root.path().join(folder).join("results.json")).unwrap()).unwrap()
    }

    fn filter(text: &str) -> It {
        It { filter: Some(text.into()), ..It::default() }
    }

    #[test]
    fn a_green_run_leaves_a_table_and_both_files() {
        let (exit, out, root) = run_fake("passing.sh", &It::default());
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains(" check 1  test_a  passed   1.5\n check 2  test_b  passed   1.5\n"), "{out}");
        assert!(out.contains("2 passed, 0 failed, 0 not run in "), "{out}");
        assert!(
            out.ends_with(
                " s (target sim)\ntarget/it/junit.xml\ntarget/it/report.md\ntarget/it/report.html\ntarget/it/results.json\n"
            ),
            "{out}"
        );
        assert!(fs::read_to_string(root.path().join("target/it/junit.xml")).unwrap().contains("tests=\"2\""));
        assert_eq!(results(&root, "target/it")["scenarios"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn results_of_an_earlier_run_do_not_count() {
        let (_, _, root) = run_fake("passing.sh", &It::default());
        let exe = stand_in("silent.sh");
        let harness = Harness { exe, folder: root.path().to_owned() };
        let reports = Reports::of(root.path(), &It::default());
        let exit = play(root.path(), &harness, &It::default(), None, &reports, &mut Vec::new()).unwrap();
        assert_eq!(exit, Exit::TestsFailed);
    }

    #[test]
    fn a_run_with_a_filter_leaves_the_reports_of_the_whole_run_alone() {
        let (_, _, root) = run_fake("passing.sh", &It::default());
        let whole = |root: &TempDir| {
            ["junit.xml", "results.json", "results.ndjson", "harness.log"]
                .map(|name| fs::read(root.path().join("target/it").join(name)).unwrap())
        };
        let before = whole(&root);
        let choice = filter("test_b");
        let harness = Harness { exe: stand_in("passing.sh"), folder: root.path().to_owned() };
        let reports = Reports::of(root.path(), &choice);
        reports.begin().unwrap();
        let mut out = Vec::new();
        play(root.path(), &harness, &choice, None, &reports, &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().ends_with("target/it/filtered/report.html\ntarget/it/filtered/results.json\n"));
        assert_eq!(whole(&root), before);
        assert_eq!(results(&root, "target/it/filtered")["scenarios"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn reports_are_not_green_before_the_run_has_come_to_its_end() {
        let (_, _, root) = run_fake("passing.sh", &It::default());
        assert_eq!(results(&root, "target/it")["green"], true);
        Reports::of(root.path(), &It::default()).begin().unwrap();
        let said = results(&root, "target/it");
        assert_eq!((&said["green"], &said["scenarios"]), (&serde_json::json!(false), &serde_json::json!([])));
        assert!(said["complaints"][0].as_str().unwrap().contains("has not ended"), "{said}");
        let junit = fs::read_to_string(root.path().join("target/it/junit.xml")).unwrap();
        assert!(junit.contains("errors=\"1\"") && junit.contains("has not ended"), "{junit}");
        for gone in ["results.ndjson", "harness.log"] {
            assert!(!root.path().join("target/it").join(gone).exists(), "{gone} of the earlier run is still there");
        }
    }

    #[test]
    fn a_file_that_is_no_scenario_has_an_exit_code_of_its_own() {
        let (exit, out, root) = run_fake("unusable.sh", &It::default());
        assert_eq!(exit, Exit::BadScenario);
        assert!(out.contains(" check 1  test_a  FAILED    1.5\n check 2  test_b  UNUSABLE  0.0\n"), "{out}");
        assert!(
            out.contains(
                "UNUSABLE check_bulk_load_status::test_b:\n    scenarios/check_bulk_load_status/02_b.yaml:7:3: unknown key `load`\n"
            ),
            "{out}"
        );
        assert!(out.contains("0 passed, 1 failed, 0 not run, 1 unusable in "), "{out}");
        let junit = fs::read_to_string(root.path().join("target/it/junit.xml")).unwrap();
        assert!(junit.contains("tests=\"2\" failures=\"1\" errors=\"1\" skipped=\"0\""), "{junit}");
    }

    #[test]
    fn a_number_of_the_table_is_a_filter() {
        let (exit, out, _root) = run_fake("passing.sh", &filter("check 2"));
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains(" check 2  test_b  passed") && out.contains("\n1 passed, 0 failed, 0 not run"), "{out}");
    }

    #[test]
    fn our_own_scenarios_run_when_all_are_asked_for() {
        let (exit, out, _root) = run_fake("passing.sh", &It { all: true, ..It::default() });
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains(" ours     beyond::c  passed"), "{out}");
        assert!(out.contains("3 passed, 0 failed, 0 not run"), "{out}");
    }

    #[test]
    fn known_failures_run_beside_the_plan() {
        let (exit, out, _root) = run_fake("with_failures.sh", &It::default());
        assert_eq!(exit, Exit::Fine, "{out}");
        let tables =
            " check 2  test_b  passed   1.5\n\n known failures\n number  test  verdict   ms\n F01     d     passed   1.5\n\n";
        assert!(out.contains(tables), "{out}");
        assert!(
            out.contains("2 of 2 planned tests passed, and 1 of 1 scenarios for 1 known failure\n3 passed, 0 failed"),
            "{out}"
        );
        let (_, all, _root) = run_fake("with_failures.sh", &It { all: true, ..It::default() });
        assert!(all.contains("4 passed") && all.find("beyond::c") < all.find("F01"), "{all}");
        let (_, one, _root) = run_fake("with_failures.sh", &filter("F01"));
        assert!(one.starts_with(" known failures\n") && one.contains("\n1 passed"), "{one}");
    }

    #[test]
    fn a_failure_shows_its_whole_text() {
        let (exit, out, _root) = run_fake("failing.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.starts_with("---- check_bulk_load_status::test_b ----\nstatus: PENDING\nexpected FAILED\n"), "{out}");
        assert!(out.contains("1 passed, 1 failed, 0 not run"), "{out}");
        assert!(!out.contains("the harness ended with"), "a failure explains the exit status: {out}");
    }

    #[test]
    fn a_planned_test_that_was_not_run_fails_the_run() {
        let (exit, out, _root) = run_fake("leaving_out.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains("not run check_bulk_load_status::test_b: needs faults\n1 passed, 0 failed, 1 not run"), "{out}");
    }

    #[test]
    fn a_harness_that_dies_is_quoted_and_keeps_what_it_had() {
        let (exit, out, _root) = run_fake("dying.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains(" check 1  test_a  passed"), "{out}");
        assert!(out.contains(" check 2  test_b  NO RESULT"), "{out}");
        assert!(out.contains("line 2 of the harness's results is unusable"), "{out}");
        assert!(out.contains("the harness ended with exit status: 70"), "{out}");
        assert!(out.contains("last words on stdout") && out.contains("last words on stderr"), "{out}");
    }

    #[test]
    fn a_harness_that_runs_nothing_is_not_green() {
        let (exit, out, _root) = run_fake("silent.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains("NO RESULT check_bulk_load_status::test_a: it had to run and left no result"), "{out}");
        assert!(out.contains("0 passed, 2 failed, 0 not run"), "{out}");
    }

    #[test]
    fn a_harness_that_cannot_list_is_quoted() {
        let (exit, out, _root) = run_fake("speechless.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains("could not list its tests (exit status: 70)") && out.contains("no scenarios folder"), "{out}");
    }

    #[test]
    fn a_filter_asks_only_for_what_it_names() {
        let (exit, out, _root) = run_fake("passing.sh", &filter("test_b"));
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains("1 passed, 0 failed, 0 not run") && !out.contains("test_a"), "{out}");
    }

    #[test]
    fn a_filter_without_match_suggests_the_nearest_names() {
        let (exit, out, _root) = run_fake("passing.sh", &filter("tset_b"));
        assert_eq!(exit, Exit::Usage);
        let expected = "no test contains `tset_b`; the nearest names:\n  check_bulk_load_status::test_b\n";
        assert!(out.starts_with(expected), "{out}");
    }

    #[test]
    fn a_filter_that_only_matches_our_own_says_so() {
        let (exit, out, _root) = run_fake("passing.sh", &filter("beyond"));
        assert_eq!(exit, Exit::Usage);
        assert_eq!(out, "no test that runs here contains `beyond`, but 1 of our own: add --all\n");
    }

    #[test]
    fn a_filter_on_an_empty_harness_says_that_it_is_empty() {
        let (exit, out, _root) = run_fake("silent.sh", &filter("a"));
        assert_eq!((exit, out.as_str()), (Exit::Usage, "no test contains `a`: the harness lists no tests at all\n"));
    }

    #[test]
    fn a_list_runs_nothing() {
        let (exit, out, root) = run_fake("passing.sh", &It { list: true, ..It::default() });
        assert_eq!(exit, Exit::Fine);
        assert_eq!(out, " number   test    about\n check 1  test_a\n check 2  test_b\n");
        assert!(!root.path().join("target").exists());
    }

    #[test]
    fn a_list_says_what_each_test_is_about() {
        let root = TempDir::new().unwrap();
        fs::create_dir_all(root.path().join("scenarios/check_bulk_load_status")).unwrap();
        fs::write(root.path().join(planned::PATH), PLAN).unwrap();
        fs::write(root.path().join("scenarios/check_bulk_load_status/02_b.yaml"), "name: test_b\nabout: one load fails\n")
            .unwrap();
        let harness = Harness { exe: stand_in("passing.sh"), folder: root.path().to_owned() };
        let mut out = Vec::new();
        show_list(root.path(), &harness, &It { list: true, ..It::default() }, &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains(" check 2  test_b  one load fails\n"));
    }

    #[test]
    fn a_quote_ends_with_the_last_lines() {
        assert_eq!(last_lines("a\nb\nc\n\n", 2), "b\nc");
        assert_eq!(last_lines("", 2), "");
    }
}
