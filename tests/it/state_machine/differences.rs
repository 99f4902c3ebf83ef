//! ENGINES.md says what the engines do, and nothing else.

use std::fs;

use neptune_harness::project::root;
use neptune_state_machine::EngineKind::{self, Moto, Node};
use neptune_state_machine::{Definition, EngineError, Reply, Status, Tasks};
use rstest::rstest;
use serde_json::json;

use super::engine;
use super::rows::{Row, rows, table};

const PAGE: &str = "neptune-sim/state-machine/ENGINES.md";

#[rstest]
#[tokio::test]
async fn each_row_is_what_the_engines_do(#[values(Moto, Node)] kind: EngineKind) {
    let Some(engine) = engine(kind, "where engines differ from AWS").await else { return };
    let tasks = Tasks::default().function("function", |_| async { Reply::answer(json!({})) });
    let mut wrong = Vec::new();
    for Row { construct, machine, input, moto, node, .. } in rows() {
        let definition = Definition::parse(&machine.to_string(), &tasks.names()).unwrap();
        let seen = match engine.run(&definition, &input, 7, &tasks).await {
            Ok(ended) => match (ended.status, ended.output, ended.error) {
                (Status::Succeeded, Some(output), _) => output.to_string(),
                (Status::TimedOut, ..) => "TIMED_OUT".to_owned(),
                (_, _, error) => error.unwrap_or_else(|| "no name".to_owned()),
            },
            Err(EngineError::Refused { .. }) => "refused".to_owned(),
            Err(error) => panic!("{construct}: {error}"),
        };
        let expected = if kind == Moto { moto } else { node };
        if seen != expected {
            wrong.push(format!("{construct}: expected {expected}, seen {seen}"));
        }
    }
    assert!(wrong.is_empty(), "{kind}:\n{}", wrong.join("\n"));
}

/// The tables of a page, each as its lines.
fn tables(page: &str) -> Vec<Vec<&str>> {
    let is_row = |line: &str| line.starts_with('|');
    let lines: Vec<_> = page.lines().collect();
    let parts = lines.chunk_by(|one, next| is_row(one) == is_row(next));
    parts.filter(|part| is_row(part[0])).map(<[_]>::to_vec).collect()
}

#[test]
fn the_page_has_the_table() {
    let (file, table) = (root().join(PAGE), table());
    let page = fs::read_to_string(&file).unwrap();
    let tables = tables(&page);
    let found = tables.iter().find(|table| table[0].starts_with("| construct ")).expect("a table of the differences");
    if std::env::var_os("NEPTUNE_WRITE_PAGE").is_some() {
        fs::write(&file, page.replace(&(found.join("\n") + "\n"), &table)).unwrap();
        return;
    }
    assert_eq!(*found, table.lines().collect::<Vec<_>>(), "NEPTUNE_WRITE_PAGE=1 writes the table of {PAGE}");
}

#[test]
fn the_page_names_the_packages_that_are_installed() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let engines = tables(&page).swap_remove(0).join("\n");
    for kind in [Moto, Node] {
        let packages: Vec<_> =
            kind.install().split(' ').filter(|word| word.contains("==") || word.contains("functions@")).collect();
        assert!(!packages.is_empty() && packages.iter().all(|package| engines.contains(package)), "{packages:?}: {engines}");
    }
}
