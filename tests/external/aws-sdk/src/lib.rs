//! The HTTP client of AWS's SDKs here: reqwest, because their own would bring a second cryptography into the tree.

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// Carries an SDK's requests over this client.
pub fn http_client(client: reqwest::Client) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(client));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            exchange(&client, &request).await.map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

async fn exchange(client: &reqwest::Client, request: &HttpRequest) -> anyhow::Result<HttpResponse> {
    let mut carried = client.request(request.method().parse()?, request.uri());
    for (name, value) in request.headers() {
        carried = carried.header(name, value);
    }
    let body = request.body().bytes().unwrap_or_default().to_vec();
    let answer = carried.body(body).send().await?;
    let mut response = HttpResponse::new(answer.status().as_u16().try_into()?, SdkBody::empty());
    for (name, value) in answer.headers() {
        response.headers_mut().append(name.as_str().to_owned(), value.to_str()?.to_owned());
    }
    *response.body_mut() = SdkBody::from(answer.bytes().await?.to_vec());
    Ok(response)
}
