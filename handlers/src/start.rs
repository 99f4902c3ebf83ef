//! `start_bulk_load`: starts a load, and never twice. Neptune has no token by which a start could be recognised, so that the function looks for a new load of
//! the same source before it starts one, and after a start whose answer was lost.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use neptune_wire::LoadId;
use serde_json::{Map, Value, json};

use crate::error::{ErrorName, StatusError};
use crate::invocation::Invocation;
use crate::logging::{Ending, log_ending};
use crate::neptune::{SHOWN_ID_BYTES, Session};
use crate::panicked::caught;
use crate::reply::NotStarted;
use crate::text::{cut, visible};

const FUNCTION: &str = "start_bulk_load";
/// How much of a source goes into a sentence or a log line.
const SHOWN_SOURCE_BYTES: usize = 300;
/// How many loads are asked for their source at once.
const AT_ONCE: usize = 8;
/// How many ids Neptune lists at most (documented).
const LIST_LENGTH: usize = 100;

/// Serves one call.
///
/// # Errors
/// Any [`ErrorName`] but `LoadFailed` and `LoadNotFound`. After each of them the same call may be made again: it starts no second load.
pub async fn handle(invocation: Invocation) -> Result<Value, StatusError> {
    let answered = caught(&invocation.request_id, async { Ok(answer(&invocation).await) }).await;
    let (outcome, attempts) = answered.unwrap_or_else(|error| (Err(error), None));
    log(&invocation, &outcome, attempts);
    outcome
}

/// The answer, and how many requests it took.
async fn answer(invocation: &Invocation) -> (Result<Value, StatusError>, Option<u32>) {
    let begun = invocation.parameters().and_then(Event::read).and_then(|event| Ok((event, invocation.session()?)));
    let (event, session) = match begun {
        Ok(begun) => begun,
        Err(error) => return (Err(error), Some(0)),
    };
    let outcome = match event {
        Event::Look => session.load_ids(&[]).await.map(|ids| json!({"known_load_ids": ids})),
        Event::Start(start) => start.run(&session).await,
    };
    (outcome, Some(session.attempts()))
}

/// What is asked for.
enum Event {
    /// The loads that Neptune knows.
    Look,
    Start(Start),
}

/// A load to start.
struct Start {
    /// The body of the request.
    load: Map<String, Value>,
    source: String,
    /// The loads that were there before it was tried to start this one.
    known: Vec<String>,
}

impl Event {
    fn read(event: &Value) -> Result<Self, StatusError> {
        let wrong = |text: &str| StatusError::new(ErrorName::MissingParameter, text);
        let Some(load) = event.get("load") else { return Ok(Self::Look) };
        let load = load
            .as_object()
            .ok_or_else(|| wrong("load is no object; send the body of a start, {\"source\": \"s3://…\", …}"))?;
        let source = load.get("source").and_then(Value::as_str).filter(|source| !source.trim().is_empty());
        let source =
            source.ok_or_else(|| wrong("load.source is missing, blank or not a string; send \"s3://bucket/prefix\""))?;
        let known = event.get("known_load_ids").and_then(texts).ok_or_else(|| {
            wrong("known_load_ids is no list of strings; send what a call without `load` answers, which is to be made before the first start")
        })?;
        Ok(Self::Start(Start { load: load.clone(), source: source.to_owned(), known }))
    }
}

/// The texts of a list, and of the lists in it: `States.Array` of Step Functions can add to a list in no other way than by nesting.
fn texts(value: &Value) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for value in value.as_array()? {
        match value {
            Value::String(text) => all.push(text.clone()),
            Value::Array(_) => all.extend(texts(value)?),
            _ => return None,
        }
    }
    Some(all)
}

impl Start {
    async fn run(self, session: &Session<'_>) -> Result<Value, StatusError> {
        let about = |error: StatusError| error.about(&self.subject(), "started");
        if let Some(id) = self.found(session).await.map_err(about)? {
            return Ok(json!({"load_id": id, "already_started": true}));
        }
        match session.start(&Value::Object(self.body(session))).await {
            Ok(id) => Ok(json!({"load_id": id.as_str(), "already_started": false})),
            Err(NotStarted { error, is_sure: true }) => Err(about(error)),
            Err(NotStarted { error, is_sure: false }) => match self.found(session).await.map_err(about)? {
                Some(id) => Ok(json!({"load_id": id, "already_started": true})),
                None => Err(about(unclear(&error))),
            },
        }
    }

    /// The new load of this source, if there is one.
    async fn found(&self, session: &Session<'_>) -> Result<Option<String>, StatusError> {
        let new = self.new_of(session.load_ids(&[]).await?);
        let ours = stream::iter(new).map(|id| self.is_ours(session, id)).buffered(AT_ONCE);
        let ours: Vec<_> = ours.try_filter_map(async |id| Ok(id)).try_collect().await?;
        match ours.as_slice() {
            [] => Ok(None),
            [id] => Ok(Some(id.clone())),
            several => {
                let ids: Vec<_> = several.iter().take(5).map(|id| visible(id, SHOWN_ID_BYTES)).collect();
                let text = format!(
                    "{} new loads have this source, `{}`; see which of them this run has started, and cancel the others",
                    several.len(),
                    ids.join("`, `")
                );
                Err(StatusError::new(ErrorName::StartUnclear, text))
            }
        }
    }

    /// The ids of loads that were not there. A full list is cut at its end, where an old load moves up when another one is forgotten; so what stands behind the
    /// last known load there is old.
    fn new_of(&self, mut listed: Vec<String>) -> Vec<String> {
        let last_known = listed.iter().rposition(|id| self.known.contains(id));
        if let Some(last) = last_known.filter(|_| listed.len() >= LIST_LENGTH) {
            listed.truncate(last);
        }
        listed.retain(|id| !self.known.contains(id));
        listed
    }

    /// The id of a load, if it has this source (Neptune repeats it as it was sent). A load that Neptune has forgotten meanwhile has none.
    async fn is_ours(&self, session: &Session<'_>, id: String) -> Result<Option<String>, StatusError> {
        let status = match session.load(&LoadId::from(id.as_str()), &[]).await {
            Err(error) if error.name == ErrorName::LoadNotFound => return Ok(None),
            status => status?,
        };
        // Without a source it may be this load: to go on could start it a second time.
        let source = status["payload"]["overallStatus"]["fullUri"].as_str().ok_or_else(|| {
            let id = visible(&id, SHOWN_ID_BYTES);
            let text = format!("Neptune's answer about the new load `{id}` has no text in `payload.overallStatus.fullUri`");
            StatusError::new(ErrorName::NeptuneBadResponse, text)
        })?;
        Ok((source == self.source).then_some(id))
    }

    /// The body with the function's own role and region where it names none.
    fn body(&self, session: &Session<'_>) -> Map<String, Value> {
        let config = session.config();
        let mut body = self.load.clone();
        for (name, default) in [("iamRoleArn", &config.load_role), ("region", &config.region)] {
            if let Some(default) = default {
                body.entry(name).or_insert_with(|| json!(default));
            }
        }
        body
    }

    fn subject(&self) -> String {
        format!("the load of `{}`", visible(&self.source, SHOWN_SOURCE_BYTES))
    }
}

/// The error of a start that may have come about all the same. It is worth a retry whatever it is, because the next call looks first.
fn unclear(error: &StatusError) -> StatusError {
    let text = format!(
        "{}; whether it was started after all is not known yet: the same call looks for it and may be made again",
        error.message
    );
    StatusError::new(ErrorName::NeptuneUnavailable, text)
}

fn log(invocation: &Invocation, outcome: &Result<Value, StatusError>, attempts: Option<u32>) {
    let (answer, error) = (outcome.as_ref().ok(), outcome.as_ref().err());
    let text = |pointer: &str| invocation.event.pointer(pointer).and_then(|text| text.as_str());
    log_ending!(
        Ending::of(error.map(|error| error.retryable)),
        requestId = invocation.request_id,
        tenantId = invocation.tenant_id,
        function = FUNCTION,
        run_id = text("/run_id").map(|id| visible(id, SHOWN_ID_BYTES)),
        source = text("/load/source").map(|source| visible(source, SHOWN_SOURCE_BYTES)),
        load_id = answer.and_then(|answer| answer["load_id"].as_str()).map(|id| visible(id, SHOWN_ID_BYTES)),
        already_started = answer.and_then(|answer| answer["already_started"].as_bool()),
        duration_ms = invocation.duration_ms(),
        attempts,
        error_type = error.map(|error| error.name.as_str()),
        error = error.map(|error| cut(&error.message, 1000)),
        "started"
    );
}
