//! The endpoint of the cluster: statements about the graph are answered here, and everything else by the simulator behind it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use neptune_server::Cluster;
use neptune_server::upstream::{HostHeader, Upstream, UpstreamOptions};
use neptune_sigv4::NEPTUNE_DB;
use serde_json::{Value, json};
use tokio_rustls::TlsAcceptor;

use super::aws_services::REQUEST_BYTES;
use super::facts::Shared;
use super::front::Front;
use super::signature::{Key, Refusal};
use super::statements::Statements;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// What answers at the endpoint.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) key: Key,
    pub(super) facts: Shared,
    pub(super) statements: Arc<Statements>,
    pub(super) cluster: Cluster,
}

impl Endpoint {
    /// Opens it, in front of a simulator whose certificate this CA has issued.
    ///
    /// # Errors
    /// There is no free port, or the file of the CA cannot be used.
    pub(super) async fn open(self, tls: TlsAcceptor, ca_file: PathBuf) -> Result<Front> {
        let simulator = Arc::new(simulator(self.cluster.address(), ca_file)?);
        let endpoint = Arc::new(self);
        let routes = Router::new().fallback(async move |request| endpoint.answer(&simulator, request).await);
        Front::serve(tls, routes).await
    }

    async fn answer(&self, simulator: &Upstream, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, REQUEST_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
        match (&head.method, head.uri.path()) {
            (&Method::POST, path @ ("/sparql" | "/openCypher")) => self.answer_form(path, &head, &body),
            _ => pass_on(simulator, &head, body).await,
        }
    }

    fn answer_form(&self, path: &str, head: &Parts, body: &[u8]) -> Response {
        if let Err(refusal) = self.check(head, body) {
            return error(StatusCode::FORBIDDEN, "AccessDeniedException", refusal.message());
        }
        if head.headers.get(CONTENT_TYPE).is_none_or(|kind| kind != FORM) {
            return error(StatusCode::BAD_REQUEST, "BadRequestException", &format!("the body is not sent as {FORM}"));
        }
        let form: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
        if let Some(said) = self.statements.answer(&self.cluster.timeline(), path, &form) {
            return json_answer(StatusCode::OK, &said);
        }
        let message = format!("a live run says nothing like that on {path}: it is not supported here");
        error(StatusCode::BAD_REQUEST, "MalformedQueryException", &message)
    }

    fn check(&self, head: &Parts, body: &[u8]) -> Result<(), Refusal> {
        self.key.check(NEPTUNE_DB, head, body)?;
        if self.facts.now().has_expired { Err(Refusal::Expired) } else { Ok(()) }
    }
}

/// The simulator at an address. Requests reach it with the `Host` that the client sent, so that their signatures stay valid.
fn simulator(address: SocketAddr, ca_file: PathBuf) -> Result<Upstream> {
    let mut options = UpstreamOptions::new(format!("https://{address}").parse()?);
    options.host = HostHeader::Clients;
    options.ca_file = Some(ca_file);
    Upstream::new(options).context("the simulator cannot be trusted")
}

async fn pass_on(simulator: &Upstream, head: &Parts, body: Bytes) -> Response {
    match simulator.forward(head, body).await {
        Ok(answer) => answer.map(Body::from),
        Err(trouble) => (StatusCode::BAD_GATEWAY, trouble.to_string()).into_response(),
    }
}

/// An error, in the shape of Neptune's.
fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let request_id = "01234567-89ab-cdef-0123-456789abcdef";
    json_answer(status, &json!({"code": code, "requestId": request_id, "detailedMessage": message}))
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
