//! HTTP to an address on this machine, and to no other.

use anyhow::{Context, Result, bail};
use neptune_control::ControlClient;
use reqwest::{Client, Method, Url};
use serde_json::Value;

/// A client that refuses every address but this machine's before it sends anything: a scenario for the simulator must not reach a
/// real cluster by mistake.
#[derive(Clone, Debug)]
pub(super) struct LocalClient {
    client: Client,
}

impl LocalClient {
    pub(super) fn new() -> Result<Self> {
        // reqwest asks for a TLS provider even if it only ever speaks HTTP. An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().tls_certs_only([]).build().context("cannot make an HTTP client")?;
        Ok(Self { client })
    }

    /// The control API of a simulator.
    pub(super) fn control(&self, endpoint: &str) -> Result<ControlClient> {
        let url = local(endpoint)?;
        Ok(ControlClient::with_http(url.as_str(), self.client.clone())?)
    }

    /// Asks Neptune what must succeed, and gives the JSON of the answer.
    pub(super) async fn send(&self, method: Method, url: &str, body: String) -> Result<Value> {
        let url = local(url)?;
        let what = format!("{method} {url}");
        let response = self.client.request(method, url).body(body).send().await.context(what.clone())?;
        let status = response.status();
        let text = response.text().await.with_context(|| format!("{what}: the answer broke off"))?;
        let json: Value = serde_json::from_str(&text).with_context(|| format!("{what}: {status} with no JSON: {text}"))?;
        if !status.is_success() {
            bail!("{what}: {status}: {json}");
        }
        Ok(json)
    }
}

/// The URL, if it is on this machine.
fn local(url: &str) -> Result<Url> {
    let url = Url::parse(url).with_context(|| format!("`{url}` is no URL"))?;
    if !matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")) {
        bail!("{url} is not on this machine: the sim target talks to nobody else");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_elsewhere_is_refused_before_anything_is_sent() {
        let client = LocalClient::new().unwrap();
        for url in
            ["http://192.0.2.1/loader", "https://my-cluster.neptune.amazonaws.com:8182/loader", "http://127.0.0.1.example/"]
        {
            for error in [client.send(Method::GET, url, String::new()).await.unwrap_err(), client.control(url).unwrap_err()] {
                assert!(error.to_string().contains("is not on this machine"), "{error:#}");
            }
        }
    }
}
