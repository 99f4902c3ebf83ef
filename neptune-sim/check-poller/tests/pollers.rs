//! Pollers of different make against the cases: those that are right are never accused, and each defect is found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use clap::Parser;
use neptune_check_poller::{Arguments, CheckError, Report, Verdict, cases, check, run};
use rstest::rstest;

/// The id of the load of each case.
const LOAD: &str = "0a237328-afd5-4574-a0bc-c29ce5f54802";

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    arguments: Arguments,
}

/// Python without the shims of version managers, which take longer to start than a poller.
static PYTHON: LazyLock<String> = LazyLock::new(|| {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().expect("python3 runs");
    String::from_utf8(output.stdout).expect("a path").trim().to_owned()
});

fn folder() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("tests/pollers")
}

/// Whether a program can be run here.
fn has(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// The arguments for a program of the folder of pollers.
fn arguments(options: &[&str], program: &str, file: &str, further: &[&str]) -> Arguments {
    let file = folder().join(file).display().to_string();
    let all = ["check-poller"].into_iter().chain(options.iter().copied()).chain(["--", program, &file]);
    Cli::parse_from(all.chain(further.iter().copied())).arguments
}

async fn report(arguments: &Arguments, names: &[&str]) -> Result<Report, CheckError> {
    let chosen: Vec<_> = cases().iter().filter(|case| names.is_empty() || names.contains(&case.name.as_str())).collect();
    check(arguments, &chosen).await
}

async fn defective(defect: &str, names: &[&str]) -> Report {
    report(&arguments(&["--patience", "10s"], &PYTHON, "defective.py", &[defect]), names).await.expect("the poller runs")
}

fn verdicts(report: &Report) -> Vec<(&str, Verdict)> {
    report.judged.iter().map(|judged| (judged.case.name.as_str(), judged.judgement.verdict)).collect()
}

#[rstest]
#[case::urllib("urllib_loop.py", &["{load_id}"])]
#[case::without_retries("turns.py", &[])]
#[case::backoff("backoff.py", &[])]
#[case::threads("threads.py", &[])]
#[case::by_list("by_list.py", &[])]
#[case::two_requests_a_turn("two_requests.py", &["{endpoint}", "{load_id}"])]
#[case::starts_the_load("starter.py", &[])]
#[case::boto3("boto3_loop.py", &[])]
#[tokio::test(flavor = "multi_thread")]
async fn a_right_poller_in_python_is_never_accused(#[case] file: &str, #[case] further: &[&str]) {
    if file.contains("boto3") && !has(&PYTHON, &["-c", "import boto3"]) {
        println!("skipped: boto3 is not installed");
        return;
    }
    let report = report(&arguments(&[], &PYTHON, file, further), &[]).await.unwrap();
    assert!(report.is_right(), "{}", report.text(160));
    assert_eq!(report.judged.len(), cases().len());
}

#[rstest]
#[case::curl("sh", "curl_loop.sh", &["{load_id}"], "curl")]
#[case::node("node", "fetch_loop.mjs", &[], "node")]
#[tokio::test(flavor = "multi_thread")]
async fn a_right_poller_in_another_language_is_never_accused(
    #[case] program: &str,
    #[case] file: &str,
    #[case] further: &[&str],
    #[case] needs: &str,
) {
    if !has(needs, &["--version"]) {
        println!("skipped: {needs} is not installed");
        return;
    }
    let report = report(&arguments(&[], program, file, further), &[]).await.unwrap();
    assert!(report.is_right(), "{}", report.text(160));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_looks_once_is_asked_again_while_it_says_pending() {
    let expressions = [
        "--success=$.verdict.status == 'SUCCESS'",
        "--failure=$.verdict.status == 'FAILED'",
        "--pending=$.verdict.status == 'PENDING'",
    ];
    let report = report(&arguments(&expressions, &PYTHON, "says_json.py", &[]), &[]).await.unwrap();
    assert!(report.is_right(), "{}", report.text(160));
    assert!(report.judged[0].seen.runs > 1);
}

#[rstest]
#[case::ends_in_success("ends-in-success", "failed", Verdict::Wrong)]
#[case::success_too_early("eager-success", "completed", Verdict::Wrong)]
#[case::conflicts_called_a_success("stops-at-conflicts-as-success", "write-conflicts", Verdict::Wrong)]
#[case::aws_samples("knows-three-ends", "cancelled-by-user", Verdict::WaitsForever)]
#[case::a_word_nobody_knows("knows-three-ends", "undocumented-word", Verdict::WaitsForever)]
#[case::missing_means_pending("no-shape-check", "no-overall-status", Verdict::WaitsForever)]
#[case::tries_for_ever("never-fails", "unknown-id", Verdict::WaitsForever)]
#[case::crashes("crashes", "completed", Verdict::Crashed)]
#[case::one_error_is_too_many("no-retries", "http-500-once", Verdict::GaveUp)]
#[case::a_throttled_request_is_too_many("no-retries", "http-429-once", Verdict::GaveUp)]
#[case::pending_called_a_failure("eager-failure", "in-queue", Verdict::GaveUp)]
#[case::no_pause("no-pause", "long-in-progress", Verdict::Hammers)]
#[case::only_lists("only-lists", "completed", Verdict::NeverAsked)]
#[tokio::test(flavor = "multi_thread")]
async fn a_defect_is_found(#[case] defect: &str, #[case] name: &str, #[case] verdict: Verdict) {
    let report = defective(defect, &[name]).await;
    assert_eq!(verdicts(&report), [(name, verdict)], "{}", report.text(160));
    let judgement = &report.judged[0].judgement;
    assert!(!judgement.why.is_empty() && !judgement.change.is_empty(), "{judgement:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_case_finds_a_defect() {
    let mut found = BTreeSet::new();
    for defect in ["eager-success", "eager-failure", "errors-are-success"] {
        let report = defective(defect, &[]).await;
        let wrong = verdicts(&report).into_iter().filter(|(_, verdict)| *verdict != Verdict::Right);
        found.extend(wrong.map(|(name, _)| name.to_owned()));
    }
    let all: BTreeSet<String> = cases().iter().map(|case| case.name.clone()).collect();
    assert_eq!(found, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_that_hangs_is_ended_when_patience_is_over() {
    let arguments = arguments(&["--patience", "300ms"], &PYTHON, "defective.py", &["hangs"]);
    let report = report(&arguments, &["completed"]).await.unwrap();
    let judged = &report.judged[0];
    assert_eq!(judged.judgement.verdict, Verdict::NeverAsked);
    assert!(judged.seen.took < Duration::from_mins(1), "{:?}", judged.seen.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_that_sends_nothing_is_one_error_with_its_own_words() {
    let arguments = arguments(&[], &PYTHON, "defective.py", &["no-request"]);
    let error = report(&arguments, &[]).await.unwrap_err();
    assert_eq!(error.exit_code(), 106);
    let text = error.to_string();
    assert!(text.contains("ended with exit code 1") && text.contains("NEPTUNE_HOST is not set"), "{text}");
    assert!(text.contains("AWS_ENDPOINT_URL_NEPTUNEDATA"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_with_a_load_of_its_own_choice_is_one_error_that_names_it() {
    let error = report(&arguments(&[], &PYTHON, "urllib_loop.py", &["people"]), &[]).await.unwrap_err();
    assert_eq!(error.exit_code(), 106);
    assert!(
        error.to_string().starts_with("the poller asked for the load `people`, and not for the one in NEPTUNE_LOAD_ID"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_not_there_is_one_error() {
    let error = report(&arguments(&[], "no-such-program-here", "x", &[]), &[]).await.unwrap_err();
    assert_eq!((error.exit_code(), error.to_string().starts_with("the poller cannot be started: ")), (106, true), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_poller_leaves_behind_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid").display().to_string();
    let arguments = arguments(&[], &PYTHON, "defective.py", &["leaves-a-child", &file]);
    let report = report(&arguments, &["completed"]).await.unwrap();
    assert!(report.is_right(), "{}", report.text(160));
    let child: i32 = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    let child = rustix::process::Pid::from_raw(child).unwrap();
    // It was killed before the report was made; until init has reaped it, it is still there as a zombie.
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.as_raw_nonzero())).unwrap_or_default();
    assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
}

#[rstest]
#[case::tls(&["--tls"])]
#[case::both(&["--tls", "--iam"])]
#[tokio::test(flavor = "multi_thread")]
async fn boto3_is_right_behind_tls_and_signatures(#[case] options: &[&str]) {
    if !has(&PYTHON, &["-c", "import boto3"]) {
        println!("skipped: boto3 is not installed");
        return;
    }
    let arguments = arguments(options, &PYTHON, "boto3_loop.py", &[]);
    let report = report(&arguments, &["completed", "failed", "http-500-once"]).await.unwrap();
    assert!(report.is_right(), "{}", report.text(160));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_request_is_refused_with_iam() {
    let arguments = arguments(&["--iam"], &PYTHON, "urllib_loop.py", &["{load_id}"]);
    let report = report(&arguments, &["completed"]).await.unwrap();
    assert_eq!(verdicts(&report), [("completed", Verdict::GaveUp)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_writes_every_report_and_says_whether_all_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (json, junit, markdown, html) = (file("a.json"), file("a.xml"), file("a.md"), file("a.html"));
    let which = ["--case", "LOAD_FAILED", "--skip", "at-once"];
    let files = ["--json", &json, "--junit", &junit, "--markdown", &markdown, "--html", &html];
    let options = [&which[..], &files].concat();
    for (defect, is_right) in [("none", true), ("ends-in-success", false)] {
        let mut out = Vec::new();
        let right = run(&arguments(&options, &PYTHON, "defective.py", &[defect]), &mut out).await.unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(right, is_right, "{out}");
        let read: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
        assert_eq!(read["cases"].as_array().unwrap().len(), 3, "{read}");
        let verdict = if is_right { "right" } else { "wrong" };
        assert_eq!(read["cases"][0]["verdict"], verdict, "{read}");
        assert!(std::fs::read_to_string(&markdown).unwrap().contains(verdict));
        assert_eq!(std::fs::read_to_string(&junit).unwrap().contains("<failure"), !is_right);
        let page = std::fs::read_to_string(&html).unwrap();
        assert!(page.starts_with("<!doctype html>") && page.contains(&format!(r#""verdict":"{verdict}""#)));
        assert!(page.contains(r#""load_status":"LOAD_IN_PROGRESS""#), "it has a timeline");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_has_each_status_from_between_the_requests_that_saw_it_come() {
    let report = report(&arguments(&[], &PYTHON, "defective.py", &["none"]), &["http-500-once"]).await.unwrap();
    let timeline = &report.judged[0].seen.timeline;
    let requests = timeline["requests"]["requests"].as_array().unwrap();
    let [first, second, ..] = &requests[..] else { panic!("two requests or more: {timeline:#}") };
    assert_eq!((&first["target"], &first["load_id"]), (&format!("/loader/{LOAD}").into(), &LOAD.into()));
    assert_eq!(
        (&first["load_status"], &second["status"], &second["fault"]),
        (&"LOAD_IN_PROGRESS".into(), &500.into(), &"error".into())
    );
    let load = &timeline["loads"][0];
    let at = |value: &serde_json::Value| value["at"].as_f64().unwrap();
    assert_eq!((at(&load["history"][0]), &load["ended"]), (0.0, &true.into()));
    let changed = at(&load["history"][1]);
    assert!(at(first) < changed && changed < at(second), "{timeline:#}");
    assert!(at(requests.last().unwrap()) <= timeline["now"].as_f64().unwrap(), "{timeline:#}");
    assert_eq!((&timeline["faults"][0]["name"], &timeline["faults"][0]["fired"]), (&"error".into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_cannot_be_written_is_an_error() {
    let options = ["--case", "completed", "--json", "/no/such/folder/a.json"];
    let error = run(&arguments(&options, &PYTHON, "defective.py", &["none"]), &mut Vec::new()).await.unwrap_err();
    assert_eq!(error.exit_code(), 107);
    assert!(error.to_string().starts_with("cannot write /no/such/folder/a.json: "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_check_leaves_no_poller() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let arguments = arguments(&[], &PYTHON, "defective.py", &["leaves-a-child-and-hangs", &file.display().to_string()]);
    let child = async {
        loop {
            match std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()) {
                Some(child) => break child,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    let child: i32 = tokio::select! {
        report = report(&arguments, &["completed"]) => panic!("it has ended: {report:?}"),
        child = child => child,
    };
    let stat = || std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    while !stat().is_empty() && !stat().contains(") Z ") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
