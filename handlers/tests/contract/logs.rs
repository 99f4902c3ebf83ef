//! What is logged.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use handlers::{ErrorName, Invocation, check, status, subscriber};
use rstest::rstest;
use serde_json::{Value, json};
use tracing::Dispatch;

use crate::server::{Answer, Server, http, load, refusal};
use crate::setup::{KEYS, both, call, check as check_both, config, get, is_domain};

/// What the functions log in a test.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    /// Collects what this thread logs until the guard goes.
    pub(crate) fn start(level: &str) -> (Self, tracing::subscriber::DefaultGuard) {
        // Where there is but one subscriber, a place in the code that logs for the first time asks that of its own thread, which another
        // test has not set, and stays silent for us, too. So there are always several.
        static OTHERS: LazyLock<[Dispatch; 2]> =
            LazyLock::new(|| [(); 2].map(|()| Dispatch::new(tracing_subscriber::registry())));
        LazyLock::force(&OTHERS);
        let captured = Self::default();
        let writer = captured.clone();
        let guard = tracing::subscriber::set_default(subscriber(Some(level), move || writer.clone()));
        (captured, guard)
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The same, line by line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn fields(line: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), line[*name].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_result_is_one_line_and_each_failed_attempt_another() {
    let (captured, _guard) = Captured::start("INFO");
    let server = Server::start(|request| if request.index == 0 { http(500, "oops") } else { load("LOAD_COMPLETED") });
    get(server.port, "x-1\n{\u{202e}}").await.unwrap();
    let [attempt, result] = captured.lines().try_into().unwrap();
    assert_eq!(
        fields(&attempt, &["level", "requestId", "attempt", "error_type"]),
        json!({"level": "WARN", "requestId": "request-1", "attempt": 1, "error_type": "NeptuneUnavailable"})
    );
    assert!(attempt["cause"].as_str().unwrap().contains("oops"));
    assert_eq!(
        fields(&result, &["level", "function", "requestId", "load_id", "status", "attempts", "error_type"]),
        json!({"level": "INFO", "function": "get_load_status", "requestId": "request-1", "load_id": r"x-1\n{\u{202e}}",
            "status": "LOAD_COMPLETED", "attempts": 2, "error_type": null})
    );
    assert!(result["duration_ms"].is_u64());
}

#[tokio::test]
async fn the_line_of_a_check_names_both_loads() {
    let (captured, _guard) = Captured::start("INFO");
    let server = Server::start(|request| load(if is_domain(request) { "LOAD_COMPLETED" } else { "LOAD_FAILED" }));
    check_both(server.port).await;
    let [line] = captured.lines().try_into().unwrap();
    let names = [
        "function",
        "run_id",
        "domain_load_id",
        "prov_load_id",
        "domain_status",
        "prov_status",
        "status",
        "attempts",
        "error_type",
    ];
    assert_eq!(
        fields(&line, &names),
        json!({"function": "check_bulk_load_status", "run_id": "r-1", "domain_load_id": "d-1", "prov_load_id": "p-1",
            "domain_status": "LOAD_COMPLETED", "prov_status": "LOAD_FAILED", "status": "FAILED", "attempts": 3, "error_type": "LoadFailed"})
    );
}

/// An alarm that counts lines at `ERROR` sees what stays, and no more.
#[rstest]
#[case::complete("LOAD_COMPLETED", "LOAD_COMPLETED", "INFO")]
#[case::pending("LOAD_IN_QUEUE", "LOAD_COMPLETED", "INFO")]
#[case::failed("LOAD_FAILED", "LOAD_COMPLETED", "ERROR")]
#[case::out_of_reach("", "LOAD_COMPLETED", "WARN")]
#[case::failed_and_out_of_reach("", "LOAD_FAILED", "ERROR")]
#[tokio::test]
async fn the_level_of_a_check_says_whether_its_failure_stays(#[case] domain: &str, #[case] prov: &str, #[case] level: &str) {
    let (captured, _guard) = Captured::start("INFO");
    let words = [domain.to_owned(), prov.to_owned()];
    let server = Server::start(move |request| match words[usize::from(!is_domain(request))].as_str() {
        "" => http(500, "oops"),
        word => load(word),
    });
    check_both(server.port).await;
    assert_eq!(ending(&captured)["level"], level);
}

#[rstest]
#[case::read(load_word, "INFO")]
#[case::unknown(unknown, "ERROR")]
#[case::out_of_reach(oops, "WARN")]
#[tokio::test]
async fn the_level_of_a_read_says_whether_its_error_stays(#[case] answer: fn() -> Answer, #[case] level: &str) {
    let (captured, _guard) = Captured::start("WARN");
    let server = Server::start(move |_| answer());
    let outcome = get(server.port, "x-1").await;
    let line = captured.lines().into_iter().find(|line| line["message"] == "read");
    assert_eq!(line.map(|line| line["level"].clone()), outcome.err().map(|_| json!(level)));
}

fn load_word() -> Answer {
    load("LOAD_FAILED")
}

fn unknown() -> Answer {
    refusal(404, "BulkLoadIdNotFoundException", "no such load")
}

fn oops() -> Answer {
    http(500, "oops")
}

/// The line about the end of the one call.
fn ending(captured: &Captured) -> Value {
    let endings: Vec<_> = captured.lines().into_iter().filter(|line| line.get("duration_ms").is_some()).collect();
    let [ending] = &endings[..] else { panic!("{endings:#?}") };
    ending.clone()
}

#[tokio::test]
async fn a_call_for_a_tenant_names_it() {
    let (captured, _guard) = Captured::start("INFO");
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let config = || config(server.port, &[]);
    let with_tenant = |event| Invocation { tenant_id: Some("tenant-1".to_owned()), ..call(config(), event) };
    check::handle(with_tenant(both())).await.unwrap();
    status::handle(with_tenant(json!({"load_job_id": "x"}))).await.unwrap();
    status::handle(call(config(), json!({"load_job_id": "x"}))).await.unwrap();
    let tenants: Vec<_> = captured.lines().iter().map(|line| line["tenantId"].clone()).collect();
    assert_eq!(tenants, [json!("tenant-1"), json!("tenant-1"), Value::Null]);
}

#[tokio::test]
async fn a_panic_has_a_name_a_line_of_its_own_and_the_line_of_its_call() {
    let (captured, _guard) = Captured::start("INFO");
    let with_fault = |event| {
        let mut config = config(1, &KEYS);
        config.clock = || panic!("as asked");
        call(config, event)
    };
    let answer = check::handle(with_fault(both())).await.unwrap();
    assert_eq!(
        fields(&answer, &["status", "domain_status", "error_type", "retryable", "run_id"]),
        json!({"status": "FAILED", "domain_status": "UNKNOWN", "error_type": "FunctionPanicked", "retryable": false, "run_id": "r-1"})
    );
    let error = status::handle(with_fault(json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!(error.name, ErrorName::FunctionPanicked);
    assert!(!error.message.contains("as asked"), "{error}");
    let endings = captured.lines();
    let names = ["level", "requestId", "error_type", "attempts"];
    let expected = json!({"level": "ERROR", "requestId": "request-1", "error_type": "FunctionPanicked", "attempts": null});
    assert_eq!(endings.iter().map(|line| fields(line, &names)).collect::<Vec<_>>(), [expected.clone(), expected]);
}

#[tokio::test]
async fn no_credential_is_logged_at_any_level() {
    let (captured, _guard) = Captured::start("TRACE");
    let server = Server::start(|_| http(500, "oops"));
    let failed = status::handle(call(config(server.port, &KEYS), json!({"load_job_id": "x"}))).await;
    let text = format!("{}{failed:?}", captured.text());
    assert!(text.contains("oops"));
    for secret in ["AKIDEXAMPLE", "wJalrXUtnFEMI", "session-token", "AWS4-HMAC"] {
        assert!(!text.contains(secret), "{text}");
    }
}
