//! The address to connect to, if it is not the endpoint itself: the end of a tunnel, or a load balancer.

use std::fmt;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net;

use crate::endpoint::{Endpoint, names_a_port};

/// A name or an address, and a port. A name is looked up with each connection: a balancer's addresses change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    /// As URLs write it: an IPv6 address stands in brackets.
    host: String,
    port: u16,
}

impl ConnectTo {
    /// Reads `host:port`.
    ///
    /// # Errors
    /// Says what to write.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const REMEDY: &str =
            "is no name or address with a port; write both, such as `127.0.0.1:9182` or `balancer.example.com:8182`";
        let url = format!("http://{text}");
        let parsed = Url::parse(&url).ok().filter(|_| !text.contains("://") && names_a_port(&url)).ok_or(REMEDY)?;
        let rest = [parsed.path().trim_matches('/'), parsed.username(), parsed.query().unwrap_or_default()];
        let is_bare = rest.iter().all(|part| part.is_empty()) && parsed.password().is_none() && parsed.fragment().is_none();
        match (parsed.host_str(), parsed.port_or_known_default()) {
            (Some(host), Some(port)) if is_bare && port != 0 => Ok(Self { host: host.to_owned(), port }),
            _ => Err(REMEDY),
        }
    }

    /// The way to an endpoint's own name.
    pub(crate) fn to(endpoint: &Endpoint) -> Self {
        Self { host: endpoint.host().to_owned(), port: endpoint.port() }
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Opens a connection to the first of its addresses that takes one.
    pub(crate) async fn open(&self) -> std::io::Result<net::TcpStream> {
        net::TcpStream::connect((self.bare_host(), self.port)).await
    }

    fn bare_host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }
}

impl fmt::Display for ConnectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Looks up this name, whichever is asked for: the HTTP client has but one.
impl Resolve for ConnectTo {
    fn resolve(&self, _: Name) -> Resolving {
        let (host, port) = (self.bare_host().to_owned(), self.port);
        Box::pin(async move {
            let addresses: Vec<_> = net::lookup_host((host, port)).await?.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::an_address("127.0.0.1:9182", "127.0.0.1:9182")]
    #[case::an_address_with_brackets("[::1]:443", "[::1]:443")]
    #[case::a_name("nlb-x.elb.us-east-1.amazonaws.com:8182", "nlb-x.elb.us-east-1.amazonaws.com:8182")]
    #[case::the_port_of_http("Balancer:80", "balancer:80")]
    #[case::a_service_of_compose("graph_db:8182", "graph_db:8182")]
    fn names_and_addresses_have_a_port(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(ConnectTo::parse(text).unwrap().to_string(), shown);
    }

    #[rstest]
    #[case::no_port("127.0.0.1")]
    #[case::a_name_without_a_port("balancer.example.com")]
    #[case::no_port_behind_the_colon("balancer:")]
    #[case::port_nought("127.0.0.1:0")]
    #[case::a_port_beyond_all("balancer:65536")]
    #[case::no_number("balancer:https")]
    #[case::a_url("https://balancer:8182")]
    #[case::a_path("balancer:8182/loader")]
    #[case::a_password("me:secret@balancer:8182")]
    #[case::no_brackets("::1:9182")]
    #[case::no_host(":9182")]
    fn what_is_no_name_with_a_port_is_refused(#[case] text: &str) {
        assert!(ConnectTo::parse(text).unwrap_err().contains("write both"));
    }
}
