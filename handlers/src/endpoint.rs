//! Where Neptune listens, and the URLs of its loader. No id can change the host or the path.

use std::fmt;

use neptune_sigv4::ENCODED;
use neptune_wire::LoadId;
use percent_encoding::utf8_percent_encode;
use reqwest::Url;

/// Neptune's port (documented).
pub(crate) const NEPTUNE_PORT: u16 = 8182;
/// Neptune's own paths. An endpoint that ends with one of them was copied from a query client, and the loader is not below it.
const PATHS: [&str; 5] = ["loader", "gremlin", "sparql", "opencypher", "status"];

/// The port that a URL without one gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefaultPort {
    /// This one.
    Is(u16),
    /// The scheme's default, 443 or 80, as in AWS's SDKs.
    OfScheme,
}

/// The address of a Neptune cluster, or of a simulator.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Scheme, host, port and perhaps a base path; never user-info, query or fragment.
    base: Url,
    /// Whether the port is the scheme's own because none was written.
    has_assumed_port: bool,
}

impl Endpoint {
    /// Reads a host, `host:port` or an http(s) URL with or without port and base path. A bare host means https.
    ///
    /// # Errors
    /// Says what is wrong with the text; the caller names the variable.
    pub(crate) fn parse(text: &str, default_port: DefaultPort) -> Result<Self, String> {
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        // `Url` reports its errors without the text, so that a password in it stays out of the message.
        let mut base = Url::parse(&with_scheme).map_err(|error| format!("is not a host or a URL: {error}"))?;
        check_parts(&base)?;
        let has_port = names_a_port(&with_scheme);
        if let DefaultPort::Is(port) = default_port
            && !has_port
        {
            base.set_port(Some(port)).map_err(|()| "takes no port".to_owned())?;
        }
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        Ok(Self { base, has_assumed_port: !has_port && default_port == DefaultPort::OfScheme })
    }

    /// The list of loads.
    pub fn loads(&self, query: &[(&str, &str)]) -> Url {
        self.address("/loader", query)
    }

    /// One load. Its id becomes exactly one path segment, except for `.` and `..`: URL libraries drop those as relative segments
    /// even when they are percent-encoded, so they travel as `?loadId=`, the other documented form.
    pub fn load(&self, id: &LoadId, query: &[(&str, &str)]) -> Url {
        match id.as_str() {
            dots @ ("." | "..") => self.address("/loader", &[&[("loadId", dots)], query].concat()),
            id => self.address(&format!("/loader/{}", utf8_percent_encode(id, ENCODED)), query),
        }
    }

    /// Its host, as URLs write it.
    pub(crate) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.base.port_or_known_default().unwrap_or_default()
    }

    /// Whether requests to it are encrypted.
    pub(crate) fn has_tls(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// The remedy if another server than Neptune answers and the port was assumed.
    pub(crate) fn port_remedy(&self) -> Option<String> {
        let (scheme, host, port) = (self.base.scheme(), self.host(), self.port());
        self.has_assumed_port.then(|| {
            format!("the endpoint names no port, so that port {port} was asked, and Neptune's is {NEPTUNE_PORT}: write {scheme}://{host}:{NEPTUNE_PORT}")
        })
    }

    /// Whether its host is a name that has to be looked up, and no IP address.
    pub(crate) fn is_named(&self) -> bool {
        self.base.domain().is_some()
    }

    fn address(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

/// The `Host` header that goes with a URL: the port stands in it unless it is the scheme's own.
pub(crate) fn host_header(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn check_parts(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("has the scheme `{}`; use https or http", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("carries a user name or password; remove it and use IAM authentication".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("carries a query or fragment; end it after the host, port or base path".to_owned());
    }
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if PATHS.iter().any(|path| last.eq_ignore_ascii_case(path)) {
        return Err(format!("ends in `/{last}`, which is one of Neptune's paths and added where it is needed; leave it out"));
    }
    Ok(())
}

/// Whether the text itself names a port. The parsed URL does not show that: it drops a port that is the scheme's default.
pub(crate) fn names_a_port(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let after_host = authority.rsplit(']').next().unwrap_or_default();
    after_host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty())
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::parse(text, DefaultPort::Is(8182)).unwrap()
    }

    #[rstest]
    #[case::host("db.example.com", "https://db.example.com:8182")]
    #[case::host_and_port("db.example.com:9000", "https://db.example.com:9000")]
    #[case::host_and_standard_port("db.example.com:443", "https://db.example.com")]
    #[case::url("http://localhost", "http://localhost:8182")]
    #[case::url_with_standard_port("https://db.example.com:443/", "https://db.example.com")]
    #[case::url_with_base_path("http://localhost:80/neptune/", "http://localhost/neptune")]
    #[case::upper_case("HTTPS://DB.example.com", "https://db.example.com:8182")]
    #[case::ipv6("https://[::1]", "https://[::1]:8182")]
    #[case::ipv6_and_port("[::1]:443", "https://[::1]")]
    #[case::empty_port("https://db.example.com:/", "https://db.example.com:8182")]
    fn endpoints_come_in_many_spellings(#[case] text: &str, #[case] url: &str) {
        assert_eq!(endpoint(text).to_string(), url);
    }

    #[test]
    fn an_sdk_url_without_a_port_means_the_schemes_own() {
        let parsed = Endpoint::parse("https://proxy.example.com/base", DefaultPort::OfScheme).unwrap();
        assert_eq!(parsed.loads(&[]).as_str(), "https://proxy.example.com/base/loader");
    }

    #[rstest]
    #[case::assumed("https://db.example.com", DefaultPort::OfScheme, Some("port 443"))]
    #[case::assumed_without_tls("http://db.example.com", DefaultPort::OfScheme, Some("port 80"))]
    #[case::written("https://db.example.com:443", DefaultPort::OfScheme, None)]
    #[case::set("https://db.example.com", DefaultPort::Is(443), None)]
    fn an_assumed_port_has_a_remedy(#[case] text: &str, #[case] default: DefaultPort, #[case] expected: Option<&str>) {
        let remedy = Endpoint::parse(text, default).unwrap().port_remedy();
        assert_eq!(remedy.is_some(), expected.is_some(), "{remedy:?}");
        assert!(expected.is_none_or(|expected| remedy.unwrap().contains(expected)));
    }

    #[test]
    fn a_base_path_may_have_any_other_name() {
        assert_eq!(endpoint("http://db/gremlin-proxy").to_string(), "http://db:8182/gremlin-proxy");
    }

    #[rstest]
    #[case::user_info("https://me:secret@db.example.com", "user name or password")]
    #[case::query("https://db.example.com?x=secret", "query or fragment")]
    #[case::fragment("db.example.com#x", "query or fragment")]
    #[case::other_scheme("ftp://db.example.com", "the scheme `ftp`")]
    #[case::the_loader("https://db.example.com:8182/loader", "ends in `/loader`")]
    #[case::the_loader_with_a_slash("db.example.com/loader/", "ends in `/loader`")]
    #[case::gremlin("https://db.example.com:8182/gremlin", "ends in `/gremlin`")]
    #[case::open_cypher("https://db.example.com/base/openCypher", "ends in `/openCypher`")]
    #[case::sparql("db.example.com:8182/SPARQL//", "ends in `/SPARQL`")]
    #[case::the_status_of_queries("https://db.example.com/gremlin/status", "ends in `/status`")]
    #[case::a_web_socket("wss://db.example.com:8182/gremlin", "the scheme `wss`; use https")]
    #[case::bolt("bolt://db.example.com:8182", "the scheme `bolt`; use https")]
    #[case::no_host("https://", "not a host or a URL")]
    #[case::odd_port("db.example.com:port", "not a host or a URL")]
    fn other_texts_are_refused(#[case] text: &str, #[case] reason: &str) {
        let error = Endpoint::parse(text, DefaultPort::Is(8182)).unwrap_err();
        assert!(error.contains(reason), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[rstest]
    #[case::plain("0a237328-afd5", "http://db:8182/loader/0a237328-afd5?details=TRUE")]
    #[case::slash("a/b", "http://db:8182/loader/a%2Fb?details=TRUE")]
    #[case::backslash("a\\b", "http://db:8182/loader/a%5Cb?details=TRUE")]
    #[case::query("a?b=c#d", "http://db:8182/loader/a%3Fb%3Dc%23d?details=TRUE")]
    #[case::percent("%2e%2e", "http://db:8182/loader/%252e%252e?details=TRUE")]
    #[case::climbing("../../status", "http://db:8182/loader/..%2F..%2Fstatus?details=TRUE")]
    #[case::unicode("ü", "http://db:8182/loader/%C3%BC?details=TRUE")]
    #[case::line_break("a\r\nb", "http://db:8182/loader/a%0D%0Ab?details=TRUE")]
    #[case::one_dot(".", "http://db:8182/loader?loadId=.&details=TRUE")]
    #[case::two_dots("..", "http://db:8182/loader?loadId=..&details=TRUE")]
    fn an_id_is_one_path_segment(#[case] id: &str, #[case] url: &str) {
        assert_eq!(endpoint("http://db").load(&id.into(), &[("details", "TRUE")]).as_str(), url);
    }

    fn hostile_id() -> impl Strategy<Value = String> {
        let pieces =
            prop::sample::select(vec!["/", "\\", ".", "..", "%", "%2e", "?", "#", "@", ":", "//host", "\r\n", "\0", "é", "id"]);
        prop_oneof![".{1,40}", prop::collection::vec(pieces, 1..6).prop_map(|pieces| pieces.concat())]
    }

    proptest! {
        #[test]
        fn nothing_in_an_id_changes_host_or_path(id in hostile_id()) {
            let url = endpoint("https://db.example.com:8182/base").load(&LoadId::new(id.as_str()), &[("details", "TRUE")]);
            prop_assert_eq!(host_header(&url), "db.example.com:8182");
            prop_assert!(url.username().is_empty() && url.fragment().is_none());
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(&segments[..2], &["base", "loader"]);
            let arrived = match segments[2..] {
                [segment] => percent_decode_str(segment).decode_utf8().unwrap().into_owned(),
                _ => url.query_pairs().find(|(key, _)| key == "loadId").unwrap().1.into_owned(),
            };
            prop_assert_eq!(arrived, id);
        }

        #[test]
        fn no_endpoint_text_panics(text in ".*") {
            let _ = Endpoint::parse(&text, DefaultPort::Is(8182));
        }
    }
}
