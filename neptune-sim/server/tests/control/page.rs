//! The page for browsers: who gets it, and what it may send.

use rstest::rstest;
use serde_json::json;

use crate::client::{ask, ask_with};
use crate::start;

#[rstest]
#[case::a_browser("/_sim", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
#[case::a_browser_with_a_slash("/_sim/", "text/html")]
#[case::anybody_at_its_own_path("/_sim/ui", "*/*")]
#[tokio::test]
async fn a_browser_gets_the_page(#[case] path: &str, #[case] accept: &str) {
    let sim = start().await;
    let answer = ask_with(sim.first().address(), "GET", path, &[("Accept", accept)], "").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.body.starts_with("<!doctype html>"), "{}", &answer.body[..100]);
}

#[rstest]
#[case::a_program("*/*")]
#[case::a_program_that_wants_json("application/json")]
#[tokio::test]
async fn a_program_gets_the_overview(#[case] accept: &str) {
    let sim = start().await;
    let answer = ask_with(sim.first().address(), "GET", "/_sim", &[("Accept", accept)], "").await;
    assert_eq!(answer.json()["clusters"][0]["name"], "first");
}

#[tokio::test]
async fn what_the_page_sends_passes_and_what_others_send_does_not() {
    let sim = start().await;
    let (address, body) = (sim.first().address(), json!({"advance": "1s"}).to_string());
    let own = sim.endpoint();
    let host = own.strip_prefix("http://").unwrap();
    let moved = |origin: String| {
        let body = body.clone();
        let host = host.to_owned();
        async move {
            let headers = [("Host", host.as_str()), ("Origin", origin.as_str()), ("Content-Type", "application/json")];
            ask_with(address, "POST", "/_sim/clusters/first/clock", &headers, &body).await
        }
    };
    assert_eq!(moved(own.clone()).await.json()["now"], 1.0);
    for other in ["http://localhost:1", "http://evil.example", "null"] {
        let refused = moved(other.to_owned()).await;
        assert_eq!(
            (refused.status, refused.json()["error"].as_str()),
            (403, Some("the control API takes no requests from web pages but its own"))
        );
    }
    assert_eq!(ask(address, "GET", "/_sim/clusters/first/clock").await.json()["now"], 1.0);
}
