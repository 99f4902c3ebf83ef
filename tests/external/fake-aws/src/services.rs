//! Where AWS is, if something stands in for it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// The addresses of a fake AWS on this machine. A program that it starts gets them as a JSON file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// Where the cluster is connected to. It is asked under the name of the profile's endpoint.
    pub cluster: SocketAddr,
    /// The URL of STS.
    pub sts: String,
    /// The URL of Neptune's management API.
    pub neptune: String,
    /// The URL of S3.
    pub s3: String,
    /// The URL of Lambda.
    pub lambda: String,
    /// The CA that vouches for all of them, as a PEM file.
    pub ca_file: PathBuf,
}

impl Services {
    /// That all of them are on this machine.
    ///
    /// # Errors
    /// Names one that is not.
    pub fn are_here(&self) -> Result<()> {
        ensure!(
            self.cluster.ip().is_loopback(),
            "{} is not on this machine: nothing else stands in for a cluster",
            self.cluster
        );
        for url in [&self.sts, &self.neptune, &self.s3, &self.lambda] {
            let host = Url::parse(url).with_context(|| format!("`{url}` is no URL"))?;
            let host = host.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let is_here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
            ensure!(is_here, "{url} is not on this machine: nothing else stands in for AWS");
        }
        Ok(())
    }
}
