//! Live runs and their rehearsals: passes everything on to the program `live` of the harness.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use neptune_report::terminal;

use crate::cargo::EXTERNAL;
use crate::exit::Exit;
use crate::filter::Filter;
use crate::harness::{build_handlers, built, find_program};
use crate::lock;
use crate::planned::Plan;

/// The program.
const PROGRAM: &str = "live";
const BUILD: [&str; 6] = ["build", "--workspace", "--locked", "--bin", PROGRAM, "--message-format=json-render-diagnostics"];

/// What is printed if no profile is named.
const EXPLANATION: &str = "\
A live run runs the planned tests on your own Neptune cluster. It needs three things:
* A profile, which names account, region, cluster, role and bucket: copy tests/external/live/profile.sample.toml to tests/external/live/profiles/NAME.toml, fill it in, and add --profile NAME. Git ignores the copy.
* AWS credentials.
* The tag `neptune-harness = allow` on the cluster. The owner of the cluster sets it.
First `cargo xtask doctor --profile NAME` checks all of that, and `--plan` prints what a run would do. Nothing begins before you have typed the cluster's resource id.
A run creates objects under a prefix of its own in the bucket, loads of these objects, and vertices and statements under names of its own. It removes all of them. It touches nothing that it has not recorded in its journal first.
It never runs on a cluster that is busy, holds much data, or has `live` or `prod` in its name. It never resets, stops, changes or deletes a cluster: no code here can. There is no flag that skips a guard.
Nothing in your environment chooses a cluster: only --target neptune and --profile do.
tests/external/live/README.md describes a first run. `cargo xtask rehearse` shows one on this machine, without AWS.
";

/// Runs the program with these arguments. Where it needs a profile and none is named, nothing is built, and nothing is done.
///
/// # Errors
/// Cargo or the program cannot be run.
pub(crate) fn run(root: &Path, arguments: &[String], out: &mut dyn Write) -> Result<Exit> {
    let needs_profile = matches!(arguments.first().map(String::as_str), Some("run" | "doctor" | "sweep"));
    let is_enough = |argument: &String| argument.starts_with("--profile") || ["-h", "--help"].contains(&argument.as_str());
    if needs_profile && !arguments.iter().any(is_enough) {
        write!(out, "{}", terminal::wrap(EXPLANATION, terminal::width()))?;
        return Ok(Exit::LiveRefused);
    }
    start(root, &with_names(root, arguments)?)
}

/// The same for a command of the program that has a name of its own here: `cargo xtask doctor`.
///
/// # Errors
/// As [`run`].
pub(crate) fn command(root: &Path, name: &str, arguments: &[String], out: &mut dyn Write) -> Result<Exit> {
    run(root, &[&[name.to_owned()], arguments].concat(), out)
}

/// The arguments, with a name where `--filter` has a number of the plan: the program filters by names.
fn with_names(root: &Path, arguments: &[String]) -> Result<Vec<String>> {
    let mut named = arguments.to_vec();
    for at in 0..named.len() {
        let is_filter = at > 0 && named[at - 1] == "--filter";
        let (before, filter) = named[at].split_at(if named[at].starts_with("--filter=") { "--filter=".len() } else { 0 });
        if is_filter || !before.is_empty() {
            named[at] = format!("{before}{}", Filter::of(&Plan::read(root)?, filter).text());
        }
    }
    Ok(named)
}

fn start(root: &Path, arguments: &[String]) -> Result<Exit> {
    if !build_handlers(root)? {
        return Ok(Exit::BuildFailed);
    }
    let folder = root.join(EXTERNAL);
    let Some(messages) = built(&folder, &BUILD)? else { return Ok(Exit::BuildFailed) };
    let program = find_program(&messages, PROGRAM).context("cargo built no program `live`")?;
    // Two runs at a time would both want the one load that a cluster runs.
    let _alone = lock::hold(root, "live")?;
    // Ctrl-C reaches both programs. The other one cleans up then, and this one waits for it.
    ctrlc::set_handler(|| ()).context("cannot catch Ctrl-C")?;
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(root).env("CARGO_MANIFEST_DIR", folder.join("live-run"));
    let status = command.status().context("cannot run the program `live`")?;
    Ok(Exit::of_live(status.code()).unwrap_or(Exit::Broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_profile_ten_lines_say_what_is_needed_and_what_never_happens() {
        let mut out = Vec::new();
        let exit = run(Path::new("/nowhere"), &["run".to_owned()], &mut out).unwrap();
        let said = String::from_utf8(out).unwrap();
        assert_eq!(exit, Exit::LiveRefused);
        assert!(EXPLANATION.lines().count() <= 10 && said.lines().all(|line| line.len() <= 80), "{said}");
        for word in [
            "profile.sample.toml",
            "neptune-harness = allow",
            "never resets",
            "no flag that skips a guard",
            "cargo xtask doctor",
        ] {
            assert!(EXPLANATION.contains(word), "nothing about {word}:\n{said}");
        }
    }

    #[test]
    fn a_number_of_the_plan_becomes_a_name() {
        let root = tempfile::TempDir::new().unwrap();
        std::fs::create_dir(root.path().join("scenarios")).unwrap();
        std::fs::write(root.path().join("scenarios/PLAN.md"), "## check_bulk_load_status\n| 1 | test_a | |\n").unwrap();
        let named =
            |words: &[&str]| with_names(root.path(), &words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()).unwrap();
        let name = "check_bulk_load_status::test_a";
        assert_eq!(named(&["run", "--filter", "check 1", "--plan"]), ["run", "--filter", name, "--plan"]);
        assert_eq!(named(&["--filter=check 1"]), [format!("--filter={name}")]);
        assert_eq!(named(&["run", "--profile", "check 1"]), ["run", "--profile", "check 1"]);
    }
}
