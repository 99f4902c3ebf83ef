//! Decides which clients may use the control API, and how much they may send.
//!
//! It has no password, because it is meant for tests on the same machine or network. It must not be driven by a web page that
//! a user of that machine visits, though. A browser can be made to send requests to any address in two ways:
//! * across origins: it then says so in an `Origin` header, which no test client sends. The simulator's own page sends one that names the
//!   very address that it asks;
//! * by DNS rebinding: the attacker's own host name is pointed at this machine, and the page counts as same-origin. The `Host` header
//!   then carries that name. An address is never the attacker's, nor is a name without a dot such as `localhost` or that of a container,
//!   nor one below `.localhost` or `.internal`, which cannot be registered (`host.docker.internal`).

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use neptune_control::Operation;

use super::error::{ControlError, SHOWN_BYTES};
use crate::net::CloseMode;
use crate::net::Room;
use crate::net::body::{self, BodyError};
use crate::registry::Clusters;
use neptune_text::cut;

/// How large a request body may be: a scenario is a page of text.
const BODY_BYTES: usize = 256 * 1024;
/// How large an exported state may be. It is written and read in one piece.
pub(super) const STATE_BYTES: usize = 8 * 1024 * 1024;
/// Which kind of page a browser sends a request for, and how it will use the answer.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
/// Names below these are never sold: RFC 6761 keeps the one for the loopback address, and ICANN the other for private networks.
const RESERVED: [&str; 2] = [".localhost", ".internal"];

/// Refuses requests from web pages, reads the body within bounds, and passes the request on.
pub(super) async fn admit(State(clusters): State<Arc<Clusters>>, request: Request, next: Next) -> Response {
    match check(request, &clusters).await {
        Ok(request) => answer(request, next, clusters.control_room()).await,
        // The client may still be sending its body.
        Err(error) => (Extension(CloseMode::HearOut), error).into_response(),
    }
}

/// Produces the answer, and reserves memory for it. While there is none, the answer to a request that only reads is produced again.
async fn answer(request: Request, next: Next, room: &Room) -> Response {
    let size = |response: &Response| {
        response.body().size_hint().exact().map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
    };
    let made = if request.method() == Method::GET {
        let (head, _) = request.into_parts();
        room.make(|| next.clone().run(Request::from_parts(head.clone(), Body::empty())), size).await
    } else {
        let response = next.run(request).await;
        room.take(size(&response)).map(|share| (response, share))
    };
    match made {
        Some((response, share)) => response.map(|body| share.cover_body(body)),
        None => no_room(room, "the request may have been executed: look before you send it again, and read what you ask for")
            .into_response(),
    }
}

fn no_room(room: &Room, hint: &'static str) -> ControlError {
    let error =
        format!("bodies and answers of other requests take all of the {} MiB that there are for them", room.mebibytes());
    ControlError::unavailable(error, hint)
}

async fn check(request: Request, clusters: &Clusters) -> Result<Request, ControlError> {
    refuse_web_pages(request.headers())?;
    let most_bytes = most_bytes(&request);
    let (head, body) = request.into_parts();
    let room = clusters.control_room();
    let body = body::read(body, most_bytes, clusters.body_time(), room).await.map_err(|error| match error {
        BodyError::TooLarge => {
            let error = format!("the body is larger than {most_bytes} bytes");
            ControlError::new(StatusCode::PAYLOAD_TOO_LARGE, error, "send less at once")
        }
        BodyError::TooSlow => {
            let hint = "send the whole body at once, as long as `Content-Length` says";
            ControlError::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time", hint)
        }
        BodyError::Broken => ControlError::bad_request(
            "the body is not whole, or its chunks are malformed",
            "send as many bytes as `Content-Length` says",
        ),
        BodyError::NoRoom => no_room(room, "send it again"),
    })?;
    Ok(Request::from_parts(head, Body::from(body)))
}

fn most_bytes(request: &Request) -> usize {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_state = path == Some(Operation::ImportState.path()) && request.method() == Method::PUT;
    if is_state { STATE_BYTES } else { BODY_BYTES }
}

fn refuse_web_pages(headers: &HeaderMap) -> Result<(), ControlError> {
    let refuse = |error: &str, hint: &str| Err(ControlError::new(StatusCode::FORBIDDEN, error, hint));
    if is_of_another_page(headers) {
        let hint = "use the simulator's own page, /_sim/ui, or send the request without an Origin header";
        return refuse("the control API takes no requests from web pages but its own", hint);
    }
    // Browsers always send one. HTTP/1.0 needs none, and without it the name by which the client calls this machine is unknown.
    let sent = headers.get(HOST).ok_or_else(|| no_host("the request has no Host header"))?;
    let host = sent.to_str().map_err(|_| no_host("the Host header cannot be read"))?;
    if local_host(host).is_some() {
        return Ok(());
    }
    let error = format!("the Host header names `{}`, which could be a web page's", cut(host, SHOWN_BYTES));
    refuse(&error, "use an IP address, localhost, a name without dots, or one below .localhost or .internal")
}

/// Whether a web page sends the request that the simulator did not serve. Its own page has the address that the request goes to. What
/// browsers send without an origin, such as a link or an image, says since about 2023 which kind of page asks for it; only a link may come from another
/// page, because that page cannot read the answer.
fn is_of_another_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if headers.contains_key(ORIGIN) {
        let own = |origin: &str| {
            let place = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            place.zip(text(HOST)).is_some_and(|(place, host)| place.eq_ignore_ascii_case(host))
        };
        return !text(ORIGIN).is_some_and(own);
    }
    let is_foreign = text(FETCH_SITE).is_some_and(|site| !matches!(site, "same-origin" | "none"));
    is_foreign && text(FETCH_MODE) != Some("navigate")
}

fn no_host(error: &str) -> ControlError {
    ControlError::bad_request(error, "send the host and port that you connect to, such as `Host: localhost:8182`")
}

/// The host by which the client knows this machine, without port, an address of version 6 in brackets; `None` if it could be a web page's.
pub(super) fn asked_host(headers: &HeaderMap) -> Option<String> {
    local_host(headers.get(HOST)?.to_str().ok()?)
}

fn local_host(host: &str) -> Option<String> {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    match name.parse() {
        Ok(IpAddr::V6(ip)) => Some(format!("[{ip}]")),
        Ok(IpAddr::V4(ip)) => Some(ip.to_string()),
        Err(_) => is_local_name(name).then(|| name.to_owned()),
    }
}

/// Whether a name has no dot, or stands below one that cannot be registered.
fn is_local_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let plain = RESERVED.iter().find_map(|reserved| name.strip_suffix(reserved)).unwrap_or(&name);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let is_reserved = plain.len() < name.len();
    plain.split('.').all(is_label) && (is_reserved || !plain.contains('.'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_program(&[], false)]
    #[case::its_own_page(&[("origin", "http://127.0.0.1:8182")], false)]
    #[case::its_own_page_over_tls(&[("origin", "https://127.0.0.1:8182")], false)]
    #[case::its_own_page_that_reads(&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")], false)]
    #[case::an_address_that_a_user_types(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], false)]
    #[case::a_link_on_another_page(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], false)]
    #[case::another_page(&[("origin", "http://evil.example")], true)]
    #[case::another_port(&[("origin", "http://127.0.0.1:3000")], true)]
    #[case::another_name(&[("origin", "http://localhost:8182")], true)]
    #[case::a_longer_name(&[("origin", "http://127.0.0.1:81820")], true)]
    #[case::no_scheme(&[("origin", "127.0.0.1:8182")], true)]
    #[case::a_file(&[("origin", "null")], true)]
    #[case::an_origin_that_cannot_be_read(&[("origin", "\u{e9}")], true)]
    #[case::an_image_on_another_page(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], true)]
    #[case::a_page_on_another_port(&[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")], true)]
    fn only_other_web_pages_are_refused(#[case] sent: &[(&'static str, &str)], #[case] refused: bool) {
        let host = [("host", "127.0.0.1:8182")];
        let value = |value: &str| HeaderValue::from_bytes(value.as_bytes()).unwrap();
        let headers = host.iter().chain(sent).map(|(name, text)| (HeaderName::from_static(name), value(text))).collect();
        assert_eq!(is_of_another_page(&headers), refused);
    }

    #[rstest]
    #[case::loopback("127.0.0.1:8182", "127.0.0.1")]
    #[case::loopback_without_port("127.0.0.1", "127.0.0.1")]
    #[case::six("[::1]:8182", "[::1]")]
    #[case::six_without_port("[FD00::2]", "[fd00::2]")]
    #[case::localhost("localhost:8182", "localhost")]
    #[case::a_container("neptune-sim:8182", "neptune-sim")]
    #[case::another_address("172.17.0.2:8182", "172.17.0.2")]
    #[case::the_host_of_a_container("host.docker.internal:8182", "host.docker.internal")]
    #[case::below_localhost("one.of.mine.localhost", "one.of.mine.localhost")]
    #[case::in_capitals("Sim.Localhost:1", "Sim.Localhost")]
    fn hosts_that_cannot_be_a_web_pages_are_let_in(#[case] host: &str, #[case] reported: &str) {
        assert_eq!(local_host(host).as_deref(), Some(reported));
    }

    #[rstest]
    #[case::a_rebound_name("evil.example:8182")]
    #[case::a_rebound_name_without_port("evil.example")]
    #[case::a_name_that_begins_like_an_address("127.0.0.1.evil.example")]
    #[case::a_name_that_begins_like_a_reserved_one("host.docker.internal.evil.example")]
    #[case::a_name_that_ends_like_a_reserved_one("evillocalhost.example")]
    #[case::a_name_that_looks_reserved("evil.example-internal.com")]
    #[case::an_empty_label("evil..internal")]
    #[case::nothing_below_a_reserved_name(".internal")]
    #[case::a_name_with_a_final_dot("evil.:80")]
    #[case::user_info("localhost@evil.example")]
    #[case::user_info_before_a_reserved_name("evil.example/@a.internal")]
    #[case::nothing("")]
    #[case::only_a_port(":8182")]
    fn hosts_that_could_be_a_web_pages_are_not(#[case] host: &str) {
        assert_eq!(local_host(host), None);
    }
}
