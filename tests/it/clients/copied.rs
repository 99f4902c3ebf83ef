//! Requests as the page copies them, run as a user would who has set the variables of AWS's tools.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Face, Neptune, python};
use neptune_harness::optional::skipped;
use neptune_harness::project::root;

/// What a program prints, or `None` where it is missing.
async fn printed(neptune: &Neptune, program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let output = python::output(program, arguments, &neptune.endpoint).await?;
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// The cluster as the page knows it.
async fn snapshot(neptune: &Neptune) -> Option<Value> {
    let address = format!("{}/_sim/clusters/test_clients/snapshot", neptune.endpoint.url);
    let ca = neptune.endpoint.ca_file.iter().flat_map(|file| ["--cacert".to_owned(), file.display().to_string()]);
    let arguments: Vec<String> = ["-s".to_owned(), address].into_iter().chain(ca).collect();
    let (_, text) = printed(neptune, "curl", &arguments.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[rstest]
#[case::http(Face::Http)]
#[case::tls(Face::Tls)]
#[case::iam(Face::Iam)]
#[tokio::test]
async fn a_copied_request_is_answered_as_it_is(#[case] face: Face) {
    let neptune = Neptune::start(face).await;
    let Some(cluster) = snapshot(&neptune).await else { return skipped("copied requests", "there is no curl") };
    let start = json!({"source": "s3://b/it's/", "format": "csv", "iamRoleArn": "arn:aws:iam::123456789012:role/r", "region": "us-east-1", "queueRequest": "TRUE"});
    let requests = [
        ("GET", "/loader/broken?errors=true&details=true&page=1", None, 200),
        ("GET", "/loader?limit=3&includeQueuedLoads=FALSE", None, 200),
        ("GET", "/loader?loadId=broken", None, 200),
        ("GET", "/status", None, 200),
        ("POST", "/loader", Some(start.to_string()), 200),
        ("GET", "/loader/nothing", None, 404),
        ("GET", "/loader/not%20there", None, 404),
    ];
    let asked = requests.each_ref().map(|(method, target, body, _)| json!({"method": method, "target": target, "body": body}));
    let script = root().join("tests/it/clients/copied.mjs").display().to_string();
    let Some((_, copied)) =
        printed(&neptune, "node", &[&script, &json!({"cluster": cluster, "requests": asked}).to_string()]).await
    else {
        return skipped("copied requests", "there is no node");
    };
    let copied: Vec<[String; 2]> = serde_json::from_str(&copied).unwrap_or_else(|error| panic!("{error}: {copied}"));
    for ([curl, boto3], (method, target, _, status)) in copied.iter().zip(requests) {
        let (_, told) = printed(&neptune, "sh", &["-c", curl]).await.expect("there is a shell");
        if curl.starts_with('#') {
            assert!(matches!(face, Face::Iam) && target.contains('%'), "{target}: {curl}");
        } else {
            assert!(told.contains(&format!("HTTP/1.1 {status} ")), "{curl}\n{told}");
            let request = neptune.sim.first().requests().requests.pop().unwrap();
            assert_eq!((request.method.as_str(), request.explanation), (method, None), "{curl}");
        }
        let (is_answered, told) = printed(&neptune, "python3", &["-c", boto3]).await.unwrap_or_default();
        if !told.contains("No module named 'boto3'") {
            assert_eq!(is_answered, status == 200, "{boto3}\n{told}");
        }
    }
}
