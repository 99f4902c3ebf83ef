//! Runs a case against a simulator of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use neptune_loader::{ErrorCode, Lifecycle, LoadStatus, Script, Settings};
use neptune_server::{Availability, CannedAnswer, CannedBody, ClockKind, ClusterSpec, Sim};
use serde_json::Value;

use crate::cases::{Case, Check, Model, Place, Raised};
use crate::client::{Answer, ask};
use crate::request::{LOAD, REGION, Request, sample};

type Verdict = Result<(), String>;

/// Members of answers that are there at times only.
const AT_TIMES: [(&str, &str, &str); 2] = [
    ("GetEngineStatus", "rollingBackTrxCount", "documented: only while transactions are rolled back after a restart"),
    (
        "GetEngineStatus",
        "rollingBackTrxEarliestStartTime",
        "documented: only while transactions are rolled back after a restart",
    ),
];

/// Runs one case.
pub(crate) async fn play(model: &Model, case: &Case) -> Verdict {
    let operation = case.operation.as_str();
    let mut request = Request::with_required(model, operation);
    match &case.check {
        Check::Takes { member, at, value } => {
            let value = value.clone().unwrap_or_else(|| sample(member));
            let region = if member == "region" { value.as_str().unwrap_or(REGION) } else { REGION };
            let sim = start(operation, region).await;
            request.set(member, *at, value);
            succeeds(model, operation, &request.send(sim.first()).await)
        }
        Check::Refuses { member, at, value, code } => {
            request.set(member, *at, value.clone());
            refuses(model, operation, &request, code, member).await
        }
        Check::Requires { member, at, code } => {
            request.remove(member, *at);
            if (operation, *at) == ("GetLoaderJobStatus", Place::Path) {
                // Without an id it is another operation.
                let sim = start(operation, REGION).await;
                return succeeds(model, "ListLoaderJobs", &request.send(sim.first()).await);
            }
            refuses(model, operation, &request, code, member).await
        }
        Check::Answers { member, r#type } => {
            let sim = start(operation, REGION).await;
            answers(operation, member, r#type, &request.send(sim.first()).await.json())
        }
        Check::Raises(error) => raises(operation, &request, error).await,
    }
}

/// A simulator with one load: over before another is started, running otherwise.
async fn start(operation: &str, region: &str) -> Sim {
    let stages = vec![(LoadStatus::InProgress, Some(Duration::from_secs(1))), (LoadStatus::Completed, None)];
    let lifecycle = Lifecycle::new(stages).expect("running, then completed, is a lifecycle");
    let script = Script::new("s3://bucket/earlier/", lifecycle);
    let settings = Settings { region: Some(region.to_owned()), ..Settings::default() };
    let spec =
        ClusterSpec { settings, scripts: vec![(LOAD.into(), script)], ..ClusterSpec::new("conformance", ClockKind::Manual) };
    let sim = Sim::start(spec, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("loopback has a free port");
    if operation == "StartLoaderJob" {
        sim.first().advance(Duration::from_secs(1)).expect("the clock is manual");
    }
    sim
}

fn succeeds(model: &Model, operation: &str, answer: &Answer) -> Verdict {
    claim(answer.status == model.operation(operation).http, || format!("HTTP {}: {}", answer.status, answer.body))?;
    let body = answer.json();
    for case in model.cases.iter().filter(|case| case.operation == operation) {
        if let Check::Answers { member, r#type } = &case.check {
            answers(operation, member, r#type, &body)?;
        }
    }
    Ok(())
}

/// The call is refused with that code and a text that names the member, and changes nothing.
async fn refuses(model: &Model, operation: &str, request: &Request<'_>, code: &str, member: &str) -> Verdict {
    let sim = start(operation, REGION).await;
    let loads = async || ask(sim.first().address(), "GET", "/loader").await.json();
    let before = loads().await;
    let answer = request.send(sim.first()).await;
    claim(model.http_of(code) == Some(answer.status), || format!("HTTP {}, not {code}: {}", answer.status, answer.body))?;
    let body = answer.json();
    claim(body["code"] == code, || format!("not {code}: {body}"))?;
    claim(body["detailedMessage"].as_str().is_some_and(|text| text.contains(member)), || {
        format!("no word of {member}: {body}")
    })?;
    claim(loads().await == before, || "a refused call started a load".to_owned())
}

fn answers(operation: &str, member: &str, r#type: &str, body: &Value) -> Verdict {
    let value = body.pointer(&format!("/{}", member.replace('.', "/")));
    match (value, AT_TIMES.iter().any(|(of, name, _)| (*of, *name) == (operation, member))) {
        (None, true) => Ok(()),
        (None, false) => Err(format!("no {member}: {body}")),
        (Some(value), _) => claim(is_of_type(value, r#type), || format!("{member} is no {type}: {value}")),
    }
}

fn is_of_type(value: &Value, r#type: &str) -> bool {
    if let Some(element) = r#type.strip_prefix("list of ") {
        return value.as_array().is_some_and(|list| list.iter().all(|value| is_of_type(value, element)));
    }
    if let Some(element) = r#type.strip_prefix("map of ") {
        return value.as_object().is_some_and(|map| map.values().all(|value| is_of_type(value, element)));
    }
    match r#type {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "structure" => value.is_object(),
        "document" => true,
        _ => panic!("the model has a new type {type}: say here how it looks in JSON"),
    }
}

/// The exception reaches the client with the status that our own table gives it, and with all its members.
async fn raises(operation: &str, request: &Request<'_>, error: &Raised) -> Verdict {
    let sim = start(operation, REGION).await;
    let http_status = ErrorCode::from(error.code.as_str()).http_status();
    let body = CannedBody::Error { code: error.code.clone(), message: "as arranged".to_owned() };
    let arranged = Availability::Answers(CannedAnswer { http_status, body });
    sim.first().set_availability(arranged).await.map_err(|error| error.to_string())?;
    let answer = request.send(sim.first()).await;
    claim(answer.status == error.http, || format!("HTTP {}, not {}", answer.status, error.http))?;
    let body = answer.json();
    claim(body["code"] == error.code.as_str(), || format!("not {}: {body}", error.code))?;
    for member in &error.members {
        claim(body[member].as_str().is_some_and(|text| !text.is_empty()), || format!("no {member}: {body}"))?;
    }
    claim(answer.header("x-amzn-requestid") == body["requestId"].as_str(), || {
        format!("x-amzn-RequestId is {:?}: {body}", answer.header("x-amzn-requestid"))
    })
}

/// Our table of exceptions says what the model says of this one.
pub(crate) fn is_in_our_table(error: &Raised) -> Verdict {
    let code = ErrorCode::from(error.code.as_str());
    claim(ErrorCode::MODELLED.contains(&code), || format!("neptune-wire does not list {code}"))?;
    claim(code.http_status() == error.http, || format!("{code} is HTTP {}, ours {}", error.http, code.http_status()))?;
    let [theirs, ours] = [error.retryable, code.is_retryable()];
    claim(theirs == ours, || format!("{code} is retryable: {theirs}, ours: {ours}"))
}

/// Our table has nothing that the model has not.
pub(crate) fn our_table_ends_there(errors: &[Raised]) -> Verdict {
    let listed = |code: &&ErrorCode| !errors.iter().any(|error| error.code == code.as_str());
    let beyond: Vec<_> = ErrorCode::MODELLED.iter().filter(listed).map(ErrorCode::as_str).collect();
    claim(beyond.is_empty(), || format!("the model has no {beyond:?}"))
}

/// Our words for a member are those of the model.
pub(crate) fn our_words_end_there(model: &Model, member: &str, ours: &[&str]) -> Verdict {
    let taken = model.cases.iter().filter_map(|case| match &case.check {
        Check::Takes { member: name, value: Some(value), .. } if name == member => value.as_str(),
        _ => None,
    });
    let beyond: Vec<_> = ours.iter().filter(|word| !taken.clone().any(|taken| taken == **word)).collect();
    claim(beyond.is_empty(), || format!("the model has no {member} {beyond:?}"))
}

fn claim(holds: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise()) }
}
