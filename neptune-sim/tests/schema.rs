//! The checked-in descriptions are those that the types give: the JSON Schema of scenario files, the OpenAPI document of the control
//! API, and the pages of quirks and of ready-made faults.
//!
//! `cargo xtask schema` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use neptune_wire::quirks::Choices;
use neptune_wire::{QUIRKS, Quirk};

#[test]
fn the_checked_in_schema_is_current() {
    compare("scenarios/scenario.schema.json", &format!("{:#}\n", neptune_sim::scenario::json_schema()));
}

#[test]
fn the_checked_in_openapi_document_is_current() {
    compare("neptune-sim/control/openapi.json", &format!("{:#}\n", neptune_sim::openapi()));
}

#[test]
fn the_checked_in_page_of_quirks_is_current() {
    let mut page = "# Quirks\n\nPoints where documentation and observation differ, or which nobody knows. Each is a knob: `given.quirks` of \
                    a scenario,\n`PATCH /_sim/clusters/{name}/quirks` of a running simulator. The first choice is the default; the mark says \
                    how well that is backed.\nNothing here was settled on a live cluster yet. `cargo xtask schema` writes this page.\n"
        .to_owned();
    for quirk in QUIRKS {
        page += &entry(quirk);
    }
    compare("scenarios/QUIRKS.md", &page);
}

#[test]
fn the_checked_in_page_of_faults_is_current() {
    let mut page = "# Ready-made faults\n\nWhat `use` can name in `given.faults` of a scenario, in a fault file, and in \
                    `POST /_sim/clusters/{name}/faults`.\n`neptune-sim faults NAME` shows what one comes to, to copy and to change. The mark \
                    says how well it is backed that clients of\nNeptune meet it. `cargo xtask schema` writes this page.\n\n\
                    | name | what happens | mark |\n|---|---|---|\n"
        .to_owned();
    for ready in neptune_sim::ready_faults() {
        let _ = writeln!(page, "| `{}` | {} | {} |", ready.name, ready.about, ready.evidence);
    }
    compare("scenarios/FAULTS.md", &page);
}

fn entry(quirk: &Quirk) -> String {
    let mut text = format!("\n## `{}`\n\n{}.\n\n", quirk.name, quirk.question);
    match quirk.choices {
        Choices::Words(choices) => {
            for choice in choices {
                let mark =
                    if choice.word == quirk.default_word() { format!(" ({})", quirk.evidence.as_str()) } else { String::new() };
                let _ = writeln!(text, "* `{}`{mark}: {}", choice.word, choice.meaning);
            }
        }
        Choices::Number(most) => {
            let _ = writeln!(text, "* `0` ({}), up to {most}", quirk.evidence.as_str());
        }
    }
    let (documented, observed, settled_by) = (quirk.documented, quirk.observed, quirk.settled_by);
    let _ = writeln!(text, "\nDocumented: {documented}. Observed: {observed}. Settled by: {settled_by}.");
    text
}

/// Compares with the file, which is named from the workspace's root; rewrites it if `UPDATE_SCHEMA` is set.
fn compare(file: &str, current: &str) {
    let path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("..").join(file);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, current).expect("the file can be written");
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == current, "{file} is out of date: run `cargo xtask schema`");
}
