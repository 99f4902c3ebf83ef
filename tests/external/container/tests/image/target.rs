//! The harness's target `container`: what it runs, what it skips, and what it leaves behind.

use std::process::{Command, Stdio};

use neptune_container::{Container, Route};
use neptune_harness::binaries::workshop_binary;
use neptune_harness::catalogue::{ScenarioFile, scenario_files};
use neptune_harness::scenario_test::ScenarioTest;
use neptune_harness::under_test::UnderTest;
use serde_json::Value;

use crate::docker::{docker, fed};
use crate::has_image;
use crate::image::IMAGE;
use neptune_harness::project::root;

/// A file of `scenarios/`, as the test that it is.
fn test(name: &str) -> ScenarioTest {
    let files = scenario_files(&root()).unwrap();
    let named = |file: &ScenarioFile| file.path.file_stem().is_some_and(|stem| stem == name);
    ScenarioTest::read(files.iter().find(|file| named(file)).unwrap_or_else(|| panic!("there is no scenario `{name}`")))
}

/// A unique name for a run.
fn run_name(what: &str) -> String {
    format!("{what}-{}", std::process::id())
}

fn containers_of(run: &str) -> String {
    docker(&["ps", "--all", "--quiet", "--filter", &format!("label=neptune-it.run={run}")]).unwrap()
}

#[test]
fn what_does_not_cross_a_published_port_is_not_run_and_everything_else_is() {
    if !has_image("the target `container`, through published ports") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // The container goes with its value, by way of a runtime.
    let _inside = runtime.enter();
    let run = run_name("published");
    let container = runtime.block_on(Container::start(IMAGE, &run, Some(Route::PublishedPorts))).unwrap();
    assert_eq!(container.route(), Route::PublishedPorts);
    let cannot_run = |test: &ScenarioTest| container.cannot_run(test.scenario().unwrap());

    for name in ["05_both_loads_failed", "F15_kms_denied", "check_over_tls"] {
        let test = test(name);
        assert_eq!(cannot_run(&test), None, "{name}");
        test.run(async |scenario, text| container.play(scenario, text).await, None)
            .unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }

    let reset = test("F27_reset");
    let reason = cannot_run(&reset).expect("a reset does not get through");
    assert!(reason.ends_with("which does not cross a published port (published ports were asked for)"), "{reason}");
    let results = tempfile::NamedTempFile::new().unwrap();
    reset.leave_out(&reason, UnderTest::OURS, Some(results.path())).unwrap();
    let line: Value = serde_json::from_slice(&std::fs::read(results.path()).unwrap()).unwrap();
    assert_eq!(
        [&line["outcome"], &line["reason"], &line["failure"]],
        [&Value::from("not_run"), &Value::from(reason), &Value::Null]
    );

    runtime.block_on(container.end()).unwrap();
    assert_eq!(containers_of(&run), "");
}

#[test]
fn a_container_that_cannot_start_leaves_nothing_behind() {
    if !has_image("a container that cannot start") {
        return;
    }
    let run = run_name("broken");
    let image = format!("neptune-sim:{run}");
    let context = "FROM scratch\nLABEL neptune-it.binary=none\nENTRYPOINT [\"/there-is-no-such-program\"]\n";
    fed(&["build", "--quiet", "--tag", &image, "-"], context).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(Container::start(&image, &run, None)).unwrap_err();
    let left = containers_of(&run);
    docker(&["image", "rm", &image]).unwrap();
    assert!(format!("{error:#}").starts_with(&format!("cannot start {image} in a container: ")), "{error:#}");
    assert_eq!(left, "");
}

#[test]
fn what_a_killed_run_leaves_goes_when_its_last_process_has_gone() {
    if !has_image("the clean-up behind a killed run") {
        return;
    }
    let run = run_name("killed");
    let label = format!("neptune-it.run={run}");
    let mut reaper = Command::new(workshop_binary().unwrap())
        .args(["clean", "--run", &run, "--behind"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    docker(&["run", "--detach", "--label", &label, IMAGE]).unwrap();
    assert_ne!(containers_of(&run), "", "as long as a process holds the pipe, nothing is removed");
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
    assert_eq!(containers_of(&run), "");
}
