//! Calls of both functions with a server on loopback.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use handlers::{Client, Config, Invocation, StatusError, check, status};
use serde_json::{Value, json};

use crate::server::Request;

/// The settings for a server on loopback, with retries that do not pause.
pub(crate) fn config(port: u16, more: &[(&str, &str)]) -> Config {
    config_for(&format!("http://127.0.0.1:{port}"), more)
}

/// The same for any endpoint.
pub(crate) fn config_for(endpoint: &str, more: &[(&str, &str)]) -> Config {
    let mut variables: HashMap<_, _> = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    variables.insert("NEPTUNE_ENDPOINT".to_owned(), endpoint.to_owned());
    let mut config = Config::from_variables(&variables).unwrap();
    config.retry.first_pause = Duration::ZERO;
    config
}

/// One call by Lambda, with the deadline that says nothing.
pub(crate) fn call(config: Config, event: Value) -> Invocation {
    invocation(Client::new(config), event)
}

/// The same with a client that may be missing.
pub(crate) fn invocation(client: Result<Client, StatusError>, event: Value) -> Invocation {
    Invocation {
        event,
        unreadable: None,
        request_id: "request-1".into(),
        tenant_id: None,
        deadline_ms: 600_000,
        received_at: SystemTime::now(),
        started: Instant::now(),
        client,
    }
}

/// Calls `get_load_status`.
pub(crate) async fn get(port: u16, id: &str) -> Result<Value, StatusError> {
    status::handle(call(config(port, &[]), json!({"load_job_id": id}))).await
}

/// Calls `check_bulk_load_status` for `d-1`, `p-1` and `r-1`.
pub(crate) async fn check(port: u16) -> Value {
    check::handle(call(config(port, &[]), both())).await.unwrap()
}

/// The event that [`check`] sends.
pub(crate) fn both() -> Value {
    json!({"domain_load_id": "d-1", "prov_load_id": "p-1", "run_id": "r-1"})
}

/// Whether a request is about the domain load of [`both`].
pub(crate) fn is_domain(request: &Request) -> bool {
    request.target.starts_with("/loader/d-1")
}

/// Credentials as Lambda sets them.
pub(crate) const KEYS: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
    ("AWS_SESSION_TOKEN", "session-token"),
    ("AWS_REGION", "eu-west-1"),
];
