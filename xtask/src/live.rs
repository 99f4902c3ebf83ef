//! Live runs and their rehearsals: hands everything on to the program `live` of the harness.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::cargo::cargo;
use crate::exit::Exit;
use crate::filter::Filter;
use crate::flags::{Doctor, It, LiveIt, Sweep};
use crate::harness::find_program;
use crate::lock;
use crate::planned::Plan;

/// The program.
const PROGRAM: &str = "live";

/// What somebody gets to read who names no profile.
const EXPLANATION: &str = "\
A live run plays the planned tests on a Neptune cluster of yours. It needs a profile, which names account, region, cluster, role and bucket:
  cp tests/live/profile.sample.toml tests/live/profiles/NAME.toml, fill it in, and add --profile NAME. Git ignores the copy.
It needs AWS credentials, and the tag `neptune-harness = allow` on the cluster, which its owner sets. Then `cargo xtask doctor --profile NAME`
  looks whether all is right, `--plan` tells what would be done, and nothing begins before you have typed the cluster's resource id.
It makes: objects under its own prefix in the bucket, loads of these, vertices and statements under its own names. It removes all of it.
It never touches what it has not written into its journal beforehand, and never a cluster that is busy, holds much, or is called live or prod.
It never resets, stops, changes or deletes a cluster: no code here can. There is no flag that skips a guard.
Nothing in your environment chooses a cluster: only --target neptune and --profile do.
tests/live/README.md leads through a first run. `cargo xtask rehearse` shows one on this machine, without AWS.
";

/// Runs scenarios on a live cluster.
///
/// # Errors
/// Cargo or the program cannot be run.
pub(crate) fn it(root: &Path, choice: &It, out: &mut dyn Write) -> Result<Exit> {
    let LiveIt { profile, via, tier, plan, budget, yes } = &choice.live;
    let mut arguments = vec!["run".to_owned()];
    arguments.extend(option("--profile", profile.as_deref()));
    arguments.extend(option("--via", word(*via).as_deref()));
    arguments.extend(option("--tier", word(*tier).as_deref()));
    if let Some(filter) = &choice.filter {
        arguments.extend(option("--filter", Some(Filter::of(&Plan::read(root)?, filter).text())));
    }
    arguments.extend(option("--budget", budget.as_deref()));
    arguments.extend(option("--yes", yes.as_deref()));
    arguments.extend(plan.then(|| "--plan".to_owned()));
    with_profile(root, profile.as_deref(), &arguments, out)
}

/// Looks whether a run would be let past the guards.
///
/// # Errors
/// Cargo or the program cannot be run.
pub(crate) fn doctor(root: &Path, choice: &Doctor, out: &mut dyn Write) -> Result<Exit> {
    with_profile(root, choice.profile.as_deref(), &of_cluster("doctor", choice), out)
}

/// Removes what runs have left behind.
///
/// # Errors
/// Cargo or the program cannot be run.
pub(crate) fn sweep(root: &Path, choice: &Sweep, out: &mut dyn Write) -> Result<Exit> {
    let mut arguments = of_cluster("sweep", &choice.cluster);
    arguments.extend(option("--yes", choice.yes.as_deref()));
    arguments.extend(choice.plan.then(|| "--plan".to_owned()));
    with_profile(root, choice.cluster.profile.as_deref(), &arguments, out)
}

/// Tells what was validated on a live cluster.
///
/// # Errors
/// Cargo or the program cannot be run.
pub(crate) fn parity(root: &Path) -> Result<Exit> {
    run(root, &["parity".to_owned()])
}

/// Rehearses live runs, or some acts of that.
///
/// # Errors
/// Cargo or the program cannot be run.
pub(crate) fn rehearse(root: &Path, filter: Option<&str>) -> Result<Exit> {
    run(root, &[vec!["rehearse".to_owned()], option("--filter", filter)].concat())
}

fn of_cluster(command: &str, choice: &Doctor) -> Vec<String> {
    let mut arguments = vec![command.to_owned()];
    arguments.extend(option("--profile", choice.profile.as_deref()));
    arguments.extend(option("--via", word(choice.via).as_deref()));
    arguments
}

/// Without a profile nothing is built, and nothing is done.
fn with_profile(root: &Path, profile: Option<&str>, arguments: &[String], out: &mut dyn Write) -> Result<Exit> {
    if profile.is_none() {
        write!(out, "{EXPLANATION}")?;
        return Ok(Exit::LiveRefused);
    }
    run(root, arguments)
}

fn run(root: &Path, arguments: &[String]) -> Result<Exit> {
    let output = cargo(root, &["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        return Ok(Exit::BuildFailed);
    }
    let program = find_program(&String::from_utf8_lossy(&output.stdout), PROGRAM).context("cargo built no program `live`")?;
    // Two runs at a time would both want the one load that a cluster runs.
    let _alone = lock::hold(root, "live")?;
    // Ctrl-C reaches both. The program cleans up then, and somebody has to wait for it. A handler may be there already: two steps of CI.
    let _ = ctrlc::set_handler(|| ());
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(root).env("CARGO_MANIFEST_DIR", root.join("tests"));
    let status = command.status().context("cannot run the program `live`")?;
    Ok(Exit::of_live(status.code()).unwrap_or(Exit::Broken))
}

fn option(name: &str, value: Option<&str>) -> Vec<String> {
    value.into_iter().flat_map(|value| [name.to_owned(), value.to_owned()]).collect()
}

fn word(choice: Option<impl ValueEnum>) -> Option<String> {
    choice.and_then(|choice| Some(choice.to_possible_value()?.get_name().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_profile_ten_lines_say_what_is_needed_and_what_never_happens() {
        let mut out = Vec::new();
        let exit = it(Path::new("/nowhere"), &It::default(), &mut out).unwrap();
        let said = String::from_utf8(out).unwrap();
        assert_eq!(exit, Exit::LiveRefused);
        assert!(said.lines().count() <= 10, "{said}");
        for word in [
            "profile.sample.toml",
            "neptune-harness = allow",
            "never resets",
            "no flag that skips a guard",
            "cargo xtask doctor",
        ] {
            assert!(said.contains(word), "nothing about {word}:\n{said}");
        }
    }
}
