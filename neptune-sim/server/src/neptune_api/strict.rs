//! Strict mode: the simulator refuses requests that Neptune accepts, or might accept, but that AWS SDKs never send. A hint names the
//! remedy.
//!
//! It is off by default. None of its answers is one of Neptune's.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use neptune_loader::{ApiError, ErrorCode, Evidence, ListQuery, StartRequest, StatusQuery};
use serde_json::Value;

use super::parsed_request::{ParsedRequest, Route, media_type, pairs, query};
use neptune_scenario::Action;
use neptune_text::cut;
use neptune_text::nearest;

/// How much of a client's own words an answer repeats.
const SHOWN_BYTES: usize = 100;
/// What `parserConfiguration` may contain.
const PARSER_KEYS: [&str; 3] = ["namedGraphUri", "baseUri", "allowEmptyStrings"];

/// Refuses what a careful client would not send.
pub(super) fn check(asked: &ParsedRequest<'_>, body: &[u8]) -> Result<(), ApiError> {
    let (head, action) = (asked.head, asked.action());
    let query = query(head);
    check_signature(head, &query)?;
    if asked.route == Route::Elsewhere {
        return Ok(());
    }
    check_keys(query.iter().map(|(key, _)| key.as_str()), known_keys(action), "query parameter")?;
    if action == Some(Action::StartLoaderJob) { check_start(head, body) } else { check_no_body(head, body) }
}

fn check_signature(head: &Parts, query: &[(String, String)]) -> Result<(), ApiError> {
    let in_header = head.headers.get(AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    let in_query = query.iter().any(|(key, _)| key == "X-Amz-Signature");
    if in_header || in_query {
        return Ok(());
    }
    Err(refusal(
        ErrorCode::AccessDenied,
        "the request is not signed",
        "sign it with AWS Signature Version 4 for the service `neptune-db`, as a cluster with IAM authentication demands",
    ))
}

/// The parameters that a query may have. A presigned request has its signature there.
fn known_keys(action: Option<Action>) -> &'static [&'static str] {
    match action {
        Some(Action::StartLoaderJob) => &StartRequest::PARAMETERS,
        Some(Action::CancelLoaderJob) => &["loadId"],
        Some(Action::GetLoaderJobStatus) => &StatusQuery::KEYS,
        Some(Action::ListLoaderJobs) => &ListQuery::KEYS,
        Some(Action::GetEngineStatus) | None => &[],
    }
}

fn check_start(head: &Parts, body: &[u8]) -> Result<(), ApiError> {
    match media_type(head) {
        Some(json) if json.eq_ignore_ascii_case("application/json") => check_json(body),
        // The content type that curl sends by default.
        Some(form) if is_form(form) && body.trim_ascii_start().starts_with(b"{") => Err(refusal(
            ErrorCode::BadRequest,
            "the body is JSON, but the content type says that it is a form",
            "send `Content-Type: application/json`",
        )),
        Some(form) if is_form(form) => {
            check_keys(pairs(body).iter().map(|(key, _)| key.as_str()), &StartRequest::PARAMETERS, "parameter")
        }
        other => Err(refusal(
            ErrorCode::BadRequest,
            &other.map_or("the body has no content type".to_owned(), |other| {
                format!("the content type is `{}`", cut(other, SHOWN_BYTES))
            }),
            "send `Content-Type: application/json`",
        )),
    }
}

fn is_form(media_type: &str) -> bool {
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// A body that is no JSON object is not refused here: Neptune refuses it anyway.
fn check_json(body: &[u8]) -> Result<(), ApiError> {
    let Ok(Value::Object(parameters)) = serde_json::from_slice(body) else { return Ok(()) };
    check_keys(parameters.keys().map(String::as_str), &StartRequest::PARAMETERS, "parameter")?;
    match parameters.get("parserConfiguration") {
        Some(Value::Object(parser)) => {
            check_keys(parser.keys().map(String::as_str), &PARSER_KEYS, "key of `parserConfiguration`")
        }
        _ => Ok(()),
    }
}

fn check_no_body(head: &Parts, body: &[u8]) -> Result<(), ApiError> {
    if body.is_empty() {
        return Ok(());
    }
    let what = format!("a {} has a body", cut(head.method.as_str(), SHOWN_BYTES));
    Err(refusal(ErrorCode::BadRequest, &what, "put parameters into the query and leave the body out"))
}

fn check_keys<'a>(mut keys: impl Iterator<Item = &'a str>, known: &[&str], what: &str) -> Result<(), ApiError> {
    let Some(key) = keys.find(|key| !known.contains(key) && !key.starts_with("X-Amz-")) else { return Ok(()) };
    let hint = match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("leave it out; Neptune knows {}", if known.is_empty() { "none here".to_owned() } else { known.join(", ") })
        }
    };
    Err(refusal(ErrorCode::InvalidParameter, &format!("`{}` is no {what}", cut(key, SHOWN_BYTES)), &hint))
}

/// A refusal of IAM in Neptune's words, and what to do about it in ours.
pub(super) fn with_hint(error: ApiError, hint: &str) -> ApiError {
    let message = format!("{} Hint of the simulator's strict mode: {hint}", error.message);
    ApiError { message, ..error }
}

fn refusal(code: ErrorCode, what: &str, hint: &str) -> ApiError {
    let message = format!("Refused by the simulator's strict mode: {what}. Hint: {hint}");
    ApiError { code, message, evidence: Evidence::Inferred }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::http::header::CONTENT_TYPE;
    use rstest::rstest;

    use super::*;

    const SIGNED: &str =
        "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host, Signature=0";

    fn verdict(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Result<(), String> {
        let mut request = Request::builder().method(method).uri(target).header(AUTHORIZATION, SIGNED);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        check(&ParsedRequest::new(&head), body.as_bytes()).map_err(|error| {
            let prefix = "Refused by the simulator's strict mode: ";
            error.message.strip_prefix(prefix).expect("it says who refuses").to_owned()
        })
    }

    const JSON: &[(&str, &str)] = &[("content-type", "application/json; charset=utf-8")];

    #[rstest]
    #[case::status("GET", "/loader/x?details=true&errors=true&page=1&errorsPerPage=3", &[], "")]
    #[case::status_by_query("GET", "/loader?loadId=x&details=True", &[], "")]
    #[case::list("GET", "/loader?limit=3&includeQueuedLoads=FALSE", &[], "")]
    #[case::start("POST", "/loader", JSON, r#"{"source": "s3://b/", "parserConfiguration": {"baseUri": "urn:x"}}"#)]
    #[case::form("POST", "/loader?format=csv", &[("content-type", "application/x-www-form-urlencoded")], "source=s3%3A%2F%2Fb%2F")]
    #[case::cancel("DELETE", "/loader?loadId=x", &[], "")]
    #[case::engine("GET", "/status", &[], "")]
    #[case::presigned("GET", "/loader/x?X-Amz-Signature=0&X-Amz-Date=1", &[], "")]
    #[case::no_json_at_all("POST", "/loader", JSON, "{")]
    fn a_careful_client_passes(
        #[case] method: &str,
        #[case] target: &str,
        #[case] headers: &[(&str, &str)],
        #[case] body: &str,
    ) {
        assert_eq!(verdict(method, target, headers, body), Ok(()));
    }

    #[rstest]
    #[case::content_type("POST", "/loader", &[("content-type", "text/plain")], "{}", "the content type is `text/plain`. Hint: send `Content-Type: application/json`")]
    #[case::curls_default("POST", "/loader", &[("content-type", "application/x-www-form-urlencoded")], "{\"source\": 1}", "the body is JSON, but the content type says that it is a form. Hint: send `Content-Type: application/json`")]
    #[case::no_content_type("POST", "/loader", &[], "{}", "the body has no content type. Hint: send `Content-Type: application/json`")]
    #[case::a_slip(
        "POST",
        "/loader",
        JSON,
        r#"{"failOnEror": true}"#,
        "`failOnEror` is no parameter. Hint: did you mean `failOnError`?"
    )]
    #[case::the_sdks_name(
        "POST",
        "/loader",
        JSON,
        r#"{"parserConfiguration": {"delimiter": ";"}}"#,
        "`delimiter` is no key of `parserConfiguration`. Hint: leave it out; Neptune knows namedGraphUri, baseUri, allowEmptyStrings"
    )]
    #[case::a_list_with_details("GET", "/loader?details=TRUE", &[], "", "`details` is no query parameter. Hint: leave it out; Neptune knows limit, includeQueuedLoads")]
    #[case::status_with_a_query("GET", "/status?verbose=1", &[], "", "`verbose` is no query parameter. Hint: leave it out; Neptune knows none here")]
    #[case::a_cancel_with_a_body(
        "DELETE",
        "/loader/x",
        JSON,
        "{}",
        "a DELETE has a body. Hint: put parameters into the query and leave the body out"
    )]
    fn a_sloppy_client_learns_what_to_do(
        #[case] method: &str,
        #[case] target: &str,
        #[case] headers: &[(&str, &str)],
        #[case] body: &str,
        #[case] message: &str,
    ) {
        assert_eq!(verdict(method, target, headers, body), Err(message.to_owned()));
    }

    #[test]
    fn an_unsigned_request_is_refused() {
        let (head, ()) = Request::get("/status").header(CONTENT_TYPE, "x").body(()).unwrap().into_parts();
        let error = check(&ParsedRequest::new(&head), b"").unwrap_err();
        assert_eq!((error.http_status(), error.code.as_str()), (403, "AccessDeniedException"));
        assert!(error.message.contains("the request is not signed"), "{}", error.message);
    }
}
