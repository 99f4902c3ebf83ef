//! What the image promises: who it runs as, that it writes nothing, how it ends, what it holds and what it is called.

use std::fs;
use std::path::{Path, PathBuf};

use neptune_control::{AddCluster, ControlClient, Fault};
use reqwest::{Certificate, Client};
use rstest::rstest;
use serde_json::{Value, json};

use crate::docker::docker;
use crate::has_image;
use crate::image::IMAGE;
use crate::running::Container;
use neptune_harness::project::root;

/// How a careful user runs it.
const WITHOUT_RIGHTS: [&str; 5] = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
/// One program, which holds the harness, its scenarios and the pages for browsers, and no operating system.
const LARGEST_BYTES: u64 = 15 << 20;

#[tokio::test]
async fn the_image_runs_as_an_unknown_user_without_rights_and_writes_nothing() {
    if !has_image("the image without rights") {
        return;
    }
    let container = Container::start(&WITHOUT_RIGHTS, &[]);
    // As root, and as any user that a platform picks, it would run as well; this is about the default.
    assert_eq!(container.inspect("{{.Config.User}}"), "65532:65532");
    let process = docker(&["top", container.name(), "-eo", "pid,uid,gid"]).unwrap();
    let owner: Vec<&str> = process.lines().nth(1).unwrap().split_whitespace().skip(1).collect();
    assert_eq!(owner, ["65532", "65532"], "{process}");
    let answer = reqwest::get(format!("{}/loader", container.published(8182))).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(docker(&["diff", container.name()]), Ok(String::new()), "it has written something");
}

#[test]
fn the_image_tells_docker_that_it_is_healthy() {
    if has_image("the image's health check") {
        Container::start(&WITHOUT_RIGHTS, &[]).wait_until_it_is_healthy();
    }
}

#[tokio::test]
async fn the_image_ends_at_once_and_answers_what_it_was_asked() {
    if !has_image("the image's end") {
        return;
    }
    let container = Container::start(&[], &[]);
    let cluster = container.cluster("default");
    let held: Fault = serde_json::from_value(json!({"after": "600ms", "clock": "wall", "does": "delay"})).unwrap();
    cluster.add_fault(&held).await.unwrap();
    let asking = tokio::spawn(reqwest::get(format!("{}/loader", container.published(8182))));
    while cluster.faults().await.unwrap()[0].fired == 0 {
        tokio::task::yield_now().await;
    }
    // What has not ended after two seconds is killed, and its exit code then is 137.
    docker(&["stop", "-t", "2", container.name()]).unwrap();
    assert_eq!(container.inspect("{{.State.ExitCode}}"), "0");
    let answer = asking.await.unwrap().expect("a request is answered");
    assert_eq!(answer.json::<Value>().await.unwrap()["status"], "200 OK");
}

#[test]
fn the_image_is_small() {
    if has_image("the image's size") {
        let bytes: u64 = inspect("{{.Size}}").parse().unwrap();
        assert!(bytes < LARGEST_BYTES, "{bytes} bytes");
    }
}

#[rstest]
#[case::title("title", |text: &str| text == "neptune-sim")]
#[case::version("version", |text: &str| text == env!("CARGO_PKG_VERSION"))]
#[case::revision("revision", |text: &str| text.len() >= 40 && text.is_ascii())]
#[case::licence("licenses", |text: &str| text == "Apache-2.0")]
fn the_image_says_what_it_is(#[case] label: &str, #[case] is_right: impl Fn(&str) -> bool) {
    if has_image("the image's labels") {
        let text = inspect(&format!("{{{{index .Config.Labels \"org.opencontainers.image.{label}\"}}}}"));
        assert!(is_right(&text), "{label}: `{text}`");
    }
}

#[test]
fn the_image_holds_the_scenarios() {
    if !has_image("the image's scenarios") {
        return;
    }
    let (container, folder) = (Container::unstarted(), tempfile::tempdir().unwrap());
    let label = super::running::LABEL;
    docker(&["create", "--name", container.name(), "--label", label, IMAGE]).unwrap();
    let inside = folder.path().join("scenarios");
    docker(&["cp", &format!("{}:/scenarios", container.name()), &inside.display().to_string()]).unwrap();
    let ours = root().join("scenarios");
    let scenarios = files(&ours).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "yaml"));
    let mut found = 0;
    for scenario in scenarios {
        let copy = inside.join(scenario.strip_prefix(&ours).unwrap());
        assert!(fs::read(&copy).ok() == fs::read(&scenario).ok(), "{} is not in the image, or another", scenario.display());
        found += 1;
    }
    assert!(found > 100, "only {found} scenarios were found");
}

#[tokio::test]
async fn a_cluster_behind_tls_is_met_at_the_containers_own_address() {
    if !has_image("the image and TLS") {
        return;
    }
    let container = Container::start(&WITHOUT_RIGHTS, &[]);
    let scenario = fs::read_to_string(root().join("scenarios/beyond/check_over_tls.yaml")).unwrap();
    let control = ControlClient::new(&format!("http://{}:8183", container.address())).unwrap();
    let added = control.add_cluster(scenario, &AddCluster::default()).await.unwrap();
    assert!(added.endpoint.starts_with(&format!("https://{}:", container.address())), "{}", added.endpoint);
    let ca = Certificate::from_pem(added.ca.expect("it has a CA of its own").as_bytes()).unwrap();
    let client = Client::builder().no_proxy().tls_certs_only([ca]).build().unwrap();
    let answer = client.get(format!("{}/loader", added.endpoint)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

fn inspect(format: &str) -> String {
    docker(&["image", "inspect", "--format", format, IMAGE]).unwrap()
}

/// Every file in a folder and in those within.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
