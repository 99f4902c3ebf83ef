//! The `Host` of a request: Neptune answers under its own name only.
//!
//! Only strict mode checks it, because clients often reach a simulator under names that it cannot know.

use std::net::IpAddr;

use axum::http::header::HOST;
use axum::http::request::Parts;
use neptune_control::Explanation;

use crate::cluster::Cluster;
use neptune_text::cut;

/// How much of a client's own words is repeated.
const SHOWN_BYTES: usize = 253;
/// How the names of real clusters end. Without a name of its own, the cluster may be any of them.
const CLUSTERS: [&str; 2] = [".neptune.amazonaws.com", ".neptune.amazonaws.com.cn"];

/// Whether the request is sent to this cluster, as far as the cluster knows its names: those that its certificates were made for, if a host
/// name is among them. Otherwise, if only this machine can reach it, this machine's names and addresses, and those of real clusters.
pub(super) fn check(cluster: &Cluster, head: &Parts) -> Result<(), Explanation> {
    let sent = head.headers.get(HOST).map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned()).unwrap_or_default();
    let host = without_port(&sent).to_ascii_lowercase();
    let names = cluster.host_names();
    let hint = if !names.is_empty() {
        if names.iter().any(|name| covers(name, &host)) {
            return Ok(());
        }
        format!("the cluster's name is {}", names.join(" or "))
    } else if !cluster.address().ip().is_loopback() || is_here(&host) || CLUSTERS.iter().any(|end| host.ends_with(end)) {
        return Ok(());
    } else {
        "the cluster is localhost".to_owned()
    };
    let sent = cut(&sent, SHOWN_BYTES);
    let remedy = "keep the cluster's name as the endpoint, and connect to the balancer or tunnel under it";
    Err(Explanation { hint: format!("`Host: {sent}` is not this cluster: {hint}; {remedy}"), ..Explanation::default() })
}

/// A host without its port, its brackets and the dot at its end.
fn without_port(host: &str) -> &str {
    let host = match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether a name of a certificate, perhaps with `*.` before it, is this host.
fn covers(name: &str, host: &str) -> bool {
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(domain), Some((_, rest))) => domain == rest,
        _ => name == host || matches!((name.parse::<IpAddr>(), host.parse::<IpAddr>()), (Ok(name), Ok(host)) if name == host),
    }
}

/// Whether it is this machine: a loopback name, or an address, which no balancer has of its own.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::name_and_port("my-cluster.example:8182", "my-cluster.example")]
    #[case::name("my-cluster.example", "my-cluster.example")]
    #[case::a_dot_at_the_end("my-cluster.example.:8182", "my-cluster.example")]
    #[case::version_4("127.0.0.1:8182", "127.0.0.1")]
    #[case::version_6("[::1]:8182", "::1")]
    #[case::version_6_without_port("[::1]", "::1")]
    #[case::version_6_without_brackets("::1", "::1")]
    #[case::nothing("", "")]
    #[case::a_port_alone(":8182", "")]
    fn the_port_is_no_part_of_the_name(#[case] host: &str, #[case] name: &str) {
        assert_eq!(without_port(host), name);
    }

    #[rstest]
    #[case::itself("a.example", "a.example", true)]
    #[case::another("a.example", "b.example", false)]
    #[case::longer("a.example", "a.example.com", false)]
    #[case::any_of_the_domain("*.example", "a.example", true)]
    #[case::two_labels("*.example", "a.b.example", false)]
    #[case::the_domain_itself("*.example", "example", false)]
    #[case::an_address("::1", "0:0:0:0:0:0:0:1", true)]
    fn a_certificates_name_covers_hosts(#[case] name: &str, #[case] host: &str, #[case] covered: bool) {
        assert_eq!(covers(name, host), covered);
    }
}
