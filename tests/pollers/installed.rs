//! What is installed for the pollers, and in which version.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use neptune_harness::project::root;
use serde_json::Value;

use crate::rows::{Origin, Row};

/// How to install what is missing.
pub(crate) const REMEDY: &str = "python3 -m venv target/ci-pollers && target/ci-pollers/bin/pip install --no-deps -r tests/pollers/requirements.txt && \
    npm install --prefix target/ci-node --no-save @aws-sdk/client-neptunedata@3.403.0";
/// Asks Python for the versions of its packages.
const VERSIONS: &str = "import json; from importlib.metadata import distributions; \
    print(json.dumps({found.metadata['Name']: found.version for found in distributions()}))";
const AWS_SDK: &str = "@aws-sdk/client-neptunedata";
/// The release of AWS's SDK for JavaScript that `.ci/run` installs.
const AWS_SDK_VERSION: &str = "3.403.0";

/// Interpreters, and the versions of packages.
#[derive(Debug)]
pub(crate) struct Installed {
    /// Python of the environment for the pollers.
    pub(crate) python: PathBuf,
    /// The folder above `node_modules`.
    pub(crate) node_folder: PathBuf,
    /// The package and its version, by name.
    versions: BTreeMap<String, String>,
    /// The versions that are wanted.
    pins: BTreeMap<String, String>,
}

impl Installed {
    pub(crate) fn find() -> Self {
        let python = root().join("target/ci-pollers/bin/python");
        let node_folder = root().join("target/ci-node");
        let mut versions: BTreeMap<String, String> = output(Command::new(&python).args(["-c", VERSIONS]))
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        versions.extend(node_version(&node_folder).map(|version| (AWS_SDK.to_owned(), version)));
        Self { python, node_folder, versions, pins: pins() }
    }

    /// The first thing that a poller needs and that is not there, in words.
    pub(crate) fn lack(&self, row: &Row) -> Option<String> {
        if row.is_in_python() && !self.python.exists() {
            return Some("there is no target/ci-pollers".to_owned());
        }
        row.needs.iter().find_map(|package| {
            let wanted = &self.pins[*package];
            match self.versions.get(*package) {
                Some(version) if version == wanted => None,
                Some(version) => Some(format!("{package} is installed as {version}, not as {wanted}")),
                None => Some(format!("{package} {wanted} is not installed")),
            }
        })
    }

    /// The version of a poller: that of its package, or of the code that was read.
    pub(crate) fn version(&self, row: &Row) -> String {
        match row.origin {
            Origin::Package(package) => self.pins[package].clone(),
            Origin::Ours => env!("CARGO_PKG_VERSION").to_owned(),
            Origin::Rebuilt(source) => source.to_owned(),
        }
    }
}

/// What the packages' versions must be.
fn pins() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("tests/pollers/requirements.txt")).unwrap();
    let pins =
        text.lines().filter_map(|line| line.split_once("==")).map(|(name, version)| (name.to_owned(), version.to_owned()));
    pins.chain([(AWS_SDK.to_owned(), AWS_SDK_VERSION.to_owned())]).collect()
}

fn node_version(folder: &Path) -> Option<String> {
    output(Command::new("node").arg("--version"))?;
    let manifest = fs::read(folder.join("node_modules").join(AWS_SDK).join("package.json")).ok()?;
    let manifest: Value = serde_json::from_slice(&manifest).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
