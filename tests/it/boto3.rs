//! An unmodified AWS client against the simulator: whatever boto3 understands, Neptune could have said.

use std::process::Output;

use neptune_it::target::SimTarget;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::optional::skipped;

const CLUSTER: &str = "
name: test_boto3
about: two loads that boto3 starts
given:
  unknown_loads: [unheard-of]
  started_loads:
    - {lifecycle: [LOAD_IN_PROGRESS 1h, LOAD_COMPLETED], files: 3, records: 90}
action:
  - invoke:
      function: get_load_status
      event: {load_job_id: unheard-of}
      expect: {it answers: {answer: {is: present}}}
";

/// What the client saw, or `None` where Python has no boto3.
async fn what_boto3_saw(endpoint: &str) -> Option<Value> {
    if !python(endpoint, &["-c", "import boto3"]).await.is_some_and(|output| output.status.success()) {
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/it/boto3_client.py");
    let Output { status, stdout, stderr } = python(endpoint, &[script]).await?;
    assert!(status.success(), "{status}: {}", String::from_utf8_lossy(&stderr));
    Some(serde_json::from_slice(&stdout).expect("the client prints JSON"))
}

async fn python(endpoint: &str, arguments: &[&str]) -> Option<Output> {
    let inherited = ["PATH", "HOME", "VIRTUAL_ENV"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let client = Command::new("python3")
        .args(arguments)
        .env_clear()
        .envs(inherited)
        .envs([
            ("AWS_ENDPOINT_URL_NEPTUNEDATA", endpoint),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ])
        .kill_on_drop(true)
        .output();
    client.await.ok()
}

#[tokio::test]
async fn boto3_starts_reads_lists_and_cancels_loads() {
    let target = SimTarget::start(CLUSTER).await.unwrap();
    let Some(seen) = what_boto3_saw(target.endpoint()).await else {
        return skipped("the simulator with an unmodified AWS client", "python3 has no boto3");
    };
    let status = |call: &str| &seen[call]["payload"]["overallStatus"]["status"];
    let id = |call: &str| &seen[call]["payload"]["loadId"];

    assert_eq!(seen["engine"]["status"], "healthy", "{seen:#}");
    assert_eq!((&seen["started"]["status"], &seen["queued"]["status"]), (&json!("200 OK"), &json!("200 OK")));
    assert_eq!((status("running"), status("waiting")), (&json!("LOAD_IN_PROGRESS"), &json!("LOAD_IN_QUEUE")));
    assert_eq!(seen["running"]["payload"]["overallStatus"]["fullUri"], "s3://neptune-loads/people/");
    assert_eq!(seen["running"]["payload"]["errors"]["loadId"], *id("started"));
    assert_eq!(seen["all"]["payload"]["loadIds"], json!([id("queued"), id("started")]));
    assert_eq!(seen["without_waiting"]["payload"]["loadIds"], json!([id("started")]));
    assert_eq!(seen["cancelled"]["status"], "200 OK");
    assert_eq!(status("afterwards"), "LOAD_CANCELLED_BY_USER");

    assert_eq!((&seen["busy"]["raised"], &seen["busy"]["http"]), (&json!("BadRequestException"), &json!(400)));
    assert!(seen["busy"]["text"].as_str().unwrap().contains("Max concurrent load limit breached"), "{}", seen["busy"]);
    for call in ["unknown", "cancelled_unknown"] {
        assert_eq!((&seen[call]["raised"], &seen[call]["http"]), (&json!("BulkLoadIdNotFoundException"), &json!(404)));
        assert!(seen[call]["text"].as_str().unwrap().contains("unheard-of"), "{}", seen[call]);
    }

    assert_eq!(target.state().await.unwrap().now, "0s", "no call moves the clock");
}
