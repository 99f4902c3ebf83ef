//! Loads: shows them, scripts new ones, and changes the future of existing ones.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use neptune_control::{Load, LoadError, NewLoad, Operation, Outcome};
use neptune_loader::{Course, Plan, RescriptError, Workload};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::read_body;
use super::error::ControlError;
use super::extract::{Id, Simulated, no_such_load};
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
/// What to do about too many of them.
const TIMES_HINT: &str = "one error can occur many times: `times`";

pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Operation::ListLoads, list),
        route(Operation::ScriptLoad, add),
        route(Operation::DescribeLoad, describe),
        route(Operation::SetOutcome, set_outcome),
    ]
}

pub(super) async fn list(Simulated(cluster): Simulated) -> Json<Vec<Load>> {
    Json(cluster.timeline().into_iter().map(views::load).collect())
}

pub(super) async fn describe(Simulated(cluster): Simulated, Id(id): Id) -> Result<Json<Load>, ControlError> {
    cluster.load(&id).map(|load| Json(views::load(load))).ok_or_else(|| no_such_load(&id))
}

pub(super) async fn add(Simulated(cluster): Simulated, body: Bytes) -> Result<(StatusCode, Json<Load>), ControlError> {
    let load: NewLoad = read_load(Operation::ScriptLoad, &body)?;
    check_id(&load.id)?;
    check_lengths(load.lifecycle.len(), load.errors.len())?;
    let words = Words {
        lifecycle: load.lifecycle,
        source: load.source.unwrap_or_else(|| format!("s3://neptune-loads/{}/", load.id)),
        files: load.files,
        records: load.records,
        duplicates: load.duplicates,
        retries: load.retries,
        errors: load.errors,
    };
    let script = check_load(&words.value(), &load.undocumented_statuses)?;
    let load = cluster.script(&load.id.as_str().into(), script)?;
    Ok((StatusCode::CREATED, Json(views::load(load))))
}

pub(super) async fn set_outcome(Simulated(cluster): Simulated, Id(id): Id, body: Bytes) -> Result<Json<Load>, ControlError> {
    let outcome: Outcome = read_load(Operation::SetOutcome, &body)?;
    if outcome == Outcome::default() {
        let hint = "give a `lifecycle` or `runs`, `files`, `records`, `duplicates`, `retries` or `errors`";
        return Err(ControlError::bad_request("the outcome says nothing about the load", hint));
    }
    check_lengths(outcome.lifecycle.as_ref().map_or(0, Vec::len), outcome.errors.as_ref().map_or(0, Vec::len))?;
    let changed = cluster.rescript(&id, |plan| changed(plan, outcome));
    changed.map(|load| Json(views::load(load))).map_err(|error| match error {
        OutcomeError::Words(error) => error,
        OutcomeError::Engine(RescriptError::Unknown(id)) => no_such_load(&id),
        OutcomeError::Engine(error) => {
            ControlError::conflict(error.to_string(), "GET /_sim/clusters/{name}/loads/{id} shows where the load stands")
        }
    })
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
    fn value(&self) -> Value {
        serde_json::to_value(self).expect("texts and numbers are JSON")
    }
}

/// The plan with what the outcome changes about it.
fn changed(plan: Plan, outcome: Outcome) -> Result<Plan, OutcomeError> {
    let course = course(&outcome)?;
    let (says_lifecycle, says_errors) = (outcome.lifecycle.is_some(), outcome.errors.is_some());
    let words = Words {
        // Where nothing is said, this is checked and not used.
        lifecycle: outcome.lifecycle.unwrap_or_else(|| vec!["LOAD_COMPLETED".to_owned()]),
        source: String::new(),
        files: outcome.files,
        records: outcome.records,
        duplicates: outcome.duplicates,
        retries: outcome.retries,
        errors: outcome.errors.unwrap_or_default(),
    };
    let script = check_load(&words.value(), &outcome.undocumented_statuses).map_err(ControlError::from)?;
    let (new, old) = (script.workload, plan.workload);
    let workload = Workload {
        files: if outcome.files.is_some() { new.files } else { old.files },
        records: outcome.records.unwrap_or(old.records),
        duplicates: outcome.duplicates.unwrap_or(old.duplicates),
        retries: outcome.retries.unwrap_or(old.retries),
        errors: if says_errors { new.errors } else { old.errors.clone() },
    };
    let lifecycle = says_lifecycle.then_some(Course::Lifecycle(script.lifecycle));
    Ok(Plan { course: course.or(lifecycle).unwrap_or(plan.course), workload: workload.into() })
}

/// What `runs` says.
fn course(outcome: &Outcome) -> Result<Option<Course>, ControlError> {
    let Some(runs) = &outcome.runs else { return Ok(None) };
    if outcome.lifecycle.is_some() {
        let hint = "a lifecycle says itself how long a load is in progress";
        return Err(ControlError::bad_request("`lifecycle` and `runs` exclude each other", hint).at("runs"));
    }
    let hint = "a duration is a whole number and one of the units ms, s, m, h, d: `5s`";
    let wrong = |error| ControlError::bad_request(format!("`runs`: {error}"), hint).at("runs");
    let runs = parse_duration(runs).map_err(wrong)?;
    Ok(Some(Course::Runs(runs)))
}

/// Why an outcome cannot be.
enum OutcomeError {
    /// Its words are wrong.
    Words(ControlError),
    /// The load cannot take it.
    Engine(RescriptError),
}

impl From<ControlError> for OutcomeError {
    fn from(error: ControlError) -> Self {
        Self::Words(error)
    }
}

impl From<RescriptError> for OutcomeError {
    fn from(error: RescriptError) -> Self {
        Self::Engine(error)
    }
}

impl From<ScriptError> for ControlError {
    fn from(error: ScriptError) -> Self {
        Self::conflict(error.to_string(), "GET /_sim/clusters/{name}/loads shows those there are")
    }
}

impl From<LoadProblem> for ControlError {
    fn from(problem: LoadProblem) -> Self {
        let hint = problem.help.as_deref().unwrap_or("GET /_sim/openapi.json shows what a load looks like");
        Self::bad_request(problem.message, hint).at(&problem.path)
    }
}

fn read_load<T: DeserializeOwned>(operation: Operation, body: &[u8]) -> Result<T, ControlError> {
    if body.len() > LOAD_BYTES {
        let error = format!("a load is described in at most {LOAD_BYTES} bytes");
        return Err(ControlError::new(StatusCode::PAYLOAD_TOO_LARGE, error, TIMES_HINT));
    }
    read_body(operation, body)
}

/// An id must be usable as a segment of a path: `.` and `..` are not.
fn check_id(id: &str) -> Result<(), ControlError> {
    let is_good = (1..=ID_BYTES).contains(&id.len()) && id.chars().any(|c| c != '.');
    let wrong = format!("an id has 1 to {ID_BYTES} bytes, and not only dots");
    if is_good { Ok(()) } else { Err(ControlError::bad_request(wrong, "it stands in paths, as `people` does").at("id")) }
}

fn check_lengths(stages: usize, errors: usize) -> Result<(), ControlError> {
    if stages > STAGES {
        let error = format!("`lifecycle` has {stages} statuses: {STAGES} are the most");
        return Err(ControlError::bad_request(error, "let a status last longer").at("lifecycle"));
    }
    if errors > ERRORS {
        let error = format!("`errors` has {errors} entries: {ERRORS} are the most");
        return Err(ControlError::bad_request(error, TIMES_HINT).at("errors"));
    }
    Ok(())
}
