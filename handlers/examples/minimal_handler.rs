//! The least that does the job of `check_bulk_load_status` and `get_load_status`: `cargo bench --workspace --bench functions` measures ours against it.
//!
//! It is not for use: it tries once, waits for ever, logs nothing, and whatever goes wrong is an error without a name. It does the latter function's
//! job if the event has a `load_job_id`.

use std::env;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use reqwest::{Certificate, Client, RequestBuilder};
use serde_json::{Value, json};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

/// The same that the functions trust.
const ROOTS: [&[u8]; 5] = [
    include_bytes!("../roots/amazon_root_ca_1.pem"),
    include_bytes!("../roots/amazon_root_ca_2.pem"),
    include_bytes!("../roots/amazon_root_ca_3.pem"),
    include_bytes!("../roots/amazon_root_ca_4.pem"),
    include_bytes!("../roots/starfield_services_root_g2.pem"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let neptune = &Neptune::from_environment()?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| answer(neptune, &event.payload).await)).await
}

async fn answer(neptune: &Neptune, event: &Value) -> Result<Value, Error> {
    let id = |key: &str| event[key].as_str().ok_or("the event lacks an id");
    if let Ok(id) = id("load_job_id") {
        return neptune.get(&format!("{id}?details=TRUE&errors=TRUE&page=1&errorsPerPage=100")).await;
    }
    let (domain, prov) = tokio::try_join!(neptune.get(id("domain_load_id")?), neptune.get(id("prov_load_id")?))?;
    let statuses = [domain, prov].map(|envelope| envelope["payload"]["overallStatus"]["status"].clone());
    let is_pending =
        |status: &Value| ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].iter().any(|pending| status == pending);
    let verdict = if statuses.iter().all(|status| status == "LOAD_COMPLETED") {
        "SUCCESS"
    } else if statuses.iter().all(|status| status == "LOAD_COMPLETED" || is_pending(status)) {
        "PENDING"
    } else {
        "FAILED"
    };
    let [domain, prov] = statuses;
    Ok(json!({"status": verdict, "run_id": event["run_id"], "domain_status": domain, "prov_status": prov}))
}

struct Neptune {
    http: Client,
    /// Scheme, host and port.
    endpoint: String,
    region: String,
    credentials: Credentials,
}

impl Neptune {
    fn from_environment() -> Result<Self, Error> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = ROOTS.iter().map(|pem| Certificate::from_pem(pem)).collect::<Result<Vec<_>, _>>()?;
        let http = Client::builder().tls_certs_only(roots).no_proxy().build()?;
        let (id, secret) = (env::var("AWS_ACCESS_KEY_ID")?, env::var("AWS_SECRET_ACCESS_KEY")?);
        let credentials = Credentials::from_keys(id, secret, env::var("AWS_SESSION_TOKEN").ok());
        Ok(Self { http, endpoint: env::var("NEPTUNE_ENDPOINT")?, region: env::var("AWS_REGION")?, credentials })
    }

    /// Neptune's envelope about a load.
    async fn get(&self, id_and_query: &str) -> Result<Value, Error> {
        let request = self.signed(&format!("{}/loader/{id_and_query}", self.endpoint))?;
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    fn signed(&self, url: &str) -> Result<RequestBuilder, Error> {
        let identity = self.credentials.clone().into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("neptune-db")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let host = self.endpoint.split("://").last().unwrap_or_default();
        let request = SignableRequest::new("GET", url, [("host", host)].into_iter(), SignableBody::Bytes(&[]))?;
        let (instructions, _) = sign(request, &parameters)?.into_parts();
        Ok(instructions.headers().fold(self.http.get(url), |request, (name, value)| request.header(name, value)))
    }
}
