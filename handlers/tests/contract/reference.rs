//! What changes for users of the functions that these replace.
//!
//! `reference.json` has what those were seen to answer, case by case, and why ours differ where they do. A difference without a reason
//! fails, and so does a reason without a difference. handlers/README.md lists the reasons; `UPDATE_REFERENCE=1` writes its list anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::server::{Answer, Request, Server, http};
use crate::setup::{call, config, is_domain};

/// Around the list in the README.
const MARKS: [&str; 2] = ["<!-- what changes: written by a test -->\n", "<!-- end -->\n"];

/// One situation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    function: String,
    event: Value,
    domain: Neptune,
    /// Absent for a function that asks for one load.
    prov: Option<Neptune>,
    before: Outcome,
    /// Field and reason of each difference. `raised` stands for an error instead of an answer.
    changes: BTreeMap<String, String>,
}

/// What Neptune answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Neptune {
    http: u16,
    /// JSON; a text is sent as it is.
    body: Value,
}

/// What a function did.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", untagged)]
enum Outcome {
    /// It raised an error of this name.
    Raised { raised: String },
    /// It answered with these fields, and without those. About others nothing is known.
    Answered { has: Map<String, Value>, lacks: Vec<String> },
}

impl Neptune {
    fn answer(&self) -> Answer {
        http(self.http, &self.body.as_str().map_or_else(|| self.body.to_string(), str::to_owned))
    }
}

impl Case {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("reference.json")).expect("the reference can be read")
    }

    /// What our function does: an answer, or the name of an error.
    async fn now(&self) -> Result<Value, String> {
        let (domain, prov) = (self.domain.clone(), self.prov.clone());
        let server = Server::start(move |request: &Request| match &prov {
            Some(prov) if !is_domain(request) => prov.answer(),
            _ => domain.answer(),
        });
        let invocation = call(config(server.port, &[]), self.event.clone());
        let result = match self.function.as_str() {
            "check_bulk_load_status" => Ok(handlers::check::handle(invocation).await.expect("it always answers")),
            "get_load_status" => handlers::status::handle(invocation).await,
            other => panic!("there is no function `{other}`"),
        };
        result.map_err(|error| error.name.as_str().to_owned())
    }

    /// The fields in which ours differ.
    fn differences(&self, now: &Result<Value, String>) -> BTreeSet<String> {
        match (&self.before, now) {
            (Outcome::Raised { raised }, Err(name)) if raised == name => BTreeSet::new(),
            (Outcome::Raised { .. }, _) | (_, Err(_)) => BTreeSet::from(["raised".to_owned()]),
            (Outcome::Answered { has, lacks }, Ok(answer)) => {
                let changed = has.iter().filter(|(field, value)| answer.get(*field) != Some(value)).map(|(field, _)| field);
                changed.chain(lacks.iter().filter(|field| answer.get(field.as_str()).is_some())).cloned().collect()
            }
        }
    }
}

#[tokio::test]
async fn every_difference_has_a_reason_and_every_reason_a_difference() {
    for case in Case::all() {
        let now = case.now().await;
        let explained: BTreeSet<String> = case.changes.keys().cloned().collect();
        assert_eq!(case.differences(&now), explained, "{}: {now:?}", case.name);
    }
}

#[test]
fn the_readme_lists_what_changes() {
    let path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let [begin, end] = MARKS;
    let (before, rest) = readme.split_once(begin).expect("the README has the first mark");
    let (_, after) = rest.split_once(end).expect("the README has the second mark");
    let current = format!("{before}{begin}{}{end}{after}", list());
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let is_current = std::fs::read_to_string(&path).unwrap() == current;
    assert!(
        is_current,
        "the list of changes in handlers/README.md is not the one of reference.json: UPDATE_REFERENCE=1 writes it anew"
    );
}

/// Each reason once, with the fields and situations that it is about.
fn list() -> String {
    let mut reasons: Vec<(String, BTreeSet<String>, Vec<String>)> = Vec::new();
    for case in Case::all() {
        for (field, reason) in case.changes {
            let place = reasons.iter().position(|(known, ..)| *known == reason).unwrap_or_else(|| {
                reasons.push((reason, BTreeSet::new(), Vec::new()));
                reasons.len() - 1
            });
            let (_, fields, names) = &mut reasons[place];
            fields.insert(format!("`{field}`"));
            if !names.contains(&case.name) {
                names.push(case.name.clone());
            }
        }
    }
    let mut text = "| what | when | why |\n|---|---|---|\n".to_owned();
    for (reason, fields, names) in reasons {
        let fields = fields.into_iter().collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "| {fields} | {} | {reason} |", some_of(&names));
    }
    text
}

/// The first situations, and how many more there are.
fn some_of(names: &[String]) -> String {
    let shown = names[..names.len().min(3)].join("; ");
    match names.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown}; {more} more"),
    }
}
