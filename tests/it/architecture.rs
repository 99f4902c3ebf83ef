//! The rules of the project: which module may import which, what stays switched on, and what no source may ever say.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rstest::rstest;
use serde_json::Value;

use neptune_harness::project::root;

/// Cargo's metadata of all packages and their dependencies.
static WORKSPACE: LazyLock<Workspace> = LazyLock::new(|| Workspace::read(&root()));

/// The same of the workspace for what needs Docker or AWS's SDKs.
static EXTERNAL: LazyLock<Workspace> = LazyLock::new(|| Workspace::read(&root().join("tests/external")));

/// Libraries that bring C code or a second cryptography with them.
const FOREIGN_CRYPTOGRAPHY: [&str; 6] = ["aws-lc-rs", "aws-lc-sys", "aws-lc-fips-sys", "native-tls", "openssl", "openssl-sys"];

#[rstest]
#[case::text("neptune-text", &[], "durations and shortened texts are everybody's")]
#[case::wire("neptune-wire", &[], "client and server share these words, and nothing else")]
#[case::fault("neptune-fault", &["neptune-text", "neptune-wire"], "faults stand between clients and any loader: they know how errors are called, and no loader")]
#[case::control("neptune-control", &["neptune-fault", "neptune-text"], "a driver of a simulator needs no loader")]
#[case::loader("neptune-loader", &["neptune-wire"], "the loader is a function of commands and time, and knows no server")]
#[case::scenario("neptune-scenario", &["neptune-control", "neptune-fault", "neptune-loader", "neptune-sigv4", "neptune-text"], "the file format names what a simulator can do, and serves nothing")]
#[case::simulator("neptune-server", &["neptune-control", "neptune-data", "neptune-fault", "neptune-loader", "neptune-page", "neptune-s3", "neptune-scenario", "neptune-sigv4", "neptune-text"], "a simulator that knew the handlers would be made for them")]
#[case::check_poller("neptune-check-poller", &["neptune-fault", "neptune-harness", "neptune-loader", "neptune-report", "neptune-scenario", "neptune-server", "neptune-state-machine", "neptune-text"], "it runs pollers as strangers, against a simulator in its own process")]
#[case::data("neptune-data", &["neptune-text"], "files are read from any stream: a check, a simulator and a function have different ones")]
#[case::check_data("neptune-check-data", &["neptune-data", "neptune-report", "neptune-text"], "a check of files needs no server")]
#[case::page("neptune-page", &[], "it is shown whatever a browser is told, and what serves it is nobody's business but the server's")]
#[case::program("neptune-sim", &["neptune-check-data", "neptune-check-poller", "neptune-control", "neptune-fault", "neptune-harness", "neptune-loader", "neptune-report", "neptune-server", "neptune-text"], "the program says on the command line what the library does")]
#[case::s3("neptune-s3", &["neptune-sigv4"], "the functions and the simulator read the same answers, each with a client of its own")]
#[case::state_machine("neptune-state-machine", &["neptune-harness", "neptune-text"], "an engine calls functions as Lambda does, and knows no simulator")]
#[case::sigv4("neptune-sigv4", &["neptune-text"], "signatures are the same for every service and on both sides")]
#[case::handlers("handlers", &["neptune-data", "neptune-s3", "neptune-sigv4", "neptune-text", "neptune-wire"], "what AWS runs has nothing of a simulator or a test in it; it checks files with the reader that everything else has")]
#[case::harness("neptune-harness", &["neptune-control", "neptune-report", "neptune-server", "neptune-text"], "it reads JSON like a stranger, so that a mistake that client and simulator share shows")]
#[case::tests("neptune-it", &["neptune-control", "neptune-harness", "neptune-report", "neptune-server", "neptune-state-machine"], "it runs programs, and needs nothing of the handlers' insides")]
#[case::container("neptune-container", &["neptune-control", "neptune-harness", "neptune-server"], "a container is the simulator, reached elsewhere")]
#[case::browser("neptune-browser", &["neptune-control", "neptune-harness", "neptune-report", "neptune-server"], "it uses pages as people do, and knows none of their insides")]
#[case::aws_sdk("neptune-aws-sdk", &["neptune-server"], "it only carries what an SDK sends; its tests send that to a simulator")]
#[case::live("neptune-live", &["neptune-report", "neptune-text"], "what may be done to a real cluster is decided where nothing else is, and tested there")]
#[case::fake_aws("neptune-fake-aws", &["neptune-aws-sdk", "neptune-control", "neptune-harness", "neptune-live", "neptune-server", "neptune-sigv4"], "it knows nothing of the runs that ask it")]
#[case::fuzzer("neptune-fuzz", &["handlers", "neptune-data", "neptune-server", "neptune-sigv4"], "it calls what strangers can reach, through the entry points made for it")]
#[case::report("neptune-report", &["neptune-page", "neptune-text"], "results and their reports are the same wherever tests run, and xtask has to be built quickly")]
#[case::workshop("xtask", &["neptune-report"], "it builds in seconds and still works when everything is broken but what writes reports")]
fn a_package_of_ours_imports_only(#[case] package: &str, #[case] allowed: &[&str], #[case] why: &str) {
    let workspace = if WORKSPACE.is_ours(package) { &WORKSPACE } else { &EXTERNAL };
    let is_ours = |name: &&str| WORKSPACE.is_ours(name) || EXTERNAL.is_ours(name);
    let ours: Vec<_> = workspace.direct(package).into_iter().filter(is_ours).collect();
    assert_eq!(ours, allowed, "{package} may import {allowed:?} of our packages, tests included: {why}");
}

#[rstest]
#[case::wire_speaks_serde_only("neptune-wire", &["serde"], "a leaf stays cheap to depend on")]
fn a_package_uses_only(#[case] package: &str, #[case] allowed: &[&str], #[case] why: &str) {
    assert_eq!(WORKSPACE.normal[package].iter().collect::<Vec<_>>(), allowed, "{package} may use {allowed:?} only: {why}");
}

#[rstest]
#[case::loader_without_io(
    "neptune-loader",
    &["tokio", "axum", "hyper", "reqwest", "mio", "serde-saphyr"],
    "no I/O, no async and no file format: the loader is a function of commands and time"
)]
#[case::handlers_without_server(
    "handlers",
    &["axum", "serde-saphyr", "clap", "neptune-server", "neptune-loader", "neptune-it"],
    "what AWS runs is a client, and every crate costs cold start"
)]
#[case::handlers_with_one_cryptography("handlers", &FOREIGN_CRYPTOGRAPHY, "ring alone: others cost tens of milliseconds at every cold start")]
#[case::format_without_server("neptune-scenario", &["axum", "rcgen", "clap", "neptune-server"], "reading a file needs no server")]
#[case::simulator_without_command_line("neptune-server", &["clap", "tracing-subscriber"], "a test that runs the simulator inside its own process needs no command line")]
#[case::live_without_network("neptune-live", &["tokio", "axum", "hyper", "reqwest"], "it decides; it opens no connection")]
#[case::report_without_io("neptune-report", &["tokio", "hyper", "clap", "jiff", "chrono"], "the program that tests pollers will use it, and xtask builds it first")]
#[case::harness_builds_quickly("neptune-harness", &["aws-types", "jiff", "s3s", "testcontainers"], "the first table of the 40 waits for all that it builds")]
#[case::workshop_without_network("xtask", &["tokio", "axum", "hyper", "reqwest"], "it only starts processes")]
fn a_package_never_reaches(#[case] package: &str, #[case] forbidden: &[&str], #[case] why: &str) {
    for name in forbidden {
        let workspace = if WORKSPACE.is_ours(package) { &WORKSPACE } else { &EXTERNAL };
        let way = workspace.way(package, name).map(|way| way.join(" -> "));
        assert_eq!(way, None, "{package} must not depend on {name}: {why}");
    }
}

#[rstest]
#[case::handlers("handlers", "reqwest")]
#[case::engine("neptune-loader", "serde_json")]
#[case::harness("neptune-harness", "neptune-loader")]
fn the_ways_between_packages_are_found(#[case] from: &str, #[case] to: &str) {
    let way = WORKSPACE.way(from, to).unwrap();
    assert_eq!((way.first().map(String::as_str), way.last().map(String::as_str)), (Some(from), Some(to)));
}

#[test]
fn the_simulator_brings_no_client_along() {
    let dependencies = section(&read("neptune-sim/server/Cargo.toml"), "[dependencies]");
    assert!(
        dependencies.contains(&"neptune-control.workspace = true".to_owned()),
        "the simulator needs the words of its control API, not an HTTP client: {dependencies:?}"
    );
}

#[rstest]
#[case::workshop("xtask", "is a command line and no library")]
#[case::fuzzer("neptune-fuzz", "is made of tests")]
fn nothing_depends_on(#[case] package: &str, #[case] why: &str) {
    let dependants: Vec<_> =
        WORKSPACE.direct.iter().filter(|(_, names)| names.contains(package)).map(|(name, _)| name).collect();
    assert!(dependants.is_empty(), "{dependants:?} depend on {package}, which {why}");
}

#[test]
fn tests_need_no_cpp_compiler() {
    let user = WORKSPACE.direct.iter().find(|(_, names)| names.contains("libfuzzer-sys"));
    assert!(user.is_none(), "{user:?}: libFuzzer is C++, and only `cargo xtask fuzz` may compile it");
}

#[test]
fn only_the_fuzzer_uses_its_entry_points() {
    let entry_points = ["neptune_server::FuzzCluster", "FuzzCluster::new", "handlers::Reply", "status::capped"];
    let this_file = root().join("tests/it/architecture.rs");
    let is_ours = |path: &PathBuf| path.starts_with(root().join("tests/fuzz")) || *path == this_file;
    for path in sources(&root()).into_iter().filter(|path| !is_ours(path)) {
        let text = fs::read_to_string(&path).unwrap();
        let used = entry_points.iter().find(|point| text.contains(**point));
        assert_eq!(used, None, "{}: that is public for the fuzzer alone", path.display());
    }
}

#[test]
fn one_place_moves_the_time_of_a_loader() {
    let simulator = root().join("neptune-sim/server/src");
    let moves_time = |path: &PathBuf| fs::read_to_string(path).unwrap().contains(".advance_to(");
    let found: BTreeSet<PathBuf> = sources(&simulator).into_iter().filter(moves_time).collect();
    let allowed = ["cluster/properties.rs", "cluster/timed.rs"].map(|path| simulator.join(path));
    assert_eq!(found, BTreeSet::from(allowed), "whatever is due on the way would be passed over");
}

#[test]
fn one_cryptography_serves_the_whole_workspace() {
    for name in FOREIGN_CRYPTOGRAPHY {
        let is_there = WORKSPACE.direct.contains_key(name) || EXTERNAL.direct.contains_key(name);
        assert!(!is_there, "{name} came into Cargo.lock: ring is the cryptography here, without C code of others");
    }
}

/// Cargo unites the features of all packages that it builds together, and those of tests with them.
#[test]
fn the_functions_are_tested_with_the_features_that_are_deployed() {
    let own = features(&["--package", "handlers"], "normal,no-proc-macro");
    let deployed = features(&["--workspace"], "normal,no-proc-macro");
    let tested = features(&["--workspace"], "normal,dev,no-proc-macro");
    let differing: Vec<_> =
        deployed.iter().filter(|(package, with)| own.contains_key(*package) && !with.is_subset(&tested[*package])).collect();
    assert!(own.len() > 80, "only {} crates", own.len());
    assert!(differing.is_empty(), "tests add features to {differing:?}: name them in the root's Cargo.toml");
}

/// The features of each crate and version in this workspace, over these kinds of dependencies.
fn features(which: &[&str], kinds: &str) -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tree = Command::new(cargo);
    tree.args(["tree", "--locked", "--offline", "--prefix", "none", "--no-dedupe", "--format", "{p}|{f}", "--edges", kinds]);
    let reported = tree.args(which).current_dir(root()).output().expect("cargo can be run");
    assert!(reported.status.success(), "{}", String::from_utf8_lossy(&reported.stderr));
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&reported.stdout).lines() {
        // Empty lines stand between the packages.
        let Some((package, features)) = line.split_once('|') else { continue };
        let package = package.split(" (").next().unwrap_or_default().to_owned();
        found.entry(package).or_default().insert(features.to_owned());
    }
    found
}

#[test]
fn the_deployed_profile_unwinds() {
    let profile = section(&read("Cargo.toml"), "[profile.lambda]");
    assert!(
        profile.contains(&"panic = \"unwind\"".to_owned()),
        "an aborted process posts no error answer, so a panic must unwind: {profile:?}"
    );
}

#[test]
fn every_package_obeys_the_lints_of_the_workspace() {
    for folder in WORKSPACE.folders.iter().chain(&EXTERNAL.folders) {
        let lints = section(&fs::read_to_string(folder.join("Cargo.toml")).unwrap(), "[lints]");
        assert_eq!(lints, ["workspace = true"], "{} opts out of the workspace's lints", folder.display());
    }
}

/// Otherwise it compiles only beside a package that does.
#[test]
fn a_package_that_looks_for_the_nearest_name_asks_for_that_feature() {
    for folder in WORKSPACE.folders.iter().chain(&EXTERNAL.folders) {
        let asks = fs::read_to_string(folder.join("Cargo.toml")).unwrap().contains("features = [\"nearest\"]");
        let src = folder.join("src");
        let sources = if asks || !src.is_dir() { Vec::new() } else { sources(&src) };
        for file in sources {
            let text = fs::read_to_string(&file).unwrap();
            let imports = text.lines().any(|line| line.starts_with("use neptune_text::") && line.contains("nearest"));
            assert!(!imports, "{} needs the feature `nearest` of neptune-text", file.display());
        }
    }
}

#[test]
fn unsafe_code_is_forbidden() {
    for manifest in ["Cargo.toml", "tests/external/Cargo.toml"] {
        let lints = section(&read(manifest), "[workspace.lints.rust]");
        let forbids = lints.contains(&"unsafe_code = \"forbid\"".to_owned());
        assert!(forbids, "{manifest}: `deny` could be lifted again further down: {lints:?}");
    }
}

#[test]
fn both_workspaces_have_the_same_settings() {
    let (ours, theirs) = (read("Cargo.toml"), read("tests/external/Cargo.toml"));
    for header in ["[workspace.package]", "[workspace.lints.rust]", "[workspace.lints.clippy]", "[profile.dev]"] {
        assert_eq!(section(&theirs, header), section(&ours, header), "{header}");
    }
    let header = "[workspace.dependencies]";
    let specified = |toml: &str| -> BTreeMap<String, String> {
        let lines = section(toml, header).into_iter().filter(|line| !line.contains("path = "));
        lines.filter_map(|line| line.split_once(" = ").map(|(name, what)| (name.to_owned(), what.to_owned()))).collect()
    };
    let (ours, theirs) = (specified(&ours), specified(&theirs));
    for (name, wanted) in theirs {
        let other = ours.get(&name).filter(|other| **other != wanted);
        assert_eq!(other, None, "tests/external/Cargo.toml asks for `{name}` as {wanted}");
    }
}

/// Otherwise it would be built twice, into one folder.
#[test]
fn a_crate_of_both_workspaces_has_one_version() {
    let locked = |file: &str| -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let value = |line: &str, key: &str| line.strip_prefix(key).map(|rest| rest.trim_matches('"').to_owned());
        let mut name = String::new();
        for line in read(file).lines() {
            name = value(line, "name = ").unwrap_or(name);
            if let Some(version) = value(line, "version = ") {
                found.entry(name.clone()).or_default().insert(version);
            }
        }
        found
    };
    let (ours, theirs) = (locked("Cargo.lock"), locked("tests/external/Cargo.lock"));
    assert!(ours.len() > 200 && theirs.len() > 300, "{} and {} crates", ours.len(), theirs.len());
    for (name, versions) in ours {
        let other = theirs.get(&name).filter(|other| other.is_disjoint(&versions));
        assert_eq!(other, None, "{name} is {versions:?} at the root: copy its entry from Cargo.lock");
    }
}

#[rstest]
#[case::monotonic("std::time::Instant::now")]
#[case::wall("std::time::SystemTime::now")]
fn the_engine_may_read_no_clock(#[case] clock: &str) {
    let forbidden = section(&read("neptune-sim/loader/clippy.toml"), "disallowed-methods = [");
    assert!(
        forbidden.iter().any(|line| line.contains(&format!("path = \"{clock}\""))),
        "time is passed to the engine, so its clippy.toml disallows {clock}"
    );
}

#[test]
fn the_top_level_holds_what_was_agreed_and_nothing_else() {
    let agreed = [
        "Cargo.toml",
        "Cargo.lock",
        "handlers",
        "neptune-sim",
        "scenarios",
        "findings",
        "xtask",
        "tests",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "SECURITY.md",
        ".ci",
        ".cargo",
        ".config",
        ".gitignore",
        "clippy.toml",
        "rustfmt.toml",
        ".git",
        "target",
    ];
    let strangers: Vec<_> = top_level().into_iter().filter(|name| !agreed.contains(&name.as_str())).collect();
    assert!(strangers.is_empty(), "{strangers:?} lie at the top of the repository: move them into the folder they belong to");
}

#[test]
fn git_takes_the_sample_of_a_profile_and_no_profile() {
    let is_ignored = |path: &str| {
        let asked = Command::new("git").args(["check-ignore", "--quiet", "--no-index", path]).current_dir(root()).status();
        asked.is_ok_and(|status| status.success())
    };
    assert!(read(".gitignore").contains("\n/tests/external/live/profiles/\n"), "profiles name accounts and clusters");
    assert!(!is_ignored("tests/external/live/profile.sample.toml"));
}

/// What would be the folder or program of the checkout in which a test was built, and not of the one that is tested.
const PATHS_OF_THE_BUILD: [&str; 4] =
    ["env!(\"CARGO_MANIFEST_DIR\"", "env!(\"CARGO_BIN_EXE_", "env!(\"CARGO_TARGET_TMPDIR\"", "env!(\"CARGO_WORKSPACE_DIR\""];

#[test]
fn no_source_keeps_a_path_of_its_build() {
    let this_file = root().join("tests/it/architecture.rs");
    for path in sources(&root()).into_iter().filter(|path| *path != this_file) {
        let text: String = fs::read_to_string(&path).unwrap().split_whitespace().collect();
        let kept = PATHS_OF_THE_BUILD.iter().find(|way| text.contains(**way));
        assert_eq!(
            kept,
            None,
            "{}: a copied checkout would look into the first one. Ask when it runs: `std::env::var_os`, or `neptune_harness::checkout`",
            path.display()
        );
    }
}

/// What has to be built anew for another checkout, with all that builds on it; and programs, so that each is given its own.
#[test]
fn every_leaf_and_every_program_asks_for_its_checkout() {
    const ASKS: &str = "\nconst _: Option<&str> = option_env!(\"NEPTUNE_CHECKOUT\");\n";
    let mut asked = 0;
    let leaf = |package: &str, workspace: &Workspace| {
        !workspace.direct(package).iter().any(|name| WORKSPACE.is_ours(name) || EXTERNAL.is_ours(name))
    };
    let all = [&*WORKSPACE, &*EXTERNAL].map(|workspace| workspace.targets.iter().map(move |target| (workspace, target)));
    for (workspace, Target { package, kind, file }) in all.into_iter().flatten() {
        let has_library = workspace.targets.iter().any(|other| other.package == *package && other.kind == "lib");
        let has_to_ask = match kind.as_str() {
            "bin" | "example" => true,
            "lib" => leaf(package, workspace),
            _ => !has_library && leaf(package, workspace),
        };
        if has_to_ask {
            asked += 1;
            let asks = fs::read_to_string(file).unwrap().contains(ASKS);
            assert!(asks, "{} has to say `{}`: see .cargo/config.toml", file.display(), ASKS.trim());
        }
    }
    assert!(asked >= 11, "only {asked} libraries and programs were found");
}

#[test]
fn no_source_can_harm_a_real_cluster() {
    let this_file = root().join("tests/it/architecture.rs");
    let sources: Vec<_> = sources(&root()).into_iter().filter(|path| *path != this_file).collect();
    assert!(sources.len() > 100, "only {} sources were found", sources.len());
    assert!(
        sources.contains(&root().join("tests/external/live/src/statement.rs")),
        "what talks to real clusters is not among the sources"
    );
    for path in sources {
        let found = dangers(&fs::read_to_string(&path).unwrap());
        assert!(
            found.is_empty(),
            "{} names {found:?}: tests ask and start loads, they never reset, stop or delete",
            path.display()
        );
    }
}

#[test]
fn only_the_last_guard_gives_permits() {
    let guard = root().join("tests/external/live/src/guard/run_permit.rs");
    let text = fs::read_to_string(&guard).unwrap();
    assert_eq!(text.matches("RunPermit {").count(), 1, "there is one way to a permit");
    assert!(!text.contains("Self {"), "a second way to a permit would be seen less easily");
    assert!(
        text.contains("\n#[derive(Debug)]\npub struct RunPermit<Mode> {\n    candidate:"),
        "a permit is not copied, read or made up"
    );
    let this_file = root().join("tests/it/architecture.rs");
    for path in sources(&root()).into_iter().filter(|path| *path != guard && *path != this_file) {
        let text = fs::read_to_string(&path).unwrap();
        let way = ["RunPermit {", "for RunPermit<"].into_iter().find(|way| text.contains(way));
        assert_eq!(way, None, "{}: a permit is issued by the last guard only", path.display());
    }
}

/// Which files of the harness may open connections: to this machine only, or for a run that has passed the guards.
const CONNECTIONS: [(&str, &[&str]); 8] = [
    ("Client::builder(", &["harness/src/local_client.rs", "external/live-run/src/aws.rs"]),
    ("Client::new(", &["harness/src/sim.rs", "external/live-run/src/run.rs", "external/live-run/src/sweep.rs"]),
    ("TcpStream::connect(", &["harness/src/lambda/runtime_api.rs", "external/container/src/lib.rs"]),
    (
        "Upstream::new(",
        &[
            // To the simulator's own cluster.
            "external/fake-aws/src/endpoint.rs",
            "external/live-run/src/connection.rs",
            "external/live-run/src/backend.rs",
        ],
    ),
    ("Connection::new(", &["external/live-run/src/preflight.rs"]),
    ("Aws::new(", &["external/live-run/src/preflight.rs"]),
    ("Preflight::new(", &["external/live-run/src/preflight.rs"]),
    ("LiveClient::new(", &["external/live-run/src/run.rs", "external/live-run/src/sweep.rs"]),
];
/// Where that is looked for.
const CONNECTING: [&str; 6] = [
    "harness/src",
    "external/aws-sdk/src",
    "external/container/src",
    "external/fake-aws/src",
    "external/live/src",
    "external/live-run/src",
];

#[test]
fn no_code_reaches_a_live_cluster_around_the_guards() {
    let tests = root().join("tests");
    let mut seen = BTreeSet::new();
    for path in CONNECTING.iter().flat_map(|folder| sources(&tests.join(folder))) {
        let file = path.strip_prefix(&tests).unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for (way, places) in CONNECTIONS {
            // Of a longer name of ours, which has a rule of its own.
            let is_longer =
                |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && way != "Client::builder(";
            let uses = text.match_indices(way).filter(|(at, _)| !is_longer(&text[..*at])).count();
            assert!(
                uses == 0 || places.contains(&file.as_str()),
                "{file} opens a connection with `{way}`: only {places:?} may"
            );
            if uses > 0 {
                seen.insert(way);
            }
        }
    }
    let dead: Vec<_> = CONNECTIONS.iter().filter(|(way, _)| *way != "Client::new(" && !seen.contains(way)).collect();
    assert!(dead.is_empty(), "{dead:?} are not used any more, so these rules have no effect");
}

#[test]
fn a_live_client_takes_a_permit_and_a_preflight_step_the_guard_before() {
    let client = read("tests/external/live-run/src/client.rs");
    assert!(
        client.contains("pub(super) fn new(preflight: Preflight<O>, permit: RunPermit<O>, pace: Duration) -> Self"),
        "{client}"
    );
    let preflight = read("tests/external/live-run/src/preflight.rs");
    for (looks, guard) in [("identity", "Selected"), ("consent", "Identified"), ("health", "Consented"), ("extent", "Healthy")]
    {
        let takes = format!("async fn {looks}(&self, _: &Candidate<O, {guard}>");
        assert!(preflight.contains(&takes), "a look at the {looks} takes what the guard before it gives: `{takes}`");
    }
}

#[test]
fn what_a_cluster_is_sent_is_spelt_in_one_place() {
    let words = ["DROP ", "DETACH", "STARTS WITH", "SELECT ", "MATCH (", "INSERT ", "CLEAR "];
    let statements = root().join("tests/external/live/src/statement.rs");
    let ours = ["live", "live-run"].map(|folder| root().join("tests/external").join(folder));
    for path in ours.iter().flat_map(|folder| sources(folder)).filter(|path| *path != statements) {
        let text = fs::read_to_string(&path).unwrap();
        let word = words.iter().find(|word| text.contains(**word));
        assert_eq!(word, None, "{}: a cluster is sent nothing but a `Statement`", path.display());
    }
}

#[rstest]
#[case::sdk_for_python("client.delete_db_cluster(DBClusterIdentifier=name)", &["deletedbcluster"])]
#[case::command_line("aws neptune stop-db-cluster", &["stopdbcluster"])]
#[case::reset_in_two_steps(r#"{"action": "initiateDatabaseReset"}"#, &["initiatedatabasereset"])]
#[case::loader("client.start_loader_job(); client.cancel_loader_job()", &[])]
fn dangers_are_seen_in_every_spelling(#[case] text: &str, #[case] found: &[&str]) {
    assert_eq!(dangers(text), found);
}

/// What would reset, stop, change or delete a cluster, without case and separators.
const DANGERS: [&str; 19] = [
    "createdbcluster",
    "createdbinstance",
    "deletedbcluster",
    "deletedbinstance",
    "deleteglobalcluster",
    "executefastreset",
    "failoverdbcluster",
    "fastreset",
    "initiatedatabasereset",
    "modifydbcluster",
    "modifydbinstance",
    "performdatabasereset",
    "rebootdbinstance",
    "removefromglobalcluster",
    "restoredbcluster",
    "startdbcluster",
    "stopdbcluster",
    "stopdbinstance",
    "switchoverglobalcluster",
];

fn dangers(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase().replace(['_', '-'], "");
    DANGERS.into_iter().filter(|danger| text.contains(danger)).collect()
}

/// Every file with code or configuration; prose may say what we do not do.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && ![".git", "target"].contains(&name.as_str()) {
            found.extend(sources(&path));
        } else if path.is_file() && ["rs", "toml", "yaml", "yml", "json", "py", "sh", ""].contains(&kind.as_str()) {
            found.push(path);
        }
    }
    found
}

/// The names at the top: what git has or would take, or all that is there where git is not available.
fn top_level() -> BTreeSet<String> {
    let listed =
        Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root()).output();
    match listed {
        Ok(listed) if listed.status.success() && !listed.stdout.is_empty() => {
            let first = |line: &str| line.split('/').next().unwrap_or_default().to_owned();
            String::from_utf8_lossy(&listed.stdout).lines().map(first).collect()
        }
        _ => fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect(),
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The lines of a TOML file after this one, up to the next table.
fn section(toml: &str, header: &str) -> Vec<String> {
    let lines = toml.lines().map(str::trim).skip_while(|line| *line != header).skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

struct Workspace {
    /// The folder of each package of ours.
    folders: Vec<PathBuf>,
    ours: BTreeSet<String>,
    /// Each package's own dependencies, those of its tests included.
    direct: BTreeMap<String, BTreeSet<String>>,
    /// Without those of tests.
    normal: BTreeMap<String, BTreeSet<String>>,
    /// Everything of ours that cargo builds.
    targets: Vec<Target>,
}

/// A library, program, example, test or benchmark.
struct Target {
    package: String,
    kind: String,
    file: PathBuf,
}

impl Workspace {
    fn read(folder: &Path) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // Not offline: it asks for crates of other systems, too, which no build here has fetched.
        let reported = Command::new(cargo)
            .args(["metadata", "--locked", "--format-version", "1"])
            .current_dir(folder)
            .output()
            .expect("cargo can be run");
        assert!(reported.status.success(), "{}", String::from_utf8_lossy(&reported.stderr));
        Self::from_metadata(&serde_json::from_slice(&reported.stdout).expect("cargo metadata writes JSON"))
    }

    fn from_metadata(metadata: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let packages = metadata["packages"].as_array().unwrap();
        let names: BTreeMap<_, _> = packages.iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let members: BTreeSet<_> = metadata["workspace_members"].as_array().unwrap().iter().map(text).collect();
        let ours = packages.iter().filter(|package| members.contains(&text(&package["id"])));
        let folder = |package: &Value| Path::new(&text(&package["manifest_path"])).parent().unwrap().to_owned();
        let targets = |package: &Value| -> Vec<Target> {
            let target = |target: &Value| Target {
                package: text(&package["name"]),
                kind: text(&target["kind"][0]),
                file: text(&target["src_path"]).into(),
            };
            package["targets"].as_array().unwrap().iter().map(target).collect()
        };
        let mut workspace = Self {
            targets: ours.clone().flat_map(targets).collect(),
            folders: ours.map(folder).collect(),
            ours: members.iter().map(|id| names[id].clone()).collect(),
            direct: BTreeMap::new(),
            normal: BTreeMap::new(),
        };
        // Versions of one package are taken together: no rule distinguishes them.
        for node in metadata["resolve"]["nodes"].as_array().unwrap() {
            let name = &names[&text(&node["id"])];
            let direct = workspace.direct.entry(name.clone()).or_default();
            let normal = workspace.normal.entry(name.clone()).or_default();
            for dependency in node["deps"].as_array().unwrap() {
                let other = &names[&text(&dependency["pkg"])];
                direct.insert(other.clone());
                if dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev") {
                    normal.insert(other.clone());
                }
            }
        }
        workspace
    }

    fn is_ours(&self, name: &str) -> bool {
        self.ours.contains(name)
    }

    fn direct(&self, package: &str) -> Vec<&str> {
        self.direct[package].iter().map(String::as_str).collect()
    }

    /// The shortest way from a package to one that it depends on, tests left aside.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut ways = VecDeque::from([vec![from.to_owned()]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            let last = way.last()?;
            if last == to {
                return Some(way);
            }
            for next in &self.normal[last] {
                if seen.insert(next) {
                    ways.push_back([way.clone(), vec![next.clone()]].concat());
                }
            }
        }
        None
    }
}
