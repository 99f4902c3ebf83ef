//! The harness: the test binary that runs the scenarios. Builds it, finds it, lists it, runs it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::cargo::{EXTERNAL, cargo};
use crate::flags::Target;

/// The test target that runs the scenarios, in each of these packages.
const TEST: &str = "scenarios";
const ON_SIM: &str = "neptune-harness";
const ON_CONTAINER: &str = "neptune-container";
/// What a run on the simulator takes, and no more: the handlers' programs and that test. The whole workspace is selected, so that crates
/// have the features that they have in every other build of it.
const FOR_SIM: [&str; 10] = [
    "build",
    "--workspace",
    "--locked",
    "--test",
    TEST,
    "--bin",
    "check_bulk_load_status",
    "--bin",
    "get_load_status",
    MESSAGES,
];
const FOR_CONTAINER: [&str; 6] = ["build", "--workspace", "--locked", "--test", TEST, MESSAGES];
const MESSAGES: &str = "--message-format=json-render-diagnostics";

/// The variable with what is tested: see `neptune_harness::options`. Empty: this project's own functions.
pub(crate) const OPTIONS: &str = "NEPTUNE_IT_OPTIONS";
/// What the harness ends with where the user can mend what keeps it from running anything (`neptune_harness::runner::CANNOT_BEGIN`).
const CANNOT_BEGIN: i32 = 64;

/// Why the harness ran nothing: a command, a map or a folder is wrong, or a function does not start.
#[derive(Debug)]
pub(crate) struct CannotBegin(String);

impl CannotBegin {
    /// # Errors
    /// The harness ended with this.
    pub(crate) fn check(status: ExitStatus, said: impl FnOnce() -> String) -> Result<(), Self> {
        if status.code() == Some(CANNOT_BEGIN) { Err(Self(said().trim_end().to_owned())) } else { Ok(()) }
    }
}

impl std::error::Error for CannotBegin {}

impl std::fmt::Display for CannotBegin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The harness, built and found.
pub(crate) struct Harness {
    /// The test binary.
    pub(crate) exe: PathBuf,
    /// The folder of its package. It runs there, as it does under `cargo test`.
    pub(crate) folder: PathBuf,
}

impl Harness {
    /// Builds what the target needs. `None` says that the build failed; cargo has said why.
    ///
    /// # Errors
    /// Cargo cannot run, or built everything except the harness.
    pub(crate) fn build(root: &Path, target: Target) -> Result<Option<Self>> {
        let Some(messages) = built(root, &FOR_SIM)? else { return Ok(None) };
        if target != Target::Container {
            return Self::found(&messages, ON_SIM).map(Some);
        }
        // The handlers are there now; the container's own test is of the other workspace.
        let Some(messages) = built(&root.join(EXTERNAL), &FOR_CONTAINER)? else { return Ok(None) };
        Self::found(&messages, ON_CONTAINER).map(Some)
    }

    fn found(messages: &str, package: &str) -> Result<Self> {
        let found = find_test(messages, package, TEST).map(|(exe, folder)| Self { exe, folder });
        found.with_context(|| format!("cargo built no test `{TEST}` of {package}; has it moved?"))
    }

    /// The names of all tests, in the harness's order.
    ///
    /// # Errors
    /// [`CannotBegin`]; or the harness cannot run or does not list its tests; its output is part of the error.
    pub(crate) fn list(&self, options: &str) -> Result<Vec<String>> {
        let output = self.command().arg("--list").env(OPTIONS, options).output().with_context(|| self.cannot_run())?;
        CannotBegin::check(output.status, || String::from_utf8_lossy(&output.stderr).into_owned())?;
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "the harness could not list its tests ({}):\n{stdout}{stderr}", output.status);
        Ok(parse_list(&stdout))
    }

    /// Runs the harness to its end, with an input that it does not read. Everything it writes goes to `log`; `finished` hears the name of
    /// each test that is done.
    ///
    /// # Errors
    /// The harness cannot run, or the log cannot be written.
    pub(crate) fn run<'a>(
        &self,
        arguments: &[&str],
        variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
        input: Stdio,
        log: &Path,
        mut finished: impl FnMut(&str),
    ) -> Result<ExitStatus> {
        let mut log = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = self
            .command()
            .args(arguments)
            .envs(variables)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()
            .with_context(|| self.cannot_run())?;
        let stdout = child.stdout.take().expect("stdout was just made a pipe");
        for line in BufReader::new(stdout).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            writeln!(log, "{line}")?;
            if let Some(name) = parse_finished(&line) {
                finished(name);
            }
        }
        Ok(child.wait()?)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.exe);
        // Plain output even where CLICOLOR_FORCE is set: we read it.
        command
            .args(["--color", "never"])
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .stdin(Stdio::null());
        command
    }

    fn cannot_run(&self) -> String {
        format!("cannot run the harness {}", self.exe.display())
    }
}

/// Runs a build, and gives the messages of cargo. `None` says that the build failed; cargo has said why.
///
/// # Errors
/// Cargo cannot run.
pub(crate) fn built(folder: &Path, arguments: &[&str]) -> Result<Option<String>> {
    let output = cargo(folder, arguments).stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Builds what a run on the simulator needs, so that the handlers are there for another run. `false` says that the build failed.
///
/// # Errors
/// Cargo cannot run.
pub(crate) fn build_handlers(root: &Path) -> Result<bool> {
    Ok(built(root, &FOR_SIM)?.is_some())
}

/// Cargo's messages about something that it built. Its other messages lack these fields.
#[derive(Deserialize)]
struct Artifact {
    package_id: String,
    manifest_path: PathBuf,
    target: ArtifactTarget,
    profile: ArtifactProfile,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct ArtifactProfile {
    /// Whether it is a test of the target, and not the target itself.
    test: bool,
}

#[derive(Deserialize)]
struct ArtifactTarget {
    name: String,
    kind: Vec<String>,
}

impl Artifact {
    fn is(&self, kind: &str, name: &str) -> bool {
        self.target.name == name && self.target.kind.iter().any(|its| its == kind)
    }

    fn is_test(&self, package: &str, name: &str) -> bool {
        self.is("test", name) && self.is_of(package)
    }

    fn is_of(&self, package: &str) -> bool {
        self.package_id.split(['#', '@', '/']).any(|part| part == package)
    }
}

/// A test binary among the messages of cargo, and the folder of its package.
pub(crate) fn find_test(messages: &str, package: &str, name: &str) -> Option<(PathBuf, PathBuf)> {
    let artifact = artifacts(messages).find(|artifact| artifact.is_test(package, name))?;
    Some((artifact.executable?, artifact.manifest_path.parent()?.to_owned()))
}

/// A program or an example among the messages of cargo.
pub(crate) fn find_program(messages: &str, name: &str) -> Option<PathBuf> {
    let is_it = |artifact: &Artifact| !artifact.profile.test && (artifact.is("bin", name) || artifact.is("example", name));
    artifacts(messages).find(is_it)?.executable
}

/// All programs of a package among the messages of cargo, by name.
pub(crate) fn find_programs(messages: &str, package: &str) -> Vec<(String, PathBuf)> {
    let of_package = artifacts(messages).filter(|artifact| artifact.is_of(package) && artifact.target.kind == ["bin"]);
    let mut programs: Vec<_> = of_package.filter_map(|artifact| Some((artifact.target.name, artifact.executable?))).collect();
    programs.sort();
    programs
}

fn artifacts(messages: &str) -> impl Iterator<Item = Artifact> {
    messages.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// Reads `--list`: one `name: test` a line.
fn parse_list(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// Reads `test NAME ... ok`, which the harness prints when the test is done; names are padded to one width.
fn parse_finished(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("test ")?.split_once(" ... ")?;
    Some(name.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTIFACT: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///w/tests/harness#neptune-harness@0.1.0","manifest_path":"/w/tests/harness/Cargo.toml","target":{"kind":["test"],"name":"scenarios"},"profile":{"test":true},"executable":"/w/target/debug/deps/scenarios-1"}"#;

    #[test]
    fn the_harness_is_found_among_the_messages_of_cargo() {
        let other_test = ARTIFACT.replace(r#""name":"scenarios""#, r#""name":"it""#).replace("scenarios-1", "it-1");
        let other_package = ARTIFACT.replace("neptune-harness", "other").replace("scenarios-1", "other-1");
        let messages = [r#"{"reason":"build-script-executed"}"#, "no JSON", &other_test, &other_package, ARTIFACT].join("\n");
        let (exe, folder) = find_test(&messages, ON_SIM, TEST).unwrap();
        assert_eq!(exe, Path::new("/w/target/debug/deps/scenarios-1"));
        assert_eq!(folder, Path::new("/w/tests/harness"));
    }

    #[test]
    fn a_program_is_not_mistaken_for_its_own_tests() {
        let tests = ARTIFACT.replace(r#"["test"],"name":"scenarios""#, r#"["bin"],"name":"live""#);
        let program = tests.replace(r#""test":true"#, r#""test":false"#).replace("scenarios-1", "live");
        let found = |messages: &[&str]| find_program(&messages.join("\n"), "live");
        assert_eq!(found(&[&tests, &program]), Some(PathBuf::from("/w/target/debug/deps/live")));
        assert_eq!(found(&[&tests]), None);
    }

    #[test]
    fn the_programs_of_a_package_are_found_and_no_others() {
        let own = ARTIFACT.replace(r#"["test"],"name":"scenarios""#, r#"["bin"],"name":"b""#).replace("scenarios-1", "b");
        let first = own.replace(r#""name":"b""#, r#""name":"a""#).replace("deps/b", "deps/a");
        let other = own.replace("neptune-harness", "other");
        let found = find_programs(&[&*own, &*other, ARTIFACT, &*first].join("\n"), "neptune-harness");
        assert_eq!(found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_build_without_the_harness_has_none() {
        assert!(find_test(r#"{"reason":"build-finished","success":true}"#, ON_SIM, TEST).is_none());
        assert!(find_test(&ARTIFACT.replace(r#""/w/target/debug/deps/scenarios-1""#, "null"), ON_SIM, TEST).is_none());
    }

    #[test]
    fn a_list_has_one_test_a_line() {
        assert_eq!(parse_list("a::test_x: test\nbeyond::y: test\nz: bench\n\n2 tests\n"), ["a::test_x", "beyond::y"]);
    }

    #[test]
    fn a_finished_test_is_announced_with_its_verdict() {
        assert_eq!(parse_finished("test a::test_x    ... ok"), Some("a::test_x"));
        assert_eq!(parse_finished("test result: ok. 1 passed; 0 failed"), None);
        assert_eq!(parse_finished("running 2 tests"), None);
    }
}
