//! HTTP to an address on this machine, and to no other.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use neptune_control::ControlClient;
use neptune_server::scenario::{Body, Request};
use reqwest::{Certificate, Client, Method, Url};
use serde_json::{Value, json};

use crate::reply::reply;

/// How long a reply may take, in real time.
const PATIENCE: Duration = Duration::from_secs(2);

/// A client that refuses every address but this machine's before it sends anything: a scenario for the simulator must not reach a
/// real cluster by mistake.
#[derive(Clone, Debug)]
pub struct LocalClient {
    client: Client,
    /// The address of a container of ours on this machine.
    container: Option<IpAddr>,
}

impl LocalClient {
    /// A client that trusts this CA, as PEM, or none: then it speaks plain HTTP only. The container may be asked as well, if there is one.
    ///
    /// # Errors
    /// The CA cannot be read.
    pub fn new(ca: Option<&str>, container: Option<IpAddr>) -> Result<Self> {
        // reqwest asks for a TLS provider even if it only ever speaks HTTP. An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let ca = ca.map(|pem| Certificate::from_pem(pem.as_bytes())).transpose().context("the CA's certificate is none")?;
        let client = Client::builder()
            .no_proxy()
            // A kept connection could close just when it is used again. A new one is either made or refused.
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only(ca)
            .build()
            .context("cannot make an HTTP client")?;
        Ok(Self { client, container })
    }

    /// The control API of a simulator.
    ///
    /// # Errors
    /// The address is not on this machine.
    pub fn control(&self, endpoint: &str) -> Result<ControlClient> {
        let url = self.local(endpoint)?;
        Ok(ControlClient::with_http(url.as_str(), self.client.clone())?)
    }

    /// Sends a request to an endpoint, and gives the reply: `http`, `headers`, `text` and, if it is JSON, `body`; or `error`, if none came
    /// within 2 s.
    ///
    /// # Errors
    /// The endpoint is not on this machine, or no such request can be sent.
    pub async fn exchange(&self, request: &Request, endpoint: &str) -> Result<Value> {
        let mut url = self.local(endpoint)?;
        url.set_path(&request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut builder = self.client.request(Method::from_bytes(request.method.as_bytes())?, url);
        let is_typed = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        builder = match &request.body {
            Body::Empty => builder,
            Body::Json(json) if is_typed => builder.body(json.to_string()),
            Body::Json(json) => builder.header("content-type", "application/json").body(json.to_string()),
            Body::Text(text) => builder.body(text.clone()),
        };
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let prepared = builder.timeout(PATIENCE).build().context("no such request can be sent")?;
        Ok(self
            .reply(prepared)
            .await
            .unwrap_or_else(|error| json!({"error": format!("{:#}", anyhow::Error::new(error.without_url()))})))
    }

    async fn reply(&self, request: reqwest::Request) -> reqwest::Result<Value> {
        let response = self.client.execute(request).await?;
        let (http, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(reply(http, &headers, &response.bytes().await?))
    }

    /// The URL, if it is on this machine.
    fn local(&self, url: &str) -> Result<Url> {
        let url = Url::parse(url).with_context(|| format!("`{url}` is no URL"))?;
        let host = url.host_str().unwrap_or_default();
        let is_container = self.container.is_some_and(|address| host.trim_matches(['[', ']']).parse() == Ok(address));
        if !is_container && !matches!(host, "127.0.0.1" | "[::1]" | "localhost") {
            bail!("{url} is not on this machine: these tests send no requests elsewhere");
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_elsewhere_is_refused_before_anything_is_sent() {
        let client = LocalClient::new(None, Some([192, 0, 2, 2].into())).unwrap();
        let request = Request::to("GET", "/loader");
        let elsewhere = [
            "http://192.0.2.1/loader",
            "https://my-cluster.neptune.amazonaws.com:8182/loader",
            "http://127.0.0.1.example/",
            "http://192.0.2.2.example/",
        ];
        for url in elsewhere {
            let error = client.exchange(&request, url).await.unwrap_err();
            for error in [error, client.control(url).unwrap_err()] {
                assert!(error.to_string().contains("is not on this machine"), "{error:#}");
            }
        }
    }

    #[test]
    fn a_container_of_ours_is_on_this_machine() {
        let at = |address: &str| LocalClient::new(None, Some(address.parse().unwrap())).unwrap();
        assert!(at("172.17.0.2").control("http://172.17.0.2:8183").is_ok());
        assert!(at("fd00::2").control("http://[fd00::2]:8183").is_ok());
    }
}
