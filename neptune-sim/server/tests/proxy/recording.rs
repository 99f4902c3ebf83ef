//! Recordings over real sockets: what they contain, and that they contain no secrets.

use std::path::{Path, PathBuf};

use neptune_server::record::{Body, Exchange, Recorded, Recorder, Recording};
use neptune_server::{Fault, Sim};
use proptest::prelude::*;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{ask, ask_with};
use crate::endpoint::Endpoint;
use crate::setup::{anywhere, options, simulator, spec};

struct RecordingFile {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl RecordingFile {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { path: folder.path().join("session.ndjson"), _folder: folder }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).unwrap()
    }

    fn exchanges(&self) -> Vec<Exchange> {
        Recording::parse(&self.text()).unwrap().exchanges
    }
}

/// A proxy that records.
async fn recording(upstream: std::net::SocketAddr, path: &Path) -> Sim {
    let options = options(upstream);
    let recorder = Recorder::append(path, &options.address).unwrap();
    Sim::start(spec(options, Some(recorder)), anywhere()).await.unwrap()
}

#[tokio::test]
async fn every_exchange_is_a_line_with_its_time_and_what_came_of_it() {
    let (behind, file) = (simulator().await, RecordingFile::new());
    let proxy = recording(behind.first().address(), &file.path).await;
    let fault: Fault = serde_json::from_value(json!({"on": {"request": 3}, "does": "cut_body"})).unwrap();
    proxy.first().add_fault(&fault).unwrap();
    let address = proxy.first().address();
    ask(address, "GET", "/loader/domain-quick?details=TRUE").await;
    proxy.first().advance(std::time::Duration::from_millis(2500)).unwrap();
    ask(address, "GET", "/loader/absent").await;
    let _ = crate::client::exchange(address, b"GET /loader HTTP/1.1\r\nHost: x\r\n\r\n").await;
    drop(proxy);
    let reported: Vec<_> = file
        .exchanges()
        .into_iter()
        .map(|one| (one.number, one.at, one.target, one.answer.map(|answer| answer.http), one.fault.map(|fault| fault.name)))
        .collect();
    let expected = [
        (0, 0.0, "/loader/load-1?details=TRUE".to_owned(), Some(200), None),
        (1, 2.5, "/loader/load-2".to_owned(), Some(404), None),
        (2, 2.5, "/loader".to_owned(), Some(200), Some("cut_body".to_owned())),
    ];
    assert_eq!(reported, expected);
    let answer = file.exchanges().remove(2).answer.unwrap();
    let Some(Body::Json(listed)) = answer.body else { panic!("a list is JSON") };
    assert_eq!(listed["payload"]["loadIds"], json!(["load-3", "load-1"]));
}

#[tokio::test]
async fn a_fault_is_recorded_as_it_was_put_in() {
    let (behind, file) = (simulator().await, RecordingFile::new());
    let proxy = recording(behind.first().address(), &file.path).await;
    for fault in [
        json!({"on": {"request": 1}, "does": {"gateway": 502}}),
        json!({"on": {"request": 2}, "does": {"gateway": 503}, "after": "1ms", "clock": "wall"}),
        json!({"on": {"request": 3}, "use": "throttle-429"}),
        json!({"on": {"request": 4}, "does": {"gateway": 504}, "name": "of jane"}),
    ] {
        proxy.first().add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
    }
    for status in [502, 503, 429, 504] {
        assert_eq!(ask(proxy.first().address(), "GET", "/loader").await.status, status);
    }
    drop(proxy);
    let reported: Vec<_> = file.exchanges().into_iter().map(|one| serde_json::to_value(one.fault).unwrap()).collect();
    let throttle = json!({"error": {"code": "TooManyRequestsException", "message": "Too many requests"}});
    let expected = [
        json!({"name": "gateway", "does": {"gateway": 502}}),
        json!({"name": "gateway 2", "does": {"gateway": 503}, "after": "1ms"}),
        json!({"name": "throttle-429", "does": throttle}),
        json!({"name": "name-1", "does": {"gateway": 504}}),
    ];
    assert_eq!(reported, expected);
}

#[tokio::test]
async fn an_exchange_is_in_the_file_as_soon_as_it_is_answered() {
    let (behind, file) = (simulator().await, RecordingFile::new());
    let proxy = recording(behind.first().address(), &file.path).await;
    for count in 1..=3 {
        ask(proxy.first().address(), "GET", "/loader").await;
        // The line is written when the answer has been decided, and the client sees it a moment later.
        assert_eq!(file.exchanges().len(), count);
    }
}

#[tokio::test]
async fn a_client_that_leaves_is_recorded_without_an_answer() {
    let file = RecordingFile::new();
    let mut endpoint = Endpoint::saying("", false).await;
    let proxy = recording(endpoint.address, &file.path).await;
    let mut client = TcpStream::connect(proxy.first().address()).await.unwrap();
    client.write_all(b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    endpoint.asked().await;
    drop(client);
    endpoint.left().await;
    proxy.shutdown().await;
    let exchanges = file.exchanges();
    assert_eq!((exchanges.len(), exchanges[0].answer.as_ref()), (1, None));
}

/// A pipe without a reader takes 64 KiB and then blocks the writer.
#[cfg(unix)]
#[tokio::test]
async fn a_recording_that_is_stuck_stops_neither_the_proxy_nor_the_control_api() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let body =
        json!({"status": "200 OK", "payload": {"loadIds": vec!["0a237328-afd5-4574-a0bc-c29ce5f54802"; 1000]}}).to_string();
    let endpoint = Endpoint::answering("200 OK", body.as_bytes()).await;
    let options = options(endpoint.address);
    let recorder = Recorder::append(&path, &options.address).unwrap();
    let proxy = Sim::start(spec(options, Some(recorder.clone())), anywhere()).await.unwrap();
    for _ in 0..20 {
        assert_eq!(ask(proxy.first().address(), "GET", "/loader").await.status, 200);
    }
    let described = ask(proxy.first().address(), "GET", "/_sim/clusters/proxy").await.json();
    let written = described["recording"]["written"].as_u64().unwrap();
    assert!((1..10).contains(&written) && described["recording"]["lost"] == 0, "{described}");
    tokio::time::timeout(std::time::Duration::from_secs(10), proxy.shutdown()).await.expect("it ends all the same");
    assert_eq!(recorder.finish(std::time::Duration::ZERO), Recorded { written, lost: 20 - written });
    // Lets the writer go.
    std::thread::spawn(move || std::io::copy(&mut std::fs::File::open(path).unwrap(), &mut std::io::sink()));
    assert_eq!(recorder.finish(std::time::Duration::from_mins(1)), Recorded { written: 20, lost: 0 });
}

/// Names that cannot be confused with words of the loader's.
fn name() -> impl Strategy<Value = String> {
    "[a-z]{3}[0-9]{3}[a-z]{3,8}"
}

#[derive(Clone, Debug)]
struct Names {
    account: String,
    role: String,
    bucket: String,
    key: String,
    host: String,
    load: String,
    secret: String,
    token: String,
    signature: String,
    value: String,
    mail: String,
    hex: String,
}

prop_compose! {
    fn names()(
        account in "[1-9][0-9]{11}", role in name(), bucket in name(), key in name(), host in name(), load in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
        secret in "[A-Za-z0-9/+]{40}", token in "[A-Za-z0-9/+]{60}=", signature in "[0-9a-f]{64}", value in name(),
        mail in "[a-z]{3}[0-9]{3}[.][a-z]{3,8}@[a-z]{4}[0-9][.]example", hex in "[0-9a-f]{40}",
    ) -> Names {
        Names { account, role, bucket, key, host, load, secret, token, signature, value, mail, hex }
    }
}

impl Names {
    fn all(&self) -> [&str; 12] {
        let Self { account, role, bucket, key, host, load, secret, token, signature, value, mail, hex } = self;
        [account, role, bucket, key, host, load, secret, token, signature, value, mail, hex]
    }

    /// Every name in places that the recorder does not know.
    fn strange_answer(&self) -> String {
        let anywhere = |name: &str| {
            json!({
                name: name, "tags": format!("owner={name}"), "status": name, "code": name, "format": name, "payload": [name, {"role": name}],
                "message": format!("Could not parse \"{name}\", `{name}` or <{name}>: {name}, ({name}) {name}. ip.{name}.internal [{name}]:80"),
                "detailedMessage": format!("see ftp://{name}/ https://{name}/{name}?{name}#{name} arn:aws:x:{name}:{name}:{name} id={name}"),
                "fileName": format!("in/{name}.csv"), "fullUri": name, "labMode": {name: name}, "startTime": name,
            })
        };
        json!({"payload": self.all().map(anywhere)}).to_string()
    }

    /// An answer that has everything in it, in every place where it can stand.
    fn answer(&self) -> String {
        let Self { account, role, bucket, key, host, load, secret, token, signature, value, .. } = self;
        json!({
            "status": "200 OK",
            "payload": {
                "overallStatus": {"fullUri": format!("s3://{bucket}/{key} of/{key}.csv"), "status": "LOAD_FAILED"},
                "errors": {"loadId": load, "errorLogs": [
                    {"errorMessage": format!("Either from vertex, '{value}', or to vertex, '{value}', is not present."), "fileName": format!("s3://{bucket}/{key}")},
                    {"errorMessage": format!("The bucket {bucket} of {account} is not for arn:aws:iam::{account}:role/{role}")},
                ]},
            },
            "requestId": load,
            "message": format!("https://{host}.cluster-x.us-east-1.neptune.amazonaws.com:8182 refused AKIA{}: {token} {signature} {load}", &account),
            "secretKey": secret,
        })
        .to_string()
    }

    fn start(&self) -> String {
        let Self { account, role, bucket, key, secret, load, .. } = self;
        json!({
            "source": format!("https://s3.us-east-1.amazonaws.com/{bucket}/{key}/"), "format": "csv", "region": "us-east-1",
            "iamRoleArn": format!("arn:aws:iam::{account}:role/path/{role}"), "accessKey": secret, "secretKey": secret, "dependencies": [load],
        })
        .to_string()
    }

    fn headers(&self) -> [(String, String); 3] {
        let Self { account, token, signature, host, .. } = self;
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIA{account}/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host, Signature={signature}"
        );
        [
            ("Authorization".into(), authorization),
            ("X-Amz-Security-Token".into(), token.clone()),
            ("Host".into(), format!("{host}.cluster-x.us-east-1.neptune.amazonaws.com:8182")),
        ]
    }
}

/// The names that stand in a text, also if it has them in another notation.
fn reported<'a>(text: &str, names: &'a Names) -> Vec<&'a str> {
    let encoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let plain = text.replace("\\/", "/");
    let is_shown = |name: &&str| text.contains(*name) || encoded.contains(*name) || plain.contains(*name);
    names.all().into_iter().filter(is_shown).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_and_no_secret_is_in_the_file(names in names()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let text = runtime.block_on(async {
            let file = RecordingFile::new();
            let endpoint = Endpoint::answering(&format!("200 OK\r\nlocation: https://{}.example/", names.host), names.answer().as_bytes()).await;
            let proxy = recording(endpoint.address, &file.path).await;
            let error = json!({"does": {"error": {"code": "BadRequestException", "message": format!("no s3://{}/", names.bucket)}}, "on": {"operation": "list"}});
            proxy.first().add_fault(&serde_json::from_value(error).unwrap()).unwrap();
            let headers = names.headers();
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let encoded = names.bucket.replace('a', "%61");
            for (method, target, body) in [
                ("POST", "/loader".to_owned(), names.start()),
                ("POST", format!("/loader?source=s3%3A%2F%2F{encoded}%2F{}%2F&secretKey={}", names.key, names.signature), String::new()),
                ("GET", format!("/loader/{}?details=TRUE", names.load), String::new()),
                ("GET", format!("/loader?loadId={}&X-Amz-Signature={}", names.load, names.signature), String::new()),
                ("GET", "/loader".to_owned(), String::new()),
                ("POST", format!("/gremlin?gremlin={}", names.value), names.value.clone()),
                ("GET", format!("/{}/{}", names.key, names.value), String::new()),
            ] {
                ask_with(proxy.first().address(), method, &target, &headers, &body).await;
            }
            file.text()
        });
        prop_assert_eq!(text.lines().count(), 8);
        prop_assert_eq!(reported(&text, &names), Vec::<&str>::new(), "{}", text);
    }

    #[test]
    fn nothing_is_in_the_file_whatever_place_it_stands_in(names in names()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let text = runtime.block_on(async {
            let file = RecordingFile::new();
            for name in names.all() {
                let encoded = name.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
                let head = format!("400 Bad Request\r\nlocation: https://{name}@login.acme.internal/{name}?user={name}\r\ncontent-type: application/json; x={name}\r\nretry-after: {name}\r\nx-amzn-errortype: {name}");
                let endpoint = Endpoint::answering(&head, names.strange_answer().as_bytes()).await;
                let proxy = recording(endpoint.address, &file.path).await;
                let fault = json!({"name": names.value, "does": {"answer": {"http": 200, "json": {name: name}, "headers": {"x-a": name}}}, "on": {"operation": "cancel"}});
                proxy.first().add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
                let sdk = format!("attempt=1; {name}; max={name}");
                let kind = format!("text/{}; x={name}", names.value);
                let headers = [("amz-sdk-request", sdk.as_str()), ("amz-sdk-invocation-id", name), ("content-type", &kind)];
                let json = names.strange_answer();
                let quoted = json!(name).to_string();
                let form = format!("{encoded}={encoded}&source={encoded}");
                for (method, target, body) in [
                    ("POST", "/loader".to_owned(), json.as_str()),
                    ("POST", "/loader".to_owned(), name),
                    ("POST", "/loader".to_owned(), &quoted),
                    ("POST", "/loader".to_owned(), &form),
                    ("GET", format!("/loader?{encoded}={encoded}&limit={encoded}"), ""),
                    ("DELETE", format!("/loader/{encoded}"), ""),
                    ("GET", format!("/status/{encoded}"), ""),
                    ("GET", format!("/acme/{encoded}"), ""),
                ] {
                    ask_with(proxy.first().address(), method, &target, &headers, body).await;
                }
            }
            file.text()
        });
        prop_assert_eq!(text.lines().count(), 12 * 9);
        prop_assert_eq!(reported(&text, &names), Vec::<&str>::new(), "{}", text);
    }
}
