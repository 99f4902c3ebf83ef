//! Clients written in Python, each in a process of its own that knows nothing of the user's AWS set-up.

use std::ffi::OsString;
use std::process::Output;

use serde_json::Value;
use tokio::process::Command;

use super::Endpoint;
use neptune_harness::project::root;

/// Runs a script of this folder and gives what it prints, or `None` where python3 has not the module that the script is about.
pub(super) async fn run(module: &str, script: &str, arguments: &[&str], endpoint: &Endpoint) -> Option<Value> {
    let script = root().join("tests/it/clients").join(script).display().to_string();
    let Output { status, stdout, stderr } = output("python3", &[&[script.as_str()], arguments].concat(), endpoint).await?;
    let complaint = String::from_utf8_lossy(&stderr);
    if complaint.contains(&format!("No module named '{module}'")) {
        return None;
    }
    assert!(status.success(), "{script}: {status}: {complaint}");
    Some(serde_json::from_slice(&stdout).expect("the client prints JSON"))
}

/// Runs a program with the endpoint in the variables that AWS clients read, or `None` if there is no such program.
pub(super) async fn output(program: &str, arguments: &[&str], endpoint: &Endpoint) -> Option<Output> {
    let mut client = Command::new(program);
    client.args(arguments).env_clear().envs(inherited()).envs(environment(endpoint));
    client.kill_on_drop(true).output().await.ok()
}

/// What a program needs to be found and to find its modules.
pub(super) fn inherited() -> impl Iterator<Item = (&'static str, OsString)> {
    ["PATH", "HOME", "VIRTUAL_ENV"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))
}

fn environment(endpoint: &Endpoint) -> Vec<(&'static str, OsString)> {
    let (key, secret) = endpoint.keys;
    let fixed = [
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    let mut all: Vec<_> = fixed.map(|(name, value)| (name, OsString::from(value))).into();
    all.push(("AWS_ENDPOINT_URL_NEPTUNEDATA", endpoint.url.clone().into()));
    all.extend(endpoint.ca_file.as_ref().map(|file| ("AWS_CA_BUNDLE", file.clone().into_os_string())));
    all
}
