//! Requests as real clients sign them, for tests: by botocore (recorded) and by AWS's crate for Rust.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use axum::http::Request;
use axum::http::request::Parts;
use neptune_loader::ApiError;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::AuthenticationExt;
use super::{Action, Authentication, Denied};

pub(super) const KEY_ID: &str = "AKIDEXAMPLE";
pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "session-token/with+signs=";
pub(super) const HOST: &str = "cluster.example.com:8182";

/// 2015-08-30T12:36:00Z, the moment of AWS's own examples.
pub(super) fn moment() -> SystemTime {
    UNIX_EPOCH + Duration::from_mins(24_015_636)
}

/// A cluster that knows one key.
pub(super) fn cluster() -> Authentication {
    with_key(&json!({"id": KEY_ID, "secret": SECRET}))
}

pub(super) fn with_key(key: &Value) -> Authentication {
    serde_json::from_value(json!({"keys": [key]})).unwrap()
}

type Pairs = Vec<(String, String)>;

/// What a request consists of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Pairs,
    pub(super) body: Vec<u8>,
}

impl Sent {
    pub(super) fn new(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = [("host", HOST)].iter().chain(headers);
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn head(&self) -> Parts {
        let request = Request::builder().method(self.method.as_str()).uri(&self.target);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(()).unwrap().into_parts().0
    }

    pub(super) fn header(&mut self, name: &str) -> &mut String {
        &mut self.headers.iter_mut().find(|(given, _)| given == name).unwrap().1
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(given, _)| given != name);
        self
    }

    pub(super) fn without_parameter(mut self, name: &str) -> Self {
        let (path, query) = self.target.split_once('?').unwrap();
        let kept: Vec<&str> = query.split('&').filter(|pair| pair.split_once('=').unwrap().0 != name).collect();
        self.target = format!("{path}?{}", kept.join("&"));
        self
    }

    /// What a cluster says to it at the moment of its signature.
    pub(super) fn to(&self, cluster: &Authentication) -> Result<Option<String>, ApiError> {
        self.to_at(cluster, moment())
    }

    pub(super) fn to_at(&self, cluster: &Authentication, now: SystemTime) -> Result<Option<String>, ApiError> {
        self.asked(cluster, now).map_err(|denied| denied.error)
    }

    pub(super) fn asked(&self, cluster: &Authentication, now: SystemTime) -> Result<Option<String>, Denied> {
        cluster.authorise(&self.head(), &self.body, Some(Action::ListLoaderJobs), now)
    }
}

/// The signer, its scope and its method.
#[derive(Clone)]
pub(super) struct Signer {
    pub(super) key_id: &'static str,
    pub(super) secret: &'static str,
    pub(super) token: Option<&'static str>,
    pub(super) region: &'static str,
    pub(super) service: &'static str,
    pub(super) settings: SigningSettings,
}

impl Default for Signer {
    fn default() -> Self {
        let settings = SigningSettings::default();
        Self { key_id: KEY_ID, secret: SECRET, token: None, region: "us-east-1", service: "neptune-db", settings }
    }
}

impl Signer {
    pub(super) fn presigning(lifetime: Duration) -> Self {
        let mut signer = Self::default();
        signer.settings.signature_location = SignatureLocation::QueryParams;
        signer.settings.expires_in = Some(lifetime);
        signer
    }

    pub(super) fn sign(&self, mut sent: Sent) -> Sent {
        let body = SignableBody::Bytes(&sent.body);
        let (headers, pairs) = self.instructions(&sent, body);
        let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        if !pairs.is_empty() {
            let separator = if sent.target.contains('?') { '&' } else { '?' };
            sent.target = format!("{}{separator}{pairs}", sent.target);
        }
        sent.headers.extend(headers);
        sent
    }

    /// The headers and the query parameters that make the request a signed one.
    fn instructions(&self, sent: &Sent, body: SignableBody<'_>) -> (Pairs, Pairs) {
        let token = self.token.map(str::to_owned);
        let identity = Credentials::new(self.key_id, self.secret, token, None, "test").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(moment())
            .settings(self.settings.clone())
            .build()
            .unwrap()
            .into();
        let url = format!("http://{HOST}{}", sent.target);
        let headers = sent.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request = SignableRequest::new(&sent.method, url, headers, body).unwrap();
        let (instructions, _) = sign(request, &params).unwrap().into_parts();
        let (headers, pairs) = instructions.into_parts();
        let headers = headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned())).collect();
        (headers, pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect())
    }
}

fn user() -> String {
    "arn:aws:iam::123456789012:user/AKIDEXAMPLE".to_owned()
}

#[rstest]
#[case::list("GET", "/loader?limit=3&includeQueuedLoads=TRUE", "")]
#[case::slash_in_the_id("GET", "/loader/a%2Fb?details=true", "")]
#[case::spaces_and_unicode_in_the_id("GET", "/loader/a%20b%E2%82%AC~c", "")]
#[case::plus_is_a_space("GET", "/loader?loadId=a+b", "")]
#[case::repeated_keys("GET", "/loader?b=2&a=&b=1&a", "")]
#[case::dots("GET", "/loader/../status/./", "")]
#[case::start("POST", "/loader", r#"{"source": "s3://bucket/café/", "format": "csv"}"#)]
#[case::cancel("DELETE", "/loader/0a237328-afd5", "")]
fn what_the_sdk_for_rust_signs_passes(#[case] method: &str, #[case] target: &str, #[case] body: &str) {
    let sent = Sent::new(method, target, &[("content-type", "application/json"), ("my-header", " a   b ")], body);
    assert_eq!(Signer::default().sign(sent).to(&cluster()), Ok(Some(user())));
}

#[test]
fn what_botocore_signed_passes() {
    let file: Value = serde_json::from_str(include_str!("vectors.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 17);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let headers = vector["headers"].as_object().unwrap();
        let sent = Sent {
            headers: headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect(),
            ..Sent::new(text("method"), text("target"), &[], text("body"))
        };
        let key = json!({"id": KEY_ID, "secret": SECRET, "session_token": vector["session_token"]});
        assert_eq!(sent.to(&with_key(&key)), Ok(Some(user())), "{}", vector["name"]);
        let other = json!({"id": KEY_ID, "secret": "another", "session_token": vector["session_token"]});
        assert!(sent.to(&with_key(&other)).is_err(), "{} passes with another secret", vector["name"]);
    }
}

#[test]
fn the_host_counts_as_it_was_sent() {
    let bare = Sent { headers: vec![("host".into(), "cluster.example.com".into())], ..Sent::new("GET", "/loader", &[], "") };
    let mut sent = Signer::default().sign(bare);
    assert_eq!(sent.to(&cluster()), Ok(Some(user())));
    HOST.clone_into(sent.header("host"));
    assert!(sent.to(&cluster()).is_err());
}

#[test]
fn a_temporary_key_signs_with_its_token() {
    let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "session_token": TOKEN}));
    let sent = Signer { token: Some(TOKEN), ..Signer::default() }.sign(Sent::new("GET", "/loader", &[], ""));
    assert_eq!(sent.to(&cluster), Ok(Some(user())));
    let presigned = Signer { token: Some(TOKEN), ..Signer::presigning(Duration::from_mins(1)) };
    assert_eq!(presigned.sign(Sent::new("GET", "/loader", &[], "")).to(&cluster), Ok(Some(user())));
}

#[test]
fn a_token_need_not_be_signed() {
    // neptune-python-utils sends it so.
    let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "session_token": TOKEN}));
    let mut sent = Signer::default().sign(Sent::new("GET", "/loader", &[], ""));
    sent.headers.push(("x-amz-security-token".to_owned(), TOKEN.to_owned()));
    assert_eq!(sent.to(&cluster), Ok(Some(user())));
}

#[test]
fn a_presigned_url_is_good_for_its_parameters_too() {
    let sent = Signer::presigning(Duration::from_hours(2)).sign(Sent::new("GET", "/loader?loadId=a%2Fb&details=TRUE", &[], ""));
    assert_eq!(sent.to(&cluster()), Ok(Some(user())));
}

#[test]
fn a_hash_of_the_body_may_be_sent_if_it_is_the_right_one() {
    let mut signer = Signer::default();
    signer.settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let mut sent = signer.sign(Sent::new("POST", "/loader", &[], "{}"));
    assert_eq!(sent.to(&cluster()), Ok(Some(user())));
    sent.body = b"[]".to_vec();
    assert!(sent.to(&cluster()).is_err());
}

#[test]
fn an_unsigned_body_may_be_any() {
    let mut signer = Signer::default();
    signer.settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let mut sent = Sent::new("POST", "/loader", &[], "{}");
    let (headers, _) = signer.instructions(&sent, SignableBody::UnsignedPayload);
    sent.headers.extend(headers);
    assert_eq!(sent.to(&cluster()), Ok(Some(user())));
    sent.body = b"[]".to_vec();
    assert_eq!(sent.to(&cluster()), Ok(Some(user())));
    // Taking the mark away afterwards does not make the body signed.
    assert!(sent.without("x-amz-content-sha256").to(&cluster()).is_err());
}

#[test]
fn without_authentication_everybody_passes() {
    let unsigned = Sent::new("GET", "/loader", &[], "");
    assert_eq!(unsigned.to(&Authentication::Off), Ok(None));
    let wrong = Signer { secret: "another", ..Signer::default() }.sign(unsigned);
    assert_eq!(wrong.to(&Authentication::Off), Ok(None));
}

#[test]
fn a_key_has_the_user_that_it_was_given() {
    let user = "arn:aws:sts::123456789012:assumed-role/Load/session";
    let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "user": user}));
    let sent = Signer::default().sign(Sent::new("GET", "/loader", &[], ""));
    assert_eq!(sent.to(&cluster), Ok(Some(user.to_owned())));
}

#[test]
fn thousands_of_signed_headers_are_only_one_too_many() {
    let mut sent = Signer::default().sign(Sent::new("GET", "/loader", &[], ""));
    let names: Vec<String> = (0..20_000).map(|nth| format!("h{nth}")).collect();
    let many = format!("SignedHeaders={};", names.join(";"));
    *sent.header("authorization") = sent.header("authorization").replace("SignedHeaders=", &many);
    assert!(sent.to(&cluster()).unwrap_err().message.starts_with("'h0' is named as a SignedHeader"));
}

#[test]
fn a_header_that_is_signed_over_and_over_counts_once() {
    let mut sent = Signer::default().sign(Sent::new("GET", "/loader", &[("big", &"x".repeat(50_000))], ""));
    let often = format!("SignedHeaders={}", "big;".repeat(50_000));
    *sent.header("authorization") = sent.header("authorization").replace("SignedHeaders=", &often);
    assert_eq!(sent.to(&cluster()), Ok(Some(user())));
}

/// Changes that an attacker might make to a request on its way.
#[derive(Clone, Debug)]
enum Change {
    Method,
    Path(String),
    Parameter(String),
    Header(String),
    AnotherHeader(String),
    Body(String),
    Date,
    Signature(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let word = "[a-zA-Z0-9%]{0,2}[a-z]";
    prop_oneof![
        Just(Change::Method),
        "[a-z0-9]{1,4}".prop_map(Change::Path),
        word.prop_map(Change::Parameter),
        "[!-~]{1,4}".prop_map(Change::Header),
        "[!-~]{1,4}".prop_map(Change::AnotherHeader),
        ".{1,4}".prop_map(Change::Body),
        Just(Change::Date),
        any::<prop::sample::Index>().prop_map(Change::Signature),
    ]
}

fn changed(mut sent: Sent, change: &Change) -> Sent {
    match change {
        Change::Method => "PUT".clone_into(&mut sent.method),
        Change::Path(more) => sent.target = sent.target.replacen('?', &format!("{more}?"), 1),
        Change::Parameter(more) => sent.target += more,
        Change::Header(more) => *sent.header("my-header") += more,
        Change::AnotherHeader(value) => sent.headers.push(("my-header".to_owned(), value.clone())),
        Change::Body(more) => sent.body.extend(more.bytes()),
        Change::Date => "20150830T123601Z".clone_into(sent.header("x-amz-date")),
        Change::Signature(index) => {
            let authorization = sent.header("authorization");
            let at = authorization.len() - 64 + index.index(64);
            let digit = if &authorization[at..=at] == "0" { "1" } else { "0" };
            authorization.replace_range(at..=at, digit);
        }
    }
    sent
}

proptest! {
    #[test]
    fn a_signed_request_passes_and_a_changed_one_does_not(
        method in prop::sample::select(vec!["GET", "POST", "DELETE"]),
        id in "(%[0-9A-F]{2}|[a-zA-Z0-9._~+:@!$&'()*,;=-]){1,12}",
        parameters in prop::collection::vec("[a-z]{1,3}=(%[2-7][0-9A-F]|[a-zA-Z0-9+~:/?@!-]){0,8}", 0..4),
        value in "[ -~]{0,12}",
        body in ".{0,40}",
        change in change(),
    ) {
        let target = format!("/loader/{id}?{}", [parameters, vec!["last=1".to_owned()]].concat().join("&"));
        let sent = Signer::default().sign(Sent::new(method, &target, &[("my-header", &format!("v{value}"))], &body));
        prop_assert_eq!(sent.to(&cluster()), Ok(Some(user())));
        let changed = changed(sent.clone(), &change);
        prop_assert_ne!(&changed, &sent);
        prop_assert!(changed.to(&cluster()).is_err(), "{:?} goes unnoticed", change);
        let other_key = with_key(&json!({"id": KEY_ID, "secret": format!("{SECRET}{value}!")}));
        prop_assert!(sent.to(&other_key).is_err());
    }

    #[test]
    fn garbage_is_refused_and_does_no_harm(
        authorization in prop_oneof![
            prop::collection::vec(prop_oneof![Just(b'\t'), 32_u8..127, 128_u8..=255], 0..200),
            "AWS4-HMAC-SHA256 ((Credential|Signature|SignedHeaders)=[ -~]{0,40},? ?){0,4}".prop_map(String::into_bytes),
        ],
        date in prop::collection::vec(prop_oneof![32_u8..127, 128_u8..=255], 0..20),
        query in "((X-Amz-(Algorithm|Credential|Signature|SignedHeaders|Date|Expires)|[a-z])=[a-zA-Z0-9%+/;-]{0,30}&){0,8}",
    ) {
        let request = Request::get(format!("/loader?{query}"))
            .header("authorization", &authorization[..])
            .header("x-amz-date", &date[..]);
        let (head, ()) = request.body(()).unwrap().into_parts();
        let refused = cluster().authorise(&head, &[], Some(Action::ListLoaderJobs), moment());
        prop_assert_eq!(refused.unwrap_err().error.http_status(), 403);
    }
}
