//! The page of a report: what is wrong stands first, and everything can be found.

use std::time::{Duration, UNIX_EPOCH};

use neptune_browser::{Browser, Look, missing};
use neptune_harness::optional;
use neptune_report::{Run, TestResult, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use crate::looks::{axe, compare, violations};

/// What a test leaves in whose cluster a load was cancelled.
fn result(name: &str, verdict: Verdict) -> TestResult {
    let load = json!({
        "id": "people", "origin": "scripted", "source": "s3://b/", "status": "LOAD_CANCELLED_BY_USER", "ended": true, "depends_on": [], "ahead": [],
        "history": [{"at": 0.0, "status": "LOAD_IN_PROGRESS"}, {"at": 30.0, "status": "LOAD_CANCELLED_BY_USER"}],
    });
    let request = |number: u64, status: &str| json!({"number": number, "at": 20 * number, "method": "GET", "target": "/loader/people", "status": 200, "load_id": "people", "load_status": status});
    let requests = [request(0, "LOAD_IN_PROGRESS"), request(1, "LOAD_IN_PROGRESS"), request(2, "LOAD_CANCELLED_BY_USER")];
    let invoked =
        json!({"function": "get_load_status", "from": 40.0, "until": 40.0, "label": "PENDING", "style": "bad", "count": 1});
    TestResult {
        name: format!("beyond::{name}"),
        about: Some("A user cancels a load while a poller waits for it".to_owned()),
        verdict,
        millis: 12.0,
        message: (verdict == Verdict::Failed).then(|| "answer.status: expected \"FAILED\", got \"PENDING\"".to_owned()),
        log: vec![format!(r#"{{"level":"INFO","fields":{{"message":"{name}: </script><b>PENDING</b>"}}}}"#)],
        timeline: Some(json!({
            "name": "test", "clock": "manual", "now": 40.0, "availability": "available", "queue": [], "faults": [], "loads": [load],
            "requests": {"dropped": 0, "next": 3, "requests": requests}, "invocations": [invoked],
        })),
        ..TestResult::default()
    }
}

/// A browser that shows a report of three tests, one of which failed. `None` without a browser.
async fn report(look: Look) -> Option<(Browser, tempfile::TempDir)> {
    if let Some(why) = missing() {
        optional::skipped("a report in a browser", &why);
        return None;
    }
    let results = vec![
        result("test_one", Verdict::Passed),
        result("test_cancelled", Verdict::Failed),
        result("test_three", Verdict::Passed),
    ];
    let run = Run { results, ..Run::new("cargo xtask it --target sim", UNIX_EPOCH + Duration::from_secs(1_795_000_000)) };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    std::fs::write(&file, run.html()).unwrap();
    let browser = Browser::open(look).await.unwrap();
    browser.visit(&format!("file://{}", file.display())).await.unwrap();
    browser.until("return document.body.innerText.includes('What is wrong')").await.unwrap();
    Some((browser, folder))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_shows_first_what_is_wrong_with_its_timeline() {
    let Some((browser, _folder)) = report(Look { height: 960, ..Look::default() }).await else { return };
    let first = "return document.querySelector('.item-group.is-bad .items').innerText";
    let text = browser.run(first).await.unwrap();
    let text = text.as_str().unwrap();
    for part in ["test_cancelled", "expected \"FAILED\", got \"PENDING\"", "LOAD_CANCELLED_BY_USER", "get_load_status"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    compare("report", &browser.picture().await.unwrap());
    // A log line is text, whatever stands in it.
    assert!(text.contains("test_cancelled: </script><b>PENDING</b>"), "{text}");
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tests_of_a_report_are_filtered_by_text_and_verdict() {
    let Some((browser, _folder)) = report(Look::default()).await else { return };
    let shown = |wanted: &[&str]| {
        let wanted = json!(wanted);
        format!(
            "const names = ['test_one', 'test_cancelled', 'test_three'].filter((name) => document.body.innerText.includes(name));
             return JSON.stringify(names) === JSON.stringify({wanted})"
        )
    };
    browser.until(&shown(&["test_one", "test_cancelled", "test_three"])).await.unwrap();
    let search = fantoccini::Locator::Css("input[type=search]");
    browser.client.find(search).await.unwrap().send_keys("three").await.unwrap();
    browser.until(&shown(&["test_three"])).await.unwrap();
    browser.client.find(search).await.unwrap().send_keys(&char::from(fantoccini::key::Key::Escape).to_string()).await.unwrap();
    browser.until(&shown(&["test_one", "test_cancelled", "test_three"])).await.unwrap();
    browser
        .run("[...document.querySelectorAll('.total')].find((one) => one.textContent.toLowerCase().includes('failed')).click()")
        .await
        .unwrap();
    browser.until(&shown(&["test_cancelled"])).await.unwrap();
    browser.close().await.unwrap();
}

#[rstest]
#[case::light(Look::default())]
#[case::dark(Look { dark: true, ..Look::default() })]
#[case::narrow(Look { width: 500, height: 900, dark: false })]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_shuts_nobody_out(#[case] look: Look) {
    let Some((browser, _folder)) = report(look).await else { return };
    let Some(axe) = axe() else { return };
    browser
        .run("[...document.querySelectorAll('button')].find((one) => one.textContent === 'Open all').click()")
        .await
        .unwrap();
    let found = violations(&browser, &axe).await;
    assert_eq!(found, Value::Array(Vec::new()), "{found:#}");
    browser.close().await.unwrap();
}
