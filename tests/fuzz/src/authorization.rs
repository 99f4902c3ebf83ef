//! The `Authorization` header, and all that is signed.
//!
//! Whatever a request looks like, a signature buys the answer that it was made for, and no other.

use std::sync::LazyLock;
use std::time::SystemTime;

use neptune_server::{Authentication, ClusterSpec, FuzzCluster, Iam};
use neptune_sigv4::{Signer, UnsignedRequest};
use serde_json::{Value, json};

use crate::ask::{Question, lasting, loads};

const KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// What is signed. Nothing else may ever be answered.
const TARGET: &str = "/loader/failed?details=TRUE&errors=FALSE";
const HOST: &str = "localhost";

static CLUSTER: LazyLock<ClusterSpec> = LazyLock::new(|| {
    let authentication = serde_json::from_value(json!({"keys": [{"id": KEY_ID, "secret": SECRET}]}));
    ClusterSpec { authentication: authentication.expect("this is how authentication is written"), ..loads() }
});

/// What the signed request is answered with.
static BOUGHT: LazyLock<Value> =
    LazyLock::new(|| Question::get(TARGET).to(&FuzzCluster::new(loads())).as_ref().map(lasting).expect("it is a request"));

/// The bytes are a request: a line with method and target, headers, an empty line, a body. In it, `{signature}` stands for the
/// signature of a `GET` of [`TARGET`], `{now}` and `{date}` for when it was made.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let signed = signed(SystemTime::now());
    let text = text.replace("{signature}", &signed.signature).replace("{now}", &signed.now).replace("{date}", &signed.now[..8]);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let Some((method, target)) = lines.next().and_then(|line| line.split_once(' ')) else { return };
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let cluster = FuzzCluster::new(CLUSTER.clone());
    let Some(answer) = (Question { method, target, headers: &headers, body: body.as_bytes() }).to(&cluster) else { return };
    if answer.http_status == 200 {
        assert_eq!(lasting(&answer), *BOUGHT, "a signature of {TARGET} bought the answer to {method} {target}");
    }
    // With no key at all no request passes, whatever it says.
    let keyless = ClusterSpec { authentication: Authentication::On(Iam::default()), ..loads() };
    let answer = (Question { method, target, headers: &headers, body: body.as_bytes() }).to(&FuzzCluster::new(keyless));
    assert!(answer.is_some_and(|answer| answer.http_status != 200), "{method} {target} was answered without a key");
}

struct Signed {
    signature: String,
    now: String,
}

/// Signed by AWS's own crate, so that a mistake of the verifier cannot hide.
fn signed(time: SystemTime) -> Signed {
    let request = UnsignedRequest { method: "GET", url: &format!("http://{HOST}{TARGET}"), host: HOST, body: &[] };
    let headers = Signer::new(KEY_ID, SECRET, None, "us-east-1").headers(&request, time).expect("it can be signed");
    let text = |name: &str| headers[name].to_str().expect("a signature is ASCII").to_owned();
    let signature = text("authorization").rsplit("Signature=").next().unwrap_or_default().to_owned();
    Signed { signature, now: text("x-amz-date") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_a_good_one() {
        let signed = signed(SystemTime::now());
        let date = &signed.now[..8];
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={KEY_ID}/{date}/us-east-1/neptune-db/aws4_request, SignedHeaders=host;x-amz-date, Signature={}",
            signed.signature
        );
        let headers = [("host", HOST), ("x-amz-date", &signed.now), ("authorization", &authorization)];
        let answer = Question { headers: &headers, ..Question::get(TARGET) }.to(&FuzzCluster::new(CLUSTER.clone())).unwrap();
        assert_eq!((answer.http_status, lasting(&answer)), (200, BOUGHT.clone()));
    }
}
