//! Authentication as clients see it: which requests pass, how a refusal is explained, and which clock counts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use neptune_control::Explanation;
use neptune_server::{Authentication, ClockKind, ClusterSpec, Sim, SimOptions, Tls};
use rstest::rstest;
use serde_json::{Value, json};

use crate::anywhere;
use crate::client::{Answer, Connection, ask_with};
use crate::key::{KEY_ID, SECRET, signed, signer};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                        Access Key and signing method. Consult the service documentation for details.";

fn iam(more: &Value) -> Authentication {
    let mut settings = json!({"keys": [{"id": KEY_ID, "secret": SECRET}]});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(settings).unwrap()
}

async fn started(authentication: Authentication, strict: bool) -> Sim {
    let spec = ClusterSpec { authentication, strict, ..ClusterSpec::new("first", ClockKind::Manual) };
    Sim::start(spec, anywhere()).await.unwrap()
}

/// What is signed, and what is sent.
#[derive(Clone, Copy)]
struct Call {
    method: &'static str,
    /// As it is signed.
    signed: &'static str,
    /// As it is sent.
    target: &'static str,
    /// As it is signed.
    host: &'static str,
    body: &'static str,
}

impl Call {
    fn get(target: &'static str) -> Self {
        Self { method: "GET", signed: target, target, host: "localhost", body: "" }
    }

    async fn send(self, sim: &Sim, now: SystemTime) -> Answer {
        let signature = signed(&signer(None), (self.method, self.signed), self.host, self.body, now);
        let signature = signature.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<_> = signature.chain([("Host", "localhost")]).collect();
        ask_with(sim.first().address(), self.method, self.target, &headers, self.body).await
    }
}

/// The log's entry for the last request.
fn explained(sim: &Sim) -> Option<Explanation> {
    sim.first().requests().requests.pop().unwrap().explanation
}

#[rstest]
#[case::another_method("PUT", "/loader", 405)]
#[case::another_method_of_status("POST", "/status", 405)]
#[case::another_language("GET", "/gremlin", 400)]
#[case::an_unknown_path("GET", "/elsewhere", 400)]
#[case::the_root("GET", "/", 400)]
#[case::opencypher("POST", "/openCypher", 400)]
#[case::sparql("POST", "/sparql", 400)]
#[case::a_longer_path("GET", "/loader/a/b", 400)]
#[tokio::test]
async fn whatever_is_asked_who_asks_comes_first(
    #[case] method: &'static str,
    #[case] target: &'static str,
    #[case] status: u16,
) {
    let open = started(Authentication::Off, false).await;
    assert_eq!(ask_with(open.first().address(), method, target, &[], "").await.status, status);
    for allow in [json!(["neptune-db:*"]), json!([])] {
        let sim = started(iam(&json!({"keys": [{"id": "AKIDEXAMPLE", "secret": SECRET, "allow": allow}]})), false).await;
        let unsigned = ask_with(sim.first().address(), method, target, &[], "").await;
        assert_eq!((unsigned.status, &unsigned.json()["message"]), (403, &json!("Missing Authentication Token")));
        let call = Call { method, ..Call::get(target) };
        assert_eq!(call.send(&sim, SystemTime::now()).await.status, status, "signed");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_no_way_round_authentication() {
    let sim = started(iam(&json!({})), false).await;
    let body = "x".repeat(65 * 1024);
    let unsigned = ask_with(sim.first().address(), "POST", "/loader", &[], &body).await;
    assert_eq!((unsigned.status, &unsigned.json()["message"]), (403, &json!("Missing Authentication Token")));
}

#[rstest]
#[case::without_iam("off", false, 405)]
#[case::in_strict_mode("off", true, 403)]
#[tokio::test]
async fn an_unknown_path_has_to_be_signed_in_strict_mode_too(#[case] iam: &str, #[case] strict: bool, #[case] status: u16) {
    let sim = started(serde_json::from_value(json!(iam)).unwrap(), strict).await;
    assert_eq!(ask_with(sim.first().address(), "PUT", "/loader", &[], "").await.status, status);
    let elsewhere = ask_with(sim.first().address(), "GET", "/gremlin", &[], "").await;
    assert_eq!(elsewhere.status, if strict { 403 } else { 400 });
}

#[rstest]
#[case::five_minutes_old(-299, true)]
#[case::older(-302, false)]
#[case::five_minutes_ahead(299, true)]
#[case::further_ahead(303, false)]
#[tokio::test]
async fn a_signature_lives_five_minutes(#[case] offset_secs: i64, #[case] passes: bool) {
    let sim = started(iam(&json!({})), false).await;
    let by = Duration::from_secs(offset_secs.unsigned_abs());
    let now = SystemTime::now();
    let answer = Call::get("/loader").send(&sim, if offset_secs < 0 { now - by } else { now + by }).await;
    assert_eq!(answer.status, if passes { 200 } else { 403 }, "{}", answer.body);
    if !passes {
        let sign = if offset_secs < 0 { '-' } else { '+' };
        assert!(answer.json()["message"].as_str().unwrap().ends_with(&format!(" {sign} 5 min.)")), "{}", answer.body);
    }
}

/// Seconds since 1970 of `Sun, 30 Aug 2015 12:36:00 GMT`.
fn seconds(date: &str) -> i64 {
    let words: Vec<&str> = date.split(' ').collect();
    let [_, day, month, year, time, "GMT"] = words[..] else { panic!("{date}") };
    let number = |text: &str| text.parse::<i64>().unwrap();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = i64::try_from(months.iter().position(|name| *name == month).unwrap()).unwrap() + 1;
    let time: Vec<i64> = time.split(':').map(number).collect();
    // Zeller's way of counting days: a year begins in March.
    let (year, month) = if month > 2 { (number(year), month) } else { (number(year) - 1, month + 12) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + number(day) - 719_469;
    days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
}

fn now_secs() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

#[rstest]
#[case::ahead("20m", 1200)]
#[case::behind("-20m", -1200)]
#[case::far_behind("-400d", -34_560_000)]
#[tokio::test]
async fn a_client_that_corrects_its_clock_by_the_date_gets_through(#[case] skew: &str, #[case] offset: i64) {
    let sim = started(iam(&json!({"skew": skew})), false).await;
    let refused = Call::get("/loader").send(&sim, SystemTime::now()).await;
    assert_eq!(refused.status, 403);
    let reported = seconds(refused.header("date").unwrap()) - now_secs();
    assert!((reported - offset).abs() <= 2, "{reported}");
    let by = Duration::from_secs(reported.unsigned_abs());
    let corrected = if reported < 0 { SystemTime::now() - by } else { SystemTime::now() + by };
    let answer = Call::get("/loader").send(&sim, corrected).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!((seconds(answer.header("date").unwrap()) - now_secs() - offset).abs() <= 2);
}

#[rstest]
#[case::an_error(json!({"does": {"error": "InternalFailureException"}}))]
#[case::a_gateways_page(json!({"does": {"gateway": 502}}))]
#[tokio::test]
async fn every_answer_tells_the_wrong_time(#[case] fault: Value) {
    let sim = started(iam(&json!({"skew": "1h"})), false).await;
    sim.first().add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
    let answer = Call::get("/loader").send(&sim, SystemTime::now()).await;
    assert!((seconds(answer.header("date").unwrap()) - now_secs() - 3600).abs() <= 2);
}

#[tokio::test]
async fn a_right_clock_tells_the_right_time() {
    let sim = started(iam(&json!({})), false).await;
    let answer = Call::get("/loader").send(&sim, SystemTime::now()).await;
    assert!((seconds(answer.header("date").unwrap()) - now_secs()).abs() <= 2);
}

const UNSIGNED_QUERY: Call = Call { signed: "/loader", target: "/loader?limit=3", method: "GET", host: "localhost", body: "" };
const ANOTHER_HOST: Call = Call { signed: "/loader", target: "/loader", method: "GET", host: "other.example", body: "" };

#[rstest]
#[case::an_unsigned_query(UNSIGNED_QUERY, "the query is not signed")]
#[case::another_host(ANOTHER_HOST, "the signature fits neither another host, path, order of the query nor body")]
#[tokio::test]
async fn a_refused_signature_is_explained_in_the_log_and_in_strict_mode(#[case] call: Call, #[case] hint: &str) {
    let sim = started(iam(&json!({})), false).await;
    let answer = call.send(&sim, SystemTime::now()).await;
    assert_eq!((answer.status, &answer.json()["message"]), (403, &json!(MISMATCH)), "Neptune explains nothing");
    let reported = explained(&sim).unwrap();
    assert!(reported.hint.starts_with(hint), "{}", reported.hint);
    let canonical = reported.canonical_request.unwrap();
    assert!(canonical.starts_with("GET\n/loader\n") && canonical.contains("\nhost:localhost\n"), "{canonical}");
    assert!(reported.string_to_sign.unwrap().contains("/us-east-1/neptune-db/aws4_request\n"));

    let strict = started(iam(&json!({})), true).await;
    let body = call.send(&strict, SystemTime::now()).await.json();
    for key in ["message", "detailedMessage"] {
        let text = body[key].as_str().unwrap();
        let begin = format!("{MISMATCH} Hint of the simulator's strict mode: {hint}");
        assert!(text.starts_with(&begin), "{key}: {text}");
    }
    assert_eq!(strict.first().requests().requests[0].evidence, None, "that is not what Neptune says");
}

#[tokio::test]
async fn what_passes_is_not_explained() {
    let sim = started(iam(&json!({})), true).await;
    assert_eq!(Call::get("/loader").send(&sim, SystemTime::now()).await.status, 200);
    assert_eq!(explained(&sim), None);
}

#[tokio::test]
async fn strict_mode_hints_in_both_texts_whatever_the_quirk_says() {
    for word in ["both", "detailed_only", "message_only"] {
        let sim = started(Authentication::Off, true).await;
        sim.first().set_quirks([("error_texts", word.to_owned())]).unwrap();
        let body = ask_with(sim.first().address(), "GET", "/loader", &[], "").await.json();
        for key in ["message", "detailedMessage"] {
            assert!(body[key].as_str().is_some_and(|text| text.contains("Hint: sign it")), "{word}: {body}");
        }
    }
}

/// A signed request in strict mode, sent with this `Host`; without one, if that is empty.
async fn with_host(sim: &Sim, host: &str) -> Answer {
    let signed = "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host, Signature=0";
    let host = if host.is_empty() { String::new() } else { format!("Host: {host}\r\n") };
    let request = format!("GET /loader HTTP/1.1\r\n{host}{signed}\r\n\r\n");
    Connection::open(sim.first().address()).await.exchange(request.as_bytes()).await.unwrap()
}

#[rstest]
#[case::localhost("localhost:8182", true)]
#[case::in_capitals("LOCALHOST", true)]
#[case::an_address("127.0.0.1:8182", true)]
#[case::version_6("[::1]:8182", true)]
#[case::a_name_of_this_machine("neptune.localhost", true)]
#[case::any_real_cluster("my-cluster.cluster-abc.us-east-1.neptune.amazonaws.com:8182", true)]
#[case::a_load_balancer("nlb-x.elb.us-east-1.amazonaws.com:8182", false)]
#[case::another_host("other.example", false)]
#[case::what_looks_like_it("localhost.example", false)]
#[case::none("", false)]
#[tokio::test]
async fn strict_mode_knows_the_clusters_name(#[case] host: &str, #[case] passes: bool) {
    let strict = started(Authentication::Off, true).await;
    let answer = with_host(&strict, host).await;
    assert_eq!(answer.status, if passes { 200 } else { 400 }, "{}", answer.body);
    if !passes {
        let body = answer.json();
        assert_eq!((&body["code"], &body["message"]), (&json!("BadRequestException"), &json!("Bad request.")));
        assert_eq!(body["detailedMessage"], body["message"]);
        let hint = explained(&strict).unwrap().hint;
        assert!(hint.starts_with(&format!("`Host: {host}` is not this cluster: the cluster is localhost; keep")), "{hint}");
    }
    let open = started(Authentication::Off, false).await;
    assert_eq!(with_host(&open, host).await.status, 200, "outside of strict mode every name will do");
}

#[rstest]
#[case::its_name("my-cluster.example:8182", true)]
#[case::in_capitals("MY-Cluster.example", true)]
#[case::another_name_of_it("other.example", true)]
#[case::one_of_a_domain("a.domain.example", true)]
#[case::localhost("localhost:8182", false)]
#[case::an_address("127.0.0.1", false)]
#[case::a_load_balancer("nlb-x.elb.us-east-1.amazonaws.com", false)]
#[tokio::test]
async fn strict_mode_takes_the_names_of_the_certificate_for_the_clusters(#[case] host: &str, #[case] passes: bool) {
    let names = ["My-Cluster.example", "other.example", "*.domain.example"].map(str::to_owned);
    let tls = Tls::with_new_ca(anywhere().ip(), &names).unwrap();
    let options = SimOptions { tls: Some(tls.clone()), ..SimOptions::new(anywhere()) };
    let spec = ClusterSpec { strict: true, ..ClusterSpec::new("first", ClockKind::Manual) };
    let sim = Sim::start_with(spec, options).await.unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca = reqwest::Certificate::from_pem(tls.ca_pem().unwrap().as_bytes()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([ca]).build().unwrap();
    let signed = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host, Signature=0";
    let url = format!("https://localhost:{}/loader", sim.first().address().port());
    let answer = client.get(url).header("Authorization", signed).header("Host", host).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), if passes { 200 } else { 400 });
    if !passes {
        let hint = explained(&sim).unwrap().hint;
        assert!(hint.contains("the cluster's name is my-cluster.example or other.example or *.domain.example"), "{hint}");
    }
}
