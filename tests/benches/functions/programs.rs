//! The functions that are compared.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use neptune_harness::checkout;
use neptune_harness::lambda::{Caller, CommandLine, Function, Program};

/// What the handler with boto3 needs.
const PACKAGES: &str = "boto3==1.44.5 awslambdaric==4.2.2";

/// Builds a program as it is deployed, and returns its file. `kind` is cargo's option: `--bin` or `--example`.
pub(crate) fn deployed(kind: &str, name: &str) -> PathBuf {
    let mut build = Command::new(env::var_os("CARGO").expect("cargo runs this"));
    build.args(["build", "--locked", "--profile", "lambda", "--package", "handlers", "--message-format=json", kind, name]);
    // Build scripts watch what cargo says of the package that this belongs to: half of all would be built anew.
    for (variable, _) in env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
        build.env_remove(variable);
    }
    let root = checkout::root().expect("this runs in a checkout");
    let output = build.current_dir(root).stderr(Stdio::inherit()).output().expect("cargo can be run");
    assert!(output.status.success(), "cargo cannot build {name}");
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let file = messages
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| Some(message["executable"].as_str()?.into()));
    file.expect("cargo says where a program is")
}

/// A function that is an executable.
pub(crate) fn executable(name: &str, program: PathBuf, endpoint: &str) -> Function {
    Function { name: name.to_owned(), program: program.into(), environment: environment(endpoint) }
}

/// The function of this name with boto3, or what is missing.
pub(crate) fn with_boto3(name: &str, endpoint: &str) -> Result<Function, String> {
    let mut packages = Command::new("python3");
    packages.args(["-c", "import boto3, awslambdaric"]).stderr(Stdio::null());
    if !packages.status().is_ok_and(|status| status.success()) {
        return Err(format!("python3 lacks packages: pip install {PACKAGES}"));
    }
    let folder = checkout::root().expect("this runs in a checkout").join("tests/benches/functions");
    let caller = Caller::of_this_process().expect("there is a working folder").in_folder(folder);
    let command = CommandLine::parse(&format!("python3 -m awslambdaric boto3_handler.{name}"), &caller).expect("a command");
    Ok(Function { name: name.to_owned(), program: Program::Command(command), environment: environment(endpoint) })
}

fn environment(endpoint: &str) -> BTreeMap<String, String> {
    let variables = [
        ("NEPTUNE_ENDPOINT", endpoint),
        ("AWS_ENDPOINT_URL_NEPTUNEDATA", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ("AWS_SESSION_TOKEN", "a-token-as-every-function-on-lambda-has-one"),
        // Nothing is written beside the handler's source.
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
