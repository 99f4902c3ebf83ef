//! Where an upstream is: scheme, host and port, and nothing else.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use http::{HeaderValue, Uri};
use rustls_pki_types::ServerName;

/// The default port of Neptune.
const NEPTUNE_PORT: u16 = 8182;

/// The address of an upstream, read from a URL such as `https://my-cluster.neptune.example:8182`. A URL without a port means 8182.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamAddress {
    secure: bool,
    /// As in a URL: an IPv6 address has its brackets.
    host: String,
    port: u16,
}

/// Why a text is not the address of an upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamAddressError {
    /// It is no URL.
    #[error("write a URL such as `https://my-cluster.cluster-abc.us-east-1.neptune.amazonaws.com:8182`")]
    NoUrl,
    /// The URL has a scheme that is not supported.
    #[error("the scheme `{0}` is not spoken here: write `https://...` or `http://...`")]
    Scheme(String),
    /// The URL has a name or a password in it.
    #[error("leave out the name before the `@`: Neptune takes signatures and no passwords")]
    UserName,
    /// The URL has something after host and port.
    #[error("leave out what stands behind host and port: paths are those that clients ask for")]
    Path,
    /// The host could not be looked up or asked for.
    #[error("`{0}` is neither a host name nor an IP address")]
    Host(String),
}

impl UpstreamAddress {
    /// Whether TLS is spoken there.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host name or IP address, as one looks it up.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether only this machine is meant.
    pub fn is_this_machine(&self) -> bool {
        is_this_machine(self.host())
    }

    /// The `Host` header that clients send there: the port stands in it unless it is the scheme's own.
    pub fn host_header(&self) -> HeaderValue {
        let text = if self.port == own_port(self.secure) { self.host.clone() } else { format!("{}:{}", self.host, self.port) };
        HeaderValue::try_from(text).expect("a host of a URL is ASCII without spaces")
    }

    /// The name that its certificate must be for.
    pub fn server_name(&self) -> ServerName<'static> {
        ServerName::try_from(self.host().to_owned()).expect("the host was checked when it was read")
    }
}

impl FromStr for UpstreamAddress {
    type Err = UpstreamAddressError;

    fn from_str(text: &str) -> Result<Self, UpstreamAddressError> {
        Self::read(text, |_| NEPTUNE_PORT)
    }
}

impl UpstreamAddress {
    /// Reads the address of a web server: a URL without a port means the scheme's own.
    ///
    /// # Errors
    /// [`UpstreamAddressError`] if the text is not such a URL.
    pub fn of_web_server(text: &str) -> Result<Self, UpstreamAddressError> {
        Self::read(text, own_port)
    }

    /// Reads a URL; the usual port depends on whether it is secure.
    fn read(text: &str, usual_port: impl FnOnce(bool) -> u16) -> Result<Self, UpstreamAddressError> {
        let uri: Uri = text.parse().map_err(|_| UpstreamAddressError::NoUrl)?;
        let scheme = uri.scheme_str().ok_or(UpstreamAddressError::NoUrl)?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            other => return Err(UpstreamAddressError::Scheme(other.to_owned())),
        };
        let authority = uri.authority().ok_or(UpstreamAddressError::NoUrl)?;
        if authority.as_str().contains('@') {
            return Err(UpstreamAddressError::UserName);
        }
        if uri.path_and_query().is_some_and(|rest| rest.as_str() != "/") || text.contains('#') {
            return Err(UpstreamAddressError::Path);
        }
        let host = authority.host().to_ascii_lowercase();
        if !is_host(&host) {
            return Err(UpstreamAddressError::Host(host));
        }
        // `http` reads a port that is too large as none.
        let port = match authority.as_str()[authority.host().len()..].strip_prefix(':') {
            None | Some("") => usual_port(secure),
            Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or(UpstreamAddressError::NoUrl)?,
        };
        Ok(Self { secure, host, port })
    }
}

/// The port of `https` or `http`.
fn own_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// Whether a host name or IP address, without brackets, is that of this machine for itself.
pub fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a host of a URL could be resolved and be named in a certificate.
fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|ip| ip.parse::<Ipv6Addr>().is_ok()),
        None => ServerName::try_from(host).is_ok(),
    }
}

impl fmt::Display for UpstreamAddress {
    /// `https://my-cluster.neptune.example:8182`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::neptune("https://db.neptune.example:8182", "https://db.neptune.example:8182", "db.neptune.example:8182")]
    #[case::without_a_port("https://db.neptune.example/", "https://db.neptune.example:8182", "db.neptune.example:8182")]
    #[case::the_schemes_own_port("https://db.neptune.example:443", "https://db.neptune.example:443", "db.neptune.example")]
    #[case::upper_case("HTTP://DB.Example:80", "http://db.example:80", "db.example")]
    #[case::an_address("http://192.0.2.7:1", "http://192.0.2.7:1", "192.0.2.7:1")]
    #[case::version_6("https://[::1]:8183", "https://[::1]:8183", "[::1]:8183")]
    fn an_address_is_read_from_a_url(#[case] text: &str, #[case] shown: &str, #[case] host: &str) {
        let address: UpstreamAddress = text.parse().unwrap();
        assert_eq!((address.to_string().as_str(), address.host_header().to_str().unwrap()), (shown, host));
        let _ = address.server_name();
    }

    #[rstest]
    #[case::secure("https://s3.example", 443)]
    #[case::plain("http://s3.example/", 80)]
    #[case::said("http://s3.example:5000", 5000)]
    fn a_web_server_has_its_schemes_port(#[case] text: &str, #[case] port: u16) {
        assert_eq!(UpstreamAddress::of_web_server(text).unwrap().port(), port);
    }

    #[rstest]
    #[case::a_bare_host("db.neptune.example", "write a URL such as")]
    #[case::host_and_port("db.neptune.example:8182", "write a URL such as")]
    #[case::nothing("", "write a URL such as")]
    #[case::no_host("http://", "write a URL such as")]
    #[case::another_scheme("wss://db.example", "the scheme `wss` is not spoken here")]
    #[case::a_password("https://me:hunter2@db.example", "leave out the name before the `@`")]
    #[case::a_path("https://db.example/loader", "leave out what stands behind host and port")]
    #[case::a_query("https://db.example/?a=b", "leave out what stands behind host and port")]
    #[case::a_fragment("https://db.example/#x", "leave out what stands behind host and port")]
    #[case::no_such_port("https://db.example:70000", "write a URL such as")]
    #[case::port_zero("https://db.example:0", "write a URL such as")]
    #[case::an_odd_host("https://a..b", "`a..b` is neither a host name nor an IP address")]
    fn what_is_no_address_learns_what_to_write(#[case] text: &str, #[case] message: &str) {
        let error = text.parse::<UpstreamAddress>().unwrap_err().to_string();
        assert!(error.starts_with(message) && !error.contains("hunter2"), "{error}");
    }

    #[rstest]
    #[case::by_name("http://localhost:1", true)]
    #[case::by_address("http://127.1.2.3:1", true)]
    #[case::version_6("http://[::1]:1", true)]
    #[case::elsewhere("http://192.0.2.7:1", false)]
    #[case::a_name("http://localhost.example:1", false)]
    fn this_machine_is_distinguished_from_others(#[case] text: &str, #[case] here: bool) {
        assert_eq!(text.parse::<UpstreamAddress>().unwrap().is_this_machine(), here);
    }
}
