//! `compose.yaml`: up, healthy, asked, down, with the compose that is installed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::docker::printed;
use crate::has_image;
use crate::image::IMAGE;
use crate::running::Container;
use neptune_harness::optional::skipped;
use neptune_harness::project::root;

/// What a test adds: how `cargo xtask clean` finds what is left.
const LABELS: &str = "
services:
  neptune-sim:
    labels: {neptune-it.run: compose}
networks:
  default:
    labels: {neptune-it.run: compose}
";

/// A project of the file, under a name of its own. It is taken down with this value.
struct Project {
    /// `docker compose`, or the `docker-compose` that came before it.
    program: Vec<&'static str>,
    labels: PathBuf,
    _folder: TempDir,
}

impl Project {
    /// `None` where there is no compose.
    fn new() -> Option<Self> {
        let programs = [vec!["docker", "compose"], vec!["docker-compose"]];
        let works = |program: &Vec<&str>| printed(Command::new(program[0]).args(&program[1..]).arg("version")).is_ok();
        let program = programs.into_iter().find(works)?;
        let folder = tempfile::tempdir().unwrap();
        let labels = folder.path().join("labels.yaml");
        fs::write(&labels, LABELS).unwrap();
        Some(Self { program, labels, _folder: folder })
    }

    fn compose(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.program[0]);
        command.args(&self.program[1..]).args(["--project-name", &format!("neptune-it-{}", std::process::id())]);
        command.arg("--file").arg(root().join("neptune-sim/image/compose.yaml")).arg("--file").arg(&self.labels);
        // Any free ports: those of the file may be taken.
        command.envs([("NEPTUNE_SIM_IMAGE", IMAGE), ("NEPTUNE_SIM_PORT", "0"), ("NEPTUNE_SIM_CONTROL_PORT", "0")]);
        printed(command.args(arguments))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = self.compose(&["down", "--timeout", "2", "--volumes"]);
    }
}

#[tokio::test]
async fn the_compose_file_brings_up_a_healthy_simulator() {
    let check = "compose.yaml";
    if !has_image(check) {
        return;
    }
    let Some(project) = Project::new() else {
        return skipped(check, "neither `docker compose` nor `docker-compose` is installed");
    };
    project.compose(&["up", "--detach"]).unwrap_or_else(|said| panic!("{said}"));
    let simulator = Container::of(project.compose(&["ps", "--quiet", "neptune-sim"]).unwrap());
    simulator.wait_until_it_is_healthy();

    let nightly = simulator.cluster("nightly");
    assert_eq!(nightly.describe().await.unwrap().clock, "manual");
    let ports = simulator.inspect("{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}} {{end}}{{end}}");
    assert_eq!(ports, "127.0.0.1 127.0.0.1", "only this machine may ask");
    let rights = simulator.inspect("{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}");
    assert_eq!(rights, "true [ALL] [no-new-privileges:true]");

    project.compose(&["down", "--timeout", "2"]).unwrap_or_else(|said| panic!("{said}"));
    assert_eq!(project.compose(&["ps", "--quiet"]), Ok(String::new()), "nothing is left");
}
