//! Who may use the control API, and how much they may send.
//!
//! It has no password, because it is meant for tests on the same machine or network. It must not be driven by a web page that
//! somebody on that machine happens to look at, though. A browser can be made to send requests to any address in two ways:
//! * across origins: it then says so in an `Origin` header, which no test client sends;
//! * by DNS rebinding: the attacker's own host name is pointed at this machine, and the page counts as same-origin. The `Host` header
//!   then carries that name. An address, or a name without a dot such as `localhost` or that of a container, is never the attacker's.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use neptune_control::Operation;

use super::error::ControlError;
use crate::clusters::Clusters;
use crate::http::body::{self, BodyError};

/// How large a request body may be: a scenario is a page of text.
const BODY_BYTES: usize = 256 * 1024;
/// How large an exported state may be. It is written and read in one piece.
pub(super) const STATE_BYTES: usize = 8 * 1024 * 1024;

/// Turns web pages away, reads the body within bounds, and hands the request on.
pub(super) async fn admit(State(clusters): State<Arc<Clusters>>, request: Request, next: Next) -> Response {
    match check(request, clusters.body_time()).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn check(request: Request, within: Duration) -> Result<Request, ControlError> {
    refuse_web_pages(request.headers())?;
    let most_bytes = most_bytes(&request);
    let (head, body) = request.into_parts();
    let body = body::read(body, most_bytes, within).await.map_err(|error| match error {
        BodyError::TooLarge => {
            let error = format!("the body is larger than {most_bytes} bytes");
            ControlError::new(StatusCode::PAYLOAD_TOO_LARGE, error)
        }
        BodyError::TooSlow => ControlError::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"),
    })?;
    Ok(Request::from_parts(head, Body::from(body)))
}

fn most_bytes(request: &Request) -> usize {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_state = path == Some(Operation::ImportState.path()) && request.method() == Method::PUT;
    if is_state { STATE_BYTES } else { BODY_BYTES }
}

fn refuse_web_pages(headers: &HeaderMap) -> Result<(), ControlError> {
    let refuse = |error: &str| ControlError::new(StatusCode::FORBIDDEN, error);
    if headers.contains_key(ORIGIN) {
        return Err(
            refuse("the control API takes no requests from web pages").hint("send the request without an Origin header")
        );
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_local(host) {
        return Ok(());
    }
    Err(refuse("the Host header names a host that could be a web page's")
        .hint("use an IP address, localhost or a name without dots"))
}

fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let is_plain_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    name.parse::<IpAddr>().is_ok() || is_plain_name
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::loopback("127.0.0.1:8182", true)]
    #[case::loopback_without_port("127.0.0.1", true)]
    #[case::six("[::1]:8182", true)]
    #[case::localhost("localhost:8182", true)]
    #[case::a_container("neptune-sim:8182", true)]
    #[case::another_address("172.17.0.2:8182", true)]
    #[case::a_rebound_name("evil.example:8182", false)]
    #[case::a_rebound_name_without_port("evil.example", false)]
    #[case::a_name_that_begins_like_an_address("127.0.0.1.evil.example", false)]
    #[case::a_name_with_a_final_dot("evil.:80", false)]
    #[case::user_info("localhost@evil.example", false)]
    #[case::nothing("", false)]
    #[case::only_a_port(":8182", false)]
    fn only_hosts_that_cannot_be_a_web_pages_are_local(#[case] host: &str, #[case] local: bool) {
        assert_eq!(is_local(host), local);
    }
}
