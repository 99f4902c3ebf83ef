//! The page: a line for each poller, and what surrounds them.

use std::collections::{BTreeMap, BTreeSet};

use crate::play::Judged;
use crate::rows::{Origin, ROWS, Row};

const HEAD: &str = "# Public pollers

<!-- `cargo xtask pollers` writes this page; a test compares it with a fresh run. -->
";
const TABLE: &str = "| poller | version | what it is | right | what is not right |\n|---|---|---|---:|---|\n";
/// What a verdict is called in the table, in the order of the table.
const WORDS: [(&str, &str); 7] = [
    ("waits_forever", "does not end"),
    ("gave_up", "gives up"),
    ("hammers", "asks without a pause"),
    ("crashed", "says neither success nor failure"),
    ("never_asked", "never asks"),
    ("undecided", "pauses for longer than was waited"),
    ("wrong", "is wrong"),
];

/// The page as data.
#[derive(Debug)]
pub(crate) struct Page {
    /// The day of the run.
    pub(crate) date: String,
    /// The line for each poller, by its name.
    pub(crate) lines: BTreeMap<&'static str, String>,
}

impl Page {
    /// Reads a page. What it does not say is empty.
    pub(crate) fn read(text: &str) -> Self {
        let date = text.split("All of them ran on ").nth(1).and_then(|rest| rest.get(..10)).unwrap_or_default().to_owned();
        let line = |row: &Row| text.lines().find(|line| line.starts_with(&format!("| {} |", row.name)));
        let lines = ROWS.iter().filter_map(|row| Some((row.name, format!("{}\n", line(row)?)))).collect();
        Self { date, lines }
    }

    pub(crate) fn text(&self) -> String {
        let lines = |is_chosen: fn(Origin) -> bool| -> String {
            ROWS.iter()
                .filter(|row| is_chosen(row.origin))
                .filter_map(|row| self.lines.get(row.name).map(String::as_str))
                .collect()
        };
        let packages = lines(|origin| matches!(origin, Origin::Package(_)));
        let ours = lines(|origin| origin == Origin::Ours);
        let rebuilt = lines(|origin| matches!(origin, Origin::Rebuilt(_)));
        format!(
            "{HEAD}{}\n{TABLE}{packages}\n{OURS}\n{TABLE}{ours}\n{REBUILT}\n{TABLE}{rebuilt}\n{READING}",
            ran_on(&self.date)
        )
    }
}

fn ran_on(date: &str) -> String {
    format!(
        "
What [`neptune-sim check-poller`](README.md) says of pollers that others have published. All of them ran on {date}, against the simulator
of this repository and not against Neptune. Each cell is about the version in its row; a later one may do better.

## Packages, unmodified

Each is installed as it was released. A driver of a few lines, in `tests/pollers/packages/`, calls its public function; its header says what is the
package's and what is ours. Where the loop is ours, the row is about the requests, retries and time limits of the package.
"
    )
}

const OURS: &str = "## The functions of this repository
";

const REBUILT: &str = "## Rebuilt from public code

These are our reading of public code, in our own words: what a poller decides at which status and at which error, in `tests/pollers/rebuilt/`. None of the
original code is run, so a row says how such a poller fares, and the original may differ in what we have not read. Pauses are shortened. A function that a
state machine calls is run again while it says that the load is pending; what the state machine does after an error is left out.
";

const READING: &str = "## How to read the tables

The names are those of the cases, which `neptune-sim check-poller --list` explains; `x(-at-once)` stands for two of them. \"Does not end\" is the verdict `waits_forever`: the load has ended and the poller asks on, or no answer comes and it has not ended 40 seconds
later. A few have a limit of their own after minutes or hours. \"Gives up\" is said of a poller that calls a load failed which then completes. The other
verdicts are explained on [the page of check-poller](README.md). Where two outcomes can be defended, both are right: a poller that fails at a status 400
that passes has no entry here.
";

/// The line of a poller.
pub(crate) fn line(row: &Row, version: &str, judged: &[Judged]) -> String {
    let right = judged.iter().filter(|judged| judged.verdict == "right").count();
    let faults: Vec<String> = WORDS.iter().flat_map(|(verdict, words)| faults(verdict, words, judged)).collect();
    let faults = if faults.is_empty() { "nothing".to_owned() } else { faults.join("; ") };
    format!("| {} | {version} | {} | {right} of {} | {faults} |\n", row.name, row.what, judged.len())
}

fn faults(verdict: &str, words: &str, judged: &[Judged]) -> Vec<String> {
    let of = |is_chosen: &dyn Fn(&Judged) -> bool, words: &str| {
        let names: BTreeSet<&str> = judged
            .iter()
            .filter(|judged| judged.verdict == verdict && is_chosen(judged))
            .map(|judged| judged.name.as_str())
            .collect();
        (!names.is_empty()).then(|| format!("**{words}**: {}", shown(&names)))
    };
    if verdict != "wrong" {
        return of(&|_| true, words).into_iter().collect();
    }
    let says_success = |judged: &Judged| judged.observed.starts_with("success");
    [of(&says_success, "says success"), of(&|judged| !says_success(judged), "says failure")].into_iter().flatten().collect()
}

/// The names in the order of the alphabet. A status after a while and the same as the first answer are one entry.
fn shown(names: &BTreeSet<&str>) -> String {
    let first = |name: &str| name.strip_suffix("-at-once").is_some_and(|first| names.contains(first));
    let entry = |name: &&str| {
        if names.contains(format!("{name}-at-once").as_str()) { format!("{name}(-at-once)") } else { (*name).to_owned() }
    };
    names.iter().filter(|name| !first(name)).map(entry).collect::<Vec<_>>().join(", ")
}

/// The first line that differs, of the page and of the run. Empty if there is none.
pub(crate) fn difference(page: &str, run: &str) -> String {
    let mut pairs = page.lines().zip(run.lines());
    match pairs.find(|(page, run)| page != run) {
        Some((page, run)) => format!("the page: {page}\nthe run:  {run}"),
        None if page == run => String::new(),
        None => "one is longer than the other".to_owned(),
    }
}
