//! The scripts of the simulator's page outside a browser. What they say and count is pure, so Node can run it.

use std::fs;
use std::process::Command;

use neptune_harness::optional::skipped;
use neptune_harness::project::root;

/// The oldest Node whose own test runner is stable.
const OLDEST: u32 = 18;

/// The major version of the Node in `PATH`.
fn node_version() -> Option<u32> {
    let said = Command::new("node").arg("--version").output().ok()?.stdout;
    String::from_utf8(said).ok()?.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[test]
fn the_scripts_of_the_page_do_what_their_tests_say() {
    if node_version().is_none_or(|version| version < OLDEST) {
        return skipped("the scripts of the page", &format!("no node of version {OLDEST} or newer in PATH"));
    }
    let folder = root().join("neptune-sim/page/tests");
    // By name: newer versions of Node take a folder for a script.
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let tests = names.filter(|name| name.ends_with(".test.mjs"));
    let mut node = Command::new("node");
    let tested = node.args(["--test", "--test-reporter=tap"]).args(tests).current_dir(&folder).output().unwrap();
    let report = String::from_utf8_lossy(&tested.stdout);
    assert!(tested.status.success(), "{report}\n{}", String::from_utf8_lossy(&tested.stderr));
    let passed = report.lines().find_map(|line| line.strip_prefix("# pass ")?.parse().ok()).unwrap_or(0);
    assert!(passed >= 40, "only {passed} tests ran:\n{report}");
}
