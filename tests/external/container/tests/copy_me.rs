//! A poller of yours against a simulated Neptune in a container. Copy this file into the `tests` folder of a project; it needs Docker, the
//! image `neptune-sim`, and the crates `reqwest` (with `json`), `serde_json`, `tempfile`, `testcontainers` and `tokio`.

use std::error::Error;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use testcontainers::core::{IntoContainerPort, Mount, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

// What is under test. Yours is elsewhere: import it.

/// Comes back when the load has completed. Takes three errors of Neptune's in a row for an outage.
async fn wait_for_load(http: &Client, neptune: &str, load: &str, sleep: impl AsyncFn(Duration) -> Outcome) -> Outcome {
    let url = format!("{neptune}/loader/{load}?details=true&errors=true");
    let mut errors = 0;
    while errors < 3 {
        let answer = http.get(&url).send().await?;
        if answer.status().is_server_error() {
            errors += 1;
        } else {
            errors = 0;
            let payload = answer.error_for_status()?.json::<Value>().await?["payload"].take();
            match payload["overallStatus"]["status"].as_str() {
                Some("LOAD_COMPLETED") => return Ok(()),
                Some("LOAD_NOT_STARTED" | "LOAD_IN_QUEUE" | "LOAD_IN_PROGRESS") => {}
                other => return Err(format!("{other:?}: {}", payload["errors"]["errorLogs"][0]["errorMessage"]).into()),
            }
        }
        sleep(Duration::from_secs(10)).await?;
    }
    Err("Neptune is out of order".into())
}

// What the simulated Neptune does.

const SCENARIO: &str = "
name: nightly
about: A load that waits, runs and completes, and one that fails
given:
  loads:
    people: {lifecycle: [LOAD_IN_QUEUE 20s, LOAD_IN_PROGRESS 40s, LOAD_COMPLETED]}
    knows:
      lifecycle: [LOAD_IN_PROGRESS 30s, LOAD_FAILED]
      errors:
        - {code: PARSING_ERROR, message: Record has more columns than header, file: knows.csv, record: 60}
";

/// A container with the cluster of the scenario. Dropping this value removes the container and the folder that it mounts.
struct Simulator {
    http: Client,
    neptune: String,
    control: String,
    _container: ContainerAsync<GenericImage>,
    _folder: TempDir,
}

impl Simulator {
    async fn start() -> Outcome<Self> {
        // Only where reqwest is built without a TLS provider, as it is here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        // Such folders are their owner's alone; the simulator runs as a user without rights.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        fs::write(folder.path().join("nightly.yaml"), SCENARIO)?;
        let container = GenericImage::new("neptune-sim", "latest")
            .with_exposed_port(8182.tcp())
            .with_exposed_port(8183.tcp())
            .with_wait_for(WaitFor::message_on_stdout("listens on"))
            .with_mount(Mount::bind_mount(folder.path().display().to_string(), "/mine"))
            .with_cmd(["/mine/nightly.yaml", "--clock", "manual"])
            // Finds what a test leaves that was killed: docker ps --all --filter label=neptune-it.run
            .with_label("neptune-it.run", "copy_me")
            .start()
            .await?;
        // Not `get_host`: within a container it names an address at which Docker need not publish anything.
        let neptune = format!("http://127.0.0.1:{}", container.get_host_port_ipv4(8182).await?);
        let control = format!("http://127.0.0.1:{}/_sim/clusters/nightly", container.get_host_port_ipv4(8183).await?);
        Ok(Self { http: Client::new(), neptune, control, _container: container, _folder: folder })
    }

    /// Asks the control API.
    async fn ask(&self, path: &str) -> Outcome<Value> {
        Ok(self.http.get(format!("{}{path}", self.control)).send().await?.error_for_status()?.json().await?)
    }

    /// Sends a change to the control API.
    async fn tell(&self, path: &str, what: &Value) -> Outcome {
        self.http.post(format!("{}{path}", self.control)).json(what).send().await?.error_for_status()?;
        Ok(())
    }

    /// Waits for a load with the function under test. Its sleep lets time pass for the simulator, and takes none.
    async fn wait_for_load(&self, load: &str) -> Outcome {
        let sleep = async |time: Duration| self.tell("/clock", &json!({"advance": format!("{}s", time.as_secs())})).await;
        wait_for_load(&self.http, &self.neptune, load, sleep).await
    }
}

#[tokio::test]
async fn a_load_is_waited_for_until_it_has_completed() -> Outcome {
    let simulator = Simulator::start().await?;
    simulator.wait_for_load("people").await?;
    assert_eq!(simulator.ask("/clock").await?["now"], 60.0);
    Ok(())
}

#[tokio::test]
async fn a_load_that_fails_says_why() -> Outcome {
    let simulator = Simulator::start().await?;
    let error = simulator.wait_for_load("knows").await.expect_err("the load fails");
    assert_eq!(error.to_string(), r#"Some("LOAD_FAILED"): "Record has more columns than header""#);
    Ok(())
}

#[tokio::test]
async fn one_error_on_the_way_is_lived_through() -> Outcome {
    let simulator = Simulator::start().await?;
    simulator.tell("/faults", &json!({"use": "blip-500", "on": {"load": "people"}})).await?;
    simulator.wait_for_load("people").await?;
    assert_eq!(simulator.ask("/faults").await?[0]["fired"], 1);
    Ok(())
}
