//! Where a cluster is asked.

use std::fmt;
use std::str::FromStr;

/// The endpoint of a cluster, `https://NAME.cluster-CHARACTERS.REGION.neptune.amazonaws.com:PORT`, in no other form.
///
/// A reader's starts no loads, and an instance's may become a reader's at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    port: u16,
    cluster: String,
    region: String,
}

impl Endpoint {
    /// The name that TLS, `Host` and signature hold for, whatever address is connected to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port of the cluster.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name of the cluster, as the host says it.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// The region, as the host says it.
    pub fn region(&self) -> &str {
        &self.region
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}:{}", self.host, self.port)
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let endpoint = parts(text).ok_or_else(|| {
            format!(
                "`{text}` is no endpoint of a cluster: write `https://NAME.cluster-CHARACTERS.REGION.neptune.amazonaws.com:8182`, \
                 as the console shows it, with `https` and the port"
            )
        })?;
        if endpoint.host.contains(".cluster-ro-") {
            return Err("that is the reader endpoint, which starts no loads: write the cluster's, without `ro-`".to_owned());
        }
        Ok(endpoint)
    }
}

fn parts(text: &str) -> Option<Endpoint> {
    let (host, port) = text.strip_prefix("https://")?.split_once(':')?;
    let port = port.parse().ok().filter(|number: &u16| *number != 0 && number.to_string() == port)?;
    let domain = [".neptune.amazonaws.com", ".neptune.amazonaws.com.cn"].into_iter().find_map(|end| host.strip_suffix(end))?;
    let labels: Vec<_> = domain.split('.').collect();
    let [cluster, characters, region] = labels[..] else { return None };
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let is_custom = characters.starts_with("cluster-custom-");
    if !labels.iter().all(|label| is_label(label)) || !characters.starts_with("cluster-") || is_custom {
        return None;
    }
    Some(Endpoint { host: host.to_owned(), port, cluster: cluster.to_owned(), region: region.to_owned() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::usual("https://graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com:8182", "eu-west-1")]
    #[case::china("https://graph.cluster-c0ffee.cn-north-1.neptune.amazonaws.com.cn:8182", "cn-north-1")]
    fn an_endpoint_names_cluster_and_region(#[case] text: &str, #[case] region: &str) {
        let endpoint: Endpoint = text.parse().unwrap();
        assert_eq!((endpoint.cluster(), endpoint.region(), endpoint.port()), ("graph", region, 8182));
        assert_eq!(endpoint.to_string(), text);
    }

    #[rstest]
    #[case::no_port("https://graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com")]
    #[case::port_zero("https://graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com:0")]
    #[case::path("https://graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com:8182/loader")]
    #[case::user("https://me@graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com:8182")]
    #[case::upper_case("https://Graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com:8182")]
    #[case::instance("https://graph-1.c0ffee.eu-west-1.neptune.amazonaws.com:8182")]
    #[case::custom("https://graph.cluster-custom-c0ffee.eu-west-1.neptune.amazonaws.com:8182")]
    #[case::look_alike("https://graph.cluster-c0ffee.eu-west-1.neptune.amazonaws.com.example.org:8182")]
    #[case::another_service("https://graph.cluster-c0ffee.eu-west-1.rds.amazonaws.com:8182")]
    #[case::this_machine("https://localhost:8182")]
    fn what_is_no_endpoint_of_a_cluster_is_refused(#[case] text: &str) {
        let error = text.parse::<Endpoint>().unwrap_err();
        assert!(error.starts_with(&format!("`{text}` is no endpoint of a cluster: write `https://")), "{error}");
    }
}
