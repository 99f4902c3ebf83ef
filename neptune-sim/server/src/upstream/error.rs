//! Why the upstream gave no answer, and what the proxy answers instead.

use std::error::Error;
use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use neptune_sigv4::SignError;
use serde_json::json;

use super::trust;

/// The header that marks an answer of the proxy itself, to distinguish it from the upstream's.
const SPEAKER: HeaderName = HeaderName::from_static("x-neptune-sim");
/// The value in the field in which Neptune writes the name of an exception, so that AWS clients show the message.
const CODE: &str = "NeptuneSimProxyException";

/// The upstream gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("{trouble}")]
pub struct UpstreamError {
    /// `https://my-cluster.neptune.example:8182`
    pub(super) upstream: String,
    /// What went wrong.
    #[source]
    pub(super) trouble: UpstreamTrouble,
}

/// What can go wrong between a proxy and its upstream.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamTrouble {
    /// The request cannot be passed on: `CONNECT` asks for a tunnel.
    #[error("CONNECT asks for a tunnel, and this proxy passes on single requests: use it as the endpoint")]
    Tunnel,
    /// This proxy has passed the request on before: its upstream leads back to it.
    #[error("the request comes from this proxy itself, as its `Via` says: the upstream leads back here")]
    Loop,
    /// The request's body is larger than any of the loader's, or does not arrive.
    #[error("the request's body {0}")]
    Body(&'static str),
    /// There is no memory for the request's body. Others take this many MiB.
    #[error("bodies and answers of other requests take all of the {0} MiB that there are for them")]
    NoRoomForBody(usize),
    /// There is no memory for the answer. Others take this many MiB.
    #[error(
        "there is no room for its answer: bodies and answers of other requests take all of the {0} MiB that there are for them"
    )]
    NoRoom(usize),
    /// The request cannot be signed.
    #[error("the request {0}")]
    Sign(#[from] SignError),
    /// No server can be reached there.
    #[error("it cannot be reached ({0})")]
    Connect(io::Error),
    /// Connecting timed out.
    #[error("it takes no connection within {} ms", .0.as_millis())]
    ConnectTimeout(Duration),
    /// The TLS handshake failed.
    #[error("the TLS handshake failed ({0})")]
    Handshake(io::Error),
    /// The connection ended before the answer was complete, or the answer is not HTTP.
    #[error("it gave no proper HTTP answer ({})", causes(.0))]
    Broken(hyper::Error),
    /// The answer timed out.
    #[error("it gave no whole answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// The answer is larger than any of the loader's.
    #[error("its answer has more than {0} bytes")]
    TooLarge(usize),
}

impl UpstreamTrouble {
    /// What to do about it.
    fn remedy(&self) -> &'static str {
        match self {
            Self::NoRoomForBody(_) => "the request was not passed on: send it again",
            Self::NoRoom(_) => "the request was passed on, and what it asks for may be done",
            Self::Tunnel | Self::Body(_) | Self::Sign(_) => "the request was not passed on",
            Self::Loop => "check --upstream and --connect-to, there and here, and where their names lead",
            Self::Connect(_) | Self::ConnectTimeout(_) => {
                "check --upstream and --connect-to, and that this machine can reach it: VPN or tunnel, security group, port"
            }
            Self::Handshake(error) => trust::remedy(error),
            Self::Broken(error) if error.is_parse() => "check port and scheme of --upstream",
            Self::Broken(_) | Self::Timeout(_) => "whether the request was executed is not known",
            Self::TooLarge(_) => "ask for less at a time",
        }
    }

    fn http_status(&self) -> StatusCode {
        match self {
            Self::Loop => StatusCode::LOOP_DETECTED,
            Self::NoRoomForBody(_) | Self::NoRoom(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::ConnectTimeout(_) | Self::Timeout(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Tunnel
            | Self::Body(_)
            | Self::Sign(_)
            | Self::Connect(_)
            | Self::Handshake(_)
            | Self::Broken(_)
            | Self::TooLarge(_) => StatusCode::BAD_GATEWAY,
        }
    }
}

impl UpstreamError {
    /// What went wrong.
    pub fn trouble(&self) -> &UpstreamTrouble {
        &self.trouble
    }

    /// The answer to the client: 502, or 503 if there is no memory for it, 504 if time ran out, or 508 if the request has come back
    /// here, in words that no reader takes for Neptune's.
    pub fn answer(&self) -> Response<Bytes> {
        let Self { upstream, trouble } = self;
        let message = format!("This is the proxy neptune-sim, not Neptune: of {upstream}: {trouble}; {}", trouble.remedy());
        let body = json!({"code": CODE, "detailedMessage": message, "message": message}).to_string();
        let mut response = Response::new(body.into());
        *response.status_mut() = trouble.http_status();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(SPEAKER, HeaderValue::from_static("proxy"));
        response
    }
}

/// An error with everything that caused it: hyper's own text says little.
fn causes(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| (*error).source());
    let mut texts: Vec<String> = all.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    #[rstest]
    #[case::refused(UpstreamTrouble::Connect(io::ErrorKind::ConnectionRefused.into()), 502, "it cannot be reached (connection refused); check")]
    #[case::slow(
        UpstreamTrouble::Timeout(Duration::from_mins(1)),
        504,
        "it gave no whole answer within 60000 ms; whether the request was executed is not known"
    )]
    fn the_proxy_says_that_it_is_the_proxy(#[case] trouble: UpstreamTrouble, #[case] http: u16, #[case] reported: &str) {
        let answer = UpstreamError { upstream: "https://db.example:8182".into(), trouble }.answer();
        assert_eq!((answer.status().as_u16(), answer.headers()["x-neptune-sim"].to_str().unwrap()), (http, "proxy"));
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        let begin = format!("This is the proxy neptune-sim, not Neptune: of https://db.example:8182: {reported}");
        assert!(body["message"].as_str().unwrap().starts_with(&begin), "{body}");
        assert_eq!(body["code"], "NeptuneSimProxyException");
    }
}
