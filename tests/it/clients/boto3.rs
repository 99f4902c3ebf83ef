//! boto3, AWS's client for Python.

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};

use super::{Asked, Face, KEYS, Neptune, STANDARD_RETRIES, python, seen};
use neptune_harness::optional::skipped;

const MISSING: &str = "python3 has no boto3";

#[rstest]
#[case::http(Face::Http)]
#[case::tls(Face::Tls)]
#[case::iam(Face::Iam)]
#[tokio::test]
async fn boto3_starts_reads_lists_and_cancels_loads(#[case] face: Face) {
    let neptune = Neptune::start(face).await;
    let Some(seen) = python::run("boto3", "boto3_client.py", &[], &neptune.endpoint).await else {
        return skipped("the simulator with boto3", MISSING);
    };
    seen::assert_understood(&seen);
    assert_eq!(neptune.sim.first().now().to_string(), "10s", "no call moves the clock");
}

#[rstest]
// The default from 1.44 on, and the default before.
#[case::standard("standard", STANDARD_RETRIES)]
#[case::legacy("legacy", [1, 1, 1, 5, 5])]
#[tokio::test]
async fn boto3_asks_again_as_the_model_tells_it_to(#[case] mode: &str, #[case] requests: [usize; 5]) {
    let asked = Asked::of_all().await;
    let mut arguments = vec![mode];
    arguments.extend(asked.endpoints().map(|endpoint| endpoint.url.as_str()));
    match python::run("boto3", "boto3_retries.py", &arguments, &asked.0[0].endpoint).await {
        Some(_) => assert_eq!(asked.counts(), requests),
        None => skipped("the simulator with the retries of boto3", MISSING),
    }
}

#[tokio::test]
async fn one_variable_leads_an_ordinary_set_up_to_the_simulator() {
    let neptune = Neptune::start(Face::Http).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let config = file("config", "[default]\nregion = eu-central-1\n");
    let credentials = file("credentials", "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n");
    let (config, credentials) = (json!({"AWS_CONFIG_FILE": config}), json!({"AWS_SHARED_CREDENTIALS_FILE": credentials}));
    let keys = json!({"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"});
    let region = json!({"AWS_DEFAULT_REGION": "us-east-1"});
    let other_region = json!({"AWS_REGION": "us-east-1"});
    let (no_region, no_credentials) =
        ("NoRegionError: You must specify a region.", "NoCredentialsError: Unable to locate credentials");
    let outcomes = [
        (vec![&config, &credentials], "healthy"),
        (vec![&region, &keys], "healthy"),
        (vec![], no_region),
        (vec![&credentials], no_region),
        (vec![&keys, &other_region], no_region),
        (vec![&config], no_credentials),
    ];
    let set_ups: Value = outcomes.iter().map(|(parts, _)| set_up(&neptune, parts)).collect();
    let Some(seen) = python::run("boto3", "boto3_setups.py", &[&set_ups.to_string()], &neptune.endpoint).await else {
        return skipped("boto3 with an ordinary set-up", MISSING);
    };
    assert_eq!(seen, outcomes.iter().map(|(_, outcome)| json!(outcome)).collect::<Value>());
}

#[tokio::test]
async fn boto3_hears_that_its_key_is_wrong() {
    let neptune = Neptune::start(Face::Iam).await;
    let signed_with = |secret: &str| {
        let keys = json!({"AWS_ACCESS_KEY_ID": KEYS.0, "AWS_SECRET_ACCESS_KEY": secret});
        let rest = json!({"AWS_DEFAULT_REGION": "us-east-1", "AWS_CA_BUNDLE": neptune.endpoint.ca_file});
        set_up(&neptune, &[&keys, &rest])
    };
    let set_ups = json!([signed_with(KEYS.1), signed_with("another secret")]).to_string();
    let Some(seen) = python::run("boto3", "boto3_setups.py", &[&set_ups], &neptune.endpoint).await else {
        return skipped("boto3 with a wrong key", MISSING);
    };
    assert_eq!(seen[0], "healthy");
    assert!(seen[1].as_str().is_some_and(|text| text.contains("(AccessDeniedException)")), "{seen}");
}

/// The one variable and these parts, and nothing of the user's.
fn set_up(neptune: &Neptune, parts: &[&Value]) -> Value {
    let mut all = json!({
        "AWS_ENDPOINT_URL_NEPTUNEDATA": neptune.endpoint.url,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    });
    for part in parts {
        all.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    }
    all
}
