//! The documents as a browser gets them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use neptune_page::{live, live_policy, report};

/// What stands between two tags, the last time.
fn between<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let from = html.rfind(start).unwrap_or_else(|| panic!("{start} is missing")) + start.len();
    html[from..].split(end).next().expect("a split has a first part")
}

fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[test]
fn the_live_page_is_small() {
    let kib = live().len().div_ceil(1024);
    assert!(kib <= 120, "{kib} KiB");
}

#[rstest]
#[case::live(live().to_owned(), live_policy().to_owned())]
#[case::report(report(&json!({})), between(&report(&json!({})), "Policy\" content=\"", "\">").to_owned())]
fn the_policy_allows_the_script_and_the_style_that_are_there(#[case] html: String, #[case] policy: String) {
    let script = source(between(&html, "<script type=\"module\">", "</script>"));
    let style = source(between(&html, "<style>", "</style>"));
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(policy.contains(&format!("; script-src {script}; style-src {style}; ")), "{policy}");
    assert!(policy.contains("; require-trusted-types-for 'script'"), "{policy}");
}

#[test]
fn only_the_live_page_may_ask_and_only_the_server_that_serves_it() {
    assert!(live_policy().ends_with("; connect-src 'self'; frame-ancestors 'none'"), "{}", live_policy());
    let report = report(&json!({}));
    assert!(!report.contains("connect-src"), "a report asks nobody");
}

#[rstest]
#[case::live(live().to_owned())]
#[case::report(report(&json!({"title": "x"})))]
fn nothing_in_a_document_is_left_open(#[case] html: String) {
    assert!(!html.contains("{{"), "something was not filled in");
    assert_eq!(html.matches("<style>").count(), 1);
    assert_eq!(html.matches("<script type=\"module\">").count(), 1);
    for outside in ["http://", "https://", "src=", "href="] {
        assert!(!html.contains(outside), "{outside}: content from elsewhere");
    }
}

#[test]
fn a_report_holds_its_data_whatever_stands_in_it() {
    let data = json!({"title": "</script><script>{{policy}}", "items": [{"message": "<!-- {{data}} {{script}}"}]});
    let html = report(&data);
    let written = between(&html, "<script type=\"application/json\" id=\"data\">", "</script>");
    assert_eq!(serde_json::from_str::<serde_json::Value>(written).unwrap(), data);
}
