//! Every link of a page leads to a file and a heading of this checkout, so that a move cannot break one unseen.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use neptune_harness::project::root;

/// The pages, wherever they are, and those of folders that hold no pages of ours left aside.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && ![".git", "target"].contains(&name.as_str()) {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    found
}

/// The text without blocks of code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// Where links lead, those to other sites left aside.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.contains("://") && !target.contains(' ')).collect()
}

/// The names that GitHub gives to the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || ['-', '_', ' '].contains(c);
    headings.map(|heading| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

/// What is wrong with a link of this page, if anything is.
fn broken(page: &Path, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { page.to_owned() } else { page.parent()?.join(path) };
    if !file.exists() {
        return Some(format!("{}: `{target}` leads to no file", page.display()));
    }
    let is_page = file.extension().is_some_and(|extension| extension == "md");
    let missing = is_page && !anchor.is_empty() && !anchors(&prose(&fs::read_to_string(&file).unwrap())).contains(anchor);
    missing.then(|| format!("{}: `{target}` leads to no heading", page.display()))
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let pages = pages(&root());
    let mut links_seen = 0;
    let mut wrong = Vec::new();
    for page in &pages {
        let text = prose(&fs::read_to_string(page).unwrap());
        for target in links(&text) {
            links_seen += 1;
            wrong.extend(broken(page, target));
        }
    }
    assert!(links_seen > 40, "only {links_seen} links were found on {} pages", pages.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_seen() {
    let readme = root().join("README.md");
    assert_eq!(broken(&readme, "LICENSE"), None);
    assert_eq!(broken(&readme, "tests/README.md#exit-codes-of-cargo-xtask"), None);
    assert!(broken(&readme, "nowhere.md").unwrap().ends_with("`nowhere.md` leads to no file"));
    assert!(broken(&readme, "tests/README.md#nothing").unwrap().ends_with("leads to no heading"));
}

/// Pages for whoever changes the code. They name files of source in backticks, by the end of their path.
const OF_THE_CODE: [&str; 2] = ["CONTRIBUTING.md", "ARCHITECTURE.md"];

/// The files of source that a page names: `clock.rs`, `loader/src/plan.rs`.
fn sources(text: &str) -> impl Iterator<Item = &str> {
    let is_source = |name: &&str| [".rs", ".js", ".yaml", ".py"].iter().any(|ending| name.ends_with(ending));
    text.split('`').skip(1).step_by(2).filter(is_source).filter(|name| !name.contains(['*', ' ', '…', '<']))
}

/// Each file of this checkout that git knows, by its path from the root.
fn files() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output().unwrap();
    String::from_utf8(listed.stdout).unwrap().lines().map(|path| format!("/{path}")).collect()
}

#[test]
fn every_file_of_source_that_a_page_names_is_there() {
    let files = files();
    let is_missing = |name: &&str| !files.iter().any(|file| file.ends_with(&format!("/{name}")));
    for page in OF_THE_CODE {
        let text = prose(&fs::read_to_string(root().join(page)).unwrap());
        let named: Vec<&str> = sources(&text).collect();
        assert!(named.len() > 10, "{page} names {named:?}: are they still in backticks?");
        let missing: Vec<&str> = named.into_iter().filter(is_missing).collect();
        assert_eq!(missing, [""; 0], "{page} names files that are not there");
    }
}
