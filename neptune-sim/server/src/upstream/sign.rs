//! Signs requests to remote servers: those that a proxy forwards, in place of its clients, and requests to S3. The caller passes the
//! time in.

use std::time::SystemTime;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderMap, Request};
use neptune_sigv4::{Secrets, SignError, Signer, UnsignedRequest};

/// The headers of a client's own signature: they would contradict ours.
const OF_SIGNATURES: [&str; 4] = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];

/// Replaces the client's signature by the signer's own. `origin` is scheme, host and port of the upstream, as in a URL.
pub(crate) fn sign_request(
    signer: &Signer,
    request: &mut Request<Bytes>,
    origin: &str,
    time: SystemTime,
) -> Result<(), SignError> {
    for name in OF_SIGNATURES {
        request.headers_mut().remove(name);
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).ok_or(SignError::Request)?;
    let url = format!("{origin}{}", request.uri());
    let unsigned = UnsignedRequest { method: request.method().as_str(), url: &url, host, body: request.body() };
    let signature = signer.headers(&unsigned, time)?;
    request.headers_mut().extend(signature);
    Ok(())
}

/// A body without the secrets that the request was signed with. AWS answers a wrong signature with the text that it verified, and that holds
/// the session token.
pub(super) fn without_secrets(signer: &Signer, body: Bytes) -> Bytes {
    let cut = Secrets::of(signer.credentials().secrets()).cut_from_body(&body);
    cut.map_or(body, Bytes::from)
}

/// Whether a client has signed the `Host` that it sent, so that its signature holds for no other.
pub(super) fn signs_host(headers: &HeaderMap) -> bool {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = authorization.split(',').find_map(|field| field.trim().strip_prefix("SignedHeaders="));
    signed.is_some_and(|names| names.split(';').any(|name| name.eq_ignore_ascii_case("host")))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;
    use rstest::rstest;

    use super::*;

    fn signer(token: Option<&str>) -> Signer {
        Signer::new("AKIDEXAMPLE", "wJalrXUtnFEMI", token, "us-east-1")
    }

    #[test]
    fn the_clients_own_signature_goes_and_everything_else_stays() {
        let mut request = Request::post("/loader?a=b")
            .header("host", "db.example:8182")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=theirs")
            .header("x-amz-security-token", "theirs")
            .header("x-amz-content-sha256", "theirs")
            .header("content-type", "application/json")
            .body(Bytes::from("{}"))
            .unwrap();
        sign_request(&signer(None), &mut request, "https://db.example:8182", SystemTime::UNIX_EPOCH).unwrap();
        let headers = request.headers();
        let names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["host", "content-type", "x-amz-date", "authorization"]);
        let authorization = headers["authorization"].to_str().unwrap();
        let begin = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/us-east-1/neptune-db/aws4_request, SignedHeaders=host;x-amz-date, ";
        assert!(authorization.starts_with(begin), "{authorization}");
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_credential() {
        let signer = signer(Some("line\nbreak"));
        assert_eq!(format!("{signer:?}"), r#"Signer { region: "us-east-1", .. }"#);
        let mut request = Request::get("/loader").header("host", "db").body(Bytes::new()).unwrap();
        let error = sign_request(&signer, &mut request, "https://db:8182", SystemTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(error, SignError::Credential);
        assert!(!error.to_string().contains("break"), "{error}");
    }

    #[rstest]
    #[case::signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;x-amz-date, Signature=c", true)]
    #[case::something_else_signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=x-amz-date, Signature=c", false)]
    #[case::another_scheme("Bearer host", false)]
    fn a_signature_for_a_host_is_seen(#[case] authorization: &str, #[case] signs: bool) {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, authorization.parse().unwrap())]);
        assert_eq!(signs_host(&headers), signs);
    }
}
