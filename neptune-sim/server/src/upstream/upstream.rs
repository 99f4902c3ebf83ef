//! Passes a request on to the upstream, and returns its answer.
//!
//! Each request has a connection of its own. A kept connection may close at the moment when the next request is sent, and the
//! proxy could not know whether that request was executed. Also, a client that disconnects ends its request.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, VIA};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};

use super::error::{UpstreamError, UpstreamTrouble};
use super::remote::Remote;
use neptune_scenario::UpstreamAddress;
use neptune_sigv4::Signer;

use super::sign::{sign_request, signs_host, without_secrets};
use super::trust::TrustError;
use crate::net::{Room, in_place_of};

/// How large an answer may be: more than Neptune's largest page of errors.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Headers about one connection and not about the exchange (RFC 9110, 7.6.1), and some that are sent in their place.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The options of an upstream.
#[derive(Clone, Debug)]
pub struct UpstreamOptions {
    /// Where it is.
    pub address: UpstreamAddress,
    /// The address to connect to, instead of the one that its name resolves to, for example the local end of a tunnel. Certificate,
    /// `Host` and signatures still use its own name. Default: its name is resolved.
    pub connect_to: Option<SocketAddr>,
    /// A PEM file with certificates to trust beside Amazon's roots. Default: none.
    pub ca_file: Option<PathBuf>,
    /// Which `Host` requests to it have. Default: its own.
    pub host: HostHeader,
    /// Signs the requests that are passed on. Default: none; the client's own signature is passed on.
    pub signer: Option<Signer>,
    /// How long connecting may take, the TLS handshake included. Default 10 s.
    pub connect_within: Duration,
    /// How long the whole answer may take, connecting included. Default 60 s.
    pub answer_within: Duration,
}

impl UpstreamOptions {
    /// The defaults, at an address.
    pub fn new(address: UpstreamAddress) -> Self {
        let (connect_within, answer_within) = (Duration::from_secs(10), Duration::from_mins(1));
        let (connect_to, ca_file, signer) = (None, None, None);
        Self { address, connect_to, ca_file, host: HostHeader::Upstreams, signer, connect_within, answer_within }
    }
}

/// Which `Host` requests to an upstream have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostHeader {
    /// Its own, as if the client had asked it directly. A signature of the client's is then for another host.
    Upstreams,
    /// The one that the client sent, so that the client's signature stays valid. For clients that reach the proxy under the name of the
    /// upstream.
    Clients,
}

/// The endpoint behind a proxy. Clones are the same upstream.
#[derive(Clone, Debug)]
pub struct Upstream(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: UpstreamOptions,
    remote: Remote,
    /// The name in `Via` by which the proxy recognises a request that comes back (RFC 9110, 7.6.3): `neptune-sim-` and a number of this
    /// proxy alone.
    pseudonym: String,
    /// Whether a warning that signatures do not fit was already written.
    has_warned: AtomicBool,
}

impl Upstream {
    /// An upstream. This sends no request yet.
    ///
    /// # Errors
    /// [`TrustError`] if the file with certificates cannot be used.
    pub fn new(options: UpstreamOptions) -> Result<Self, TrustError> {
        let UpstreamOptions { address, connect_to, ca_file, connect_within, .. } = &options;
        let remote = Remote::new(address.clone(), ca_file.as_deref(), *connect_within, ANSWER_BYTES)?;
        let remote = match connect_to {
            Some(address) => remote.reached_at(*address),
            None => remote,
        };
        // Random keys make a random number of nothing.
        let pseudonym = format!("neptune-sim-{:016x}", RandomState::new().hash_one(()));
        Ok(Self(Arc::new(Shared { options, remote, pseudonym, has_warned: AtomicBool::new(false) })))
    }

    /// What it is.
    pub fn options(&self) -> &UpstreamOptions {
        &self.0.options
    }

    /// Sends it a client's request, and waits for its whole answer. Headers about the client's connection are left out. Everything else
    /// is passed on unchanged, except host and signature if the options say so. A `Via` line that names this proxy is added. No SDK signs
    /// that header, so signatures stay valid.
    ///
    /// # Errors
    /// [`UpstreamError`] if there is no answer.
    pub async fn forward(&self, head: &Parts, body: Bytes) -> Result<Response<Bytes>, UpstreamError> {
        self.forward_within(head, body, &Room::unbounded()).await
    }

    /// The same, with an answer that takes room.
    pub(crate) async fn forward_within(
        &self,
        head: &Parts,
        body: Bytes,
        room: &Room,
    ) -> Result<Response<Bytes>, UpstreamError> {
        let within = self.options().answer_within;
        let answer = async { self.ask(self.request(head, body)?, room).await };
        let answer = tokio::time::timeout(within, answer).await;
        let answer = answer.unwrap_or_else(|_| Err(UpstreamTrouble::Timeout(within)));
        let answer = answer.map_err(|trouble| self.error(trouble))?;
        self.warn_of_signatures(head, answer.status());
        Ok(match &self.options().signer {
            Some(signer) => answer.map(|body| in_place_of(body.clone(), without_secrets(signer, body))),
            None => answer,
        })
    }

    /// Nothing is passed on.
    pub(crate) fn refusal(&self, why: UpstreamTrouble) -> UpstreamError {
        self.error(why)
    }

    fn error(&self, trouble: UpstreamTrouble) -> UpstreamError {
        UpstreamError { upstream: self.options().address.to_string(), trouble }
    }

    /// The request as the upstream gets it.
    fn request(&self, head: &Parts, body: Bytes) -> Result<Request<Bytes>, UpstreamTrouble> {
        if head.method == Method::CONNECT {
            return Err(UpstreamTrouble::Tunnel);
        }
        if self.has_passed_on(&head.headers) {
            return Err(UpstreamTrouble::Loop);
        }
        let mut request = Request::new(body);
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = head.uri.path_and_query().map_or_else(Uri::default, |target| target.clone().into());
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = end_to_end(&head.headers);
        // The body has arrived already.
        request.headers_mut().remove(EXPECT);
        let UpstreamOptions { address, host, signer, .. } = self.options();
        if *host == HostHeader::Upstreams || !request.headers().contains_key(HOST) {
            request.headers_mut().insert(HOST, address.host_header());
        }
        if let Ok(via) = HeaderValue::try_from(format!("1.1 {}", self.0.pseudonym)) {
            request.headers_mut().append(VIA, via);
        }
        if let Some(signer) = signer {
            sign_request(signer, &mut request, &address.to_string(), SystemTime::now())?;
        }
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        Ok(request)
    }

    /// Whether a request was passed on from here before, and has come back.
    fn has_passed_on(&self, headers: &HeaderMap) -> bool {
        let lines = headers.get_all(VIA).iter().filter_map(|line| line.to_str().ok());
        // Each proxy adds its protocol, its name and perhaps a comment.
        lines.flat_map(|line| line.split(',')).any(|proxy| proxy.split_ascii_whitespace().nth(1) == Some(&self.0.pseudonym))
    }

    async fn ask(&self, request: Request<Bytes>, room: &Room) -> Result<Response<Bytes>, UpstreamTrouble> {
        let (head, body) = self.0.remote.ask(request, room).await?.into_parts();
        let mut answer = Response::new(body);
        *answer.status_mut() = head.status;
        *answer.headers_mut() = end_to_end(&head.headers);
        if !answer.body().is_empty() {
            // The HTTP client computes this header anew from the body. Without a body, it says how long the body would be.
            answer.headers_mut().remove(CONTENT_LENGTH);
        }
        Ok(answer)
    }

    /// Warns once why a cluster with IAM authentication refuses requests that its clients have signed.
    fn warn_of_signatures(&self, head: &Parts, status: StatusCode) {
        let UpstreamOptions { host, signer, .. } = self.options();
        let is_refused = status == StatusCode::FORBIDDEN && *host == HostHeader::Upstreams && signer.is_none();
        if is_refused && signs_host(&head.headers) && !self.0.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the upstream refused a signed request. The client signed it for the proxy's address, not for the upstream's: let the \
                 proxy sign (--sign REGION), or let clients reach the proxy under the upstream's name (--keep-host)"
            );
        }
    }
}

/// The headers that are about the exchange and not about one connection.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let named: Vec<String> = named.map(|name| name.trim().to_ascii_lowercase()).collect();
    let is_ours = |name: &str| HOP_BY_HOP.contains(&name) || named.iter().any(|other| other == name);
    headers.iter().filter(|(name, _)| !is_ours(name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn upstream(change: impl FnOnce(&mut UpstreamOptions)) -> Upstream {
        let mut options = UpstreamOptions::new("http://db.example:8182".parse().unwrap());
        change(&mut options);
        Upstream::new(options).unwrap()
    }

    fn asked(upstream: &Upstream, request: Request<()>) -> Request<Bytes> {
        upstream.request(&request.into_parts().0, Bytes::new()).unwrap()
    }

    #[rstest]
    #[case::plain("/loader/x", "/loader/x")]
    #[case::dots("/loader/../x/./%2e%2E", "/loader/../x/./%2e%2E")]
    #[case::odd_escapes("/loader/a%2fb%zz\"{}?x='{}|&y", "/loader/a%2fb%zz\"{}?x='{}|&y")]
    #[case::an_empty_query("/loader?", "/loader?")]
    #[case::the_root("/", "/")]
    #[case::a_proxys_form("http://elsewhere.example/loader?a", "/loader?a")]
    #[case::a_star("*", "*")]
    fn path_and_query_go_along_to_the_byte(#[case] asked_for: &str, #[case] target: &str) {
        let request = Request::get(asked_for).body(()).unwrap();
        assert_eq!(asked(&upstream(|_| ()), request).uri().to_string(), target);
    }

    #[rstest]
    #[case::the_upstreams(HostHeader::Upstreams, "db.example:8182")]
    #[case::the_clients(HostHeader::Clients, "127.0.0.1:8182")]
    fn the_host_is_chosen(#[case] host: HostHeader, #[case] sent: &str) {
        let request = Request::get("/").header("Host", "127.0.0.1:8182").body(()).unwrap();
        assert_eq!(asked(&upstream(|options| options.host = host), request).headers()["host"], sent);
    }

    #[test]
    fn headers_of_the_connection_stay_behind_and_others_go_along() {
        let request = Request::get("/")
            .header("Connection", "keep-alive, X-Mine")
            .header("Keep-Alive", "timeout=5")
            .header("Proxy-Authorization", "Basic a")
            .header("Transfer-Encoding", "chunked")
            .header("Expect", "100-continue")
            .header("X-Mine", "1")
            .header("X-Twice", "1")
            .header("X-Twice", b"\xff".as_slice());
        let request = asked(&upstream(|_| ()), request.body(()).unwrap());
        let names: Vec<_> = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let via = request.headers()["via"].as_bytes();
        let expected: [(&str, &[u8]); 5] =
            [("x-twice", b"1"), ("x-twice", b"\xff"), ("host", b"db.example:8182"), ("via", via), ("connection", b"close")];
        assert_eq!(names, expected);
    }

    #[rstest]
    #[case::alone("1.1 {}", true)]
    #[case::among_others("HTTP/1.1 other:80 (Apache/1.1), 1.1 {} (mine) , 1.0 third", true)]
    #[case::none("1.1 neptune-sim-0, 1.1 x{}, {}", false)]
    fn a_request_that_was_here_is_known_by_its_via(#[case] via: &str, #[case] is_back: bool) {
        let upstream = upstream(|_| ());
        let via = via.replace("{}", &upstream.0.pseudonym);
        let request = Request::get("/").header("Via", "1.1 first").header("Via", &via).body(()).unwrap();
        let (head, ()) = request.into_parts();
        let passed_on = upstream.request(&head, Bytes::new());
        assert_eq!(matches!(passed_on, Err(UpstreamTrouble::Loop)), is_back, "{via}");
        if let Ok(request) = passed_on {
            let own = format!("1.1 {}", upstream.0.pseudonym);
            assert_eq!(request.headers().get_all("via").iter().collect::<Vec<_>>(), ["1.1 first", &via, &own]);
        }
    }

    #[test]
    fn each_proxy_has_a_name_of_its_own() {
        assert_ne!(upstream(|_| ()).0.pseudonym, upstream(|_| ()).0.pseudonym);
    }

    #[test]
    fn a_tunnel_is_not_dug() {
        let request = Request::builder().method("CONNECT").uri("elsewhere.example:443").body(()).unwrap();
        let trouble = upstream(|_| ()).request(&request.into_parts().0, Bytes::new()).unwrap_err();
        assert!(matches!(trouble, UpstreamTrouble::Tunnel), "{trouble}");
    }
}
