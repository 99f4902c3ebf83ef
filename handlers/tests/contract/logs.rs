//! What is logged.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use handlers::{status, subscriber};
use serde_json::{Value, json};
use tracing::Dispatch;

use crate::server::{Server, http, load};
use crate::setup::{KEYS, call, check, config, get, is_domain};

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
        fields(&attempt, &["level", "request_id", "attempt", "error_type"]),
        json!({"level": "WARN", "request_id": "request-1", "attempt": 1, "error_type": "NeptuneUnavailable"})
    );
    assert!(attempt["cause"].as_str().unwrap().contains("oops"));
    assert_eq!(
        fields(&result, &["level", "function", "request_id", "load_id", "status", "attempts", "error_type"]),
        json!({"level": "INFO", "function": "get_load_status", "request_id": "request-1", "load_id": r"x-1\n{\u{202e}}",
            "status": "LOAD_COMPLETED", "attempts": 2, "error_type": null})
    );
    assert!(result["duration_ms"].is_u64());
}

#[tokio::test]
async fn the_line_of_a_check_names_both_loads() {
    let (captured, _guard) = Captured::start("INFO");
    let server = Server::start(|request| load(if is_domain(request) { "LOAD_COMPLETED" } else { "LOAD_FAILED" }));
    check(server.port).await;
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
