//! Explains to people what is wrong with a refused request: Neptune itself says only that it refuses.
//!
//! The cluster knows the secret, so it can try the usual mistakes of clients, and name the one that gives this signature.

use std::net::Ipv4Addr;

use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use neptune_control::Explanation;
use neptune_sigv4::{
    CanonicalRequest, NEPTUNE_DB, Signature, SignatureError, SigningKey, Timestamp, UNSIGNED_PAYLOAD, hash, query_as_sent,
};
use neptune_text::{cut, redact};

use super::refusal::Refusal;
use neptune_scenario::AccessKey;
use neptune_scenario::Iam;

/// How large a request's canonical form may be for its variations to be tried.
const TRIED_BYTES: usize = 8 * 1024;
/// What to do about a signature that is not written as signatures are.
const LEAVE_IT_TO_A_CLIENT: &str = "let an AWS SDK or `curl --aws-sigv4` write the signature";
/// How much of a text of the client's own is repeated.
const SHOWN_BYTES: usize = 200;

/// The explanation of a refusal, beyond Neptune's words.
pub(super) fn explain(iam: &Iam, refusal: &Refusal, head: &Parts, body: &[u8]) -> Explanation {
    let signature = Signature::read(head).ok();
    let form = signature.as_ref().and_then(|signature| CanonicalRequest::forms(head, body, signature).next());
    let string_to_sign = signature.as_ref().zip(form.as_ref()).map(|(signature, form)| signature.string_to_sign(form));
    let hint = match (refusal, signature) {
        (Refusal::WrongSignature, Some(signature)) => mismatch(iam, &signature, head, body),
        (refusal, signature) => hint(iam, refusal, signature.as_ref(), head),
    };
    Explanation { hint, canonical_request: form.map(|form| shown(&form)), string_to_sign }
}

/// A canonical request without secrets, for people.
fn shown(request: &CanonicalRequest) -> String {
    let target = format!("?{}", request.query);
    let query = redact::target(&target)[1..].to_owned();
    let header = |(name, value): &(String, Vec<u8>)| {
        let text = String::from_utf8_lossy(value);
        let shown =
            HeaderName::try_from(name).map(|name| redact::header(name.as_str(), &text).into_owned()).unwrap_or_default();
        (name.clone(), shown.into_bytes())
    };
    let headers = request.headers.iter().map(header).collect();
    String::from_utf8_lossy(&CanonicalRequest { query, headers, ..request.clone() }.text()).into_owned()
}

/// What to do about a refusal that is clear from its kind.
fn hint(iam: &Iam, refusal: &Refusal, signature: Option<&Signature>, head: &Parts) -> String {
    match refusal {
        Refusal::Signature(error) => signature_hint(&iam.region, error, signature),
        Refusal::UnknownKey => unknown_key(iam, signature, head),
        Refusal::NotAllowed { action, .. } => format!("add `{action}` to the `allow` of the key"),
        Refusal::WrongSignature => LEAVE_IT_TO_A_CLIENT.to_owned(),
    }
}

/// What to do about a signature that is not written well, or not made for this cluster or for now.
fn signature_hint(region: &str, error: &SignatureError, signature: Option<&Signature>) -> String {
    match error {
        SignatureError::Unsigned => {
            format!("sign the request with AWS Signature Version 4, for the service `{NEPTUNE_DB}` in {region}")
        }
        SignatureError::OtherAlgorithm(_) => "sign with AWS4-HMAC-SHA256".to_owned(),
        SignatureError::WrongRegion(signed) => {
            let signed = cut(signed, SHOWN_BYTES);
            format!(
                "the request is signed for the region {signed}, and the cluster is in {region}: give the client that region"
            )
        }
        SignatureError::WrongService => format!(
            "the request is signed for the service `{}`: sign for `{NEPTUNE_DB}`",
            cut(signature.map_or("", |signature| &signature.scope.service), SHOWN_BYTES)
        ),
        SignatureError::UnsignedHost => "sign the header `host`".to_owned(),
        SignatureError::AbsentHeader(name) => {
            format!("`{}` was signed and not sent: send it, or do not sign it", cut(name, SHOWN_BYTES))
        }
        SignatureError::Expired { moment, now, .. } => {
            late(*moment, *now, "behind the cluster's, or the request was signed too early")
        }
        SignatureError::NotYetCurrent { moment, now, .. } => late(*moment, *now, "ahead of the cluster's"),
        SignatureError::IncompleteHeader(_)
        | SignatureError::IncompleteQuery(_)
        | SignatureError::MalformedCredential
        | SignatureError::MalformedDate(_)
        | SignatureError::BadExpires
        | SignatureError::WrongTerminator(_)
        | SignatureError::WrongDate { .. } => LEAVE_IT_TO_A_CLIENT.to_owned(),
    }
}

fn late(moment: Timestamp, now: Timestamp, how: &str) -> String {
    format!(
        "the request is signed at {moment}, and the cluster's clock reads {now}: the client's clock is {how}; sign each request anew, just \
         before it is sent"
    )
}

/// Why the key and its token are none that the cluster has.
fn unknown_key(iam: &Iam, signature: Option<&Signature>, head: &Parts) -> String {
    let Some(signature) = signature else { return String::new() };
    let id = cut(&signature.key_id, SHOWN_BYTES);
    let token = (iam.keys.find(&signature.key_id).map(|key| key.session_token.is_some()), signature.session_token.is_some());
    match token {
        // Whatever stands there may be a secret in the wrong place.
        (None, _) => "the cluster has no such key: check the access key id, and the keys that the cluster was given".to_owned(),
        (Some(true), false) => {
            format!("the key `{id}` goes with a session token, and the request carries none: send X-Amz-Security-Token")
        }
        (Some(false), true) => {
            format!("the key `{id}` has no session token, and the request carries one: leave AWS_SESSION_TOKEN out")
        }
        (Some(_), _) if has_token_header(&head.headers) => format!("the session token is not the one of the key `{id}`"),
        (Some(_), _) => format!("the session token in the query is not the one of the key `{id}`"),
    }
}

fn has_token_header(headers: &HeaderMap) -> bool {
    headers.contains_key("x-amz-security-token")
}

/// The usual mistake that gives this signature, if there is one.
fn mismatch(iam: &Iam, signature: &Signature, head: &Parts, body: &[u8]) -> String {
    let reported = iam.keys.find(&signature.key_id).and_then(|key| fitting(key, signature, head, body));
    reported.unwrap_or_else(|| {
        let keep =
            "compare `canonical_request` with the one that the client signs, line by line; the secret may be another one, too";
        let parts = "the signature fits neither another host, path, order of the query nor body";
        format!("{parts}: {keep}")
    })
}

/// One way in which a client may have seen a part of the request.
struct Variation<T> {
    value: T,
    /// What the client did, and what it should do; nothing for what was sent.
    hint: Option<String>,
}

impl<T> Variation<T> {
    fn as_sent(value: T) -> Self {
        Self { value, hint: None }
    }

    fn instead(value: T, hint: impl Into<String>) -> Self {
        Self { value, hint: Some(hint.into()) }
    }
}

/// Tries the variations of a request, those with the fewest differences first.
fn fitting(key: &AccessKey, signature: &Signature, head: &Parts, body: &[u8]) -> Option<String> {
    let form = CanonicalRequest::forms(head, body, signature).next()?;
    if form.text().len() > TRIED_BYTES {
        return None;
    }
    let signing_key = SigningKey::new(key.secret.reveal(), signature);
    let (hosts, paths) = (hosts(head), paths(&form, head));
    let (queries, payloads) = (queries(&form, signature, head), payloads(&form, head, body));
    let mut best: Option<Vec<&str>> = None;
    for host in &hosts {
        for path in &paths {
            for query in &queries {
                for payload in &payloads {
                    let hints = [&host.hint, &path.hint, &query.hint, &payload.hint];
                    let hints: Vec<&str> = hints.into_iter().flatten().map(String::as_str).collect();
                    if best.as_ref().is_some_and(|best| best.len() <= hints.len()) {
                        continue;
                    }
                    let varied = varied(&form, &host.value, &path.value, &query.value, &payload.value);
                    if signing_key.made(signature, &varied) {
                        best = Some(hints);
                    }
                }
            }
        }
    }
    best.map(|hints| hints.join("; and "))
}

fn varied(form: &CanonicalRequest, host: &[u8], path: &str, query: &str, payload: &str) -> CanonicalRequest {
    let mut varied =
        CanonicalRequest { path: path.to_owned(), query: query.to_owned(), payload: payload.to_owned(), ..form.clone() };
    for (name, value) in &mut varied.headers {
        if name == "host" {
            host.clone_into(value);
        }
    }
    varied
}

/// The hosts that a client may have signed: with and without the port, and the other name of this machine.
fn hosts(head: &Parts) -> Vec<Variation<Vec<u8>>> {
    let sent = head.headers.get(HOST).map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned()).unwrap_or_default();
    let (name, port) = match sent.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, format!(":{port}")),
        _ => (sent.as_str(), String::new()),
    };
    let here = Ipv4Addr::LOCALHOST.to_string();
    let other = if name == here { "localhost".to_owned() } else { here };
    let others = [name.to_owned(), format!("{name}:8182"), format!("{other}{port}"), other];
    let instead = |host: String| {
        let reported = format!(
            "the request is signed for the host `{}`, and was sent with `Host: {}`",
            cut(&host, SHOWN_BYTES),
            cut(&sent, SHOWN_BYTES)
        );
        Variation::instead(host.into_bytes(), format!("{reported}: sign the `Host` that is sent, with its port if it has one"))
    };
    let others = others.into_iter().filter(|host| *host != sent).map(instead);
    [Variation::as_sent(sent.clone().into_bytes())].into_iter().chain(others).collect()
}

fn paths(form: &CanonicalRequest, head: &Parts) -> Vec<Variation<String>> {
    let mut paths = vec![Variation::as_sent(form.path.clone())];
    let sent = head.uri.path();
    if sent != form.path {
        let hint = format!(
            "the path is signed as it was sent, as S3 wants it; Neptune wants it encoded once more: `{}`",
            cut(&form.path, SHOWN_BYTES)
        );
        paths.push(Variation::instead(sent.to_owned(), hint));
    }
    if let Some(shorter) = form.path.strip_suffix('/').filter(|path| !path.is_empty()) {
        paths.push(Variation::instead(shorter.to_owned(), "the path is signed without the slash at its end"));
    }
    paths
}

fn queries(form: &CanonicalRequest, signature: &Signature, head: &Parts) -> Vec<Variation<String>> {
    let sent = head.uri.query().unwrap_or_default();
    let mut queries = vec![Variation::as_sent(form.query.clone())];
    let unsorted = query_as_sent(sent, signature.is_presigned);
    let hint = "the query is signed as it was sent, and not sorted by name, which some versions of curl do: write the parameters in \
                alphabetical order";
    for query in [unsorted.as_str(), sent] {
        if queries.iter().all(|known| known.value != query) {
            queries.push(Variation::instead(query.to_owned(), hint));
        }
    }
    if !sent.is_empty() && !signature.is_presigned {
        queries.push(Variation::instead(String::new(), "the query is not signed: sign it with the rest of the request"));
    }
    queries
}

fn payloads(form: &CanonicalRequest, head: &Parts, body: &[u8]) -> Vec<Variation<String>> {
    let mut payloads = vec![Variation::as_sent(form.payload.clone())];
    if !body.is_empty() {
        let hint = format!("the request is signed without its body of {} bytes: sign the body that is sent", body.len());
        payloads.push(Variation::instead(hash(b""), hint));
    }
    if form.payload != UNSIGNED_PAYLOAD {
        let hint = format!("the body is signed as {UNSIGNED_PAYLOAD}, which the header x-amz-content-sha256 has to say");
        payloads.push(Variation::instead(UNSIGNED_PAYLOAD.to_owned(), hint));
    }
    let claimed = head.headers.get("x-amz-content-sha256").and_then(|claimed| claimed.to_str().ok());
    if let Some(claimed) = claimed.filter(|claimed| *claimed != form.payload) {
        let hint = "the body that was sent is not the one that is signed: its hash is not the one in x-amz-content-sha256";
        payloads.push(Variation::instead(claimed.to_owned(), hint));
    }
    payloads
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;
    use serde_json::json;

    use super::super::signers::{HOST, KEY_ID, SECRET, Sent, Signer, cluster, moment, with_key};
    use super::super::{Authentication, Denied};
    use super::*;

    const START: &str = r#"{"source": "s3://b/", "secretKey": "hunter2"}"#;

    fn denied(cluster: &Authentication, sent: &Sent, late: Duration) -> Denied {
        sent.asked(cluster, moment() + late).unwrap_err()
    }

    fn explained(sent: &Sent) -> Explanation {
        *denied(&cluster(), sent, Duration::ZERO).explanation
    }

    fn list(target: &str) -> Sent {
        Sent::new("GET", target, &[], "")
    }

    /// A request that is signed as one thing and sent as another.
    fn changed(signed: Sent, change: impl FnOnce(&mut Sent)) -> Sent {
        let mut sent = Signer::default().sign(signed);
        change(&mut sent);
        sent
    }

    fn signed_for(host: &str) -> Sent {
        let signed = Sent { headers: vec![("host".into(), host.into())], ..list("/loader") };
        changed(signed, |sent| HOST.clone_into(sent.header("host")))
    }

    #[rstest]
    #[case::without_the_port(
        signed_for("cluster.example.com"),
        "the request is signed for the host `cluster.example.com`, and was sent with `Host: cluster.example.com:8182`"
    )]
    #[case::for_another_name(
        signed_for("127.0.0.1:8182"),
        "the request is signed for the host `127.0.0.1:8182`, and was sent with `Host: cluster.example.com:8182`"
    )]
    #[case::query_as_it_was_sent(
        changed(list("/loader?includeQueuedLoads=FALSE&limit=3"), |sent| {
            *sent.header("authorization") = unsorted_signature("limit=3&includeQueuedLoads=FALSE");
            "/loader?limit=3&includeQueuedLoads=FALSE".clone_into(&mut sent.target);
        }),
        "the query is signed as it was sent, and not sorted by name"
    )]
    #[case::without_the_query(
        changed(list("/loader"), |sent| sent.target += "?limit=3"),
        "the query is not signed: sign it with the rest of the request"
    )]
    #[case::without_the_body(
        changed(Sent::new("POST", "/loader", &[], ""), |sent| sent.body = START.into()),
        "the request is signed without its body of 45 bytes: sign the body that is sent"
    )]
    #[case::without_the_slash(
        changed(list("/loader"), |sent| "/loader/".clone_into(&mut sent.target)),
        "the path is signed without the slash at its end"
    )]
    #[case::two_things_at_once(
        changed(Sent { headers: vec![("host".into(), "cluster.example.com".into())], ..list("/loader") }, |sent| {
            HOST.clone_into(sent.header("host"));
            sent.target += "?limit=3";
        }),
        "with its port if it has one; and the query is not signed"
    )]
    #[case::another_secret(
        Signer { secret: "another", ..Signer::default() }.sign(list("/loader")),
        "the signature fits neither another host, path, order of the query nor body: compare `canonical_request`"
    )]
    fn a_wrong_signature_is_explained_by_what_it_fits(#[case] sent: Sent, #[case] hint: &str) {
        let explanation = explained(&sent);
        assert!(explanation.hint.contains(hint), "{}", explanation.hint);
        let canonical = explanation.canonical_request.unwrap();
        assert!(canonical.starts_with(&format!("{}\n/loader", sent.method)), "{canonical}");
        assert!(canonical.contains(&format!("\nhost:{HOST}\n")), "{canonical}");
        let string_to_sign = explanation.string_to_sign.unwrap();
        assert!(string_to_sign.starts_with("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/neptune-db/aws4_request\n"));
    }

    /// What curl 7.88 writes into the header for a query that it does not sort.
    fn unsorted_signature(query: &str) -> String {
        let sent = Signer::default().sign(list(&format!("/loader?{query}")));
        let authorization = sent.headers.iter().find(|(name, _)| name == "authorization").unwrap().1.clone();
        let request = axum::http::Request::get(&sent.target);
        let request = sent.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let (head, ()) = request.body(()).unwrap().into_parts();
        let signature = Signature::read(&head).unwrap();
        let secret = neptune_scenario::Secret::try_from(SECRET.to_owned()).unwrap();
        let form = CanonicalRequest::forms(&head, b"", &signature).next().unwrap();
        let form = CanonicalRequest { query: query.to_owned(), ..form };
        let digits = SigningKey::new(secret.reveal(), &signature).sign(&signature, &form);
        authorization.replace(&signature.digits, &digits)
    }

    #[rstest]
    #[case::unsigned(
        list("/loader"),
        "sign the request with AWS Signature Version 4, for the service `neptune-db` in us-east-1"
    )]
    #[case::region(
        Signer { region: "eu-west-1", ..Signer::default() }.sign(list("/loader")),
        "the request is signed for the region eu-west-1, and the cluster is in us-east-1: give the client that region"
    )]
    #[case::service(
        Signer { service: "es", ..Signer::default() }.sign(list("/loader")),
        "the request is signed for the service `es`: sign for `neptune-db`"
    )]
    #[case::header(
        Signer { token: Some("t"), ..Signer::default() }.sign(list("/loader")).without("x-amz-security-token"),
        "`x-amz-security-token` was signed and not sent: send it, or do not sign it"
    )]
    #[case::key(
        Signer { key_id: "AKIDOTHER", ..Signer::default() }.sign(list("/loader")),
        "the cluster has no such key: check the access key id, and the keys that the cluster was given"
    )]
    #[case::token(
        Signer { token: Some("t"), ..Signer::default() }.sign(list("/loader")),
        "the key `AKIDEXAMPLE` has no session token, and the request carries one: leave AWS_SESSION_TOKEN out"
    )]
    fn every_other_refusal_has_a_remedy(#[case] sent: Sent, #[case] hint: &str) {
        assert_eq!(explained(&sent).hint, hint);
    }

    #[test]
    fn an_old_signature_is_explained_by_its_time_and_the_clusters() {
        let sent = Signer::default().sign(list("/loader"));
        let hint = denied(&cluster(), &sent, Duration::from_secs(301)).explanation.hint;
        let reported = "the request is signed at 20150830T123600Z, and the cluster's clock reads 20150830T124101Z: the client's clock is behind";
        assert!(hint.starts_with(reported), "{hint}");
    }

    #[test]
    fn what_a_key_may_not_do_is_named() {
        let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "allow": []}));
        let sent = Signer::default().sign(list("/loader"));
        let hint = denied(&cluster, &sent, Duration::ZERO).explanation.hint;
        assert_eq!(hint, "add `neptune-db:ListLoaderJobs` to the `allow` of the key");
    }

    #[test]
    fn no_secret_is_ever_explained() {
        let cluster = with_key(&json!({"id": KEY_ID, "secret": SECRET, "session_token": "IQoJb3Jp"}));
        let target = "/loader?secretKey=hunter2&accessKey=AKIDX";
        let signer = Signer { token: Some("IQoJb3Jp"), ..Signer::default() };
        let presigner = Signer { token: Some("IQoJb3Jp"), ..Signer::presigning(Duration::from_mins(1)) };
        for signed in [signer.sign(Sent::new("POST", target, &[("cookie", "id=77")], START)), presigner.sign(list(target))] {
            let sent = Sent { method: "PUT".to_owned(), ..signed };
            let explanation = denied(&cluster, &sent, Duration::ZERO).explanation;
            let shown = format!("{explanation:?}");
            for secret in [SECRET, "IQoJb3Jp", "hunter2", "AKIDX", "id=77"] {
                assert!(!shown.contains(secret), "{secret} in {shown}");
            }
            assert!(shown.contains("<redacted>"), "{shown}");
        }
    }

    #[test]
    fn a_huge_request_is_not_tried_in_every_way() {
        let big = "x".repeat(20_000);
        let sent = changed(Sent::new("GET", "/loader", &[("big", &big)], ""), |sent| sent.target += "?a=1");
        assert!(explained(&sent).hint.starts_with("the signature fits neither"));
    }
}
