//! The first command of the page `README.md` says what stands below it.

mod common;

use std::fs;
use std::path::Path;

use common::arguments;
use neptune_check_data::check;
use neptune_report::terminal::{DEFAULT_WIDTH, plain};

/// What stands between these marks, for the first time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inside, _)| inside)
}

#[test]
fn the_first_screen_is_what_the_command_says() {
    let page = fs::read_to_string("README.md").expect("the page");
    let command = between(&page, "```sh\n", "```");
    let folder = between(command, "check-data ", " ||");
    assert_eq!(folder, "neptune-sim/check-data/example");
    std::env::set_current_dir("../..").expect("the root of the repository");
    let said = plain(&check(&arguments(&[Path::new(folder)], &[])).expect("it can be read").text(DEFAULT_WIDTH));
    let shown = between(&page, "```text\n", "```");
    assert!(shown == said, "the page must say:\n{said}");
}
