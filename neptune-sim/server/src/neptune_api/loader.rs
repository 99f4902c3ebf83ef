//! `/loader`: start, read, list and cancel loads.

use axum::http::request::Parts;
use neptune_loader::quirks::{CancelBody, OtherContentType};
use neptune_loader::{
    ApiError, CancelReply, Evidence, ListQuery, LoadId, LoadIdList, LoadStatus, NoPayload, Quirks, Reply as Envelope,
    StartFailure, StartRequest, StartedLoad, StatusQuery,
};
use serde_json::{Map, Value};

use super::parsed_request::{ParsedRequest, media_type, pairs, query};
use super::reply::Reply;
use crate::cluster::{Cluster, ReportedStatus};
use neptune_scenario::Action;
use neptune_text::cut;

/// `GET`: one load's status, or the list of loads.
pub(super) fn read(cluster: &Cluster, asked: &ParsedRequest<'_>) -> Result<Reply, ApiError> {
    match &asked.load {
        Some(id) => status(cluster, asked.head, id),
        None => list(cluster, asked.head),
    }
}

fn status(cluster: &Cluster, head: &Parts, id: &LoadId) -> Result<Reply, ApiError> {
    let (payload, ended_ago) = {
        let engine = cluster.engine();
        let payload = engine.status(id, &StatusQuery::from_pairs(&query(head))?)?;
        let ended = engine.load(id).filter(|load| load.is_ended()).and_then(|load| load.history().last());
        (payload, ended.map(|end| engine.now().since(end.at)))
    };
    // Of a queued load only the absence of `feedCount` is observed.
    let is_queued = payload.overall_status.status == LoadStatus::InQueue;
    let evidence = if is_queued { Evidence::Inferred } else { Evidence::Observed };
    let reported = Some(ReportedStatus { status: payload.overall_status.status.clone(), ended_ago });
    Ok(Reply { reported, ..Reply::loader(&Envelope::ok(payload), evidence) })
}

fn list(cluster: &Cluster, head: &Parts) -> Result<Reply, ApiError> {
    let load_ids = {
        let engine = cluster.engine();
        engine.list(ListQuery::from_pairs(&query(head))?)
    };
    Ok(Reply::loader(&Envelope::ok(LoadIdList { load_ids }), Evidence::Documented))
}

/// A read replica changes nothing.
pub(super) fn refuse_as_replica(asked: &ParsedRequest<'_>) -> Result<(), ApiError> {
    match asked.action() {
        Some(Action::StartLoaderJob) => Err(ApiError::start_on_reader()),
        Some(Action::CancelLoaderJob) => Err(ApiError::cancel_on_reader()),
        Some(Action::GetLoaderJobStatus | Action::ListLoaderJobs | Action::GetEngineStatus) | None => Ok(()),
    }
}

/// `DELETE`: cancels a load.
pub(super) fn cancel(cluster: &Cluster, asked: &ParsedRequest<'_>) -> Result<Reply, ApiError> {
    let id = asked.load.as_ref().ok_or_else(|| ApiError::missing_parameters(&["loadId"]))?;
    cluster.cancel(id)?;
    Ok(match cluster.quirks().cancel_body {
        CancelBody::Status => Reply::loader(&CancelReply::default(), Evidence::Inferred),
        CancelBody::WithPayload => Reply::loader(&Envelope::ok(NoPayload {}), Evidence::Inferred),
        CancelBody::Empty => Reply { body: String::new(), ..Reply::loader(&CancelReply::default(), Evidence::Documented) },
    })
}

/// How many files the source of a start has, or why it cannot be executed. `None` if the cluster reads no sources.
pub(super) type Listed = Option<Result<u64, StartFailure>>;

/// Lists the source of a start, if the cluster reads sources. A start with bad parameters is refused without that.
pub(super) async fn list_source(cluster: &Cluster, asked: &ParsedRequest<'_>, body: &[u8]) -> Listed {
    if asked.action() != Some(Action::StartLoaderJob) || cluster.sources().is_empty() {
        return None;
    }
    let request = read_start(asked.head, body, &cluster.quirks()).ok()?;
    Some(Box::pin(cluster.sources().list(&request)).await)
}

/// `POST`: starts a load.
pub(super) fn start(cluster: &Cluster, head: &Parts, body: &[u8], listed: Listed) -> Result<Reply, ApiError> {
    let request = read_start(head, body, &cluster.quirks())?;
    let load_id = cluster.start_listed(&request, listed)?;
    let reply = Reply::loader(&Envelope::ok(StartedLoad { load_id: load_id.clone() }), Evidence::Observed);
    Ok(Reply { load_id: Some(load_id), ..reply })
}

fn read_start(head: &Parts, body: &[u8], quirks: &Quirks) -> Result<StartRequest, ApiError> {
    StartRequest::from_parameters(&parameters(head, body, quirks)?)
}

/// The parameters of a start: those of the query (documented) and those of the body, which win (inferred).
fn parameters(head: &Parts, body: &[u8], quirks: &Quirks) -> Result<Map<String, Value>, ApiError> {
    let mut parameters = from_pairs(query(head));
    parameters.extend(body_parameters(head, body, quirks)?);
    Ok(parameters)
}

/// Any body that does not say that it is a form is read as JSON, unless the quirk has it refused.
fn body_parameters(head: &Parts, body: &[u8], quirks: &Quirks) -> Result<Map<String, Value>, ApiError> {
    match media_type(head) {
        Some(media_type) if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") => Ok(from_pairs(pairs(body))),
        Some(other)
            if quirks.other_content_type == OtherContentType::Refused && !other.eq_ignore_ascii_case("application/json") =>
        {
            Err(ApiError::unsupported_content_type(&cut(other, 100)))
        }
        _ => from_json(body),
    }
}

fn from_json(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => Ok(parameters),
        Ok(_) => Err(ApiError::malformed_body("it is another kind of value")),
        Err(error) => Err(ApiError::malformed_body(&error.to_string())),
    }
}

/// URL-encoded pairs as parameters. Only `dependencies` is a list: repeated, or with commas; and only `parserConfiguration` is JSON
/// (both inferred).
fn from_pairs(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut parameters = Map::new();
    for (key, value) in pairs {
        if key == "dependencies" {
            let ids = value.split(',').filter(|id| !id.is_empty()).map(Value::from);
            if let Value::Array(all) = parameters.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
                all.extend(ids);
            }
        } else if key == "parserConfiguration" {
            parameters.insert(key, serde_json::from_str(&value).unwrap_or(Value::String(value)));
        } else {
            parameters.insert(key, value.into());
        }
    }
    parameters
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::http::header::CONTENT_TYPE;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn head(target: &str, content_type: Option<&str>) -> Parts {
        let mut request = Request::post(target);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[rstest]
    #[case::json(Some("application/json"), r#"{"source": "s3://b/"}"#)]
    #[case::json_with_charset(Some("application/json; charset=utf-8"), r#"{"source": "s3://b/"}"#)]
    #[case::no_content_type(None, r#"{"source": "s3://b/"}"#)]
    #[case::form(Some("application/x-www-form-urlencoded; charset=utf-8"), "source=s3%3A%2F%2Fb%2F")]
    fn a_body_is_json_unless_it_says_that_it_is_a_form(#[case] content_type: Option<&str>, #[case] body: &str) {
        let parameters = parameters(&head("/loader", content_type), body.as_bytes(), &Quirks::default()).unwrap();
        assert_eq!(Value::from(parameters), json!({"source": "s3://b/"}));
    }

    #[test]
    fn the_body_wins_over_the_query() {
        let parameters =
            parameters(&head("/loader?source=query&format=csv", None), br#"{"source": "body"}"#, &Quirks::default()).unwrap();
        assert_eq!(Value::from(parameters), json!({"source": "body", "format": "csv"}));
    }

    #[test]
    fn dependencies_of_a_form_are_a_list() {
        let parameters = parameters(&head("/loader?dependencies=a,b&dependencies=c", None), b"", &Quirks::default()).unwrap();
        assert_eq!(Value::from(parameters), json!({"dependencies": ["a", "b", "c"]}));
    }

    #[rstest]
    #[case::broken("{", "Request body is not a valid JSON object: EOF while parsing an object at line 1 column 1")]
    #[case::no_object("[]", "Request body is not a valid JSON object: it is another kind of value")]
    fn odd_bodies_are_refused(#[case] body: &str, #[case] message: &str) {
        assert_eq!(parameters(&head("/loader", None), body.as_bytes(), &Quirks::default()).unwrap_err().message, message);
    }
}
