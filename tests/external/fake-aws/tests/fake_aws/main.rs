//! What stands in for AWS in rehearsals, asked by AWS's own clients.
#![expect(clippy::unwrap_used, reason = "a test may end where something unexpected comes back")]

mod aws;
mod bucket;
mod cluster;
mod functions;
mod graph;
mod world;

use aws_credential_types::Credentials;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::SharedCredentialsProvider;
use axum::body::Bytes;
use axum::http;
use neptune_aws_sdk::http_client;
use neptune_fake_aws::{FakeAws, Options, profile_text};
use neptune_live::{DataFormat, Dataset, Profile, Statement, files};
use neptune_server::upstream::{Signer, Upstream, UpstreamOptions};
use serde_json::{Value, json};

const KEY_ID: &str = "AKIAREHEARSAL";
const SECRET: &str = "a-secret-of-no-account";
const RUN: &str = "20261122-073000-ab12cd";
/// So fast that ten simulated seconds are over at once, and twenty minutes are not.
const SCALE: u32 = 1000;

/// A fake AWS, and what a client knows of it.
struct Rehearsal {
    fake_aws: FakeAws,
    profile: Profile,
}

/// Who asks: the id of a key, its secret, and the region that is signed for.
type Asker<'a> = [&'a str; 3];
const KNOWN: Asker<'_> = [KEY_ID, SECRET, "eu-west-1"];

impl Rehearsal {
    async fn begin() -> Self {
        let profile = Profile::parse("rehearsal.toml", &profile_text()).unwrap();
        let options = Options { key_id: KEY_ID.to_owned(), secret: SECRET.to_owned(), scale: SCALE };
        Self { fake_aws: FakeAws::start(&profile, options).await.unwrap(), profile }
    }

    fn config(&self, [id, secret, region]: Asker<'_>) -> SdkConfig {
        let ca = std::fs::read(self.fake_aws.services().ca_file).unwrap();
        let ca = reqwest::Certificate::from_pem(&ca).unwrap();
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([ca]).build().unwrap();
        SdkConfig::builder()
            .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(id, secret, None, None, "test")))
            .http_client(http_client(http))
            .build()
    }

    fn sts(&self, asker: Asker<'_>) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::config::Builder::from(&self.config(asker)).endpoint_url(self.fake_aws.services().sts);
        aws_sdk_sts::Client::from_conf(config.build())
    }

    fn management(&self, asker: Asker<'_>) -> aws_sdk_neptune::Client {
        let config = aws_sdk_neptune::config::Builder::from(&self.config(asker)).endpoint_url(self.fake_aws.services().neptune);
        aws_sdk_neptune::Client::from_conf(config.build())
    }

    fn lambda(&self, asker: Asker<'_>) -> aws_sdk_lambda::Client {
        let config = aws_sdk_lambda::config::Builder::from(&self.config(asker)).endpoint_url(self.fake_aws.services().lambda);
        aws_sdk_lambda::Client::from_conf(config.build())
    }

    fn s3(&self, asker: Asker<'_>) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.config(asker)).endpoint_url(self.fake_aws.services().s3);
        aws_sdk_s3::Client::from_conf(config.force_path_style(true).build())
    }

    async fn upload(&self, key: &str, bytes: Vec<u8>) {
        let put = self.s3(KNOWN).put_object().bucket(self.profile.bucket.as_str()).key(key).body(bytes.into());
        put.send().await.unwrap();
    }

    /// Asks the cluster under its own name, as a live run does, and gives status and body.
    async fn ask(&self, request: http::request::Builder, body: String) -> (u16, Value) {
        self.ask_signed(Some(KNOWN), request, body).await
    }

    /// The same, signed by this asker or not at all.
    async fn ask_signed(&self, asker: Option<Asker<'_>>, request: http::request::Builder, body: String) -> (u16, Value) {
        let mut options = UpstreamOptions::new(self.profile.endpoint.to_string().parse().unwrap());
        options.connect_to = Some(self.fake_aws.services().cluster);
        options.ca_file = Some(self.fake_aws.services().ca_file);
        options.signer = asker.map(|[id, secret, region]| Signer::new(id, secret, None, region));
        let (head, ()) = request.body(()).unwrap().into_parts();
        let answer = Upstream::new(options).unwrap().forward(&head, Bytes::from(body)).await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(http::Request::get(path), String::new()).await
    }

    /// Starts a load of what is under a prefix of a bucket.
    async fn start(&self, bucket: &str, prefix: &str, format: &str) -> (u16, Value) {
        let source = format!("s3://{bucket}/{prefix}");
        let body = json!({
            "source": source,
            "format": format,
            "iamRoleArn": self.profile.role,
            "region": self.profile.region,
            "failOnError": "TRUE",
            "queueRequest": "TRUE",
        });
        let request = http::Request::post("/loader").header("content-type", "application/json");
        self.ask(request, body.to_string()).await
    }

    /// Uploads the dataset that the folder is named after, as a run does, and loads it. Gives the id of the load.
    async fn load(&self, folder: &str, format: &str) -> String {
        let prefix = format!("{}/neptune-harness/{RUN}/a-scenario/{folder}/", self.profile.prefix.as_str());
        let dataset = Dataset::from_word(folder.rsplit('/').next().unwrap()).unwrap();
        for file in files(dataset, DataFormat::from_word(format).unwrap(), &RUN.parse().unwrap(), 50_000) {
            self.upload(&format!("{prefix}{}", file.name), file.bytes).await;
        }
        let (http, body) = self.start(self.profile.bucket.as_str(), &prefix, format).await;
        assert_eq!(http, 200, "{body}");
        body["payload"]["loadId"].as_str().unwrap().to_owned()
    }

    /// Polls a load until `is_there` accepts its status.
    async fn until(&self, load: &str, is_there: impl Fn(&str) -> bool) -> Value {
        loop {
            let (http, body) = self.get(&format!("/loader/{load}?details=TRUE&errors=TRUE")).await;
            assert_eq!(http, 200, "{body}");
            if is_there(body["payload"]["overallStatus"]["status"].as_str().unwrap()) {
                return body["payload"].clone();
            }
        }
    }

    async fn ended(&self, load: &str) -> Value {
        self.until(load, |status| !["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].contains(&status)).await
    }

    async fn post(&self, path: &str, field: &str, text: &str) -> (u16, Value) {
        let body = format!("{field}={}", percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC));
        let request = http::Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.ask(request, body).await
    }

    async fn say(&self, statement: &Statement) -> Value {
        let (field, text) = statement.form();
        let (http, body) = self.post(statement.path(), field, &text).await;
        assert_eq!(http, 200, "{body}");
        body
    }

    /// What a counting statement says.
    async fn count(&self, statement: &Statement) -> u64 {
        let said = self.say(statement).await;
        let of_sparql = said.pointer("/results/bindings/0/n/value").and_then(Value::as_str).map(|text| text.parse().unwrap());
        of_sparql.or_else(|| said.pointer("/results/0/n").and_then(Value::as_u64)).unwrap()
    }
}
