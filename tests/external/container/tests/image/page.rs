//! What `neptune-sim/image/README.md` says: its commands, and the suite in Python.

use std::fs;
use std::process::Command;

use crate::docker::printed;
use crate::has_image;
use crate::image::IMAGE;
use crate::running::{Container, LABEL};
use neptune_harness::optional::skipped;
use neptune_harness::project::root;

const PAGE: &str = "neptune-sim/image/README.md";
/// Gives the containers of the suite the label by which `cargo xtask clean` finds them.
const CONFTEST: &str = r#"
from testcontainers.core.container import DockerContainer

start = DockerContainer.start
DockerContainer.start = lambda self: start(self.with_kwargs(labels={"neptune-it.run": "python"}))
"#;
/// Where this machine publishes ports, and no helper image: it cannot be pulled everywhere.
const TESTCONTAINERS: [(&str, &str); 3] =
    [("TC_HOST", "127.0.0.1"), ("TESTCONTAINERS_CONNECTION_MODE", "docker_host"), ("TESTCONTAINERS_RYUK_DISABLED", "true")];

/// The blocks of the page in a language.
fn blocks(language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(PAGE)).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_suite_in_python_passes() {
    let check = "the page's suite in Python";
    if !has_image(check) {
        return;
    }
    let python = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.args(arguments).envs(TESTCONTAINERS).env("PYTHONDONTWRITEBYTECODE", "1");
        python
    };
    if printed(&mut python(&["-c", "import boto3, pytest, testcontainers"])).is_err() {
        return skipped(check, "python3 has not all of boto3, pytest and testcontainers");
    }
    let [suite] = <[String; 1]>::try_from(blocks("python")).expect("the page has one suite in Python");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("test_nightly.py"), suite).unwrap();
    fs::write(folder.path().join("conftest.py"), CONFTEST).unwrap();
    let mut pytest = python(&["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_nightly.py"]);
    let said = printed(pytest.current_dir(folder.path())).unwrap_or_else(|said| panic!("{said}"));
    assert!(said.contains("\n3 passed in"), "{said}");
}

#[test]
fn every_docker_command_of_the_page_starts_a_simulator() {
    if !has_image("the page's docker commands") {
        return;
    }
    let blocks = blocks("sh").concat();
    let (runs, others): (Vec<&str>, Vec<&str>) = blocks.lines().partition(|line| line.starts_with("docker run "));
    assert_eq!(others, ["cargo xtask image", "curl -s http://127.0.0.1:8182/loader"], "who runs these?");
    assert!(runs.len() >= 3, "{runs:?}");
    for run in runs {
        let container = Container::unstarted();
        // Any free ports, and the very image that the tests are about.
        let line = run.replace("127.0.0.1:8182:", "127.0.0.1::").replace("127.0.0.1:8183:", "127.0.0.1::");
        let options = format!("docker run --name {} --label {LABEL} ", container.name());
        let line = line.replace("docker run ", &options).replace(" neptune-sim", &format!(" {IMAGE}"));
        let folder = root().join("neptune-sim/image");
        let shell = |line: &str| printed(Command::new("sh").args(["-ec", line]).current_dir(&folder));
        if line.ends_with(" --help") {
            let help = shell(&line).unwrap_or_else(|said| panic!("{run}\n{said}"));
            assert!(help.contains("Usage: neptune-sim"), "{run}\n{help}");
        } else {
            shell(&line.replace("docker run ", "docker run --detach ")).unwrap_or_else(|said| panic!("{run}\n{said}"));
            container.wait_until_it_listens();
        }
    }
}
