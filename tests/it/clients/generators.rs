//! Clients and models that generators make of the OpenAPI document, against a running simulator; and requests that schemathesis makes up.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Face, Neptune, python};
use neptune_harness::optional::skipped;
use neptune_harness::project::root;

/// A folder of a test's own, and the document in it.
fn folder(name: &str) -> (PathBuf, PathBuf) {
    let folder = root().join("target/it/generated").join(name);
    fs::create_dir_all(&folder).unwrap();
    let document = folder.join("openapi.json");
    fs::write(&document, neptune_server::openapi().to_string()).unwrap();
    (folder, document)
}

/// Generates something and drives a simulator with it; `None` where python3 has not the module.
async fn drive(module: &str, script: &str) -> Option<Value> {
    let neptune = Neptune::start(Face::Http).await;
    let (folder, document) = folder(module);
    let shown = |path: &Path| path.display().to_string();
    let arguments = [shown(&document), shown(&folder), neptune.endpoint.url.clone()];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    python::run(module, script, &arguments, &neptune.endpoint).await
}

#[tokio::test]
async fn a_client_of_openapi_python_client_drives_a_simulator() {
    let Some(seen) = drive("openapi_python_client", "generated_client.py").await else {
        return skipped("a generated client", "python3 has no openapi-python-client");
    };
    let expected = json!({
        "added": ["generated", "manual", ["people"]],
        "moved": "5s",
        "waited": "30s",
        "faults": ["reset", "error", "slow_body", "failover/reset", "failover/refused", "failover/internal-failure", "failover/read-only"],
        "first_fault": "reset",
        "keys": ["AKID"],
        "scripted": "LOAD_IN_PROGRESS",
        "outcome": "LOAD_COMPLETED",
        "quirk": ["bad_request"],
        "role": "reader",
        "twin": ["twin", "silent"],
        "cleared": 7,
        "requests": ["/loader"],
        "loads": ["people", "more"],
    });
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn models_of_datamodel_code_generator_write_what_a_simulator_takes() {
    let Some(seen) = drive("datamodel_code_generator", "generated_models.py").await else {
        return skipped("generated models", "python3 has no datamodel-code-generator");
    };
    let expected = json!({
        "added": ["models", "manual", ["people"]],
        "moved": "5s",
        "waited": "30s",
        "faults": ["reset", "error", "answer", "gateway"],
        "keys": ["AKID"],
        "scripted": "LOAD_IN_PROGRESS",
        "outcome": "LOAD_IN_PROGRESS",
        "role": "reader",
        "twin": "models-twin",
        "requests": ["/loader"],
        "loads": ["people", "more"],
    });
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_schemathesis_makes_up_is_answered_as_the_document_says() {
    let neptune = Neptune::start(Face::Http).await;
    let (folder, document) = folder("schemathesis");
    let (document, folder) = (document.display().to_string(), folder.display().to_string());
    let arguments = [document.as_str(), folder.as_str(), neptune.endpoint.url.as_str()];
    let Some(seen) = python::run("schemathesis", "made_up_requests.py", &arguments, &neptune.endpoint).await else {
        return skipped("requests that schemathesis makes up", "python3 has no schemathesis");
    };
    assert_eq!(seen["failed"], json!([]), "seed {}", seen["seed"]);
    assert!(seen["cases"].as_u64().is_some_and(|cases| cases > 500), "{seen}");
    assert!(neptune.sim.cluster("test_clients").is_some(), "it still runs");
}
