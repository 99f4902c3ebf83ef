//! Loads: shows them, scripts new ones, and changes the future of existing ones.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use neptune_control::{ErrorLog, ErrorLogPage, Load, LoadError, LoadExplanation, NewLoad, Operation, Outcome};
use neptune_loader::{Course, Plan, RescriptError, Script, Workload};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::read_checked;
use super::error::ControlError;
use super::extract::{Id, Simulated, no_such_load};
use super::fit::Misfit;
use super::query::InQuery;
use super::route::{Route, route};
use super::views;
use crate::{ScriptError, parse_duration};
use neptune_scenario::{LoadProblem, check_load};

/// How large the description of a load may be: each is remembered.
const LOAD_BYTES: usize = 16 * 1024;
/// How long an id may be.
const ID_BYTES: usize = 256;
/// How many statuses a load may go through.
const STAGES: usize = 32;
/// How many errors a load may have; each may occur many times.
const ERRORS: usize = 64;
/// How many entries of an error log are shown at once, unless the request says otherwise.
const ERRORS_A_PAGE: u64 = 10;
/// What to do about too many of them.
const TIMES_HINT: &str = "one error can occur many times: `times`";

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Operation::ListLoads, list),
        route(Operation::ScriptLoad, add),
        route(Operation::DescribeLoad, describe),
        route(Operation::SetOutcome, set_outcome),
        route(Operation::ExplainLoad, explain),
        route(Operation::ListErrors, errors),
    ]
}

pub(super) async fn list(Simulated(cluster): Simulated) -> Json<Vec<Load>> {
    Json(cluster.timeline().into_iter().map(views::load).collect())
}

pub(super) async fn describe(Simulated(cluster): Simulated, Id(id): Id) -> Result<Json<Load>, ControlError> {
    cluster.load(&id).map(|load| Json(views::load(load))).ok_or_else(|| no_such_load(&id))
}

pub(super) async fn explain(Simulated(cluster): Simulated, Id(id): Id) -> Result<Json<LoadExplanation>, ControlError> {
    cluster.explain(&id).map(|text| Json(LoadExplanation { text })).ok_or_else(|| no_such_load(&id))
}

pub(super) async fn errors(
    Simulated(cluster): Simulated,
    Id(id): Id,
    InQuery(query): InQuery<ErrorLogPage>,
) -> Result<Json<ErrorLog>, ControlError> {
    let (page, limit) = (query.page.unwrap_or(1), query.limit.unwrap_or(ERRORS_A_PAGE));
    let (total, entries) = cluster.error_log(&id, page, limit).ok_or_else(|| no_such_load(&id))?;
    Ok(Json(ErrorLog { total, page, pages: total.div_ceil(limit), errors: entries.into_iter().map(views::error).collect() }))
}

pub(super) async fn add(Simulated(cluster): Simulated, body: Bytes) -> Result<(StatusCode, Json<Load>), ControlError> {
    let check = |load: &NewLoad| {
        let own = id_mistake(&load.id).into_iter().chain(length_mistakes(load.lifecycle.len(), load.errors.len()));
        beside(own.collect(), check_load(&Words::of_load(load).value(), &load.undocumented_statuses))
    };
    let (load, script) = read_load(Operation::ScriptLoad, &body, check)?;
    let load = cluster.script(&load.id.as_str().into(), script)?;
    Ok((StatusCode::CREATED, Json(views::load(load))))
}

pub(super) async fn set_outcome(Simulated(cluster): Simulated, Id(id): Id, body: Bytes) -> Result<Json<Load>, ControlError> {
    let (outcome, future) = read_load(Operation::SetOutcome, &body, Future::of)?;
    if outcome == Outcome::default() {
        let hint = "give a `lifecycle` or `runs`, `files`, `records`, `duplicates`, `retries` or `errors`";
        return Err(ControlError::bad_request("the outcome says nothing about the load", hint));
    }
    let changed = cluster.rescript(&id, |plan| Ok(future.changing(plan, &outcome)));
    changed.map(|load| Json(views::load(load))).map_err(|error| match error {
        RescriptError::Unknown(id) => no_such_load(&id),
        error => ControlError::conflict(error.to_string(), "GET /_sim/clusters/{name}/loads/{id} shows where the load stands"),
    })
}

/// What an outcome says of a load's future, checked.
struct Future {
    runs: Option<Course>,
    script: Script,
}

impl Future {
    fn of(outcome: &Outcome) -> Result<Self, Vec<Misfit>> {
        let lengths = (outcome.lifecycle.as_ref().map_or(0, Vec::len), outcome.errors.as_ref().map_or(0, Vec::len));
        let mut own = length_mistakes(lengths.0, lengths.1);
        let runs = course(outcome).unwrap_or_else(|misfit| {
            own.push(misfit);
            None
        });
        let script = beside(own, check_load(&Words::of_outcome(outcome).value(), &outcome.undocumented_statuses))?;
        Ok(Self { runs, script })
    }

    /// The plan with what the outcome changes about it.
    fn changing(self, plan: Plan, outcome: &Outcome) -> Plan {
        let (new, old) = (self.script.workload, plan.workload);
        // What was read of single files does not fit other numbers.
        let is_as_read = outcome.files.is_none() && outcome.records.is_none() && outcome.errors.is_none();
        let workload = Workload {
            files: if outcome.files.is_some() { new.files } else { old.files },
            records: outcome.records.unwrap_or(old.records),
            duplicates: outcome.duplicates.unwrap_or(old.duplicates),
            retries: outcome.retries.unwrap_or(old.retries),
            errors: if outcome.errors.is_some() { new.errors } else { old.errors.clone() },
            feeds: if is_as_read { old.feeds.clone() } else { Vec::new() },
        };
        let lifecycle = outcome.lifecycle.is_some().then_some(Course::Lifecycle(self.script.lifecycle));
        Plan { course: self.runs.or(lifecycle).unwrap_or(plan.course), workload: workload.into() }
    }
}

/// A load in the words of a scenario.
#[derive(Serialize)]
struct Words {
    lifecycle: Vec<String>,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicates: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<u64>,
    errors: Vec<LoadError>,
}

impl Words {
    fn of_load(load: &NewLoad) -> Self {
        Self {
            lifecycle: load.lifecycle.clone(),
            source: load.source.clone().unwrap_or_else(|| format!("s3://neptune-loads/{}/", load.id)),
            files: load.files,
            records: load.records,
            duplicates: load.duplicates,
            retries: load.retries,
            errors: load.errors.clone(),
        }
    }

    fn of_outcome(outcome: &Outcome) -> Self {
        Self {
            // Where nothing is said, this is checked and not used.
            lifecycle: outcome.lifecycle.clone().unwrap_or_else(|| vec!["LOAD_COMPLETED".to_owned()]),
            source: String::new(),
            files: outcome.files,
            records: outcome.records,
            duplicates: outcome.duplicates,
            retries: outcome.retries,
            errors: outcome.errors.clone().unwrap_or_default(),
        }
    }

    fn value(&self) -> Value {
        serde_json::to_value(self).expect("texts and numbers are JSON")
    }
}

/// What `runs` says.
fn course(outcome: &Outcome) -> Result<Option<Course>, Misfit> {
    let Some(runs) = &outcome.runs else { return Ok(None) };
    if outcome.lifecycle.is_some() {
        let help = "a lifecycle says itself how long a load is in progress";
        return Err(Misfit::at("runs", "`lifecycle` and `runs` exclude each other", help));
    }
    let help = "a duration is a number and one of the units ms, s, m, h, d: `5s`";
    let runs = parse_duration(runs).map_err(|error| Misfit::at("runs", error.to_string(), help))?;
    Ok(Some(Course::Runs(runs)))
}

impl From<ScriptError> for ControlError {
    fn from(error: ScriptError) -> Self {
        Self::conflict(error.to_string(), "GET /_sim/clusters/{name}/loads shows those there are")
    }
}

/// The script, unless it or something beside it is wrong.
fn beside(mut own: Vec<Misfit>, script: Result<Script, Vec<LoadProblem>>) -> Result<Script, Vec<Misfit>> {
    match script {
        Ok(script) if own.is_empty() => return Ok(script),
        Ok(_) => {}
        Err(problems) => own.extend(problems.into_iter().map(Misfit::from)),
    }
    Err(own)
}

fn read_load<T: DeserializeOwned, U>(
    operation: Operation,
    body: &[u8],
    check: impl FnOnce(&T) -> Result<U, Vec<Misfit>>,
) -> Result<(T, U), ControlError> {
    if body.len() > LOAD_BYTES {
        let error = format!("a load is described in at most {LOAD_BYTES} bytes");
        return Err(ControlError::new(StatusCode::PAYLOAD_TOO_LARGE, error, TIMES_HINT));
    }
    read_checked(operation, body, check)
}

/// An id must be usable as a segment of a path: `.` and `..` are not.
fn id_mistake(id: &str) -> Option<Misfit> {
    let is_good = (1..=ID_BYTES).contains(&id.len()) && id.chars().any(|c| c != '.');
    let wrong = || format!("an id has 1 to {ID_BYTES} bytes, and not only dots");
    (!is_good).then(|| Misfit::at("id", wrong(), "it stands in paths, as `people` does"))
}

fn length_mistakes(stages: usize, errors: usize) -> Vec<Misfit> {
    let mut found = Vec::new();
    if stages > STAGES {
        let message = format!("{stages} statuses are too many: {STAGES} are the most");
        found.push(Misfit::at("lifecycle", message, "let a status last longer"));
    }
    if errors > ERRORS {
        found.push(Misfit::at("errors", format!("{errors} entries are too many: {ERRORS} are the most"), TIMES_HINT));
    }
    found
}
