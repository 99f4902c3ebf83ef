//! The shipped machines with the functions under AWS's own emulator of Lambda, which is in the package of the SAM CLI.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use neptune_harness::backend::Backend as _;
use neptune_harness::binaries::handler_binary;
use neptune_harness::optional::skipped;
use neptune_harness::process_group::ProcessGroup;
use neptune_harness::project::root;
use neptune_server::ReservedPort;
use neptune_state_machine::EngineKind::{Moto, Node};
use neptune_state_machine::{Reply, Status, Tasks};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::cluster::{CHECK, GET, START, cluster};
use super::routes::{Machine, WELL, input, loads, run_with};

/// The emulator, as CI installs it.
fn emulator() -> Option<PathBuf> {
    let packages = std::fs::read_dir(root().join("target/ci-linters/lib")).ok()?;
    let path = |python: PathBuf| python.join("site-packages/samcli/local/rapid/aws-lambda-rie-x86_64");
    packages.flatten().map(|python| path(python.path())).find(|emulator| emulator.exists())
}

/// A function under an emulator of its own, which takes one call after the other.
struct Emulated {
    url: String,
    /// The emulator takes no port 0.
    _ports: [ReservedPort; 2],
    _process: ProcessGroup,
}

impl Emulated {
    fn start(emulator: &PathBuf, function: &str, neptune: &str) -> Self {
        let ports = [(); 2].map(|()| ReservedPort::at((Ipv4Addr::LOCALHOST, 0).into()).unwrap());
        let [invocations, runtime_api] = [ports[0].address(), ports[1].address()];
        let mut command = Command::new(emulator);
        command
            .args(["--runtime-interface-emulator-address", &invocations.to_string()])
            .args(["--runtime-api-address", &runtime_api.to_string()])
            .arg(handler_binary(function).unwrap())
            .env_clear()
            .envs([("NEPTUNE_ENDPOINT", neptune), ("NEPTUNE_LOAD_ROLE_ARN", "arn:aws:iam::123456789012:role/load")])
            .envs([("AWS_REGION", "us-east-1"), ("AWS_LAMBDA_FUNCTION_TIMEOUT", "10"), ("PATH", "/usr/bin:/bin")])
            .envs([("AWS_LAMBDA_FUNCTION_NAME", function), ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")])
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let url = format!("http://{invocations}/2015-03-31/functions/function/invocations");
        Self { url, _ports: ports, _process: ProcessGroup::start(command).unwrap() }
    }

    /// Its answer, or the error that it reports in the place of one.
    async fn call(&self, event: &Value) -> Reply {
        let send = || reqwest::Client::new().post(&self.url).body(event.to_string()).send();
        let started = tokio::time::timeout(Duration::from_secs(10), async {
            loop {
                match send().await {
                    Ok(answer) => break answer,
                    // It does not listen yet.
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        });
        let answer = started.await.expect("the emulator answers").bytes().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        match (answer["errorType"].as_str(), answer["errorMessage"].as_str()) {
            (Some(name), Some(message)) => Reply::error(name, message),
            _ => Reply::answer(answer),
        }
    }
}

#[rstest]
#[case::well(WELL, Status::Succeeded, None)]
#[case::failed(&["LOAD_FAILED"], Status::Failed, Some("LoadFailed"))]
#[tokio::test]
async fn the_functions_answer_the_machines_under_awss_emulator(
    #[case] prov: &[&str],
    #[case] status: Status,
    #[case] error: Option<&str>,
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let Some(emulator) = emulator() else {
        return skipped(
            "functions under AWS's emulator of Lambda",
            "target/ci-linters has no aws-sam-cli: .ci/run installs it",
        );
    };
    let cluster = cluster(&loads(WELL, prov)).await;
    let emulated = [START, CHECK, GET].map(|name| (name, Emulated::start(&emulator, name, cluster.endpoint())));
    let tasks = emulated.into_iter().fold(Tasks::default(), |tasks, (name, function)| {
        let function = Arc::new(Mutex::new(function));
        tasks.function(name, move |event| {
            let function = Arc::clone(&function);
            async move { function.lock().await.call(&event).await }
        })
    });
    let Some(run) = run_with(machine, cluster, &input(), tasks).await else { return };
    assert_eq!((run.ended.status, run.ended.error.as_deref()), (status, error), "{:#?}", run.ended);
    if status == Status::Succeeded {
        assert_eq!(run.output()["check"]["status"], json!("SUCCESS"));
        run.assert_success();
    }
}
