//! `neptune-sim check-poller` against public pollers: packages as they are released, and public code rebuilt from what it decides. The page
//! `neptune-sim/check-poller/POLLERS.md` says what was seen. With `UPDATE_POLLERS`, which `cargo xtask pollers` sets, the test writes it.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

mod installed;
mod page;
mod play;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use neptune_harness::optional::skipped;
use neptune_harness::project::root;

use crate::installed::Installed;
use crate::page::Page;
use crate::play::play;
use crate::rows::{Origin, ROWS, Row};

/// How many pollers are judged side by side. Most of the time they wait.
const LANES: usize = 8;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

#[test]
fn the_page_says_what_a_run_sees() {
    let installed = Installed::find();
    let (present, absent): (Vec<&Row>, Vec<&Row>) = ROWS.iter().partition(|row| installed.lack(row).is_none());
    let lacks: BTreeSet<String> = absent.iter().filter_map(|row| installed.lack(row)).collect();
    let lines = judge_all(&installed, &present);
    let file = root().join("neptune-sim/check-poller/POLLERS.md");
    if std::env::var_os("UPDATE_POLLERS").is_some() {
        assert!(lacks.is_empty(), "the page needs every poller: {lacks:?}: {}", installed::REMEDY);
        return fs::write(file, Page { date: today(), lines }.text()).unwrap();
    }
    let text = fs::read_to_string(file).unwrap();
    let written = Page::read(&text);
    let of_page = absent.iter().filter_map(|row| Some((row.name, written.lines.get(row.name)?.clone())));
    let expected = Page { date: written.date.clone(), lines: lines.into_iter().chain(of_page).collect() };
    let difference = page::difference(&text, &expected.text());
    assert_eq!(difference, "", "POLLERS.md is not what a run sees; `cargo xtask pollers` writes it anew");
    if !absent.is_empty() {
        let why = format!("{lacks:?}; {}", installed::REMEDY);
        skipped(&format!("{} of {} public pollers", absent.len(), ROWS.len()), &why);
    }
}

/// The line of the page for each poller, a few side by side.
fn judge_all(installed: &Installed, rows: &[&'static Row]) -> BTreeMap<&'static str, String> {
    let next = Mutex::new(rows.iter());
    let lines = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some(row) = { next.lock().unwrap().next() } {
                    let line = page::line(row, &installed.version(row), &play(installed, row));
                    lines.lock().unwrap().insert(row.name, line);
                }
            });
        }
    });
    lines.into_inner().unwrap()
}

fn today() -> String {
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().unwrap();
    String::from_utf8(date.stdout).unwrap().trim().to_owned()
}

#[test]
fn every_fixture_has_a_row_and_says_where_it_comes_from() {
    let folder = root().join("tests/pollers");
    let files = ["packages", "rebuilt"].map(|kind| fs::read_dir(folder.join(kind)).unwrap());
    let files: Vec<PathBuf> =
        files.into_iter().flatten().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    for file in &files {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap();
        assert!(ROWS.iter().any(|row| row.file == name), "no row has {name}");
        let text = fs::read_to_string(file).unwrap();
        let words: &[&str] =
            if name.starts_with("packages") { &["Its own: ", "Ours: "] } else { &["rebuilt", "20|commit|head"] };
        for word in words {
            assert!(word.split('|').any(|either| text.contains(either)), "{name} says nothing of `{word}`");
        }
    }
    assert_eq!(files.len(), ROWS.iter().filter(|row| row.origin != Origin::Ours).count());
}
