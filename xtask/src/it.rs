//! `cargo xtask it`: runs the scenarios and reports on each.
//!
//! Nothing may look green that did not run. What the harness lists, and without a filter what the plan holds, must leave a result.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::exit::Exit;
use crate::flags::{It, Target};
use crate::harness::Harness;
use crate::planned::{Plan, Planned};
use crate::reaper::Reaper;
use crate::report::{Report, names_table};
use crate::results::{Outcome, Verdict, parse_results};
use crate::scenarios::{OURS, QUESTIONS, failure_label};
use crate::{image, live, lock};

/// Where the results go, from the workspace's root.
const FOLDER: &str = "target/it";
/// How many lines of the harness's output a complaint quotes.
const QUOTED_LINES: usize = 20;

/// Runs the command.
///
/// # Errors
/// Something that xtask needs cannot be read, written or started.
pub(crate) fn run(root: &Path, choice: &It, out: &mut dyn Write) -> Result<Exit> {
    if let Some(complaint) = misplaced(choice) {
        writeln!(out, "{complaint}")?;
        return Ok(Exit::Usage);
    }
    if choice.target == Target::Neptune {
        return live::it(root, choice, out);
    }
    let is_container = choice.target == Target::Container && !choice.list;
    let ready = if is_container { image::make(root, out)? } else { Exit::Fine };
    if ready != Exit::Fine {
        return Ok(ready);
    }
    // By its id, and at once: while the harness is built, its name may become another image's.
    let image = is_container.then(image::made).transpose()?;
    match Harness::build(root)? {
        Some(harness) => play(root, &harness, choice, image.as_deref(), out),
        None => Ok(Exit::BuildFailed),
    }
}

/// What is wrong with flags that the target does not take.
fn misplaced(choice: &It) -> Option<&'static str> {
    match choice.target {
        Target::Neptune if choice.list || choice.all => {
            Some("--target neptune takes neither --list nor --all: --plan tells what would be played, --filter chooses")
        }
        Target::Sim | Target::Container if choice.live.is_said() => {
            Some("--profile, --via, --tier, --plan, --budget and --yes are for --target neptune: say that, too")
        }
        _ => None,
    }
}

fn play(root: &Path, harness: &Harness, choice: &It, image: Option<&str>, out: &mut dyn Write) -> Result<Exit> {
    let plan = Plan::read(root)?;
    let listed = match harness.list() {
        Ok(listed) => listed,
        Err(error) => {
            writeln!(out, "{error:#}")?;
            return Ok(Exit::TestsFailed);
        }
    };
    let choice = &It { filter: choice.filter.as_deref().map(numbered), ..choice.clone() };
    let due = due(&plan, &listed, choice);
    if let (Some(filter), true) = (&choice.filter, due.is_empty()) {
        writeln!(out, "{}", nothing_matches(filter, &listed))?;
        return Ok(Exit::Usage);
    }
    if choice.list {
        write!(out, "{}", names_table(&plan, &due))?;
        return Ok(Exit::Fine);
    }
    // Two runs at a time would take each other's results for their own.
    let _alone = lock::hold(root, "it")?;
    let report = measure(root, harness, choice, image, &plan, &due)?;
    write!(out, "{}", report.render())?;
    for (name, content) in [("junit.xml", report.junit()?), ("results.json", report.json())] {
        fs::write(root.join(FOLDER).join(name), content).with_context(|| format!("cannot write {FOLDER}/{name}"))?;
        writeln!(out, "{FOLDER}/{name}")?;
    }
    Ok(if report.is_green() { Exit::Fine } else { Exit::TestsFailed })
}

/// The names that must leave a result, in the plan's order.
fn due(plan: &Plan, listed: &[String], choice: &It) -> Vec<String> {
    let wanted = |name: &String| {
        (choice.all || !is_ours(name)) && choice.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    };
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

/// The plan's tests first, then the failures that users have met, then ours.
fn in_plan_order<T>(plan: &Plan, items: &mut [T], name: impl Fn(&T) -> &str) {
    items.sort_by_key(|item| (plan.position(name(item)), failure_label(name(item)).is_none(), name(item).to_owned()));
}

/// Runs the harness, on an image if there is one, and takes stock.
fn measure<'a>(
    root: &Path,
    harness: &Harness,
    choice: &It,
    image: Option<&str>,
    plan: &'a Plan,
    due: &[String],
) -> Result<Report<'a>> {
    let folder = root.join(FOLDER);
    let (results, log) = (folder.join("results.ndjson"), folder.join("harness.log"));
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {FOLDER}"))?;
    fs::write(&results, "").with_context(|| format!("cannot write {}", results.display()))?;

    let target = choice.target.name();
    let started_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Of two machines that share a Docker, each may have this process id, but hardly in the same millisecond.
    let run = format!("it-{}-{}", std::process::id(), started_at.as_millis());
    let variables = [
        ("NEPTUNE_IT_TARGET", OsStr::new(target)),
        ("NEPTUNE_IT_RESULTS", results.as_os_str()),
        ("NEPTUNE_IT_RUN", OsStr::new(&run)),
        ("NEPTUNE_IT_IMAGE", OsStr::new(image.unwrap_or_default())),
    ];
    // The harness removes its container itself, unless it is killed.
    let reaper = image.map(|_| Reaper::start(&run)).transpose()?;
    let input = reaper.as_ref().map_or(Ok(Stdio::null()), Reaper::lifeline)?;
    let progress = progress_bar(due.len());
    let started = Instant::now();
    let status = harness.run(&arguments(choice), variables, input, &log, |name| {
        progress.set_message(name.to_owned());
        progress.inc(1);
    })?;
    let took = started.elapsed();
    progress.finish_and_clear();
    reaper.map_or(Ok(()), Reaper::finish)?;

    let (mut outcomes, mut complaints) = parse_results(&read_lossy(&results)?);
    if !status.success() && !outcomes.iter().any(|outcome| outcome.verdict == Verdict::Failed) {
        let output = last_lines(&read_lossy(&log)?, QUOTED_LINES);
        complaints.push(format!(
            "the harness ended with {status}, though no scenario says that it failed; its last output:\n{output}"
        ));
    }
    add_missing(plan, due, &mut outcomes);
    in_plan_order(plan, &mut outcomes, |outcome| &outcome.name);
    Ok(Report { target, started_at_unix_secs: started_at.as_secs(), took, plan, outcomes, complaints })
}

fn arguments(choice: &It) -> Vec<&str> {
    let mut arguments = Vec::new();
    if !choice.all {
        arguments.extend(["--skip", "beyond::", "--skip", "live-questions::"]);
    }
    if let Some(filter) = &choice.filter {
        arguments.extend(["--", filter]);
    }
    arguments
}

fn add_missing(plan: &Plan, due: &[String], outcomes: &mut Vec<Outcome>) {
    for name in due {
        if !outcomes.iter().any(|outcome| outcome.name == *name) {
            outcomes.push(Outcome::without_result(name, plan.find(name).map(Planned::key)));
        }
    }
}

/// Draws on stderr, and only if that is a terminal.
fn progress_bar(length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("running {pos}/{len} {wide_msg}").expect("the template is valid");
    ProgressBar::new(length as u64).with_style(style)
}

fn read_lossy(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// The filter; the number of a failure as names have it: `F2` is `F02`, and not all of the twenties.
fn numbered(filter: &str) -> String {
    let digits = filter.strip_prefix('F').map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_lowercase()));
    match digits.and_then(|digits| digits.parse::<u32>().ok()) {
        Some(number) => {
            format!("F{number:02}{}", filter.trim_start_matches('F').trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => filter.to_owned(),
    }
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

    use tempfile::TempDir;

    use super::*;
    use crate::flags::LiveIt;
    use crate::planned;

    #[rstest::rstest]
    #[case::a_profile_without_a_target(It { live: LiveIt { profile: Some("sandbox".into()), ..LiveIt::default() }, ..It::default() })]
    #[case::a_plan_without_a_target(It { live: LiveIt { plan: true, ..LiveIt::default() }, ..It::default() })]
    #[case::a_list_of_a_live_run(It { target: Target::Neptune, list: true, ..It::default() })]
    fn flags_that_the_target_does_not_take_are_refused_before_anything_is_built(#[case] choice: It) {
        let mut out = Vec::new();
        assert_eq!(run(Path::new("/nonexistent"), &choice, &mut out).unwrap(), Exit::Usage);
        assert!(String::from_utf8(out).unwrap().contains("--target neptune"));
    }

    const PLAN: &str = "## check_bulk_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n";

    /// A script of `xtask/tests/harnesses`.
    fn stand_in(script: &str) -> PathBuf {
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test"))
            .join("tests/harnesses")
            .join(script)
    }

    /// Plays with a stand-in for the harness: a script of `xtask/tests/harnesses`, which behaves in one certain way.
    fn play_stand_in(script: &str, choice: &It) -> (Exit, String, TempDir) {
        let root = TempDir::new().unwrap();
        fs::create_dir_all(root.path().join("scenarios")).unwrap();
        fs::write(root.path().join(planned::PATH), PLAN).unwrap();
        let exe = stand_in(script);
        let harness = Harness { exe, folder: root.path().to_owned() };
        let mut out = Vec::new();
        let exit = play(root.path(), &harness, choice, None, &mut out).unwrap();
        (exit, String::from_utf8(out).unwrap(), root)
    }

    #[test]
    fn the_number_of_a_failure_is_written_as_in_its_name() {
        let forms = ["F2", "F02", "F13b", "F2b", "F20", "Fx", "cancelled", "F"];
        assert_eq!(forms.map(numbered), ["F02", "F02", "F13b", "F02b", "F20", "Fx", "cancelled", "F"]);
    }

    fn filter(text: &str) -> It {
        It { filter: Some(text.into()), ..It::default() }
    }

    #[test]
    fn a_green_run_leaves_a_table_and_both_files() {
        let (exit, out, root) = play_stand_in("passing.sh", &It::default());
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains(" check 1  test_a  passed   1.5\n check 2  test_b  passed   1.5\n"), "{out}");
        assert!(out.contains("2 passed, 0 failed, 0 not run in "), "{out}");
        assert!(out.ends_with(" s (target sim)\ntarget/it/junit.xml\ntarget/it/results.json\n"), "{out}");
        assert!(fs::read_to_string(root.path().join("target/it/junit.xml")).unwrap().contains("tests=\"2\""));
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(root.path().join("target/it/results.json")).unwrap()).unwrap();
        assert_eq!(json["scenarios"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn results_of_an_earlier_run_do_not_count() {
        let (_, _, root) = play_stand_in("passing.sh", &It::default());
        let exe = stand_in("silent.sh");
        let harness = Harness { exe, folder: root.path().to_owned() };
        let exit = play(root.path(), &harness, &It::default(), None, &mut Vec::new()).unwrap();
        assert_eq!(exit, Exit::TestsFailed);
    }

    #[test]
    fn our_own_scenarios_run_when_all_are_asked_for() {
        let (exit, out, _root) = play_stand_in("passing.sh", &It { all: true, ..It::default() });
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains(" ours     beyond::c  passed"), "{out}");
        assert!(out.contains("3 passed, 0 failed, 0 not run"), "{out}");
    }

    #[test]
    fn failures_that_users_have_met_run_beside_the_plan() {
        let (exit, out, _root) = play_stand_in("with_failures.sh", &It::default());
        assert_eq!(exit, Exit::Fine, "{out}");
        let tables = " check 2  test_b  passed   1.5\n\n failures users have met\n number  test  verdict   ms\n F01     d     passed   1.5\n\n";
        assert!(out.contains(tables), "{out}");
        assert!(out.contains("2 of 2 planned tests and 1 of 1 failures users have met passed\n3 passed, 0 failed"), "{out}");
        let (_, all, _root) = play_stand_in("with_failures.sh", &It { all: true, ..It::default() });
        assert!(all.contains("4 passed") && all.find("beyond::c") < all.find("F01"), "{all}");
        let (_, one, _root) = play_stand_in("with_failures.sh", &filter("F01"));
        assert!(one.starts_with(" failures users have met\n") && one.contains("\n1 passed"), "{one}");
    }

    #[test]
    fn a_failure_shows_its_whole_text() {
        let (exit, out, _root) = play_stand_in("failing.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.starts_with("---- check_bulk_load_status::test_b ----\nstatus: PENDING\nexpected FAILED\n"), "{out}");
        assert!(out.contains("1 passed, 1 failed, 0 not run"), "{out}");
        assert!(!out.contains("the harness ended with"), "a failure explains the exit status: {out}");
    }

    #[test]
    fn a_planned_test_that_was_not_run_fails_the_run() {
        let (exit, out, _root) = play_stand_in("leaving_out.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains("not run check_bulk_load_status::test_b: needs faults\n1 passed, 0 failed, 1 not run"), "{out}");
    }

    #[test]
    fn a_harness_that_dies_is_quoted_and_keeps_what_it_had() {
        let (exit, out, _root) = play_stand_in("dying.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains(" check 1  test_a  passed"), "{out}");
        assert!(out.contains(" check 2  test_b  no result"), "{out}");
        assert!(out.contains("line 2 of the harness's results is unusable"), "{out}");
        assert!(out.contains("the harness ended with exit status: 70"), "{out}");
        assert!(out.contains("last words on stdout") && out.contains("last words on stderr"), "{out}");
    }

    #[test]
    fn a_harness_that_runs_nothing_is_not_green() {
        let (exit, out, _root) = play_stand_in("silent.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains("FAILED check_bulk_load_status::test_a: no result"), "{out}");
        assert!(out.contains("0 passed, 2 failed, 0 not run"), "{out}");
    }

    #[test]
    fn a_harness_that_cannot_list_is_quoted() {
        let (exit, out, _root) = play_stand_in("speechless.sh", &It::default());
        assert_eq!(exit, Exit::TestsFailed);
        assert!(out.contains("could not list its tests (exit status: 70)") && out.contains("no scenarios folder"), "{out}");
    }

    #[test]
    fn a_filter_asks_only_for_what_it_names() {
        let (exit, out, _root) = play_stand_in("passing.sh", &filter("test_b"));
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains("1 passed, 0 failed, 0 not run") && !out.contains("test_a"), "{out}");
    }

    #[test]
    fn a_filter_without_match_suggests_the_nearest_names() {
        let (exit, out, _root) = play_stand_in("passing.sh", &filter("tset_b"));
        assert_eq!(exit, Exit::Usage);
        let expected = "no test contains `tset_b`; the nearest names:\n  check_bulk_load_status::test_b\n";
        assert!(out.starts_with(expected), "{out}");
    }

    #[test]
    fn a_filter_that_only_matches_our_own_says_so() {
        let (exit, out, _root) = play_stand_in("passing.sh", &filter("beyond"));
        assert_eq!(exit, Exit::Usage);
        assert_eq!(out, "no test that runs here contains `beyond`, but 1 of our own: add --all\n");
    }

    #[test]
    fn a_filter_on_an_empty_harness_says_that_it_is_empty() {
        let (exit, out, _root) = play_stand_in("silent.sh", &filter("a"));
        assert_eq!((exit, out.as_str()), (Exit::Usage, "no test contains `a`: the harness lists no tests at all\n"));
    }

    #[test]
    fn a_list_runs_nothing() {
        let (exit, out, root) = play_stand_in("passing.sh", &It { list: true, ..It::default() });
        assert_eq!(exit, Exit::Fine);
        assert_eq!(out, " number   test\n check 1  test_a\n check 2  test_b\n");
        assert!(!root.path().join("target").exists());
    }

    #[test]
    fn a_quote_ends_with_the_last_lines() {
        assert_eq!(last_lines("a\nb\nc\n\n", 2), "b\nc");
        assert_eq!(last_lines("", 2), "");
    }
}
