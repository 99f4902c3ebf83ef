//! The graph of the cluster, as far as a live run may ask about it: the seven statements, word for word, and a count for each answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use neptune_live::{IdPrefix, RunGraph, RunId, Statement};
use neptune_server::LoadTimeline;
use serde_json::{Value, json};

use super::facts::Shared;

/// How many facts the data has of each vertex: a label and a name.
const FACTS: u64 = 2;
/// How many vertices one statement removes.
const VERTICES_AT_ONCE: u64 = 10_000;

/// Answers for a graph that holds what others have put there, and what the loads of runs have brought.
#[derive(Debug)]
pub(super) struct Statements {
    facts: Shared,
    /// What runs have removed of what their loads have brought.
    removed: Mutex<BTreeMap<RunId, Content>>,
}

/// How much there is of a run, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) statements: u64,
    pub(super) vertices: u64,
}

impl Statements {
    /// Nothing is removed yet.
    pub(super) fn new(facts: Shared) -> Self {
        Self { facts, removed: Mutex::default() }
    }

    /// What the runs of these loads have brought and not removed.
    pub(super) fn left(&self, loads: &[LoadTimeline]) -> Content {
        let removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        total(brought(loads).iter().map(|(run, brought)| brought.without(removed.get(run))))
    }

    /// What the graph answers to a form posted to this path, after these loads. `None` if the form makes none of the seven statements.
    pub(super) fn answer(&self, loads: &[LoadTimeline], path: &str, form: &[(String, String)]) -> Option<Value> {
        let (statement, run) = understood(path, form)?;
        Some(self.said(loads, &statement, run.as_ref()))
    }

    fn said(&self, loads: &[LoadTimeline], statement: &Statement, run: Option<&RunId>) -> Value {
        let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = brought(loads);
        let of = |run: &RunId, removed: &BTreeMap<RunId, Content>| {
            brought.get(run).copied().unwrap_or_default().without(removed.get(run))
        };
        let own = run.map(|run| of(run, &removed)).unwrap_or_default();
        let all = total(brought.keys().map(|run| of(run, &removed)));
        let facts = self.facts.now();
        match statement {
            Statement::DropGraph(_) => {
                if let Some(run) = run {
                    removed.entry(run.clone()).or_default().statements += own.statements;
                }
                update()
            }
            Statement::DeleteNodes(_) => {
                if let Some(run) = run {
                    removed.entry(run.clone()).or_default().vertices += own.vertices.min(VERTICES_AT_ONCE);
                }
                json!({"results": []})
            }
            Statement::CountGraph(_) => sparql_count(own.statements),
            Statement::CountRunNodes(_) => cypher_count(own.vertices),
            Statement::AskConsent => json!({"head": {}, "boolean": facts.has_consent_graph}),
            // The consenting graph has a statement, or it would not be there.
            Statement::CountStatements { max_existing } => {
                let all = all.statements + facts.statements + u64::from(facts.has_consent_graph);
                sparql_count(all.min(u64::from(*max_existing) + 1))
            }
            Statement::CountNodes { max_existing } => {
                cypher_count((all.vertices + facts.vertices).min(u64::from(*max_existing) + 1))
            }
        }
    }
}

impl Content {
    fn without(self, removed: Option<&Self>) -> Self {
        let removed = removed.copied().unwrap_or_default();
        Self {
            statements: self.statements.saturating_sub(removed.statements),
            vertices: self.vertices.saturating_sub(removed.vertices),
        }
    }
}

fn total(contents: impl Iterator<Item = Content>) -> Content {
    contents.fold(Content::default(), |sum, one| Content {
        statements: sum.statements + one.statements,
        vertices: sum.vertices + one.vertices,
    })
}

/// What loads have added so far, by their runs. The loads of other users count for nothing.
fn brought(loads: &[LoadTimeline]) -> BTreeMap<RunId, Content> {
    let mut brought = BTreeMap::<_, Content>::new();
    for load in loads {
        let (Some(run), Some(format)) = (run_of(&load.source), load.format) else { continue };
        let content = brought.entry(run).or_default();
        // What was there already brings nothing.
        let new = load.records.saturating_sub(load.duplicates);
        if format.as_str() == "csv" {
            content.vertices += new / FACTS;
        } else {
            content.statements += new;
        }
    }
    brought
}

/// The run that a source is named after.
pub(super) fn run_of(source: &str) -> Option<RunId> {
    let (_, rest) = source.split_once("/neptune-harness/")?;
    rest.split('/').next()?.parse().ok()
}

/// The statement that a form makes, if it is one of the seven, and the run that it names.
fn understood(path: &str, form: &[(String, String)]) -> Option<(Statement, Option<RunId>)> {
    let [(field, text)] = form else { return None };
    let run = named_run(text);
    let of_runs = run.iter().flat_map(|run| {
        let (graph, ids) = (RunGraph::of(run), IdPrefix::of(run));
        let graphs = [Statement::DropGraph(graph.clone()), Statement::CountGraph(graph)];
        graphs.into_iter().chain([Statement::DeleteNodes(ids.clone()), Statement::CountRunNodes(ids)])
    });
    let of_all = max_existing(text)
        .into_iter()
        .flat_map(|max_existing| [Statement::CountStatements { max_existing }, Statement::CountNodes { max_existing }]);
    let mut candidates = of_runs.chain(of_all).chain([Statement::AskConsent]);
    let statement = candidates.find(|known| known.path() == path && known.form() == (field.as_str(), text.clone()))?;
    Some((statement, run))
}

/// The run that a statement names, wherever it does.
fn named_run(text: &str) -> Option<RunId> {
    let is_of_id = |c: char| c.is_ascii_hexdigit() || c == '-';
    ["urn:neptune-harness:", "'nh-"].into_iter().find_map(|beginning| {
        let (_, rest) = text.split_once(beginning)?;
        rest.split(|c| !is_of_id(c)).next()?.trim_end_matches('-').parse().ok()
    })
}

/// How much a statement lets be there: it counts as far as one more.
fn max_existing(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("LIMIT ")?;
    let limit: u64 = rest.split(' ').next()?.parse().ok()?;
    limit.checked_sub(1)?.try_into().ok()
}

fn sparql_count(count: u64) -> Value {
    let n = json!({"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": count.to_string()});
    json!({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": n}]}})
}

fn cypher_count(count: u64) -> Value {
    json!({"results": [{"n": count}]})
}

fn update() -> Value {
    let parts =
        ["totalElapsedMillis", "elapsedMillis", "connFlush", "batchResolve", "whereClause", "deleteClause", "insertClause"];
    let mut event = json!({"type": "UpdateEvent"});
    for part in parts {
        event[part] = 0.into();
    }
    json!([event, {"type": "Commit", "totalElapsedMillis": 0}])
}
