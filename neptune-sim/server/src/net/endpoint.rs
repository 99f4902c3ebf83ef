//! Where something listens, as a client on this machine writes it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A listening address, and what is spoken there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    /// Whether TLS is spoken.
    pub(crate) secure: bool,
}

impl Endpoint {
    /// What a client is to be given that knows this machine by this host: `http://neptune-sim:34567`. Only what listens on all addresses
    /// is reached by any of them.
    pub(crate) fn by_host(&self, host: &str) -> String {
        if self.address.ip().is_unspecified() {
            format!("{}://{host}:{}", self.scheme(), self.address.port())
        } else {
            self.to_string()
        }
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}

impl fmt::Display for Endpoint {
    /// `http://127.0.0.1:8182`. The address of all interfaces becomes the loopback address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = reachable(self.address);
        write!(f, "{}://{address}", self.scheme())
    }
}

/// The address at which this machine reaches a listener: that of all interfaces becomes the loopback address.
pub fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("127.0.0.1:8182", false, "http://127.0.0.1:8182")]
    #[case::secure("127.0.0.1:8182", true, "https://127.0.0.1:8182")]
    #[case::everywhere("0.0.0.0:8182", false, "http://127.0.0.1:8182")]
    #[case::everywhere_of_version_6("[::]:8182", false, "http://[::1]:8182")]
    #[case::elsewhere("192.0.2.7:8182", true, "https://192.0.2.7:8182")]
    fn an_endpoint_is_what_a_client_here_can_ask(#[case] address: &str, #[case] secure: bool, #[case] reported: &str) {
        assert_eq!(Endpoint { address: address.parse().unwrap(), secure }.to_string(), reported);
    }
    #[rstest]
    #[case::an_address("0.0.0.0:8182", "172.17.0.2", "http://172.17.0.2:8182")]
    #[case::a_name("[::]:8182", "neptune-sim", "http://neptune-sim:8182")]
    #[case::version_6("[::]:8182", "[fd00::2]", "http://[fd00::2]:8182")]
    #[case::one_address_only("127.0.0.1:8182", "172.17.0.2", "http://127.0.0.1:8182")]
    fn a_server_on_all_addresses_is_reached_by_the_host_that_the_client_knows(
        #[case] address: &str,
        #[case] host: &str,
        #[case] reported: &str,
    ) {
        assert_eq!(Endpoint { address: address.parse().unwrap(), secure: false }.by_host(host), reported);
    }
}
