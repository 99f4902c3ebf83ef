//! The body of a start, as JSON or as a form.

use neptune_server::{ClusterSpec, FuzzCluster};

use crate::ask::{Question, json, loads};

/// What strict mode takes for a signature.
const SIGNED: (&str, &str) = ("authorization", "AWS4-HMAC-SHA256 Credential=x");

/// The first line is the content type, the rest the body.
pub(crate) fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let Ok(content_type) = str::from_utf8(&bytes[..end]) else { return };
    let body = bytes.get(end + 1..).unwrap_or_default();
    let headers = [("content-type", content_type), SIGNED];
    let start = Question { method: "POST", target: "/loader", headers: &headers, body };

    let cluster = FuzzCluster::new(loads());
    let Some(answer) = start.to(&cluster) else { return };
    if answer.http_status == 200 {
        let load = json(&answer)["payload"]["loadId"].as_str().expect("a started load has an id").to_owned();
        let read =
            Question::get(&format!("/loader/{load}?details=TRUE&errors=TRUE")).to(&cluster).expect("an id fits into a path");
        let status = &json(&read)["payload"]["overallStatus"]["status"];
        assert!(status.as_str().is_some_and(|word| word.starts_with("LOAD_")), "a started load can be read: {status}");
        let listed = Question::get("/loader").to(&cluster).expect("a list can be asked for");
        let ids = json(&listed)["payload"]["loadIds"].clone();
        assert!(ids.as_array().is_some_and(|ids| ids.iter().any(|id| *id == *load)), "a started load is listed: {ids}");
    }

    let strict = FuzzCluster::new(ClusterSpec { strict: true, ..loads() });
    let strictly = start.to(&strict).expect("strict mode reads the same requests");
    assert!(strictly.http_status != 200 || answer.http_status == 200, "strict mode lets more pass than Neptune");
}
