//! The connection to the cluster. It keeps the cluster's name for TLS, `Host` and signature, wherever it connects to.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::http;
use axum::http::header::CONTENT_TYPE;
use neptune_live::{Profile, Statement, Via};
use neptune_server::scenario::{Body, Request};
use neptune_server::upstream::{HostHeader, Signer, Upstream, UpstreamOptions};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::transcript::Transcript;
use super::{AwsEndpoints, Credentials};
use neptune_harness::reply::reply;

/// How long an answer may take. Removing data is a statement that Neptune itself gives up after two minutes (documented default).
const ANSWERED_WITHIN: Duration = Duration::from_secs(150);
/// How long connecting may take.
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);

/// A connection to one cluster. The type that holds one says what it is used for: a preflight reads, a live client does more.
#[derive(Debug)]
pub(super) struct Connection {
    upstream: Upstream,
    pub(super) transcript: Arc<Transcript>,
}

impl Connection {
    /// A connection to the cluster of a profile. Nothing is asked yet.
    pub(super) fn new<O>(endpoints: &AwsEndpoints<O>, profile: &Profile, via: Via, credentials: &Credentials) -> Result<Self> {
        let mut options = UpstreamOptions::new(profile.endpoint.to_string().parse()?);
        options.connect_to = endpoints.connect_to(profile, via)?;
        options.ca_file = endpoints.services().map(|services| services.ca_file.clone());
        options.host = HostHeader::Upstreams;
        let Credentials { id, secret, token } = credentials;
        options.signer = Some(Signer::new(id, secret, token.as_deref(), &profile.region));
        options.connect_within = CONNECTED_WITHIN;
        options.answer_within = ANSWERED_WITHIN;
        let transcript = Arc::new(Transcript::new(profile, credentials));
        Ok(Self { upstream: Upstream::new(options)?, transcript })
    }

    /// What it is connected to, for a proxy in front of it.
    pub(super) fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The file with the CA that it trusts beside Amazon's roots.
    pub(super) fn ca_file(&self) -> Option<&PathBuf> {
        self.upstream.options().ca_file.as_ref()
    }

    /// Asks, and gives the reply: `http`, `headers`, `text` and, if it is JSON, `body`; or `error`, if none came.
    pub(super) async fn exchange(&self, request: &Request) -> Result<Value> {
        let (target, content_type, body) = spelt(request);
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(&target);
        if let Some(content_type) = content_type {
            builder = builder.header(CONTENT_TYPE, content_type);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let (head, ()) = builder.body(()).context("no such request can be sent")?.into_parts();
        let reply = match self.upstream.forward(&head, Bytes::from(body.clone())).await {
            Ok(answer) => reply(answer.status().as_u16(), answer.headers(), answer.body()),
            Err(error) => json!({"error": format!("{:#}", anyhow::Error::new(error))}),
        };
        let asked = json!({"method": request.method, "target": target, "body": shown(&body)});
        self.transcript.note(OffsetDateTime::now_utc(), &asked, &reply);
        Ok(reply)
    }

    /// Makes a statement, and gives what the cluster answers.
    pub(super) async fn say(&self, statement: &Statement) -> Result<Value> {
        let (field, text) = statement.form();
        let body = format!("{field}={}", utf8_percent_encode(&text, NON_ALPHANUMERIC));
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        // Results of SPARQL have a media type of their own; all else is plain JSON (documented).
        let has_results = statement.path() == "/sparql" && field == "query";
        let accepted = if has_results { "application/sparql-results+json" } else { "application/json" };
        let headers = vec![typed("content-type", "application/x-www-form-urlencoded"), typed("accept", accepted)];
        let request = Request { headers, body: Body::Text(body), ..Request::to("POST", statement.path()) };
        let reply = self.exchange(&request).await?;
        succeeded(&reply).with_context(|| format!("the cluster does not answer `{text}`"))?;
        Ok(reply["body"].clone())
    }

    /// What a counting statement says.
    pub(super) async fn count(&self, statement: &Statement) -> Result<u64> {
        let said = self.say(statement).await?;
        counted(&said).with_context(|| format!("the cluster answers with something else than a count: {said}"))
    }
}

/// That a reply came, and is a success.
///
/// # Errors
/// What came instead.
pub(super) fn succeeded(reply: &Value) -> Result<()> {
    if let Some(error) = reply["error"].as_str() {
        anyhow::bail!("{error}");
    }
    let said = || reply["body"]["detailedMessage"].as_str().or(reply["text"].as_str()).unwrap_or_default().to_owned();
    ensure!(matches!(reply["http"].as_u64(), Some(200..=299)), "HTTP {}: {}", reply["http"], said());
    Ok(())
}

/// The number in a result of SPARQL's or of openCypher's.
fn counted(said: &Value) -> Option<u64> {
    let of_sparql = said.pointer("/results/bindings/0/n/value").and_then(Value::as_str).and_then(|number| number.parse().ok());
    of_sparql.or_else(|| said.pointer("/results/0/n").and_then(Value::as_u64))
}

/// Target, content type and body of a request.
fn spelt(request: &Request) -> (String, Option<&'static str>, String) {
    let pair = |(name, value): &(String, String)| {
        format!("{}={}", utf8_percent_encode(name, NON_ALPHANUMERIC), utf8_percent_encode(value, NON_ALPHANUMERIC))
    };
    let query = request.query.iter().map(pair).collect::<Vec<_>>().join("&");
    let target = if query.is_empty() { request.path.clone() } else { format!("{}?{query}", request.path) };
    let is_typed = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    match &request.body {
        Body::Empty => (target, None, String::new()),
        Body::Json(json) => (target, (!is_typed).then_some("application/json"), json.to_string()),
        Body::Text(text) => (target, None, text.clone()),
    }
}

/// A body as JSON if it is such, and as a text otherwise.
fn shown(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|_| body.into())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::sparql(json!({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "12"}}]}}), Some(12))]
    #[case::open_cypher(json!({"results": [{"n": 7}]}), Some(7))]
    #[case::something_else(json!({"results": []}), None)]
    fn a_count_is_read_in_both_shapes(#[case] said: Value, #[case] count: Option<u64>) {
        assert_eq!(counted(&said), count);
    }

    #[test]
    fn a_request_is_spelt_as_clients_do() {
        let query = vec![("loadId".to_owned(), "a b/c".to_owned()), ("errors".to_owned(), "TRUE".to_owned())];
        let request = Request { query, body: Body::Json(json!({"a": 1})), ..Request::to("POST", "/loader") };
        assert_eq!(
            spelt(&request),
            ("/loader?loadId=a%20b%2Fc&errors=TRUE".to_owned(), Some("application/json"), r#"{"a":1}"#.to_owned())
        );
    }

    #[rstest]
    #[case::refused(json!({"http": 403, "text": "x", "body": {"detailedMessage": "no"}}), "HTTP 403: no")]
    #[case::a_page(json!({"http": 502, "text": "<html>"}), "HTTP 502: <html>")]
    #[case::silence(json!({"error": "connection refused"}), "connection refused")]
    fn what_is_no_success_says_why(#[case] reply: Value, #[case] why: &str) {
        assert_eq!(succeeded(&reply).unwrap_err().to_string(), why);
    }
}
