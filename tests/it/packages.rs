//! What `cargo xtask package` makes, as those have it who install it: a wheel in a fresh environment of Python, and an npm package in a
//! fresh folder. Their own tests run there, and every block of their pages as it is pasted.
//!
//! The program in them is a script that runs the one that cargo has built, because packing that one takes half a minute.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use neptune_harness::binaries::simulator_binary;
use neptune_harness::optional::skipped;
use neptune_harness::project::{as_if_outside, root};

use crate::programs::works;

const PYTHON: &str = "neptune-sim/python";
const NODE: &str = "neptune-sim/node";

/// Runs a command and gives what it printed. What the variables of this test say is not for it.
fn run(command: &mut Command) -> Output {
    as_if_outside(command);
    command.stdin(Stdio::null()).output().unwrap()
}

/// The same of one that must succeed: what it printed on stdout.
fn succeed(command: &mut Command) -> String {
    let output = run(command);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Makes a package in a folder, and gives its file.
fn package(kind: &str, folder: &Path) -> PathBuf {
    let program = folder.join("program");
    fs::write(&program, format!("#!/bin/sh\nexec '{}' \"$@\"\n", simulator_binary().unwrap().display())).unwrap();
    let to = folder.join("packages");
    let mut xtask = Command::new("cargo");
    xtask.args(["xtask", "package", kind, "--program"]).arg(&program).arg("--to").arg(&to).current_dir(root());
    let said = succeed(&mut xtask);
    let (file, size) = said.lines().next().unwrap().rsplit_once(", ").unwrap();
    assert!(size.ends_with(" MiB") && said.contains("for Linux on "), "{said}");
    PathBuf::from(file)
}

/// The blocks of a page in a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let begin = format!("```{language}\n");
    text.split(&begin).skip(1).map(|rest| rest.split_once("```").expect("a block ends").0.to_owned()).collect()
}

/// The first of these modules that python3 has not.
fn missing_module(modules: &[&'static str]) -> Option<&'static str> {
    let has = |module: &str| works("python3", &["-c", &format!("import {module}")]);
    modules.iter().copied().find(|module| !has(module))
}

/// A fresh environment of Python with the wheel, and with the tools of python3: pytest, mypy, boto3.
struct Environment {
    folder: TempDir,
    wheel: PathBuf,
}

impl Environment {
    /// `None` if python3 lacks something that the check needs; that has been reported then.
    fn new(check: &str, modules: &[&'static str]) -> Option<Self> {
        if let Some(missing) = missing_module(&[&["pip", "venv", "hatchling"], modules].concat()) {
            skipped(check, &format!("python3 has no {missing}"));
            return None;
        }
        let folder = TempDir::new().unwrap();
        let wheel = package("--wheel", folder.path());
        let environment = Self { folder, wheel };
        let at = environment.folder.path().join("venv");
        succeed(Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(&at));
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "--disable-pip-version-check", "--python"]).arg(at.join("bin/python"));
        succeed(pip.args(["install", "--quiet", "--no-deps", "--no-index"]).arg(&environment.wheel));
        environment.borrow_tools();
        Some(environment)
    }

    /// Lets the environment see what python3 has installed, behind what it has itself.
    fn borrow_tools(&self) {
        let places = "import sys; print(*[place for place in sys.path if place.endswith('-packages')], sep='\\n')";
        let tools = succeed(Command::new("python3").args(["-c", places]));
        let own = "import sysconfig; print(sysconfig.get_path('purelib'))";
        let own = succeed(self.python().args(["-c", own]));
        fs::write(Path::new(own.trim()).join("tools.pth"), tools).unwrap();
    }

    fn python(&self) -> Command {
        let mut command = Command::new(self.folder.path().join("venv/bin/python"));
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", self.folder.path().join("venv/bin").display()));
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("PYTHONPATH")
            .env_remove("NEPTUNE_SIM")
            .current_dir(&self.folder);
        command
    }

    /// Runs pytest on a file; its last line.
    fn pytest(&self, file: &str, arguments: &[&str]) -> (String, String) {
        let mut command = self.python();
        command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", file]).args(arguments);
        let said = String::from_utf8_lossy(&run(&mut command).stdout).into_owned();
        let last = said.lines().last().unwrap_or_default().to_owned();
        (said, last)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.folder.path().join(file), text).unwrap();
    }
}

#[test]
fn the_wheel_keeps_its_promises_with_and_without_xdist() {
    let Some(environment) = Environment::new("the wheel", &["pytest", "xdist", "boto3"]) else { return };
    environment.write("test_plugin.py", &fs::read_to_string(root().join(PYTHON).join("tests/test_plugin.py")).unwrap());
    for arguments in [&[][..], &["-n", "2"]] {
        let (said, last) = environment.pytest("test_plugin.py", arguments);
        let bad = ["failed", "error", "skipped"].iter().any(|word| last.contains(word));
        assert!(last.contains(" passed") && !bad, "{arguments:?}: {said}");
    }
    let version = succeed(Command::new(environment.folder.path().join("venv/bin/neptune-sim")).arg("--version"));
    assert_eq!(version, format!("neptune-sim {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_page_of_the_wheel_finds_the_bug_and_nothing_else() {
    let Some(environment) = Environment::new("the page of the wheel", &["pytest", "boto3"]) else { return };
    let page = format!("{PYTHON}/README.md");
    // What `Environment` does, with a program that is built already.
    assert_eq!(blocks(&page, "sh"), ["cargo xtask package --wheel\npip install target/package/neptune_sim-*.whl\n"]);
    assert!(environment.wheel.file_name().unwrap().to_string_lossy().starts_with("neptune_sim-"));
    let [poller, test] = &blocks(&page, "python")[..] else { panic!("{page} has another number of Python blocks") };
    environment.write("poller.py", poller);
    environment.write("test_poller.py", test);
    let (said, last) = environment.pytest("test_poller.py", &[]);
    assert!(last.starts_with("1 failed, 11 passed"), "{said}");
    assert_shows(&said, &page);
    environment.write("poller.py", &poller.replace(", \"LOAD_CANCELLED_BY_USER\"", ""));
    let (said, last) = environment.pytest("test_poller.py", &[]);
    assert!(last.starts_with("12 passed"), "{said}");
}

/// Every line that a page shows of an output is in it.
fn assert_shows(said: &str, page: &str) {
    for line in blocks(page, "text").iter().flat_map(|block| block.lines()) {
        assert!(said.contains(line), "{page} shows `{line}`, which is not in:\n{said}");
    }
}

#[test]
fn the_types_of_the_wheel_are_strict() {
    let Some(environment) = Environment::new("the types of the wheel", &["mypy", "pytest"]) else { return };
    let mut mypy = environment.python();
    mypy.args(["-m", "mypy", "--strict", "--python-version", "3.10", "--cache-dir"])
        .arg(environment.folder.path().join("mypy"));
    succeed(mypy.arg(root().join(PYTHON).join("src/neptune_sim")));
    environment
        .write("user.py", "import neptune_sim\n\ndef use(neptune: neptune_sim.Cluster) -> int:\n    return neptune.now\n");
    let mut mypy = environment.python();
    let output = run(mypy.args(["-m", "mypy", "--strict", "--cache-dir", "mypy", "user.py"]));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("got \"float\", expected \"int\""), "those who import it have its types: {said}");
}

#[test]
fn the_wheel_says_where_it_runs_and_holds_nothing_else() {
    let Some(environment) = Environment::new("the contents of the wheel", &[]) else { return };
    let name = environment.wheel.file_name().unwrap().to_str().unwrap().to_owned();
    let processor = std::env::consts::ARCH;
    for platform in ["manylinux_2_17", "manylinux2014", "musllinux_1_1"] {
        assert!(name.contains(&format!("{platform}_{processor}")), "{name}");
    }
    let listed = succeed(Command::new("python3").args(["-m", "zipfile", "--list"]).arg(&environment.wheel));
    let files: Vec<&str> = listed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    let known = ["neptune_sim/", &format!("neptune_sim-{}.d", env!("CARGO_PKG_VERSION"))];
    assert!(
        files.iter().all(|file| known.iter().any(|known| file.starts_with(known)) && !file.contains("__pycache__")),
        "{files:?}"
    );
    assert!(files.contains(&"neptune_sim/py.typed"), "{files:?}");
    let before = fs::read(&environment.wheel).unwrap();
    assert_eq!(fs::read(package("--wheel", environment.folder.path())).unwrap(), before, "the same files make the same wheel");
}

/// A fresh folder with the npm package in it.
struct Folder(TempDir);

impl Folder {
    /// `None` if there is no npm or an old Node; that has been reported then.
    fn new(check: &str) -> Option<Self> {
        let node = Command::new("node").args(["--eval", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)"]).status();
        let npm = Command::new("npm").arg("--version").output();
        if !node.is_ok_and(|status| status.success()) || !npm.is_ok_and(|output| output.status.success()) {
            skipped(check, "there is no npm with Node 20 or newer");
            return None;
        }
        let folder = TempDir::new().unwrap();
        let file = package("--npm", folder.path());
        fs::write(folder.path().join("package.json"), "{}").unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--offline", "--no-audit", "--no-fund", "--cache"]).arg(folder.path().join("cache"));
        succeed(npm.arg(file).current_dir(&folder));
        Some(Self(folder))
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.path().join(file), text).unwrap();
    }

    /// Runs a file of tests: what it printed, and its numbers of tests that passed and failed.
    fn test(&self, file: &str) -> (String, [usize; 2]) {
        let mut node = Command::new("node");
        let output = run(node.args(["--test", "--test-reporter=tap", file]).env_remove("NEPTUNE_SIM").current_dir(&self.0));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let count = |what: &str| said.lines().find_map(|line| line.strip_prefix(what)?.trim().parse().ok()).unwrap_or_default();
        let counts = [count("# pass"), count("# fail")];
        (said, counts)
    }
}

#[test]
fn the_npm_package_keeps_its_promises() {
    let Some(folder) = Folder::new("the npm package") else { return };
    folder.write("cluster.test.mjs", &fs::read_to_string(root().join(NODE).join("tests/cluster.test.mjs")).unwrap());
    let (said, [passed, failed]) = folder.test("cluster.test.mjs");
    assert!(passed > 20 && failed == 0, "{said}");
}

#[test]
fn the_page_of_the_npm_package_finds_the_bug_and_nothing_else() {
    let Some(folder) = Folder::new("the page of the npm package") else { return };
    let page = format!("{NODE}/README.md");
    // What `Folder` does, with a program that is built already.
    let install = format!("npm install --save-dev target/package/neptune-sim-{}.tgz", env!("CARGO_PKG_VERSION"));
    assert_eq!(blocks(&page, "sh"), [format!("cargo xtask package --npm\n{install}\n")]);
    let [poller, test, sdk] = &blocks(&page, "js")[..] else { panic!("{page} has another number of JavaScript blocks") };
    folder.write("poller.mjs", poller);
    folder.write("poller.test.mjs", test);
    let (said, counts) = folder.test("poller.test.mjs");
    assert_eq!(counts, [11, 1], "{said}");
    assert_shows(&said, &page);
    folder.write("poller.mjs", &poller.replace(", \"LOAD_CANCELLED_BY_USER\"", ""));
    let (said, counts) = folder.test("poller.test.mjs");
    assert_eq!(counts, [12, 0], "{said}");
    let Some(aws) = aws_sdk() else {
        return skipped("the npm package with AWS's SDK", "there is no @aws-sdk/client-neptunedata");
    };
    std::os::unix::fs::symlink(aws, folder.0.path().join("node_modules/@aws-sdk")).unwrap();
    folder.write("sdk.test.mjs", sdk);
    let (said, counts) = folder.test("sdk.test.mjs");
    assert_eq!(counts, [1, 0], "{said}");
}

/// The folder of AWS's SDK for JavaScript: where `.ci/run` installs it, or among npm's global packages.
fn aws_sdk() -> Option<PathBuf> {
    let global = Command::new("npm").args(["root", "--global"]).output().ok()?;
    let global = PathBuf::from(String::from_utf8_lossy(&global.stdout).trim());
    let folders = [root().join("target/ci-node/node_modules"), global].map(|folder| folder.join("@aws-sdk"));
    folders.into_iter().find(|folder| folder.join("client-neptunedata").is_dir())
}

#[test]
fn the_packages_have_the_version_of_the_program_and_the_words_of_the_scenarios() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let manifest: Value = serde_json::from_str(&read(&format!("{NODE}/package.json"))).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(manifest["version"], version);
    assert!(read(&format!("{PYTHON}/pyproject.toml")).contains(&format!("\nversion = \"{version}\"\n")), "pyproject.toml");
    let schema: Value = serde_json::from_str(&read("scenarios/scenario.schema.json")).unwrap();
    let words: Vec<&str> =
        schema["$defs"]["Status"]["anyOf"][0]["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(words.len() >= 14, "only {words:?} were found");
    for file in [format!("{PYTHON}/src/neptune_sim/_statuses.py"), format!("{NODE}/src/statuses.js")] {
        let text = read(&file);
        let listed: Vec<&str> = text.split('"').filter(|part| part.starts_with("LOAD_")).collect();
        let missing: Vec<&&str> = words.iter().filter(|word| !listed.contains(word)).collect();
        assert!(missing.is_empty() && listed.len() == words.len(), "{file} lacks {missing:?}, or has more than {words:?}");
    }
}
