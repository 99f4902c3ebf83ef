//! `cargo xtask snapshots`: the review of snapshots that changed, and the search for those that no scenario uses.
//!
//! Nothing is lost: accepting replaces the accepted file in one rename, rejecting deletes only the pending one.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::diff::line_diff;
use crate::exit::Exit;
use crate::flags::Snapshots;
use crate::planned::Plan;
use crate::scenarios::{self, ScenarioFile};

/// Where the snapshots lie, from the workspace's root.
const FOLDER: &str = "tests/snapshots";

/// What to do with one pending snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
}

/// Runs the command.
///
/// # Errors
/// Plan, scenarios or snapshots cannot be read or written.
pub(crate) fn run(root: &Path, choice: &Snapshots, out: &mut dyn Write) -> Result<Exit> {
    if choice.accept {
        review(root, choice, out, |_| Ok(Answer::Accept))
    } else if choice.reject {
        review(root, choice, out, |_| Ok(Answer::Reject))
    } else if io::stdin().is_terminal() {
        review(root, choice, out, ask)
    } else {
        review(root, choice, out, |_| Ok(Answer::Skip))
    }
}

/// Only looks: whatever is pending or orphaned is a failure.
///
/// # Errors
/// As for [`run`].
pub(crate) fn check(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    review(root, &Snapshots::default(), out, |_| Ok(Answer::Skip))
}

fn ask(out: &mut dyn Write) -> Result<Answer> {
    loop {
        write!(out, "[a]ccept, [r]eject or [s]kip? ")?;
        out.flush()?;
        let mut line = String::new();
        let at_end = io::stdin().read_line(&mut line)? == 0;
        match line.trim() {
            "a" | "accept" => return Ok(Answer::Accept),
            "r" | "reject" => return Ok(Answer::Reject),
            "s" | "skip" => return Ok(Answer::Skip),
            _ if at_end => return Ok(Answer::Skip),
            _ => {}
        }
    }
}

fn review(
    root: &Path,
    choice: &Snapshots,
    out: &mut dyn Write,
    mut answer: impl FnMut(&mut dyn Write) -> Result<Answer>,
) -> Result<Exit> {
    let (orphans, rest) = match &choice.folder {
        Some(folder) => (Vec::new(), find_snapshots(folder)?),
        None => split_orphans(root, find_snapshots(&root.join(FOLDER))?)?,
    };
    let (mut accepted, mut rejected, mut left) = (0, 0, 0);
    for pending in rest.iter().filter(|path| is_pending(path) && is_wanted(root, path, choice)) {
        show(root, pending, out)?;
        match answer(out)? {
            Answer::Accept => accept(pending).map(|()| accepted += 1)?,
            Answer::Reject => remove(pending).map(|()| rejected += 1)?,
            Answer::Skip => left += 1,
        }
    }
    for orphan in &orphans {
        writeln!(out, "{} belongs to no scenario: delete it, or correct the scenario's `name`", below(root, orphan))?;
    }
    writeln!(out, "snapshots: {accepted} accepted, {rejected} rejected, {left} pending, {} orphans", orphans.len())?;
    if left > 0 {
        writeln!(out, "review them with `cargo xtask snapshots`, or take them all with --accept or --reject")?;
    }
    Ok(if left == 0 && orphans.is_empty() { Exit::Fine } else { Exit::OutOfStep })
}

/// All snapshots below a folder, accepted and pending, in order.
fn find_snapshots(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.exists() {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                found.extend(find_snapshots(&path)?);
            } else if stem(&path).is_some() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes files from a scenario folder that none of its scenarios uses.
fn split_orphans(root: &Path, snapshots: Vec<PathBuf>) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let plan = Plan::read(root)?;
    let folders = scenarios::folders(&plan);
    let scenarios = scenarios::read(root, &folders)?;
    let orphaned = |path: &PathBuf| {
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        folders.contains(&folder.as_ref()) && !belongs(path, &folder, &scenarios)
    };
    Ok(snapshots.into_iter().partition(orphaned))
}

fn belongs(snapshot: &Path, folder: &str, scenarios: &[ScenarioFile]) -> bool {
    scenarios.iter().any(|scenario| scenario.folder == folder && scenario.head.name.as_deref() == stem(snapshot))
}

/// The name without `.snap` or `.snap.new`; none for other files.
fn stem(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(".snap").or_else(|| name.strip_suffix(".snap.new"))
}

fn is_pending(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "new")
}

fn is_wanted(root: &Path, path: &Path, choice: &Snapshots) -> bool {
    choice.filter.as_ref().is_none_or(|filter| below(root, path).contains(filter.as_str()))
}

fn show(root: &Path, pending: &Path, out: &mut dyn Write) -> Result<()> {
    let accepted = pending.with_extension("");
    let old = if accepted.exists() { read(&accepted)? } else { String::new() };
    let new = read(pending)?;
    let news = if accepted.exists() { "changed" } else { "new" };
    writeln!(out, "{} ({news})", below(root, &accepted))?;
    Ok(writeln!(out, "{}", line_diff(&without_assertion_line(&old), &without_assertion_line(&new)))?)
}

fn accept(pending: &Path) -> Result<()> {
    let content = without_assertion_line(&read(pending)?);
    fs::write(pending, content).with_context(|| format!("cannot write {}", pending.display()))?;
    fs::rename(pending, pending.with_extension("")).with_context(|| format!("cannot rename {}", pending.display()))
}

fn remove(pending: &Path) -> Result<()> {
    fs::remove_file(pending).with_context(|| format!("cannot delete {}", pending.display()))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Drops `assertion_line` from the header, between the two `---`: it changes whenever the test file does.
fn without_assertion_line(snapshot: &str) -> String {
    let mut fences = 0;
    let keep = |line: &&str| {
        fences += usize::from(line.trim_end() == "---");
        fences != 1 || !line.starts_with("assertion_line:")
    };
    snapshot.split_inclusive('\n').filter(keep).collect()
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use neptune_report::terminal::plain;
    use tempfile::TempDir;

    use super::*;
    use crate::planned;

    const OLD: &str = "---\nsource: tests/scenarios.rs\n---\nstatus: PENDING\n";
    const NEW: &str = "---\nsource: tests/scenarios.rs\nassertion_line: 7\n---\nassertion_line: stays\nstatus: FAILED\n";

    /// A workspace with one scenario, its accepted snapshot, and one that changed.
    fn workspace() -> TempDir {
        let root = TempDir::new().unwrap();
        write(&root, planned::PATH, "## get_load_status\n| 1 | test_a | |\n");
        write(&root, "scenarios/get_load_status/01_a.yaml", "plan: get_load_status/1\nname: test_a\n");
        write(&root, "tests/snapshots/get_load_status/test_a.snap", OLD);
        write(&root, "tests/snapshots/get_load_status/test_a.snap.new", NEW);
        root
    }

    fn write(root: &TempDir, path: &str, text: &str) {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(root: &TempDir, path: &str) -> Option<String> {
        fs::read_to_string(root.path().join("tests/snapshots").join(path)).ok()
    }

    fn review_all(root: &TempDir, answer: Answer, choice: &Snapshots) -> (Exit, String) {
        let mut out = Vec::new();
        let exit = review(root.path(), choice, &mut out, |_| Ok(answer)).unwrap();
        (exit, plain(&String::from_utf8(out).unwrap()))
    }

    #[test]
    fn a_pending_snapshot_is_shown_and_left_alone() {
        let root = workspace();
        let (exit, out) = review_all(&root, Answer::Skip, &Snapshots::default());
        assert_eq!(exit, Exit::OutOfStep);
        assert!(out.starts_with("tests/snapshots/get_load_status/test_a.snap (changed)\n@@"), "{out}");
        assert!(out.contains("-status: PENDING\n+assertion_line: stays\n+status: FAILED\n"), "{out}");
        assert!(out.contains("snapshots: 0 accepted, 0 rejected, 1 pending, 0 orphans\nreview them with"), "{out}");
        assert_eq!(text(&root, "get_load_status/test_a.snap").as_deref(), Some(OLD));
        assert_eq!(text(&root, "get_load_status/test_a.snap.new").as_deref(), Some(NEW));
    }

    #[test]
    fn accepting_replaces_the_old_one_and_drops_the_line_number_from_the_header_only() {
        let root = workspace();
        let (exit, out) = review_all(&root, Answer::Accept, &Snapshots::default());
        assert_eq!(exit, Exit::Fine, "{out}");
        let expected = "---\nsource: tests/scenarios.rs\n---\nassertion_line: stays\nstatus: FAILED\n";
        assert_eq!(text(&root, "get_load_status/test_a.snap").as_deref(), Some(expected));
        assert_eq!(text(&root, "get_load_status/test_a.snap.new"), None);
    }

    #[test]
    fn rejecting_keeps_the_old_one() {
        let root = workspace();
        let (exit, _) = review_all(&root, Answer::Reject, &Snapshots::default());
        assert_eq!(exit, Exit::Fine);
        assert_eq!(text(&root, "get_load_status/test_a.snap").as_deref(), Some(OLD));
        assert_eq!(text(&root, "get_load_status/test_a.snap.new"), None);
    }

    #[test]
    fn a_filter_reviews_only_what_it_names() {
        let root = workspace();
        let choice = Snapshots { filter: Some("beyond".into()), ..Snapshots::default() };
        let (exit, out) = review_all(&root, Answer::Accept, &choice);
        assert_eq!((exit, out.as_str()), (Exit::Fine, "snapshots: 0 accepted, 0 rejected, 0 pending, 0 orphans\n"));
        assert!(text(&root, "get_load_status/test_a.snap.new").is_some());
    }

    #[rstest::rstest]
    #[case::accepted("get_load_status/test_gone.snap")]
    #[case::pending("beyond/gone.snap.new")]
    fn a_snapshot_without_scenario_is_an_orphan_and_is_never_accepted(#[case] path: &str) {
        let root = workspace();
        write(&root, &format!("tests/snapshots/{path}"), NEW);
        let (exit, out) = review_all(&root, Answer::Accept, &Snapshots::default());
        assert_eq!(exit, Exit::OutOfStep);
        assert!(out.contains(&format!("tests/snapshots/{path} belongs to no scenario")), "{out}");
        assert!(out.contains("1 accepted, 0 rejected, 0 pending, 1 orphans"), "{out}");
        assert_eq!(text(&root, path).as_deref(), Some(NEW));
    }

    #[test]
    fn snapshots_of_other_tests_are_reviewed_but_not_judged() {
        let root = workspace();
        write(&root, "tests/snapshots/it/help.snap", OLD);
        write(&root, "tests/snapshots/it/usage.snap.new", NEW);
        let (exit, out) = review_all(&root, Answer::Accept, &Snapshots::default());
        assert_eq!(exit, Exit::Fine, "{out}");
        assert!(out.contains("tests/snapshots/it/usage.snap (new)"), "{out}");
        assert!(text(&root, "it/usage.snap").is_some());
    }
}
